"""Opening parameters: by name, by order, and what is offered where they do not fit."""

from __future__ import annotations

from collections import OrderedDict

import pytest
import safetensors.torch
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel
from torch import nn

from nngui.core.spec.keys import flat
from nngui.gui.dialogs.misfit_dialog import MisfitDialog
from tests.gui.helpers import LEFT, TASKS
from tests.gui.model_files import (
    asked,
    buttons,
    dashed,
    draws,
    first_loss,
    loss_of,
    model_file,
    net_of,
    open_model,
    open_parameters,
    opened,
    parameters_file,
    start_file,
    take_steps,
)
from tests.gui.tabs.test_looks import CHINESE, is_foreign, texts_of

BUILD = "Build the network that fits"
SETTINGS = {key for task in TASKS.values() for key in flat(task.spec)}  # in the tooltips


def ten(seed=7):
    """A network as the tutorial's: ten hidden neurons, with ReLU."""
    return net_of(1, 10, 1, activation=nn.ReLU, seed=seed)


def named(net):
    return nn.Sequential(OrderedDict(zip(("hidden", "act", "predict"), net, strict=True)))


class Table:
    """The dialog that shows which parameters do not fit, as a user reads it."""

    def __init__(self, user):
        user.wait_until(lambda: user.dialogs(MisfitDialog))
        self.user, self.dialog = user, user.dialogs(MisfitDialog)[0]

    @property
    def words(self):
        return self.dialog.findChild(QLabel).text()

    @property
    def rows(self):
        table = self.dialog.table
        return [
            tuple(table.item(row, column).text() for column in range(table.columnCount()))
            for row in range(table.rowCount())
        ]

    @property
    def buttons(self):
        return {
            button.text(): button
            for button in self.dialog.findChildren(QAbstractButton)
            if button.text() and button.isVisible()
        }

    def click(self, name):
        QTest.mouseClick(self.buttons[name], LEFT)
        self.user.wait_until(lambda: not self.user.dialogs(MisfitDialog))


# --- Parameters that fit --------------------------------------------------------------------------


@pytest.mark.parametrize("names", ["hidden.weight", "0.weight"])
@pytest.mark.parametrize("way", [open_model, open_parameters], ids=["model", "parameters"])
def test_that_parameters_fit_by_their_names_or_their_order(user, tmp_path, names, way):
    net = ten()
    file = parameters_file(tmp_path / "p.pkl", named(net) if "hidden" in names else net)
    assert names in torch.load(file, weights_only=True)
    user.choose("network.activation", "ReLU")
    user.wait_until_ready()
    way(user, file)
    user.wait_for_banner("p.pkl is open: hidden neurons 10, at step 0.")
    user.wait_until_ready()
    user.wait_until(lambda: draws(user, net))
    assert start_file(user) == "p.pkl"
    assert user.shows("network.activation") == "ReLU"
    assert first_loss(user) == pytest.approx(loss_of(net), rel=1e-6)


def test_that_parameters_from_elsewhere_without_a_checksum_open_with_a_word(user, tmp_path):
    net = ten()
    safetensors.torch.save_file(net.state_dict(), tmp_path / "p.safetensors")
    open_parameters(user, tmp_path / "p.safetensors")
    user.wait_for_banner("p.safetensors is open")
    assert "no checksum" in user.banner
    user.wait_until_ready()
    user.wait_until(lambda: draws(user, net))


def test_that_of_a_whole_model_only_the_parameters_are_taken(user, tmp_path):
    net = net_of(1, 10, 1, activation=nn.Sigmoid)
    user.choose("network.activation", "ReLU")
    user.wait_until_ready()
    open_parameters(user, model_file(tmp_path / "net.pkl", net))
    user.wait_for_banner("net.pkl is open")
    user.wait_until_ready()
    assert user.shows("network.activation") == "ReLU"
    user.wait_until(lambda: draws(user, nn.Sequential(net[0], nn.ReLU(), net[2])))


def test_that_parameters_are_compared_under_the_form_s_activation(user, tmp_path):
    net = ten()
    user.choose("network.activation", "ReLU")
    user.wait_until_ready()
    take_steps(user, 1)
    asked(user, parameters_file(tmp_path / "p.pkl", net))
    user.click("Compare")
    user.wait_until(lambda: dashed(user) is not None)
    assert user.step == 1


# --- Parameters that do not -----------------------------------------------------------------------


def test_that_a_table_says_which_do_not_fit_and_by_how_much(user, tmp_path):
    before = user.code
    open_model(user, parameters_file(tmp_path / "p.pkl", named(net_of(1, 1200, 1))))
    table = Table(user)
    assert table.dialog.windowTitle() == "Parameters that do not fit"
    assert table.words.splitlines() == [
        "3 of 4 parameters in p.pkl do not fit this network. Nothing was changed.",
        "They are those of a network with the widths 1–1200–1.",
    ]
    assert table.rows == [
        ("≠", "hidden.weight", "10 × 1", "1,200 × 1"),
        ("≠", "hidden.bias", "10", "1,200"),
        ("≠", "predict.weight", "1 × 10", "1 × 1,200"),
        ("=", "predict.bias", "1", "1"),
    ]
    assert set(table.buttons) == {BUILD, "Cancel"}
    table.click("Cancel")
    assert user.code == before
    assert start_file(user) == ""
    assert user.banner == ""
    user.train_to_the_end()


