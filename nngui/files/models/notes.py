"""What has to be said of a file that was opened."""

from __future__ import annotations

from nngui.core.errors import NnguiError
from nngui.core.text import mark


class Note(NnguiError):
    """Something to say about a file that was opened: a sentence, as errors are."""


def attributes_note() -> Note:
    """Say that tensors carried something beside their numbers."""
    return Note(mark("core", "Attributes that its tensors carried were left aside."))
