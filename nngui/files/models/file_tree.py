"""What lies in a file of a network, as a tree: for a window that shows it beside the network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from nngui.core.networks.layers import leaves, module
from nngui.files.models.describe import tensor_text
from nngui.files.models.reader import read_model

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.files.models.reader import ModelFile


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of a file: a layer with its parameters below it, or a parameter alone.

    Attributes
    ----------
    name : str
        As in the file: ``0``, ``0.weight``.
    text : str
        What it is: ``Linear(...)``, ``float32 10 × 1``.
    below : tuple of Branch
    """

    name: str
    text: str
    below: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file that was read, and when it was last written.

    Attributes
    ----------
    modified : datetime
        With time zone.
    tree : tuple of Branch
    """

    file: ModelFile
    modified: datetime
    tree: tuple[Branch, ...]


def look_into(path: Path) -> SavedFile:
    """Read a model file as `reader.read_model` does, and say what is in it.

    Raises
    ------
    FileError
        When it is not there, or cannot be read as a model.
    """
    file = read_model(path)
    return SavedFile(file, _modified(file.path), _tree(file))


def _modified(path: Path) -> datetime:
    """Return when a file was written; as far as a date reaches, whatever a clock said then."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone()
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC).astimezone()


def _tree(file: ModelFile) -> tuple[Branch, ...]:
    if file.layer is None:
        return tuple(Branch(name, tensor_text(t)) for name, t in file.parameters.items())
    branches = []
    for name, layer in leaves(file.layer):
        own = {k: t for k, t in file.parameters.items() if k.rpartition(".")[0] == name}
        below = tuple(Branch(k.rpartition(".")[2], tensor_text(t)) for k, t in own.items())
        branches.append(Branch(name, str(module(layer)), below))
    return (Branch(file.layer.kind, "", tuple(branches)),)
