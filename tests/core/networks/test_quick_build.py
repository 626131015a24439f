"""The class and the Sequential: what is shown is what runs, and both train alike."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from nngui.core.errors import NnguiError, SettingError
from nngui.core.inspectors.quick_build import inspect_pair
from nngui.core.networks.layers import describe
from nngui.core.networks.quick_code import (
    CALLS,
    class_code,
    class_print,
    sequential_code,
    sequential_print,
)
from nngui.core.networks.quick_modules import Net, build_sequential
from nngui.core.networks.quick_spec import LayerSpec, layer_rows
from nngui.core.script import script
from tests.core.helpers import FOREVER, TASKS, run_scripts, spec_of, trainer_of

QUICK = "quick_build"
SHORT = {"schedule.steps": 30}
LAYERS = {
    "tutorial": [LayerSpec()],
    "none": [],
    "dropout": [LayerSpec(dropout=0.5), LayerSpec(width=4, activation="identity", dropout=0.1)],
    **{name: [LayerSpec(width=3, activation=name), LayerSpec()] for name in CALLS},
}


def executed(source, name):
    space = {"torch": torch, "nn": nn, "F": F}
    exec(source, space)
    return space[name]


@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS)
def test_that_the_shown_source_is_the_running_module(layers):
    rows = layer_rows(layers, 3, 2, "out")
    shown_class = executed(class_code(rows).text, "Net")
    shown_sequential = f"def make():\n  return {sequential_code(rows).text}"
    pairs = [
        (shown_class, lambda: Net(rows), class_print(rows)),
        (
            executed(shown_sequential, "make"),
            lambda: build_sequential(rows),
            sequential_print(rows),
        ),
    ]
    x = torch.linspace(-3, 3, 60).reshape(20, 3)
    for shown, running, expected in pairs:
        nets = []
        for make in (shown, running):
            torch.manual_seed(5)
            net = make()
            nets.append((net, net(x), net(x)))  # twice: dropout goes on drawing
        (one, *first), (other, *second) = nets
        assert repr(one) == repr(other) == expected.text
        assert one.state_dict().keys() == other.state_dict().keys()
        assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def test_that_pieces_of_the_text_say_what_they_are_about():
    rows = layer_rows([LayerSpec(dropout=0.5)], 2, 2, "out")
    code = class_code(rows)

    def about(text):
        span = code.at(code.text.index(text))
        return (span.part, span.kind) if span else None

    assert about("self.hidden = ") == ("hidden", "name")
    assert about("nn.Linear(2, 10)") == ("hidden", "linear")
    assert about("self.drop(F.relu") == ("drop", "dropout")
    assert about("F.relu(") == ("act", "activation")
    assert about("self.hidden(x)") == ("hidden", "linear")
    assert about("def forward") == ("flow", "flow")
    assert about("class Net") is None
    for text in (code, sequential_code(rows), class_print(rows), sequential_print(rows)):
        assert {"hidden", "out", "drop"} <= {span.part for span in text.spans}
    assert "act" not in {span.part for span in class_print(rows).spans}


def test_that_both_train_as_section_2_does_bit_for_bit():
    rows = trainer_of(QUICK).advance(FOREVER)
    section = trainer_of("classification").advance(FOREVER)
    assert np.array_equal(rows[:, 0], section[:, 0])
    assert np.array_equal(rows[:, 1], section[:, 0])
    assert trainer_of(QUICK).columns == [
        *("class", "sequential", "class_accuracy", "sequential_accuracy")
    ]


CASES = [
    {},
    {"network.same_weights": False},
    {"data.kind": "square", "network.layers": [5, {"activation": "tanh"}]},
    {"network.layers": [{"dropout": 0.3}, {"dropout": 0.5}], "schedule.batch_size": 32},
    {"data.kind": "wine", "network.layers": []},
    {"data.kind": "diabetes", "schedule.validation": 0.2},
    {"data.kind": "blobs", "data.classes": 5},
]


def test_that_the_exported_scripts_print_both_losses(tmp_path):
    specs = [spec_of(QUICK, SHORT | case) for case in CASES]
    texts = run_scripts([script(TASKS[QUICK], spec) for spec in specs], tmp_path)
    for case, text in zip(CASES, texts, strict=True):
        rows = trainer_of(QUICK, SHORT | case).advance(FOREVER)[:, :2]
        assert [[float(x) for x in line.split()] for line in text.splitlines()] == rows.tolist()


def test_that_the_pair_is_compared_while_it_trains():
    same = trainer_of(QUICK, SHORT)
    same.advance(FOREVER)
    seen = inspect_pair(same)
    assert (seen.weights, seen.outputs) == (0, 0)
    assert seen.prints == tuple(str(variant.net) for variant in same.variants)
    assert [link.shape for link in seen.links] == [(10, 2), (2, 10)]
    own = trainer_of(QUICK, {"network.same_weights": False, "network.layers": [100]})
    seen = inspect_pair(own)
    assert seen.weights > 0.01
    assert seen.outputs > 0.01
    assert [link.shape for link in seen.links] == [(11, 2), (2, 11)]


def test_that_looking_leaves_the_run_as_it_is():
    settings = SHORT | {"network.layers": [{"dropout": 0.5}]}
    watched = trainer_of(QUICK, settings)
    rows = []
    for _ in range(30):
        rows += watched.advance(0, 1).tolist()
        inspect_pair(watched)
    assert rows == trainer_of(QUICK, settings).advance(FOREVER).tolist()


def test_that_shapes_that_do_not_fit_are_refused_before_training():
    with pytest.raises(
        NnguiError, match="hidden takes 5 numbers, but each sample of the data has 2"
    ):
        trainer_of(QUICK, {"network.layers": [{"inputs": 5}]})


def test_that_the_loss_follows_from_the_data():
    assert spec_of(QUICK).loss == "cross_entropy"
    assert spec_of(QUICK, {"data.kind": "sine"}).loss == "mse"
    assert spec_of(QUICK, {"data.kind": "sine", "loss": "mse"}).loss == "mse"
    for wrong in ("mse", "huber"):
        with pytest.raises(SettingError) as caught:
            spec_of(QUICK, {"data.kind": "iris", "loss": wrong})
        assert str(caught.value) == (
            f"loss cannot be {wrong}: with these data it is cross_entropy, whatever is asked for. "
            "Leave it out."
        )


@pytest.mark.parametrize("settings", CASES[:4])
def test_that_the_saved_sequential_tells_its_layers(settings):
    trainer = trainer_of(QUICK, settings)
    assert trainer.best.name == "sequential"
    told = TASKS[QUICK].network.spec_from_layers(describe(trainer.best.net))
    code = TASKS[QUICK].data_code(trainer.spec)
    assert (told.shape, told.outputs) == (code.shape, code.outputs)
    again = spec_of(
        QUICK, {k: v for k, v in settings.items() if "layers" not in k} | told.settings()
    )
    assert again.network.layers == trainer.spec.network.layers


def test_that_data_are_found_for_a_network():
    task, now = TASKS[QUICK], spec_of(QUICK)
    assert task.for_network(now, (2,), 2) == now
    assert task.for_network(now, (1,), 1).data.kind == "square"
    assert task.for_network(now, (1,), 1).loss == "mse"
    assert task.for_network(now, (13,), 3).data.kind == "wine"
    assert task.for_network(now, (2,), 5).data.sizes == (2, 5)
    assert task.for_network(now, (7,), 2) is None
