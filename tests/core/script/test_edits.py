"""Scripts of runs that were touched print the losses of the run, run by plain Python."""

from __future__ import annotations

import re

import pytest
import torch

from nngui.core.journal.edit import DeviceEdit, EngineEdit
from nngui.core.journal.journal import Journal
from nngui.core.script import notes, script
from nngui.core.spec.keys import affects_result, field_details, flat, is_inactive
from nngui.core.spec.toml import with_settings
from tests.core.helpers import ALL, CURVE, FOREVER, TASKS, run_scripts, some, spec_of, trainer_of
from tests.core.script.touched_runs import RATES, TouchedRun, printed_by, touched_run

R = "regression"


def touched(name, settings, *edits):
    """A run that goes to a step, is changed there, and so on, and then to its end."""
    run = TouchedRun(name, settings)
    for steps, change in edits:
        run.advance(steps)
        run.change(change, goes_on=True)
    run.advance()
    return run


def lines_of(run):
    return [" ".join(map(repr, row)) for row in run.rows]


def weights_of(run):
    return [variant.net.state_dict() for variant in run.trainer.variants]


def check(run, folder, **options):
    """Hold that the script of a run prints its losses, and ends with its networks."""
    printed, found = printed_by(run.task, run.trainer.journal, folder / "run.py", **options)
    expected, kind = lines_of(run), run.trainer.ending.kind
    if kind == "diverged":  # the script of a single network prints on
        assert printed[: len(expected)] == expected
        return
    assert printed == expected
    nets = [net.state_dict() for net in found.get("nets") or [found["net"]]]
    for mine, other in zip(nets, weights_of(run), strict=True):
        assert all(torch.equal(mine[name], other[name]) for name in other)


@pytest.mark.parametrize("seed", some(range(1000), 30))
def test_that_a_script_prints_the_losses_of_a_run_that_was_touched_at_random(seed, tmp_path):
    run = touched_run(seed)
    if run.trainer.variants:
        check(run, tmp_path)


# --- How it reads ---------------------------------------------------------------------------------


def test_that_a_rate_dragged_once_is_two_lines_of_the_script():
    run = touched(R, {}, (30, {"optimizer.lr": 0.05}))
    before = script(TASKS[R], spec_of(R)).splitlines()
    place = before.index("for step in range(100):") + 1
    new = [
        "    if step == 30:  # changed in mid-run",
        '        optimizer.param_groups[0]["lr"] = 0.05',
    ]
    expected = [*before[:place], *new, *before[place:], ""]
    assert script(TASKS[R], run.trainer.journal) == "\n".join(expected)


def test_that_a_rate_dragged_on_and_on_is_a_table():
    source = script(TASKS[R], touched(R, {}, *DRAGGED).trainer.journal)
    assert source.count('["lr"] = ') == 1
    assert "if step in rates:" in source
    assert "4: 0.19, 6: 0.18, 8: 0.17," in source


def test_that_more_steps_are_a_longer_loop_and_no_more():
    run = touched(R, {}, (100, {"schedule.steps": 250}))
    before = script(TASKS[R], spec_of(R))
    head = "for step in range(250):  # 100 steps at first"
    expected = before.replace("for step in range(100):", head)
    assert script(TASKS[R], run.trainer.journal) == expected


def test_that_more_epochs_are_a_longer_loop_and_no_more():
    settings = {"schedule.batch_size": 20, "schedule.epochs": 4}
    run = touched(R, settings, (None, {"schedule.epochs": 6}))
    before = script(TASKS[R], spec_of(R, settings))
    head = "for epoch in range(6):  # 4 epochs at first"
    expected = before.replace("for epoch in range(4):", head)
    assert script(TASKS[R], run.trainer.journal) == expected


def test_that_a_rate_dragged_in_an_epoch_leaves_the_loader_in_the_script():
    settings = {"schedule.batch_size": 20, "schedule.epochs": 4}
    source = script(TASKS[R], touched(R, settings, (7, {"optimizer.lr": 0.05})).trainer.journal)
    assert "    for batch_x, batch_y in loader:\n        if step == 7:  # changed" in source


@pytest.mark.parametrize("name", TASKS)
def test_that_a_run_that_nobody_touched_has_the_script_of_its_settings(name):
    task = TASKS[name]
    journal = Journal(name, task.spec)
    for one in (journal, journal.with_settings(0, with_settings(task.spec, {"seed": 7}))):
        assert script(task, one) == script(task, one.spec)
        assert script(task, one, shared=True) == script(task, one.spec, shared=True)


def test_that_a_change_that_makes_no_difference_is_not_told():
    points = {"data.kind": "points"}
    run = touched("batch_training", points, (3, {"schedule.workers": 2}))
    assert not run.trainer.journal.is_touched
    with_workers = spec_of("batch_training", points | {"schedule.workers": 2})
    assert script(run.task, run.trainer.journal) == script(run.task, with_workers)


