"""*Search settings…*: what a user chooses, sees and takes; trained in processes of its own."""

import math
import time

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtWidgets import QApplication, QWidget

from nngui.core.search.plan import make_plan
from nngui.core.search.samplers import Sampler
from nngui.core.search.trials import DONE, FAILED, PRUNED, Result, Trial
from nngui.core.turbo.cache import kernel
from nngui.gui.controllers import search_processes
from nngui.gui.dialogs.search.search_dialog import SearchDialog
from nngui.gui.style.theme import LIGHT
from tests.gui.helpers import LOADING, TASKS

TASK = TASKS["regression"]
OVER = ["optimizer.lr=0.001..0.1:log", "network.hidden=[4],[8, 8]", "network.activation=relu,tanh"]


def some_trials(plan, count=12):
    sampler, trials = Sampler(plan), [Trial(0, {}, DONE, result=result(DONE, 0.5))]
    for number in range(1, count):
        state = {5: PRUNED, 6: FAILED}.get(number, DONE)
        values, score = sampler.values(number, []), 0.1 + 0.01 * ((number * 7) % count)
        rungs = {8: score}
        trials.append(Trial(number, values, state, rungs=rungs, result=result(state, score)))
    return [*trials, Trial(count, sampler.values(count, []))]


def result(state, score):
    scores = {"validation": {"Loss": score, "R²": 1 - score}, "test": {"R²": 0.9 - score}}
    if state != DONE:
        return Result(state, why="It failed." if state == FAILED else "")
    return Result(state, score, 0.01, scores, ((1, 1.0), (20, score)), 20.0, 100)


@pytest.fixture
def plan():
    return make_plan(TASK, TASK.spec, OVER)[0]


@pytest.fixture
def make_dialog(qtbot):
    """Make the dialog; pytest would keep a fixture's own value, and with it its plots' menus."""
    parents = []

    def make():
        parent = QWidget()
        parents.append(parent)
        dialog = SearchDialog(parent)
        dialog.set_theme(LIGHT)
        dialog.offer(TASK.spec, "Regression")
        return dialog

    yield make
    for parent in parents:
        parent.deleteLater()
    parents.clear()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def cells(dialog, row):
    model = dialog.results.table.model()
    texts = [model.index(row, column).data() for column in range(model.columnCount())]
    heads = [
        model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())
    ]
    return dict(zip(heads, texts, strict=True))


def test_that_ranges_around_the_present_settings_are_proposed(make_dialog):
    dialog = make_dialog()
    assert dialog.space.texts == [
        "optimizer.lr=0.02..2:log",
        "network.hidden=[16],[32],[64],[32,32],[64,64]",
    ]
    assert dialog.space.table.rowCount() == 5
    names = [dialog.space.more.itemText(i) for i in range(dialog.space.more.count())]
    assert "Dropout (network.dropout)" in names
    assert not any("Seed" in name or "Points" in name for name in names)
    assert dialog.start.isEnabled()


def test_that_a_setting_is_added_and_values_are_checked_as_they_are_written(make_dialog):
    dialog = make_dialog()
    place = dialog.space.more.findText("Dropout (network.dropout)")
    dialog.space.more.activated.emit(place)
    assert dialog.space.texts[-1] == "network.dropout=0..0.5"
    dialog.space.table.item(0, 1).setText("0..5:log")
    assert not dialog.start.isEnabled()
    assert dialog.words.text() == "optimizer.lr is 0, but must be a number above 0, at most 1000."
    dialog.space.table.item(0, 1).setText("0.01..0.1")
    assert dialog.start.isEnabled()
    assert dialog.words.text() == ""


def test_that_trials_are_a_sorted_table_and_the_best_is_starred(make_dialog, plan):
    dialog = make_dialog()
    dialog.show_search(plan, some_trials(plan))
    assert cells(dialog, 0)["Trial"] == "As it is"
    first = cells(dialog, 1)
    assert first["Validation loss"].endswith("± 0.01")
    assert first["R² (test)"]
    assert cells(dialog, 5)["State"] == "given up early"
    assert cells(dialog, 12)["State"] == "training"
    dialog.results.table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    scores = [cells(dialog, row)["Validation loss"] for row in range(10)]
    assert scores == sorted(scores, key=lambda text: float(text.split()[0]))
    assert cells(dialog, 0)["Trial"].endswith("★")
    assert "11 of 40 trials" in dialog.words.text()
    assert "As it is: 0.5" in dialog.words.text()


def test_that_each_trial_is_drawn_where_its_values_are(make_dialog, plan):
    dialog = make_dialog()
    trials = some_trials(plan)
    dialog.show_search(plan, trials)
    scatter, parallel = dialog.results.scatter, dialog.results.parallel
    assert [t.number for t in scatter.drawn] == [n for n in range(12) if n != 6]
    for place, axis in enumerate(plan.axes):
        scatter.show_setting(place)
        x, y = scatter.dots.getData()
        for index, trial in enumerate(scatter.drawn[1:], 1):
            assert x[index] == pytest.approx(axis.place_of(trial.values[axis.key]))
            assert parallel.lines[index, place] == pytest.approx(x[index])
    best = parallel.lines[:, -1].argmax()
    assert parallel.drawn[best].number == parallel.best.number
    assert y[best] == min(y)


