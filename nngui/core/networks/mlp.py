"""The multi-layer perceptron as an architecture. It imports no torch: the form comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from nngui.core.code_text import NetworkCode
from nngui.core.spec import MlpSpec
from nngui.core.spec.torch_names import ACTIVATIONS, NORM_LAYERS, layer_names

if TYPE_CHECKING:
    from torch import nn

    from nngui.core.code_text import DataCode
    from nngui.core.networks.layers import Layer
    from nngui.core.networks.mlp_from_file import Perceptron
    from nngui.core.spec import Spec


KINDS = (
    frozenset(ACTIVATIONS.values())
    | frozenset(NORM_LAYERS.values())
    | {"Linear", "Dropout", "Flatten", "Softmax", "LogSoftmax"}
)


@dataclass(frozen=True)
class Mlp:
    """Linear layers, between them an activation, perhaps a norm and dropout (see `Architecture`).

    Attributes
    ----------
    last : str
        What the tutorial's `Net` calls its output layer: then the hidden ones have names too.
        Without it all layers are numbered, as in a plain `nn.Sequential`.
    """

    last: str = ""
    kinds: ClassVar[frozenset[str]] = KINDS

    def build(self, spec: Spec, shape: tuple[int, ...], outputs: int, name: str) -> nn.Module:
        """Build the perceptron; all columns have the same."""
        from nngui.core.networks.build import build_mlp

        return build_mlp(_network(spec), shape[0], outputs, self.last)

    def code(self, spec: Spec, data: DataCode, name: str) -> NetworkCode:
        """Return it as source text."""
        network = _network(spec)
        layers: list[tuple[str, str]] = []
        before = data.shape[0]
        for width, suffix in zip(network.hidden, layer_names(network.hidden), strict=True):
            layers.append((f"hidden{suffix}", f"torch.nn.Linear({before}, {width})"))
            if network.norm != "none":
                norm = NORM_LAYERS[network.norm]
                layers.append((f"norm{suffix}", f"torch.nn.{norm}({width})"))
            layers.append((f"act{suffix}", f"torch.nn.{ACTIVATIONS[network.activation]}()"))
            if network.dropout:
                layers.append((f"drop{suffix}", f"torch.nn.Dropout({network.dropout})"))
            before = width
        layers.append((self.last, f"torch.nn.Linear({before}, {data.outputs})"))
        widest = max(*network.hidden, data.outputs, 1)
        if not self.last:
            lines = [f"    {layer}," for _, layer in layers]
            return NetworkCode(["torch.nn.Sequential(", *lines, ")"], widest=widest)
        lines = [f"    {name}={layer}," for name, layer in layers]
        return NetworkCode(["torch.nn.Sequential(OrderedDict(", *lines, "))"], widest=widest)

    def spec_from_layers(self, network: Layer) -> Perceptron:
        """Return the settings of a saved perceptron (see `matching.spec_from_layers`)."""
        from nngui.core.networks.mlp_from_file import spec_from_layers

        return spec_from_layers(network)

    def spec_from_shapes(self, found: dict[str, tuple[int, ...]]) -> Perceptron | None:
        """Return the settings that parameters tell (see `matching.spec_from_shapes`)."""
        from nngui.core.networks.mlp_from_file import spec_from_shapes

        return spec_from_shapes(found)


def _network(spec: Spec) -> MlpSpec:
    assert isinstance(spec.network, MlpSpec)
    return spec.network
