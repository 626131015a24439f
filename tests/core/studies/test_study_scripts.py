"""The scripts of studies: plain Python prints what the pages draw, bit for bit."""

from __future__ import annotations

import itertools
import math

import pytest

from nngui.core.microscope.micro_script import micro_check, micro_script
from nngui.core.microscope.settings import DEFAULTS, MicroSettings
from nngui.core.microscope.steps import Microscope
from nngui.core.microscope.update_rules import METHODS
from nngui.core.studies import seeds_sweep, sizes_sweep, study_checks
from nngui.core.studies.seeds_sweep import SeedsSweep
from nngui.core.studies.sizes_sweep import SizesSweep
from nngui.core.studies.study_checks import seeds_check, sizes_check
from nngui.core.studies.study_scripts import seeds_script, sizes_script
from tests.core.helpers import TASKS, run_scripts, some, spec_of

SIZES, SEEDS = TASKS["batch_training"], TASKS["optimizers"]
POINTS = {"data.kind": "points", "data.points": 60, "schedule.epochs": 3}
SIZES_OF = [  # what is compared: more settings
    {"network.dropout": 0.3, "network.norm": "batch", "optimizer.name": "adam"},
    {"schedule.validation": 0.2, "schedule.patience": 1, "schedule.epochs": 9},
    {},
    {"schedule.rate": "cosine", "schedule.shuffle": False, "schedule.workers": 2},
    {"schedule.epochs": 0, "schedule.steps": 130, "optimizer.clip": "norm"},
]
RACE = {"schedule.epochs": 2, "data.points": 100, "race.optimizers": ["sgd", "adam"]}
RACES = [
    {"racers.sgd.lr": 900.0},
    {"race.fair_start": False, "network.dropout": 0.2, "schedule.batch_size": 0},
    {},
    {"race.optimizers": ["adam"], "schedule.validation": 0.2},
]


def finished(study):
    for _ in study:
        pass
    return study.state()


def sizes_compared(more):
    """A script, and the losses that it has to print, by batch size and step."""
    specs = [spec_of("batch_training", POINTS | more | {"schedule.batch_size": n}) for n in (7, 0)]
    by_name = {str(spec.schedule.batch_size): spec for spec in specs}
    state = finished(SizesSweep(SIZES, by_name))
    return sizes_script(SIZES, specs, specs[0].to_load), state.curves, sizes_check(by_name, state)


def sizes_timed():
    """The same where each of them trains for so many seconds."""
    more = POINTS | {"schedule.epochs": 0, "schedule.steps": 10**8}
    specs = [spec_of("batch_training", more | {"schedule.batch_size": n}) for n in (8, 0)]
    ticks = iter(range(10**9))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sizes_sweep.time, "perf_counter", lambda: next(ticks) * 1e-3)
        by_name = dict(zip(("8", "0"), specs, strict=True))
        state = finished(SizesSweep(SIZES, by_name, seconds=0.25))
    steps = [int(state.curves[name][-1, 0]) for name in ("8", "0")]
    return sizes_script(SIZES, specs, 60, steps), state.curves, sizes_check(by_name, state)


def race_of(more):
    spec = spec_of("optimizers", RACE | more)
    left = 100 - int(100 * spec.schedule.validation)
    state = finished(SeedsSweep(SEEDS, spec, (3, 4)))
    return seeds_script(SEEDS, spec, (3, 4), left), state, seeds_check(spec, state)


def in_means():
    """A race of so many steps that each point of a curve is the mean of three."""
    spec = spec_of("optimizers", RACE | {"schedule.target_loss": 0.09})
    with pytest.MonkeyPatch.context() as patch:
        for module in (seeds_sweep, study_checks):
            patch.setattr(module, "MAX_CURVE_POINTS", 3)
        state = finished(SeedsSweep(SEEDS, spec, (3, 4)))
        return seeds_script(SEEDS, spec, (3, 4), 100), state, seeds_check(spec, state)


def microscope(size):
    """Forty steps; one was taken back, and before the nineteenth one of the rates was changed."""
    faster = DEFAULTS["sgd"].model_copy(update={"lr": 2.0, "weight_decay": 0.1})
    scope = Microscope(MicroSettings(5, size))
    for step in range(40):
        if step == 18:
            scope.step()
            scope.back()
            scope.change(DEFAULTS | {"sgd": faster})  # and it leaves for good
        scope.step()
    source = micro_script(scope.settings, scope.used)
    return source, scope.now.paths, micro_check(scope.now.paths)


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """Of each script the words that it printed, the true numbers, and what it is verified with."""
    made = {
        "sizes": [sizes_timed(), *map(sizes_compared, some(SIZES_OF, 2))],
        "races": [*map(race_of, some(RACES, 2)), in_means()],
        "microscopes": list(map(microscope, (4, 0))),
    }
    sources = [source for found in made.values() for source, _, _ in found]
    texts = iter(run_scripts(sources, tmp_path_factory.mktemp("scripts")))
    return {
        kind: [(next(texts).splitlines(), true, check) for _, true, check in found]
        for kind, found in made.items()
    }


def words(lines):
    return [line.split() for line in lines]


def test_that_plain_python_prints_the_losses_of_batch_sizes_that_are_compared(printed):
    for lines, curves, _ in printed["sizes"]:
        found = {(size, int(step)): loss for size, step, loss in words(lines)}
        for size, rows in curves.items():
            assert len(rows) > 3
            for step, _, _, loss in rows.tolist():
                assert found[size, int(step)] == repr(loss)
            last = max(step for name, step in found if name == size)
            assert last == rows[-1, 0], "it ends where the comparison ended"


def test_that_plain_python_prints_the_losses_of_each_seed(printed):
    for lines, state, _ in printed["races"][:-1]:
        for place, seed in enumerate(("3", "4")):
            *steps, end = [found[1:] for found in words(lines) if found[0] == seed]
            assert end == ["end", *map(repr, state.ends[place].tolist())]
            assert len(steps) >= len(state.steps)
            for line, losses in zip(steps, state.losses[place].tolist(), strict=False):
                known = [x if math.isfinite(x) else math.inf for x in map(float, line)]
                assert known == losses


def test_that_plain_python_takes_the_steps_of_the_microscope(printed):
    for lines, paths, _ in printed["microscopes"]:
        assert len(lines) == 40 * len(METHODS)
        for step, name, w, b in words(lines):
            assert [w, b] == [repr(x) for x in paths[name][int(step)].tolist()]
        assert abs(paths["sgd"][-1][0]) > 1e6


def test_that_each_script_is_verified_line_by_line(printed):
    for lines, _, check in itertools.chain(*printed.values()):
        assert [check.take(line) for line in lines] == [None] * len(lines)
        assert check.finish() is None
        assert check.is_complete
        assert check.equal == check.total > 10


def test_that_a_script_made_before_the_first_step_takes_the_usual_ones():
    scope = Microscope(MicroSettings())
    assert "range(1, 51)" in micro_script(scope.settings, scope.used)


@pytest.mark.parametrize("points", [2000, 4001])
def test_that_of_many_points_a_sample_is_looked_at_in_the_end(points):
    text = seeds_script(SEEDS, spec_of("optimizers"), (1, 2), points)
    assert ("x[::3], y[::3]" in text) == (points == 4001)
    assert ("loss_func, x, y)" in text.split("ends = ")[1]) == (points == 2000)