def test_that_a_click_on_a_dot_selects_its_row_and_enter_takes_it(make_dialog, plan, qtbot):
    dialog = make_dialog()
    dialog.show_search(plan, some_trials(plan))
    dialog.show()
    x, y = dialog.results.scatter.dots.getData()
    place = dialog.results.scatter.getViewBox().mapViewToScene(point(x[3], y[3]))
    view = dialog.results.scatter.viewport()
    qtbot.mouseClick(
        view, Qt.MouseButton.LeftButton, pos=dialog.results.scatter.mapFromScene(place)
    )
    row = dialog.results.table.selectionModel().selectedRows()[0]
    number = dialog.results.scatter.drawn[3].number
    assert row.data() == f"Trial {number}"
    assert dialog.use.isEnabled()
    dialog.activateWindow()
    dialog.results.table.setFocus()
    qtbot.waitUntil(dialog.results.table.hasFocus)
    with qtbot.waitSignal(dialog.use_requested) as used:
        qtbot.keyClick(dialog.results.table, Qt.Key.Key_Return)
    assert used.args == [number]
    dialog.results.scatter.setFocus()
    qtbot.waitUntil(dialog.results.scatter.hasFocus)
    with qtbot.waitSignal(dialog.results.scatter.chosen):
        qtbot.keyClick(dialog.results.scatter, Qt.Key.Key_Right)
        qtbot.keyClick(dialog.results.scatter, Qt.Key.Key_Return)


def point(x, y):
    return QPointF(float(x), float(y))


def test_that_a_selection_stays_while_trials_come(make_dialog, plan):
    dialog = make_dialog()
    trials = some_trials(plan)
    dialog.show_search(plan, trials)
    dialog.results.select(4)
    new = Trial(13, trials[3].values, DONE, result=result(DONE, 0.01))
    dialog.show_search(plan, [*trials, new])
    assert dialog.results.table.selectionModel().selectedRows()[0].data() == "Trial 4"
    assert "Trial 13" in dialog.words.text()


def test_that_scores_of_any_size_are_drawn(make_dialog, plan):
    dialog = make_dialog()
    scores = (1e-30, 1e300, 0.0, math.inf, math.nan, 5.0)
    trials = [
        Trial(n, {} if not n else some_trials(plan)[1].values, DONE, result=result(DONE, score))
        for n, score in enumerate(scores)
    ]
    for shown in (trials, trials[:1], []):
        dialog.show_search(plan, shown)
        for plot in (dialog.results.scatter, dialog.results.parallel):
            dialog.results.pages.setCurrentWidget(plot)
            assert not dialog.grab().isNull()


def test_that_a_search_is_trained_beside_the_window_stopped_and_gone_on_with(user, monkeypatch):
    monkeypatch.setattr(search_processes, "cores", lambda: 1)  # a process, as many do the same
    kernel()  # compiled before, as the window does it: else each process would
    window = user.window
    before = window.tab.run.spec
    window.actions_.search.trigger()
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, SearchDialog))
    assert not dialog.isModal()
    dialog.trials.setValue(20)
    dialog.seeds.setValue(1)
    dialog.start.click()
    assert dialog.start.text() == "Stop"
    user.wait_until(lambda: len(done(dialog)) > 2, LOADING)
    dialog.start.click()
    user.wait_until(lambda: dialog.start.text() != "Stop", LOADING)
    if dialog.start.text() == "Go on":
        there = len(done(dialog))
        dialog.start.click()
        user.wait_until(lambda: dialog.start.text() == "Search", LOADING)
        assert len(done(dialog)) >= there
    assert "20 of 20 trials" in dialog.words.text()
    assert window.tab.run.spec == before

    # The best one's settings are the tab's, and Undo takes them back.
    best = dialog.results.scatter.best
    dialog.results.select(best.number)
    dialog.use.click()
    assert window.tab.run.spec.optimizer.lr == best.values["optimizer.lr"]
    window.actions_.undo.trigger()
    assert window.tab.run.spec == before

    # The trials stand in the list of runs, under the search's name.
    user.wait_until(lambda: len(window.runs.store.runs()) == len(done(dialog)))
    groups = {run.group for run in window.runs.store.runs()}
    assert len(groups) == 1
    assert groups.pop().startswith("Search ")


def done(dialog):
    return [trial for trial in dialog.results.model.trials if trial.state == DONE]


def test_that_a_window_closes_while_a_search_runs(user):
    user.window.actions_.search.trigger()
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, SearchDialog))
    dialog.start.click()
    user.wait_until(lambda: user.window.search.is_busy, LOADING)
    began = time.monotonic()
    user.window.close()
    assert time.monotonic() - began < 20
    assert not user.window.search.is_busy


def test_that_a_tab_without_a_single_network_is_told(user):
    user.window.choose_task("optimizers")
    user.window.actions_.search.trigger()
    assert "A search is for one network" in user.banner
