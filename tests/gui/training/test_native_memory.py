"""What was freed is given back to the system, and threads do not each keep some of it."""

from __future__ import annotations

import sys

import pytest

from tests.core.helpers import run_python

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="glibc's own ways")

# Blocks large enough not to be Python's own, small enough not to be asked of the system one by one;
# every hundredth stays, so that no end of the memory is free.
BEGINNING = """\
import os, sys, threading
from pathlib import Path

from nngui.gui.training import native_memory

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

def use():
    blocks = [bytes(60_000) for _ in range(2000)]
    return blocks[::100]
"""

GIVE_BACK = (
    BEGINNING
    + """
before = resident()
kept = use()
grown = resident() - before
native_memory.trim_heap()
print(grown, resident() - before)
"""
)

BOUND = (
    BEGINNING
    + """
import ctypes

native_memory.limit_arenas()
done, enough = threading.Barrier(9), threading.Event()

def work():
    kept = use()
    done.wait()
    enough.wait()

for _ in range(8):
    threading.Thread(target=work, daemon=True).start()
done.wait()
library = ctypes.CDLL(None)
library.fopen.restype = ctypes.c_void_p
told = library.fopen(sys.argv[1].encode(), b"w")
library.malloc_info(0, ctypes.c_void_p(told))
library.fclose(ctypes.c_void_p(told))
enough.set()
"""
)


def run(folder, text, *arguments):
    path = folder / "program.py"
    path.write_text(text)
    result = run_python(path, *arguments, folder=folder)
    assert not result.stderr
    return result


def test_that_freed_pages_are_given_back(tmp_path):
    grown, left = map(int, run(tmp_path, GIVE_BACK).stdout.split())
    assert grown > 60e6
    assert left < 15e6


def test_that_eight_threads_share_two_arenas(tmp_path):
    told = tmp_path / "told.xml"
    run(tmp_path, BOUND, told)
    assert told.read_text().count("<heap nr=") == 2
