"""Opening model files: whole models and parameters, by PyTorch of any age, or as safetensors.

Nothing in a file is ever executed: its pickle is read as inert records, its layers are rebuilt by
our own use of PyTorch's constructors from an allow-list, then given their numbers. Checks come in
this order, each before the next looks: size, zip, opcodes, tensor bounds, each layer's options,
shapes that chain.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import torch

from nngui.core.data.preparation import LONGEST, read_preparation
from nngui.core.errors import NnguiError
from nngui.core.networks.input_shape import input_shape
from nngui.core.networks.layers import Layer, LayerError, module, tensor_shapes
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark
from nngui.files.models.errors import (
    corrupted,
    inconsistent,
    not_a_model,
    too_large,
    unsupported,
)
from nngui.files.models.layer_json import layer_from_json
from nngui.files.models.layer_records import Assumption, Note, Tie, is_module, read_network
from nngui.files.models.legacy_reader import LegacyFile, is_legacy
from nngui.files.models.open_file import OpenFile, opened
from nngui.files.models.pickle_reader import MAX_BYTES, Made, read_pickle
from nngui.files.models.safetensors_format import (
    CHECKSUM,
    is_tensor_name,
    looks_like_safetensors,
    read_safetensors,
)
from nngui.files.models.safetensors_format import LAYERS as LAYERS_KEY
from nngui.files.models.tensor_records import (
    Storage,
    TensorRecord,
    is_tensor,
    load,
    overlapping,
    tensor_record,
)
from nngui.files.models.zip_reader import ZipEntry, read_directory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import Tensor, nn

    from nngui.core.data.preparation import Preparation
    from nngui.core.networks.layer_shapes import Shape

WRAPPERS = ("state_dict", "model_state_dict", "model", "net", "network")
PARALLEL = "module."  # what DataParallel puts before every name
MAX_TENSORS = 4_000
MAX_TIED = 4  # names that a sentence holds
PIECE = 1 << 20  # numbers
PREPARATION = "nngui.preparation.json"  # a part of the file that only this program knows


@dataclass(frozen=True, slots=True)
class ModelFile:
    """What a model file holds.

    Attributes
    ----------
    path : Path
    kind : str
        ``model``: a whole network; ``parameters``: only its numbers, by name.
    format : str
        ``zip`` (PyTorch 1.6 and later), ``legacy`` (before), or ``safetensors``.
    size : int
        The file's, in bytes.
    parameters : dict of str to Tensor
        All parameters and buffers by their names in the `state_dict`, on the CPU.
    layer : Layer or None
        The network's description, where the file has one.
    net : nn.Module or None
        The network, rebuilt, in training mode, float32, on the CPU.
    input : tuple of int or None
        The shape of a sample it takes (see `input_shape.input_shape`).
    notes : tuple of Note
        What was assumed or changed, a sentence each.
    preparation : Preparation or None
        What the network expects of the rows of a table, where it was trained on one.
    """

    path: Path
    kind: Literal["model", "parameters"]
    format: Literal["zip", "legacy", "safetensors"]
    size: int
    parameters: dict[str, Tensor]
    layer: Layer | None = None
    net: nn.Module | None = None
    input: Shape | None = None
    notes: tuple[Note, ...] = ()
    preparation: Preparation | None = None

    @property
    def assumptions(self) -> tuple[Note, ...]:
        """What the file does not say and its network's function depends on, a sentence each."""
        return tuple(note for note in self.notes if isinstance(note, Assumption))

    @property
    def ties(self) -> tuple[Note, ...]:
        """Which parameters are one in the file: a step of training would part them."""
        return tuple(note for note in self.notes if isinstance(note, Tie))


@dataclass(slots=True)
class _Content:
    """What was found, before its numbers are read."""

    layer: Layer | None
    tensors: dict[str, TensorRecord]
    notes: list[Note] = field(default_factory=list)


def read_model(path: Path) -> ModelFile:
    """Open a model file without running anything in it.

    Raises
    ------
    ModelFileError
        One of the closed family in `errors`, never anything else.
    """
    with opened(path) as file:
        if file.size == 0:
            raise not_a_model(path)
        start = bytes(file.read(0, min(file.size, 32)))
        if start[:4] == b"PK\x03\x04":
            return _read_zip(file)
        if is_legacy(start):
            return _read_legacy(file)
        if looks_like_safetensors(start, file.size):
            return _read_safetensors(file)
        raise not_a_model(path)


