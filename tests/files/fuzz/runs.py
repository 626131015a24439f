"""A saved run and a kept one, as the program writes them."""

from __future__ import annotations

from datetime import UTC, datetime

from nngui.core.records.history import History
from nngui.files.runs.recovery import Recovery, write_recovery
from nngui.files.runs.store import RunStore
from tests.core.helpers import FOREVER, TASKS, trainer_of
from tests.files.runs.test_store import CURVES, a_run

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def saved_run(folder):
    """Return the bytes of a recovery file."""
    trainer = trainer_of("regression")
    history = History(trainer.columns)
    history.append(trainer.advance(FOREVER, 5))
    path = folder / "good.safetensors"
    found = Recovery(trainer.journal, trainer.capture(), history, NOW)
    write_recovery(path, found)
    return _taken(path)


def kept_run(folder):
    """Return the bytes of a run that is kept."""
    RunStore(folder / "good-run", list(TASKS.values())).keep(a_run(), CURVES, None)
    (path,) = (folder / "good-run").glob("*.run")
    return _taken(path)


def _taken(path):
    data = path.read_bytes()
    path.unlink()
    return data
