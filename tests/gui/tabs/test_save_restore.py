"""The room where one saves and restores, as somebody uses it."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from nngui.gui.training.state import State
from tests.gui.helpers import visible

SAME = "Largest difference from Net1: 0, the same to the last bit."


@pytest.fixture
def room(open_window):
    """Somebody in the room, before a run of 60 steps."""
    someone = open_window()
    someone.open_tab("Save && restore")
    someone.wait_until_ready()
    someone.enter("schedule.steps", "60")
    return someone


def trained(room):
    room.click("Train")
    room.wait_until(lambda: room.tab.run.state is State.ENDED)
    return room


def saved(room, button, name):
    room.click(button)
    room.wait_until(lambda: name in text_of(room) and "step" in file_line(room, name))
    return room.tab.saved_files.folder / name


def file_line(room, name):
    """What stands below the button about a file."""
    lines = [line for line in labels(room) if line.startswith(name)]
    return lines[0] if lines else ""


def labels(room):
    from PySide6.QtWidgets import QLabel

    return [label.text() for label in room.tab.centre.findChildren(QLabel) if label.isVisible()]


def text_of(room):
    return "\n".join(labels(room))


def curve(column):
    return visible(column.plot, pg.PlotCurveItem)[-1].getData()


def hint(column):
    """What stands below a plot, and in it."""
    inside = "".join(item.toPlainText() for item in visible(column.plot, pg.TextItem))
    return inside + column.figure.text()


def test_that_at_first_each_empty_plot_says_how_it_is_filled(room):
    assert "Save whole" in hint(room.tab.net2)
    assert "Save parameters" in hint(room.tab.net3)
    assert hint(room.tab.net1) in ("", "Trained 0 steps.")
    assert not room.tab.restore_whole.isEnabled()
    assert not room.tab.restore_parameters.isEnabled()
    assert "net.pkl is not there yet." in text_of(room)


def test_that_both_files_bring_the_very_same_network_back(room):
    trained(room)
    path = saved(room, "Save whole", "net.pkl")
    saved(room, "Save parameters", "net_params.pkl")
    assert isinstance(torch.load(path, weights_only=False), torch.nn.Sequential)
    assert "step 60" in file_line(room, "net.pkl")
    room.click("Restore whole")
    room.click("Restore parameters")
    room.wait_until(lambda: text_of(room).count(SAME) == 2)
    assert (hint(room.tab.net2), hint(room.tab.net3)) == (SAME, SAME)
    x, y = curve(room.tab.net1)
    assert np.array_equal(curve(room.tab.net2), (x, y))
    wider, _ = curve(room.tab.net3)
    assert len(x) == 200
    assert len(wider) == 300
    assert wider[-1] == pytest.approx(2.5)


def test_that_training_on_makes_a_difference_and_says_since_when(room):
    trained(room)
    saved(room, "Save whole", "net.pkl")
    room.click("Restore whole")
    room.wait_until(lambda: SAME in text_of(room))
    trained(room)
    room.wait_until(lambda: "Net1 was saved at step 60." in text_of(room))
    assert SAME not in text_of(room)


def test_that_parameters_of_another_network_are_refused_in_words(room):
    trained(room)
    saved(room, "Save parameters", "net_params.pkl")
    room.enter("network.hidden", "7")
    room.wait_until_ready()
    room.click("Restore parameters")
    room.wait_for_banner("0.weight should have the shape 7 × 1, but the file has 10 × 1")


def test_that_a_file_that_others_delete_or_damage_is_noticed(room):
    trained(room)
    whole = saved(room, "Save whole", "net.pkl")
    parameters = saved(room, "Save parameters", "net_params.pkl")
    whole.write_bytes(whole.read_bytes()[:700])
    parameters.unlink()
    room.wait_until(lambda: "is damaged or cut short" in text_of(room))
    room.wait_until(lambda: "net_params.pkl is no longer there: save it again." in text_of(room))
    assert not room.tab.restore_whole.isEnabled()
    assert not room.tab.restore_parameters.isEnabled()


def test_that_a_file_of_parameters_under_the_whole_ones_name_is_told(room):
    trained(room)
    whole = saved(room, "Save whole", "net.pkl")
    torch.save(torch.nn.Linear(1, 1).state_dict(), whole)
    room.wait_until(lambda: "step" not in file_line(room, "net.pkl"))
    room.click("Restore whole")
    room.wait_for_banner("net.pkl holds parameters only, without a network")


def test_that_a_strangers_file_in_a_folder_is_asked_about_before_it_is_replaced(room, tmp_path):
    stranger = tmp_path / "net.pkl"
    torch.save(torch.nn.Linear(3, 3), stranger)
    before = stranger.read_bytes()
    trained(room)
    room.click("Put the files into another folder…")
    [dialog] = room.tab.findChildren(QFileDialog)
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    line.setText(str(tmp_path))
    QTest.keyClick(line, Qt.Key.Key_Return)
    room.wait_until(lambda: str(tmp_path) in text_of(room))
    room.wait_until(lambda: file_line(room, "net.pkl").count("\n") == 1)
    room.click("Save whole")
    room.wait_for_banner("is there already, and was not saved here. Replace it?")
    room.click("Keep it")
    assert stranger.read_bytes() == before
    room.click("Save whole")
    room.click("Replace")
    room.wait_until(lambda: "step 60" in file_line(room, "net.pkl"))
    assert isinstance(torch.load(stranger, weights_only=False), torch.nn.Sequential)
