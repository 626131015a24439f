"""What a network's function, or what is made of it, depends on, and its file does not say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nngui.core.errors import NnguiError
from nngui.core.networks.input_shape import LARGEST_PICTURE, largest_side
from nngui.core.networks.layer_shapes import sample_shape_text
from nngui.core.text import mark
from nngui.files.models.notes import Note
from nngui.files.models.reader import read_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.spec import Spec
    from nngui.files.models.reader import ModelFile


@dataclass(frozen=True, slots=True)
class GuessedSize:
    """That the size of a network's pictures is a guess.

    Attributes
    ----------
    note : Note
        A sentence that says so.
    is_any : bool
        Whether pictures of any size go through, so that the guess says nothing.
    """

    note: Note
    is_any: bool


def guessed_size(file: ModelFile) -> GuessedSize | None:
    """Return what is to be said of the size of a network's pictures, where it is a guess."""
    if file.layer is None or file.input is None:
        return None
    largest = largest_side(file.layer, file.input)
    if largest is None or largest == file.input[-1]:
        return None
    values = {"sample": sample_shape_text(file.input), "largest": largest}
    if largest >= LARGEST_PICTURE:
        text = mark(
            "core",
            "The file does not say how large its pictures are, and any size goes through: a sample "
            "of {sample} is the smallest.",
        )
        return GuessedSize(Note(text, sample=values["sample"]), is_any=True)
    text = mark(
        "core",
        "The file does not say how large its pictures are: a sample of {sample} is the smallest "
        "that goes through, sides of up to {largest} do too.",
    )
    return GuessedSize(Note(text, **values), is_any=False)


def assumptions_behind(spec: Spec) -> tuple[NnguiError, ...]:
    """Return what was assumed of the model file that a run started from; nothing without one.

    A file that is gone, or can no longer be read, was read when the run began: nothing of it is
    left to be said.
    """
    if not spec.network.weights:
        return ()
    try:
        return read_model(Path(spec.network.weights)).assumptions
    except NnguiError:
        return ()


def joined(sentences: Sequence[NnguiError]) -> NnguiError:
    """Return several sentences as one, each to be translated by itself."""
    first, *more = sentences
    if not more:
        return first
    text = mark("core", "{first} {more}")
    return NnguiError(text, first=first, more=joined(more))
