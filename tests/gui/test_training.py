"""Train, pause, step, reset: what the toolbar and the keys do, and what then is on the screen."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.gui.helpers import headless

Key = Qt.Key
COMMAND = """\
import sys
from nngui.cli import main
for task in ("regression", "classification"):
    main(["train", task, "--seed", "1", "--history", f"{sys.argv[1]}/{task}.csv"])
"""


@pytest.fixture(scope="module")
def histories(tmp_path_factory):
    """What `nngui train TASK --seed 1 --history FILE` writes, in a process of its own."""
    folder = tmp_path_factory.mktemp("histories")
    command = [sys.executable, "-c", COMMAND, str(folder)]
    subprocess.run(command, check=True, timeout=100, capture_output=True)
    return {
        task: (folder / f"{task}.csv").read_text(encoding="utf-8").splitlines()
        for task in ("regression", "classification")
    }


# --- A whole run ----------------------------------------------------------------------------------


def test_that_a_click_on_train_trains_100_steps_and_shows_the_loss(person):
    person.click("Train")
    person.wait_until(lambda: person.train_button == "Pause")
    person.go_fast()
    person.wait_for("All 100 steps done.")
    assert person.status.startswith("Step 100 of 100 |")
    assert person.train_button == "Train"
    trainer = headless("regression")
    steps, losses = person.losses_drawn
    assert steps.tolist() == list(range(1, 101))
    expected = headless("regression", {"schedule.steps": 99})
    last = expected.advance(1e9)  # nothing left to do
    assert not len(last)
    assert person.headline == f"Loss={10 ** losses[-1]:.4f}"
    assert trainer.step_count == 100