# The three formats -----------------------------------------------------------------------------


def _read_zip(file: OpenFile) -> ModelFile:
    entries = read_directory(file)
    if "archive_format" in entries:
        raise unsupported(file.path, mark("core", "it is an exported program (.pt2)"))
    if "data.pkl" not in entries:
        raise not_a_model(file.path)
    if "constants.pkl" in entries or any(name.startswith("code/") for name in entries):
        raise unsupported(file.path, mark("core", "it is a TorchScript program"))
    order = entries.get("byteorder")
    if order and bytes(file.read(order.start, min(order.size, 8))) != b"little":
        raise unsupported(file.path, mark("core", "it comes from a big-endian machine"))
    pickle = entries["data.pkl"]
    data = bytes(file.read(pickle.start, min(pickle.size, MAX_BYTES)))
    value, end = read_pickle(data, file.path)
    if end != pickle.size:
        raise corrupted(file.path, mark("core", "its description of the layers makes no sense"))
    content = _content(value, file.path)
    found = _finish(file, "zip", content, lambda storage: _stored(file, entries, storage))
    place = entries.get(PREPARATION)
    if place is None:
        return found
    if place.size > LONGEST:
        raise too_large(file.path, mark("core", "it has too many parts"))
    return _prepared(found, bytes(file.read(place.start, place.size)))


def _prepared(found: ModelFile, text: str | bytes) -> ModelFile:
    """Add the preparation to what was found in a file."""
    try:
        preparation = read_preparation(text)
    except NnguiError as error:
        raise inconsistent(found.path, error) from error
    if found.input is not None and found.input != (len(preparation.mean),):
        text = mark("core", "its description of the table is not that of its layers")
        raise inconsistent(found.path, text)
    return replace(found, preparation=preparation)


def _stored(file: OpenFile, entries: dict[str, ZipEntry], storage: Storage) -> bytearray:
    entry = entries.get(f"data/{storage.key}")
    if entry is None or entry.size != storage.count * storage.dtype.itemsize:
        raise corrupted(file.path, mark("core", "the numbers of a tensor are missing"))
    return file.read(entry.start, entry.size)


def _read_legacy(file: OpenFile) -> ModelFile:
    legacy = LegacyFile(file)
    content = _content(legacy.value, file.path)
    return _finish(file, "legacy", content, legacy.read)


def _read_safetensors(file: OpenFile) -> ModelFile:
    parameters, metadata = read_safetensors(file)
    notes: list[Note] = []
    layer = None
    if LAYERS_KEY in metadata:
        try:
            layer = layer_from_json(json.loads(metadata[LAYERS_KEY]))
        except (ValueError, RecursionError) as error:
            raise inconsistent(file.path, mark("core", "its layers make no sense")) from error
        except LayerError as error:
            raise inconsistent(file.path, error) from error
        if CHECKSUM not in metadata:  # they are never written without
            raise corrupted(file.path, mark("core", "a checksum does not match"))
        wanted = tensor_shapes(layer)
        if {name: tuple(tensor.shape) for name, tensor in parameters.items()} != wanted:
            raise inconsistent(file.path, mark("core", "its tensors are not those of its layers"))
        parameters = {name: parameters[name] for name in wanted}
    elif CHECKSUM not in metadata:
        text = mark("core", "The file carries no checksum: damage to its numbers would not show.")
        notes.append(Note(text))
    found = _make(file, "safetensors", layer, parameters, notes)
    if PREPARATION not in metadata:
        return found
    return _prepared(found, metadata[PREPARATION])


# From records to a network -----------------------------------------------------------------------


def _content(value: Any, path: Path) -> _Content:
    """Tell a whole model from parameters, also within a dict as training scripts save it."""
    items = value.items if isinstance(value, Made) and not value.is_instance else value
    wrapper = None
    if isinstance(items, dict):
        wrapper = next((name for name in WRAPPERS if _holds_model(items.get(name))), None)
    notes: list[Note] = []
    if wrapper is not None:
        value = items[wrapper]
        text = mark("core", "What the file holds under {name} was opened; the rest was left aside.")
        notes.append(Note(text, name=wrapper))
    if is_module(value):
        network = read_network(value, path)
        return _Content(network.layer, network.tensors, notes + network.notes)
    items = value.items if isinstance(value, Made) and not value.is_instance else value
    if isinstance(value, Made) and value.by.name != "OrderedDict":
        items = None
    if not isinstance(items, dict) or not items:
        raise unsupported(path, mark("core", "it holds neither a network nor parameters"))
    tensors = _state_dict(items, path)
    if all(name.startswith(PARALLEL) for name in tensors):
        tensors = {name.removeprefix(PARALLEL): tensor for name, tensor in tensors.items()}
        text = mark("core", "The names began with module., as DataParallel saves them.")
        notes.append(Note(text))
    return _Content(None, tensors, notes)


