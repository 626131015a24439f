"""A race's script leaves a network that diverges where the program leaves it, bit for bit."""

from __future__ import annotations

import pytest

from nngui.core.script import script
from tests.core.helpers import ALL, FOREVER, TASKS, run_scripts, spec_of, trainer_of

SEEDS = range(20) if ALL else (1,)
WILD = {"racers.momentum.lr": 1000, "schedule.epochs": 0, "schedule.steps": 60}
ALL_WILD = {"race.optimizers": ["sgd", "momentum"], "racers.sgd.lr": 30, **WILD}
HELD = {"schedule.validation": 0.2, "schedule.epochs": 8, "schedule.batch_size": 100}
FAMILY = {
    "in batches": {**WILD},
    "all points at once": {**WILD, "schedule.batch_size": 0},
    "by epochs": {**WILD, "schedule.epochs": 2},
    "all of them": ALL_WILD,
    "all of them, at once": {**ALL_WILD, "schedule.batch_size": 0},
    "with averages": {**WILD, "network.norm": "batch", "network.dropout": 0.2},
    "an explosion without NaN": {**WILD, "racers.momentum.lr": 40},
    "clipped, and pulled": {
        **WILD,
        "racers.momentum.clip": "norm",
        "racers.adam.l1": 0.01,
        "racers.sgd.lr": 500,
    },
    "a target": {**WILD, "schedule.target_loss": 0.02},
    **{
        f"rate {rate}": {**WILD, "schedule.rate": rate}
        for rate in ("cosine", "one_cycle", "step", "plateau")
    },
    "patience": {**WILD, **HELD, "schedule.patience": 2},
    "the best weights": {**WILD, **HELD, "schedule.keep": "best", "schedule.patience": 3},
    "the best weights of one that dropped out late": {
        **WILD,
        **HELD,
        "racers.momentum.lr": 2.5,
        "schedule.keep": "best",
        "schedule.rate": "plateau",
    },
}
SAMPLE = ("in batches", "all of them", "with averages", "patience")
CASES = {
    (name, seed): {"seed": seed, **settings}
    for name, settings in FAMILY.items()
    if ALL or name in SAMPLE
    for seed in SEEDS
}
WEIGHTS = """
for net in nets:
    for value in net.state_dict().values():
        print("weights", *map(repr, value.flatten().tolist()))
"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What each script prints: its losses, then its networks."""
    task = TASKS["optimizers"]
    sources = [script(task, spec_of("optimizers", case)) + WEIGHTS for case in CASES.values()]
    folder = tmp_path_factory.mktemp("races")
    return dict(zip(CASES, run_scripts(sources, folder), strict=True))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_that_a_script_leaves_a_racer_that_diverged_where_the_program_does(case, printed):
    trainer = trainer_of("optimizers", CASES[case])
    rows = trainer.advance(FOREVER)[:, : len(trainer.variants)].tolist()
    lines = printed[case].splitlines()
    losses = [line for line in lines if not line.startswith("weights")]
    assert losses == [" ".join(map(repr, row)) for row in rows]
    weights = [
        " ".join(["weights", *map(repr, value.flatten().tolist())])
        for variant in trainer.variants
        for value in variant.net.state_dict().values()
    ]
    assert lines[len(losses) :] == weights
    assert not any("nan" in line for line in weights)
    assert any(variant.diverged for variant in trainer.variants)
