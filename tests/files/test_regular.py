"""Files that somebody named: what is no regular file is refused at once, wherever it is opened."""

from __future__ import annotations

import ast
import os
import socket
from pathlib import Path

import numpy as np
import pytest

import nngui
from nngui.cli import main
from nngui.core.errors import NnguiError
from nngui.files.atomic import read_text
from nngui.files.images.idx import read_idx
from nngui.files.images.reader import read_images
from nngui.files.images.survey import survey_images
from nngui.files.models.reader import read_model
from nngui.files.preferences import Preferences
from nngui.files.regular import open_regular
from nngui.files.runs.journal_file import is_journal, read_journal
from nngui.files.runs.recovery import read_summary
from nngui.files.tables.format import TableFormat
from nngui.files.tables.formats import binary
from nngui.files.tables.reader import preview_table, read_table
from nngui.files.tables.sheet_reader import read_sheet

ODD = (
    "folder",
    "dangling",
    "loop",
    "name",
    *(("pipe", "socket", "device") if os.name == "posix" else ()),
)
WORDS = {
    "folder": "Is a directory",
    "dangling": "No such file",
    "loop": "oo many",  # levels of symbolic links
    "name": "its name is none",
}


def odd(kind, folder, name):
    """Something that is no file to read, under that name."""
    path = folder / name
    if kind == "folder":
        path.mkdir()
    elif kind == "dangling":
        path.symlink_to(folder / "nowhere")
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "name":
        return Path(f"{folder}\0", name)
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        here = Path.cwd()  # a socket's name is short
        os.chdir(folder)
        with socket.socket(socket.AF_UNIX) as end:
            end.bind(name)
        os.chdir(here)
    return path


