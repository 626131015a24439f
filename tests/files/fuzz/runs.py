"""A saved run and a kept one, as the program writes them."""

from __future__ import annotations

from datetime import UTC, datetime

from nngui.core.evaluation.recorded import record_of
from nngui.core.past.branches import Branch
from nngui.core.past.store import Keyframe, Keyframes
from nngui.core.records.history import History
from nngui.files.runs.recovery import Recovery, write_recovery
from nngui.files.runs.store import RunStore
from tests.core.helpers import FOREVER, TASKS, trainer_of
from tests.files.runs.test_store import CURVES

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def whole_run():
    """A run with edits, lines that were left and a keyframe, and what it is listed by."""
    trainer = trainer_of("regression")
    history = History(trainer.columns)
    history.append(trainer.advance(FOREVER, 3))
    trainer.change(trainer.spec.changed("optimizer", lr=0.05))
    trainer.set_weight(0, "predict.bias", (0,), 0.5)
    history.append(trainer.advance(FOREVER, 2))
    state = trainer.capture()
    lines = tuple(
        Branch(number, None, 2, trainer.journal, history, state, Keyframes()) for number in (3, 4)
    )
    frames = (Keyframe.of((4, 2), state | {"step": 4}, [0.0]),)
    past = {"branches": lines, "place": (5, 3, 1), "keyframes": frames}
    found = Recovery(trainer.journal, state, history, NOW, **past)
    return found, record_of(trainer, history, "0" * 32, {})


def saved_run(folder):
    """Return the bytes of a recovery file."""
    path = folder / "good.safetensors"
    write_recovery(path, whole_run()[0])
    return _taken(path)


def kept_run(folder):
    """Return the bytes of a run that is kept."""
    RunStore(folder / "good-run", list(TASKS.values())).keep(whole_run()[1], CURVES, None)
    (path,) = (folder / "good-run").glob("*.run")
    return _taken(path)


def _taken(path):
    data = path.read_bytes()
    path.unlink()
    return data
