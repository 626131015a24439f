"""A Spec is frozen, validated, and means the tutorial by default."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from nngui.core.spec.keys import changed_keys, field_details, flat
from nngui.core.spec.network import MlpSpec, NetworkSpec
from nngui.core.spec.schedule import MAX_POINTS, MAX_STEPS
from nngui.core.spec.table import FORMAT_FIELDS, TABLE_FIELDS, TableSpec
from tests.core.helpers import TASKS, run_python, spec_of

LAYERS = ("network.hidden", "network.layers")


@pytest.mark.parametrize("name", TASKS)
def test_that_a_spec_cannot_be_changed_in_place(name):
    spec = spec_of(name)
    for thing, field, value in [
        (spec, "seed", 2),
        (spec, "data", spec.data),
        (spec.optimizer, "lr", 0.5),
        (spec.network, "hidden", (3,)),
        (spec.data, "placed", ()),
        (spec.schedule, "anything", 1),
    ]:
        with pytest.raises(ValidationError):
            setattr(thing, field, value)
    assert spec == spec_of(name)


@pytest.mark.parametrize("name", TASKS)
def test_that_equal_settings_are_equal_specs(name):
    layers = next(key for key in flat(spec_of(name)) if key in LAYERS)
    settings = {layers: [3, 4], "schedule.target_loss": 1}
    assert spec_of(name, settings) == spec_of(name, settings)
    assert spec_of(name, settings) != spec_of(name)
    assert hash(spec_of(name, settings)) == hash(spec_of(name, settings))


def test_that_a_changed_copy_differs_in_that_alone():
    spec = spec_of("regression")
    other = spec.changed("optimizer", lr=0.05)
    assert changed_keys(spec, other) == ["optimizer.lr"]
    assert spec.optimizer.lr == 0.2
    assert changed_keys(other, other) == []


def test_that_the_defaults_are_those_of_the_tutorial():
    common = {
        "seed": 1,
        "network.hidden": (10,),
        "network.activation": "relu",
        "network.dropout": 0,
        "network.norm": "none",
        "network.init": "pytorch",
        "network.init_scale": 1,
        "network.weights": "",
        "optimizer.name": "sgd",
        "optimizer.momentum": 0.8,
        "optimizer.alpha": 0.9,
        "optimizer.beta1": 0.9,
        "optimizer.beta2": 0.99,
        "optimizer.weight_decay": 0,
        "optimizer.l1": 0,
        "optimizer.clip": "none",
        "optimizer.clip_at": 1,
        "schedule.steps": 100,
        "schedule.epochs": 0,
        "schedule.batch_size": 0,
        "schedule.validation": 0,
        "schedule.patience": 0,
        "schedule.keep": "last",
        "schedule.target_loss": 0,
        "schedule.rate": "constant",
        "schedule.rate_every": 10,
        "schedule.rate_decay": 0.99,
        "schedule.rate_factor": 0.1,
        "schedule.rate_patience": 10,
        "schedule.rate_warm_up": 20,
        "data.points": 100,
        "data.standardise": False,
        "data.placed": (),
    }
    regression = {
        "data.kind": "square",
        "data.a": 1,
        "data.b": 0,
        "data.noise": 0.2,
        "data.noise_kind": "uniform",
        "data.low": -1,
        "data.high": 1,
        "loss": "mse",
        "optimizer.lr": 0.2,
    }
    classification = {
        "data.kind": "clouds",
        "data.noise": 1,
        "loss": "cross_entropy",
        "optimizer.lr": 0.02,
    }
    found = flat(spec_of("regression"))
    tables = {key for key in found if key.startswith("data.table.")}
    assert {key: value for key, value in found.items() if key not in tables} == common | regression
    assert found["data.table.path"] == ""
    found = flat(spec_of("classification"))
    assert {key: found[key] for key in common | classification} == common | classification


def test_that_what_the_issue_asks_for_is_within_bounds():
    spec_of("regression", {"data.points": 2, "network.hidden": [], "schedule.steps": 1})
    largest = {"data.points": MAX_POINTS, "schedule.steps": MAX_STEPS}
    assert MAX_POINTS == 1_000_000
    spec_of("regression", {**largest, "network.hidden": [4096] * 32})
    for classes in (2, 8):
        spec_of("classification", {"data.kind": "blobs", "data.classes": classes})
    for name in ("sgd", "momentum", "adagrad", "rmsprop", "adam", "adamw"):
        spec_of("classification", {"optimizer.name": name})


@pytest.mark.parametrize(
    ("name", "key"), [(name, key) for name, task in TASKS.items() for key in flat(task.spec)]
)
def test_that_every_setting_has_a_place_in_the_form(name, key):
    info = type(TASKS[name].spec)
    for part in key.split(".")[:-1]:
        info = info.model_fields[part].annotation
    field = info.model_fields[key.rpartition(".")[2]]
    assert field.title
    details = field_details(type(TASKS[name].spec), key)
    assert isinstance(details["live"], bool)
    assert set(details["when"]) <= {k.rpartition(".")[2] for k in flat(TASKS[name].spec)}


LIGHT = """\
import sys
import nngui.core.spec.spec, nngui.core.spec.toml, nngui.core.task, nngui.core.errors
import nngui.core.training.endings, nngui.core.spec.torch_names
import nngui.core.records.mailbox, nngui.core.records.snapshot, nngui.core.records.history
from nngui.core.script import script
from nngui.core.spec.toml import to_toml, with_settings
from nngui.tasks import all_tasks

kinds = {
    "regression": ["square", "sine", "diabetes", "hand"],
    "classification": ["clouds", "blobs", "moons", "circles", "spirals", "xor", "iris", "wine"],
    "optimizers": ["square", "sine", "step", "x_sin_x"],
    "cnn": ["digits", "fashion_mnist"],
    "quick_build": ["clouds", "sine", "wine", "diabetes"],
}
for task in all_tasks():
    for kind in kinds.get(task.name, [task.spec.data.kind]):
        spec = with_settings(task.spec, {"data.kind": kind, "schedule.batch_size": 10})
        assert script(task, spec) and to_toml(task.name, spec)
heavy = ("torch", "PySide6", "shiboken6", "pyqtgraph", "pandas", "numba", "sklearn")
print([name for name in heavy if name in sys.modules])
"""


def test_that_settings_tasks_and_scripts_need_neither_torch_nor_qt(tmp_path):
    result = run_python("-c", LIGHT, folder=tmp_path)
    assert result.stderr == ""
    assert result.stdout == "[]\n"


def test_that_each_field_of_a_table_has_an_option_but_those_that_are_given_otherwise():
    others = {"path", "target", "features"}
    assert {*TABLE_FIELDS} == TableSpec.model_fields.keys() - others
    assert {*FORMAT_FIELDS} <= {*TABLE_FIELDS}


def test_that_the_work_of_a_network_is_told_by_its_layers_and_is_none_without():
    assert NetworkSpec().work == 0
    assert MlpSpec(hidden=()).work == 2 * 2
    assert MlpSpec(hidden=(10, 20)).work == 2 * 10 + 10 * 20 + 20 * 2