READERS = {
    "settings": ("a.toml", read_text),
    "table": ("a.csv", read_table),
    "a table's beginning": ("a.csv", preview_table),
    "excel": ("a.xlsx", lambda path: read_sheet(path, TableFormat())),
    "the sheets": ("a.xlsx", binary.sheets),
    "parquet": ("a.parquet", lambda path: binary.read(path, "parquet")),
    "npy": ("a.npy", lambda path: binary.read(path, "npy")),
    "npz": ("a.npz", lambda path: binary.read(path, "npz")),
    "arrays of images": ("a.npz", lambda path: read_images(path)),
    "a look at images": ("a.npz", survey_images),
    "idx": ("a-images-idx3-ubyte", lambda path: read_idx(path, 3)),
    "model": ("a.pkl", read_model),
    "a saved run": ("a.safetensors", read_summary),
    "a run's journal": ("a.nnrun", lambda path: read_journal(path, {})),
    "the kind of a run's file": ("a.nnrun", is_journal),
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("reader", READERS)
def test_that_what_is_no_regular_file_is_refused_in_a_sentence(tmp_path, reader, kind):
    name, read = READERS[reader]
    path = odd(kind, tmp_path, name)
    if kind == "folder" and reader in ("arrays of images", "a look at images"):
        pytest.skip("a folder of images is one")
    with pytest.raises(NnguiError) as caught:
        read(path)
    sentence = str(caught.value)
    assert WORDS.get(kind, "it is not a file") in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")


COMMANDS = {
    "settings": ("a.toml", ["train", "regression", "--config", "{}"]),
    "table": ("a.csv", ["train", "regression", "--data", "{}"]),
    "images": ("a.npz", ["train", "cnn", "--set", "data.kind=file", "--set", "data.path={}"]),
    "weights": ("a.pkl", ["train", "regression", "--set", "network.weights={}"]),
    "inspect": ("a.pkl", ["inspect", "{}"]),
    "export": ("a.pkl", ["export", "{}", "-o", "{}.safetensors"]),
    "script": ("a.toml", ["script", "regression", "--config", "{}"]),
    "replay": ("a.nnrun", ["replay", "{}"]),
    "script of a run": ("a.nnrun", ["script", "--run", "{}"]),
}


@pytest.mark.timeout(60)
@pytest.mark.skipif(os.name != "posix", reason="needs pipes and devices")
@pytest.mark.parametrize("kind", ["pipe", "device", "socket", "dangling", "folder"])
@pytest.mark.parametrize("command", COMMANDS)
def test_that_the_command_line_says_so_in_a_line(tmp_path, capsys, command, kind):
    name, arguments = COMMANDS[command]
    path = odd(kind, tmp_path, name)
    assert main([argument.format(path) for argument in arguments]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    if (command, kind) != ("images", "folder"):  # a folder of images is looked into
        assert WORDS.get(kind, "it is not a file") in told


@pytest.mark.skipif(os.name != "posix", reason="needs a pipe")
def test_that_preferences_that_are_a_pipe_are_left_alone(tmp_path):
    os.mkfifo(tmp_path / "nngui.toml")
    preferences = Preferences(tmp_path / "nngui.toml")
    assert "it is not a file" in str(preferences.take_problem())
    assert (tmp_path / "nngui.toml").is_fifo()


def test_that_a_file_that_is_too_long_is_not_read(tmp_path):
    path = tmp_path / "long"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(OSError, match="it is too large"):
        open_regular(path, 1 << 30)
    with pytest.raises(NnguiError, match="too large to be a settings file: at most 1000000 bytes"):
        read_text(path)
    for read in (read_model, read_summary):
        with pytest.raises(NnguiError, match="too large"):
            read(path)


def test_that_a_regular_file_is_read_from_its_beginning_and_through_a_link(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(6).reshape(3, 2))
    (tmp_path / "b.npy").symlink_to(tmp_path / "a.npy")
    for name in ("a.npy", "b.npy"):
        assert len(read_table(tmp_path / name).frame) == 3


# --- Nothing is opened in any other way -----------------------------------------------------------

PACKAGE = Path(nngui.__file__).parent
OWN = {
    "core/memory.py": "the system's own figures",
    "core/turbo/cache.py": "the program's own source",
    "files/atomic.py": "writes",
    "files/images/reader.py": "the images that come along",
    "files/licences.py": "the texts of what is installed",
    "files/models/export.py": "what was written a moment ago",
    "files/project.py": "what was written a moment ago",
    "files/regular.py": "the one place",
    "files/runs/pairs.py": "a folder to lock",
    "files/tables/examples.py": "the tables that come along",
    "files/tables/script_rows.py": "lines of a project's predict.py, which runs alone",
    "files/temporary.py": "a folder to lock, and what is written",
    "gui/crash.py": "writes",
    "gui/panels/pictures.py": "writes",
    "gui/style/icons.py": "the program's own pictures",
    "gui/style/resources.py": "the program's own texts",
    "terminal.py": "writes to nowhere",
}
MODES = ("'r", "'w", "'a", "'x")
OPENERS = {"read_text", "read_bytes", "FileIO", "fromfile", "memmap", "loadtxt", "genfromtxt"}
GIVEN_FILES = {
    *(("pd", "ExcelFile"), ("pd", "read_excel"), ("pd", "read_parquet"), ("pd", "read_csv")),
    *(("zipfile", "ZipFile"), ("gzip", "GzipFile"), ("parquet", "read_metadata")),
    *(("np", "load"), ("torch", "load"), ("Image", "open")),
}
FILES = {"file", "whole", "book", "buffer", "self._file", "fileobj"}  # what is open already


def opened_in(tree):
    """The lines of a module that open something by its path."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call.lineno for call in calls if opens_by_path(call)]


def opens_by_path(call):
    function = call.func
    is_method = isinstance(function, ast.Attribute)
    name = function.attr if is_method else getattr(function, "id", "")
    owner = ast.unparse(function.value) if is_method else ""
    first = ast.unparse(call.args[0]) if call.args else ""
    if name == "open" and owner != "Image":  # others' `open` takes no mode: a dialog, an archive
        return owner in ("", "os", "io", "gzip") or first.startswith(MODES)
    if name in OPENERS:
        return is_method  # `read_text(path)` is ours
    given = {first, *(keyword.arg for keyword in call.keywords)}
    return (owner, name) in GIVEN_FILES and not given & FILES


def test_that_files_are_opened_by_one_function():
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        lines = list(opened_in(ast.parse(path.read_text("utf-8"))))
        if lines and path.relative_to(PACKAGE).as_posix() not in OWN:
            found[str(path)] = lines
    assert found == {}


def test_that_the_list_of_other_places_is_not_longer_than_it_must_be():
    for name in OWN.keys() - {"gui/panels/pictures.py", "files/models/export.py"}:
        assert list(opened_in(ast.parse((PACKAGE / name).read_text("utf-8")))), name


def test_that_toml_is_parsed_in_one_place():
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if any(
            "tomllib" in [alias.name for alias in node.names]
            or getattr(node, "module", 0) == "tomllib"
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
        )
    }
    assert found == {"core/spec/toml_text.py"}
