"""The code panel: each page's own script or a sentence, taken away, and verified."""

from __future__ import annotations

import ast
import sys
import threading
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QButtonGroup, QComboBox, QTabWidget

import nngui.gui.tabs
from nngui.core.journal.edit import EngineEdit
from nngui.core.script import script
from nngui.core.spec.toml import with_settings
from nngui.files.tables.training_data import settings_for_table
from nngui.gui.tabs import code_display
from nngui.gui.training.run import Run
from nngui.gui.training.state import State
from tests.core.helpers import some
from tests.gui.helpers import LOADING, TASKS, process_events, spec_of

PAGES = {  # what stands in the panel on each of them: the run's script, one of its own, a sentence
    "LoaderPage": "run",
    "SizesPage": "own",
    "MicroscopePage": "own",
    "SeedsPage": "own",
    "EvaluationPage": "run",
    "ReportPage": "sentence",
    "InsidePanel": "run",
    "ConvolutionPanel": "sentence",
    "MistakesPanel": "run",
    "DrawingPanel": "run",
    "DataPanel": "sentence",
}
PARTS = {"RulePanel", "SideBySide"}  # of a page
POINTS = {"data.kind": "points", "data.points": 150, "schedule.epochs": 2}
SMALL = {
    "regression": {"schedule.steps": 20},
    "batch_training": POINTS,
    "optimizers": {"schedule.epochs": 1, "data.points": 64},
}
EARLY = {  # it stops early, and draws on the way
    "network.dropout": 0.3,
    "schedule.batch_size": 20,
    "schedule.epochs": 60,
    "schedule.validation": 0.3,
    "schedule.patience": 2,
    "schedule.keep": "best",
    "optimizer.lr": 0.5,
}
RIGHT = "for loss in {losses}:\n    print(loss)\n"
FOREVER = "import time\nprint({losses}[0], flush=True)\nwhile True:\n    time.sleep(0.01)\n"


def opened(open_window, task, settings=(), **options):
    user = open_window(**options)
    user.window.open_task(task)
    user.window.wake()
    user.wait_until_ready()
    if settings:
        user.tab.run.apply(spec_of(task, settings))
        user.wait_until_ready()
    return user


def row_of(user):
    return user.tab.side.code.verify


def verified(user):
    """Press Verify, and return what is said in the end."""
    user.click("Verify")
    user.wait_until(lambda: row_of(user).button.text() == "Verify", 4 * LOADING)
    return row_of(user).said.text()


def kind_of(user):
    """What stands in the panel, which never is nothing."""
    if not user.code:
        assert len(user.note) > 30
        return "sentence"
    compile(user.code, "script.py", "exec")
    return "run" if user.code == script(user.tab.task, user.tab.run.spec) else "own"


# Each page ---------------------------------------------------------------------------------------


