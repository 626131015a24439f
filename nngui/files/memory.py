"""How much memory what is read may take: a share of what is free, and a ceiling.

What a file says of itself, or what it has made so far, is compared with both before more is
allocated. Whoever has more memory than the ceiling raises it: ``--memory-limit 16GB``,
``NNGUI_MEMORY_LIMIT``, or ``memory_limit`` in the program's settings.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from nngui.core.errors import FileError, SettingError
from nngui.core.memory import free_memory
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark

if TYPE_CHECKING:
    from pathlib import Path

MAX_SHARE = 0.5  # of the free memory: what is made of a table takes as much again
MAX_BYTES = 8 * 10**9  # of one file, until a person raises it
MIN_LIMIT_BYTES = 10**6
VARIABLE = "NNGUI_MEMORY_LIMIT"
LIMIT = re.compile(r"\s*(\d{1,9}(?:\.\d{1,9})?)\s*([kmgt])(i?)b?\s*", re.IGNORECASE)


class _Ceiling:
    """What one file may take at most, as a person has set it for this process."""

    chosen: int | None = None
    preferred: int | None = None


def set_memory_limit(limit: int | None) -> None:
    """Set how many bytes what is read may take, for as long as the program runs.

    Parameters
    ----------
    limit : int or None
        None: what the environment says, or the program's settings, or `MAX_BYTES`.
    """
    _Ceiling.chosen = limit


def prefer_memory_limit(limit: int | None) -> None:
    """Set what counts where neither `set_memory_limit` nor the environment says anything."""
    _Ceiling.preferred = limit


def parse_bytes(text: str) -> int:
    """Return how many bytes a person means: ``8GB``, ``500 MB``, ``16GiB``.

    Raises
    ------
    SettingError
        When it is no such size.
    """
    found = LIMIT.fullmatch(text)
    if found:
        step = 1024 if found[3] else 1000
        size = int(float(found[1]) * step ** (1 + "kmgt".index(found[2].lower())))
        if size >= MIN_LIMIT_BYTES:
            return size
    sentence = mark("core", "{text} is no size of memory: write it as 500MB or 16GB.")
    raise SettingError(sentence, text=short_text(text))


def memory_limit() -> int:
    """Return how many bytes what is read may take at most, however much is free.

    Raises
    ------
    SettingError
        When the environment holds something else than a size.
    """
    if _Ceiling.chosen is not None:
        return _Ceiling.chosen
    text = os.environ.get(VARIABLE, "")
    return parse_bytes(text) if text.strip() else _Ceiling.preferred or MAX_BYTES


class Budget:
    """What reading one file may take; what is taken is counted.

    Parameters
    ----------
    path : Path
        The file, for the sentence.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.free, self.limit = free_memory(), memory_limit()
        self.taken = 0

    @property
    def allowed(self) -> int:
        """Bytes in all."""
        return min(int(self.free * MAX_SHARE), self.limit)

    def take(self, needed: int) -> None:
        """Count bytes that are about to be allocated.

        Raises
        ------
        FileError
            See `check`.
        """
        self.taken += needed
        self.check(0)

    def check(self, needed: int) -> None:
        """Refuse what would, with what is taken already, go beyond what is allowed.

        Raises
        ------
        FileError
            Saying how much it takes, how much is allowed, and what to do.
        """
        needed += self.taken
        if needed <= self.allowed:
            return
        if self.limit < self.free * MAX_SHARE:
            text = mark(
                "core",
                "{path} would take {needed} of memory, and {limit} are allowed: take a part "
                "of it, or allow more (--memory-limit {more}, or {variable}={more}).",
            )
            values = {"limit": size_text(self.limit), "more": f"{-(-needed // 10**9)}GB"}
            values["variable"] = VARIABLE
        else:
            text = mark(
                "core",
                "{path} would take {needed} of memory, and {free} are free, of which half is "
                "used: take a part of it, or close other programs.",
            )
            values = {"free": size_text(self.free)}
        raise FileError(text, path=self._path, needed=size_text(needed), **values)


def check_memory(path: Path, needed: int) -> None:
    """Refuse what would take more than half of the free memory, or more than the ceiling.

    Parameters
    ----------
    path : Path
        What is to be read, for the sentence.
    needed : int
        Bytes.

    Raises
    ------
    FileError
        See `Budget.check`.
    """
    Budget(path).check(needed)


def size_text(size: float) -> str:
    """Return a number of bytes as a sentence says it."""
    return f"{size / 1e9:,.1f} GB" if size >= 10**8 else f"{size / 1e6:,.1f} MB"


PARTS = ("kB", "MB", "GB")


def bytes_text(size: int) -> str:
    """Return a file's size as people read it."""
    if size < 1000:
        return f"{size} bytes"
    value, number = float(size), -1
    while value >= 999.5 and number < len(PARTS) - 1:
        value, number = value / 1000, number + 1
    return f"{value:.3g} {PARTS[number]}"
