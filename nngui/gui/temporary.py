"""Folders for what the window needs only as long as it lives."""

from __future__ import annotations

from weakref import WeakSet

from PySide6.QtCore import QTemporaryDir

_folders: WeakSet[QTemporaryDir] = WeakSet()


def temporary_folder() -> QTemporaryDir:
    """Return a new folder, which goes with the object that is returned, or with the program."""
    folder = QTemporaryDir()
    _folders.add(folder)
    return folder


def remove_temporary_folders() -> None:
    """Remove all of them: the process is about to end without tearing down what holds them."""
    for folder in list(_folders):
        folder.remove()
