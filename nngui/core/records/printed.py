"""What a script prints, held against what there is here: number by number, to the last bit.

Floats are compared by their `repr`, which reads back exactly. No torch, and no Qt.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nngui.core.arrays import Floats

    Numbers = dict[tuple[str, ...], tuple[float, ...]]  # of a line, by its first words

CUT = 80  # characters of a line that are told
END = "end"  # stands where a step would: what a run came to when it was over


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing that is not the same.

    Attributes
    ----------
    place : str
        Where: a step, or what it belongs to and the step.
    step : int
        The step alone; 0 where it belongs to none.
    printed : str
        What the script says there; "" when it says nothing.
    wanted : str
        What there is here; "" when there is nothing.
    """

    place: str
    step: int
    printed: str
    wanted: str


class Check(Protocol):
    """Takes the lines of a script as they come.

    Attributes
    ----------
    total : int
        How many numbers can be compared.
    equal : int
        How many of them were the same by now.
    """

    total: int
    equal: int

    @property
    def is_complete(self) -> bool:
        """Whether no line that may come makes a difference any more."""
        ...

    def take(self, line: str) -> Difference | None:
        """Compare a line; return what is not the same in it."""
        ...

    def finish(self) -> Difference | None:
        """Return what is missing, when no line is left."""
        ...


class StepsCheck:
    """A line for each step, with a number for each network: what an exported script prints.

    Parameters
    ----------
    rows : ndarray
        Shape (k, networks): the losses that are kept exactly.
    first : int
        How many steps there were before them.
    is_over : bool
        Whether the run has ended: then the script must not go on.
    """

    def __init__(self, rows: Floats, first: int = 0, *, is_over: bool = False) -> None:
        self._rows, self._first, self._is_over = rows, first, is_over
        self._step = 0
        self.total, self.equal = rows.size, 0

    @property
    def is_complete(self) -> bool:
        """Whether all that is kept was compared, and it may go on."""
        return not self._is_over and self._step >= self._first + len(self._rows)

    def take(self, line: str) -> Difference | None:
        """Compare the next step."""
        self._step += 1
        place = self._step - 1 - self._first
        if place < 0:
            return None
        if place >= len(self._rows):
            return _difference(self._step, line, "") if self._is_over else None
        wanted = [repr(value) for value in self._rows[place].tolist()]
        if line.split() != wanted:
            return _difference(self._step, line, " ".join(wanted))
        self.equal += len(wanted)
        return None

    def finish(self) -> Difference | None:
        """Return the first step that did not come."""
        place = max(self._step - self._first, 0)
        if place >= len(self._rows):
            return None
        wanted = " ".join(map(repr, self._rows[place].tolist()))
        return _difference(self._first + place + 1, "", wanted)


class TableCheck:
    """Lines that begin with what they are about; those about something else do not count.

    Parameters
    ----------
    wanted : mapping of tuple of str to tuple of float
        The numbers of a line, by its first words, of which one is the step.
    step : int
        Which of the words that is.
    """

    def __init__(self, wanted: Mapping[tuple[str, ...], tuple[float, ...]], step: int = -1) -> None:
        self._left = dict(wanted)
        self._words = len(next(iter(wanted), ()))
        self._place = step
        self.total, self.equal = sum(map(len, wanted.values())), 0

    @property
    def is_complete(self) -> bool:
        """Whether all of them came."""
        return not self._left

    def take(self, line: str) -> Difference | None:
        """Compare a line, if it is one of those that are known."""
        words = line.split()
        key = tuple(words[: self._words])
        numbers = self._left.pop(key, None)
        if numbers is None:
            return None
        wanted = [repr(number) for number in numbers]
        if words[self._words :] != wanted:
            return self._differs(key, " ".join(words[self._words :]), " ".join(wanted))
        self.equal += len(wanted)
        return None

    def finish(self) -> Difference | None:
        """Return the first of those that did not come."""
        for key, numbers in self._left.items():
            return self._differs(key, "", " ".join(map(repr, numbers)))
        return None

    def _differs(self, key: tuple[str, ...], printed: str, wanted: str) -> Difference:
        step = key[self._place]
        number = int(step) if step.isdigit() else 0
        return Difference(" ".join(key), number, printed[:CUT], wanted[:CUT])


class MeansCheck(TableCheck):
    """The same where means over so many steps are known, of a line each (see `seeds.Seeds`).

    A line is a key, and a number for each network; behind the last one comes the key, ``end``, and
    other numbers. Whatever is not finite makes a mean infinite.

    Parameters
    ----------
    ends : sequence of int
        The last step of each mean: its key's second word. A run may end before.
    every : int
        How many steps a mean has.
    """

    def __init__(
        self, wanted: Mapping[tuple[str, ...], tuple[float, ...]], ends: Sequence[int], every: int
    ) -> None:
        super().__init__(wanted)
        self._ends, self._every = tuple(ends), every
        self._key, self._step, self._sums = "", 0, list[float]()

    @override
    def take(self, line: str) -> Difference | None:
        """Take a step's line into its mean, and compare that when it is whole."""
        key, *words = line.split() or [""]
        if words[:1] == [END]:
            return self._compare() or super().take(line)
        if key != self._key:
            self._key, self._step, self._sums = key, 0, []
        self._step += 1
        numbers = [_known(word) for word in words]
        self._sums = [a + b for a, b in zip(self._sums, numbers, strict=False)] or numbers
        return self._compare() if self._step % self._every == 0 else None

    def _compare(self) -> Difference | None:
        """Compare the mean of the steps since the last one, if there are any."""
        sums, self._sums = self._sums, []
        place = (self._step - 1) // self._every
        if not sums or place >= len(self._ends):
            return None
        count = self._step - place * self._every
        means = [repr(total / count) for total in sums]
        return super().take(" ".join([self._key, str(self._ends[place]), *means]))


class LinesCheck:
    """Lines that are to come just as they are: what a loader brought, a batch each.

    Parameters
    ----------
    batches : sequence of str
        What is printed of each, perhaps over several lines.
    """

    def __init__(self, batches: Sequence[str]) -> None:
        self._lines = [
            (number, line) for number, text in enumerate(batches, 1) for line in text.splitlines()
        ]
        self._next = 0
        self._last = {number: place for place, (number, _) in enumerate(self._lines)}
        self.total, self.equal = len(batches), 0

    @property
    def is_complete(self) -> bool:
        """Whether all of them came."""
        return self._next == len(self._lines)

    def take(self, line: str) -> Difference | None:
        """Compare the next line."""
        if self.is_complete:
            return None
        number, wanted = self._lines[self._next]
        if line != wanted:
            return _difference(number, line, wanted)
        self.equal += self._last[number] == self._next
        self._next += 1
        return None

    def finish(self) -> Difference | None:
        """Return the first that did not come."""
        if self.is_complete:
            return None
        number, wanted = self._lines[self._next]
        return _difference(number, "", wanted)


def _difference(step: int, printed: str, wanted: str) -> Difference:
    return Difference(f"{step:,}", step, printed.strip()[:CUT], wanted[:CUT])


def _known(word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.inf
