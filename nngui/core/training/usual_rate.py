"""The learning rate that an optimizer usually does well with, and a gentler one than now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.spec.table_defaults import FIXED

if TYPE_CHECKING:
    from nngui.core.spec import OptimizerSpec, Spec
    from nngui.core.task import Task

# Measured on the tutorial's first section, 12 seeds each: about a third of the best rate.
USUAL = {
    "sgd": 0.1, "momentum": 0.1, "nesterov": 0.1, "adagrad": 0.1, "rmsprop": 0.01,
    "adam": 0.02, "adamw": 0.02, "adamax": 0.02, "nadam": 0.02, "radam": 0.02,
}  # fmt: skip
LARGER = 1.5  # times the usual rate: it may be to blame


def usual_rate(task: Task, spec: Spec, optimizer: OptimizerSpec | None = None) -> float:
    """Return the rate of the task's own settings, or of those that a table begins with.

    Parameters
    ----------
    optimizer : OptimizerSpec, optional
        That of one of several networks; else of `spec`.
    """
    name = (optimizer or spec.optimizer).name
    if spec.data.kind == "table":
        own, rate = FIXED["optimizer.name"], float(FIXED["optimizer.lr"])
    else:
        own, rate = task.spec.optimizer.name, task.spec.optimizer.lr
    return rate if name == own else USUAL[name]


def gentler_rate(task: Task, spec: Spec, optimizer: OptimizerSpec | None = None) -> float:
    """Return a rate for a network that diverged: a tenth, or the usual one if that is far less."""
    tenth = float(f"{(optimizer or spec.optimizer).lr / 10:.2g}")
    usual = usual_rate(task, spec, optimizer)
    return tenth if tenth <= 2 * usual else usual
