"""What a file leaves open is said where its network is used, and stays to be read."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QWidget
from torch import nn

from nngui.core.data.preparation import Preparation
from nngui.files.models.describe import describe_file
from nngui.files.models.reader import read_model
from nngui.files.project import write_project
from nngui.gui.controllers.model_plan import plan_for
from nngui.gui.dialogs.predict_dialog import PredictDialog
from tests.core.helpers import TASKS, spec_of
from tests.gui.model_files import model_file, net_of, open_model, take_steps

ASSUMED = "The file does not say how Net computes. Assumed: its layers in order, with ReLU"


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A model of a class of somebody's own, whose code is not in the file."""
    import __main__

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = nn.Linear(1, 6)
            self.predict = nn.Linear(6, 1)

    Net.__module__, Net.__qualname__ = "__main__", "Net"
    monkeypatch.setattr(__main__, "Net", Net, raising=False)
    return model_file(tmp_path / "own.pkl", Net())


@pytest.mark.parametrize("how", ["save_model", "export_pt2"])
def test_that_the_window_says_it_with_each_file_that_is_written(user, file, tmp_path, how):
    open_model(user, file)
    user.wait_for_banner("own.pkl is open")
    assert ASSUMED in user.banner
    take_steps(user, 1)
    new = tmp_path / ("new.pt2" if how == "export_pt2" else "new.pkl")
    user.trigger(getattr(user.window.actions_, how))
    user.choose_file(new)
    if how == "export_pt2":
        user.wait_for_banner("Exporting ")
        assert ASSUMED in user.banner
    user.wait_until(lambda: user.banner.startswith("Saved as"), 60_000)
    assert ASSUMED in user.banner
    assert new.exists()


def test_that_a_network_of_the_program_s_own_is_saved_without_such_words(user, tmp_path):
    take_steps(user, 1)
    user.trigger(user.window.actions_.save_model)
    user.choose_file(tmp_path / "new.pkl")
    user.wait_for_banner("Saved as")
    assert user.banner == f"Saved as {tmp_path / 'new.pkl'}."


def test_that_a_project_s_readme_says_it(file, tmp_path):
    net = net_of(1, 6, 1, activation=nn.ReLU)
    for settings, is_said in (({"network.weights": str(file)}, True), ({}, False)):
        spec = spec_of("regression", {"network.hidden": [6], **settings})
        place = write_project(TASKS["regression"], spec, net, None, tmp_path)
        text = (place / "README.md").read_text("utf-8")
        assert (f"that leaves something open:\n\n- {ASSUMED}" in text) == is_said


def test_that_a_dialog_for_predictions_says_what_a_file_leaves_open(qtbot):
    one = {"fill": (0,), "mean": (0,), "std": (1,), "classes": (), "categories": ()}
    preparation = Preparation(numbers=("a",), target="y", **one)
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = PredictDialog("own.pkl", net_of(1, 2, 1), preparation, {}, parent, [ASSUMED])
    assert ASSUMED in [label.text() for label in dialog.findChildren(QLabel)]


def test_that_a_network_that_shares_parameters_is_refused_in_the_window(user, tmp_path):
    net = net_of(1, 1, 1)
    net[2].weight = net[0].weight
    open_model(user, model_file(tmp_path / "tied.pkl", net))
    user.wait_for_banner("tied.pkl")
    assert "it has tied weights (0.weight = 2.weight), which no task trains as one" in user.banner
    assert user.shows("network.hidden") == "10"


def test_that_the_open_pictures_are_not_left_for_others_of_a_size_that_is_a_guess(tmp_path):
    x = np.random.default_rng(1).integers(0, 255, (40, 30, 30), dtype=np.uint8)
    np.savez(tmp_path / "own.npz", x_train=x, y_train=np.arange(40) % 10)
    own = {"data.kind": "file", "data.path": str(tmp_path / "own.npz")}
    layers = [nn.Conv2d(1, 2, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(4), nn.Flatten()]
    net = nn.Sequential(*layers, nn.Linear(2 * 7 * 7, 10))  # for 28 pixels, or 29, 30 or 31
    file = read_model(model_file(tmp_path / "cnn.pkl", net))
    plan = plan_for(file, [(TASKS["cnn"], spec_of("cnn", own))])
    assert plan.shape == (1, 30, 30)
    assert plan.spec(spec_of("cnn", own)).data.kind == "file"
    plan = plan_for(file, [(TASKS["cnn"], spec_of("cnn"))])
    assert plan.shape == (1, 28, 28)


def test_that_inspect_says_that_a_size_is_a_guess(tmp_path):
    def notes(*layers):
        file = read_model(model_file(tmp_path / "net.pkl", nn.Sequential(*layers)))
        return [line for line in describe_file(file) if "pictures" in line]

    conv = nn.Conv2d(1, 2, 3)
    few = [nn.MaxPool2d(2), nn.Flatten(), nn.Linear(2 * 3 * 3, 2)]
    assert notes(conv, *few) == [
        "  note: The file does not say how large its pictures are: a sample of 1 × 8 × 8 is the "
        "smallest that goes through, sides of up to 9 do too."
    ]
    assert notes(conv, nn.Flatten(), nn.Linear(2 * 6 * 6, 2)) == []  # 8 pixels, and no others
    (note,) = notes(conv, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 2))
    assert "any size goes through" in note
    assert notes(nn.Linear(3, 2)) == []
