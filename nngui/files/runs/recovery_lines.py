"""What a recovery file bears beside the run: the lines of it that were left, and keyframes.

Both are bounded. Of a line for which there is no room, journal and losses are written: it can be
taken again. Keyframes are states of the run on its way: without them, its past is taken from the
start again. None of these states is trusted (see `state_check`).
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nngui.core.errors import FileError
from nngui.core.past.branches import MAX_BRANCHES, Branch
from nngui.core.records.history import History
from nngui.files.runs.array_file import flatten, rebuild
from nngui.files.runs.journal_part import bounded_text, read_journal_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nngui.core.past.store import Keyframe, Keyframes
    from nngui.core.task import Task
    from nngui.core.trainer import Trainer
    from nngui.files.runs.array_file import Arrays

MAX_LINES_BYTES = 32 << 20
"""Bytes of the states and losses of all lines that were left, in a file."""
MAX_KEYFRAMES_BYTES = 8 << 20
"""Bytes of all keyframes in a file."""
MAX_KEYFRAMES = 64
MAX_ID = 2**31  # of a line
log = logging.getLogger(__name__)


def within_budget(
    branches: Iterable[Branch], max_bytes: int = MAX_LINES_BYTES
) -> tuple[tuple[Branch, ...], int]:
    """Return the lines that there is room for, and how many there are besides.

    Those that were left last come first. One whose state is too large is there without it.
    """
    kept: list[Branch] = []
    left_out, room = 0, max_bytes
    for branch in reversed(list(branches)[-MAX_BRANCHES:]):
        losses, state = branch.history.nbytes, nbytes_of(branch.state)
        if losses > room:
            left_out += 1
            continue
        whole = losses + state <= room
        kept.append(branch if whole else replace(branch, state=None))
        room -= losses + (state if whole else 0)
    return tuple(reversed(kept)), left_out


def nbytes_of(value: Any) -> int:
    """Return the bytes of all tensors in a state, roughly."""
    if isinstance(value, dict):
        return sum(map(nbytes_of, value.values()))
    if isinstance(value, list | tuple):
        return sum(map(nbytes_of, value))
    return int(getattr(value, "nbytes", 16))


def thinned(frames: Sequence[Keyframe], max_bytes: int = MAX_KEYFRAMES_BYTES) -> list[Keyframe]:
    """Return as many keyframes as there is room for, from all over the run but its beginning."""
    frames = [frame for frame in frames if frame.step]
    while frames and (
        len(frames) > MAX_KEYFRAMES or sum(one.packed.nbytes for one in frames) > max_bytes
    ):
        frames = frames[1::2]
    return frames


# Written -----------------------------------------------------------------------------------------


def lines_content(branches: Sequence[Branch], arrays: Arrays) -> list[dict[str, Any]]:
    """Return lines that were left as JSON can hold them; their arrays go into `arrays`."""
    return [
        {
            "id": one.id,
            "parent": one.parent,
            "since": one.since,
            "steps": len(one.history),
            "run": one.run,
            "journal": bounded_text(one.journal, len(one.history))[0],
            "state": flatten(one.state, f"lines/{number}/state", arrays),
            "history": flatten(one.history.state(), f"lines/{number}/history", arrays),
        }
        for number, one in enumerate(branches)
    ]


def keyframes_content(
    frames: Sequence[Keyframe], unknown: int, arrays: Arrays
) -> list[dict[str, Any]]:
    """Return keyframes as JSON can hold them.

    Parameters
    ----------
    unknown : int
        How many of the journal's edits, the oldest, are not in the file.
    """
    return [
        {
            "step": one.step,
            "edits": one.edits - unknown,
            "seconds": [float(seconds) for seconds in one.seconds],
            "state": flatten(one.state, f"keyframes/{number}", arrays),
        }
        for number, one in enumerate(frames)
        if one.edits >= unknown
    ]


# Read --------------------------------------------------------------------------------------------


def read_lines(
    content: Any, task: Task, tensor: Callable[[str], Any], array: Callable[[str], Any]
) -> tuple[Branch, ...]:
    """Read lines that were left.

    Parameters
    ----------
    tensor, array : callable of str
        Returns the array of that name, as a tensor, and as it is; each is taken once.

    Raises
    ------
    FileError, SettingError, ValueError, KeyError, TypeError, AttributeError, IndexError
        When these are none.
    """
    from nngui.core.past.store import MAX_LEFT_BYTES, Keyframes  # imports torch

    if not isinstance(content, list) or len(content) > MAX_BRANCHES:
        raise ValueError("no lines")
    found = []
    for one in content:
        state = rebuild(one["state"], tensor)
        history = History.from_state(rebuild(one["history"], array))
        steps = one["steps"]
        if steps != len(history) or (state is not None and state["step"] != steps):
            raise ValueError("a line of other parts")
        numbers = place_of([one["id"], one["parent"], one["since"]], steps)
        journal = read_journal_text(one["journal"], steps, task)
        past = Keyframes(MAX_LEFT_BYTES)
        found.append(Branch(*numbers, journal, history, state, past, run=run_id(one["run"])))
    if len({one.id for one in found}) != len(found):
        raise ValueError("lines of the same number")
    return tuple(found)


def run_id(value: Any) -> str:
    """Return an id in the list of runs; empty: none is known.

    Raises
    ------
    ValueError, TypeError
        When it is none.
    """
    if not re.fullmatch(r"([0-9a-f]{32})?", value):
        raise ValueError("no id")
    return str(value)


def place_of(numbers: Any, steps: int) -> tuple[int, int | None, int]:
    """Return which line it is, which one it left, and after how many steps.

    Raises
    ------
    ValueError, TypeError
        When these are no such numbers.
    """
    line, parent, since = numbers
    ids = (line,) if parent is None else (line, parent)
    if not all(type(one) is int and 0 <= one < MAX_ID for one in ids):
        raise ValueError("no number of a line")
    if type(since) is not int or not 0 <= since <= steps:
        raise ValueError("it left the other one nowhere")
    return line, parent, since


def read_keyframes(
    content: Any, steps: int, edits: int, tensor: Callable[[str], Any]
) -> tuple[Keyframe, ...]:
    """Read keyframes of a run of so many steps and edits (see `read_lines`)."""
    from nngui.core.past.store import Keyframe  # imports torch

    if not isinstance(content, list) or len(content) > MAX_KEYFRAMES:
        raise ValueError("no keyframes")
    found: list[Keyframe] = []
    for one in content:
        place, state = (one["step"], one["edits"]), rebuild(one["state"], tensor)
        if not all(
            type(n) is int and 0 <= n <= most for n, most in zip(place, (steps, edits), strict=True)
        ):
            raise ValueError("a keyframe of no step")
        if found and place <= found[-1].place:
            raise ValueError("keyframes out of order")
        seconds = [float(value) for value in one["seconds"]]
        if state["step"] != place[0] or len(seconds) != len(state["networks"]):
            raise ValueError("a keyframe of another step")
        found.append(Keyframe.of(place, state, seconds, found[-1] if found else None))
    return tuple(found)


def checked_keyframes(frames: Sequence[Keyframe], trainer: Trainer) -> Keyframes:
    """Return those keyframes that fit a run as it is now; they were read from its file.

    Those of other data, of before an edit, are let go: the past is taken again without them.
    """
    from nngui.core.past.store import Keyframe, Keyframes
    from nngui.core.training.state_check import checked_past

    result = Keyframes()
    for frame in frames:
        try:
            state = checked_past(trainer.state, frame.state)
        except FileError:
            log.info("The keyframe of step %d does not fit the run as it is now", frame.step)
        else:
            result.add(Keyframe.of(frame.place, state, frame.seconds))
    return result
