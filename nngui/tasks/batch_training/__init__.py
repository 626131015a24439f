"""Section 5: batches. Ten numbers show what a DataLoader does; 1,000 points, what it is good for.

The data, made by `make_data`: x counts up and y counts down. They are only loaded, so that one sees
which pairs come in which batch::

    x = torch.linspace(1, 10, 10)
    y = torch.linspace(10, 1, 10)

With ``kind="points"`` there are points of y = x² with noise, and a network is trained on them:
1 input, 20 hidden units, 1 output. The bounds of all settings are in `settings`, what to try out in
`presets`.
"""

from __future__ import annotations

from nngui.core.networks.mlp import Mlp
from nngui.core.spec import MlpSpec, OptimizerSpec
from nngui.core.task import Task
from nngui.core.text import mark
from nngui.tasks.batch_training.data import data_code, data_for_network, make_data, sample_shape
from nngui.tasks.batch_training.presets import PRESETS
from nngui.tasks.batch_training.settings import BatchData, BatchSpec, LoaderSchedule

TASK = Task(
    name="batch_training",
    title=mark("core", "Batch training"),
    order=5,
    icon="mdi6.view-grid-outline",
    spec=BatchSpec(
        data=BatchData(kind="numbers", count=10, points=1000, noise=0.1),
        network=MlpSpec(hidden=(20,), activation="relu"),
        loss="mse",
        optimizer=OptimizerSpec(name="sgd", lr=0.01),
        schedule=LoaderSchedule(epochs=3, batch_size=5, shuffle=True, drop_last=False),
    ),
    network=Mlp(last="predict"),
    redraw_every=1,
    make_data=make_data,
    data_code=data_code,
    sample_shape=sample_shape,
    data_for_network=data_for_network,
    presets=PRESETS,
)
