"""The two files of a kept run, and which of them belong together.

The `.run` lists it, and names the state that it tells of: each writing of a state has a name of
its own, ``ID.STATE.safetensors``, and bears it inside, too. The state comes first, then the `.run`
takes the old one's place in one step, and only then the old state goes. So a run is at any time,
also after a kill, as one writing left it. States that no `.run` names are swept.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import uuid
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from nngui.core.errors import FileError
from nngui.core.text import mark
from nngui.files.lock import wait_for_lock
from nngui.files.runs.array_file import read_content
from nngui.files.temporary import sweep_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ABOUT, WHOLE = ".run", ".safetensors"  # what it is about; the run itself, as after a crash
STATE = "[0-9a-f]{12}"
OF_EARLIER = re.compile(rf"([0-9a-f]{{32}}){re.escape(WHOLE)}")  # one state of each run
OURS = re.compile(rf"(.+)\.({STATE}){re.escape(WHOLE)}")
log = logging.getLogger(__name__)


def new_state() -> str:
    """Return a name for a writing of a state that no other one has."""
    return uuid.uuid4().hex[:12]


def is_state(name: Any) -> bool:
    """Return whether something names a state, or is empty."""
    return isinstance(name, str) and re.fullmatch(f"({STATE})?", name) is not None


def about_path(folder: Path, run_id: str) -> Path:
    """Return the file that lists a run."""
    return folder / f"{run_id}{ABOUT}"


def state_path(folder: Path, run_id: str, state: str) -> Path:
    """Return the file of a state; without a name, where earlier versions put it."""
    return folder / (f"{run_id}.{state}{WHOLE}" if state else f"{run_id}{WHOLE}")


def pair_of(run_id: str, state: str) -> str:
    """Return what a state bears inside, so that it is known for what it is."""
    return f"{run_id}.{state}" if state else ""


def check_pair(path: Path, run_id: str, state: str, kind: str | tuple[str, ...]) -> None:
    """Refuse a state that is not the one that the run's `.run` file names.

    Parameters
    ----------
    kind : str
        Of the state's file (see `array_file.pack`).

    Raises
    ------
    FileError
        When it bears another name inside, or cannot be read.
    """
    if read_content(path, kind).get("pair", "") != pair_of(run_id, state):
        text = mark("core", "{path} is not what the list of runs says of it: another run's file.")
        raise FileError(text, path=path)


def states_of(folder: Path, run_id: str) -> list[Path]:
    """Return the files of all states of a run that are there."""
    return [path for path in _files(folder) if _run_of(path) == run_id]


def sweep_runs(folder: Path, kind: str) -> None:
    """Delete states that no `.run` file names, and what killed programs left half written.

    The caller has the folder alone. A `.run` file that cannot be read keeps its states.

    Parameters
    ----------
    kind : str
        Of the `.run` files (see `array_file.pack`).
    """
    sweep_folder(folder)
    named: dict[str, Path | None] = {}  # None: nobody knows
    for path in _files(folder):
        run_id = _run_of(path)
        if not run_id:
            continue
        if run_id not in named:
            named[run_id] = _named(folder, run_id, kind)
        if named[run_id] not in (None, path):
            log.info("%s belongs to no run: it is deleted", path.name)
            with suppress(OSError):  # swept by another window just now, or not ours to delete
                path.unlink()


@contextmanager
def alone_in(folder: Path, patience_s: float) -> Iterator[bool]:
    """Have a folder alone, among all windows; give whether that is so.

    Where there are no locks, or somebody has it for too long, what has to be done is done without.
    """
    handle, is_alone = -1, False
    try:
        place, flags = folder, os.O_RDONLY
        if sys.platform == "win32":  # a folder cannot be opened there
            place, flags = folder.with_name(f"{folder.name}.lock"), os.O_RDWR | os.O_CREAT
        handle = os.open(place, flags)
        is_alone = wait_for_lock(handle, patience_s)
    except FileNotFoundError:  # nothing is kept yet
        pass
    except OSError as error:
        log.info("%s is not locked: %s", folder, error.strerror)
    try:
        yield is_alone
    finally:
        if handle >= 0:
            with suppress(OSError):  # what was done is done
                os.close(handle)  # and with it the lock


def remove(path: Path) -> None:
    """Delete a file, if it is still there.

    Raises
    ------
    FileError
        When it cannot be deleted.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        text = mark("core", "{name} could not be deleted: {why}.")
        raise FileError(text, name=path, why=error.strerror or str(error)) from error


def try_to_remove(path: Path) -> None:
    """Remove what nothing names any more; what stays is swept at the next start."""
    try:
        remove(path)
    except FileError as error:
        log.warning("%s", str(error))


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(folder.glob(f"*{WHOLE}"))
    except OSError as error:
        log.warning("%s: %s", folder, error.strerror)
        return []


def _run_of(path: Path) -> str:
    """Return the run that a file is a state of; empty where the name is none of ours."""
    found = OURS.fullmatch(path.name) or OF_EARLIER.fullmatch(path.name)
    return found[1] if found else ""


def _named(folder: Path, run_id: str, kind: str) -> Path | None:
    """Return the state that a run's file names, a folder where it names none; None: unknown."""
    about = about_path(folder, run_id)
    if not os.path.lexists(about):
        return folder
    try:
        content = read_content(about, kind)
    except FileError as error:  # damaged, or of another version, which may know more of it
        log.warning("%s", str(error))
        return None
    state = content.get("state", "")
    if not is_state(state):
        return None
    if state == "" and "state" in content:
        return folder
    return state_path(folder, run_id, state)
