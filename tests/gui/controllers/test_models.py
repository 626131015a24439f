"""Opening whole models: what then is on the screen, where they open, and every way in."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel
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


def test_that_an_opened_model_is_in_the_form_the_plot_and_the_code(user, wide):
    net, file = wide
    user.enter("optimizer.lr", "0.05")
    opened(user, file)
    assert user.banner.startswith("wide.pkl is open: hidden neurons 24–12, at step 0.")
    assert user.shows("network.hidden") == "24, 12"
    assert user.shows("network.activation") == "SiLU"
    assert user.shows("network.dropout") == "0.25"
    assert user.shows("optimizer.lr") == "0.05"
    assert start_file(user) == "wide.pkl"
    assert "1–24–12–1 SiLU" in user.tab.subtitle.text()
    count = sum(parameter.numel() for parameter in net.parameters())
    assert any(label.text() == f"{count:,}" for label in user.tab.form.findChildren(QLabel))
    assert "hidden1=torch.nn.Linear(1, 24)," in user.code
    assert "act1=torch.nn.SiLU()," in user.code
    assert "drop1=torch.nn.Dropout(0.25)," in user.code
    assert "load_state_dict" in user.code
    assert max(len(line) for line in user.code.splitlines()) <= 60
    assert user.step == 0
    user.wait_until(lambda: draws(user, net))


def test_that_training_goes_on_from_the_file_and_reset_goes_back_to_it(user, tmp_path):
    net = net_of(*WIDE)
    opened(user, model_file(tmp_path / "net.pkl", net))
    assert first_loss(user) == pytest.approx(loss_of(net), rel=1e-6)
    take_steps(user, 2)
    assert not draws(user, net)
    user.click("Reset")
    user.wait_until_ready()
    assert user.step == 0
    user.wait_until(lambda: draws(user, net))
    assert first_loss(user) == pytest.approx(loss_of(net), rel=1e-6)


def test_that_a_file_may_be_opened_once_more(user, wide):
    net, file = wide
    opened(user, file)
    opened(user, file)
    user.wait_until(lambda: draws(user, net))
    assert start_file(user) == "wide.pkl"


@pytest.mark.parametrize("way", ["New weights", "Let go of it: new random weights.", "hidden"])
def test_that_the_file_is_let_go_of(user, wide, way):
    net, file = wide
    opened(user, file)
    user.wait_until(lambda: draws(user, net))
    if way == "hidden":
        user.enter("network.hidden", "24, 11")
    else:
        user.click(way)
    user.wait_until_ready()
    assert start_file(user) == ""
    assert "load_state_dict" not in user.code
    assert user.shows("network.hidden").startswith("24, 1")
    user.wait_until(lambda: not draws(user, net))
    assert first_loss(user) != pytest.approx(loss_of(net), rel=1e-3)


def test_that_the_file_is_kept_under_other_settings_that_it_fits(user, tmp_path):
    net = net_of(1, 24, 1)
    opened(user, model_file(tmp_path / "net.pkl", net))
    user.choose("network.activation", "ReLU")
    user.wait_until_ready()
    assert start_file(user) == "net.pkl"
    rectified = nn.Sequential(net[0], nn.ReLU(), net[2])
    user.wait_until(lambda: draws(user, rectified))
    user.choose("data.kind", "y = |x|")
    user.wait_until_ready()
    assert start_file(user) == "net.pkl"
    assert first_loss(user) == pytest.approx(loss_of(rectified, settings={"data.kind": "abs"}))


def test_that_data_with_another_number_of_classes_let_go_of_the_file(user, tmp_path):
    opened(user, model_file(tmp_path / "two.pkl", net_of(2, 9, 2)))
    user.choose("data.kind", "Moons")
    user.wait_until_ready()
    assert start_file(user) == "two.pkl"
    user.choose("data.kind", "Iris")
    user.wait_until_ready()
    assert start_file(user) == ""
    assert "2–9–3" in user.tab.subtitle.text()


@pytest.mark.parametrize(
    ("make", "note"),
    [
        (lambda: net_of(1, 5, 1).double(), "Its numbers were float64; they became float32."),
        (lambda: net_of(2, 5, 3, end=[nn.Softmax(1)]), "Its last layer, Softmax, is left out"),
    ],
)
def test_that_what_was_changed_is_told(user, tmp_path, make, note):
    open_model(user, model_file(tmp_path / "n.pkl", make()))
    user.wait_for_banner("n.pkl is open")
    assert note in user.banner
    user.wait_until_ready()
    assert note in user.banner


def test_that_what_was_assumed_of_a_class_is_told(user, tmp_path, monkeypatch):
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
    open_model(user, model_file(tmp_path / "net.pkl", net))
    user.wait_for_banner("net.pkl is open")
    assert "ReLU" in user.banner
    assert user.shows("network.activation") == "ReLU"
    user.wait_until_ready()
    same = nn.Sequential(net.hidden, nn.ReLU(), net.predict)
    user.wait_until(lambda: draws(user, same))


# --- Where it opens -------------------------------------------------------------------------------


@pytest.mark.parametrize(("classes", "data"), [(2, "Two clouds"), (4, "Blobs")])
def test_that_a_model_with_classes_opens_where_there_are_such(user, tmp_path, classes, data):
    net = net_of(2, 7, classes)
    open_model(user, model_file(tmp_path / "c.pkl", net))
    user.wait_until(lambda: user.tab.task.name == "classification")
    user.wait_for_banner("c.pkl is open")
    user.wait_until_ready()
    assert data in user.shows("data.kind")
    assert f"2–7–{classes} Tanh" in user.tab.subtitle.text()
    assert len(user.view.data.classes) == classes
    kind = {"data.kind": "blobs", "data.classes": 4} if classes == 4 else {}
    expected = loss_of(net, "classification", kind)
    assert first_loss(user) == pytest.approx(expected, rel=1e-5)
    user.open_tab("Regression")
    assert start_file(user) == ""


def test_that_a_model_with_one_input_opens_beside_the_open_tab(user, tmp_path, wide):
    net, file = wide
    user.open_tab("Classification")
    user.wait_until_ready()
    before = user.code
    open_model(user, file)
    user.wait_until(lambda: user.tab.task.name == "regression")
    user.wait_until_ready()
    user.wait_until(lambda: draws(user, net))
    user.open_tab("Classification")
    assert user.code == before
    assert user.banner == ""


def tied():
    net = net_of(2, 2, 2)
    net[2].weight = net[0].weight
    return net


@pytest.mark.parametrize("here", ["Regression", "CNN"])
@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: net_of(3, 5, 1), "no tab has data for 3 inputs and 1 outputs"),
        (lambda: net_of(2, 5, 9), "no tab has data for 2 inputs and 9 outputs"),
        (lambda: nn.LSTM(4, 5), "the layer LSTM is not known here"),
        (lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU()), "it knows convolutions with one"),
        (lambda: nn.Sequential(nn.Linear(1, 2), nn.BatchNorm1d(2)), "they know Linear layers,"),
        (tied, "it has tied weights (0.weight = 2.weight), which no task trains as one"),
    ],
)
def test_that_a_model_for_no_tab_is_a_sentence_of_the_nearest(user, tmp_path, make, why, here):
    user.open_tab(here)
    if here == "Regression":
        take_steps(user, 2)
    before = user.code, user.step
    file = model_file(tmp_path / "other.pkl", make())
    open_model(user, file)
    user.wait_for_banner("cannot be opened ")
    assert why in user.banner
    assert user.banner.startswith(str(file))
    assert "\n" not in user.banner
    assert (user.code, user.step) == before


# --- Every way in ---------------------------------------------------------------------------------


def test_that_the_key_opens_a_model(user, wide):
    net, file = wide
    user.press(Qt.Key.Key_O, CTRL | SHIFT)
    user.choose_file(file)
    user.wait_for_banner("wide.pkl is open")
    user.wait_until_ready()
    user.wait_until(lambda: draws(user, net))
    key = user.window.actions_.open_model.shortcut()
    assert key == QKeySequence("Ctrl+Shift+O")


@pytest.mark.parametrize("name", ["my net.pkl", "网络.pt", "🧠.pth", "50% & more #1.model", "net"])
def test_that_a_model_is_dropped_anywhere_whatever_it_is_called(user, tmp_path, name):
    net = net_of(1, 5, 1)
    file = model_file(tmp_path / name, net)
    hidden = user.field("network.hidden")
    places = [user.window, user.view.viewport(), user.tab.side.code.editor.viewport()]
    for receiver in [*places, hidden] if name == "my net.pkl" else [user.view.viewport()]:
        assert drop(receiver, file)
        user.wait_for_banner(f"{name} is open")
        user.wait_until_ready()
        user.wait_until(lambda: draws(user, net))
        assert start_file(user) == name
        assert user.shows("network.hidden") == "5"
        user.click("New weights")
        user.wait_until_ready()
        user.wait_until(lambda: not draws(user, net))  # else the next one seems to be there


def test_that_dropped_settings_are_opened(user, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(to_toml("regression", spec_of("regression", {"seed": 44})), encoding="utf-8")
    assert drop(user.window, file)
    assert user.shows("seed") == "44"
    user.wait_until_ready()
    file.write_text("seed = = 1", encoding="utf-8")
    assert drop(user.window, file)
    assert user.banner.startswith("These settings are not valid TOML: ")


def test_that_other_drops_change_nothing(user, tmp_path, wide):
    before = user.code
    assert not drop(user.window, wide[1], wide[1])
    assert not drop(user.window)
    assert user.banner == ""
    drop(user.window, tmp_path)
    user.wait_for_banner(f"{tmp_path} holds no images to learn from: ")
    assert user.code == before
    user.train_to_the_end()


def test_that_a_model_of_the_command_line_and_of_the_window_are_alike(user, tmp_path):
    """A model that the window saved opens as the network that was trained."""
    take_steps(user, 3)
    x, y = map(np.copy, user.fit_drawn)
    user.trigger(user.window.actions_.save_model)
    user.choose_file(tmp_path / "mine.pkl")
    user.wait_for_banner("Saved as ")
    user.click("New weights")
    user.wait_until_ready()
    opened(user, tmp_path / "mine.pkl")
    user.wait_until(lambda: np.array_equal(user.fit_drawn[1], y))
    assert np.array_equal(user.fit_drawn[0], x)
