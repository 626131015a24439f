"""A run in a line of JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from nngui.core.errors import NnguiError
from nngui.core.evaluation.evaluation import NETWORK, EvaluationInspector
from nngui.core.evaluation.metrics import ACCURACY, R2
from nngui.core.evaluation.parts import PARTS, TEST, outputs_of
from nngui.core.text import mark
from nngui.core.training.endings import STOPPED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nngui.core.trainer import Trainer


def run_summary(
    trainer: Trainer, last: dict[str, float], seconds: float, interrupted: bool, first: int = 0
) -> dict[str, Any]:
    """Return what a run has come to.

    Parameters
    ----------
    last : dict of str to float
        The last value of each column.
    seconds : float
        How long it trained.
    interrupted : bool
        Whether it was stopped before its end.
    first : int
        Steps that it had done before it was taken up again.
    """
    ending = STOPPED if interrupted else trainer.ending
    reason = f"{ending} {trainer.state.hint}" if trainer.state.hint else str(ending)
    return {
        "task": trainer.state.task.name,
        "engine": trainer.engine,
        "device": str(trainer.state.device),
        "seed": trainer.spec.seed,
        "steps": trainer.step_count,
        "epochs": trainer.batches.epoch,
        **_best(trainer),
        **_best_epoch(trainer),
        **known(last),
        "seconds": round(seconds, 4),
        "steps_per_s": round((trainer.step_count - first) / max(seconds, 1e-9), 1),
        **_scores(trainer),
        **({} if trainer.data.report is None else trainer.data.report.summary()),
        **_images(trainer),
        "reason": reason,
    }


def no_better(found: Mapping[str, Any]) -> NnguiError | None:
    """Return that a simple model is worth as much as the network, of a table's last part; or None.

    Parameters
    ----------
    found : mapping
        What `run_summary` returned.
    """
    part = next((name.lower() for name in PARTS[::-1] if name.lower() in found), None)
    if part is None:
        return None
    scores: Mapping[str, Mapping[str, float | None]] = found[part]
    figure = next(name for name in (ACCURACY, R2) if name in next(iter(scores.values())))
    worth = {name: value for name, each in scores.items() if (value := each[figure]) is not None}
    own = worth.pop(NETWORK, -math.inf)
    best = max(worth, key=lambda name: worth[name], default=None)
    if best is None or own > worth[best]:
        return None
    text = mark(
        "core",
        "The network is no better than this: {model}. {figure} on the {part} rows: {own}, {other}.",
    )
    values = {"figure": figure, "part": part, "own": f"{own:.3f}", "other": f"{worth[best]:.3f}"}
    return NnguiError(text, model=best, **values)


def known(values: Mapping[str, float]) -> dict[str, float | None]:
    """Return values as JSON has them: what is no number, or has no end, is None."""
    return {name: value if math.isfinite(value) else None for name, value in values.items()}


def _best(trainer: Trainer) -> dict[str, str]:
    """Say which network a saved file holds, where there are several."""
    several = len(trainer.variants) > 1
    return {"best": trainer.best.name} if several and trainer.best is not None else {}


def _best_epoch(trainer: Trainer) -> dict[str, int]:
    """Say in which epoch the validation loss was smallest, where the run goes by that."""
    epochs = [place.epoch for place in trainer.state.best_places]
    return {"best_epoch": max(epochs)} if epochs else {}


def _images(trainer: Trainer) -> dict[str, Any]:
    """Return how many images were read, which files were left out, and what is to be said."""
    data = trainer.data
    if data.pictures is None:
        return {}
    test = len(data.held_out[1]) if data.held_out is not None else 0
    training = len(trainer.state.prepared.train[1])
    validation = len(data.y) - training
    images = {"training": training, "test": test, "classes": len(data.classes)}
    return {
        **_test_accuracy(trainer),
        "images": images | ({"validation": validation} if validation else {}),
        "left_out": [one.summary() for one in data.left_out],
        "notes": [str(note) for note in data.notes],
    }


def _test_accuracy(trainer: Trainer) -> dict[str, Any]:
    """Return what the network is worth on images that neither it nor its best epoch comes from."""
    test = trainer.state.prepared.test
    if test is None:
        return {}
    right = outputs_of(trainer, test[0]).argmax(1) == test[1]
    return {TEST.lower(): {NETWORK: {ACCURACY: float(right.float().mean())}}}


def _scores(trainer: Trainer) -> dict[str, Any]:
    """Return what the network and the baselines are worth on a table's rows kept back."""
    found = EvaluationInspector()(trainer)
    if found is None:
        return {}
    last = found.last
    return {last.lower(): {name: known(each[last]) for name, each in found.scores.items()}}
