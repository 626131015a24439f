"""Temporary folders, which go with the object that holds them; and where there can be none."""

from __future__ import annotations

import uuid
from pathlib import Path

from PySide6.QtCore import QDir, QTemporaryDir


def place_of(folder: QTemporaryDir) -> Path:
    """Return where a temporary folder is; if none could be made, a place that is not there.

    Whoever writes into it is told so then. Qt's own answer is an empty path, and that is the folder
    in which the program was started.
    """
    if folder.isValid():
        return Path(folder.path())
    return Path(QDir.tempPath()) / f"nngui-{uuid.uuid4().hex}"
