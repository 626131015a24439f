"""The quick build's room: layers edited by mouse and keys, two texts that point at each other."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip

from nngui.gui.style.theme import DARK
from tests.gui.helpers import CTRL, LEFT, PLAIN, TASKS, process_events

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def room(open_window):
    """Somebody in the room, before torch is there."""
    someone = open_window()
    someone.window.open_task("quick_build")
    process_events()
    return someone


def layers(room):
    return [(layer.width, layer.activation) for layer in room.tab.run.spec.network.layers]


def texts(room):
    return [text.toPlainText() for text in room.tab.pair.texts]


def type_into(control, text):
    control.setFocus()
    control.selectAll()
    QTest.keyClicks(control, text)
    QTest.keyClick(control, Qt.Key.Key_Return)


def three_layers(room):
    """Add two layers, and make the widths 10, 20 and 30."""
    for place, width in enumerate(("20", "30"), start=1):
        room.click("Add a layer")
        type_into(room.tab.layers.boxes[place].width_.control, width)
    assert [width for width, _ in layers(room)] == [10, 20, 30]


def point_at(text, piece):
    """Move the mouse to a piece of a text."""
    cursor = QTextCursor(text.document())
    cursor.setPosition(text.toPlainText().index(piece) + 1)
    text.setTextCursor(cursor)
    QTest.mouseMove(text.viewport(), QPoint(1, 1))
    QTest.mouseMove(text.viewport(), text.cursorRect(cursor).center())
    process_events()


def test_that_the_tutorials_network_is_written_in_both_ways(room):
    code, sequential, printed, printed_sequential = texts(room)
    assert "x = F.relu(self.hidden(x))" in code
    assert sequential.splitlines()[1:-1] == [
        "    nn.Linear(2, 10),",
        "    nn.ReLU(),",
        "    nn.Linear(10, 2),",
    ]
    assert "(hidden): Linear(in_features=2, out_features=10, bias=True)" in printed
    assert "(1): ReLU()" in printed_sequential
    assert "ReLU" not in printed
    for text in (code, sequential.splitlines()[1]):
        assert text.splitlines()[0] in room.code


def test_that_a_small_window_leaves_out_what_print_says(room):
    for size, there in (((900, 560), False), ((1280, 800), True)):
        room.window.resize(*size)
        process_events()
        assert all(text.isVisible() for text in room.tab.pair.codes)
        assert [text.isVisible() for text in room.tab.pair.prints] == [there, there]


def test_that_layers_are_added_changed_moved_removed_and_all_of_it_undone(room):
    three_layers(room)
    editor = room.tab.layers
    box = editor.boxes[0]
    room.tab.layers.boxes[0].activation.control.setFocus()
    QTest.keyClicks(box.activation.control, "T")  # Tanh
    assert layers(room)[0] == (10, "tanh")
    type_into(box.dropout.control, "0.25")
    assert "self.drop1(torch.tanh(self.hidden1(x)))" in texts(room)[0]

    box.handle.setFocus()
    QTest.keyClick(box.handle, Qt.Key.Key_Down, ALT)
    assert [width for width, _ in layers(room)] == [20, 10, 30]
    assert editor.boxes[1].handle.hasFocus()
    QTest.keyClick(editor.boxes[1].handle, Qt.Key.Key_Delete)
    assert [width for width, _ in layers(room)] == [20, 30]
    QTest.mouseClick(editor.boxes[0].remove, LEFT)
    assert [width for width, _ in layers(room)] == [30]
    assert "self.hidden = nn.Linear(2, 30)" in texts(room)[0]

    for wanted in ([20, 30], [20, 10, 30], [10, 20, 30]):
        room.press(Qt.Key.Key_Z, CTRL)
        assert [width for width, _ in layers(room)] == wanted
    room.press(Qt.Key.Key_Z, CTRL)
    assert room.tab.run.spec.network.layers[0].dropout == 0
    room.press(Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert room.tab.run.spec.network.layers[0].dropout == 0.25


def test_that_a_layer_is_dragged_to_another_place(room):
    room.window.resize(1280, 1000)
    three_layers(room)
    process_events()
    first, *_, last = room.tab.layers.boxes
    handle = first.handle
    start = handle.rect().center()
    target = handle.mapFromGlobal(last.mapToGlobal(QPoint(10, last.height() - 4)))
    QTest.mousePress(handle, LEFT, PLAIN, start)
    for share in (0.3, 0.6, 1.0):
        place = handle.mapFromGlobal(last.mapToGlobal(QPoint(10, last.height() - 4)))
        QTest.mouseMove(handle, start + (place - start) * share)
        process_events()
    assert target.y() > start.y()
    QTest.mouseRelease(handle, LEFT, PLAIN, handle.rect().center())
    assert [width for width, _ in layers(room)] == [20, 30, 10]
    assert room.tab.layers.boxes[2].name.text() == "hidden3"


def test_that_pointing_at_a_piece_marks_its_counterparts_and_says_what_differs(room):
    code, sequential, printed, printed_sequential = room.tab.pair.texts
    point_at(sequential, "nn.ReLU()")
    assert code.marked_pieces == ["F.relu(self.hidden(x))"]
    assert sequential.marked_pieces == ["nn.ReLU(),"]
    assert printed.marked_pieces == []
    assert printed_sequential.marked_pieces == ["(1): ReLU()"]
    assert "module number 1" in room.tab.explanation.text()
    point_at(printed, "Linear(in_features=2")
    assert "self.hidden = nn.Linear(2, 10)" in code.marked_pieces
    assert "nn.Linear(2, 10)," in sequential.marked_pieces
    assert "hidden.weight" in room.tab.explanation.text()
    assert "0.weight" in room.tab.explanation.text()


def test_that_the_differences_can_be_pointed_out_one_by_one(room):
    code, sequential, printed, _ = room.tab.pair.texts
    room.click("Activation")
    assert code.marked_pieces == ["F.relu(self.hidden(x))"]
    assert "a call in the class and a module" in room.tab.explanation.text()
    room.click("Names")
    assert printed.marked_pieces == ["(hidden)", "(out)"]
    assert "hidden.weight here and 0.weight there" in room.tab.explanation.text()
    room.click("Names")
    assert code.marked_pieces == sequential.marked_pieces == []


def test_that_a_column_of_the_drawing_is_pointed_at_too(room):
    drawing = room.tab.drawing
    QTest.mouseMove(drawing, QPoint(5, 5))
    QTest.mouseMove(drawing, QPoint(int(drawing.column_x(1)), drawing.height() // 2))
    process_events()
    assert "nn.Linear(2, 10)," in room.tab.pair.codes[1].marked_pieces
    assert "2 × 10 weights + 10 biases = 30 parameters" in drawing.accessibleDescription()
    QToolTip.hideText()
    before = drawing.grab().toImage()
    drawing.set_theme(DARK)
    assert drawing.grab().toImage() != before


def test_that_both_train_and_coincide_and_each_from_its_own_do_not(room):
    room.window.wake()
    room.wait_until_ready()
    printed = texts(room)[2:]
    room.train_to_the_end()
    seen = room.tab.snapshot.inspection
    assert list(seen.prints) == printed
    assert room.headline == "Difference=0"
    assert "smallest loss 0.07" in room.status
    curves = room.tab.run.history.exact(0, 100)
    assert (curves[:, 0] == curves[:, 1]).all()
    same = room.field("network.same_weights")
    QTest.mouseClick(same, LEFT, PLAIN, QPoint(8, same.height() // 2))
    room.wait_until_ready()
    room.train_to_the_end()
    assert float(room.headline.removeprefix("Difference=")) > 0.01
    assert room.tab.run.history.exact(0, 1)[0, 0] != room.tab.run.history.exact(0, 1)[0, 1]


def test_that_shapes_that_do_not_fit_are_told_before_training(room):
    room.window.wake()
    room.wait_until_ready()
    type_into(room.tab.layers.boxes[0].inputs.control, "5")
    assert "hidden takes 5 numbers" in room.tab.explanation.text()
    room.wait_for_banner("hidden takes 5 numbers, but each sample of the data has 2")
    type_into(room.tab.layers.boxes[0].inputs.control, "0")
    room.wait_until_ready()
    assert "Point at" in room.tab.explanation.text()


def test_that_other_data_change_the_sizes_of_the_first_and_the_last_layer(room):
    room.choose("data.kind", "Wine")
    assert "nn.Linear(13, 10)" in texts(room)[1]
    assert "nn.Linear(10, 3)" in texts(room)[1]
    room.choose("data.kind", "y = x²")
    assert "self.predict = nn.Linear(10, 1)" in texts(room)[0]
    assert "torch.nn.MSELoss()" in room.code
    assert room.tab.run.spec.data.sizes == (1, 1)
    assert TASKS["quick_build"].spec.data.sizes == (2, 2)
