"""What a user is told of a run that has ended."""

from __future__ import annotations

import numpy as np
import pytest

from nngui.core.evaluation.hints import find_hints
from nngui.core.evaluation.trials import score
from nngui.core.journal.journal import Journal
from nngui.core.records.history import History
from nngui.core.spec.table import table_settings
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.tasks import all_tasks
from tests.core.remedies.records import Outcome

TASKS = {task.name: task for task in all_tasks()}


def ended(name, settings=(), *, turbo=False):
    """A run that has come to its end, and its losses."""
    task = TASKS[name]
    trainer = Trainer(task, with_settings(task.spec, dict(settings)))
    if turbo:
        trainer.set_engine("turbo")
    history = History(trainer.columns)
    while trainer.ending is None:
        history.append(trainer.advance(1.0))
    return trainer, history


def told(name, settings=()):
    return {hint.kind: hint for hint in find_hints(*ended(name, settings))}


def table(tmp_path, rows, header, **more):
    path = tmp_path / "table.csv"
    lines = [",".join(header), *(",".join(str(cell) for cell in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return table_settings(len(rows), path=str(path), target=header[-1]) | more


@pytest.mark.parametrize("name", ["regression", "classification", "quick_build"])
def test_that_nothing_is_said_of_the_tutorials_runs(name):
    assert told(name) == {}


@pytest.mark.parametrize("name", ["regression", "classification"])
def test_that_nothing_is_said_of_the_tutorials_runs_with_any_seed(name):
    for seed in range(80):
        trainer = Trainer(TASKS[name], with_settings(TASKS[name].spec, {"seed": seed}))
        trainer.set_engine("turbo")
        history = History(trainer.columns)
        history.append(trainer.advance(1e9))
        assert find_hints(trainer, history, turbo=True) == [], seed


def test_that_nothing_is_said_over_a_good_fit_of_settings_nearly_the_tutorials():
    for seed in range(1, 41):
        trainer, history = ended("regression", {"seed": seed, "schedule.steps": 150}, turbo=True)
        _, y = trainer.state.train_data
        if score(trainer) < 0.2 * float(y.var()):
            assert find_hints(trainer, history, turbo=True) == [], seed


# Settings that were changed in mid-run ----------------------------------------------------------


def changed(*stretches):
    """A run of which each stretch, so many steps, has its own learning rate; and its losses."""
    steps = sum(count for count, _ in stretches)
    task = TASKS["regression"]
    first = {"optimizer.lr": stretches[0][1], "schedule.steps": steps}
    trainer = Trainer(task, with_settings(task.spec, first))
    history = History(trainer.columns)
    for count, rate in stretches:
        trainer.change(with_settings(trainer.spec, {"optimizer.lr": rate}))
        history.append(trainer.advance(1e9, count))
    return trainer, history


def test_that_a_rate_that_was_lowered_in_mid_run_is_not_called_high():
    for seed_rates in (((30, 2.5), (70, 0.2)), ((30, 1.0), (70, 0.2)), ((60, 1.0), (100, 0.02))):
        trainer, history = changed(*seed_rates)
        if trainer.ending is None or trainer.ending.kind == "diverged":
            trainer.change(with_settings(trainer.spec, {"optimizer.lr": seed_rates[-1][1]}))
            history.append(trainer.advance(1e9))
        for hint in find_hints(trainer, history):
            assert hint.kind not in ("fast", "diverged"), str(hint)
            assert hint.settings.get("optimizer.lr", 1) <= 0.5


def test_that_the_rate_that_killed_is_blamed_and_the_lower_one_of_now_is_offered():
    trainer, history = changed((50, 0.9), (100, 0.2))
    hint = next(hint for hint in find_hints(trainer, history) if hint.kind == "dead")
    assert hint.settings["optimizer.lr"] >= 0.2  # not less: 0.2 is well from the start
    fresh = Outcome(*ended("regression", hint.settings | {"schedule.steps": 150}))
    assert fresh.loss < 0.3 * score(trainer)


def test_that_a_rate_that_was_raised_in_mid_run_is_judged_by_what_it_did():
    trainer, history = changed((100, 0.2), (30, 1.0))
    hint = next(hint for hint in find_hints(trainer, history) if hint.kind == "fast")
    assert "The learning rate 1 is high" in str(hint)
    first = float(hint.values["first"])
    assert first == pytest.approx(history.exact_column("loss")[100], rel=0.01)


def test_that_of_a_recovered_run_whose_earlier_rates_are_lost_only_the_last_are_judged(tmp_path):
    trainer, history = changed((30, 1.0), (70, 0.2))
    trainer.state.journal = Journal("regression", trainer.spec, known_from=30)
    assert all(hint.kind not in ("fast", "slow") for hint in find_hints(trainer, history))


def test_that_advice_gives_way_to_whoever_waits():
    trainer, history = ended("regression", {"optimizer.lr": 0.9})
    hints = find_hints(trainer, history, cancelled=lambda: True)
    assert all(not hint.settings for hint in hints)


def test_that_standardising_makes_it_better():
    settings = table_settings(178, path="example:wine")
    before, after = [], []
    for seed in range(1, 6):
        unscaled = settings | {"seed": seed, "data.standardise": False}
        run = Outcome(*ended("classification", unscaled, turbo=True))
        hint = next(hint for hint in run.hints if hint.kind == "scale")
        before.append(run.score)
        after.append(Outcome(*ended("classification", unscaled | hint.settings, turbo=True)).score)
    assert np.median(after) < 0.7 * np.median(before)


def test_that_of_several_networks_nothing_is_said():
    assert told("optimizers", {"schedule.epochs": 1}) == {}


def test_that_a_diverged_run_is_offered_the_usual_rate_and_its_words_name_it():
    hint = told("regression", {"optimizer.lr": 50.0})["diverged"]
    assert "such as 0.2" in str(hint)
    assert hint.remedy.format(**hint.values) == "Use 0.2"
    assert hint.settings == {"optimizer.lr": 0.2}
    assert told("regression", hint.settings) == {}


def test_that_a_loss_that_falls_evenly_to_the_end_wants_a_larger_rate():
    settings = {"optimizer.lr": 0.0002, "schedule.steps": 200}
    hint = told("regression", settings)["slow"]
    assert hint.settings == {"optimizer.lr": 0.2}
    assert "0.0002" in str(hint)
    assert "slow" not in told("regression", settings | hint.settings)


def test_that_a_loss_that_grew_wants_a_smaller_rate():
    settings = {"optimizer.lr": 1.0, "schedule.steps": 30}
    hint = told("regression", settings)["fast"]
    assert hint.settings["optimizer.lr"] < 1.0
    assert "fast" not in told("regression", settings | hint.settings)


def test_that_the_noise_of_a_good_network_is_not_taken_for_a_high_rate():
    good, _ = ended("regression", {"seed": 2, "optimizer.lr": 0.1, "schedule.steps": 4000})
    settings = {"seed": 2, "schedule.batch_size": 10, "schedule.steps": 200}
    spec = with_settings(good.spec, settings | {"optimizer.lr": 0.2})
    trainer = Trainer(good.state.task, spec, "cpu", good.variants[0].net.state_dict())
    history = History(trainer.columns)
    history.append(trainer.advance(1e9))
    epochs = history.exact_column("loss").reshape(20, 10).mean(axis=1)
    assert epochs[0] < epochs[-1] < 1.2 * epochs[0]
    assert "fast" not in [hint.kind for hint in find_hints(trainer, history)]


OVERFIT = {
    "data.points": 20,
    "data.noise": 1.0,
    "schedule.validation": 0.4,
    "schedule.steps": 2000,
    "network.hidden": [100, 100],
    "optimizer.name": "adam",
    "optimizer.lr": 0.01,
}


def test_that_an_overfitted_run_is_offered_to_stop_early_and_comes_to_its_smallest_loss():
    trainer, history = ended("regression", OVERFIT)
    hint = next(hint for hint in find_hints(trainer, history) if hint.kind == "overfit")
    losses = history.exact_column("val_loss")
    assert hint.values["epoch"] == np.nanargmin(losses) + 1
    assert f"{np.nanmin(losses):.3g}" in str(hint)
    again, shorter = ended("regression", OVERFIT | hint.settings)
    assert len(shorter) < len(history)
    assert score(again) == pytest.approx(np.nanmin(losses), rel=1e-6)
    assert find_hints(again, shorter) == []


def test_that_the_patience_that_is_offered_lasts_until_the_best_epoch():
    settings = OVERFIT | {"data.noise": 0.3, "optimizer.lr": 0.001, "schedule.steps": 1500}
    seen = 0
    for seed in range(1, 6):
        trainer, history = ended("regression", settings | {"seed": seed}, turbo=True)
        for hint in find_hints(trainer, history):
            if hint.kind in ("overfit", "late"):
                asked = settings | hint.settings | {"seed": seed}
                again, _ = ended("regression", asked, turbo=True)
                assert again.variants[0].best.epoch == hint.values["epoch"]
                seen += 1
    assert seen >= 2


def test_that_test_images_only_tell_where_to_stop():
    settings = {
        "data.images": 60,
        "network.batch_norm": False,
        "schedule.batch_size": 32,
        "schedule.epochs": 40,
        "optimizer.lr": 0.01,
    }
    hints = [hint for hint in told("cnn", settings).values() if hint.kind in ("overfit", "late")]
    for hint in hints:
        assert hint.settings == {"schedule.epochs": hint.values["epoch"]}
    assert hints


def test_that_dead_units_are_counted_over_all_points():
    for seed, dead in ((7, 1), (8, 2)):
        settings = {"seed": seed, "network.hidden": [2], "schedule.steps": 300}
        hint = told("regression", settings)["dead"]
        assert (hint.values["dead"], hint.values["units"]) == (dead, 2)
        assert hint.settings == {"network.hidden": (4,)}
        assert hint.remedy.format(**hint.values) == "Twice as many units: 4"


def test_that_dead_units_beside_a_good_fit_are_no_matter():
    settings = OVERFIT | {"schedule.validation": 0.0, "seed": 2}
    trainer, history = ended("regression", settings, turbo=True)
    assert "dead" not in [hint.kind for hint in find_hints(trainer, history)]
    out = trainer.variants[0].net[:2](trainer.state.train_data[0])
    assert ((out == 0).all(dim=0)).double().mean() > 0.3


def test_that_inputs_of_different_sizes_want_to_be_standardised():
    settings = table_settings(178, path="example:wine") | {"schedule.epochs": 3}
    hint = told("classification", settings | {"data.standardise": False})["scale"]
    assert hint.settings == {"data.standardise": True}
    assert "scale" not in told("classification", settings)


def test_that_a_feature_that_is_the_target_is_named(tmp_path):
    draw = np.random.default_rng(1)
    rows = [(a, 3 * y + 7, y) for a, y in draw.normal(size=(60, 2)).round(3)]
    settings = table(tmp_path, rows, ("a", "copy", "y"), **{"schedule.epochs": 3})
    hint = told("regression", settings)["leak"]
    assert "copy" in str(hint)
    assert hint.settings == {"data.table.features": ["a"]}
    assert "leak" not in told("regression", settings | hint.settings)


def test_that_a_category_that_is_the_class_is_named(tmp_path):
    draw = np.random.default_rng(1)
    rows = [
        (round(draw.normal(), 3), ["red", "blue", "green"][k], "xyz"[k]) for k in [0, 1, 2] * 20
    ]
    settings = table(tmp_path, rows, ("a", "colour", "y"), **{"schedule.epochs": 3})
    assert "colour" in str(told("classification", settings)["leak"])


def test_that_an_only_feature_that_is_the_target_cannot_be_left_out(tmp_path):
    rows = [(x, 2 * x) for x in range(60)]
    hint = told("regression", table(tmp_path, rows, ("x", "y"), **{"schedule.epochs": 3}))["leak"]
    assert hint.settings == {}


def test_that_a_network_that_says_one_class_of_all_is_told(tmp_path):
    draw = np.random.default_rng(1)
    rows = [(round(draw.normal(), 3), "rare" if k % 20 == 0 else "usual") for k in range(200)]
    settings = table(tmp_path, rows, ("a", "y"), **{"schedule.epochs": 3})
    hint = told("classification", settings)["imbalance"]
    assert "always saying usual" in str(hint)
    assert "95.3%" in str(hint)
    assert hint.settings == {"class_weights": "balanced"}
    assert "imbalance" not in told("classification", settings | hint.settings)


def churners(tmp_path, seed):
    """Customers of whom one in eight leaves, more of them where x is large."""
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(900, 2)).round(3)
    leaves = draw.random(900) < 1 / (1 + np.exp(2.6 - 1.2 * x[:, 0]))
    rows = [(a, b, "yes" if left else "no") for (a, b), left in zip(x, leaves, strict=True)]
    return table(tmp_path, rows, ("a", "b", "left")) | {"seed": seed}


def test_that_a_class_that_is_hardly_found_is_told_and_found_when_balanced(tmp_path):
    recalls = []
    for seed in range(1, 4):
        settings = churners(tmp_path, seed)
        before = Outcome(*ended("classification", settings))
        hint = next(hint for hint in before.hints if hint.kind == "imbalance")
        assert "of yes" in str(hint)
        assert 75 < float(hint.values["accuracy"].rstrip("%")) < 95
        after = Outcome(*ended("classification", settings | hint.settings))
        assert "imbalance" not in after.kinds
        recalls.append((before.unfound, after.unfound))
    before, after = np.median(recalls, axis=0)
    assert before > 0.4
    assert after < before - 0.1


def test_that_looking_for_hints_changes_no_run():
    plain, _ = ended("regression", OVERFIT)
    looked, history = ended("regression", OVERFIT)
    find_hints(looked, history)
    longer = with_settings(looked.spec, {"schedule.steps": 2010})
    rows = []
    for trainer in (plain, looked):
        trainer.change(longer)
        rows.append(trainer.advance(1e9))
    assert np.array_equal(*rows, equal_nan=True)


def test_that_a_look_for_dead_units_that_fails_leaves_the_dropout_on(monkeypatch):
    trainer, history = ended("regression", {"network.dropout": 0.5, "schedule.epochs": 2})
    net = trainer.variants[0].net

    def fails(_layer, _x):
        raise RuntimeError("this layer fails")

    monkeypatch.setattr(type(net[0]), "forward", fails)
    with pytest.raises(RuntimeError, match="this layer fails"):
        find_hints(trainer, history)
    assert all(part.training for part in net.modules())
