"""The settings of a saved convolutional network, where the form can describe it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nngui.core.errors import NnguiError, SettingError
from nngui.core.networks.input_shape import input_shape
from nngui.core.networks.layers import LayerError, leaves, output_shape
from nngui.core.spec.torch_names import ACTIVATIONS
from nngui.core.text import mark

if TYPE_CHECKING:
    from nngui.core.networks.layers import Layer

    Leaf = tuple[str, dict[str, Any]]

SIDES = (28, 8)  # of the images that come with the program: tried before all others
NAMES = {kind: name for name, kind in ACTIVATIONS.items()}
POOLINGS = {"MaxPool2d": "max", "AvgPool2d": "average"}
USUAL: dict[str, dict[str, Any]] = {  # what the form does not describe must be as PyTorch has it
    "Conv2d": {"dilation": (1, 1), "groups": 1, "bias": True},
    "BatchNorm2d": {"eps": 1e-5, "momentum": 0.1, "affine": True, "track_running_stats": True},
    "MaxPool2d": {"padding": (0, 0), "dilation": (1, 1), "ceil_mode": False},
    "AvgPool2d": {"padding": (0, 0), "ceil_mode": False, "count_include_pad": True},
    "Flatten": {"start_dim": 1, "end_dim": -1},
    "Linear": {"bias": True},
    "LeakyReLU": {"negative_slope": 0.01},
    "ELU": {"alpha": 1.0},
    "GELU": {"approximate": "none"},
    "Softplus": {"beta": 1.0, "threshold": 20.0},
}


class _OtherError(Exception):
    """It is another network than the form describes."""


@dataclass(frozen=True, slots=True)
class CnnFromFile:
    """A saved network in terms of the form (see `task.SpecFromFile`)."""

    shape: tuple[int, ...]
    outputs: int
    network: dict[str, Any]
    layers: Layer
    notes: tuple[NnguiError, ...] = ()

    @property
    def summary(self) -> str:
        """The widths: ``1–16–32–120–84–10``."""
        channels = [conv["channels"] for conv in self.network["conv"]]
        widths = [self.shape[0], *channels, *self.network["hidden"], self.outputs]
        return "–".join(str(width) for width in widths)

    def takes(self, shape: tuple[int, ...]) -> bool:
        """Return whether images of a shape go through it."""
        try:
            output_shape(self.layers, shape)
        except LayerError:
            return False
        return True

    def settings(self) -> dict[str, Any]:
        """Return the settings of such a network, by their keys."""
        return {f"network.{name}": value for name, value in self.network.items()}


def spec_from_layers(network: Layer) -> CnnFromFile:
    """Return the settings of a saved network.

    Raises
    ------
    NnguiError
        When it is more, or other, than convolutions with pooling and then Linear layers.
    """
    from nngui.core.networks.cnn_spec import CnnNetwork

    found = [(leaf.kind, dict(leaf.options)) for _, leaf in leaves(network)]
    try:
        reader = _Reader(found)
        settings = reader.read()
        channels = found[0][1]["in_channels"]
        outputs = found[-1][1]["out_features"]
        shape = _shape(network, channels)
        CnnNetwork.model_validate(settings)
    except (_OtherError, SettingError, ValueError) as error:  # pydantic's is a ValueError
        text = mark(
            "core",
            "This network is more than the tab can train: it knows convolutions with one "
            "activation and pooling, then Linear layers",
        )
        raise NnguiError(text) from error
    return CnnFromFile(shape, outputs, settings, network)


def _shape(network: Layer, channels: int) -> tuple[int, ...]:
    """Return the shape of the images that it takes: of those here, or else the smallest."""
    for side in SIDES:
        try:
            output_shape(network, (channels, side, side))
        except LayerError:
            continue
        return (channels, side, side)
    sizes = input_shape(network)
    return tuple(size or 0 for size in sizes)


class _Reader:
    """Goes through the layers one by one."""

    def __init__(self, layers: list[Leaf]) -> None:
        self._layers = layers
        self._at = 0
        self._activations: set[str] = set()
        self._dropouts: set[float] = set()

    def read(self) -> dict[str, Any]:
        convolutions, norms = [], set()
        while options := self._take("Conv2d"):
            norms.add(self._take("BatchNorm2d") is not None)
            self._take_activation()
            convolutions.append(_convolution(options, *self._take_pool()))
        self._need("Flatten")
        dropped = self._take_dropout()
        widths, between = [], set()
        while options := self._take("Linear"):
            widths.append(options["out_features"])
            if self._at < len(self._layers):
                self._take_activation()
                between.add(self._take_dropout())
        if not convolutions or not widths or self._at < len(self._layers):
            raise _OtherError
        for choices in (norms, self._activations, between, self._dropouts):
            if len(choices) > 1:
                raise _OtherError
        if dropped and len(widths) > 1:
            raise _OtherError
        return {
            "conv": convolutions,
            "batch_norm": norms.pop(),
            "activation": NAMES[self._activations.pop()],
            "hidden": widths[:-1],
            "dropout": self._dropouts.pop() if self._dropouts else 0.0,
        }

    def _take(self, *kinds: str) -> dict[str, Any] | None:
        """Go past the next layer, if it is of one of these kinds, and return its options."""
        if self._at == len(self._layers) or self._layers[self._at][0] not in kinds:
            return None
        kind, options = self._layers[self._at]
        self._at += 1
        if any(options[name] != value for name, value in USUAL.get(kind, {}).items()):
            raise _OtherError
        return options | {"kind": kind}

    def _need(self, *kinds: str) -> dict[str, Any]:
        options = self._take(*kinds)
        if options is None:
            raise _OtherError
        return options

    def _take_activation(self) -> None:
        self._activations.add(self._need(*NAMES)["kind"])

    def _take_dropout(self) -> bool:
        options = self._take("Dropout")
        if options is not None:
            self._dropouts.add(options["p"])
        return options is not None

    def _take_pool(self) -> tuple[str, int]:
        options = self._take(*POOLINGS)
        if options is None:
            return "none", 2
        size = _square(options["kernel_size"])
        if _square(options["stride"]) != size:
            raise _OtherError
        return POOLINGS[options["kind"]], size


def _convolution(options: dict[str, Any], pooling: str, pool_size: int) -> dict[str, Any]:
    return {
        "channels": options["out_channels"],
        "kernel": _square(options["kernel_size"]),
        "stride": _square(options["stride"]),
        "padding": _square(options["padding"]),
        "pooling": pooling,
        "pool_size": pool_size,
    }


def _square(sizes: Any) -> int:
    """Return the one number that a window's two sides have."""
    if not isinstance(sizes, tuple) or len(set(sizes)) != 1:
        raise _OtherError
    return int(sizes[0])
