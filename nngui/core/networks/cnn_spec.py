"""The convolutional network: its settings, and its layers with the shapes that they make.

It imports no torch: the form shows the shapes, and refuses impossible layers, before any training.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ConfigDict
from typing_extensions import override

from nngui.core.errors import SettingError
from nngui.core.networks import layer_shapes as shapes
from nngui.core.spec.fields import Frozen, setting
from nngui.core.spec.network import Activation, NetworkSpec, Width
from nngui.core.spec.torch_names import ACTIVATIONS
from nngui.core.text import mark

Shape = tuple[int, ...]

MAX_PARAMETERS = 20_000_000  # with gradient, Adam's memory and a copy: 400 MB
MAX_VALUES = 1 << 21  # that all layers together make of one image
USUAL = (1, 28, 28)  # the image by which the work is estimated


class ConvSpec(Frozen):
    """One convolution, and the pooling behind it."""

    model_config = ConfigDict(strict=True)

    channels: int = setting(
        16,
        mark("core", "Filters"),
        mark(
            "core", "How many patterns the layer looks for; each makes one feature map (channel)."
        ),
        ge=1,
        le=512,
    )
    kernel: int = setting(
        5,
        mark("core", "Kernel"),
        mark("core", "The side of the window that slides over the image, in pixels."),
        ge=1,
        le=64,
    )
    stride: int = setting(
        1,
        mark("core", "Stride"),
        mark("core", "Pixels from one place of the window to the next."),
        ge=1,
        le=64,
    )
    padding: int = setting(
        2,
        mark("core", "Padding"),
        mark("core", "Rows of zeros around the image; (kernel - 1) / 2 keeps its size."),
        ge=0,
        le=64,
    )
    pooling: Literal["max", "average", "none"] = setting(
        "max",
        mark("core", "Pooling"),
        mark("core", "What is kept of each little square: its largest value, or its mean."),
        labels={
            "max": mark("core", "Max"),
            "average": mark("core", "Average"),
            "none": mark("core", "None"),
        },
    )
    pool_size: int = setting(
        2,
        mark("core", "Pool size"),
        mark("core", "The side of the little square that one value is kept of."),
        ge=1,
        le=64,
        when={"pooling": ("max", "average")},
    )


class CnnNetwork(NetworkSpec):
    """Convolutions, then fully connected layers, then the classifier."""

    conv: tuple[ConvSpec, ...] = setting(
        (ConvSpec(), ConvSpec(channels=32)),
        mark("core", "Convolutions"),
        mark("core", "The convolutions, in order, each with the pooling behind it."),
        max_length=8,
    )
    batch_norm: bool = setting(
        True,
        mark("core", "Batch norm"),
        mark("core", "Brings each channel to mean 0 and deviation 1 before its activation."),
    )
    activation: Activation = setting(
        "relu",
        mark("core", "Activation"),
        mark("core", "The function behind each layer: without it, layers only make a line."),
        labels=ACTIVATIONS,
    )
    hidden: tuple[Width, ...] = setting(
        (120, 84),
        mark("core", "Connected"),
        mark("core", "Neurons in each fully connected layer before the classifier, as in LeNet-5."),
        max_length=8,
    )
    dropout: float = setting(
        0.0,
        mark("core", "Dropout"),
        mark("core", "The share of connected neurons switched off at random in each step."),
        ge=0,
        le=0.9,
        zero=mark("core", "off"),
    )

    @property
    @override
    def uses_random(self) -> bool:
        return bool(self.dropout)

    @property
    @override
    def work(self) -> int:
        try:
            return sum(row.work for row in layer_rows(self, USUAL, 10))
        except SettingError:
            return 0


@dataclass(frozen=True, slots=True)
class CnnLayerRow:
    """One layer of the network, and what it makes of an image.

    Attributes
    ----------
    name : str
        In the `nn.Sequential`: ``conv1``, ``norm1``, ``act1``, ``pool1``, ..., ``flatten``,
        ``fc1``, ``fc1_act``, ``fc1_drop``, ..., ``out``.
    kind : str
        Its class in `torch.nn`.
    options : dict
        Its constructor's arguments.
    before, shape : tuple of int
        A sample's shape before and behind it, without the batch.
    parameters : int
        How many numbers it learns.
    """

    name: str
    kind: str
    options: dict[str, Any]
    before: Shape
    shape: Shape
    parameters: int

    @property
    def work(self) -> int:
        """Multiply-adds for an image."""
        places = math.prod(self.shape[1:]) if self.kind == "Conv2d" else 1
        return self.parameters * places

    @property
    def code(self) -> str:
        """The layer as source text: ``Conv2d(1, 16, kernel_size=5, stride=1, padding=2)``."""
        bare = ("in_channels", "out_channels", "in_features", "out_features", "num_features", "p")
        words = [f"{v}" if name in bare else f"{name}={v}" for name, v in self.options.items()]
        return f"{self.kind}({', '.join(words)})"


def layer_rows(network: CnnNetwork, shape: Shape, outputs: int) -> list[CnnLayerRow]:
    """Return the layers of the network for images of a shape.

    Parameters
    ----------
    shape : tuple of int
        (channels, height, width).
    outputs : int
        How many classes there are.

    Raises
    ------
    SettingError
        Naming the first layer that cannot take what it is given; or when the whole is too large.
    """
    builder = _Builder(shape)
    act = ACTIVATIONS[network.activation]
    for number, conv in enumerate(network.conv, 1):
        builder.convolve(f"conv{number}", conv)
        if network.batch_norm:
            builder.add(f"norm{number}", "BatchNorm2d", {"num_features": conv.channels})
        builder.add(f"act{number}", act)
        if conv.pooling != "none":
            builder.pool(f"pool{number}", conv)
    builder.add("flatten", "Flatten", shape=(math.prod(builder.shape),))
    if network.dropout and not network.hidden:
        builder.add("drop", "Dropout", {"p": network.dropout})
    for number, width in enumerate(network.hidden, 1):
        builder.connect(f"fc{number}", width)
        builder.add(f"fc{number}_act", act)
        if network.dropout:
            builder.add(f"fc{number}_drop", "Dropout", {"p": network.dropout})
    builder.connect("out", outputs)
    return builder.checked()


class _Builder:
    """Puts layers behind each other; `shape` is what comes out of the last."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._rows: list[CnnLayerRow] = []

    def add(
        self,
        name: str,
        kind: str,
        options: dict[str, Any] | None = None,
        shape: Shape | None = None,
    ) -> None:
        after = self.shape if shape is None else shape
        o = options or {}
        row = CnnLayerRow(name, kind, o, self.shape, after, _parameters(kind, o))
        self._rows.append(row)
        self.shape = after

    def connect(self, name: str, width: int) -> None:
        self.add(name, "Linear", {"in_features": self.shape[0], "out_features": width}, (width,))

    def convolve(self, name: str, conv: ConvSpec) -> None:
        _, height, width = self.shape
        if conv.kernel > min(height, width) + 2 * conv.padding:
            text = mark(
                "core",
                "The kernel of {layer} is {kernel} × {kernel}, larger than the {height} × {width} "
                "that it is given (padding {padding}): make it smaller, or the padding larger.",
            )
            values = {"height": height, "width": width, "padding": conv.padding}
            raise SettingError(text, layer=name, kernel=conv.kernel, **values)
        options = {
            "in_channels": self.shape[0],
            "out_channels": conv.channels,
            "kernel_size": conv.kernel,
            "stride": conv.stride,
            "padding": conv.padding,
        }
        self.add(name, "Conv2d", options, _after(shapes.convolution(2), options, self.shape))

    def pool(self, name: str, conv: ConvSpec) -> None:
        _, height, width = self.shape
        if conv.pool_size > min(height, width):
            text = mark(
                "core",
                "{layer} keeps one value of {size} × {size}, but is given only {height} × {width}: "
                "make the pool size smaller, or take a pooling away.",
            )
            values = {"height": height, "width": width}
            raise SettingError(text, layer=name, size=conv.pool_size, **values)
        kind = "MaxPool2d" if conv.pooling == "max" else "AvgPool2d"
        full = {"kernel_size": conv.pool_size, "stride": conv.pool_size, "padding": 0}
        shape = _after(shapes.pool(2), full, self.shape)
        self.add(name, kind, {"kernel_size": conv.pool_size}, shape)

    def checked(self) -> list[CnnLayerRow]:
        """Return the layers, unless they would fill the memory."""
        parameters = sum(row.parameters for row in self._rows)
        if parameters > MAX_PARAMETERS:
            largest = max(self._rows, key=lambda row: row.parameters)
            text = mark(
                "core",
                "The network would have {n} parameters, {own} of them in {layer}: at most {most} "
                "can be trained here. Pool more, or make it narrower.",
            )
            own, most = f"{largest.parameters:,}", f"{MAX_PARAMETERS:,}"
            raise SettingError(text, n=f"{parameters:,}", own=own, layer=largest.name, most=most)
        values = sum(math.prod(row.shape) for row in self._rows)
        if values > MAX_VALUES:
            text = mark(
                "core",
                "The network would make {n} values of one image: at most {most} are possible. Use "
                "fewer channels, or smaller images.",
            )
            raise SettingError(text, n=f"{values:,}", most=f"{MAX_VALUES:,}")
        return self._rows


def _after(rule: shapes.Rule, options: dict[str, Any], shape: Shape) -> Shape:
    """Return the shape behind a layer, by the table's rule, which wants both sides' options."""
    sided = {"dilation": (1, 1), "ceil_mode": False, **options}
    sided |= {name: (options[name],) * 2 for name in ("kernel_size", "stride", "padding")}
    return tuple(size or 0 for size in rule(sided, shape))


def _parameters(kind: str, o: dict[str, Any]) -> int:
    if kind == "Conv2d":
        return int(o["out_channels"] * (o["in_channels"] * o["kernel_size"] ** 2 + 1))
    if kind == "BatchNorm2d":
        return int(2 * o["num_features"])
    if kind == "Linear":
        return int(o["out_features"] * (o["in_features"] + 1))
    return 0
