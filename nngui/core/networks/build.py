"""The networks: `nn.Sequential` with named children, so that they open anywhere."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from torch import nn

from nngui.core.spec.torch_names import ACTIVATIONS, NORM_LAYERS, layer_names

if TYPE_CHECKING:
    from nngui.core.spec import MlpSpec


def build_mlp(spec: MlpSpec, inputs: int, outputs: int, last: str) -> nn.Sequential:
    """Build a multi-layer perceptron from `inputs` features to `outputs` values.

    One hidden layer is called ``hidden``, as in the tutorial's `Net`; several are called
    ``hidden1``, ``hidden2``, ... `last` names the output layer: ``predict`` or ``out``; where it
    is empty, all layers are numbered.
    The weights are drawn from torch's default generator, layer by layer.
    """
    layers: OrderedDict[str, nn.Module] = OrderedDict()
    before = inputs
    for width, suffix in zip(spec.hidden, layer_names(spec.hidden), strict=True):
        layers[f"hidden{suffix}"] = nn.Linear(before, width)
        if spec.norm != "none":
            layers[f"norm{suffix}"] = getattr(nn, NORM_LAYERS[spec.norm])(width)
        layers[f"act{suffix}"] = getattr(nn, ACTIVATIONS[spec.activation])()
        if spec.dropout:
            layers[f"drop{suffix}"] = nn.Dropout(spec.dropout)
        before = width
    layers[last] = nn.Linear(before, outputs)
    return nn.Sequential(layers) if last else nn.Sequential(*layers.values())
