"""The losses of a run: exact for the last million steps, bounded in memory for any number.

Each column is a small pyramid. Its ground holds the values themselves; each floor above holds the
minimum and maximum of four blocks of the floor below. Every floor forgets its oldest blocks, so
that memory stays bounded, and drawing picks the floor whose blocks are about a pixel wide. Floors
are built when somebody looks: the thread that trains has to wait for Python's lock after each
operation on a larger array.
"""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nngui.core.arrays import Floats

EXACT = 1_000_000
"""How many of the last steps are kept exactly."""
FLOOR = 32_768
"""How many of its last blocks a floor keeps: several times as many as a screen has pixels."""
WORTH_A_FLOOR = 4096
"""How many blocks, or values, a floor has before there is another one above it."""
FACTOR = 4
SPARE = 131_072  # room beyond what is kept, so that old values are dropped in large pieces
UNBUILT = SPARE // 4  # values that wait for their floors: of more, a floor would forget some unseen


class _Tail:
    """The last `keep` rows of a growing array, shape (n, columns); `start` rows were dropped."""

    def __init__(self, columns: int, keep: int, dtype: type[np.floating]) -> None:
        self._keep, self._spare = keep, min(SPARE, keep)
        self._rows = np.empty((1024, columns), dtype)
        self.start = 0
        self._used = 0

    @property
    def stop(self) -> int:
        return self.start + self._used

    def append(self, rows: Floats) -> None:
        for start in range(0, len(rows), self._spare):
            part = rows[start : start + self._spare]
            self._make_room(len(part))
            self._rows[self._used : self._used + len(part)] = part
            self._used += len(part)

    def _make_room(self, wanted: int) -> None:
        if self._used + wanted <= len(self._rows):
            return
        limit = self._keep + self._spare
        if self._used + wanted > limit:
            dropped = self._used + wanted - self._keep
            self._rows[: self._used - dropped] = self._rows[dropped : self._used].copy()
            self.start += dropped
            self._used -= dropped
        size = min(max(2 * len(self._rows), self._used + wanted), limit)
        if size > len(self._rows):
            larger = np.empty((size, self._rows.shape[1]), self._rows.dtype)
            larger[: self._used] = self._rows[: self._used]
            self._rows = larger

    def cut(self, stop: int) -> None:
        """Forget the rows from `stop` on."""
        self._used = min(max(stop - self.start, 0), self._used)

    def view(self, first: int, last: int) -> Floats:
        """Return rows `first` to `last` (absolute numbers), as far as kept, without copying."""
        return self._rows[: self._used][max(first - self.start, 0) : max(last - self.start, 0)]

    def state(self) -> dict[str, Any]:
        return {"start": self.start, "rows": self._rows[: self._used].copy()}

    def load(self, state: Any, stop: int | None) -> None:
        """Put back what `state` returned; it must reach to row `stop`, where that is known."""
        start, rows = state["start"], state["rows"]
        if not isinstance(rows, np.ndarray) or rows.dtype != self._rows.dtype:
            raise ValueError("rows of another kind")
        if rows.ndim != 2 or rows.shape[1] != self._rows.shape[1]:
            raise ValueError("rows of another shape")
        if type(start) is not int or not 0 <= start < 2**62:
            raise ValueError("an impossible start")
        if not min(start, 1) <= len(rows) <= self._keep + self._spare:
            raise ValueError("too few rows, or too many")
        if stop is not None and start + len(rows) != stop:
            raise ValueError("rows that end elsewhere")
        self.start, self._used, self._rows = start, len(rows), rows.copy()

    @property
    def nbytes(self) -> int:
        return self._rows.nbytes


