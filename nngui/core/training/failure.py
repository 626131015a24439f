"""What is said of a step that failed by something that nobody foresaw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nngui.core.errors import NnguiError
from nngui.core.memory import as_no_memory
from nngui.core.text import mark, printable

if TYPE_CHECKING:
    from nngui.core.arrays import Floats

MAX_SHOWN = 80  # characters of what an exception says

STANDINGS = {
    "before": mark(
        "core",
        "The training stopped at step {step} by an unforeseen error: {why} The run is as it was "
        "before that step.",
    ),
    "earlier": mark(
        "core",
        "The training stopped at step {step} by an unforeseen error: {why} The run is as it was at "
        "step {at}; the steps since then are taken again when it goes on.",
    ),
    "alike": mark(
        "core",
        "The training stopped at step {step} by an unforeseen error: {why} The run was put back "
        "before that step, but not to the last bit: steps on several cores, or on a graphics "
        "processor, do not repeat themselves exactly.",
    ),
    "saved": mark(
        "core",
        "The training stopped at step {step} by an unforeseen error: {why} The run is as it was "
        "last saved, at step {at}: it is too large for a copy to be held.",
    ),
    "lost": mark(
        "core",
        "The training stopped at step {step} by an unforeseen error: {why} The run could not be "
        "put back: its network may have taken a part of that step. To go on tries it once more.",
    ),
}
"""How a run can stand after a step that failed, and what is said of that."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A step that failed, and how the run stands since.

    Attributes
    ----------
    step : int
        The step that failed; of an engine that takes many at once, the first that is not known.
    at : int
        The step at which the run stands now.
    standing : str
        A key of `STANDINGS`.
    rows : ndarray
        Shape (steps, columns): of the steps of this call before the one that failed; the run stands
        behind them. Where it stands at an earlier step, there are none.
    handed_out : int
        Steps done before this call.
    why : NnguiError
        What went wrong, in a sentence.
    details : str
        The traceback.
    """

    step: int
    at: int
    standing: str
    rows: Floats
    handed_out: int
    why: NnguiError
    details: str

    @property
    def sentence(self) -> str:
        """English text with placeholders."""
        return STANDINGS[self.standing]

    @property
    def values(self) -> dict[str, object]:
        """What stands in them."""
        return {"step": f"{self.step:,}", "at": f"{self.at:,}", "why": self.why}


class FailedStepError(NnguiError):
    """A step failed, and the run was put back: `failure` says how it stands."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.sentence, **failure.values)
        self.failure = failure


def sentence_of(error: BaseException) -> NnguiError:
    """Return what an exception says as a sentence: its own, of memory, or its name and text."""
    known = error if isinstance(error, NnguiError) else as_no_memory(error)
    if known is not None:
        return known
    said = " ".join(printable(str(error), "\n").split()).rstrip(".")
    said = said if len(said) <= MAX_SHOWN else f"{said[: MAX_SHOWN - 1]}…"
    name = type(error).__name__[:MAX_SHOWN]
    if not said:
        return NnguiError(mark("core", "{name}."), name=name)
    return NnguiError(mark("core", "{name}: {said}."), name=name, said=said)
