"""Whether saved parameters, or a whole saved network, fit what the form can describe."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nngui.core.errors import NnguiError
from nngui.core.networks.layers import leaves
from nngui.core.spec.torch_names import ACTIVATIONS
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn

    from nngui.core.networks.layers import Layer
    from nngui.core.spec import Spec
    from nngui.core.task import Task

    Sizes = tuple[int, ...]

WIDEST, MAX_HIDDEN = 4096, 32  # as `MlpSpec` bounds them


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter's name, the shape that the network has, and the shape that the file has."""

    name: str
    expected: Sizes | None
    found: Sizes | None

    @property
    def fits(self) -> bool:
        """Whether the two shapes are the same."""
        return self.expected == self.found


class MisfitError(NnguiError):
    """Parameters that are not those of the network.

    Attributes
    ----------
    rows : list of Row
        All parameters of either, in order.
    """

    def __init__(self, rows: list[Row]) -> None:
        bad = next(row for row in rows if not row.fits)
        if bad.expected is None:
            text = mark(
                "core",
                "The saved parameters do not fit the network: the file also has {name} ({found}).",
            )
        elif bad.found is None:
            text = mark(
                "core",
                "The saved parameters do not fit the network: the file lacks {name} ({expected}).",
            )
        else:
            text = mark(
                "core",
                "The saved parameters do not fit the network: {name} should have the shape "
                "{expected}, but the file has {found}.",
            )
        super().__init__(
            text,
            name=bad.name,
            expected=shape_text(bad.expected),
            found=shape_text(bad.found),
        )
        self.rows = rows


@dataclass(frozen=True, slots=True)
class Perceptron:
    """A multi-layer perceptron that the form can describe.

    Attributes
    ----------
    inputs, outputs : int
    hidden : tuple of int
    activation : str or None
        As `MlpSpec` names it; None where it cannot be told, as from parameters alone.
    dropout : float
    notes : tuple of NnguiError
        What was left out, a sentence each.
    """

    inputs: int
    hidden: tuple[int, ...]
    outputs: int
    activation: str | None = None
    dropout: float = 0.0
    notes: tuple[NnguiError, ...] = ()

    @property
    def shape(self) -> Sizes:
        """A sample's shape."""
        return (self.inputs,)

    @property
    def summary(self) -> str:
        """The widths of all layers."""
        return "–".join(str(width) for width in (self.inputs, *self.hidden, self.outputs))

    def settings(self) -> dict[str, Any]:
        """Return the settings of such a network, by their keys."""
        result: dict[str, Any] = {"network.hidden": list(self.hidden)}
        result["network.dropout"] = self.dropout
        if self.activation is not None:
            result["network.activation"] = self.activation
        return result


def shape_text(shape: Sizes | None) -> str:
    """Return a shape as people write it, or a dash for none."""
    if shape is None:
        return "–"
    return " × ".join(f"{size:,}" for size in shape) or mark("core", "one number")


def outline(task: Task, spec: Spec, shape: Sizes, outputs: int) -> nn.Module:
    """Return the network of these settings without its numbers: nothing drawn, nothing allocated.

    Of several it is the first one's.
    """
    import torch

    with torch.device("meta"):
        return task.network.build(spec, shape, outputs, next(iter(spec.optimizers()), "loss"))


def expected_shapes(task: Task, spec: Spec, shape: Sizes, outputs: int) -> dict[str, Sizes]:
    """Return the shapes of the parameters that the network of these settings has, by name."""
    return shapes_of(outline(task, spec, shape, outputs).state_dict())


def shapes_of(parameters: Mapping[str, Tensor]) -> dict[str, Sizes]:
    """Return the shapes of parameters, by name."""
    return {name: tuple(tensor.shape) for name, tensor in parameters.items()}


