"""Exported scripts, run by plain Python without nngui, print the losses of the run."""

from __future__ import annotations

import ast
import importlib.util
import random
from pathlib import Path

import pytest
import torch

from nngui.core.code_text import function_code
from nngui.core.forward import widest
from nngui.core.script import script
from tests.core.helpers import (
    CORNERS,
    CURVE,
    FOREVER,
    OPTIMIZERS,
    TASKS,
    losses_of,
    run_scripts,
    spec_of,
    trainer_of,
)

R, C = "regression", "classification"
BATCHES = {"schedule.batch_size": 32}
DIVERGING = {"optimizer.lr": 2, "schedule.steps": 60}
HAND_R = {"data.kind": "hand", "data.placed": CURVE}
HAND_C = {"data.kind": "hand", "data.placed": CORNERS}
FUNCTIONS = ("square", "sine", "cubic", "step", "abs", "x_sin_x")
SHAPES = ("clouds", "blobs", "moons", "circles", "spirals", "xor")
ACTIVATIONS = ("relu", "tanh", "sigmoid", "leaky_relu", "elu", "gelu")

CASES = {
    "regression as it is": (R, {"schedule.steps": 100}),
    "classification as it is": (C, {"schedule.steps": 100}),
    **{f"data {kind}": (R, {"data.kind": kind}) for kind in (*FUNCTIONS, "diabetes")},
    **{f"data {kind}": (C, {"data.kind": kind}) for kind in (*SHAPES, "iris", "wine")},
    "eight blobs": (C, {"data.kind": "blobs", "data.classes": 8, "data.points": 20}),
    "other columns": (
        C,
        {
            "data.kind": "wine",
            "data.horizontal": "od280/od315 of diluted wines",
            "data.vertical": "proline",
        },
    ),
    "no noise": (C, {"data.kind": "moons", "data.noise": 0}),
    "normal noise": (R, {"data.noise_kind": "normal", "data.noise": 0.05}),
    "another parabola": (R, {"data.a": -2.5, "data.b": 3, "optimizer.lr": 0.01}),
    "another range": (R, {"data.low": -0.3, "data.high": 2, "data.points": 17}),
    "two points": (R, {"data.points": 2}),
    "many points": (R, {"data.points": 50_000, "network.hidden": [32], "schedule.steps": 5}),
    "a curve by hand": (R, HAND_R),
    "a curve of whole numbers": (
        R,
        {"data.kind": "hand", "data.placed": [[0, 1], [1, 2], [-3, 4]], "optimizer.lr": 0.01},
    ),
    "a curve by hand, standardised": (R, {**HAND_R, "data.standardise": True}),
    "classes by hand": (C, HAND_C),
    "classes by hand, standardised": (C, {**HAND_C, "data.standardise": True}),
    "a class without points": (C, {**HAND_C, "data.classes": 6}),
    **{f"optimizer {o}": (R, {"optimizer.name": o, "optimizer.lr": 0.02}) for o in OPTIMIZERS},
    **{
        f"optimizer {o}, in batches": (
            C,
            {"optimizer.name": o, "optimizer.weight_decay": 0.1, **BATCHES},
        )
        for o in OPTIMIZERS
    },
    "other constants": (
        R,
        {
            "optimizer.name": "adam",
            "optimizer.beta1": 0.5,
            "optimizer.beta2": 0.8,
            "optimizer.lr": 1e-5,
        },
    ),
    "another alpha": (R, {"optimizer.name": "rmsprop", "optimizer.alpha": 0.5}),
    "another momentum": (R, {"optimizer.name": "momentum", "optimizer.momentum": 0.3}),
    **{
        f"activation {a}": (R, {"network.activation": a, "network.hidden": [9, 4]})
        for a in ACTIVATIONS
    },
    **{f"loss {loss}": (R, {"loss": loss}) for loss in ("mse", "l1", "huber")},
    **{f"{len(h)} hidden layers": (C, {"network.hidden": h}) for h in ([], [3], [8, 6], [7, 6, 5])},
    "dropout": (R, {"network.dropout": 0.25, "network.hidden": [20, 10]}),
    "dropout in batches": (C, {"network.dropout": 0.5, **BATCHES}),
    **{
        f"{norm} norm": (
            R,
            {
                "network.norm": norm,
                "network.hidden": [9, 4],
                "network.dropout": 0.1,
                "schedule.batch_size": 32,
                "schedule.validation": 0.2,
            },
        )
        for norm in ("batch", "layer")
    },
    "batch norm on all at once": (C, {"network.norm": "batch", "data.kind": "moons"}),
    **{
        f"initial weights {init}": (
            C,
            {
                "network.init": init,
                "network.init_scale": 2.5,
                "network.hidden": [6, 5],
                "network.activation": "sigmoid",
                "network.norm": "layer",
                **BATCHES,
            },
        )
        for init in ("xavier", "he", "zeros", "scaled")
    },
    "label smoothing": (C, {"label_smoothing": 0.1, "data.kind": "blobs"}),
    "label smoothing, classes alike": (
        C,
        {"label_smoothing": 0.3, "class_weights": "balanced", "data.kind": "wine", **BATCHES},
    ),
    "two networks with initial weights": (
        "quick_build",
        {"network.init": "he", "network.same_weights": False, "label_smoothing": 0.2},
    ),
    "five networks with scaled weights and a norm": (
        "optimizers",
        {"network.init": "scaled", "network.init_scale": 0.5, "network.norm": "batch"},
    ),
    "a last batch of one": (R, {"schedule.batch_size": 33}),
    "batches of one": (R, {"schedule.batch_size": 1, "optimizer.lr": 0.01}),
    "one batch that holds all, shuffled": (R, {"schedule.batch_size": 100}),
    "epochs": (R, {"schedule.epochs": 7}),
    "epochs in batches": (R, {"schedule.epochs": 3, "schedule.batch_size": 30}),
    "validation": (R, {"schedule.validation": 0.3}),
    "validation in batches": (C, {"schedule.validation": 0.25, **BATCHES}),
    "validation, standardised": (C, {"data.kind": "iris", "schedule.validation": 0.2}),
    "validation, both standardised": (R, {"data.kind": "diabetes", "schedule.validation": 0.5}),
    "a target": (R, {"schedule.target_loss": 0.05, "schedule.steps": 100}),
    "a target in an epoch": (
        R,
        {"schedule.target_loss": 0.08, "schedule.batch_size": 30, "schedule.epochs": 30},
    ),
    "the first seed": (R, {"seed": 0}),
    "classes alike": (
        C,
        {
            "data.kind": "wine",
            "class_weights": "balanced",
            "schedule.batch_size": 20,
            "schedule.epochs": 3,
            "schedule.validation": 0.2,
        },
    ),
    "the last seed": (C, {"seed": 2**32 - 1}),
    "all at once": (
        C,
        {
            "seed": 7,
            "data.kind": "spirals",
            "network.hidden": [12, 8],
            "network.activation": "tanh",
            "network.dropout": 0.1,
            "optimizer.name": "adamw",
            "optimizer.weight_decay": 0.02,
            "schedule.batch_size": 48,
            "schedule.epochs": 4,
            "schedule.validation": 0.15,
        },
    ),
}


