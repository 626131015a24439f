"""Temporary folders, which go with the object that holds them; and where there can be none."""

from __future__ import annotations

import uuid
from pathlib import Path
from weakref import WeakSet

from PySide6.QtCore import QDir, QTemporaryDir

_folders: WeakSet[QTemporaryDir] = WeakSet()


def temporary_folder() -> QTemporaryDir:
    """Return a new folder, which goes with the object that is returned, or with the program."""
    folder = QTemporaryDir()
    _folders.add(folder)
    return folder


def place_of(folder: QTemporaryDir) -> Path:
    """Return where a temporary folder is; if none could be made, a place that is not there.

    Whoever writes into it is told so then. Qt's own answer is an empty path, and that is the folder
    in which the program was started.
    """
    if folder.isValid():
        return Path(folder.path())
    return Path(QDir.tempPath()) / f"nngui-{uuid.uuid4().hex}"


def remove_temporary_folders() -> None:
    """Remove all of them: the process is about to end without tearing down what holds them."""
    for folder in list(_folders):
        folder.remove()
