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
    """The dialog that shows which parameters do not fit, as a person reads it."""

    def __init__(self, person):
        person.wait_until(lambda: person.dialogs(MisfitDialog))
        self.person, self.dialog = person, person.dialogs(MisfitDialog)[0]

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
        self.person.wait_until(lambda: not self.person.dialogs(MisfitDialog))


# --- Parameters that fit --------------------------------------------------------------------------


@pytest.mark.parametrize("names", ["hidden.weight", "0.weight"])
@pytest.mark.parametrize("way", [open_model, open_parameters], ids=["model", "parameters"])
def test_that_parameters_fit_by_their_names_or_their_order(person, tmp_path, names, way):
    net = ten()
    file = parameters_file(tmp_path / "p.pkl", named(net) if "hidden" in names else net)
    assert names in torch.load(file, weights_only=True)
    person.choose("network.activation", "ReLU")
    person.wait_until_ready()
    way(person, file)
    person.wait_for_banner("p.pkl is open: hidden neurons 10, at step 0.")
    person.wait_until_ready()
    person.wait_until(lambda: draws(person, net))
    assert start_file(person) == "p.pkl"
    assert person.shows("network.activation") == "ReLU"
    assert first_loss(person) == pytest.approx(loss_of(net), rel=1e-6)


def test_that_parameters_from_elsewhere_without_a_checksum_open_with_a_word(person, tmp_path):
    net = ten()
    safetensors.torch.save_file(net.state_dict(), tmp_path / "p.safetensors")
    open_parameters(person, tmp_path / "p.safetensors")
    person.wait_for_banner("p.safetensors is open")
    assert "no checksum" in person.banner
    person.wait_until_ready()
    person.wait_until(lambda: draws(person, net))


def test_that_of_a_whole_model_only_the_parameters_are_taken(person, tmp_path):
    net = net_of(1, 10, 1, activation=nn.Sigmoid)
    person.choose("network.activation", "ReLU")
    person.wait_until_ready()
    open_parameters(person, model_file(tmp_path / "net.pkl", net))
    person.wait_for_banner("net.pkl is open")
    person.wait_until_ready()
    assert person.shows("network.activation") == "ReLU"
    person.wait_until(lambda: draws(person, nn.Sequential(net[0], nn.ReLU(), net[2])))


def test_that_parameters_are_compared_under_the_form_s_activation(person, tmp_path):
    net = ten()
    person.choose("network.activation", "ReLU")
    person.wait_until_ready()
    take_steps(person, 1)
    asked(person, parameters_file(tmp_path / "p.pkl", net))
    person.click("Compare")
    person.wait_until(lambda: dashed(person) is not None)
    assert person.step == 1


# --- Parameters that do not -----------------------------------------------------------------------


def test_that_a_table_says_which_do_not_fit_and_by_how_much(person, tmp_path):
    before = person.code
    open_model(person, parameters_file(tmp_path / "p.pkl", named(net_of(1, 1200, 1))))
    table = Table(person)
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
    assert person.code == before
    assert start_file(person) == ""
    assert person.banner == ""
    person.train_to_the_end()


def test_that_a_table_has_what_only_one_of_the_two_has(person, tmp_path):
    open_model(person, parameters_file(tmp_path / "p.pkl", net_of(1, 10, 10, 1)))
    rows = Table(person).rows
    assert ("=", "hidden.weight", "10 × 1", "10 × 1") in rows
    assert rows[-1] == ("≠", "4.bias", "–", "1")
    QTest.keyClick(Table(person).dialog, Qt.Key.Key_Escape)
    person.wait_until(lambda: not person.dialogs(MisfitDialog))
    person.enter("network.hidden", "10, 10, 10")
    person.wait_until_ready()
    open_model(person, tmp_path / "p.pkl")
    table = Table(person)
    assert ("≠", "predict.bias", "1", "–") in table.rows
    table.click("Cancel")


def test_that_the_network_that_fits_is_built(person, tmp_path):
    net = net_of(1, 20, 15, 1)
    person.choose("network.activation", "Tanh")
    person.wait_until_ready()
    open_model(person, parameters_file(tmp_path / "p.pkl", net))
    Table(person).click(BUILD)
    person.wait_for_banner("p.pkl is open: hidden neurons 20–15, at step 0.")
    person.wait_until_ready()
    assert person.shows("network.hidden") == "20, 15"
    assert start_file(person) == "p.pkl"
    person.wait_until(lambda: draws(person, net))


