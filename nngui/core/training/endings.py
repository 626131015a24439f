"""Why a run has ended, in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from nngui.core.text import mark


@dataclass(frozen=True)
class Ending:
    """Why a run has ended, or what is wrong with it.

    Attributes
    ----------
    kind : str
        ``steps``, ``target``, ``patience``, ``diverged``, ``dead``, ``memory``, ``slow``,
        ``unjudged``, ``unfollowed`` or ``stopped``.
    sentence : str
        English text with placeholders, marked for translation.
    values : dict
        What stands in the placeholders.
    """

    kind: str
    sentence: str
    values: dict[str, Any]

    def __str__(self) -> str:
        return self.sentence.format(**self.values)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields, for saving."""
        return asdict(self)


def steps_done(steps: int, epochs: int, best: int = 0) -> Ending:
    """Say that all that was asked for has been done.

    Parameters
    ----------
    best : int
        The epoch whose weights the network has now; 0: it has the last ones.
    """
    if epochs and best:
        text = mark("core", "All {epochs} epochs done: best was {best}.")
        return Ending("steps", text, {"epochs": f"{epochs:,}", "best": best})
    if epochs:
        return Ending("steps", mark("core", "All {epochs} epochs done."), {"epochs": f"{epochs:,}"})
    if best:
        text = mark("core", "All {steps} steps done: best was epoch {best}.")
        return Ending("steps", text, {"steps": f"{steps:,}", "best": best})
    return Ending("steps", mark("core", "All {steps} steps done."), {"steps": f"{steps:,}"})


def out_of_patience(epoch: int, best: int) -> Ending:
    """Say that the validation loss has not become smaller for as long as was asked for.

    Parameters
    ----------
    best : int
        The epoch in which it was smallest; of several networks, the last one that gained; 0 where
        it was never a number.
    """
    text = mark("core", "Stopped at epoch {epoch}: best was {best}.")
    return Ending("patience", text, {"epoch": epoch, "best": best})


def target_reached(step: int, target: float) -> Ending:
    """Say that the training loss is as small as was asked for."""
    text = mark("core", "Target loss {target} reached at step {step}.")
    return Ending("target", text, {"target": target, "step": step})


def diverged(step: int, loss: float, gentler: float) -> Ending:
    """Say that the loss is no longer a number, or beyond all bounds, and which rate to try."""
    text = mark(
        "core",
        "The training diverged: at step {step} the loss became {loss}. The last good weights were "
        "kept. Try a smaller learning rate, such as {lr}.",
    )
    return Ending("diverged", text, {"step": step, "loss": f"{loss:.3g}", "lr": f"{gentler:.2g}"})


def out_of_memory(device: str) -> Ending:
    """Say that a device was too small, and the run goes on elsewhere."""
    text = mark(
        "core",
        "{device} ran out of memory: the run goes on with the processor, from its last step. "
        "Smaller batches or a smaller network would fit.",
    )
    return Ending("memory", text, {"device": device})


def slow_step(seconds: float, work: int) -> Ending:
    """Say that a step takes minutes, or hours."""
    text = mark(
        "core",
        "A step of this run takes about {minutes} minutes: {work} multiply-adds. Smaller batches, "
        "narrower layers or smaller kernels make it shorter.",
    )
    return Ending("slow", text, _work_values(seconds, work))


def slow_look(seconds: float, work: int) -> Ending:
    """Say that it takes minutes, or hours, to ask the network about all points."""
    text = mark(
        "core",
        "A look at all points of this run takes about {minutes} minutes: {work} multiply-adds. "
        "Fewer points, narrower layers or smaller kernels make it shorter.",
    )
    return Ending("slow", text, _work_values(seconds, work))


def _work_values(seconds: float, work: int) -> dict[str, Any]:
    return {"minutes": f"{max(seconds / 60, 1):,.0f}", "work": f"{work:.2g}"}


DEAD = Ending(
    "dead",
    mark(
        "core",
        "The network has gone dead: no gradient reaches its hidden layers, so that the loss stays "
        "flat. Try a smaller learning rate, then New weights.",
    ),
    {},
)

UNJUDGED = Ending(
    "unjudged",
    mark(
        "core",
        "Patience and the best weights go by the validation loss, and nothing is held out for it: "
        "they do nothing. Set Validation.",
    ),
    {},
)

UNFOLLOWED = Ending(
    "unfollowed",
    mark(
        "core",
        "The way through the loss surface could not be recorded any further: it begins anew where "
        "the run is now. The training goes on; the log has the details.",
    ),
    {},
)

ALL_ZERO = Ending(
    "dead",
    mark(
        "core",
        "The hidden layers start from zeros, and no gradient reaches them: only the biases of the "
        "last layer learn. Set the initial weights to PyTorch, Xavier or He.",
    ),
    {},
)

STOPPED = Ending("stopped", mark("core", "Stopped before the end."), {})

_EXAMPLES = (
    *(steps_done(1, epochs, best) for epochs in (0, 1) for best in (0, 1)),
    *(target_reached(1, 1.0), out_of_patience(1, 1), diverged(1, 1.0, 1.0)),
)


def read_ending(fields: Any) -> Ending:
    """Return the ending that `Ending.as_dict` was taken from, in our own words.

    Raises
    ------
    ValueError
        When these are not the fields of an ending of a run.
    """
    if isinstance(fields, dict) and isinstance(values := fields.get("values"), dict):
        kinds = {name: type(value) for name, value in values.items()}
        for example in (*_EXAMPLES, STOPPED):
            wanted = {name: type(value) for name, value in example.values.items()}
            if fields.get("kind") == example.kind and kinds == wanted and _short(values):
                return Ending(example.kind, example.sentence, dict(values))
    raise ValueError("not an ending")


def _short(values: dict[str, Any]) -> bool:
    return all(len(f"{value}") <= 32 for value in values.values())
