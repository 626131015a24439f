"""Names from outside are text wherever the window shows them, whatever they look like."""

from __future__ import annotations

import ast
import csv
from collections import OrderedDict
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QColor, QImage, QTextDocument
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QMessageBox, QPushButton, QToolTip
from torch import nn

from nngui.gui.dialogs.images_dialog import ImagesDialog
from nngui.gui.dialogs.misfit_dialog import MisfitDialog
from nngui.gui.dialogs.predict_dialog import PredictDialog
from nngui.gui.dialogs.runs_dialog import RunsDialog
from nngui.gui.dialogs.table_dialog import TableDialog
from nngui.gui.panels.side_panel import LessonPanel
from nngui.gui.plots.kit.axes import CalmPlot
from nngui.gui.style.labels import (
    FileDialog,
    Label,
    RichLabel,
    copy_tip,
    escaped,
    plain_tip,
    set_tip,
    show_tip,
)
from tests.gui.helpers import LEFT, LOADING, spec_of
from tests.gui.markup import Found, is_marked_up
from tests.gui.model_files import chip, model_file, net_of

ROOT = Path(__file__).parents[2]
MARKED = 300  # pixels of the image that nobody may read
NAMES = ("<img src=marker> a & b", "<u>x a & b")
WORDS = (*NAMES, "a & b", "<a href='file:///etc/passwd'>y</a>", "&lt;i&gt;", "<b>x</b>\n<table>")