def matched(found: Mapping[str, Tensor], expected: Mapping[str, Sizes]) -> dict[str, Tensor]:
    """Return the parameters under the network's names.

    Where the names differ, as with ``0.weight`` for ``hidden.weight``, their order counts.

    Raises
    ------
    MisfitError
        With a row for each parameter.
    """
    shapes = shapes_of(found)
    if shapes.keys() == expected.keys():
        rows = [Row(name, size, shapes[name]) for name, size in expected.items()]
        names = {name: name for name in expected}
    else:
        pairs = itertools.zip_longest(expected.items(), shapes.items(), fillvalue=("", None))
        rows = [Row(e_name or f_name, e, f) for (e_name, e), (f_name, f) in pairs]
        names = dict(zip(expected, shapes, strict=False))
    if not all(row.fits for row in rows):
        raise MisfitError(rows)
    return {name: found[other] for name, other in names.items()}


def spec_from_shapes(found: Mapping[str, Sizes]) -> Perceptron | None:
    """Return the perceptron that has such parameters: a weight and a bias for each layer.

    Returns None when they are those of another network.
    """
    shapes = list(found.values())
    weights, biases = shapes[::2], shapes[1::2]
    if not weights or len(weights) != len(biases) or any(len(w) != 2 for w in weights):
        return None
    chain = all(b[0] == a[1] for b, a in itertools.pairwise((w[0], w[1]) for w in weights))
    if not chain or any(bias != (w[0],) for w, bias in zip(weights, biases, strict=True)):
        return None
    return _bounded(Perceptron(weights[0][1], tuple(w[0] for w in weights[:-1]), weights[-1][0]))


def spec_from_layers(network: Layer) -> Perceptron:
    """Return the perceptron that a saved network is.

    Raises
    ------
    NnguiError
        When it is more than Linear layers with one activation, and perhaps dropout, between them.
    """
    found = [(leaf.kind, leaf.options) for _, leaf in leaves(network)]
    found = [(kind, options) for kind, options in found if kind != "Flatten" or found[0][0] == kind]
    notes: list[NnguiError] = []
    if found and found[-1][0] in ("Softmax", "LogSoftmax"):
        kind, _ = found.pop()
        text = mark("core", "Its last layer, {kind}, is left out: the loss applies it here.")
        notes.append(NnguiError(text, kind=kind))
    linears = [options for kind, options in found if kind == "Linear"]
    names = {value: key for key, value in ACTIVATIONS.items()}
    activations = {(kind, _details(options)) for kind, options in found if kind in names}
    rates = {options["p"] for kind, options in found if kind == "Dropout"}
    expected = _pattern(len(linears), bool(activations), bool(rates))
    simple = [("act" if kind in names else kind) for kind, _ in found]
    usual = all(options["bias"] for options in linears) and activations <= _USUAL
    if not linears or len(activations) > 1 or len(rates) > 1 or simple != expected or not usual:
        text = mark(
            "core",
            "This network is more than the tabs can train: they know Linear layers with one "
            "activation, and perhaps dropout, between them",
        )
        raise NnguiError(text)
    activation = names[next(iter(activations))[0]] if activations else None
    if len(linears) > 1 and activation is None:
        activation = "identity"
    result = _bounded(
        Perceptron(
            linears[0]["in_features"],
            tuple(options["out_features"] for options in linears[:-1]),
            linears[-1]["out_features"],
            activation,
            next(iter(rates), 0.0),
            tuple(notes),
        )
    )
    if result is None:
        raise NnguiError(mark("core", "This network is larger than the tabs can train"))
    return result


def _details(options: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted((k, v) for k, v in options.items() if k != "inplace"))


_USUAL = {  # the activations with PyTorch's own defaults, as the form's are
    (name, details)
    for name in ACTIVATIONS.values()
    for details in [
        {
            "LeakyReLU": (("negative_slope", 0.01),),
            "ELU": (("alpha", 1.0),),
            "GELU": (("approximate", "none"),),
            "Softplus": (("beta", 1.0), ("threshold", 20.0)),
        }.get(name, ())
    ]
}


def _pattern(linears: int, activated: bool, dropped: bool) -> list[str]:
    between = ["act"] * activated + ["Dropout"] * dropped
    return [kind for _ in range(linears - 1) for kind in ("Linear", *between)] + ["Linear"]


def _bounded(found: Perceptron) -> Perceptron | None:
    fits = len(found.hidden) <= MAX_HIDDEN and all(1 <= w <= WIDEST for w in found.hidden)
    return found if fits and found.dropout <= 0.9 else None
