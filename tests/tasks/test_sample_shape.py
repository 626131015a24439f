"""A task tells how wide its samples are, without making a script or, where it can, the data."""

from __future__ import annotations

import pytest

from nngui.core.errors import SettingError
from nngui.core.networks.cnn_spec import ConvSpec
from nngui.files.tables import training_data
from tests.core.helpers import TASKS, spec_of

KINDS = [
    *(("regression", {"data.kind": kind}) for kind in ("square", "sine", "diabetes")),
    ("regression", {"data.kind": "hand", "data.placed": [[0.0, 1.0], [1.0, 2.0]]}),
    ("regression", {"data.kind": "table", "data.table.path": "example:diabetes"}),
    *(("classification", {"data.kind": kind}) for kind in ("clouds", "moons", "iris", "wine")),
    ("classification", {"data.kind": "blobs", "data.classes": 5}),
    (
        "classification",
        {"data.kind": "hand", "data.classes": 3, "data.placed": [[0.0, 1.0, 0], [1.0, 2.0, 2]]},
    ),
    ("classification", {"data.kind": "table", "data.table.path": "example:iris"}),
    *(("quick_build", {"data.kind": kind}) for kind in ("xor", "iris", "cubic", "diabetes")),
    ("quick_build", {"data.kind": "blobs", "data.classes": 4}),
    ("save_restore", {}),
    *(("batch_training", {"data.kind": kind}) for kind in ("numbers", "points")),
    ("optimizers", {}),
    *(("cnn", {"data.kind": kind}) for kind in ("digits", "fashion_mnist")),
]


def ids(case):
    return "-".join([case[0], *(str(case[1].get(k, "")) for k in ("data.kind",))])


@pytest.mark.parametrize("case", KINDS, ids=ids)
def test_that_the_shape_is_the_datas_and_the_scripts(case):
    name, settings = case
    task, spec = TASKS[name], spec_of(name, settings)
    shape, outputs = task.sample_shape(spec)
    data = task.make_data(spec)
    assert tuple(data.x.shape[1:]) == shape
    assert outputs == (len(data.classes) or data.y.shape[1])
    code = task.data_code(spec)
    assert (code.shape, code.outputs) == (shape, outputs)


def test_that_a_tables_width_is_told_from_memory_once_the_table_was_read(monkeypatch):
    task = TASKS["classification"]
    spec = spec_of("classification", {"data.kind": "table", "data.table.path": "example:wine"})
    task.make_data(spec)
    monkeypatch.delattr(training_data, "read_table")
    assert task.sample_shape(spec) == ((13,), 3)


def test_that_settings_for_a_network_are_validated_together_with_it():
    """Digits would be too small for the old network, but not for the one that is asked about."""
    task = TASKS["cnn"]
    large = {"data.kind": "fashion_mnist", "network.conv": [{"kernel": 20, "padding": 0}]}
    spec = spec_of("cnn", large)
    with pytest.raises(SettingError):
        task.for_network(spec, (1, 8, 8), 10)
    fitting = task.for_network(spec, (1, 8, 8), 10, {"network.conv": [{"kernel": 3}]})
    assert fitting.data.kind == "digits"
    assert fitting.network.conv == (ConvSpec(kernel=3),)
    assert fitting.schedule == spec.schedule
