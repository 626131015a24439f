"""Section 1: fit a curve. A network with one hidden layer learns y = x² from noisy points.

The data, drawn by `make_data`::

    x = torch.linspace(-1, 1, 100).unsqueeze(1)
    y = x.pow(2) + 0.2 * torch.rand(x.size())

The network gets x and answers with a y: 1 input, 10 hidden units, 1 output. Every step of gradient
descent looks at all the points. Other data, other losses and the bounds of all settings are in
`settings`, what to try out in `presets`.
"""

from __future__ import annotations

from nngui.core.networks.mlp import Mlp
from nngui.core.spec import MlpSpec, OptimizerSpec, ScheduleSpec
from nngui.core.task import Task
from nngui.core.text import mark
from nngui.tasks.regression.data import (
    data_code,
    data_for_network,
    make_data,
    sample_shape,
    shape_in_memory,
)
from nngui.tasks.regression.presets import PRESETS
from nngui.tasks.regression.settings import RegressionData, RegressionSpec

TASK = Task(
    name="regression",
    title=mark("core", "Regression"),
    order=1,
    icon="mdi6.chart-bell-curve",
    spec=RegressionSpec(
        data=RegressionData(kind="square", points=100, noise=0.2),
        network=MlpSpec(hidden=(10,), activation="relu"),
        loss="mse",
        optimizer=OptimizerSpec(name="sgd", lr=0.2),
        schedule=ScheduleSpec(steps=100),
    ),
    network=Mlp(last="predict"),
    redraw_every=5,
    make_data=make_data,
    data_code=data_code,
    sample_shape=sample_shape,
    data_for_network=data_for_network,
    shape_in_memory=shape_in_memory,
    presets=PRESETS,
)
