"""A file with several networks: which of them is opened."""

from __future__ import annotations

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from torch import nn

from nngui.gui.dialogs.part_dialog import PartDialog
from tests.gui.helpers import LEFT
from tests.gui.model_files import draws, drop, net_of, open_model, open_parameters, start_file

MARKUP = "<img src=x>"


@pytest.fixture
def nets():
    return {"teacher": net_of(1, 7, 1), MARKUP: net_of(1, 4, 1, activation=nn.ReLU)}


def dialog_of(user):
    user.wait_until(lambda: user.dialogs(PartDialog))
    return user.dialogs(PartDialog)[0]


@pytest.mark.parametrize("way", [open_model, lambda user, file: drop(user.window, file)])
def test_that_one_of_several_networks_is_chosen_from_a_list(user, nets, way, tmp_path):
    file = tmp_path / "both.pth"
    torch.save({"optimizer": {}, "nets": nets}, file)
    way(user, file)
    dialog = dialog_of(user)
    assert dialog.findChild(QLabel).text() == (
        "both.pth holds 2 networks. Which one is to be opened?"
    )
    shown = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert shown == ["nets.teacher", f"nets.{MARKUP}"]
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    QTest.mouseClick(dialog.open_button, LEFT)
    user.wait_for_banner("both.pth is open: hidden neurons 4, at step 0.")
    user.wait_until_ready()
    user.wait_until(lambda: draws(user, nets[MARKUP]))
    assert start_file(user) == f"both.pth::nets.{MARKUP}"


def test_that_parameters_are_chosen_and_given_to_the_open_tab(user, nets, tmp_path):
    file = tmp_path / "both.pth"
    fitting = {"a": net_of(1, 10, 1, seed=3), "b": net_of(1, 10, 1, seed=4)}
    torch.save({name: net.state_dict() for name, net in fitting.items()}, file)
    open_parameters(user, file)
    QTest.keyClick(dialog_of(user).list, Qt.Key.Key_Return)
    user.wait_for_banner("both.pth is open")
    assert start_file(user) == "both.pth::a"


def test_that_the_choice_may_be_left(user, nets, tmp_path):
    file = tmp_path / "both.pth"
    torch.save(nets, file)
    before = user.code
    open_model(user, file)
    QTest.keyClick(dialog_of(user), Qt.Key.Key_Escape)
    user.wait_until(lambda: not user.dialogs(PartDialog))
    assert (user.code, user.banner) == (before, "")
