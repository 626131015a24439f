"""Where settings, data and compiled code lie: users have them there, so they may not move."""

import sys
from pathlib import Path

import platformdirs.macos
import platformdirs.unix
import platformdirs.windows
import pytest

from nngui.core import folders
from nngui.core.turbo import cache as turbo_cache

XDG = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")
OWN = ("NNGUI_CONFIG_DIR", "NNGUI_DATA_DIR", "NUMBA_CACHE_DIR")
CLASSES = {
    "linux": platformdirs.unix.Unix,
    "darwin": platformdirs.macos.MacOS,
    "win32": platformdirs.windows.Windows,
}


@pytest.fixture
def on_system(monkeypatch, tmp_path):
    """Return a function that has the program look for folders as it does on a system."""
    for name in (*XDG, *OWN):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))

    def windows(name):
        return str(tmp_path / "AppData" / ("Local" if "LOCAL" in name else "Roaming"))

    def on_system(system):
        monkeypatch.setattr(platformdirs.windows, "get_win_folder", windows)
        monkeypatch.setattr(folders, "PlatformDirs", CLASSES[system])
        monkeypatch.setattr(sys, "platform", system)

    return on_system


@pytest.mark.parametrize(
    ("system", "config", "data", "pasted", "cache"),
    [
        (
            "linux",
            ".config/nngui",
            ".local/share/nngui",
            ".local/share/nngui/pasted",
            ".cache/nngui",
        ),
        (
            "darwin",
            "Library/Preferences/nngui",
            "Library/Application Support/nngui",
            "Library/Application Support/nngui/pasted",
            "Library/Caches/nngui",
        ),
        (
            "win32",
            "AppData/Local/nngui",
            "AppData/Local/nngui",
            "AppData/Roaming/nngui/pasted",
            "AppData/Local/nngui",
        ),
    ],
)
def test_that_the_folders_are_where_they_have_always_been(
    on_system, tmp_path, system, config, data, pasted, cache
):
    on_system(system)
    assert folders.config_folder() == tmp_path / config
    assert folders.data_folder() == tmp_path / data
    assert folders.pasted_folder() == tmp_path / pasted
    assert folders.cache_folder() == tmp_path / cache
    assert turbo_cache.folder().parent == tmp_path / cache


def test_that_linux_follows_xdg(on_system, tmp_path, monkeypatch):
    on_system("linux")
    for name in XDG:
        monkeypatch.setenv(name, f"/of/{name}")
    assert folders.config_folder() == Path("/of/XDG_CONFIG_HOME/nngui")
    assert folders.data_folder() == Path("/of/XDG_DATA_HOME/nngui")
    assert folders.cache_folder() == Path("/of/XDG_CACHE_HOME/nngui")


def test_that_on_macos_xdg_moves_neither_settings_nor_runs(on_system, tmp_path, monkeypatch):
    on_system("darwin")
    for name in XDG:
        monkeypatch.setenv(name, f"/of/{name}")
    assert folders.config_folder() == tmp_path / "Library/Preferences/nngui"
    assert folders.data_folder() == tmp_path / "Library/Application Support/nngui"


@pytest.mark.parametrize("system", list(CLASSES))
def test_that_the_programs_own_variables_come_first(on_system, monkeypatch, system):
    on_system(system)
    for name in OWN:
        monkeypatch.setenv(name, f"/of/{name}")
    assert folders.config_folder() == Path("/of/NNGUI_CONFIG_DIR")
    assert folders.data_folder() == Path("/of/NNGUI_DATA_DIR")
    assert folders.pasted_folder() == Path("/of/NNGUI_DATA_DIR/pasted")
    assert turbo_cache.folder() == Path("/of/NUMBA_CACHE_DIR")