SCHEDULES = ("step", "exponential", "cosine", "one_cycle", "warm_up", "plateau")
QUICK = {
    "schedule.rate_every": 2,
    "schedule.rate_factor": 0.5,
    "schedule.rate_decay": 0.9,
    "schedule.rate_patience": 1,
    "schedule.rate_warm_up": 7,
    "optimizer.lr": 0.3,
}
AT_ONCE = {"schedule.validation": 0.2, "schedule.steps": 25}
EPOCHS = {"schedule.epochs": 6, "schedule.batch_size": 30}
STEPS = {"schedule.steps": 23, "schedule.batch_size": 30, "schedule.validation": 0.2}
WAYS = (("sgd", "at once", AT_ONCE), ("adam", "epochs", EPOCHS), ("rmsprop", "steps", STEPS))
CASES |= {
    f"rate {rate}, {name}, {words}": (
        R,
        {**QUICK, **how, "schedule.rate": rate, "optimizer.name": name},
    )
    for rate in SCHEDULES
    for name, words, how in WAYS
}
GRADIENTS = (("norm", "sgd", 0), ("value", "adam", 0.01), ("norm", "rmsprop", 0.003))
CASES |= {
    f"{clip} clipped, {name}, L1 {l1}": (
        C,
        {
            "optimizer.clip": clip,
            "optimizer.clip_at": 0.05,
            "optimizer.l1": l1,
            "optimizer.name": name,
        },
    )
    for clip, name, l1 in (*GRADIENTS, ("none", "momentum", 0.01))
}


