"""Why a model file could not be opened: a small closed family, each a sentence for a learner."""

from __future__ import annotations

from nngui.core.errors import FileError


class ModelFileError(FileError):
    """A model file could not be opened. One of the six below; nothing in the file was run."""


class NotAModelFileError(ModelFileError):
    """The file is something else: a text, a picture, a table, an empty file."""


class CorruptedModelError(ModelFileError):
    """The file was a model once, but is cut short or damaged."""


class UnsupportedModelError(ModelFileError):
    """The file holds something that this program does not rebuild: another layer, or code."""


class ModelTooLargeError(ModelFileError):
    """The file, or what it says it holds, is larger than this program opens."""


class InconsistentModelError(ModelFileError):
    """The parts of the model do not fit each other."""


class UnreadableModelError(ModelFileError):
    """The file cannot be read: it is not there, is a folder, or may not be opened."""
