"""Layers as a pickle describes them, turned into checked `Layer` records.

A class of PyTorch's is known by its name and its attributes. A class of somebody's own, such as
the tutorial's ``Net``, carries no code: its network is told from its children, and what was
assumed is said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from torch import nn

from nngui.core.errors import NnguiError
from nngui.core.networks.layers import (
    BIASED,
    DEEPEST,
    LAYERS,
    MAX_LAYERS,
    Layer,
    LayerError,
    check_name,
    checked,
    leaves,
)
from nngui.core.text import mark
from nngui.files.models.errors import inconsistent, runs_code, too_large, unsupported
from nngui.files.models.pickle_reader import Made
from nngui.files.models.tensor_records import TensorRecord, is_tensor, tensor_record

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.files.models.pickle_reader import Global

ACTIVATIONS = {
    "ReLU", "ReLU6", "Tanh", "Sigmoid", "LeakyReLU", "ELU", "GELU", "SiLU", "Softplus",
}  # fmt: skip
BASE = set(nn.Module().__dict__) | {"_forward_hooks_with_kwargs", "_version"}
DERIVED = {  # told by the padding; and what layers held before PyTorch 1.3, without a meaning
    "_reversed_padding_repeated_twice", "_padding_repeated_twice", "_backend",
}  # fmt: skip


class Note(NnguiError):
    """Something to say about a file that was opened: a sentence, as errors are."""


class Assumption(Note):
    """Something that the file does not say and that its function depends on."""


class Tie(Note):
    """Parameters that are one in the file, and become several here."""


@dataclass
class Network:
    """A network as it was read: its layers, its tensors, and what was assumed."""

    layer: Layer
    tensors: dict[str, TensorRecord]
    notes: list[Note] = field(default_factory=list)


def is_module(value: Any) -> bool:
    """Return whether a record would have become a layer or a network."""
    return isinstance(value, Made) and value.is_instance and isinstance(value.state, dict)


def read_network(value: Made, path: Path) -> Network:
    """Return the network that a record describes.

    Raises
    ------
    ModelFileError
        When it holds an unknown layer, or anything that would be run, or makes no sense.
    """
    reader = _Reader(path)
    try:
        layer = reader.layer(value, "", 0)
    except LayerError as error:
        raise inconsistent(path, error) from error
    return Network(layer, reader.tensors, reader.notes)


class _Reader:
    """Walks down the children, collecting tensors and notes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self.tensors: dict[str, TensorRecord] = {}
        self.notes: list[Note] = []

    def layer(self, value: Any, name: str, depth: int) -> Layer:
        self.count += 1
        if depth > DEEPEST or self.count > MAX_LAYERS:
            raise too_large(self.path, mark("core", "it has too many layers within each other"))
        if not is_module(value):
            raise inconsistent(self.path, mark("core", "where a layer belongs there is none"))
        self.check_base(value)
        by: Global = value.by
        theirs = by.module.split(".")[0] == "torch"
        if not theirs:
            return self.somebodys(value, name, depth)
        if by.name not in LAYERS or by.module != getattr(nn, by.name).__module__:
            what = NnguiError(mark("core", "the layer {kind} is not known here"), kind=by.name[:60])
            raise unsupported(self.path, what)
        if by.name == "Sequential":
            self.check_attributes(value, set())
            return Layer("Sequential", {}, self.children(value, name, depth))
        return self.leaf(value, by.name, name)

    def check_base(self, value: Made) -> None:
        """Refuse hooks and the like: they are there to be called."""
        state = value.state
        for attribute, content in state.items():
            if type(attribute) is not str:
                raise inconsistent(self.path, mark("core", "where a layer belongs there is none"))
            if attribute in ("forward", "__call__", "__class__", "__dict__"):
                raise runs_code(self.path, str(attribute))
            own = attribute in BASE or "hook" in attribute
            if attribute in ("_modules", "_parameters", "_buffers", "training") or not own:
                continue
            empty = content is None or content is False or content is True or is_empty(content)
            if not empty:
                raise runs_code(self.path, attribute)

    def check_attributes(self, value: Made, known: set[str]) -> None:
        """Refuse attributes that PyTorch's class does not have: who knows what they do."""
        for attribute in value.state:
            if attribute not in BASE | known | DERIVED and "hook" not in attribute:
                what = NnguiError(
                    mark("core", "a layer has the unknown attribute {name}"), name=attribute[:60]
                )
                raise unsupported(self.path, what)

    def children(self, value: Made, name: str, depth: int) -> tuple[tuple[str, Layer], ...]:
        if self.items(value, "_parameters") or self.items(value, "_buffers"):
            raise unsupported(self.path, mark("core", "it has parameters outside of its layers"))
        result = []
        for child_name, child in self.items(value, "_modules").items():
            check_name(child_name)
            full = f"{name}.{child_name}" if name else str(child_name)
            result.append((str(child_name), self.layer(child, full, depth + 1)))
        return tuple(result)

    def items(self, value: Made, attribute: str) -> dict[Any, Any]:
        """Return what is in a dict of a module's, or an OrderedDict, as old files have it."""
        content = value.state.get(attribute)
        if isinstance(content, Made) and content.by.name == "OrderedDict" and not content.arguments:
            content = content.items
        if not isinstance(content, dict):
            raise inconsistent(self.path, mark("core", "where a layer belongs there is none"))
        return content

    def leaf(self, value: Made, kind: str, name: str) -> Layer:
        known = LAYERS[kind]
        options = {option: value.state[option] for option in known.options if option in value.state}
        self.check_attributes(value, set(known.options) | set(known.fixed))
        for attribute, allowed in known.fixed.items():
            if attribute in value.state and not _is_one_of(value.state[attribute], allowed):
                what = NnguiError(
                    mark("core", "the layer {layer} ({kind}) has an unusual {option}"),
                    layer=name, kind=kind, option=attribute,
                )  # fmt: skip
                raise unsupported(self.path, what)
        if self.items(value, "_modules"):
            raise inconsistent(self.path, mark("core", "where a layer belongs there is none"))
        found = self.items(value, "_parameters") | self.items(value, "_buffers")
        if kind in BIASED:
            options["bias"] = found.get("bias") is not None
        layer = Layer(kind, checked(kind, name, options))
        wanted = known.tensors(layer.options)
        present = {k for k, v in found.items() if v is not None}
        if present != set(wanted):
            text = mark("core", "the layer {layer} ({kind}) lacks parameters, or has others")
            raise LayerError(text, layer=name, kind=kind)
        for tensor, shape in wanted.items():
            self.tensor(found[tensor], f"{name}.{tensor}" if name else tensor, shape)
        return layer

    def tensor(self, value: Any, name: str, shape: tuple[int, ...]) -> None:
        if not is_tensor(value):
            raise inconsistent(self.path, mark("core", "where a tensor belongs there is none"))
        record = tensor_record(value, self.path)
        if record.shape != shape:
            text = mark("core", "{name} should have the shape {expected}, but has {found}")
            raise LayerError(text, name=name, expected=list(shape), found=list(record.shape))
        self.tensors[name] = record

    # A class of somebody's own -------------------------------------------------------------------

    def somebodys(self, value: Made, name: str, depth: int) -> Layer:
        """Make a Sequential of the children of a class whose code is not in the file."""
        children = self.children(value, name, depth)
        if not children:
            what = NnguiError(
                mark("core", "its class {kind} has no layers that could be seen"),
                kind=str(value.by)[:100],
            )
            raise unsupported(self.path, what)
        layers, inserted = assume_forward(children)
        values: dict[str, object] = {"kind": value.by.name[:60]}
        if inserted:
            text = mark(
                "core",
                "The file does not say how {kind} computes. Assumed: its layers in order, with "
                "{inserted} between them, as in the tutorial.",
            )
            values["inserted"] = ", ".join(dict.fromkeys(inserted))
        else:
            text = mark(
                "core", "The file does not say how {kind} computes. Assumed: its layers in order."
            )
        self.notes.append(Assumption(text, **values))
        return Layer("Sequential", {}, layers)


