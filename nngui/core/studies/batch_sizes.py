"""The batch sizes that a user wants to compare, read from a line of text. No torch here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nngui.core.errors import SettingError
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BATCH_SIZES = 7  # sizes at once: as many as have a colour and a dash that are told apart easily
FURTHER = 1.01  # times as many steps as at the last measurement: the next one
ALL = 0  # all points at once, without a loader


def read_sizes(text: str, points: int, all_word: str = "all") -> list[int]:
    """Return the batch sizes that a line such as ``1, 8, 32, all`` names, smallest first.

    Parameters
    ----------
    points : int
        How many points there are to train on.
    all_word : str
        What ``all`` is in the user's language; both are understood.

    Returns
    -------
    list of int
        From 1 to `points`; `ALL` for all at once comes last.

    Raises
    ------
    SettingError
        When a word is no size, a size is impossible or stands there twice, or there are too many.
    """
    words = [word for word in re.split(r"[,，、;；\s]+", text) if word]
    if not words:
        raise SettingError(mark("core", "Write the batch sizes to compare: 1, 8, 32, all."))
    sizes: list[int] = []
    for word in words:
        size = _size(word, points, all_word)
        if size in sizes or (size or points) in [other or points for other in sizes]:
            text = mark("core", "The batch size {word} stands there twice: leave one of them out.")
            raise SettingError(text, word=word)
        sizes.append(size)
    if len(sizes) > MAX_BATCH_SIZES:
        text = mark("core", "These are {n} batch sizes: leave some out, up to {most} are compared.")
        raise SettingError(text, n=len(sizes), most=MAX_BATCH_SIZES)
    return sorted(sizes, key=lambda size: size or points + 1)


def _size(word: str, points: int, all_word: str) -> int:
    if word.casefold() in ("all", all_word.casefold()):
        return ALL
    if not re.fullmatch(r"[+-]?\d{1,18}", word):
        text = mark(
            "core", "{word} is no batch size: write whole numbers, or all, such as 1, 8, 32, all."
        )
        raise SettingError(text, word=word if len(word) <= 20 else word[:20] + "…")
    size = int(word)
    if size < 1:
        text = mark("core", "A batch of {size} points is none: write 1 or more, or all.")
        raise SettingError(text, size=size)
    if size > points:
        text = mark(
            "core",
            "A batch of {size} does not fit: there are {n} points to train on. Write {n} or less, "
            "or all.",
        )
        raise SettingError(text, size=size, n=points)
    return size


def sizes_text(sizes: Sequence[int], all_word: str) -> str:
    """Return the line that names these sizes."""
    return ", ".join(str(size) if size else all_word for size in sizes)
