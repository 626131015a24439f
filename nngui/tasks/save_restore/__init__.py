"""Section 4: save and restore. A trained network is written to disk, whole or as parameters.

The data, drawn by `make_data`::

    x = torch.linspace(-2, 2, 200).unsqueeze(1)
    y = x.pow(2) + 3 * x - 2 + 0.5 * torch.rand(x.size())

The network gets x and answers with a y: 1 input, 10 hidden units, 1 output. What is saved and
restored is in the window; the bounds of all settings are in `settings`, what to try out in
`presets`.
"""

from __future__ import annotations

from nngui.core.networks.mlp import Mlp
from nngui.core.spec import MlpSpec, OptimizerSpec, ScheduleSpec
from nngui.core.task import Task
from nngui.core.text import mark
from nngui.tasks.save_restore.data import data_code, data_for_network, make_data, sample_shape
from nngui.tasks.save_restore.presets import PRESETS
from nngui.tasks.save_restore.settings import SaveRestoreData, SaveRestoreSpec

TASK = Task(
    name="save_restore",
    title=mark("core", "Save & restore"),
    order=4,
    icon="mdi6.content-save-outline",
    spec=SaveRestoreSpec(
        data=SaveRestoreData(points=200, noise=0.5, low=-2.0, high=2.0),
        network=MlpSpec(hidden=(10,), activation="tanh"),
        loss="mse",
        optimizer=OptimizerSpec(name="sgd", lr=0.05),
        schedule=ScheduleSpec(steps=50_000),
    ),
    network=Mlp(),  # its layers are numbered, as in the tutorial's fast way of building
    redraw_every=0,
    make_data=make_data,
    data_code=data_code,
    sample_shape=sample_shape,
    data_for_network=data_for_network,
    presets=PRESETS,
)