def test_that_every_page_is_known_with_its_code():
    """Whoever makes a page says what code it has: in `TaskTab.page_code`, and above."""
    folder = Path(nngui.gui.tabs.__file__).parent
    trees = [ast.parse(path.read_text("utf-8")) for path in folder.rglob("*.py")]
    classes = [n.name for tree in trees for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
    found = {name for name in classes if name.endswith(("Page", "Panel"))}
    assert found - PARTS == set(PAGES)


@pytest.mark.parametrize("task", some(sorted(TASKS), 1))
def test_that_whatever_is_turned_to_there_is_a_script_or_a_sentence(open_window, task):
    user = opened(open_window, task)
    assert kind_of(user) == "run"
    for tabs in user.tab.centre.findChildren(QTabWidget) or []:
        for number in range(tabs.count()):
            tabs.setCurrentIndex(number)
            kind_of(user)
    for group in user.tab.findChildren(QButtonGroup):
        for button in group.buttons():
            if button.isVisible():
                QTest.mouseClick(button, Qt.MouseButton.LeftButton)
                kind_of(user)


def test_that_the_pages_of_batches_have_their_own_code(open_window):
    user = opened(open_window, "batch_training")
    for title, part in (
        ("Batch sizes compared", "train_by_batches(32)"),
        ("Step microscope", "range(1, 51)"),
    ):
        user.open_tab(title)
        user.wait_until(lambda part=part: part in user.code)
        assert kind_of(user) == "own"
    user.tab.pages.microscope.step.click()
    assert "range(1, 2)" in user.code
    user.open_tab("Batch sizes compared")
    sizes = user.tab.pages.sizes.controls.sizes
    sizes.selectAll()
    QTest.keyClicks(sizes, "4, x")
    assert "x is no batch size" in user.note
    assert user.code == ""
    QTest.keyClick(sizes, Qt.Key.Key_Backspace)
    QTest.keyClick(sizes, Qt.Key.Key_Backspace)
    assert "train_by_batches(4)" in user.code
    user.open_tab("Loader")
    assert kind_of(user) == "run"


def test_that_the_seeds_have_their_own_code(open_window):
    user = opened(open_window, "optimizers")
    pages = user.tab.findChildren(QComboBox)
    box = next(box for box in pages if box.findText("Seeds") >= 0)
    box.setCurrentIndex(box.findText("Seeds"))
    box.activated.emit(box.currentIndex())
    assert "for seed in range(1, 6):" in user.code
    user.enter("seed", "7")
    assert "for seed in range(7, 12):" in user.code
    box.setCurrentIndex(0)
    box.activated.emit(0)
    assert kind_of(user) == "run"


def test_that_the_pages_of_images_say_whose_code_it_is(open_window):
    user = opened(open_window, "cnn")
    for name, kind in (
        ("Convolution", "sentence"),
        ("Mistakes", "run"),
        ("Draw", "run"),
        ("Data", "sentence"),
        ("Inside", "run"),
    ):
        user.click(name)
        assert kind_of(user) == kind, name
        assert bool(user.note) == (name != "Inside")


def test_that_the_pages_of_a_table_say_whose_code_it_is(open_window, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b,y\n" + "".join(f"{i},{i % 7},{2 * i}\n" for i in range(60)), "utf-8")
    user = opened(open_window, "regression")
    user.tab.run.apply(settings_for_table(TASKS["regression"].spec, str(path)))
    user.wait_until(lambda: user.tab.data is not None and user.tab.data.table is not None, LOADING)
    for name, kind in (("Scores", "run"), ("Data", "sentence"), ("Plot", "run")):
        user.click(name)
        user.wait_until(lambda kind=kind: kind_of(user) == kind)
        assert bool(user.note) == (name != "Plot")


# What is taken away ------------------------------------------------------------------------------


def test_that_the_script_that_is_shown_is_saved_and_copied(open_window, tmp_path):
    user = opened(open_window, "batch_training", POINTS)
    user.open_tab("Batch sizes compared")
    user.trigger(user.window.actions_.export_script)
    user.choose_file(tmp_path / "s.py")
    assert (tmp_path / "s.py").read_text("utf-8") == user.code
    user.trigger(user.window.actions_.copy_code)
    assert QGuiApplication.clipboard().text() == user.code


def test_that_a_page_without_a_script_says_so_when_one_is_wanted(open_window):
    user = opened(open_window, "cnn")
    user.click("Data")
    QGuiApplication.clipboard().setText("before")
    for action in (user.window.actions_.export_script, user.window.actions_.copy_code):
        user.trigger(action)
        user.wait_for_banner("This page has no code")
    assert QGuiApplication.clipboard().text() == "before"


def test_that_a_project_tells_what_happened_to_the_network_in_it(trained, tmp_path):
    trained.enter("schedule.steps", "40")
    trained.enter("optimizer.lr", "0.0625")
    trained.train_to_the_end()
    for number, step in enumerate((None, 15)):
        if step:
            trained.tab.run.look_back(step)
            trained.wait_until(lambda: trained.note.startswith("As at step"))
            trained.settle()
        folder = tmp_path / str(number)
        folder.mkdir()
        trained.trigger(trained.window.actions_.export_project)
        trained.choose_file(folder)
        trained.wait_until(lambda folder=folder: list(folder.glob("nngui-*")))
        source = (folder / "nngui-regression" / "train.py").read_text("utf-8")
        assert ("0.0625" in source) == (step is None)
        assert ("changed in mid-run" in source) == (step is None)


# Verify ------------------------------------------------------------------------------------------


def run(user):
    user.train_to_the_end()
    return "✓ 20 of 20 losses equal, to the bit"


def touched(user):
    """A run whose rate was changed twice, and to which a point was added."""
    for number in range(3):
        user.click("Step")
        user.wait_for_step(number + 1)
        user.enter("optimizer.lr", f"0.{3 - number}5")
    user.click_plot(0, 0.8)
    user.settle()
    assert user.code.count("# changed in mid-run") > 1
    return run(user)


def any_run(user):
    user.go_fast()
    user.click("Train")
    user.wait_until(lambda: user.tab.run.state is State.ENDED)


def sizes(user):
    user.open_tab("Batch sizes compared")
    user.click("Compare")
    user.wait_until(lambda: user.tab.pages.sizes.said.text().startswith("Done"), LOADING)


def seeds(user):
    box = next(box for box in user.tab.findChildren(QComboBox) if box.findText("Seeds") >= 0)
    box.setCurrentIndex(box.findText("Seeds"))
    box.activated.emit(box.currentIndex())
    user.click("Start")
    user.wait_until(lambda: user.tab.views.seeds.said.text().startswith("Done"), LOADING)


def microscope(user):
    user.open_tab("Step microscope")
    user.wait_until(lambda: "range(1, 51)" in user.code)
    for _ in range(3):
        user.tab.pages.microscope.step.click()
    return "✓ 30 of 30 numbers equal, to the bit"


def loader(user):
    user.open_tab("Loader")
    user.train_to_the_end()
    return "✓ 6 of 6 batches equal, as they are printed"


@pytest.mark.parametrize(
    ("task", "settings", "use"),
    some(
        [
            ("regression", SMALL["regression"], touched),
            ("regression", SMALL["regression"], run),
            ("batch_training", POINTS, sizes),
            ("optimizers", SMALL["optimizers"], seeds),
            ("batch_training", POINTS, microscope),
            ("batch_training", (), loader),
            ("quick_build", {"schedule.steps": 30}, any_run),
            ("classification", EARLY, any_run),
            ("optimizers", SMALL["optimizers"] | {"racers.sgd.lr": 900.0}, any_run),
            ("cnn", {"data.images": 100, "schedule.epochs": 1}, any_run),
            ("regression", {"optimizer.lr": 50.0}, any_run),
        ],
        1,
    ),
)
def test_that_plain_python_agrees_to_the_last_bit(open_window, task, settings, use):
    user = opened(open_window, task, settings)
    wanted = use(user)
    said = verified(user)
    assert said.startswith("✓")
    assert wanted is None or said == wanted


@pytest.fixture
def trained(open_window):
    user = opened(open_window, "regression", SMALL["regression"])
    user.train_to_the_end()
    return user


@pytest.fixture
def printing(trained, monkeypatch):
    """Have another script run than the one that is shown."""
    losses = list(map(repr, trained.tab.run.history.exact_column("loss").tolist()))

    def use(source, **changed):
        shown = [changed.get(f"step{i}", loss) for i, loss in enumerate(losses, start=1)]
        text = source.format(losses=shown)
        monkeypatch.setattr(code_display, "write_script", lambda *a: a[-1].write_text(text))

    return use


def children():
    return [p for p in psutil.Process().children() if p.status() != psutil.STATUS_ZOMBIE]


def test_that_the_first_loss_that_differs_is_told_and_stays(trained, printing):
    printing(RIGHT, step7="0.5")
    said = verified(trained)
    assert "step 7: the script has 0.5, here it is 0." in said
    assert row_of(trained).said.property("role") == "problem"
    trained.tab.run.apply(trained.tab.run.spec)
    assert row_of(trained).said.text() == said
    trained.enter("optimizer.lr", "0.0625")
    assert row_of(trained).said.text() == "", "the code is another one"


def test_that_it_is_said_why_a_run_by_turbo_differs(trained, printing, monkeypatch):
    journal = replace(trained.tab.run.journal, edits=(EngineEdit(1, "turbo"),))
    monkeypatch.setattr(Run, "journal", property(lambda _: journal))
    trained.tab.run.journal_changed.emit()
    printing(RIGHT, step5="0.5")
    said = verified(trained)
    assert "step 5: the script has 0.5" in said
    assert said.endswith("From step 2 on turbo took the steps, whose last digits differ.")


def test_that_the_script_is_that_of_the_step_that_is_looked_at(trained, monkeypatch):
    trained.enter("schedule.steps", "40")
    trained.enter("optimizer.lr", "0.0625")
    trained.train_to_the_end()
    now = trained.code
    assert "0.0625" in now
    trained.tab.run.look_back(15)
    trained.wait_until(lambda: trained.note.startswith("As at step 15"))
    assert "0.0625" not in trained.code
    losses = list(map(repr, trained.tab.run.history.exact_column("loss").tolist()))
    text = RIGHT.format(losses=losses)
    monkeypatch.setattr(code_display, "write_script", lambda *a: a[-1].write_text(text))
    assert verified(trained) == "✓ 15 of 15 losses equal, to the bit"
    trained.tab.run.go_live()
    trained.wait_until(lambda: trained.code == now)
    assert trained.note == ""


def test_that_the_window_does_not_wait_for_the_script_of_many_edits(trained, monkeypatch):
    trained.enter("schedule.steps", "40")
    makers = []

    def slowly(task, course):
        makers.append(threading.current_thread())
        return script(task, course)

    monkeypatch.setattr(code_display, "script", slowly)
    monkeypatch.setattr(code_display, "FEW_EDITS", 2)
    for rates in ("12", "345"):
        makers.clear()
        for digit in rates:
            trained.enter("optimizer.lr", f"0.0{digit}")
            trained.click("Step")
            trained.settle()
        trained.wait_until(lambda rates=rates: f"0.0{rates[-1]}" in trained.code)
    assert makers
    assert threading.main_thread() not in makers


def test_that_a_script_is_verified_as_far_as_the_run_has_come(open_window, monkeypatch):
    user = opened(open_window, "regression", SMALL["regression"])
    assert verified(user).startswith("There is nothing to compare with yet")
    for _ in range(3):
        user.click("Step")
        user.settle()
    losses = list(map(repr, user.tab.run.history.exact_column("loss").tolist()))
    text = FOREVER.format(losses=losses).replace("[0]", "[0])\nprint(*losses[1:], sep='\\n'")
    text = f"losses = {losses}\n{text}"
    monkeypatch.setattr(code_display, "write_script", lambda *a: a[-1].write_text(text))
    assert verified(user) == "✓ 3 of 3 losses equal, to the bit"


def test_that_verifying_is_cancelled_and_goes_with_other_code(trained, printing):
    printing(FOREVER)
    for end in (lambda: trained.click("Cancel"), lambda: trained.enter("optimizer.lr", "0.0625")):
        trained.click("Verify")
        trained.wait_until(lambda: row_of(trained).said.text().startswith("1 of 20"))
        assert children()
        assert row_of(trained).bar.isVisible()
        end()
        assert row_of(trained).button.text() == "Verify"
        assert not row_of(trained).bar.isVisible()
        trained.wait_until(lambda: not children())


def test_that_a_script_ends_with_the_window(trained, printing):
    printing(FOREVER)
    trained.click("Verify")
    trained.wait_until(lambda: row_of(trained).said.text().startswith("1 of 20"))
    trained.window.close()
    process_events()
    assert not children()


def test_that_a_packed_program_says_what_to_do_instead(open_window, monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    user = opened(open_window, "regression")
    assert not row_of(user).button.isEnabled()
    assert "Verifying needs Python itself" in row_of(user).said.text()


@pytest.mark.parametrize(
    ("task", "live", "anew"),
    [
        ("optimizers", {"racers.adam.lr": 0.02}, {"race.optimizers": ["sgd", "adam"]}),
        ("batch_training", {"schedule.epochs": 4}, {"data.kind": "points"}),
        ("regression", {"optimizer.lr": 0.05}, {"network.hidden": [5, 5]}),
    ],
)
def test_that_a_touched_run_that_makes_room_leaves_nothing_in_the_code(
    open_window, task, live, anew
):
    # an exception in a slot fails the test by itself
    someone = open_window()
    run = someone.window.open_task(task).run
    someone.window.wake()
    someone.wait_until_ready()
    run.step()
    someone.wait_until(lambda: run.steps_done == 1)
    run.apply(with_settings(run.spec, live))
    someone.wait_until(lambda: run.journal.edits)
    run.apply(with_settings(run.spec, anew))
    someone.wait_until(lambda: run.state is State.READY and not run.steps_done)
    assert someone.code == script(run.task, run.spec)
