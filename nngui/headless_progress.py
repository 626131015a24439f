"""How far a run without a window has come: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import math
import sys
import time
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from nngui.terminal import warn

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self, TextIO

FIRST_LINE_S = 30.0  # seconds until the first line of a log, and between the next ones
LINE_SHARE = 0.2  # of the time so far between two lines, where that is longer
MAX_LINE_S = 600.0  # seconds between two lines at most


class Lines:
    """Says when a line is due: often at first, seldom in a job of hours."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._begun = clock, clock()
        self._due = FIRST_LINE_S

    @property
    def seconds(self) -> float:
        """Seconds since it began."""
        return self._clock() - self._begun

    def is_due(self) -> bool:
        """Return whether it is time for a line; then it is not for a while."""
        seconds = self.seconds
        if seconds < self._due:
            return False
        self._due = seconds + min(max(FIRST_LINE_S, LINE_SHARE * seconds), MAX_LINE_S)
        return True


class Shown:
    """Progress of one thing: a bar on a terminal, lines in a log, nothing where none is wanted.

    Parameters
    ----------
    columns : sequence of ProgressColumn
        Of the bar.
    total : float
        What it goes up to.
    quiet : bool
        Nothing is shown.
    fields : object
        What else the columns show, at the beginning.
    """

    def __init__(
        self, columns: list[ProgressColumn], total: float, *, quiet: bool, **fields: Any
    ) -> None:
        on_terminal = sys.stderr.isatty()
        self.lines = None if quiet or on_terminal else Lines()
        self._bar = Progress(
            *columns,
            console=Console(file=_Lenient(sys.stderr)),  # type: ignore[arg-type]
            transient=True,
            disable=quiet or not on_terminal,
        )
        self._shown = self._bar.add_task("", total=total, **fields)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def update(self, completed: float, line: Callable[[float], str], **fields: Any) -> None:
        """Show how far it is.

        Parameters
        ----------
        line : callable of float
            Returns the line of a log, given the seconds so far.
        """
        self._bar.update(self._shown, completed=completed, **fields)
        if self.lines is not None and self.lines.is_due():
            warn(f"nngui: {line(self.lines.seconds)}")


class TrainingShown(Shown):
    """Progress of a run.

    Parameters
    ----------
    first : int
        Steps that were done before.
    """

    def __init__(self, name: str, first: int, total: int, *, quiet: bool) -> None:
        columns: list[ProgressColumn] = [
            TextColumn(name),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("loss {task.fields[loss]:.4g}"),
            TimeRemainingColumn(),
        ]
        super().__init__(columns, total, quiet=quiet, loss=math.nan)
        self._first = first

    def step(self, step: int, epoch: int, total: int, loss: float) -> None:
        """Show at which step it is, and of how many."""

        def line(seconds: float) -> str:
            rate = (step - self._first) / max(seconds, 1e-9)
            known = "" if math.isnan(loss) else f", loss {loss:.4g}"
            left = duration((total - step) / rate) if rate else "?"
            speed = f"{rate:,.{1 if rate < 100 else 0}f} steps/s"
            return f"step {step:,} of {total:,}, epoch {epoch:,}{known}, {speed}, {left} left"

        self.update(step, line, loss=loss)


class FoldsShown(Shown):
    """Progress of a cross-validation."""

    def __init__(self, name: str, folds: int, *, quiet: bool) -> None:
        columns: list[ProgressColumn] = [
            TextColumn(name),
            BarColumn(),
            TextColumn("fold {task.fields[fold]} of {task.fields[folds]}"),
            TimeRemainingColumn(),
        ]
        super().__init__(columns, 1.0, quiet=quiet, fold=1, folds=folds)
        self._folds = folds

    def fold(self, fold: int, done: float) -> None:
        """Show which fold is trained, and the share of all that is done."""

        def line(seconds: float) -> str:
            left = duration(seconds / done - seconds) if done else "?"
            return f"fold {fold} of {self._folds}, {done:.0%} of all, {left} left"

        self.update(done, line, fold=fold)


class SearchShown(Shown):
    """Progress of a search."""

    def __init__(self, trials: int, *, quiet: bool) -> None:
        columns: list[ProgressColumn] = [
            TextColumn("search"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("best {task.fields[best]}"),
            TimeElapsedColumn(),
        ]
        super().__init__(columns, trials, quiet=quiet, best="–")
        self._trials = trials

    def trials(self, ended: int, best: str) -> None:
        """Show how many trials have ended, and the best score."""

        def line(seconds: float) -> str:
            return f"{ended} of {self._trials} trials, best {best}, {duration(seconds)} so far"

        self.update(ended, line, best=best)


class _Lenient:
    """A stream that may be gone: a terminal that was closed takes no bar, and costs no run."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            return


def duration(seconds: float) -> str:
    """Return seconds as one reads them: ``0:42``, ``3:05:00``."""
    minutes, rest = divmod(max(round(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
