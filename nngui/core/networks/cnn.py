"""The convolutional network: how it is built, written as code, and told from a file."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from nngui.core.code_text import NetworkCode
from nngui.core.networks.cnn_spec import CnnNetwork, layer_rows
from nngui.core.spec.torch_names import ACTIVATIONS

if TYPE_CHECKING:
    from torch import nn

    from nngui.core.code_text import DataCode
    from nngui.core.networks.cnn_from_file import CnnFromFile
    from nngui.core.networks.layers import Layer
    from nngui.core.spec import Spec

    Shape = tuple[int, ...]


KINDS = frozenset(ACTIVATIONS.values()) | {
    "Conv2d", "BatchNorm2d", "MaxPool2d", "AvgPool2d", "Flatten", "Dropout", "Linear",
}  # fmt: skip


@dataclass(frozen=True)
class Cnn:
    """The network as an architecture (see `task.Architecture`)."""

    kinds: ClassVar[frozenset[str]] = KINDS

    def build(self, spec: Spec, shape: Shape, outputs: int, name: str) -> nn.Module:
        """Build the network, its weights drawn layer by layer."""
        from collections import OrderedDict

        from torch import nn

        rows = layer_rows(_network(spec), shape, outputs)
        layers = ((row.name, getattr(nn, row.kind)(**row.options)) for row in rows)
        return nn.Sequential(OrderedDict(layers))

    def code(self, spec: Spec, data: DataCode, name: str) -> NetworkCode:
        """Return it as source text."""
        rows = layer_rows(_network(spec), data.shape, data.outputs)
        lines = [f"    {row.name}=torch.nn.{row.code}," for row in rows]
        widest = max(math.prod(size) for size in (data.shape, *(row.shape for row in rows)))
        return NetworkCode(["torch.nn.Sequential(OrderedDict(", *lines, "))"], widest=widest)

    def spec_from_layers(self, network: Layer) -> CnnFromFile:
        """Return the settings of a saved network (see `cnn_from_file.spec_from_layers`)."""
        from nngui.core.networks.cnn_from_file import spec_from_layers

        return spec_from_layers(network)

    def spec_from_shapes(self, found: dict[str, Shape]) -> None:
        """Return None: the shapes of parameters do not tell strides and poolings."""


def _network(spec: Spec) -> CnnNetwork:
    assert isinstance(spec.network, CnnNetwork)
    return spec.network
