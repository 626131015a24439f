"""Cross-validation on the page Scores: its column, its progress, and of which settings it is."""

from __future__ import annotations

import threading
import time

import pandas as pd
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nngui.core.evaluation.evaluation import NETWORK
from nngui.core.evaluation.metrics import R2
from nngui.core.spec.toml import with_settings
from nngui.core.studies.folds import FoldsStudy
from nngui.files.tables.training_data import settings_for_table
from tests.gui.helpers import LOADING, TASKS


def opened(user, task="regression", path="example:diabetes", **settings):
    user.open_tab({"classification": "Classification", "regression": "Regression"}[task])
    spec = settings_for_table(TASKS[task].spec, str(path))
    spec = with_settings(spec, {"schedule.epochs": 3, "schedule.batch_size": 64} | settings)
    user.tab.run.apply(spec)
    user.wait_until(lambda: user.tab.data is not None and user.tab.data.table is not None, LOADING)
    user.wait_until_ready()
    user.click("Scores")
    page = user.tab.table_views.page
    user.wait_until(lambda: page.scores.rowCount() > 0, LOADING)
    return page


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    """PyTorch trains the folds: compiling turbo would take the test's time."""
    monkeypatch.setattr("nngui.core.studies.folds.unsupported_reason", lambda _: "not here")


def column(page, heading):
    table = page.scores
    heads = [table.horizontalHeaderItem(i).text() for i in range(table.columnCount())]
    place = heads.index(heading)
    return [table.item(row, place).text() for row in range(table.rowCount())]


def has_column(page):
    table = page.scores
    heads = [table.horizontalHeaderItem(i).text() for i in range(table.columnCount())]
    return [head for head in heads if "folds" in head]


def validated(user, page, count=3):
    page.folds.count.setValue(count)
    user.click("Cross-validate")
    assert page.folds.busy
    user.wait_until(lambda: not page.folds.busy, LOADING)


def test_that_the_folds_stand_beside_the_single_split_and_are_those_of_the_command_line(user):
    page = opened(user)
    page.folds.count.setFocus()
    validated(user, page)
    texts = column(page, "3 folds: mean ± deviation")
    assert len(texts) == 9
    spec = user.tab.run.spec
    study = FoldsStudy(TASKS["regression"], spec, 3)
    assert sum(1 for _ in study) > 3
    state = study.state()
    wanted = [
        f"{state.mean(name)[R2]:.4f} ± {state.deviation(name)[R2]:.4f}" for name in state.names
    ]
    assert [text.removesuffix(" ★") for text in texts[:3]] == wanted
    assert sum(text.endswith("★") for text in texts) == 3
    assert page.folds.said.text() == "Mean and standard deviation of 3 folds."
    assert not page.folds.bar.isVisible()
    assert state.names[0] == NETWORK


def test_that_it_stays_until_the_settings_change_and_says_of_which_it_is(user):
    page = opened(user)
    validated(user, page)
    before = column(page, "3 folds: mean ± deviation")
    user.train_to_the_end()
    user.wait_until(lambda: page.scores.rowCount() == 9)
    assert column(page, "3 folds: mean ± deviation") == before
    lr = user.shows("optimizer.lr")
    user.enter("optimizer.lr", "0.02")
    user.wait_until(lambda: has_column(page) == ["3 folds, older settings: mean ± deviation"])
    assert column(page, has_column(page)[0]) == before
    assert page.folds.said.text() == "Of older settings: optimizer.lr changed since then."
    user.enter("optimizer.lr", lr)
    user.wait_until(lambda: has_column(page) == ["3 folds: mean ± deviation"])


def test_that_other_rows_in_the_same_file_are_noticed(user, tmp_path):
    path = tmp_path / "mine.csv"
    frame = pd.DataFrame({"a": range(40), "y": [i * i for i in range(40)]})
    frame.to_csv(path, index=False)
    page = opened(user, path=path, **{"schedule.batch_size": 0})
    validated(user, page)
    frame.assign(y=frame.y + 1).to_csv(path, index=False)
    user.click("Reset")
    user.wait_until_ready()
    user.wait_until(lambda: "older settings" in has_column(page)[0])
    assert page.folds.said.text() == "Of older settings: the table changed since then."


def test_that_it_is_cancelled_by_keyboard_and_keeps_the_folds_that_are_done(user, monkeypatch):
    go_on, train = threading.Event(), FoldsStudy.__iter__

    def slowly(self):
        for _ in train(self):
            yield
            while len(self.state().each) == 1 and not go_on.is_set():
                time.sleep(0.01)
                yield

    monkeypatch.setattr(FoldsStudy, "__iter__", slowly)
    page = opened(user)
    page.folds.count.setValue(4)
    page.folds.button.setFocus()
    QTest.keyClick(page.folds.button, Qt.Key.Key_Space)
    user.wait_until(lambda: has_column(page) == ["1 of 4 folds: mean ± deviation"], LOADING)
    assert page.folds.said.text() == "Fold 2 of 4 is trained…"
    assert page.folds.bar.isVisible()
    assert page.folds.bar.value() >= 250
    assert not page.folds.count.isEnabled()
    assert page.folds.button.text() == "Cancel"
    QTest.keyClick(page.folds.button, Qt.Key.Key_Space)
    assert not page.folds.busy
    assert page.folds.button.text() == "Cross-validate"
    assert page.folds.said.text() == "Cancelled. Folds that are done: 1."
    go_on.set()
    user.settle()
    assert has_column(page) == ["1 of 4 folds: mean ± deviation"]


def test_that_too_few_rows_of_a_class_are_told_in_a_sentence(user, tmp_path):
    path = tmp_path / "few.csv"
    rows = [{"a": i, "y": "no" if i < 3 else "yes"} for i in range(40)]
    pd.DataFrame(rows).to_csv(path, index=False)
    page = opened(user, "classification", path, **{"schedule.batch_size": 0})
    page.folds.count.setValue(5)
    user.click("Cross-validate")
    user.wait_for_banner("5 folds need 5 rows of each class, and of no there are 3")
    assert not page.folds.busy
    assert has_column(page) == []


def test_that_the_window_closes_while_the_folds_are_trained(user):
    page = opened(user, **{"schedule.epochs": 100_000})
    user.click("Cross-validate")
    user.wait_until(lambda: page.folds.state is not None, LOADING)
    user.window.close()
    assert not user.window.isVisible()
