"""Runs a writer with faults, and says what is wrong with what it leaves."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from nngui.core.errors import NnguiError
from tests.files.faults.faults import LOOKS, SHORT, Faults


class Bench:
    """A writer, and a folder with what it has written before."""

    def __init__(self, writer, folder):
        self.writer, self._folder = writer, folder
        self._before, self._number = folder / "before", 0
        self._before.mkdir()
        with writer.around():
            writer.prepare(self._before)

    def fresh(self):
        """Return a folder as it was before."""
        self._number += 1
        place = self._folder / f"n{self._number}"
        shutil.copytree(self._before, place)
        return place

    def written(self, place, faults=None):
        """Write version 1; return what a user is told, if anything."""
        try:
            if faults is None:
                return self.writer.write(place)
            with faults:
                return self.writer.write(place)
        except NnguiError as error:
            return error

    def count(self):
        """Return the calls that it makes, in order."""
        place, faults = self.fresh(), Faults(self._folder)
        with self.writer.around():
            problem = self.written(place, faults)
            assert problem is None or _is_nothing_new(problem), problem
            assert self.writer.read(place) == 1
        shutil.rmtree(place)
        return faults.calls

    def try_fault(self, number, error, **how):
        """Let the n-th call fail; return what is wrong with what came of it.

        None: it makes fewer calls.
        """
        place = self.fresh()
        faults = Faults(self._folder, number, error, **how)
        with self.writer.around():
            try:
                told = self.written(place, faults)
            except Exception as error:  # noqa: BLE001 - it is told what it was
                return [f"{faults.failed} ({number}), {_name(faults.error)}: {error!r}"]
            if not faults.failed:
                shutil.rmtree(place)
                return None
            wrong = self._wrong(place, told, faults)
        shutil.rmtree(place)
        return [f"{faults.failed} ({number}), {_name(error)}: {text}" for text in wrong]

    def _wrong(self, place, told, faults):
        wrong = []
        is_sweeping = faults.failed in ("unlink", "remove", "rmdir")
        if not is_sweeping and (left := leftovers(place)):
            wrong.append(f"left behind: {left}")
        found = self._read(place, wrong)
        if told is None and found == 0 and not self.writer.is_quiet:
            wrong.append("nothing was written, and nothing said")
        if told is not None and faults.error == SHORT and not _is_nothing_new(told):
            wrong.append(f"a short write is no failure: {told}")
        if told is not None and (".tmp" in str(told) or len(str(told)) > 400):
            wrong.append(f"said badly: {told}")
        self._go_on(place, wrong)
        return wrong

    def _go_on(self, place, wrong):
        """Write once more, with nothing in the way: that has to do, and to clean up."""
        problem = self.written(place)
        if problem is not None and not _is_nothing_new(problem):
            wrong.append(f"it does not go on: {problem}")
        if self._read(place, wrong) != 1:
            wrong.append("it does not go on")
        if left := leftovers(place):
            wrong.append(f"still left behind: {left}")

    def _read(self, place, wrong):
        try:
            return self.writer.read(place)
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing whole lies there
            wrong.append(f"neither old nor new: {error!r}")
            return None

    def after_kill(self, place):
        """Say what is wrong with what a killed process left, and with what comes after."""
        wrong = []
        with self.writer.around():
            self._read(place, wrong)
            self._go_on(place, wrong)
        shutil.rmtree(place)
        return wrong


def leftovers(place):
    """Return what has no business there: temporary files and folders, states of no run."""
    names = [Path(root) / name for root, dirs, files in os.walk(place) for name in dirs + files]
    found = [path.name for path in names if ".tmp" in path.name]
    for state in (p for p in names if p.suffix == ".safetensors" and p.parent.name == "runs"):
        run, _, writing = state.stem.partition(".")
        about = state.with_name(f"{run}.run")
        if not about.exists() or writing.encode() not in about.read_bytes():
            found.append(state.name)
    return found


def changing(calls):
    """Return the numbers of the calls that change something."""
    return [number for number, name in enumerate(calls, 1) if name not in LOOKS]


def _is_nothing_new(problem):
    return "set aside" in str(problem)


def _name(error):
    return "short" if error == SHORT else os.strerror(error)
