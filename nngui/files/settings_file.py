"""Settings in a file: those that name files beside it hold their names alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nngui.core.spec.toml_text import read_toml
from nngui.files.atomic import read_text

NAMING_FILES = (("data", "table", "path"), ("data", "path"), ("network", "weights"))
"""The keys whose values are files."""


def read_settings(path: Path) -> dict[str, Any]:
    """Return the settings in a file, the files that lie beside it by their whole paths.

    A project's settings name its table alone, so that the folder can be moved: whoever opens them
    need not stand in it.

    Raises
    ------
    FileError, SettingError
        When it cannot be read, or is no TOML.
    """
    document = read_toml(read_text(path))
    for *parts, last in NAMING_FILES:
        part: Any = document
        for name in parts:
            part = part.get(name) if isinstance(part, dict) else None
        value = part.get(last) if isinstance(part, dict) else None
        if isinstance(value, str) and value and "\0" not in value:
            beside = Path(path).absolute().parent / value
            if not Path(value).is_absolute() and beside.exists():
                part[last] = str(beside)
    return document