def test_that_points_added_by_hand_are_told_alone(tmp_path):
    settings = {"data.kind": "hand", "data.placed": CURVE, "optimizer.lr": 0.02}
    more = (*CURVE, (-1.5, 2.5))
    run = touched(R, settings, (5, {"data.placed": more}), (5, {"data.placed": more[1:]}))
    source = script(TASKS[R], run.trainer.journal)
    assert source.count("(0.5, 0.3)") == 1
    assert "points = torch.cat([points, more])" in source
    assert "points = torch.cat([points[1:]])" in source
    check(run, tmp_path)


# --- All that can change --------------------------------------------------------------------------

LIVE = [
    (name, key)
    for name in TASKS
    for key in flat(TASKS[name].spec)
    if field_details(type(TASKS[name].spec), key).get("live")
    and (not key.startswith("racers.") or key.startswith(("racers.momentum.", "racers.adam.")))
    and not (name == "optimizers" and key.startswith("optimizer."))
]
OTHER = {"clip": "norm", "keep": "best", "lr": 0.07, "epochs": 5, "steps": 37, "rate_patience": 1}
OTHER |= {"placed": None, "batch_size": 11, "rate_decay": 0.7, "rate_factor": 0.3, "shift": 1}
OTHER |= {"rate_every": 1, "target_loss": 1e-4, "patience": 2, "workers": 1}
RULE_OF = {"momentum": "nesterov", "alpha": "rmsprop", "beta1": "adam", "beta2": "nadam"}
RATE_OF = {"rate_every": "step", "rate_decay": "exponential", "rate_factor": "step"}
RATE_OF |= {"rate_patience": "plateau", "rate_warm_up": "warm_up"}


def beginning_for(name, key):
    """Settings of a short run in which a key means something."""
    last = key.rpartition(".")[2]
    settings = {"schedule.steps": 30, "schedule.batch_size": 8, "schedule.epochs": 0}
    if name != "optimizers" and last in RULE_OF:
        settings["optimizer.name"] = RULE_OF[last]
    if last in RATE_OF:
        settings["schedule.rate"] = RATE_OF[last]
    if last in ("patience", "keep"):
        settings["schedule.validation"] = 0.25
    if last == "clip_at":
        settings[key.replace("clip_at", "clip")] = "value"
    if last == "placed":
        placed = [(*one, i % 2) for i, one in enumerate(CURVE)] if name != R else CURVE
        settings |= {"data.kind": "hand", "data.placed": placed, "schedule.batch_size": 3}
    if name == "batch_training":
        settings |= {"data.kind": "points", "data.points": 60}
    if name == "cnn":
        settings |= {"data.images": 40, "network.conv": [{"channels": 2}], "schedule.steps": 9}
    if name == "optimizers":
        settings |= {"data.points": 60, "race.optimizers": ["sgd", "momentum", "adam"]}
    return settings


def changed_value(spec, key):
    """Another value of a key."""
    last, value = key.rpartition(".")[2], flat(spec)[key]
    if last == "placed":
        return (*value[1:], value[0], (*(0.3 + part for part in value[0][:2]), *value[0][2:]))
    if last in OTHER:
        return OTHER[last]
    return value / 2 + 0.01 if isinstance(value, float) else value + 3


def test_that_all_live_settings_are_tried():
    assert {key.rpartition(".")[2] for _, key in LIVE} == {
        *("lr", "momentum", "alpha", "beta1", "beta2", "weight_decay", "l1", "clip", "clip_at"),
        *("steps", "epochs", "batch_size", "patience", "keep", "target_loss"),
        *("rate_every", "rate_decay", "rate_factor", "rate_patience", "rate_warm_up"),
        *("placed", "shift", "rotate", "workers"),
    }


@pytest.mark.parametrize(("name", "key"), LIVE if ALL else LIVE[::9])
def test_that_each_setting_that_can_change_in_mid_run_changes_in_the_script(name, key, tmp_path):
    settings = beginning_for(name, key)
    spec = spec_of(name, settings)
    run = touched(name, settings, (7, {key: changed_value(spec, key)}))
    assert run.trainer.journal.edits
    check(run, tmp_path)
    assert is_inactive(spec, key) or run.trainer.journal.is_touched == affects_result(spec, key)


# --- What is rare ---------------------------------------------------------------------------------

