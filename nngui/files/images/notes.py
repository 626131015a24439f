"""What is said of images that were left out, converted or not understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nngui.core.data import report
from nngui.core.errors import FileError, NnguiError
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MAX_NAMES = 3  # that are told in one sentence
EMPTY = mark("core", "it is empty")
NO_IMAGE = mark("core", "it is no image, or damaged at its beginning")
DAMAGED = mark("core", "it is damaged or incomplete")
UNKNOWN_KIND = mark("core", "images of its kind are not read")
TOO_LARGE = mark("core", "it has too many pixels")
NO_CLASS = mark("core", "it lies in no class's folder")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is not among the images that were read.

    Attributes
    ----------
    name : str
        Where it lies in the folder that was opened.
    why : str
        Marked for translation.
    """

    name: str
    why: str


class BadImageError(FileError):
    """A file is no image that can be read.

    Attributes
    ----------
    why : str
        Marked for translation.
    """

    def __init__(self, path: Path, why: str) -> None:
        self.why = why
        super().__init__(mark("core", "{path} could not be read: {why}."), path=path, why=why)


class ImageNote(NnguiError):
    """Something to say of images that were opened: a sentence, as errors are."""


def listed(names: Sequence[str]) -> str:
    """Return some names in a row."""
    return ", ".join(names[:MAX_NAMES]) + (", …" if len(names) > MAX_NAMES else "")


def left_out_notes(left_out: Sequence[LeftOut]) -> tuple[NnguiError, ...]:
    """Return a sentence on files that were left out for each reason that there was."""
    return tuple(one.why for one in left_out_records(left_out))


def left_out_records(left_out: Sequence[LeftOut]) -> tuple[report.LeftOut, ...]:
    """Return which files were left out, for each reason that there was, as a report has it."""
    reasons: dict[str, list[str]] = {}
    for one in left_out:
        reasons.setdefault(one.why, []).append(one.name)
    text = mark("core", "{n} files were left out, such as {name}: {why}.")
    single = mark("core", "{name} was left out: {why}.")
    return tuple(
        report.LeftOut(
            "files",
            len(names),
            ImageNote(text, n=f"{len(names):,}", name=names[0], why=why)
            if len(names) > 1
            else ImageNote(single, name=names[0], why=why),
            tuple(names),
        )
        for why, names in reasons.items()
    )
