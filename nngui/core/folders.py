"""Where the program keeps what it remembers and makes: each system has a place of its own for it.

Users have settings and runs in these folders: none may move from one version to the next.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from platformdirs import PlatformDirs

NAME = "nngui"
PASTED = "pasted"  # tables that came from the clipboard


def config_folder() -> Path:
    """Return where the settings lie (``NNGUI_CONFIG_DIR`` puts them elsewhere)."""
    own = os.environ.get("NNGUI_CONFIG_DIR")
    return Path(own) if own else _folders().user_preference_path


def data_folder() -> Path:
    """Return where log, runs and recovery files lie (``NNGUI_DATA_DIR`` puts them elsewhere)."""
    own = os.environ.get("NNGUI_DATA_DIR")
    return Path(own) if own else _data()


def pasted_folder() -> Path:
    """Return where pasted tables lie: beside the data, but on Windows they roam with the user."""
    own = os.environ.get("NNGUI_DATA_DIR")
    return (Path(own) if own else _data(roaming=True)) / PASTED


def cache_folder() -> Path:
    """Return where there is what can be made again."""
    return _folders().user_cache_path


def _data(*, roaming: bool = False) -> Path:
    if sys.platform == "darwin":  # platformdirs would follow XDG_DATA_HOME, which never moved it
        return Path.home() / "Library" / "Application Support" / NAME
    return _folders(roaming=roaming).user_data_path


def _folders(*, roaming: bool = False) -> PlatformDirs:
    # Neither a folder of the author around it, nor one called Cache within it.
    return PlatformDirs(NAME, appauthor=False, opinion=False, roaming=roaming)
