"""A run's journal within the files of saved and kept runs."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from nngui.core.errors import SettingError
from nngui.core.journal.journal import Journal
from nngui.core.journal.journal_text import BOUNDS, read_text, to_text
from nngui.core.spec.toml import with_settings
from nngui.core.spec.toml_text import read_toml

if TYPE_CHECKING:
    from nngui.core.task import Task

MAX_JOURNAL = 1 << 20  # characters; of a longer one the newest half is kept, and so on
MAX_LIVE_CHANGES = 100  # that a file of the version before tells of
log = logging.getLogger(__name__)


def bounded_text(journal: Journal, step: int) -> tuple[str, int]:
    """Return a journal as text that can be read again, and how many of its edits are not in it.

    Of one that is too long these are the oldest; the text says from which step on it is known.
    """
    text, edits = to_text(journal, step), len(journal.edits)
    while journal.edits and not _is_readable(text):
        gone = (len(journal.edits) + 1) // 2
        log.warning("Of a run's journal the oldest %d edits were too long to be saved", gone)
        journal = without_oldest(journal, gone)
        text = to_text(journal, step)
    return text, edits - len(journal.edits)


def _is_readable(text: str) -> bool:
    if len(text) > MAX_JOURNAL:
        return False
    try:
        read_toml(text, BOUNDS)
    except SettingError:
        return False
    return True


def without_oldest(journal: Journal, count: int) -> Journal:
    """Return a journal in which so many edits, the oldest, are not known any more."""
    known_from = max(journal.edits[count - 1].step, journal.known_from)
    edits, spec = journal.edits[count:], journal.first(count).now
    return Journal(journal.task, spec, journal.device, edits, known_from)


def journal_of(content: dict[str, Any], step: int, task: Task) -> Journal:
    """Return what a file's content tells of what happened to a run.

    Raises
    ------
    FileError, SettingError, ValueError, KeyError, TypeError, AttributeError
        When that is nothing that can have happened to a run of that task.
    """
    if "journal" not in content:
        return _journal_of_before(content, task)
    return read_journal_text(content["journal"], step, task)


def read_journal_text(text: str, step: int, task: Task) -> Journal:
    """Read what `bounded_text` wrote of a run of that task (see `journal_of`)."""
    found = read_text(text, {task.name: task.spec})
    if found.steps != step:
        raise ValueError("the journal of another state")
    return found.journal


def _journal_of_before(content: dict[str, Any], task: Task) -> Journal:
    """Return what a file of the version before tells, which knows keys and no values."""
    settings = read_toml(content["settings"])
    if settings.pop("task") != task.name:
        raise ValueError("another task")
    spec, device = with_settings(task.spec, settings), content["device"]
    if not re.fullmatch(r"[a-z]{2,8}(:\d{1,3})?", device):
        raise ValueError("no device")
    steps = [step for step, _ in _changes_of_before(content["altered"])]
    return Journal(task.name, spec, device, (), max(steps, default=0))


def _changes_of_before(pairs: Any) -> list[tuple[int, list[str]]]:
    """Return what settings the version before changed in mid-run, and behind which steps."""
    if len(pairs) > MAX_LIVE_CHANGES:
        raise ValueError("too many changes")
    for step, keys in pairs:
        is_step = type(step) is int and 0 <= step < 2**53
        if not is_step or not all(re.fullmatch(r"[a-z0-9_.]{1,40}", k) for k in keys):
            raise ValueError("no change of a setting")
    return [(step, list(keys)) for step, keys in pairs]


def keys_of(content: dict[str, Any], journal: Journal) -> tuple[str, ...]:
    """Return the settings that were changed in mid-run, also where their values are not known."""
    if "journal" in content:
        return journal.keys
    return tuple({key for _, keys in _changes_of_before(content["altered"]) for key in keys})