HELD = {"schedule.validation": 0.25, "schedule.keep": "best", "data.points": 40}
WILD = {"racers.momentum.lr": 1000.0, "data.points": 60, "schedule.batch_size": 0}
SCHEDULES = {"schedule.rate_every": 2, "schedule.rate_factor": 0.5, "schedule.rate_warm_up": 9}
DRAGGED = tuple((2, {"optimizer.lr": round(0.2 - i / 100, 4)}) for i in range(12))
RARE = {
    "a rate that was dragged": (R, {"schedule.epochs": 90}, *DRAGGED),
    "a rate that was dragged within a pass": (
        R,
        {"schedule.batch_size": 9, "schedule.epochs": 4},
        *DRAGGED,
        (1, {"schedule.batch_size": 11}),
    ),
    "a network that diverged": (R, {"optimizer.lr": 2.0}, (None, {"optimizer.lr": 0.05})),
    "one that diverged twice": (
        R,
        {"optimizer.lr": 2.0, "network.norm": "batch", "schedule.batch_size": 30},
        (None, {"optimizer.lr": 50.0}),
        (None, {"optimizer.lr": 0.05}),
    ),
    "a racer that diverged": ("optimizers", WILD, (30, {"racers.momentum.lr": 0.01})),
    "all racers that diverged": (
        "optimizers",
        WILD | {"race.optimizers": ["momentum"], "schedule.rate": "cosine"},
        (None, {"schedule.target_loss": 0.01}),
    ),
    "past an early stop": (
        R,
        HELD | {"schedule.patience": 2, "schedule.steps": 300, "optimizer.lr": 0.4},
        (None, {}),
        (None, {}),
    ),
    "past a target": (R, {"schedule.target_loss": 0.05, "schedule.steps": 60}, (None, {})),
    "to batches, and back": (
        R,
        {"schedule.validation": 0.2},
        (3, {"schedule.batch_size": 16}),
        (3, {"schedule.batch_size": 33}),
        (4, {"schedule.batch_size": 0}),
    ),
    "steps to epochs": (
        R,
        {"schedule.batch_size": 30, "schedule.rate": "one_cycle"},
        (9, {"schedule.epochs": 2}),
        (None, {"schedule.epochs": 4}),
    ),
    **{
        f"a rate that goes {rate}": (
            "optimizers",
            SCHEDULES | {"schedule.rate": rate, "schedule.epochs": 5, "data.points": 90},
            (4, {"racers.adam.lr": 0.3, "schedule.rate_factor": 0.2}),
            (7, {"schedule.epochs": 7, "schedule.batch_size": 20}),
        )
        for rate in RATES
    },
}


@pytest.mark.parametrize("case", some(list(RARE), 10))
def test_that_a_script_has_what_is_rare(case, tmp_path):
    name, settings, *edits = RARE[case]
    run = touched(name, settings, *edits)
    assert len(run.trainer.journal.edits) == len(edits)
    check(run, tmp_path)


def test_that_an_edited_script_is_plain_python(tmp_path):
    """In a process of its own, which knows no nngui."""
    runs = [touched(R, {}, (30, {"optimizer.lr": 0.05})), touched_run(3)]
    for shuffle in (True, False):  # where nothing is trained, the batches are printed
        settings = {"schedule.epochs": 2, "schedule.batch_size": 4, "schedule.shuffle": shuffle}
        edits = [(4, {"schedule.epochs": 1}), (2, {}), (None, {"schedule.epochs": 3})]
        runs.append(touched("batch_training", settings, *edits))
    printed = run_scripts([script(run.task, run.trainer.journal) for run in runs], tmp_path)
    for run, text in zip(runs[:2], printed[:2], strict=True):
        assert text.splitlines() == lines_of(run)
    for run, text in zip(runs[2:], printed[2:], strict=True):
        assert text.count("Epoch:") == len(run.rows) == 9


def test_that_work_that_may_be_shared_follows_the_edits_alone(tmp_path):
    cases = [
        (R, {"optimizer.lr": 2.0}, (None, {"optimizer.lr": 0.05})),
        ("classification", {"schedule.batch_size": 40}, (7, {"schedule.batch_size": 30})),
    ]
    for i, (name, settings, *edits) in enumerate(cases):
        (tmp_path / str(i)).mkdir()
        check(touched(name, settings, *edits), tmp_path / str(i), shared=True)


# --- What no script has ---------------------------------------------------------------------------


def test_that_a_script_says_which_steps_turbo_took_and_which_device_was_left():
    journal = Journal(R, spec_of(R), "cuda")
    edits = (EngineEdit(5, "turbo"), EngineEdit(9, "torch"), DeviceEdit(9, "cpu"))
    for edit in (*edits, EngineEdit(12, "turbo")):
        journal = journal.with_edit(edit)
    source = script(TASKS[R], journal)
    told = re.sub("\n# ", " ", source.partition("\n\n")[0])
    assert "Steps 6 to 9 were taken by turbo, whose last digits differ." in told
    assert "The run began on cuda, whose last digits are not a processor's." in told
    assert "Behind step 9 the run left its device for cpu" in told
    assert "From step 13 on turbo took the steps" in told
    assert source.endswith(script(TASKS[R], spec_of(R)))
    assert len(notes(journal)) == 4


def test_that_a_script_says_what_is_not_known():
    source = script(TASKS[R], Journal(R, spec_of(R), known_from=40))
    assert source.startswith("# What was changed before step 40 is not known")
    assert not notes(Journal(R, spec_of(R)))


def test_that_turbo_is_only_told_of_where_it_took_a_step():
    journal = Journal(R, spec_of(R))
    for edit in (EngineEdit(5, "turbo"), EngineEdit(5, "torch")):
        journal = journal.with_edit(edit)
    assert not notes(journal)


def test_that_the_losses_of_a_touched_run_are_others():
    run = touched(R, {}, (30, {"optimizer.lr": 0.05}))
    untouched = trainer_of(R).advance(FOREVER)[:, :1].tolist()
    assert run.rows[:30] == untouched[:30]
    assert run.rows[31:] != untouched[31:]
