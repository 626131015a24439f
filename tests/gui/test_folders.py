"""Where settings and runs lie: in the folders that Qt names."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nngui.core import folders

OWN = ("NNGUI_CONFIG_DIR", "NNGUI_DATA_DIR", "NUMBA_CACHE_DIR")


@pytest.mark.skipif(sys.platform == "darwin", reason="there, Qt asks the system for the home")
def test_that_qt_names_the_same_folders_on_this_system(monkeypatch):
    for name in OWN:
        monkeypatch.delenv(name, raising=False)
    code = (
        "from PySide6.QtCore import QCoreApplication, QStandardPaths as Paths\n"
        "QCoreApplication.setApplicationName('nngui')\n"
        "for place in ('AppConfigLocation', 'AppLocalDataLocation', 'AppDataLocation'):\n"
        "    print(Paths.writableLocation(getattr(Paths.StandardLocation, place)))\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    ).stdout
    config, data, roaming = map(Path, shown.splitlines())
    assert folders.config_folder() == config
    assert folders.data_folder() == data
    assert folders.pasted_folder() == roaming / "pasted"
