"""What a Run does to its settings by itself: they can be written down and read again, always."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngui.core.spec.schedule import MAX_STEPS
from nngui.core.spec.toml import to_toml, with_settings
from nngui.core.spec.toml_text import read_toml
from nngui.core.training.endings import steps_done
from nngui.gui.training import reported_run
from nngui.gui.training.messages import Ready
from nngui.gui.training.run import Run
from nngui.gui.training.state import State
from nngui.gui.training.worker import TrainingWorker
from tests.gui.helpers import TASKS

MAX_EPOCHS, MAX_SEED = 1_000_000, 2**32 - 1


class Steps:
    """A history of which only the length is known: millions of steps take no time."""

    def __init__(self):
        self.count = 0

    def __len__(self):
        return self.count


class InstantWorker(TrainingWorker):
    """Needs no thread and no time; what it says is heard when `answers` are delivered."""

    def __init__(self, mailbox, parent):
        super().__init__(mailbox, parent)
        self.answers = []

    def start(self):
        pass

    def isRunning(self):
        return True

    def close(self, timeout_s=0.0):
        return True

    def build(self, order, task, spec, device):
        run_id = order.run_id
        self.id, self.spec, self.steps = run_id, spec, Steps()
        ready = Ready(None, self.steps, "cpu", 1, spec.schedule.steps)
        self.answers.append(lambda: self.ready.emit(run_id, ready))

    def change(self, spec, number=0):
        self.spec = spec

    def play(self):
        schedule, run_id = self.spec.schedule, self.id
        self.steps.count = max(self.steps.count, schedule.epochs or schedule.steps)
        ending = steps_done(len(self.steps), schedule.epochs)
        self.answers.append(lambda: self.began.emit(run_id))
        self.answers.append(lambda: self.ended.emit(run_id, ending))

    def pause(self):
        pass

    def step(self):
        self.steps.count += 1

    def deliver(self):
        while self.answers:
            self.answers.pop(0)()


class Desk:
    """A user at a run whose worker needs no time: what they do to it, and what it says."""

    def __init__(self, task, **changes):
        workers = []

        def make(*arguments):
            workers.append(InstantWorker(*arguments))
            return workers[-1]

        with patch.object(reported_run, "TrainingWorker", make):
            self.run = Run(task)
        self.worker, self.notices, self.before = workers[0], [], []
        self.run.notice.connect(lambda _, text: self.notices.append(text))
        self.run.edited.connect(lambda spec, _: self.before.append(spec))
        self.run.wake()
        self.change(**changes)

    def change(self, **changes):
        self.run.apply(with_settings(self.run.spec, changes))
        self.worker.deliver()

    def do(self, deed, number=0):
        if hasattr(self, deed):
            getattr(self, deed)(number)
        else:
            getattr(self.run, deed)()
        self.worker.deliver()

    def undo(self, _):
        if self.before:
            self.run.apply(self.before.pop())

    def preset(self, number):
        presets = self.run.task.presets
        self.run.apply(self.run.task.spec_of(presets[number % len(presets)]))

    def longer(self, number):
        epochs, steps = (0, MAX_STEPS - number) if number % 2 else (MAX_EPOCHS - number, 1)
        self.change(**{"schedule.epochs": epochs, "schedule.steps": steps})


def read_again(task, spec):
    """The settings as a recovery file, a stored run or a saved document give them back."""
    document = read_toml(to_toml(task.name, spec))
    assert document.pop("task") == task.name
    return with_settings(task.spec, document)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(TASKS)),
    epochs=st.sampled_from([1, 400_000, MAX_EPOCHS - 1, MAX_EPOCHS]),
    steps=st.sampled_from([1, 60_000_000, MAX_STEPS - 1, MAX_STEPS]),
    by_epochs=st.booleans(),
    seed=st.sampled_from([0, MAX_SEED - 1, MAX_SEED]),
    deeds=st.lists(
        st.tuples(
            st.sampled_from(
                ["train", "train", "step", "new_weights", "undo", "preset", "reset", "longer"]
            ),
            st.integers(0, 5),
        ),
        max_size=12,
    ),
)
def test_that_whatever_a_run_does_to_its_settings_they_are_read_as_they_were_written(
    name, epochs, steps, by_epochs, seed, deeds
):
    task = TASKS[name]
    changes = {"seed": seed, "schedule.steps": steps, "schedule.epochs": epochs * by_epochs}
    desk = Desk(task, **changes)
    for deed, number in [("train", 0), *deeds, ("train", 0)]:
        desk.do(deed, number)
        assert read_again(task, desk.run.spec) == desk.run.spec


@pytest.mark.parametrize(
    ("key", "most"), [("schedule.epochs", MAX_EPOCHS), ("schedule.steps", MAX_STEPS)]
)
def test_that_a_run_that_is_trained_again_is_held_at_the_longest_and_then_says_so(key, most):
    task = TASKS["regression"]
    desk = Desk(task, **{key: 600_000 * most // MAX_EPOCHS})
    run, field = desk.run, key.partition(".")[2]
    desk.do("train")
    assert run.state is State.ENDED
    desk.do("train")
    assert run.state is State.ENDED
    assert getattr(run.spec.schedule, field) == most
    assert desk.notices == []
    for again in ("train", "step", "toggle"):
        desk.do(again)
        assert desk.notices.pop() == "This run is as long as a run can be: Reset starts it again."
        assert run.state is State.ENDED
        assert not run.will_train
        assert getattr(run.spec.schedule, field) == most
    assert read_again(task, run.spec) == run.spec


def test_that_after_the_last_seed_comes_the_first():
    desk = Desk(TASKS["regression"], seed=MAX_SEED)
    desk.do("new_weights")
    assert desk.run.spec.seed == 0


def test_that_a_run_learns_how_wide_data_are_without_a_script_of_them():
    def refuse(spec):
        raise AssertionError("source code was made in the window's thread")

    task = replace(TASKS["classification"], data_code=refuse)
    desk = Desk(task, **{"network.weights": "trained.pkl"})
    desk.change(**{"data.kind": "moons"})
    assert desk.run.spec.network.weights == "trained.pkl"
    desk.change(**{"data.kind": "blobs", "data.classes": 5})
    assert desk.run.spec.network.weights == ""
