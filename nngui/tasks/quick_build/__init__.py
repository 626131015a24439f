"""Section 3: two ways to write the same network. A class with `forward`, and a Sequential.

The data are those of section 2, two clouds of points, drawn by `make_data`::

    x, y = clouds(100, 1.0)

So is the network: 2 inputs, 10 hidden units, 2 outputs. It is built twice and trained side by side,
from the same weights: the two losses are the same number. Other data and the bounds of all settings
are in `settings`, what to try out in `presets`.
"""

from __future__ import annotations

from nngui.core.networks.quick_build import QuickBuild
from nngui.core.networks.quick_spec import LayerSpec, QuickNetwork
from nngui.core.spec import OptimizerSpec, ScheduleSpec
from nngui.core.task import Task
from nngui.core.text import mark
from nngui.tasks.quick_build.data import data_code, data_for_network, make_data, sample_shape
from nngui.tasks.quick_build.presets import PRESETS
from nngui.tasks.quick_build.settings import QuickData, QuickSpec

TASK = Task(
    name="quick_build",
    title=mark("core", "Quick build"),
    order=3,
    icon="mdi6.layers-triple-outline",
    spec=QuickSpec(
        data=QuickData(kind="clouds", points=100, noise=1.0),
        network=QuickNetwork(layers=(LayerSpec(width=10, activation="relu"),), same_weights=True),
        loss="cross_entropy",
        optimizer=OptimizerSpec(name="sgd", lr=0.02),
        schedule=ScheduleSpec(steps=100),
    ),
    network=QuickBuild(),
    redraw_every=2,
    make_data=make_data,
    data_code=data_code,
    sample_shape=sample_shape,
    data_for_network=data_for_network,
    presets=PRESETS,
)