def assume_forward(
    children: tuple[tuple[str, Layer], ...],
) -> tuple[tuple[tuple[str, Layer], ...], list[str]]:
    """Return the children with what the tutorial's ``forward`` does between them.

    Its regression and classification networks apply ReLU behind every Linear but the last; its
    CNN flattens what its convolutions made before the first Linear behind them.

    Returns
    -------
    layers : tuple of (str, Layer)
    inserted : list of str
        The kinds of the layers that were added.
    """
    names = {name for name, _ in children}
    kinds = [leaf.kind for _, child in children for _, leaf in leaves(child)]
    linears = [i for i, (_, child) in enumerate(children) if child.kind == "Linear"]
    activate = not ACTIVATIONS & {child.kind for _, child in children}
    flatten = "Flatten" not in kinds
    flat = not any(kind.startswith("Conv") for kind in kinds)
    result: list[tuple[str, Layer]] = []
    inserted: list[str] = []

    def insert(stem: str, layer: Layer) -> None:
        number = sum(kind == layer.kind for kind in inserted)
        name = f"{stem}{number or ''}"
        while name in names:
            name += "_"
        names.add(name)
        inserted.append(layer.kind)
        result.append((name, layer))

    for place, (name, child) in enumerate(children):
        if child.kind == "Linear" and not flat:
            if flatten:
                insert("flatten", Layer("Flatten", {"start_dim": 1, "end_dim": -1}))
            flat = True
        result.append((name, child))
        if child.kind == "Linear" and activate and place != linears[-1]:
            insert("act", Layer("ReLU", {"inplace": False}))
    return tuple(result), inserted


def is_empty(content: Any) -> bool:
    """Return whether a container holds nothing: a dict, a list, a set, an OrderedDict."""
    if isinstance(content, Made):
        arguments = content.arguments
        nothing = not arguments or (len(arguments) == 1 and arguments[0] in ([], ()))
        return nothing and not content.items and not content.is_instance
    return isinstance(content, dict | list | tuple) and not content


def _is_one_of(value: Any, allowed: tuple[Any, ...]) -> bool:
    """Compare without trusting what is compared: plain values and short tuples of them."""
    for known in allowed:
        if isinstance(known, tuple):
            same_length = type(value) in (tuple, list) and len(value) == len(known)
            if same_length and all(type(a) is int and a == b for a, b in zip(value, known)):  # noqa: B905
                return True
        elif type(value) is type(known) and value == known:
            return True
    return False
