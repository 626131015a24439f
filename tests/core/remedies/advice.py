"""What hints, endings, lessons and the finder of learning rates offer, and what it has to do."""

from __future__ import annotations

from tests.core.remedies.records import FINDER, HINT, Remedy

USE = "Use {lr}"
LATE = {  # a table that a network learns by heart, if it is let
    "data.kind": "diabetes",
    "network.hidden": (30, 30),
    "optimizer.name": "adam",
    "optimizer.lr": 0.01,
    "schedule.steps": 600,
    "schedule.validation": 0.3,
}
WAVE = {  # that is learned slowly
    "data.kind": "sine",
    "data.low": -2.0,
    "data.high": 2.0,
    "network.hidden": (20,),
    "optimizer.name": "adam",
    "optimizer.lr": 0.02,
    "schedule.steps": 60,
}


def _rate(rate, kind, name="sgd", task="regression"):
    before = {"optimizer.lr": rate, "optimizer.name": name}
    return Remedy(USE, task, before, HINT, 0.7, fits=True, kind=kind)


HINTS = (
    *(_rate(rate, "diverged") for rate in (2.0, 2.5, 5.0, 50.0, 1000.0)),
    _rate(5.0, "diverged", "momentum"),
    _rate(200.0, "diverged", task="classification"),
    _rate(0.9, "dead"),
    _rate(0.5, "dead", "adam"),
    _rate(1.0, "dead", "rmsprop"),
    _rate(20.0, "dead", "adagrad"),
    _rate(1.0, "fast"),
    *(_rate(rate, "slow") for rate in (0.0001, 0.0002, 0.001)),
    _rate(0.0001, "slow", task="classification"),
    Remedy(
        "Use PyTorch's weights",
        "regression",
        {"network.init": "zeros"},
        HINT,
        0.5,
        fits=True,
        kind="dead",
    ),
    Remedy(
        "Twice as many units: {wider}",
        "regression",
        {"network.hidden": (2,), "schedule.steps": 300},
        HINT,
        0.7,
        kind="dead",
        seeds=(2, 5, 7, 8, 9),  # in which both units, or one of them, died
    ),
    Remedy(
        "Use LeakyReLU",
        "regression",
        {
            "network.hidden": (5, 5, 5),
            "optimizer.name": "adam",
            "optimizer.lr": 0.05,
            "schedule.steps": 300,
        },
        {"network.activation": "leaky_relu"},
        0.9,
        kind="dead",
    ),
    Remedy(
        "Stop early, and keep the best", "regression", {}, HINT, 0.6, "score", "overfitting",
        kind="overfit",
    ),
    Remedy("Stop early, and keep the best", "regression", LATE, HINT, 0.98, "score", kind="late"),
    Remedy("Go on to step {longer}", "regression", WAVE, HINT, 0.8, kind="unfinished"),
    Remedy(
        "Go on to epoch {longer}",
        "regression",
        {name: value for name, value in WAVE.items() if name != "schedule.steps"}
        | {"schedule.epochs": 60},
        HINT,
        0.8,
        kind="unfinished",
    ),
)  # fmt: skip

ELSEWHERE = {
    "Stop at epoch {epoch}": "test_that_test_images_only_tell_where_to_stop",
    "Leave it out": "test_that_a_feature_that_is_the_target_is_named",
    "Standardise the inputs": "test_that_standardising_makes_it_better",
    "Balance the classes": "test_that_a_class_that_is_hardly_found_is_told_and_found_when_balanced",
}
"""Remedies of tables and images, which have tests of their own in test_hints.py."""

ENDINGS = (
    *(
        Remedy(
            "Set the initial weights to PyTorch, Xavier or He.",
            "regression",
            {"network.init": "zeros"},
            {"network.init": init},
            0.5,
        )
        for init in ("pytorch", "xavier", "he")
    ),
    Remedy(
        "Try a smaller learning rate, such as {lr}.",
        "regression",
        {"optimizer.lr": 2.5},
        {"optimizer.lr": 0.2},
        0.1,
        fits=True,
    ),
    Remedy(
        "Try a smaller learning rate, then New weights.",
        "regression",
        {"optimizer.lr": 0.9},
        {"optimizer.lr": 0.2},
        0.3,
        fits=True,
    ),
)
ENDINGS_ELSEWHERE = {
    "The last good weights were kept.": "what was done",
    "The training goes on; the log has the details.": (
        "test_that_a_trajectory_that_fails_is_left_out_and_told_and_the_run_goes_on"
    ),
    "Smaller batches or a smaller network would fit.": "test_that_what_is_smaller_takes_less",
    "Smaller batches, narrower layers or smaller kernels make it shorter.": (
        "test_that_what_is_smaller_takes_less"
    ),
    "Fewer points, narrower layers or smaller kernels make it shorter.": (
        "test_that_what_is_smaller_takes_less"
    ),
    "Set Validation.": "then something is held out",
}

FOUND = (
    Remedy("suggested", "regression", {}, FINDER, 1.0, fits=True),
    Remedy("suggested", "regression", {"optimizer.lr": 0.01}, FINDER, 0.3, fits=True),
    Remedy("suggested", "classification", {}, FINDER, 0.5, fits=True),
    Remedy("suggested", "save_restore", {"schedule.steps": 5000}, FINDER, 1.0),
    Remedy(
        "suggested",
        "batch_training",
        {"data.kind": "points", "schedule.batch_size": 32, "schedule.epochs": 5},
        FINDER,
        0.7,
    ),
)

LESSONS = (
    Remedy(
        "Set **Function** to *x* · sin 5*x*.",
        "regression",
        {"data.kind": "x_sin_x"},
        {
            "network.hidden": (20, 20),
            "optimizer.name": "adam",
            "optimizer.lr": 0.01,
            "schedule.steps": 3000,
        },
        0.3,
    ),
    Remedy(
        "A dead network does not wake up: lower the rate and press **Reset**, or take **New "
        "weights**.",
        "regression",
        {"optimizer.lr": 0.9},
        {"optimizer.lr": 0.2},
        0.3,
        fits=True,
    ),
    Remedy(
        "Set **Data** to *Moons* or *Circles*, with 2000 **Steps**",
        "classification",
        {"data.kind": "circles"},
        {"schedule.steps": 2000},
        0.3,
    ),
    Remedy(
        "*Spirals* are hard.",
        "classification",
        {"data.kind": "spirals"},
        {
            "network.hidden": (20, 20),
            "optimizer.name": "adam",
            "optimizer.lr": 0.01,
            "schedule.steps": 1000,
        },
        0.1,
        "misses",
    ),
)