def _anything(rng):
    """Some settings, as a user might choose them."""
    name = rng.choice((R, C))
    kinds = (*FUNCTIONS, "diabetes") if name == R else (*SHAPES, "iris", "wine")
    settings = {
        "seed": rng.randrange(2**32),
        "data.kind": rng.choice(kinds),
        "data.points": rng.randint(20, 80),
        "data.noise": round(rng.random(), 2),
        "network.hidden": [rng.randint(1, 12) for _ in range(rng.randint(0, 3))],
        "network.activation": rng.choice(ACTIVATIONS),
        "network.dropout": rng.choice((0.0, 0.0, 0.2)),
        "optimizer.name": rng.choice(OPTIMIZERS),
        "optimizer.lr": rng.choice((0.001, 0.013, 0.1)),
        "optimizer.weight_decay": rng.choice((0.0, 0.0, 0.001)),
        "schedule.batch_size": rng.choice((0, 0, 7, 13, 14)),
        "schedule.epochs": rng.choice((0, 0, 3)),
        "schedule.validation": rng.choice((0.0, 0.0, 0.3)),
        "schedule.rate": rng.choice(("constant", *SCHEDULES)),
        "optimizer.clip": rng.choice(("none", "norm", "value")),
        "optimizer.clip_at": rng.choice((0.01, 1.0)),
        "optimizer.l1": rng.choice((0.0, 0.01)),
    }
    if name == R:
        settings |= {
            "loss": rng.choice(("mse", "l1", "huber")),
            "data.noise_kind": rng.choice(("uniform", "normal")),
            "data.high": round(rng.uniform(-0.5, 3), 2),
        }
    else:
        settings["class_weights"] = rng.choice(("equal", "balanced"))
        settings["label_smoothing"] = rng.choice((0.0, 0.15))
    norms = ("none", "layer") if settings["schedule.batch_size"] else ("none", "batch", "layer")
    settings["network.norm"] = rng.choice(norms)
    if settings["network.norm"] == "layer":
        settings["network.hidden"] = [width + 1 for width in settings["network.hidden"]]
    settings["network.init"] = rng.choice(("pytorch", "xavier", "he", "zeros", "scaled"))
    settings["network.init_scale"] = rng.choice((0.01, 1.0, 3.0))
    return name, settings


CASES |= {f"anything {seed}": _anything(random.Random(seed)) for seed in range(25)}


def settings_of(case):
    name, settings = CASES[case]
    return name, {"schedule.steps": 20, **settings}


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What each case's script prints."""
    sources = []
    for case in CASES:
        name, settings = settings_of(case)
        sources.append(script(TASKS[name], spec_of(name, settings)))
    sources.append(script(TASKS[R], spec_of(R, DIVERGING)))
    outputs = run_scripts(sources, tmp_path_factory.mktemp("scripts"))
    return dict(zip([*CASES, "diverging"], outputs, strict=True))


@pytest.mark.parametrize("case", CASES)
def test_that_a_script_prints_the_losses_of_the_run(case, printed):
    trainer = trainer_of(*settings_of(case))
    expected = trainer.advance(FOREVER)[:, : len(trainer.variants)]
    assert len(expected) > 0
    assert printed[case].split() == [repr(loss) for loss in expected.flatten().tolist()]


CONVOLVED = [{"channels": 40, "padding": 5}, {"channels": 3, "pooling": "none"}]
NETWORKS = [
    *((name, {}) for name in TASKS),
    (R, {"network.hidden": []}),
    (C, {"network.hidden": [3, 70, 5], "network.norm": "layer", "network.dropout": 0.2}),
    ("quick_build", {"network.layers": [{"width": 8, "dropout": 0.1}, {"width": 40}]}),
    ("cnn", {"network.conv": CONVOLVED}),
    ("cnn", {"network.conv": [], "network.hidden": [5], "network.dropout": 0.1}),
    ("cnn", {"network.conv": [], "network.hidden": [4000]}),
]