def test_that_the_network_that_fits_is_built_in_its_tab_and_asks_first(person, tmp_path):
    person.open_tab("Classification")
    person.wait_until_ready()
    take_steps(person, 2)
    person.open_tab("Regression")
    file = parameters_file(tmp_path / "p.pkl", net_of(2, 6, 2))
    open_model(person, file)
    Table(person).click(BUILD)
    person.wait_until(lambda: person.tab.task.name == "classification")
    person.wait_for_banner("Opening p.pkl replaces the run at step 2.")
    assert buttons(person) == ["Open", "Compare", "Keep the run"]
    person.click("Open")
    person.wait_until_ready()
    assert person.shows("network.hidden") == "6"
    assert start_file(person) == "p.pkl"


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.Linear(4, 2)),
        lambda: nn.Sequential(nn.Linear(1, 4, bias=False), nn.Linear(4, 1, bias=False)),
        lambda: net_of(3, 4, 1),
    ],
    ids=["convolution", "no bias", "three inputs"],
)
def test_that_nothing_is_built_for_parameters_of_something_else(person, tmp_path, make):
    open_model(person, parameters_file(tmp_path / "p.pkl", make()))
    table = Table(person)
    assert set(table.buttons) == {"Cancel"}
    assert "What network they are of cannot be told" in table.words
    table.click("Cancel")
    assert start_file(person) == ""


def test_that_a_run_goes_on_while_the_table_is_shown(person, tmp_path):
    person.enter("schedule.steps", "100000000")
    person.click("Train")
    person.wait_for_step(3)
    open_model(person, parameters_file(tmp_path / "p.pkl", net_of(1, 20, 1)))
    table = Table(person)
    person.wait_for_step(person.step + 5)
    table.click("Cancel")
    person.wait_for_step(person.step + 5)


def test_that_a_file_that_fits_no_more_is_a_sentence_at_the_next_start(person, tmp_path):
    file = model_file(tmp_path / "net.pkl", ten())
    opened(person, file)
    model_file(file, net_of(1, 20, 1))
    person.click("Reset")
    person.wait_for_banner("The saved parameters do not fit the network: ")
    file.unlink()
    person.click("Reset")
    person.wait_for_banner(f"{file} could not be read: ")
    person.click("New weights")
    person.wait_until_ready()
    assert start_file(person) == ""
    person.train_to_the_end()


# --- Other languages ------------------------------------------------------------------------------


def test_that_dialog_question_and_notes_are_chinese_in_a_chinese_window(open_window, tmp_path):
    person = open_window(language="zh_CN")
    person.window.wake()
    person.wait_until(lambda: person.tab.run.parameters > 0, 60_000)
    open_model(person, parameters_file(tmp_path / "p.pkl", net_of(1, 20, 1)))
    table = Table(person)
    keys = {row[1] for row in table.rows}
    assert {text for text in texts_of(table.dialog) if is_foreign(text)} - keys == set()
    headers = [table.dialog.table.horizontalHeaderItem(column).text() for column in (1, 2, 3)]
    for words in (table.dialog.windowTitle(), *table.words.splitlines(), *headers):
        assert CHINESE.search(words)
    table.click(next(name for name in table.buttons if CHINESE.search(name)))
    person.wait_until(lambda: "p.pkl" in person.banner)
    assert CHINESE.search(person.banner)
    person.wait_until(lambda: person.tab.run.parameters == 61)
    take_steps(person, 1)
    open_model(person, model_file(tmp_path / "n.pkl", ten().double()))
    person.wait_until(lambda: len(buttons(person)) == 3)
    assert all(CHINESE.search(answer) for answer in buttons(person))
    known = keys | SETTINGS | {str(tmp_path / "p.pkl")}
    assert {text for text in texts_of(person.window) if is_foreign(text)} <= known
    person.click(buttons(person)[0])
    person.wait_until(lambda: "float64" in person.banner)
    assert all(CHINESE.search(line) for line in person.banner.splitlines())
    for name, content in {"3.pkl": net_of(3, 2, 1), "lstm.pkl": nn.LSTM(2, 2)}.items():
        open_model(person, model_file(tmp_path / name, content))
        person.wait_until(lambda name=name: name in person.banner)
        assert CHINESE.search(person.banner)
    (tmp_path / "cut.pkl").write_bytes((tmp_path / "3.pkl").read_bytes()[:300])
    (tmp_path / "text.pkl").write_text("hello", encoding="utf-8")
    for name in ("cut.pkl", "text.pkl"):
        open_model(person, tmp_path / name)
        person.wait_until(lambda name=name: name in person.banner)
        assert CHINESE.search(person.banner)
        words = person.banner.replace(str(tmp_path / name), "").replace("torch.save", "")
        assert not any(word.isascii() and len(word) > 1 for word in words.split()), words