def _holds_model(value: Any) -> bool:
    if is_module(value):
        return True
    items = value.items if isinstance(value, Made) and not value.is_instance else value
    return isinstance(items, dict) and bool(items) and all(is_tensor(v) for v in items.values())


def _state_dict(items: dict[Any, Any], path: Path) -> dict[str, TensorRecord]:
    for name, value in items.items():
        if not is_tensor_name(name) or not is_tensor(value):
            raise unsupported(path, mark("core", "it holds neither a network nor parameters"))
    if len(items) > MAX_TENSORS:
        raise inconsistent(path, mark("core", "it has too many parts"))
    return {name: tensor_record(value, path) for name, value in items.items()}


def _finish(
    file: OpenFile,
    kind: Literal["zip", "legacy"],
    content: _Content,
    read: Callable[[Storage], bytearray],
) -> ModelFile:
    if content.layer is not None:
        _check_chain(content.layer, file.path)  # before a number is read
    parameters = load(content.tensors, read, file.size, file.path)
    for names in overlapping(content.tensors):
        text = mark("core", "{names} share their numbers in the file; here each has its own.")
        shown = [short_text(name) for name in names[:MAX_TIED]]
        more = ["…"] if len(names) > MAX_TIED else []
        content.notes.append(Tie(text, names=", ".join([*shown, *more])))
    return _make(file, kind, content.layer, parameters, content.notes)


def _check_chain(layer: Layer, path: Path) -> Shape:
    try:
        return input_shape(layer)
    except LayerError as error:
        raise inconsistent(path, error) from error


def _make(
    file: OpenFile,
    form: Literal["zip", "legacy", "safetensors"],
    layer: Layer | None,
    parameters: dict[str, Tensor],
    notes: list[Note],
) -> ModelFile:
    parameters = _as_float32(parameters, notes)
    if not all(_is_finite(tensor) for tensor in parameters.values()):
        notes.append(Note(mark("core", "Some of its numbers are not finite.")))
    if layer is None:
        return ModelFile(file.path, "parameters", form, file.size, parameters, notes=tuple(notes))
    shape = _check_chain(layer, file.path)
    net = module(layer)
    wanted = {name: tensor.dtype for name, tensor in net.state_dict().items()}
    if wanted != {name: tensor.dtype for name, tensor in parameters.items()}:
        raise inconsistent(file.path, mark("core", "its tensors are not those of its layers"))
    try:
        net.load_state_dict(parameters, assign=True)
    except (RuntimeError, TypeError) as error:
        text = mark("core", "its tensors are not those of its layers")
        raise inconsistent(file.path, text) from error
    return ModelFile(
        file.path, "model", form, file.size, parameters, layer, net, shape, tuple(notes)
    )


def _as_float32(parameters: dict[str, Tensor], notes: list[Note]) -> dict[str, Tensor]:
    """Return parameters in this program's precision; counters (whole numbers) stay as they are."""
    others = {
        str(t.dtype).removeprefix("torch.")
        for t in parameters.values()
        if t.is_floating_point() and t.dtype is not torch.float32
    }
    if others:
        text = mark("core", "Its numbers were {kinds}; they became float32.")
        notes.append(Note(text, kinds=", ".join(sorted(others))))
    result: dict[str, Tensor] = {}
    for name in list(parameters):  # one by one, so that not all of them are there twice
        tensor = parameters.pop(name)
        result[name] = tensor.float() if tensor.is_floating_point() else tensor
    return result


def _is_finite(tensor: Tensor) -> bool:
    """Return whether all numbers are finite; looked at in pieces, as the answers take memory."""
    if not tensor.is_floating_point():
        return True
    return all(bool(piece.isfinite().all()) for piece in torch.split(tensor.flatten(), PIECE))
