"""The lines of a run: where each left the one before it, and how it stood when it was left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nngui.core.journal.journal import Journal
    from nngui.core.past.store import Keyframes
    from nngui.core.records.history import History
    from nngui.core.training.trajectory import Trajectory

MAX_BRANCHES = 20
"""Lines that are kept beside the one that goes on."""
MAX_BRANCH_BYTES = 256 << 20
"""Bytes that all of them hold together, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """A line of a run that was left, whole: it can be gone on with from where it stood.

    Attributes
    ----------
    id : int
        Its number; a later line has a larger one.
    parent : int or None
        The line that it left; None for one that began at step 0.
    since : int
        The steps that both have in common.
    journal : Journal
        All that was done to it, from step 0.
    history : History
        Its losses, from step 0.
    state : dict or None
        What `Trainer.capture` returned when it was left; None where there was no room for it in a
        file: it can be taken again.
    keyframes : Keyframes
        How it stood now and then.
    trajectory : Trajectory or None
        Where its networks have been, if a view has followed them.
    run : str
        Its id in the list of runs, where it comes from a file that says so.
    """

    id: int
    parent: int | None
    since: int
    journal: Journal
    history: History
    state: dict[str, Any] | None
    keyframes: Keyframes
    trajectory: Trajectory | None = None
    run: str = ""

    @property
    def nbytes(self) -> int:
        """The memory that it takes, in bytes, roughly; what others hold too is counted again."""
        points = [] if self.trajectory is None else self.trajectory.points
        places = sum(point.vectors.nbytes for point in points)
        kept = self.history.nbytes + self.keyframes.nbytes
        return int(kept + sum(array.nbytes for array in _arrays(self.state)) + places)


class Branches:
    """The lines that were left, as many as there is room for.

    Parameters
    ----------
    max_branches, max_bytes : int
        How many are kept, and how many bytes in all.
    """

    def __init__(self, max_branches: int = MAX_BRANCHES, max_bytes: int = MAX_BRANCH_BYTES) -> None:
        self._all: dict[int, Branch] = {}  # in the order in which they were left
        self._max_branches, self._max_bytes = max_branches, max_bytes

    def __iter__(self) -> Iterator[Branch]:
        """Go through them, the one that was left first before the others."""
        return iter(tuple(self._all.values()))

    def __len__(self) -> int:
        return len(self._all)

    def add(self, branch: Branch, going_on: int | None = None) -> tuple[Branch, ...]:
        """Keep a line that is left; return those that are let go for it, the oldest first.

        Only lines that no other one has left are let go, and not the newest.

        Parameters
        ----------
        going_on : int, optional
            The line that the one that goes on has left: it stays.
        """
        self._all.pop(branch.id, None)
        self._all[branch.id] = branch
        gone: list[Branch] = []
        while len(self._all) > self._max_branches or self._nbytes > self._max_bytes:
            parents = {one.parent for one in self} | {going_on, branch.id}
            leaf = next((one for one in self if one.id not in parents), None)
            if leaf is None:
                break
            gone.append(self._all.pop(leaf.id))
        return tuple(gone)

    def take(self, branch_id: int) -> Branch | None:
        """Return a line to go on with, which is no longer one of these; None without one."""
        return self._all.pop(branch_id, None)

    def find(self, branch_id: int | None) -> Branch | None:
        """Return a line; None where it is not kept."""
        return None if branch_id is None else self._all.get(branch_id)

    def clear(self) -> None:
        """Let go of all of them."""
        self._all.clear()

    @property
    def _nbytes(self) -> int:
        return sum(branch.nbytes for branch in self)


def _arrays(value: Any) -> Iterator[Any]:
    """Yield all tensors and arrays within plain containers."""
    if hasattr(value, "nbytes"):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _arrays(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _arrays(part)
