"""The two networks of a quick build as real modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from typing_extensions import override

from nngui.core.networks.quick_code import CALLS, dropout_part
from nngui.core.spec.torch_names import ACTIVATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.networks.quick_spec import LayerRow


class Net(nn.Module):
    """What `quick_code.class_code` writes: its `forward` walks the layers in place of the text.

    Attributes are registered in the order of the text, so that weights are drawn, parameters
    named and modules printed alike.
    """

    def __init__(self, rows: Sequence[LayerRow]) -> None:
        super().__init__()
        self._rows = tuple(rows)
        for row in rows:
            self.add_module(row.name, nn.Linear(row.inputs, row.outputs))
            if row.dropout:
                self.add_module(dropout_part(row), nn.Dropout(row.dropout))

    @override
    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs, shape (n, outputs), for samples of shape (n, inputs)."""
        for row in self._rows:
            x = self.get_submodule(row.name)(x)
            if row.activation != "identity":
                x = _called(row.activation, x)
            if row.dropout:
                x = self.get_submodule(dropout_part(row))(x)
        return x

    def parts(self) -> list[nn.Module]:
        """Return what the samples go through, in order, as the modules of a Sequential."""
        result: list[nn.Module] = []
        for row in self._rows:
            result.append(self.get_submodule(row.name))
            result.append(getattr(nn, ACTIVATIONS[row.activation])())
            if row.dropout:
                result.append(self.get_submodule(dropout_part(row)))
        return result


def _called(activation: str, x: Tensor) -> Tensor:
    """Apply an activation as the text calls it."""
    place, name = CALLS[activation].split(".")
    result: Tensor = getattr(F if place == "F" else torch, name)(x)
    return result


def build_sequential(rows: Sequence[LayerRow]) -> nn.Sequential:
    """Build what `quick_code.sequential_code` writes."""
    modules: list[nn.Module] = []
    for row in rows:
        modules.append(nn.Linear(row.inputs, row.outputs))
        if row.activation != "identity":
            modules.append(getattr(nn, ACTIVATIONS[row.activation])())
        if row.dropout:
            modules.append(nn.Dropout(row.dropout))
    return nn.Sequential(*modules)
