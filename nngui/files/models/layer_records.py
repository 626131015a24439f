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
)
from nngui.core.text import mark
from nngui.files.models.assumed_forward import assume_forward
from nngui.files.models.callables import is_ours_to_name
from nngui.files.models.errors import (
    MAX_SHOWN,
    PARAMETERS_ONLY,
    cut,
    inconsistent,
    runs_code,
    too_large,
    unsupported,
)
from nngui.files.models.inert import Global, Made, is_empty, mapping_of
from nngui.files.models.notes import Note, attributes_note
from nngui.files.models.split_weights import HOOKS, pieces_of
from nngui.files.models.tensor_records import TensorRecord, has_attributes, is_tensor, tensor_record

if TYPE_CHECKING:
    from pathlib import Path

MAX_ENTRIES = 4_000  # children, parameters or attributes of a layer
MAX_NOTES = 50
PARTS = ("_modules", "_parameters", "_buffers", "training")
BASE = set(nn.Module().__dict__) | {"_forward_hooks_with_kwargs", "_version"}
DERIVED = {  # told by the padding; and what layers held before PyTorch 1.3, without a meaning
    "_reversed_padding_repeated_twice", "_padding_repeated_twice", "_backend", "_is_torch_compile",
}  # fmt: skip
WRAPPERS = {  # modules that do what the one in them does
    Global("torch.nn.parallel.data_parallel", "DataParallel"): "module",
    Global("torch.nn.parallel.distributed", "DistributedDataParallel"): "module",
    Global("torch.optim.swa_utils", "AveragedModel"): "module",
    Global("torch._dynamo.eval_frame", "OptimizedModule"): "_orig_mod",
}
BY_CODE = ("ModuleList", "ModuleDict", "ParameterList", "ParameterDict")
INERT = ("_non_persistent_buffers_set", "_version", "_is_full_backward_hook", "dump_patches")
COUNTER = "num_batches_tracked"  # of BatchNorm, since PyTorch 0.4.1


class Assumption(Note):
    """Something that the file does not say and that its function depends on."""


@dataclass
class Network:
    """A network as it was read: its layers, its tensors, and what was assumed."""

    layer: Layer
    tensors: dict[str, TensorRecord]
    notes: list[Note] = field(default_factory=list)


def is_module(value: Any) -> bool:
    """Return whether a record would have become a layer or a network."""
    if not isinstance(value, Made):
        return False
    if not value.is_instance:  # torch.compile's wrapper is made by a call
        return value.by in WRAPPERS and bool(value.arguments) and is_module(value.arguments[0])
    plain = isinstance(value.state, dict) and not (value.arguments or value.items or value.values)
    return plain and {"_modules", "_parameters"} <= value.state.keys()


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
    if reader.aside:
        text = mark("core", "Attributes that layers have of their own were left aside: {names}.")
        shown = reader.aside[:MAX_SHOWN] + ["…"] * (len(reader.aside) > MAX_SHOWN)
        reader.say(Note(text, names=", ".join(shown)))
    return Network(layer, reader.tensors, reader.notes)