@pytest.mark.parametrize(("name", "settings"), NETWORKS)
def test_that_the_widest_layer_is_told_without_building_the_network(name, settings):
    task, spec = TASKS[name], spec_of(name, settings)
    data = task.data_code(spec)
    for column in spec.optimizers():
        net = task.network.build(spec, data.shape, data.outputs, column)
        measured = widest(net, torch.zeros(1, *data.shape))
        assert task.network.code(spec, data, column).widest == measured


def test_that_a_script_prints_the_losses_of_a_run_that_diverges_until_then(printed):
    expected = [repr(loss) for loss in losses_of(R, DIVERGING)]
    assert 10 < len(expected) < 60
    assert printed["diverging"].split()[: len(expected)] == expected


def test_that_equal_settings_make_equal_scripts_and_others_differ():
    def source(settings):
        return script(TASKS[R], spec_of(R, settings))

    assert source({"seed": 3}) == source({"seed": 3})
    others = [{"seed": 4}, {"optimizer.lr": 0.1}, {"network.hidden": [4]}, {"schedule.steps": 5}]
    assert len({source(settings) for settings in [{}, *others]}) == 5


def test_that_a_script_needs_nothing_but_torch():
    for case in CASES:
        name, settings = settings_of(case)
        source = script(TASKS[name], spec_of(name, settings))
        imports = [line.split()[1] for line in source.splitlines() if "import " in line]
        assert {name.partition(".")[0] for name in imports} <= {"torch", "collections", "math"}


def test_that_functions_of_scripts_are_cut_out_as_python_reads_them():
    for module in ("shapes", "table_math", "augment"):
        name = f"nngui.core.data.{module}"
        source = Path(importlib.util.find_spec(name).origin).read_text("utf-8")
        functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
        assert functions
        for node in functions:
            expected = ast.get_source_segment(source, node).splitlines()
            assert function_code(name, node.name) == ["", *expected, "", ""]


def test_that_a_script_whose_work_may_be_shared_follows_its_schedule_alone(tmp_path):
    cases = [
        {
            **QUICK,
            **EPOCHS,
            "schedule.rate": rate,
            "schedule.validation": share,
            "optimizer.l1": 0.01,
        }
        for rate in ("step", "cosine", "plateau")
        for share in (0.0, 0.2)
    ]
    sources = [script(TASKS[R], spec_of(R, case), shared=True) for case in cases]
    sources = [source.replace("torch.save(net, ", "print(end='') or str(") for source in sources]
    printed = run_scripts(sources, tmp_path)
    for case, text in zip(cases, printed, strict=True):
        assert [float(line) for line in text.split()] == losses_of(R, case), case


def test_that_a_pass_that_is_cut_short_is_not_judged(tmp_path):
    """The best weights are those of a whole epoch, though the loss falls on until the end."""
    told = "\nprint(*(repr(p.double().sum().item()) for p in net.parameters()))\n"
    cases = [
        {"schedule.steps": 23, "schedule.batch_size": 30},
        {"schedule.epochs": 9, "schedule.batch_size": 30},
        {"schedule.epochs": 9, "schedule.batch_size": 30, "schedule.target_loss": 0.18},
    ]
    always = {"schedule.validation": 0.2, "schedule.keep": "best", "optimizer.lr": 0.005}
    always |= {"data.noise": 0.0, "seed": 0}  # so that it falls all the way
    cases = [always | case for case in cases]
    sources = [script(TASKS[R], spec_of(R, case)) + told for case in cases]
    for case, text in zip(cases, run_scripts(sources, tmp_path), strict=True):
        trainer = trainer_of(R, case)
        trainer.advance(FOREVER)
        found = [float(word) for word in text.split()[-4:]]
        sums = [p.double().sum().item() for p in trainer.variants[0].net.parameters()]
        assert found == sums, case
    trainer = trainer_of(R, cases[0])
    assert trainer.advance(FOREVER).shape[0] == 23
    assert trainer.variants[0].best.step == 21
