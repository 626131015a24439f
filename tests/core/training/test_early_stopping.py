"""Early stopping: when a run stops, and which weights its network has then."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from nngui.core.errors import FileError
from nngui.core.script import script
from nngui.core.trainer import Trainer
from nngui.core.training.endings import UNJUDGED, read_ending
from nngui.core.training.state_check import load_checked
from tests.core.helpers import (
    FOREVER,
    TASKS,
    parameters_of,
    run_scripts,
    same_parameters,
    spec_of,
    trainer_of,
)

EARLY = {
    "data.noise": 1.0,
    "schedule.validation": 0.3,
    "schedule.patience": 3,
    "schedule.keep": "best",
    "schedule.epochs": 60,
    "schedule.batch_size": 8,
}
SUMS = """
import sys
for net in {nets}:
    for parameter in net.parameters():
        print("sum", parameter.detach().sum().item().hex())
"""


def trained(settings, name="regression", engine="torch"):
    trainer = trainer_of(name, EARLY | settings)
    trainer.set_engine(engine)
    rows = [trainer.advance(FOREVER)]
    while trainer.ending is None:
        rows.append(trainer.advance(FOREVER))
    return trainer, np.concatenate(rows)


def validation(trainer):
    return trainer.state.loss_func(
        trainer.variants[0].net(trainer.state.held_out[0]), trainer.state.held_out[1]
    ).item()


def by_epoch(trainer, rows):
    column = rows[:, trainer.columns.index("val_loss")]
    return column[~np.isnan(column)]


# --- When, and with what --------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["torch", "turbo"])
@pytest.mark.parametrize("patience", [1, 3, 10])
def test_that_a_run_stops_after_epochs_without_gain(engine, patience):
    trainer, rows = trained({"schedule.patience": patience}, engine=engine)
    losses = by_epoch(trainer, rows)
    best = int(np.argmin(losses)) + 1
    assert len(losses) == best + patience
    # never before: up to there each pause between two gains was shorter
    gains = [i for i, loss in enumerate(losses) if loss < min(losses[:i], default=np.inf)]
    assert max(np.diff(gains), default=0) <= patience
    assert str(trainer.ending) == f"Stopped at epoch {best + patience}: best was {best}."
    assert read_ending(trainer.ending.as_dict()) == trainer.ending
    assert trainer.state.total_steps == trainer.step_count


@pytest.mark.parametrize("engine", ["torch", "turbo"])
def test_that_the_best_weights_are_put_back(engine):
    best, rows = trained({}, engine=engine)
    last, same_rows = trained({"schedule.keep": "last"}, engine=engine)
    assert np.array_equal(rows, same_rows, equal_nan=True)
    smallest = by_epoch(best, rows).min()
    assert validation(best) == pytest.approx(smallest, abs=1e-6)
    assert validation(last) == pytest.approx(by_epoch(best, rows)[-1], abs=1e-6)
    assert not same_parameters(parameters_of(best), parameters_of(last))


@pytest.mark.parametrize("engine", ["torch", "turbo"])
@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"schedule.epochs": 17, "schedule.patience": 50}, "All 17 epochs done: best was 14."),
        ({"schedule.target_loss": 0.2}, "Target loss 0.2 reached at step {step}."),
    ],
)
def test_that_they_are_put_back_however_a_run_ends(engine, settings, sentence):
    trainer, rows = trained(settings, engine=engine)
    assert str(trainer.ending) == sentence.format(step=trainer.step_count)
    losses = by_epoch(trainer, rows)
    if len(losses):
        assert validation(trainer) == pytest.approx(losses.min(), abs=1e-6)


def test_that_a_run_that_is_left_before_its_end_has_the_best_weights_too():
    trainer = trainer_of("regression", EARLY)
    rows = trainer.advance(FOREVER, 130)
    trainer.end_now()
    assert trainer.ending is None
    assert validation(trainer) == pytest.approx(by_epoch(trainer, rows).min(), abs=1e-7)


@pytest.mark.parametrize("name", ["regression", "classification", "optimizers", "quick_build"])
@pytest.mark.parametrize("batch_size", [0, 16])
def test_that_turbo_stops_where_pytorch_does(name, batch_size):
    settings = {"schedule.batch_size": batch_size, "schedule.patience": 5, "seed": 3}
    plain, rows = trained(settings, name)
    fast, same = trained(settings, name, "turbo")
    assert fast.engine == "turbo"
    assert str(fast.ending) == str(plain.ending)
    assert np.allclose(rows, same, atol=1e-3, equal_nan=True)
    for one, other in zip(plain.variants, fast.variants, strict=True):
        assert (one.best.epoch, one.best.step) == (other.best.epoch, other.best.step)
        pairs = zip(one.net.parameters(), other.net.parameters(), strict=True)
        assert all(torch.allclose(a, b, atol=1e-3) for a, b in pairs)


# --- Scripts --------------------------------------------------------------------------------------


def test_that_scripts_stop_at_the_same_step_with_the_same_weights(tmp_path):
    by_steps = {"schedule.epochs": 0, "schedule.steps": 101}
    at_once = {"schedule.batch_size": 0, "schedule.epochs": 0, "schedule.steps": 150}
    target = {"schedule.target_loss": 0.15}
    others = [
        {"schedule.patience": 0, "schedule.epochs": 20},
        {"schedule.keep": "last"},
        {"network.dropout": 0.2},
    ]
    runs = [
        ("regression", length | more)
        for length, more in itertools.product(({}, by_steps, at_once), ({}, target))
    ]
    runs += [("regression", more) for more in others]
    few = {"data.points": 40}  # of five networks, the batches are many
    runs += [("optimizers", few), ("optimizers", few | at_once)]
    runs += [("quick_build", {}), ("classification", {"schedule.epochs": 10})]
    sources, expected = [], []
    for name, settings in runs:
        trainer, rows = trained(settings, name)
        count = len(trainer.variants)
        source = script(TASKS[name], trainer.spec)
        sources.append(source + SUMS.format(nets="nets" if count > 1 else "[net]"))
        sums = [
            f"sum {parameter.detach().sum().item().hex()}"
            for variant in trainer.variants
            for parameter in variant.net.parameters()
        ]
        losses = [" ".join(map(repr, row)) for row in rows[:, :count].tolist()]
        expected.append([*losses, *sums])
    printed = run_scripts(sources, tmp_path)
    for (name, settings), text, lines in zip(runs, printed, expected, strict=True):
        assert text.splitlines() == lines, (name, settings)


def test_that_a_large_network_is_validated_in_the_same_pieces():
    settings = EARLY | {"network.hidden": [4096], "data.points": 20_000}
    assert "for part in x_val.split(3906)" in script(
        TASKS["regression"], spec_of("regression", settings)
    )
    assert "split(" not in script(TASKS["regression"], spec_of("regression", EARLY))


# --- Changed, carried, gone on --------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["torch", "turbo"])
def test_that_a_run_that_goes_on_after_its_end_is_as_if_it_had_not_ended(engine):
    more = {"schedule.patience": 0}
    whole, rows = trained(more | {"schedule.epochs": 30}, engine=engine)
    part, first = trained(more | {"schedule.epochs": 12}, engine=engine)
    part.change(whole.spec)
    assert part.ending is None
    assert np.array_equal(np.concatenate((first, part.advance(FOREVER))), rows, equal_nan=True)
    assert same_parameters(parameters_of(part), parameters_of(whole))


@pytest.mark.parametrize("rate", ["cosine", "one_cycle", "plateau"])
def test_that_the_rate_goes_on_too_where_a_run_was_out_of_patience(rate):
    settings = {"schedule.rate": rate, "schedule.patience": 3}
    whole, rows = trained(settings | {"schedule.patience": 0})
    part, first = trained(settings)
    assert part.ending.kind == "patience"
    part.change(whole.spec)
    assert np.array_equal(np.concatenate((first, part.advance(FOREVER))), rows, equal_nan=True)


def test_that_patience_counts_anew_after_a_change():
    trainer, _ = trained({})
    epoch = trainer.batches.epoch
    trainer.change(spec_of("regression", EARLY | {"optimizer.lr": 1e-9}))
    trainer.advance(FOREVER)
    assert trainer.ending.kind == "patience"
    assert trainer.batches.epoch == epoch + 3


@pytest.mark.parametrize("steps", [13, 60, 10_000])
def test_that_a_state_carries_the_best(steps):
    whole = trainer_of("regression", EARLY)
    whole.advance(FOREVER, steps)
    state = whole.capture()
    other = trainer_of("regression", EARLY)
    load_checked(other.state, state)
    assert np.array_equal(whole.advance(FOREVER), other.advance(FOREVER), equal_nan=True)
    assert str(whole.ending) == str(other.ending)
    assert same_parameters(parameters_of(whole), parameters_of(other))


def test_that_a_state_of_before_there_was_a_best_is_taken():
    trainer = trainer_of("regression", {"schedule.steps": 20})
    trainer.advance(FOREVER, 10)
    state = trainer.capture()
    del state["best"], state["patient_from"]
    other = trainer_of("regression", {"schedule.steps": 20})
    load_checked(other.state, state)
    assert np.array_equal(trainer.advance(FOREVER), other.advance(FOREVER))


@pytest.mark.parametrize(
    "best",
    [
        None,
        {},
        {"loss": float("nan")},
        {"loss": 1},
        {"epoch": -1},
        {"step": True},
        {"weights": {}},
        {"latest": {"hidden.weight": torch.zeros(1)}},
    ],
)
def test_that_a_best_that_does_not_fit_is_refused(best):
    trainer = trainer_of("regression", EARLY)
    trainer.advance(FOREVER, 20)
    state = trainer.capture()
    state["best"] = [best if not best else state["best"][0] | best]
    with pytest.raises(FileError):
        load_checked(trainer_of("regression", EARLY).state, state)


@pytest.mark.parametrize("asked", [{"schedule.patience": 5}, {"schedule.keep": "best"}])
def test_that_it_is_said_where_nothing_is_held_out(asked):
    trainer = trainer_of("regression", asked)
    assert trainer.state.hint is UNJUDGED
    trainer.advance(FOREVER)
    assert str(trainer.ending) == "All 100 steps done."
    plain = trainer_of("regression")
    assert plain.state.hint is None


def test_that_the_test_images_never_decide():
    task = TASKS["cnn"]
    settings = {"schedule.patience": 1, "schedule.keep": "best"}
    trainer = Trainer(task, spec_of("cnn", settings))
    assert trainer.state.held_out is not None
    assert trainer.state.hint is UNJUDGED
    assert trainer.state.best_places == ()
