"""Why a model file could not be opened: a small closed family, each a sentence for a learner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.errors import FileError
from nngui.core.text import mark

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.core.errors import NnguiError


PARAMETERS_ONLY = mark("core", "Ask for a file with the parameters only.")
PART = "::"  # between a file's name and the name of what is meant in it
MAX_NAME = 80  # characters of a name that is shown
MAX_SHOWN = 8  # names


class ModelFileError(FileError):
    """A model file could not be opened. One of the six below; nothing in the file was run."""


class NotAModelFileError(ModelFileError):
    """The file is something else: a text, a picture, a table, an empty file."""


class CorruptedModelError(ModelFileError):
    """The file was a model once, but is cut short or damaged."""


class UnsupportedModelError(ModelFileError):
    """The file holds something that this program does not rebuild: another layer, or code."""


class SeveralNetworksError(UnsupportedModelError):
    """The file holds several networks, and it was not said which is meant.

    Attributes
    ----------
    parts : tuple of str
        Their names in the file.
    """

    parts: tuple[str, ...] = ()


class ModelTooLargeError(ModelFileError):
    """The file, or what it says it holds, is larger than this program opens."""


class InconsistentModelError(ModelFileError):
    """The parts of the model do not fit each other."""


class UnreadableModelError(ModelFileError):
    """The file cannot be read: it is not there, is a folder, or may not be opened."""


def not_a_model(path: Path) -> NotAModelFileError:
    """Say that a file is something else."""
    text = mark(
        "core",
        "{path} is not a model file: open one that was saved by this program or by torch.save.",
    )
    return NotAModelFileError(text, path=path)


def corrupted(path: Path, why: str) -> CorruptedModelError:
    """Say that a file is damaged, and where it shows (a marked text)."""
    text = mark("core", "{path} is damaged or cut short ({why}): get the file once more.")
    return CorruptedModelError(text, path=path, why=why)


def unsupported(
    path: Path, what: str | NnguiError, remedy: str | NnguiError = PARAMETERS_ONLY
) -> UnsupportedModelError:
    """Say that a file holds what is not rebuilt here, and what can be done (marked texts)."""
    text = mark("core", "{path} cannot be opened here: {what}. {remedy}")
    return UnsupportedModelError(text, path=path, what=what, remedy=remedy)


def several_networks(path: Path, parts: tuple[str, ...]) -> SeveralNetworksError:
    """Say which networks a file holds, and how one is named."""
    text = mark(
        "core", "{path} holds several networks: {parts}. Name one behind the file: {example}"
    )
    shown = ", ".join(cut(part) for part in parts[:MAX_SHOWN])
    shown += ", …" if len(parts) > MAX_SHOWN else ""
    error = SeveralNetworksError(
        text, path=path, parts=shown, example=f"{path.name}{PART}{cut(parts[0])}"
    )
    error.parts = parts
    return error


def cut(name: str) -> str:
    """Return a name from a file, in a length that a sentence bears."""
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…"


def runs_code(path: Path, what: str) -> UnsupportedModelError:
    """Say that a file would have code run by whoever unpickles it; here it was not run."""
    text = mark(
        "core",
        "{path} is not safe: it would run {what} when opened elsewhere. Nothing of it was run "
        "here. Ask for a file with the parameters only.",
    )
    return UnsupportedModelError(text, path=path, what=what)


def too_large(path: Path, what: str) -> ModelTooLargeError:
    """Say that there is too much of something (a marked text)."""
    text = mark("core", "{path} is too large to be opened here: {what}. Open a smaller model.")
    return ModelTooLargeError(text, path=path, what=what)


def inconsistent(path: Path, why: str | NnguiError) -> InconsistentModelError:
    """Say that the parts do not fit each other (a marked text, or an error of the layers)."""
    text = mark("core", "{path} does not fit together: {why}. Have it saved once more.")
    return InconsistentModelError(text, path=path, why=why)


def unreadable(path: Path, error: OSError) -> UnreadableModelError:
    """Say that a file could not be read at all."""
    text = mark("core", "{path} could not be read: {why}. Check the name.")
    return UnreadableModelError(text, path=path, why=error.strerror or str(error))