@pytest.fixture(params=NAMES, ids=("img", "u"))
def name(request, tmp_path, monkeypatch):
    """A name that is markup, in a folder with the image that it names."""
    image = QImage(MARKED, MARKED, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    assert image.save(str(tmp_path / "marker"), "PNG")
    monkeypatch.chdir(tmp_path)
    return request.param


def look(user, name):
    """Hold against everything that is shown now; return the kinds of places with the name."""
    user.settle()
    found = Found(name)
    assert found.interpreted == []
    return {type(where).__name__ for where, _ in found.shown}


def open_file(user, path):
    user.window.open_any.open(path)


def dialog_of(user, kind):
    user.wait_until(lambda: user.dialogs(kind), LOADING)
    return user.dialogs(kind)[0]


def press_open(user, dialog):
    button = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Open")
    user.wait_until(button.isEnabled, LOADING)
    QTest.mouseClick(button, LEFT)


# The places ---------------------------------------------------------------------------------------


def test_that_a_bare_label_would_read_the_file_that_a_name_names(name, qtbot):
    bare = QLabel(NAMES[0])
    qtbot.addWidget(bare)
    assert bare.sizeHint().height() >= MARKED  # so this would be seen
    ours = Label(NAMES[0])
    qtbot.addWidget(ours)
    assert ours.sizeHint().height() < MARKED
    assert ours.text() == NAMES[0]
    assert Found(NAMES[0]).interpreted == [(bare, NAMES[0])]


@pytest.mark.parametrize("word", WORDS)
def test_that_a_tooltip_and_our_markup_show_a_word_as_it_is_written(word):
    for markup in (plain_tip(word), escaped(word)):
        document = QTextDocument()
        if GuiQt.mightBeRichText(markup) or markup == escaped(word):
            document.setHtml(markup)
        else:
            document.setPlainText(markup)
        shown = document.toPlainText().replace("\xa0", " ")
        assert " ".join(shown.split()) == " ".join(word.split())
        assert not is_marked_up(document)


@pytest.mark.parametrize("word", WORDS)
def test_that_a_tooltip_that_is_copied_stays_the_same_text(word, qtbot):
    one, other = Label("x"), Label("y")
    for label in (one, other):
        qtbot.addWidget(label)
    set_tip(one, word)
    copy_tip(one, other)
    assert other.toolTip() == one.toolTip() == plain_tip(word)


def test_that_no_tooltip_is_taken_for_a_text_that_was_not_escaped_yet():
    # What `toolTip` returns may be markup of ours: escaped once more it would show as &lt;.
    takers = ("set_tip", "show_tip", "plain_tip", "escaped")
    for path in sorted((ROOT / "nngui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in takers:
                inner = [part for argument in node.args for part in ast.walk(argument)]
                asked = [part for part in inner if getattr(part, "attr", "") == "toolTip"]
                assert not asked, f"{path}:{node.lineno}: use copy_tip"


def test_that_a_tooltip_that_is_shown_has_no_image(name, qtbot):
    label = Label("x")
    qtbot.addWidget(label)
    with qtbot.waitExposed(label):
        label.show()
    show_tip(label.mapToGlobal(label.rect().center()), NAMES[0], label)
    assert GuiQt.convertFromPlainText(NAMES[0]) == QToolTip.text()
    QToolTip.hideText()


def test_that_a_lesson_loads_nothing_by_its_address(name, qtbot, tmp_path):
    panel = LessonPanel(f"# A\n\n![x](marker) ![y]({(tmp_path / 'marker').as_uri()})\n\nb")
    qtbot.addWidget(panel)
    panel.set_theme(CalmPlot().theme)
    panel.resize(2 * MARKED, MARKED)
    panel.document().setTextWidth(2 * MARKED)
    assert panel.document().size().height() < MARKED
    kind = QTextDocument.ResourceType.ImageResource.value
    assert panel.document().resource(kind, QUrl("marker")).size() == QSize(1, 1)


def test_that_an_axis_shows_a_column_s_name_as_it_is_written(name, qtbot):
    plot = CalmPlot()
    qtbot.addWidget(plot)
    plot.set_axis_names(name, name)
    for place in ("left", "bottom"):
        label = plot.getPlotItem().getAxis(place).label
        assert label.toPlainText().strip() == name
        assert not is_marked_up(label.document())


def test_that_qt_s_own_question_whether_to_replace_a_file_is_text(name, qtbot, tmp_path):
    (tmp_path / name).write_text("old")
    dialog = FileDialog()
    qtbot.addWidget(dialog)
    dialog.setAcceptMode(FileDialog.AcceptMode.AcceptSave)
    dialog.setDirectory(str(tmp_path))
    seen = []

    def answer():
        question = dialog.findChild(QMessageBox)
        seen.append((question.text(), question.height(), Found(name).interpreted))
        question.reject()

    with qtbot.waitExposed(dialog):
        dialog.show()
    qtbot.wait(30)
    dialog.findChild(QLineEdit, "fileNameEdit").setText(name)
    QTimer.singleShot(200, answer)
    dialog.accept()
    [(text, height, interpreted)] = seen
    assert text.startswith(f"{name} already exists.")
    assert height < MARKED
    assert interpreted == []


# The window ---------------------------------------------------------------------------------------


def test_that_the_names_of_a_table_are_text_everywhere(user, name, tmp_path):
    path = tmp_path / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        write = csv.writer(file)
        write.writerow([f"{name} 1", f"{name} 2", f"{name} 3", f"{name} kind"])
        for i in range(60):
            kinds = (f"{name} p", f"{name} q")
            write.writerow([i * 7 % 60, i % 5, f"{name} {'uv'[i % 2]}", kinds[i % 2]])
    open_file(user, path)
    dialog = dialog_of(user, TableDialog)
    assert {"Label", "QTableView"} <= look(user, name)
    press_open(user, dialog)
    user.wait_until(lambda: user.tab.run.spec.data.kind == "table", LOADING)
    user.wait_until_ready()
    assert {"QComboBox", "ElidedLabel"} <= look(user, name)
    legends = [label.text() for label in user.tab.findChildren(RichLabel)]
    assert any(escaped(f"{name} p") in text for text in legends)
    box = next(b for b in user.tab.findChildren(QComboBox) if b.accessibleName() == "Across")
    box.setCurrentIndex(1)
    box.activated.emit(1)  # the axes have the columns' names now
    user.wait_until(lambda: "QGraphicsTextItem" in look(user, name))
    user.train_to_the_end()
    look(user, name)
    user.click("Scores")
    user.wait_until(lambda: user.tab.table_views.page.scores.rowCount() > 0, LOADING)
    look(user, name)
    user.trigger(user.window.actions_.predict)
    predicting = dialog_of(user, PredictDialog)
    assert "Label" in look(user, name)
    QTest.keyClick(predicting, Qt.Key.Key_Escape)


def test_that_the_names_in_a_model_file_are_text_everywhere(user, name, tmp_path, monkeypatch):
    layers = (nn.Linear(1, 7), nn.ReLU(), nn.Linear(7, 1))
    called = [f"{name} {number}" for number in range(3)]
    net = nn.Sequential(OrderedDict(zip(called, layers, strict=True)))
    torch.save(net, tmp_path / f"{name}.pkl")
    open_file(user, tmp_path / f"{name}.pkl")
    user.wait_for_banner("is open")
    assert "Label" in look(user, name)
    torch.save(net.state_dict(), tmp_path / f"{name} p.pkl")
    open_file(user, tmp_path / f"{name} p.pkl")
    user.wait_until(lambda: user.dialogs(MisfitDialog) or "p.pkl" in user.banner)
    look(user, name)
    for dialog in user.dialogs(MisfitDialog):
        dialog.reject()
    unknown = type(f"Net{name}", (nn.Module,), {})
    unknown.__module__ = "__main__"
    monkeypatch.setattr("__main__." + unknown.__name__, unknown, raising=False)
    assumed = unknown()
    assumed.hidden, assumed.predict = nn.Linear(1, 6), nn.Linear(6, 1)
    torch.save(assumed, tmp_path / "class.pkl")
    open_file(user, tmp_path / "class.pkl")
    user.wait_until(lambda: f"Net{name}" in user.banner)
    user.wait_until_ready()
    assert "Label" in look(user, name)
    odd = nn.Sequential(nn.Linear(1, 1))
    odd[0].__dict__[name] = 1
    torch.save(odd, tmp_path / "attribute.pkl")
    open_file(user, tmp_path / "attribute.pkl")
    user.wait_until(lambda: "left aside: 0." in user.banner)
    assert "Label" in look(user, name)


def test_that_a_file_that_does_not_fit_shows_its_names_as_text(user, name, tmp_path):
    sizes = {f"{name} a": (1, 12), f"{name} b": (12, 5), f"{name} c": (5, 1)}
    layers = OrderedDict({word: nn.Linear(*both) for word, both in sizes.items()})
    torch.save(nn.Sequential(layers).state_dict(), tmp_path / f"{name}.pkl")
    open_file(user, tmp_path / f"{name}.pkl")
    dialog = dialog_of(user, MisfitDialog)
    assert {"Label", "QTableWidget"} <= look(user, name)
    dialog.reject()


def test_that_the_name_of_a_network_that_is_compared_with_is_text(user, name, tmp_path):
    user.press(Qt.Key.Key_S)
    user.wait_until(lambda: user.step == 1)
    path = model_file(tmp_path / f"{name}.pkl", net_of(1, 4, 1))
    open_file(user, path)
    user.wait_for_banner("replaces the run at step")
    look(user, name)
    user.click("Compare")
    user.wait_until(lambda: chip(user))
    assert "QToolButton" in look(user, name)
    assert chip(user).replace("&&", "&").startswith(f"╌╌ {name}")


def test_that_a_key_and_a_word_of_settings_are_text_in_the_banner(user, name, tmp_path):
    path = tmp_path / f"{name}.toml"
    for text in (f'task = "regression"\n"{name}" = 1\n', f'task = "{name}"\n'):
        path.write_text(text, encoding="utf-8")
        open_file(user, path)
        user.wait_for_banner(name)
        assert "Label" in look(user, name)


def test_that_what_is_told_is_text(user, name):
    user.window.say("error", f"{name} is told")
    assert user.banner == f"{name} is told"
    assert "Label" in look(user, name)


def test_that_the_names_of_images_are_text_everywhere(user, name, tmp_path):
    folder = tmp_path / f"{name} pets"
    for kind, grey in ((f"{name} cats", 40), (f"{name} dogs", 200)):
        (folder / kind).mkdir(parents=True)
        for number in range(20):
            image = QImage(QSize(8, 8), QImage.Format.Format_Grayscale8)
            image.fill(grey + number)
            assert image.save(str(folder / kind / f"{number}.png"))
    user.window.open_task("cnn").run.apply(spec_of("cnn", {"schedule.epochs": 1}))
    user.window.wake()
    user.wait_until_ready()
    open_file(user, folder)
    dialog = dialog_of(user, ImagesDialog)
    user.wait_until(lambda: dialog.open_button.isEnabled(), LOADING)
    assert {"Label", "ClassTable"} <= look(user, name)
    press_open(user, dialog)
    user.wait_until(lambda: user.tab.run.spec.data.kind == "file", LOADING)
    user.wait_until_ready()
    user.train_to_the_end()
    look(user, name)


def test_that_the_name_of_a_run_is_text_everywhere(user, name):
    user.enter("schedule.steps", "30")
    user.train_to_the_end()
    user.trigger(user.window.actions_.runs)
    dialog = dialog_of(user, RunsDialog)
    user.wait_until(lambda: dialog.table.model().rowCount() == 1)
    dialog.table.selectRow(0)
    dialog.table.setFocus()
    user.wait_until(lambda: dialog.plot.isVisible() and len(dialog.selected) == 1)
    QTest.keyClick(dialog.table, Qt.Key.Key_F2)
    user.wait_until(lambda: dialog.table.findChild(QLineEdit) is not None)
    line = dialog.table.findChild(QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, name)
    QTest.keyClick(line, Qt.Key.Key_Return)
    user.wait_until(lambda: name in str(dialog.table.model().index(0, 0).data()))
    assert look(user, name)
    dialog.close()


# The source ---------------------------------------------------------------------------------------

OURS = "nngui/gui/style/labels.py"
FORBIDDEN = {  # what shows markup, and what to call in its place
    "setToolTip": "set_tip",
    "setTabToolTip": "plain_tip",
    "setStatusTip": "nothing",
    "setWhatsThis": "nothing",
    "showText": "show_tip",
    "setTextFormat": "Label or RichLabel",
    "setHtml": "setPlainText",
    "insertHtml": "insertPlainText",
    "setMarkdown": "setPlainText",
    "setLabel": "CalmPlot.set_axis_names",  # pyqtgraph's axes
    "LabelItem": "TextItem",
}
ALLOWED = {
    ("nngui/gui/panels/side_panel.py", "setMarkdown"),  # a lesson, which is the program's own
    ("nngui/gui/plots/surface_plot.py", "setHtml"),  # a hint that is in the middle, and escaped
    ("nngui/gui/plots/kit/axes.py", "setLabel"),
}


def test_that_tooltips_and_text_formats_are_set_by_our_own_functions_alone():
    found = []
    for path in sorted((ROOT / "nngui").rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = node.attr if isinstance(node, ast.Attribute) else ""
            if name in FORBIDDEN and place != OURS and (place, name) not in ALLOWED:
                found.append(f"{place}:{node.lineno}: {name}: use {FORBIDDEN[name]}")
    assert found == []
