"""The optimizer of a network, and what PyTorch calls its settings."""

from __future__ import annotations

from typing import Any, Literal

from nngui.core.spec.fields import Frozen, setting
from nngui.core.spec.torch_names import OPTIMIZER_NAMES, WITH_BETAS, WITH_MOMENTUM
from nngui.core.text import mark

OptimizerName = Literal[
    "sgd",
    "momentum",
    "nesterov",
    "adagrad",
    "rmsprop",
    "adam",
    "adamw",
    "adamax",
    "nadam",
    "radam",
]

Clip = Literal["none", "norm", "value"]
CLIPS = {
    "none": mark("core", "no"),
    "norm": mark("core", "by norm"),
    "value": mark("core", "by value"),
}


class OptimizerSpec(Frozen):
    """How the gradient becomes a step. The names and defaults are the tutorial's."""

    name: OptimizerName = setting(
        "sgd",
        mark("core", "Optimizer"),
        mark("core", "The rule that turns gradients into a step."),
        labels=OPTIMIZER_NAMES,
    )
    lr: float = setting(
        0.01,
        mark("core", "Learning rate"),
        mark(
            "core",
            "lr: how far each step goes. Too large and the loss explodes; too small and it crawls.",
        ),
        live=True,
        slider=(1e-4, 10.0),
        gt=0,
        le=1000,
    )
    momentum: float = setting(
        0.8,
        mark("core", "Momentum"),
        mark("core", "The share of the last step that is carried into the next one."),
        live=True,
        when={"name": WITH_MOMENTUM},
        ge=0,
        le=1,
    )
    alpha: float = setting(
        0.9,
        mark("core", "Alpha"),
        mark("core", "How slowly RMSprop's average of squared gradients forgets."),
        live=True,
        when={"name": ("rmsprop",)},
        ge=0,
        lt=1,
    )
    beta1: float = setting(
        0.9,
        mark("core", "Beta 1"),
        mark("core", "How slowly Adam's average of gradients forgets."),
        live=True,
        when={"name": WITH_BETAS},
        ge=0,
        lt=1,
    )
    beta2: float = setting(
        0.99,
        mark("core", "Beta 2"),
        mark("core", "How slowly Adam's average of squared gradients forgets."),
        live=True,
        when={"name": WITH_BETAS},
        ge=0,
        lt=1,
    )
    weight_decay: float = setting(
        0.0,
        mark("core", "Weight decay"),
        mark("core", "L2: pulls every weight towards zero, so that the network stays simple."),
        live=True,
        ge=0,
        le=10,
        zero=mark("core", "off"),
    )
    l1: float = setting(
        0.0,
        mark("core", "L1"),
        mark(
            "core",
            "Pulls every weight towards zero, all by the same amount, so that many get there: the "
            "sum of their sizes, times this, is added to what is made smaller. The loss that is "
            "shown stays the loss.",
        ),
        live=True,
        ge=0,
        le=10,
        zero=mark("core", "off"),
        advanced=True,
    )
    clip: Clip = setting(
        "none",
        mark("core", "Clip gradients"),
        mark(
            "core",
            "By norm: a gradient that is longer than the limit is shortened to it. By value: each "
            "of its numbers is held between minus and plus the limit.",
        ),
        live=True,
        labels=CLIPS,
        advanced=True,
    )
    clip_at: float = setting(
        1.0,
        mark("core", "Limit"),
        mark("core", "How long a gradient may be, or how large each of its numbers."),
        live=True,
        when={"clip": ("norm", "value")},
        gt=0,
        le=1e6,
        advanced=True,
    )


def optimizer_options(spec: OptimizerSpec) -> dict[str, Any]:
    """Return what the optimizer's class is called with, besides the parameters."""
    result: dict[str, Any] = {"lr": spec.lr}
    if spec.name in WITH_MOMENTUM:
        result["momentum"] = spec.momentum
        if spec.name == "nesterov" and spec.momentum:  # without any, PyTorch refuses it
            result["nesterov"] = True
    elif spec.name == "rmsprop":
        result["alpha"] = spec.alpha
    elif spec.name in WITH_BETAS:
        result["betas"] = (spec.beta1, spec.beta2)
    # AdamW's own default is 0.01, so it is always given; for the others 0 is the default.
    if spec.weight_decay or spec.name == "adamw":
        result["weight_decay"] = spec.weight_decay
    return result
