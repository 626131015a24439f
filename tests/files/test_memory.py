"""How much may be read at once."""

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from nngui.core.errors import FileError
from nngui.files import memory


def test_that_half_of_the_free_memory_may_be_taken_and_no_more(monkeypatch):
    free = SimpleNamespace(available=2_000_000_000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    memory.check_memory(Path("t.csv"), 1_000_000_000)
    with pytest.raises(FileError, match=r"would take 1\.1 GB of memory, and 2\.0 GB are free"):
        memory.check_memory(Path("t.csv"), 1_100_000_000)


def test_that_the_system_tells_how_much_is_free():
    assert 0 < memory.free_memory() <= psutil.virtual_memory().total


@pytest.mark.parametrize("error", [FileNotFoundError("/proc/meminfo"), psutil.AccessDenied()])
def test_that_a_system_that_tells_nothing_still_lets_small_files_be_read(monkeypatch, error):
    def hidden():
        raise error

    monkeypatch.setattr(psutil, "virtual_memory", hidden)
    memory.check_memory(Path("t.csv"), 1_000_000_000)
    with pytest.raises(FileError, match=r"and 4\.3 GB are free"):
        memory.check_memory(Path("t.csv"), 3_000_000_000)