def test_that_a_table_has_what_only_one_of_the_two_has(user, tmp_path):
    open_model(user, parameters_file(tmp_path / "p.pkl", net_of(1, 10, 10, 1)))
    rows = Table(user).rows
    assert ("=", "hidden.weight", "10 × 1", "10 × 1") in rows
    assert rows[-1] == ("≠", "4.bias", "–", "1")
    QTest.keyClick(Table(user).dialog, Qt.Key.Key_Escape)
    user.wait_until(lambda: not user.dialogs(MisfitDialog))
    user.enter("network.hidden", "10, 10, 10")
    user.wait_until_ready()
    open_model(user, tmp_path / "p.pkl")
    table = Table(user)
    assert ("≠", "predict.bias", "1", "–") in table.rows
    table.click("Cancel")


def test_that_the_network_that_fits_is_built(user, tmp_path):
    net = net_of(1, 20, 15, 1)
    user.choose("network.activation", "Tanh")
    user.wait_until_ready()
    open_model(user, parameters_file(tmp_path / "p.pkl", net))
    Table(user).click(BUILD)
    user.wait_for_banner("p.pkl is open: hidden neurons 20–15, at step 0.")
    user.wait_until_ready()
    assert user.shows("network.hidden") == "20, 15"
    assert start_file(user) == "p.pkl"
    user.wait_until(lambda: draws(user, net))


def test_that_the_network_that_fits_is_built_in_its_tab_and_asks_first(user, tmp_path):
    user.open_tab("Classification")
    user.wait_until_ready()
    take_steps(user, 2)
    user.open_tab("Regression")
    file = parameters_file(tmp_path / "p.pkl", net_of(2, 6, 2))
    open_model(user, file)
    Table(user).click(BUILD)
    user.wait_until(lambda: user.tab.task.name == "classification")
    user.wait_for_banner("Opening p.pkl replaces the run at step 2.")
    assert buttons(user) == ["Open", "Compare", "Keep the run"]
    user.click("Open")
    user.wait_until_ready()
    assert user.shows("network.hidden") == "6"
    assert start_file(user) == "p.pkl"


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.Linear(4, 2)),
        lambda: nn.Sequential(nn.Linear(1, 4, bias=False), nn.Linear(4, 1, bias=False)),
        lambda: net_of(3, 4, 1),
    ],
    ids=["convolution", "no bias", "three inputs"],
)
def test_that_nothing_is_built_for_parameters_of_something_else(user, tmp_path, make):
    open_model(user, parameters_file(tmp_path / "p.pkl", make()))
    table = Table(user)
    assert set(table.buttons) == {"Cancel"}
    assert "What network they are of cannot be told" in table.words
    table.click("Cancel")
    assert start_file(user) == ""


def test_that_a_run_goes_on_while_the_table_is_shown(user, tmp_path):
    user.enter("schedule.steps", "100000000")
    user.click("Train")
    user.wait_for_step(3)
    open_model(user, parameters_file(tmp_path / "p.pkl", net_of(1, 20, 1)))
    table = Table(user)
    user.wait_for_step(user.step + 5)
    table.click("Cancel")
    user.wait_for_step(user.step + 5)


def test_that_a_file_that_fits_no_more_is_a_sentence_at_the_next_start(user, tmp_path):
    file = model_file(tmp_path / "net.pkl", ten())
    opened(user, file)
    model_file(file, net_of(1, 20, 1))
    user.click("Reset")
    user.wait_for_banner("The saved parameters do not fit the network: ")
    file.unlink()
    user.click("Reset")
    user.wait_for_banner(f"{file} could not be read: ")
    user.click("New weights")
    user.wait_until_ready()
    assert start_file(user) == ""
    user.train_to_the_end()


# --- Other languages ------------------------------------------------------------------------------


def test_that_dialog_question_and_notes_are_chinese_in_a_chinese_window(open_window, tmp_path):
    user = open_window(language="zh_CN")
    user.window.wake()
    user.wait_until(lambda: user.tab.run.parameters > 0, 60_000)
    open_model(user, parameters_file(tmp_path / "p.pkl", net_of(1, 20, 1)))
    table = Table(user)
    keys = {row[1] for row in table.rows}
    assert {text for text in texts_of(table.dialog) if is_foreign(text)} - keys == set()
    headers = [table.dialog.table.horizontalHeaderItem(column).text() for column in (1, 2, 3)]
    for words in (table.dialog.windowTitle(), *table.words.splitlines(), *headers):
        assert CHINESE.search(words)
    table.click(next(name for name in table.buttons if CHINESE.search(name)))
    user.wait_until(lambda: "p.pkl" in user.banner)
    assert CHINESE.search(user.banner)
    user.wait_until(lambda: user.tab.run.parameters == 61)
    take_steps(user, 1)
    open_model(user, model_file(tmp_path / "n.pkl", ten().double()))
    user.wait_until(lambda: len(buttons(user)) == 3)
    assert all(CHINESE.search(answer) for answer in buttons(user))
    known = keys | SETTINGS | {str(tmp_path / "p.pkl")}
    assert {text for text in texts_of(user.window) if is_foreign(text)} <= known
    user.click(buttons(user)[0])
    user.wait_until(lambda: "float64" in user.banner)
    assert all(CHINESE.search(line) for line in user.banner.splitlines())
    for name, content in {"3.pkl": net_of(3, 2, 1), "lstm.pkl": nn.LSTM(2, 2)}.items():
        open_model(user, model_file(tmp_path / name, content))
        user.wait_until(lambda name=name: name in user.banner)
        assert CHINESE.search(user.banner)
    (tmp_path / "cut.pkl").write_bytes((tmp_path / "3.pkl").read_bytes()[:300])
    (tmp_path / "text.pkl").write_text("hello", encoding="utf-8")
    for name in ("cut.pkl", "text.pkl"):
        open_model(user, tmp_path / name)
        user.wait_until(lambda name=name: name in user.banner)
        assert CHINESE.search(user.banner)
        words = user.banner.replace(str(tmp_path / name), "").replace("torch.save", "")
        assert not any(word.isascii() and len(word) > 1 for word in words.split()), words