class _Reader:
    """Walks down the children, collecting tensors and notes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self.tensors: dict[str, TensorRecord] = {}
        self.notes: list[Note] = []
        self.said: set[str] = set()
        self.aside: list[str] = []  # attributes

    def layer(self, value: Any, name: str, depth: int) -> Layer:
        self.count += 1
        if depth > DEEPEST or self.count > MAX_LAYERS:
            raise too_large(self.path, mark("core", "it has too many layers within each other"))
        if not is_module(value) or len(value.state or ()) > MAX_ENTRIES:
            raise inconsistent(self.path, mark("core", "where a layer belongs there is none"))
        if value.by in WRAPPERS:
            return self.unwrapped(value, name, depth)
        self.check_base(value)
        by: Global = value.by
        theirs = by.package == "torch"
        if not theirs:
            return self.somebodys(value, name, depth)
        if by.name not in LAYERS or by.module != getattr(nn, by.name).__module__:
            raise self.unknown(by)
        if by.name == "Sequential":
            self.check_attributes(value, set(), name)
            return Layer("Sequential", {}, self.children(value, name, depth))
        return self.leaf(value, by.name, name)

    def unknown(self, by: Global) -> NnguiError:
        """Say why a layer of PyTorch's is not rebuilt."""
        remedy = PARAMETERS_ONLY
        if by.name in BY_CODE:
            text = mark("core", "it keeps layers in a {kind}, whose order only its code knows")
        elif ".quantized" in by.module:
            text = mark("core", "its layer {kind} is quantized")
            remedy = mark("core", "Save the network as it was before it was quantized.")
        else:
            text = mark("core", "the layer {kind} is not known here")
        return unsupported(self.path, NnguiError(text, kind=by.name[:60]), remedy)

    def unwrapped(self, value: Made, name: str, depth: int) -> Layer:
        """Return the network in a module that does what that does."""
        inner = value.arguments[0] if value.arguments else None
        if value.is_instance:
            self.check_base(value)
            inner = self.items(value, "_modules").get(WRAPPERS[value.by])
        self.say(
            Note(
                mark("core", "The network in {kind} was opened, without what that adds."),
                kind=value.by.name,
            )
        )
        return self.layer(inner, name, depth + 1)

    def say(self, note: Note) -> None:
        """Add a note, once; of very many, the first ones."""
        words = str(note)
        if words in self.said or len(self.said) > MAX_NOTES:
            return
        self.said.add(words)
        if len(self.said) > MAX_NOTES:
            note = Note(mark("core", "There is more to say of it than is listed here."))
        self.notes.append(note)

    def check_base(self, value: Made) -> None:
        """Refuse hooks and the like: they are there to be called."""
        for attribute, content in value.state.items():
            if type(attribute) is not str:
                raise inconsistent(self.path, mark("core", "where a layer belongs there is none"))
            if attribute in ("forward", "__call__", "__class__", "__dict__"):
                raise runs_code(self.path, str(attribute))
            if content is None or isinstance(content, bool) or is_empty(content):
                continue
            if "hook" in attribute:
                self.check_hooks(attribute, content)
            elif attribute in BASE and attribute not in (*PARTS, *INERT):
                raise runs_code(self.path, attribute)

    def check_hooks(self, attribute: str, content: Any) -> None:
        """Refuse hooks but those that put a weight together; foreign ones are not safe."""
        items = mapping_of(content)
        hooks = list(items.values()) if items else [content]
        made = [hook.by for hook in hooks if isinstance(hook, Made)]
        if attribute == "_forward_pre_hooks" and len(made) == len(hooks) and set(made) <= HOOKS:
            return
        named = [hook.by if isinstance(hook, Made) else hook for hook in hooks]
        for by in named:
            if not isinstance(by, Global):
                raise runs_code(self.path, attribute)
            if not is_ours_to_name(by):
                raise runs_code(self.path, str(by))
        text = mark("core", "a layer has the hook {hook}, which changes what it computes")
        raise unsupported(self.path, NnguiError(text, hook=cut(str(named[0]))))

    def check_attributes(
        self, value: Made, known: set[str], name: str, further: frozenset[str] = frozenset()
    ) -> None:
        """Leave aside attributes that PyTorch's class does not have, as its code reads none.

        Where one that it has is missing beside, an attribute may be that one, misspelt. And a name
        of its methods would take their place.
        """
        for attribute in value.state:
            if attribute in BASE | known | further | DERIVED or "hook" in attribute:
                continue
            if hasattr(getattr(nn, value.by.name), attribute) or attribute.startswith("__"):
                raise runs_code(self.path, cut(attribute))
            if known - value.state.keys():
                what = NnguiError(
                    mark("core", "a layer has the unknown attribute {name}"), name=attribute[:60]
                )
                raise unsupported(self.path, what)
            if len(self.aside) <= MAX_SHOWN:
                self.aside.append(cut(f"{name}.{attribute}" if name else attribute))

    def children(
        self, value: Made, name: str, depth: int, *, own: bool = False
    ) -> tuple[tuple[str, Layer], ...]:
        if self.items(value, "_parameters") or self.items(value, "_buffers"):
            raise unsupported(self.path, mark("core", "it has parameters outside of its layers"))
        result = []
        for child_name, child in self.items(value, "_modules").items():
            if own and isinstance(child, Made) and child.by.module == "torch.nn.modules.loss":
                text = mark("core", "The loss {name} ({kind}) in it was left aside.")
                self.say(Note(text, name=cut(str(child_name)), kind=child.by.name))
                continue
            check_name(child_name)
            full = f"{name}.{child_name}" if name else str(child_name)
            result.append((str(child_name), self.layer(child, full, depth + 1)))
        return tuple(result)

    def items(self, value: Made, attribute: str) -> dict[Any, Any]:
        """Return what is in a dict of a module's, or an OrderedDict, as old files have it."""
        content = mapping_of(value.state.get(attribute))
        if content is None or len(content) > MAX_ENTRIES:
            raise inconsistent(self.path, mark("core", "where a layer belongs there is none"))
        return content

    def leaf(self, value: Made, kind: str, name: str) -> Layer:
        known = LAYERS[kind]
        options = {option: value.state[option] for option in known.options if option in value.state}
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
        self.tensors_of(layer, value, found, name)
        return layer

    def tensors_of(self, layer: Layer, value: Made, found: dict[Any, Any], name: str) -> None:
        """Collect a layer's tensors; a weight that is kept in pieces comes in its pieces."""
        known = LAYERS[layer.kind]
        wanted = known.tensors(layer.options)
        present = {k for k, v in found.items() if v is not None}
        pieces = pieces_of(present, value.state.get("_forward_pre_hooks"))
        whole = {pieces.get(k, k) for k in present}
        if whole | {COUNTER} & wanted.keys() != set(wanted):
            text = mark("core", "the layer {layer} ({kind}) lacks parameters, or has others")
            raise LayerError(text, layer=name, kind=layer.kind)
        attributes = set(known.options) - {"bias"} if layer.kind in BIASED else set(known.options)
        self.check_attributes(
            value, attributes, name, frozenset(known.fixed) | set(pieces.values())
        )
        for tensor, shape in wanted.items():
            for piece in [k for k in present if pieces.get(k, k) == tensor]:
                shaped = None if piece.endswith("_g") else shape
                self.tensor(found[piece], f"{name}.{piece}" if name else piece, shaped)

    def tensor(self, value: Any, name: str, shape: tuple[int, ...] | None) -> None:
        if not is_tensor(value):
            raise inconsistent(self.path, mark("core", "where a tensor belongs there is none"))
        record = tensor_record(value, self.path)
        if has_attributes(value):
            self.say(attributes_note())
        if record.storage.dtype.is_complex:
            raise unsupported(self.path, mark("core", "its numbers are complex, the layers not"))
        if shape is not None and record.shape != shape:
            text = mark("core", "{name} should have the shape {expected}, but has {found}")
            raise LayerError(text, name=name, expected=list(shape), found=list(record.shape))
        self.tensors[name] = record

    # A class of somebody's own -------------------------------------------------------------------

    def somebodys(self, value: Made, name: str, depth: int) -> Layer:
        """Make a Sequential of the children of a class whose code is not in the file."""
        children = self.children(value, name, depth, own=True)
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
        self.say(Assumption(text, **values))
        return Layer("Sequential", {}, layers)


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
