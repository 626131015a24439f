"""How much memory is free, and how it is told that there was too little."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

from nngui.core import memory
from nngui.core.errors import NoMemoryError, SettingError
from nngui.core.memory import as_no_memory, free_memory

TOO_MUCH = 1 << 46  # bytes: beyond any machine's


def error_of(call):
    with pytest.raises((MemoryError, RuntimeError)) as found:
        call()
    return found.value


@pytest.mark.parametrize(
    "call",
    [
        lambda: torch.empty(TOO_MUCH // 4),
        lambda: torch.zeros(TOO_MUCH // 4),
        lambda: np.zeros(TOO_MUCH, np.uint8),
        lambda: bytearray(TOO_MUCH),
    ],
    ids=["torch.empty", "torch.zeros", "numpy", "Python"],
)
def test_that_memory_that_is_used_up_is_a_sentence_whoever_says_so(call):
    told = as_no_memory(error_of(call))
    assert isinstance(told, NoMemoryError)
    assert str(told).startswith("The memory is used up")
    assert "Allocator" not in str(told)


@pytest.mark.parametrize(
    "text",
    [
        "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: "
        "you tried to allocate 16384000000 bytes. Error code 12 (Cannot allocate memory)",
        "[enforce fail at C:\\alloc_cpu.cpp:114] data. DefaultCPUAllocator: not enough memory: you "
        "tried to allocate 16384000000 bytes.",
    ],
)
def test_that_it_says_how_much_was_asked_for(text):
    told = as_no_memory(RuntimeError(text))
    assert str(told) == (
        "The memory is used up: 16.38 GB more were needed at once. Smaller batches, fewer points "
        "and narrower layers need less."
    )


def test_that_an_accelerator_that_is_full_and_a_cause_are_understood():
    assert as_no_memory(torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"))
    error = ValueError("a table")
    error.__cause__ = MemoryError()
    assert as_no_memory(error)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("mat1 and mat2 shapes cannot be multiplied"),
        ValueError("out of memory"),
        OSError(12),
    ],
)
def test_that_another_error_is_none_of_them(error):
    assert as_no_memory(error) is None


def test_that_an_error_of_the_program_that_says_so_already_stays():
    error = NoMemoryError("This run would take too much.")
    assert as_no_memory(error) is error
    assert as_no_memory(SettingError("No.")) is None


@pytest.mark.skipif(sys.platform != "linux", reason="ulimit -v counts on Linux")
def test_that_a_bound_around_the_process_counts():
    program = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))\n"
        "from nngui.core.memory import free_memory\n"
        "print(free_memory())"
    )
    command = [sys.executable, "-c", program]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert 1_000_000_000 < int(shown) < 2_000_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="containers are bounded so on Linux")
def test_that_the_bound_of_a_container_counts_but_for_what_files_take(monkeypatch, tmp_path):
    (tmp_path / "memory.max").write_text("500000000\n")
    (tmp_path / "memory.current").write_text("400000000\n")
    (tmp_path / "memory.stat").write_text("anon 5\ninactive_file 100000000\n")
    monkeypatch.setattr(memory, "CGROUP_FOLDER", tmp_path)
    assert free_memory() == 200_000_000
    (tmp_path / "memory.max").write_text("max\n")
    assert free_memory() > 200_000_000
    (tmp_path / "memory.max").write_text("100\n")
    assert free_memory() == 0
