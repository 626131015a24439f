"""The program's own folders can't be written in mid-run: it is said, and the run goes on.

The disk is full, or the system has made it read-only, or the folders' rights are other ones.
"""

from __future__ import annotations

import errno
import os

import pytest

from nngui.core.errors import FileError
from nngui.core.folders import data_folder
from nngui.files.runs.recovery import read_summary
from nngui.files.runs.store import RunStore
from nngui.gui.training import autosave
from tests.files.faults.faults import CHANGES, CHANGES_NAMES, TAKES_ROOM, Faults
from tests.gui.helpers import TASKS

KINDS = {
    "full": (errno.ENOSPC, TAKES_ROOM, "No space left on device"),
    "read-only disk": (errno.EROFS, CHANGES, "Read-only file system"),
    "read-only folder": (errno.EACCES, CHANGES_NAMES, "Permission denied"),
}
pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs locks on files")


def kept():
    """What the next start finds: the list's steps, and those of the networks.

    Nothing while the window just puts another pair in place of one: the next start is alone.
    """
    store = RunStore(data_folder() / "runs", list(TASKS.values()))
    try:
        return [(run.steps, read_summary(store.path_of(run)).step) for run in store.runs()]
    except FileError:
        return []


class Refusal:
    """What keeps the program's own folders from being written.

    Attributes
    ----------
    why : str
        As the system says it.
    """

    def __init__(self, kind):
        self._error, self._calls, self.why = KINDS[kind]

    def __call__(self):
        """Return a context in which it does."""
        return Faults(data_folder().parent, 1, self._error, lasting=self._calls)


@pytest.fixture(params=KINDS)
def refusal(request):
    """Each kind in turn."""
    return Refusal(request.param)


def messages(user, monkeypatch):
    """Collect what the banner says from now on."""
    said, say = [], type(user.tab.banner).say

    def note(banner, level, text, *others):
        said.append(text)
        return say(banner, level, text, *others)

    monkeypatch.setattr(type(user.tab.banner), "say", note)
    return said


def test_that_a_run_that_goes_on_without_its_folder_keeps_its_older_state_and_says_so(
    user, refusal, monkeypatch
):
    user.train_to_the_end()
    user.wait_until(lambda: kept() == [(100, 100)])
    said = messages(user, monkeypatch)
    with refusal():
        for total in (200, 300):
            user.click("Train")
            user.wait_until(lambda total=total: user.step == total and " done" in user.status)
        expected = (
            f"The newer state of run 1 could not be kept: {refusal.why}. It is kept as it was at "
            "step 100."
        )
        user.wait_until(lambda: user.banner == expected)
    assert said.count(expected) == 1
    assert kept() == [(100, 100)]
    user.click("Train")
    user.wait_until(lambda: kept() == [(400, 400)])


def test_that_a_crash_save_that_fails_is_said_once_and_the_run_goes_on(user, refusal, monkeypatch):
    monkeypatch.setattr(autosave, "MIN_INTERVAL_S", 0.05)
    monkeypatch.setattr(autosave, "IDLE_DELAY_S", 0.05)
    said = messages(user, monkeypatch)
    user.wait_until(lambda: list((data_folder() / "recovery").glob("*/lock")))  # it can be saved
    user.enter("schedule.steps", "3000")
    with refusal() as faults:
        user.click("Train")
        user.wait_until(lambda: said)
        step = user.step
        user.wait_until(lambda: user.step > step + 20)
        calls = len(faults.calls)
        user.wait_until(lambda: len(faults.calls) > calls)  # it tries again
    assert len(said) == 1
    assert f"could not be saved for the case of a crash: {refusal.why}" in said[0]
    saved = data_folder() / "recovery"
    user.wait_until(lambda: any(saved.rglob("*.safetensors")))


def test_that_settings_that_cannot_be_kept_at_the_end_are_told_on_the_terminal(
    user, refusal, capsys
):
    user.enter("optimizer.lr", "0.123")
    with refusal():
        user.window.close()
    lines = [line for line in capsys.readouterr().err.splitlines() if refusal.why in line]
    assert len(lines) == 2
    assert "The program's settings could not be kept" in lines[0]
    assert "The settings of regression are not kept for the next start" in lines[1]
