"""Where searches lie, and by what the data of one are known again."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from nngui.core.errors import FileError
from nngui.core.folders import data_folder
from nngui.core.spec.table import EXAMPLE
from nngui.core.text import mark
from nngui.files.atomic import make_folder
from nngui.files.regular import open_regular

if TYPE_CHECKING:
    from nngui.core.search.plan import Plan
    from nngui.core.spec import Spec

FOLDER, SUFFIX = "searches", ".search"
PIECE = 1 << 20  # bytes
MAX_HASHED = 1_000_000_000  # bytes of a file whose content is looked at


def searches_folder() -> Path:
    """Return where searches lie that were given no place."""
    return data_folder() / FOLDER


def path_for(plan: Plan, folder: Path | None = None) -> Path:
    """Return where the journal of a search lies, made with its folder: the same for the same plan.

    Raises
    ------
    FileError
        When the folder cannot be made.
    """
    folder = folder or searches_folder()
    make_folder(folder)
    return folder / f"{plan.task.name}-{plan.identity}{SUFFIX}"


def data_hash(spec: Spec) -> str:
    """Return a hash of the table that settings learn from; empty where it is no file.

    Raises
    ------
    FileError
        When the file cannot be read.
    """
    table = getattr(spec.data, "table", None)
    if spec.data.kind != "table" or table is None or table.path.startswith(EXAMPLE):
        return ""
    found = hashlib.sha256()
    try:
        with open_regular(Path(table.path), MAX_HASHED) as file:
            while piece := file.read(PIECE):
                found.update(piece)
    except OSError as error:
        if error.errno == errno.EFBIG:
            return ""
        text = mark("core", "{path} could not be read: {why}. Check the name.")
        raise FileError(text, path=table.path, why=error.strerror or str(error)) from error
    return found.hexdigest()[:32]
