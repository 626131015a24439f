"""Looking back at a run while it goes on, and going on from where it once was."""

from __future__ import annotations

import numpy as np
import pytest

from nngui.core.inspectors.race import RaceInspector
from nngui.core.past.branches import Branches
from nngui.core.past.replay import Replay
from nngui.core.spec.toml import with_settings
from nngui.gui.training import lines
from nngui.gui.training.messages import NetworkCopy
from nngui.gui.training.run import Run
from nngui.gui.training.state import State
from tests.gui.helpers import LOADING, TASKS, headless, settle

PLACES = np.linspace(-1, 1, 20)[:, None]
FAST = 6  # the position of the pace without a limit


class Desk:
    """Somebody at a run, without a window."""

    def __init__(self, qtbot, name="regression", **settings):
        self.qtbot, self.run = qtbot, Run(TASKS[name])
        self.pictures, self.views, self.moved, self.notices = [], [], [], []
        self.run.prepared.connect(self.views.append)
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
    copy = user.network()
    assert copy.step == 37
    assert same_network(copy, then)
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
    known = user.run.branches
    assert [(line.since, line.steps, line.is_now) for line in known] == [
        (0, 100, False),
        (37, 100, True),
    ]
    assert known[1].parent == first
    assert known[1].label == "Learning rate: 0.2 → 0.05"
    assert user.run.switch_branch(first)
    user.wait_until(lambda: user.run.state is State.ENDED and user.run.line == first)
    assert np.array_equal(user.losses, before)
    assert same_network(user.network(), headless("regression"))


def test_that_the_run_goes_on_while_one_looks_back_and_no_picture_of_it_is_made(desk):
    user = desk(**{"schedule.steps": 100_000_000})
    user.run.train()
    user.wait_until(lambda: user.run.steps_done > 300)
    picture = user.look(37)
    user.wait_until(lambda: user.run.steps_done > 1000)
    user.run.mailbox.collect()  # what was there before
    done = user.run.steps_done
    user.wait_until(lambda: user.run.steps_done > done + 300)
    assert picture.is_past
    assert picture.total_steps == 100_000_000
    assert user.run.state is State.TRAINING
    assert user.run.mailbox.is_empty
    user.pictures.clear()
    user.run.go_live()
    user.run.pause()
    user.wait_until(lambda: user.pictures and not user.pictures[-1].is_past)
    assert user.pictures[-1].step > done


def test_that_the_newest_wish_wins(desk):
    user = desk("classification", **{"schedule.steps": 2000})
    user.train()
    user.pictures.clear()
    for step in range(1900, 100, -60):
        user.run.look_back(step)
    user.run.look_back(77)
    user.wait_until(lambda: any(p.step == 77 for p in user.pictures))
    settle(user.qtbot, user.run)
    assert user.pictures[-1].step == 77
    assert user.run.collect() is None


def test_that_a_step_that_cannot_be_shown_is_said_and_the_run_goes_on(desk, monkeypatch):
    def boom(*_):
        raise RuntimeError("no such luck")

    user = desk()
    user.train()
    monkeypatch.setattr(Replay, "go_near", boom)
    user.run.look_back(37)
    user.wait_until(lambda: user.notices)
    assert user.notices[-1].startswith("Step 37 could not be shown: RuntimeError: no such luck")
    monkeypatch.undo()
    assert user.look(36).step == 36
    user.run.go_live()
    assert user.run.state is State.ENDED
    assert len(user.losses) == 100


def test_that_the_past_is_played_backwards_and_forwards(desk):
    user = desk(**{"schedule.steps": 50})
    user.train()
    user.run.play_past(-1)
    user.wait_until(lambda: user.run.viewed_step == 0)
    assert user.moved == list(range(49, -1, -1))
    user.wait_until(lambda: user.pictures and user.pictures[-1].step == 0)
    assert not user.run.plays_past
    user.run.play_past(1)
    user.wait_until(lambda: user.run.viewed_step is None)
    assert not user.run.plays_past
    assert user.moved[-2:] == [49, None]


def test_that_the_data_of_that_step_are_shown(desk):
    points = [[0.0, 1.0], [0.5, 0.2], [1.0, 0.7], [-1.0, 0.1]]
    user = desk(**{"data.kind": "hand", "data.placed": points, "schedule.steps": 40})
    user.train()
    views = user.views
    before = user.run.spec
    user.run.apply(
        with_settings(before, {"data.placed": [*points, [0.2, 0.9]], "schedule.steps": 60}),
        keep_network=True,
    )
    user.wait_until(lambda: len(views[-1].y) == len(views[0].y) + 1)
    user.train()
    live = len(views[-1].y)
    user.look(20)
    assert user.run.viewed_spec == before
    assert len(views[-1].y) == live - 1
    user.look(50)
    assert len(views[-1].y) == live
    user.look(40)  # before what was changed there
    assert len(views[-1].y) == live - 1
    user.run.go_live()
    assert len(views[-1].y) == live


def test_that_the_way_of_a_race_ends_at_the_step(desk):
    user = desk("optimizers", **{"schedule.epochs": 0, "schedule.steps": 60})
    user.run.inspect_with(RaceInspector())
    settle(user.qtbot, user.run)
    user.train()
    user.wait_until(lambda: user.pictures and user.pictures[-1].inspection is not None)
    whole = user.pictures[-1].inspection.places
    then = user.look(25).inspection.places
    assert [place.step for place in then] == [p.step for p in whole if p.step <= 25]
    for one, other in zip(then, whole, strict=False):
        assert np.array_equal(one.vectors, other.vectors)


def test_that_another_start_keeps_the_run_that_made_room_for_whoever_takes_it_back(desk):
    user = desk()
    user.train()
    first, before = user.run.line, user.losses
    user.run.apply(with_settings(user.run.spec, {"network.hidden": [4]}))
    user.wait_until_it_stands()
    assert user.run.steps_done == 0
    assert [line.id for line in user.run.branches] == [user.run.line]
    assert user.run.switch_branch(first)
    user.wait_until(lambda: user.run.state is State.ENDED)
    assert np.array_equal(user.losses, before)
    assert user.run.spec.network.hidden == (10,)


def test_that_there_are_so_many_lines_and_no_more_and_that_is_said(desk, monkeypatch):
    monkeypatch.setattr(lines, "Branches", lambda: Branches(max_branches=2))
    user = desk(**{"schedule.steps": 60})
    user.train()
    for number in range(3):
        user.look(30 + number)
        user.run.branch()
        user.wait_until_it_stands()
        assert user.run.undo_branch()
        user.wait_until_it_stands()
    assert [line.since for line in user.run.branches] == [0, 31, 32]
    assert any("was let go" in text for text in user.notices)
    assert user.run.steps_done == 60
