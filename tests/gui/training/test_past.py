"""Looking back at a run while it goes on, and going on from where it once was."""

from __future__ import annotations

import numpy as np
import pytest

from nngui.core.spec.toml import with_settings
from nngui.gui.training.messages import NetworkCopy
from nngui.gui.training.run import Run
from nngui.gui.training.state import State
from tests.gui.helpers import LOADING, TASKS, headless

PLACES = np.linspace(-1, 1, 20)[:, None]
FAST = 6  # the position of the pace without a limit


class Desk:
    """Somebody at a run, without a window."""

    def __init__(self, qtbot, name="regression", **settings):
        self.qtbot, self.run = qtbot, Run(TASKS[name])
        self.pictures, self.moved, self.notices = [], [], []
        self.run.updated.connect(self.collect)
        self.run.view_moved.connect(self.moved.append)
        self.run.notice.connect(lambda level, text: self.notices.append(text))
        self.run.apply(with_settings(self.run.spec, settings))
        self.run.wake()
        self.wait_until(lambda: self.run.state is State.READY)
        self.run.set_pace(FAST)

    def collect(self):
        picture = self.run.collect()
        if picture is not None:
            self.pictures.append(picture)

    def wait_until(self, condition):
        self.qtbot.waitUntil(condition, timeout=LOADING)

    def train(self):
        self.run.train()
        self.wait_until(lambda: self.run.state is State.ENDED)

    def look(self, step):
        """Look back, and wait for the very step."""
        self.pictures.clear()
        self.run.look_back(step)
        self.wait_until(lambda: any(p.is_past and p.step == step for p in self.pictures))
        return self.pictures[-1]

    def wait_until_it_stands(self):
        self.wait_until(lambda: not self.run.is_under_way)

    def network(self):
        with self.qtbot.waitSignal(self.run.network_copied) as signal:
            self.run.take_network()
        copy = signal.args[0]
        assert isinstance(copy, NetworkCopy)
        return copy

    @property
    def losses(self):
        return self.run.history.exact_column("loss")


@pytest.fixture
def desk(qtbot):
    desks = []

    def make(*arguments, **settings):
        desks.append(Desk(qtbot, *arguments, **settings))
        return desks[-1]

    yield make
    for one in desks:
        one.run.close()
        one.run.deleteLater()


def same_network(copy, trainer):
    own, other = copy.net.state_dict(), trainer.variants[0].net.state_dict()
    return all((own[key] == other[key]).all() for key in own)


def test_that_a_step_is_shown_as_it_was(desk):
    user = desk()
    user.run.ask(PLACES)
    user.train()
    picture = user.look(37)
    then = headless("regression", steps=37)
    assert picture.is_exact
    assert picture.losses["loss"] == pytest.approx(user.losses[36], abs=0)
    assert np.array_equal(picture.predictions[0], then.predict(PLACES)[0])
    assert user.run.viewed_step == 37
    assert user.moved == [37]
    user.pictures.clear()
    user.run.go_live()
    user.wait_until(lambda: user.pictures and user.pictures[-1].step == 100)
    assert not user.pictures[-1].is_past
    assert user.moved == [37, None]


def test_that_a_branch_goes_on_from_exactly_there_and_the_old_line_stays(desk):
    user = desk()
    user.train()
    first, before = user.run.line, user.losses
    user.look(37)
    user.run.branch(with_settings(user.run.viewed_spec, {"optimizer.lr": 0.05}), train=True)
    user.wait_until(lambda: user.run.state is State.ENDED and user.run.line != first)
    then = headless("regression", steps=37)
    then.change(with_settings(then.spec, {"optimizer.lr": 0.05}))
    rows = then.advance(1e9)
    assert np.array_equal(user.losses[:37], before[:37])
    assert np.array_equal(user.losses[37:], rows[:, 0])
    assert same_network(user.network(), then)
    lines = user.run.branches
    assert [(line.since, line.steps, line.is_now) for line in lines] == [
        (0, 100, False),
        (37, 100, True),
    ]
    assert lines[1].parent == first
    assert lines[1].label == "Learning rate: 0.2 → 0.05"
    assert user.run.switch_branch(first)
    user.wait_until(lambda: user.run.state is State.ENDED and user.run.line == first)
    assert np.array_equal(user.losses, before)
    assert same_network(user.network(), headless("regression"))
