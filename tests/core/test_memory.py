"""How much memory a wide network on many rows takes: measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("memory_of_a_run.py")
ROWS, HIDDEN = 50_000, 4096
DATA_MB = ROWS * 11 * 4 / 1e6


@pytest.mark.skipif(sys.platform != "linux", reason="the largest size is read from /proc")
def test_that_training_and_judging_take_the_data_twice_and_500_mb_at_most():
    command = [sys.executable, PROGRAM, str(ROWS), str(HIDDEN)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert float(shown) < 2 * DATA_MB + 500