class _Column:
    """One column's pyramid."""

    def __init__(self, dtype: type[np.floating]) -> None:
        self._dtype = dtype
        self.ground = _Tail(1, EXACT, dtype)
        self.floors: list[_Tail] = []  # each (low, high); floor i has blocks of FACTOR**(i+1)
        self._built = 0  # up to where the floors are built

    def append(self, values: Floats) -> None:
        """Take at most `UNBUILT` values."""
        if self.ground.stop - self._built + len(values) > 2 * UNBUILT:
            self.build()
        self.ground.append(values.reshape(-1, 1))

    def build(self) -> None:
        """Bring the floors up to date."""
        if self._built == self.ground.stop:
            return
        self._built = self.ground.stop
        with np.errstate(invalid="ignore"):
            self._build()

    def _build(self) -> None:
        below, level = self.ground, 0
        while True:
            if level == len(self.floors):
                if below.stop < WORTH_A_FLOOR:
                    return
                self.floors.append(_Tail(2, FLOOR, self._dtype))
            self._fill(self.floors[level], below)
            below, level = self.floors[level], level + 1

    def _fill(self, floor: _Tail, below: _Tail) -> None:
        blocks = below.stop // FACTOR - floor.stop
        if blocks:
            rows = below.view(floor.stop * FACTOR, (floor.stop + blocks) * FACTOR)
            pairs = np.empty((blocks, 2), self._dtype)
            pairs[:, 0] = _of_four(np.fmin, rows[:, 0])
            pairs[:, 1] = _of_four(np.fmax, rows[:, -1])
            floor.append(pairs)

    def bins(self, first: int, last: int, width: int) -> tuple[NDArray[np.int64], Floats, Floats]:
        self.build()
        size, tail = 1, self.ground
        for floor in self.floors:
            fine_enough = (last - first) <= 2 * width * size
            if fine_enough and first >= tail.start * size:
                break
            size, tail = size * FACTOR, floor
        low_block, high_block = max(first // size, tail.start), min(-(-last // size), tail.stop)
        rows = tail.view(low_block, high_block)
        low, high = rows[:, 0], rows[:, -1]
        steps = np.arange(low_block, low_block + len(rows), dtype=np.int64) * size
        if len(rows) > 2 * width:
            cuts = np.linspace(0, len(rows), width, endpoint=False).astype(np.int64)
            low, high = np.fmin.reduceat(low, cuts), np.fmax.reduceat(high, cuts)
            steps = steps[cuts]
        rest = tail.stop * size  # the newest steps do not fill a block of this floor yet
        if tail is not self.ground and rest < last:
            newest = self.ground.view(max(rest, first), last)[:, 0]
            if len(newest):
                steps = np.append(steps, max(rest, first))
                low, high = (
                    np.append(low, np.fmin.reduce(newest)),
                    np.append(high, np.fmax.reduce(newest)),
                )
        return steps, low.copy(), high.copy()

    def take_back(self, stop: int) -> None:
        """Forget the values from `stop` on, which have just been added."""
        self.ground.cut(stop)
        if self._built > stop:
            self.cut(stop)

    def cut(self, stop: int) -> None:
        """Forget the values from `stop` on, none of which is older than the ground."""
        self.ground.cut(stop)
        below, floors = self.ground, self.floors
        self.floors, self._built = [], min(self._built, stop)
        for floor in floors:
            if below.stop < WORTH_A_FLOOR:
                break
            blocks = below.stop // FACTOR
            if floor.start >= blocks:  # all that it holds is newer: it begins where it can
                floor = _Tail(2, FLOOR, self._dtype)
                floor.start = -(-below.start // FACTOR)
            floor.cut(blocks)
            with np.errstate(invalid="ignore"):
                self._fill(floor, below)
            self.floors.append(floor)
            below = floor

    def load(self, states: Any, stop: int | None) -> None:
        """Put back the floors' states, the ground's first; there must be as many as it takes."""
        self.ground.load(states[0], stop)
        below = self.ground
        for state in states[1:]:
            if below.stop < WORTH_A_FLOOR:
                raise ValueError("more floors than it takes")
            floor = _Tail(2, FLOOR, self._dtype)
            floor.load(state, below.stop // FACTOR)
            self.floors.append(floor)
            below = floor
        if below.stop >= WORTH_A_FLOOR:
            raise ValueError("fewer floors than it takes")
        self._built = self.ground.stop

    def state(self) -> list[dict[str, Any]]:
        self.build()
        return [tail.state() for tail in (self.ground, *self.floors)]

    @property
    def nbytes(self) -> int:
        return self.ground.nbytes + sum(floor.nbytes for floor in self.floors)


def _of_four(least: np.ufunc, values: Floats) -> Floats:
    """Return the least (or greatest) of each four neighbours; faster than reducing rows."""
    halves = least(values[0::2], values[1::2])
    result: Floats = least(halves[0::2], halves[1::2])
    return result


def training_losses(columns: Sequence[str]) -> list[str]:
    """Return those of a run's columns that are losses on what was trained on."""
    others = {"epoch", "batch", *rates(columns)}
    return [c for c in columns if not c.endswith(("accuracy", "val_loss")) and c not in others]


def held_out_losses(columns: Sequence[str]) -> list[str]:
    """Return those of a run's columns that are losses on what was kept out of training."""
    return [column for column in columns if column.endswith("val_loss")]


def rates(columns: Sequence[str]) -> list[str]:
    """Return those of a run's columns that are learning rates."""
    return [column for column in columns if column == "lr" or column.endswith("_lr")]


def last_values(columns: Sequence[str], rows: Floats) -> dict[str, float]:
    """Return the last value of each column that is not NaN; those without one are left out."""
    result: dict[str, float] = {}
    newest = rows[-1].tolist() if len(rows) else []
    for i, (name, value) in enumerate(zip(columns, newest, strict=False)):
        if not math.isnan(value):  # most often; the rest waits for Python's lock
            result[name] = value
            continue
        there = np.flatnonzero(~np.isnan(rows[:, i]))
        if len(there):
            result[name] = float(rows[there[-1], i])
    return result


class History:
    """Losses by step, from one thread to another.

    Parameters
    ----------
    columns : sequence of str
        Names, ``loss`` first. Losses are float32 in torch and kept so; an accuracy is a quotient
        of whole numbers, and a learning rate one of Python's: both are kept as float64.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        self._lock = threading.Lock()
        exact = ("accuracy", *rates(columns))
        self._columns = [
            _Column(np.float64 if name.endswith(exact) else np.float32) for name in columns
        ]

    def append(self, rows: Floats) -> None:
        """Add rows, shape (k, columns), the oldest first: all of them, or none."""
        with self._lock, np.errstate(invalid="ignore", over="ignore"):
            before = self._columns[0].ground.stop
            try:
                for i, column in enumerate(self._columns):
                    for start in range(0, len(rows), UNBUILT):
                        column.append(rows[start : start + UNBUILT, i])
            except BaseException:  # no memory perhaps
                for column in self._columns:
                    column.take_back(before)
                raise

    def cut(self, length: int) -> None:
        """Forget the newest rows, so that so many are left.

        Raises
        ------
        ValueError
            When the last of those is not kept exactly any more.
        """
        with self._lock:
            ground = self._columns[0].ground
            if not ground.start < max(length, 1) <= max(ground.stop, 1):
                raise ValueError("rows that are not there")
            if length < ground.stop:
                for column in self._columns:
                    column.cut(length)

    def __len__(self) -> int:
        with self._lock:
            return self._columns[0].ground.stop

    @property
    def first_exact(self) -> int:
        """The index of the oldest row that is still kept exactly."""
        with self._lock:
            return self._columns[0].ground.start

    @property
    def nbytes(self) -> int:
        """The memory in use, in bytes."""
        with self._lock:
            return sum(column.nbytes for column in self._columns)

    def exact(self, first: int, last: int) -> Floats:
        """Return rows `first` to `last` (indices from 0) exactly, shape (k, columns), float64.

        Rows older than `first_exact` are left out.
        """
        with self._lock:
            parts = [column.ground.view(first, last)[:, 0] for column in self._columns]
            return np.stack([part.astype(np.float64) for part in parts], axis=1)

    def exact_column(self, column: str) -> Floats:
        """Return all of a column that is kept exactly, shape (k,), float64."""
        with self._lock:
            ground = self._columns[self.columns.index(column)].ground
            values: Floats = ground.view(ground.start, ground.stop)[:, 0].astype(np.float64)
            return values

    def bins(
        self, width: int, column: str = "loss", first: int = 0, last: int | None = None
    ) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Return a curve for drawing, at a cost of O(width) and not of O(steps).

        Parameters
        ----------
        width : int
            Pixels to draw on.
        column : str
            Which of `columns`.
        first, last : int
            The range of row indices, all by default.

        Returns
        -------
        steps : ndarray
            Shape (m,), m at most 2 * width + 1: the index of each bin's first row.
        low, high : ndarray
            Shape (m,): the smallest and largest value of each bin; NaN where it has none.
        """
        with self._lock:
            chosen = self._columns[self.columns.index(column)]
            last = chosen.ground.stop if last is None else min(last, chosen.ground.stop)
            return chosen.bins(max(first, 0), max(last, 0), max(width, 1))

    def state(self) -> dict[str, Any]:
        """Return all that is kept, copied: plain values and arrays."""
        with self._lock:
            tails = [column.state() for column in self._columns]
        return {"columns": list(self.columns), "tails": tails}

    @classmethod
    def from_state(cls, state: Any) -> History:
        """Return the History that `state` was taken from.

        Raises
        ------
        ValueError
            When it is no such state, or its parts do not fit each other.
        """
        try:
            columns, tails = state["columns"], state["tails"]
            if not columns or any(type(name) is not str for name in columns):
                raise ValueError("no columns")
            history = cls(columns)
            stop = None
            for column, states in zip(history._columns, tails, strict=True):
                column.load(states, stop)
                stop = column.ground.stop  # all columns have as many rows
        except (KeyError, TypeError, IndexError) as error:
            raise ValueError("not a history's state") from error
        return history
