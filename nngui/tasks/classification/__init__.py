"""Section 2: tell classes apart. A network learns which of two clouds a point belongs to.

The data, drawn by `make_data`: 100 points around (2, 2) and 100 around (-2, -2), and the number of
the cloud, 0 or 1, for each::

    x, y = clouds(100, 1.0)

The network gets a point and answers with a score for each class: 2 inputs, 10 hidden units,
2 outputs. Other data and the bounds of all settings are in `settings`, what to try out in
`presets`.
"""

from __future__ import annotations

from nngui.core.networks.mlp import Mlp
from nngui.core.spec import MlpSpec, OptimizerSpec, ScheduleSpec
from nngui.core.task import Task
from nngui.core.text import mark
from nngui.tasks.classification.data import (
    data_code,
    data_for_network,
    make_data,
    sample_shape,
    shape_in_memory,
)
from nngui.tasks.classification.presets import PRESETS
from nngui.tasks.classification.settings import ClassificationData, ClassificationSpec

TASK = Task(
    name="classification",
    title=mark("core", "Classification"),
    order=2,
    icon="mdi6.scatter-plot",
    spec=ClassificationSpec(
        data=ClassificationData(kind="clouds", points=100, noise=1.0),
        network=MlpSpec(hidden=(10,), activation="relu"),
        loss="cross_entropy",
        optimizer=OptimizerSpec(name="sgd", lr=0.02),
        schedule=ScheduleSpec(steps=100),
    ),
    network=Mlp(last="out"),
    redraw_every=2,
    make_data=make_data,
    data_code=data_code,
    sample_shape=sample_shape,
    data_for_network=data_for_network,
    shape_in_memory=shape_in_memory,
    presets=PRESETS,
)
