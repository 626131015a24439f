"""Section 7: tell images apart. A convolutional network learns which digit an image shows.

The data, read by `make_data`: images of 8 x 8 pixels between 0 and 1, and the digit of each::

    x, y = images['x'].float() / 16, images['y']
    x_test, y_test = images['x_test'].float() / 16, images['y_test']

The network: two convolutions of 16 and 32 filters, each halves the image; then a score for each of
the ten digits. Own images and all bounds are in `settings`, what to try out in `presets`.
"""

from __future__ import annotations

from nngui.core.networks.cnn import Cnn
from nngui.core.networks.cnn_spec import CnnNetwork, ConvSpec
from nngui.core.spec import OptimizerSpec, ScheduleSpec
from nngui.core.task import Task
from nngui.core.text import mark
from nngui.tasks.cnn import data
from nngui.tasks.cnn.presets import PRESETS
from nngui.tasks.cnn.settings import CnnData, CnnSpec

TASK = Task(
    name="cnn",
    title=mark("core", "CNN"),
    order=7,
    icon="mdi6.image-multiple-outline",
    spec=CnnSpec(
        data=CnnData(kind="digits", standardise=True),
        network=CnnNetwork(
            conv=(ConvSpec(channels=16, kernel=5), ConvSpec(channels=32, kernel=5)),
            hidden=(120, 84),
            activation="relu",
        ),
        loss="cross_entropy",
        optimizer=OptimizerSpec(name="adam", lr=0.001, beta2=0.999),
        schedule=ScheduleSpec(epochs=10, batch_size=64),
    ),
    network=Cnn(),
    redraw_every=1,
    make_data=data.make_data,
    data_code=data.data_code,
    sample_shape=data.sample_shape,
    data_for_network=data.data_for_network,
    shape_in_memory=data.shape_in_memory,
    augmenter=data.augmenter,
    script_data=data.script_data,
    presets=PRESETS,
)
