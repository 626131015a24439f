"""Section 6: the optimizer race. The same network and the same batches, another rule for each.

The data, drawn by `make_data`::

    x = torch.linspace(-1, 1, 1000).unsqueeze(1)
    y = x.pow(2)
    y = y + 0.1 * torch.normal(torch.zeros(x.size()))

Each racer has a network of its own: 1 input, 20 hidden units, 1 output, all with the same first
weights. The rules' other settings (momentum, alpha, betas), the other racers, and all bounds are in
`settings`, what to try out in `presets`.
"""

from __future__ import annotations

from nngui.core.networks.mlp import Mlp
from nngui.core.spec import MlpSpec, ScheduleSpec
from nngui.core.task import Task
from nngui.core.text import mark
from nngui.tasks.optimizers.data import data_code, data_for_network, make_data, sample_shape
from nngui.tasks.optimizers.presets import PRESETS
from nngui.tasks.optimizers.settings import OptimizersSpec, RaceData, RacersSpec, RaceSpec

TASK = Task(
    name="optimizers",
    title=mark("core", "Optimizer race"),
    order=6,
    icon="mdi6.flag-checkered",
    spec=OptimizersSpec(
        data=RaceData(kind="square", points=1000, noise=0.1),
        network=MlpSpec(hidden=(20,), activation="relu"),
        loss="mse",
        race=RaceSpec(optimizers=("sgd", "momentum", "adagrad", "rmsprop", "adam")),
        racers=RacersSpec(),  # each at lr=0.01
        schedule=ScheduleSpec(epochs=12, batch_size=32),
    ),
    network=Mlp(last="predict"),
    redraw_every=2,
    make_data=make_data,
    data_code=data_code,
    sample_shape=sample_shape,
    data_for_network=data_for_network,
    presets=PRESETS,
)
