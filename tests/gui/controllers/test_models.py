"""Opening whole models: what then is on the screen, where they open, and every way in."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from torch import nn

from nngui.core.spec.toml import to_toml
from tests.gui.helpers import CTRL, SHIFT, spec_of
from tests.gui.model_files import (
    draws,
    drop,
    first_loss,
    loss_of,
    model_file,
    net_of,
    open_model,
    opened,
    start_file,
    take_steps,
)

WIDE = (1, 24, 12, 1)  # other widths than the tutorial's


@pytest.fixture
def wide(tmp_path):
    """A model of other widths, another activation and dropout, and its file."""
    net = net_of(*WIDE, activation=nn.SiLU, dropout=0.25)
    return net, model_file(tmp_path / "wide.pkl", net)


# --- What is on the screen ------------------------------------------------------------------------


def test_that_an_opened_model_is_in_the_form_the_plot_and_the_code(person, wide):
    net, file = wide
    person.enter("optimizer.lr", "0.05")
    opened(person, file)
    assert person.banner.startswith("wide.pkl is open: hidden neurons 24–12, at step 0.")
    assert person.shows("network.hidden") == "24, 12"
    assert person.shows("network.activation") == "SiLU"
    assert person.shows("network.dropout") == "0.25"
    assert person.shows("optimizer.lr") == "0.05"
    assert start_file(person) == "wide.pkl"
    assert "1–24–12–1 SiLU" in person.tab.subtitle.text()
    count = sum(parameter.numel() for parameter in net.parameters())
    assert any(
        label.text() == f"{count:,}"
        for label in person.tab.form.findChildren(type(person.tab.headline))
    )
    assert "hidden1=torch.nn.Linear(1, 24)," in person.code
    assert "act1=torch.nn.SiLU()," in person.code
    assert "drop1=torch.nn.Dropout(0.25)," in person.code
    assert "load_state_dict" in person.code
    assert max(len(line) for line in person.code.splitlines()) <= 60
    assert person.step == 0
    person.wait_until(lambda: draws(person, net))


def test_that_training_goes_on_from_the_file_and_reset_goes_back_to_it(person, tmp_path):
    net = net_of(*WIDE)
    opened(person, model_file(tmp_path / "net.pkl", net))
    assert first_loss(person) == pytest.approx(loss_of(net), rel=1e-6)
    take_steps(person, 2)
    assert not draws(person, net)
    person.click("Reset")
    person.wait_until_ready()
    assert person.step == 0
    person.wait_until(lambda: draws(person, net))
    assert first_loss(person) == pytest.approx(loss_of(net), rel=1e-6)


def test_that_a_file_may_be_opened_once_more(person, wide):
    net, file = wide
    opened(person, file)
    opened(person, file)
    person.wait_until(lambda: draws(person, net))
    assert start_file(person) == "wide.pkl"


@pytest.mark.parametrize("way", ["New weights", "Let go of it: new random weights.", "hidden"])
def test_that_the_file_is_let_go_of(person, wide, way):
    net, file = wide
    opened(person, file)
    person.wait_until(lambda: draws(person, net))
    if way == "hidden":
        person.enter("network.hidden", "24, 11")
    else:
        person.click(way)
    person.wait_until_ready()
    assert start_file(person) == ""
    assert "load_state_dict" not in person.code
    assert person.shows("network.hidden").startswith("24, 1")
    person.wait_until(lambda: not draws(person, net))
    assert first_loss(person) != pytest.approx(loss_of(net), rel=1e-3)


def test_that_the_file_is_kept_under_other_settings_that_it_fits(person, tmp_path):
    net = net_of(1, 24, 1)
    opened(person, model_file(tmp_path / "net.pkl", net))
    person.choose("network.activation", "ReLU")
    person.wait_until_ready()
    assert start_file(person) == "net.pkl"
    rectified = nn.Sequential(net[0], nn.ReLU(), net[2])
    person.wait_until(lambda: draws(person, rectified))
    person.choose("data.kind", "y = |x|")
    person.wait_until_ready()
    assert start_file(person) == "net.pkl"
    assert first_loss(person) == pytest.approx(loss_of(rectified, settings={"data.kind": "abs"}))


def test_that_data_with_another_number_of_classes_let_go_of_the_file(person, tmp_path):
    opened(person, model_file(tmp_path / "two.pkl", net_of(2, 9, 2)))
    person.choose("data.kind", "Moons")
    person.wait_until_ready()
    assert start_file(person) == "two.pkl"
    person.choose("data.kind", "Iris")
    person.wait_until_ready()
    assert start_file(person) == ""
    assert "2–9–3" in person.tab.subtitle.text()


@pytest.mark.parametrize(
    ("make", "note"),
    [
        (lambda: net_of(1, 5, 1).double(), "Its numbers were float64; they became float32."),
        (lambda: net_of(2, 5, 3, end=[nn.Softmax(1)]), "Its last layer, Softmax, is left out"),
    ],
)
def test_that_what_was_changed_is_told(person, tmp_path, make, note):
    open_model(person, model_file(tmp_path / "n.pkl", make()))
    person.wait_for_banner("n.pkl is open")
    assert note in person.banner
    person.wait_until_ready()
    assert note in person.banner


def test_that_what_was_assumed_of_a_class_is_told(person, tmp_path, monkeypatch):
    import __main__

    class Net(nn.Module):  # as the tutorial's, whose code is not in the file
        def __init__(self):
            super().__init__()
            self.hidden = nn.Linear(1, 6)
            self.predict = nn.Linear(6, 1)

    Net.__module__, Net.__qualname__ = "__main__", "Net"
    monkeypatch.setattr(__main__, "Net", Net, raising=False)
    torch.manual_seed(3)
    net = Net()
    open_model(person, model_file(tmp_path / "net.pkl", net))
    person.wait_for_banner("net.pkl is open")
    assert "ReLU" in person.banner
    assert person.shows("network.activation") == "ReLU"
    person.wait_until_ready()
    same = nn.Sequential(net.hidden, nn.ReLU(), net.predict)
    person.wait_until(lambda: draws(person, same))


# --- Where it opens -------------------------------------------------------------------------------


@pytest.mark.parametrize(("classes", "data"), [(2, "Two clouds"), (4, "Blobs")])
def test_that_a_model_with_classes_opens_where_there_are_such(person, tmp_path, classes, data):
    net = net_of(2, 7, classes)
    open_model(person, model_file(tmp_path / "c.pkl", net))
    person.wait_until(lambda: person.tab.task.name == "classification")
    person.wait_until_ready()
    assert "c.pkl is open" in person.banner
    assert data in person.shows("data.kind")
    assert f"2–7–{classes} Tanh" in person.tab.subtitle.text()
    assert len(person.view.data.classes) == classes
    kind = {"data.kind": "blobs", "data.classes": 4} if classes == 4 else {}
    expected = loss_of(net, "classification", kind)
    assert first_loss(person) == pytest.approx(expected, rel=1e-5)
    person.open_tab("Regression")
    assert start_file(person) == ""


def test_that_a_model_with_one_input_opens_beside_the_open_tab(person, tmp_path, wide):
    net, file = wide
    person.open_tab("Classification")
    person.wait_until_ready()
    before = person.code
    open_model(person, file)
    person.wait_until(lambda: person.tab.task.name == "regression")
    person.wait_until_ready()
    person.wait_until(lambda: draws(person, net))
    person.open_tab("Classification")
    assert person.code == before
    assert person.banner == ""


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: net_of(3, 5, 1), "no tab has data for 3 inputs and 1 outputs"),
        (lambda: net_of(2, 5, 9), "no tab has data for 2 inputs and 9 outputs"),
        (lambda: nn.LSTM(4, 5), "the layer LSTM is not known here"),
        (lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU()), "more than the tabs can train"),
    ],
)
def test_that_a_model_for_no_tab_is_a_sentence_and_changes_nothing(person, tmp_path, make, why):
    take_steps(person, 2)
    before = person.code, person.step
    file = model_file(tmp_path / "other.pkl", make())
    open_model(person, file)
    person.wait_for_banner("cannot be opened ")
    assert why in person.banner
    assert person.banner.startswith(str(file))
    assert "\n" not in person.banner
    assert (person.code, person.step) == before


# --- Every way in ---------------------------------------------------------------------------------


def test_that_the_key_opens_a_model(person, wide):
    net, file = wide
    person.press(Qt.Key.Key_O, CTRL | SHIFT)
    person.choose_file(file)
    person.wait_for_banner("wide.pkl is open")
    person.wait_until_ready()
    person.wait_until(lambda: draws(person, net))
    key = person.window.actions_.open_model.shortcut()
    assert key == QKeySequence("Ctrl+Shift+O")


@pytest.mark.parametrize("name", ["my net.pkl", "网络.pt", "🧠.pth", "50% & more #1.model", "net"])
def test_that_a_model_is_dropped_anywhere_whatever_it_is_called(person, tmp_path, name):
    net = net_of(1, 5, 1)
    file = model_file(tmp_path / name, net)
    hidden = person.field("network.hidden")
    places = [person.window, person.view.viewport(), person.tab.side.code.editor.viewport()]
    for receiver in [*places, hidden] if name == "my net.pkl" else [person.view.viewport()]:
        assert drop(receiver, file)
        person.wait_for_banner(f"{name} is open")
        person.wait_until_ready()
        person.wait_until(lambda: draws(person, net))
        assert start_file(person) == name
        assert person.shows("network.hidden") == "5"
        person.click("New weights")
        person.wait_until_ready()
        person.wait_until(lambda: not draws(person, net))  # else the next one seems to be there


def test_that_dropped_settings_are_opened(person, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(to_toml("regression", spec_of("regression", {"seed": 44})), encoding="utf-8")
    assert drop(person.window, file)
    assert person.shows("seed") == "44"
    person.wait_until_ready()
    file.write_text("seed = = 1", encoding="utf-8")
    assert drop(person.window, file)
    assert person.banner.startswith("These settings are not valid TOML: ")


def test_that_other_drops_change_nothing(person, tmp_path, wide):
    before = person.code
    assert not drop(person.window, wide[1], wide[1])
    assert not drop(person.window)
    assert person.banner == ""
    drop(person.window, tmp_path)
    person.wait_for_banner(f"{tmp_path} holds no images to learn from: ")
    assert person.code == before
    person.train_to_the_end()


def test_that_a_model_of_the_command_line_and_of_the_window_are_alike(person, tmp_path):
    """A model that the window saved opens as the network that was trained."""
    take_steps(person, 3)
    x, y = map(np.copy, person.fit_drawn)
    person.trigger(person.window.actions_.save_model)
    person.choose_file(tmp_path / "mine.pkl")
    person.wait_for_banner("Saved as ")
    person.click("New weights")
    person.wait_until_ready()
    opened(person, tmp_path / "mine.pkl")
    person.wait_until(lambda: np.array_equal(person.fit_drawn[1], y))
    assert np.array_equal(person.fit_drawn[0], x)
