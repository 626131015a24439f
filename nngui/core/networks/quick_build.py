"""The pair of a quick build as an architecture. It imports no torch: the form comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from nngui.core.code_text import NetworkCode
from nngui.core.errors import NnguiError
from nngui.core.networks.quick_code import class_code, sequential_code
from nngui.core.networks.quick_spec import MAX_LAYERS, QuickNetwork, layer_rows, misfit
from nngui.core.spec.torch_names import ACTIVATIONS
from nngui.core.text import mark

if TYPE_CHECKING:
    from torch import nn

    from nngui.core.code_text import DataCode
    from nngui.core.networks.layers import Layer
    from nngui.core.networks.mlp_from_file import Perceptron
    from nngui.core.networks.quick_spec import LayerRow
    from nngui.core.spec import Spec

CLASS, SEQUENTIAL = "class", "sequential"  # the loss columns


@dataclass(frozen=True)
class LayersFromFile:
    """The settings of a saved network, layer by layer (see `task.SpecFromFile`)."""

    shape: tuple[int, ...]
    outputs: int
    layers: tuple[dict[str, Any], ...]
    notes: tuple[NnguiError, ...] = ()

    @property
    def summary(self) -> str:
        """The widths of all layers."""
        hidden = (layer["width"] for layer in self.layers)
        return "–".join(str(width) for width in (*self.shape, *hidden, self.outputs))

    def takes(self, shape: tuple[int, ...]) -> bool:
        """Return whether samples of a shape go through it."""
        return shape == self.shape

    def settings(self) -> dict[str, Any]:
        """Return the settings of such a network, by their keys."""
        return {"network.layers": [dict(layer) for layer in self.layers]}


class QuickBuild:
    """One network, written as a class and as a Sequential (see `task.Architecture`)."""

    kinds: ClassVar[frozenset[str]] = frozenset(ACTIVATIONS.values()) | {"Linear", "Dropout"}

    def build(self, spec: Spec, shape: tuple[int, ...], outputs: int, name: str) -> nn.Module:
        """Build the class for its column, the Sequential for the other.

        Raises
        ------
        SettingError
            When a layer does not take what the one before gives.
        """
        from nngui.core.networks.quick_modules import Net, build_sequential

        rows = rows_of(spec, shape[0], outputs)
        error = misfit(rows)
        if error is not None:
            raise error
        return Net(rows) if name == CLASS else build_sequential(rows)

    def code(self, spec: Spec, data: DataCode, name: str) -> NetworkCode:
        """Return one of the two as source text; a layer that does not fit is written as it is."""
        rows = rows_of(spec, data.shape[0], data.outputs)
        widest = max(row.outputs for row in rows)
        if name == CLASS:
            definition = ["", *class_code(rows).text.splitlines(), "", ""]
            return NetworkCode(["Net()"], definition, widest)
        return NetworkCode(sequential_code(rows).text.splitlines(), widest=widest)

    def spec_from_layers(self, network: Layer) -> LayersFromFile:
        """Return the settings of a saved network, each layer with its own activation.

        Raises
        ------
        NnguiError
            When it is more than Linear layers with an activation, and then dropout, between them.
        """
        from nngui.core.networks.layers import leaves

        names = {kind: name for name, kind in ACTIVATIONS.items()}
        linears: list[dict[str, Any]] = []
        between: list[dict[str, Any]] = []
        for _, leaf in leaves(network):
            if leaf.kind == "Linear" and leaf.options["bias"]:
                linears.append(dict(leaf.options))
                between.append({"width": leaf.options["out_features"], "activation": "identity"})
            elif leaf.kind in names and linears and set(between[-1]) == {"width", "activation"}:
                if between[-1]["activation"] != "identity":
                    raise _too_much()
                between[-1]["activation"] = names[leaf.kind]
            elif leaf.kind == "Dropout" and linears and "dropout" not in between[-1]:
                between[-1]["dropout"] = leaf.options["p"]
            else:
                raise _too_much()
        plain = {"activation": "identity"}
        bounded = all(layer["width"] <= 4096 for layer in between) and all(
            layer.get("dropout", 0) <= 0.9 for layer in between
        )
        last = {k: v for k, v in between[-1].items() if k != "width"} if between else {}
        if last != plain or not bounded or len(between) > MAX_LAYERS + 1:
            raise _too_much()
        first = linears[0]["in_features"]
        return LayersFromFile((first,), linears[-1]["out_features"], tuple(between[:-1]))

    def spec_from_shapes(self, found: dict[str, tuple[int, ...]]) -> LayersFromFile | None:
        """Return the settings that parameters tell: widths only; a norm has no place here."""
        from nngui.core.networks.mlp_from_file import spec_from_shapes

        read: Perceptron | None = spec_from_shapes(found)
        if read is None or len(read.hidden) > MAX_LAYERS or read.norm != "none":
            return None
        layers = tuple({"width": width} for width in read.hidden)
        return LayersFromFile(read.shape, read.outputs, layers, read.notes)


def rows_of(spec: Spec, inputs: int, outputs: int) -> list[LayerRow]:
    """Return the layers of these settings for data of these sizes."""
    network = spec.network
    assert isinstance(network, QuickNetwork)
    last = "out" if spec.loss == "cross_entropy" else "predict"
    return layer_rows(network.layers, inputs, outputs, last)


def _too_much() -> NnguiError:
    return NnguiError(
        mark(
            "core",
            "This network is more than the tabs can train: they know Linear layers with one "
            "activation, and perhaps dropout, between them",
        )
    )
