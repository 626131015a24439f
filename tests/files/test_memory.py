"""How much may be read at once."""

import ast
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

import nngui
from nngui.cli import main
from nngui.core.errors import FileError, SettingError
from nngui.core.memory import free_memory
from nngui.files import memory


def test_that_half_of_the_free_memory_may_be_taken_and_no_more(monkeypatch):
    free = SimpleNamespace(available=2_000_000_000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    memory.check_memory(Path("t.csv"), 1_000_000_000)
    with pytest.raises(FileError, match=r"would take 1\.1 GB of memory, and 2\.0 GB are free"):
        memory.check_memory(Path("t.csv"), 1_100_000_000)


def test_that_the_system_tells_how_much_is_free():
    assert 0 < free_memory() <= psutil.virtual_memory().total


@pytest.mark.parametrize("error", [FileNotFoundError("/proc/meminfo"), psutil.AccessDenied()])
def test_that_a_system_that_tells_nothing_still_lets_small_files_be_read(monkeypatch, error):
    def hidden():
        raise error

    monkeypatch.setattr(psutil, "virtual_memory", hidden)
    memory.check_memory(Path("t.csv"), 1_000_000_000)
    with pytest.raises(FileError, match=r"and 4\.3 GB are free"):
        memory.check_memory(Path("t.csv"), 3_000_000_000)


# A ceiling that a person raises ------------------------------------------------------------------


@pytest.fixture
def much(monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda: 100 * 10**9)
    yield
    memory.set_memory_limit(None)
    memory.prefer_memory_limit(None)


@pytest.mark.usefixtures("much")
def test_that_however_much_is_free_there_is_a_ceiling_and_it_is_said_how_to_raise_it():
    memory.check_memory(Path("t.csv"), 8 * 10**9)
    with pytest.raises(FileError) as caught:
        memory.check_memory(Path("t.csv"), 8_500_000_000)
    assert str(caught.value) == (
        "t.csv would take 8.5 GB of memory, and 8.0 GB are allowed: take a part of it, or allow "
        "more (--memory-limit 9GB, or NNGUI_MEMORY_LIMIT=9GB)."
    )


@pytest.mark.usefixtures("much")
def test_that_the_command_counts_more_than_the_environment_and_this_more_than_the_settings(
    monkeypatch,
):
    memory.prefer_memory_limit(3 * 10**9)
    assert memory.memory_limit() == 3 * 10**9
    monkeypatch.setenv(memory.VARIABLE, "20GB")
    assert memory.memory_limit() == 20 * 10**9
    memory.set_memory_limit(30 * 10**9)
    assert memory.memory_limit() == 30 * 10**9
    memory.check_memory(Path("t.csv"), 29 * 10**9)


@pytest.mark.usefixtures("much")
def test_that_what_is_taken_is_counted():
    budget = memory.Budget(Path("t.csv"))
    budget.take(5 * 10**9)
    budget.check(3 * 10**9)
    with pytest.raises(FileError, match=r"would take 8\.1 GB"):
        budget.take(3_100_000_000)


@pytest.mark.parametrize(
    ("text", "size"),
    [("8GB", 8 * 10**9), ("500 mb", 500 * 10**6), ("1.5g", 1_500_000_000), ("16GiB", 16 << 30)],
)
def test_that_a_size_is_understood(text, size):
    assert memory.parse_bytes(text) == size


@pytest.mark.parametrize("text", ["", "8", "GB", "-1GB", "1 byte", "9" * 400 + "GB", "0.1MB"])
def test_that_what_is_no_size_is_refused(text):
    with pytest.raises(SettingError, match="write it as 500MB or 16GB"):
        memory.parse_bytes(text)


def test_that_the_command_line_takes_a_ceiling(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "1,2\n" * 300_000)
    arguments = ["train", "regression", "--data", str(path), "--set", "schedule.steps=1"]
    assert main([*arguments, "--memory-limit", "5MB"]) == 2
    told = capsys.readouterr().err
    assert "would take" in told
    assert "5.0 MB are allowed" in told
    with pytest.raises(SystemExit):
        main([*arguments, "--memory-limit", "much"])
    assert "much is no size of memory" in capsys.readouterr().err
    memory.set_memory_limit(None)


# Every reader of foreign data asks ---------------------------------------------------------------

PACKAGE = Path(nngui.__file__).parent
ALLOCATES = {  # what allocates as much as a file says
    *(
        "read_csv",
        "frombuffer",
        "iter_batches",
        "load_workbook",
        "read_array",
        "asarray",
        "convert",
    ),
    *("ParquetFile", "ZipFile", "GzipFile", "exif_transpose"),
}
ASKS = {"Budget", "check_memory", "max_values", "check"}
BOUNDED = {
    "files/models": "its own bounds, by the bytes that are there",
    "files/runs": "its own bounds, by the bytes that are there",
    "files/images/archive.py": "arrays.py asks, by what it hands to it",
    "files/images/fit.py": "asks before it makes room for all",
    "files/images/picture.py": "look.py asks, which opens every picture",
    "files/project.py": "what the program wrote",
    "files/tables/examples.py": "the tables that come along",
}


def calls_in(path):
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    functions = [node.func for node in nodes if isinstance(node, ast.Call)]
    return {getattr(f, "attr", getattr(f, "id", "")) for f in functions}


def test_that_whatever_allocates_by_a_file_asks_first():
    found = []
    for path in sorted((PACKAGE / "files").rglob("*.py")):
        name, calls = path.relative_to(PACKAGE).as_posix(), calls_in(path)
        if calls & ALLOCATES and not calls & ASKS and not name.startswith(tuple(BOUNDED)):
            found.append((name, calls & ALLOCATES))
    assert found == []


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (999_499, "999 kB"),
        (999_500, "1 MB"),
        (1_500_000, "1.5 MB"),
        (999_500_000, "1 GB"),
        (12_300_000_000, "12.3 GB"),
    ],
)
def test_that_a_size_is_told_in_three_figures(size, text):
    assert memory.bytes_text(size) == text
