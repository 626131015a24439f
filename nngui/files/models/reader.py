"""Opening model files: whole models and parameters, by PyTorch of any age, or as safetensors.

Nothing in a file is ever executed: its pickle is read as inert records, its layers are rebuilt by
our own use of PyTorch's constructors from an allow-list, then given their numbers. Checks come in
this order, each before the next looks: size, zip, opcodes, tensor bounds, each layer's options,
shapes that chain.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from nngui.core.data.preparation import LONGEST, read_preparation
from nngui.core.errors import NnguiError
from nngui.core.networks.input_shape import input_shape
from nngui.core.networks.layers import Layer, LayerError, module, tensor_shapes
from nngui.core.text import mark
from nngui.files.atomic import read_text
from nngui.files.models.errors import (
    PART,
    corrupted,
    inconsistent,
    not_a_model,
    too_large,
    unsupported,
)
from nngui.files.models.find_networks import find_network
from nngui.files.models.image_part import IMAGES, checked_images
from nngui.files.models.layer_json import layer_from_json
from nngui.files.models.layer_records import Assumption, is_module, read_network
from nngui.files.models.legacy_reader import LegacyFile, is_legacy
from nngui.files.models.notes import Note, attributes_note
from nngui.files.models.open_file import OpenFile, opened
from nngui.files.models.pickle_reader import MAX_BYTES, read_pickle
from nngui.files.models.safetensors_format import (
    CHECKSUM,
    looks_like_safetensors,
    read_safetensors,
)
from nngui.files.models.safetensors_format import LAYERS as LAYERS_KEY
from nngui.files.models.split_weights import put_together
from nngui.files.models.state_dicts import (
    as_float32,
    is_finite,
    shared_note,
    tie,
    tied_names,
    tied_note,
    tied_text,
    with_counters,
    without_prefixes,
)
from nngui.files.models.tensor_records import (
    Storage,
    TensorRecord,
    has_attributes,
    load,
    overlapping,
    tensor_record,
)
from nngui.files.models.zip_reader import ZipEntry, read_directory

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor, nn

    from nngui.core.data.image_preparation import ImagePreparation
    from nngui.core.data.preparation import Preparation
    from nngui.core.networks.layer_shapes import Shape

MAX_TENSORS = 4_000
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
    part : str
        The name in the file of what was opened, where it was asked for.
    tied : tuple of tuple of str
        Parameters that are one, under all their names.
    shared : tuple of tuple of str
        Those that have numbers in common, the tied ones among them.
    images : ImagePreparation or None
        What it expects of a picture, where it was trained on images.
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
    images: ImagePreparation | None = None
    part: str = ""
    tied: tuple[tuple[str, ...], ...] = ()
    shared: tuple[tuple[str, ...], ...] = ()

    @property
    def source(self) -> str:
        """What opens it again: the file's name, with that of the part."""
        return f"{self.path}{PART}{self.part}" if self.part else str(self.path)

    @property
    def assumptions(self) -> tuple[Note, ...]:
        """What the file does not say and its network's function depends on, a sentence each."""
        return tuple(note for note in self.notes if isinstance(note, Assumption))


@dataclass(slots=True)
class _Content:
    """What was found, before its numbers are read."""

    layer: Layer | None
    tensors: dict[str, TensorRecord]
    notes: list[Note] = field(default_factory=list)


def read_model(path: Path) -> ModelFile:
    """Open a model file without running anything in it.

    Parameters
    ----------
    path : Path
        Where a file holds several networks, ``gan.pth::generator`` names one.

    Raises
    ------
    ModelFileError
        One of the closed family in `errors`, never anything else.
    """
    path, part = named_part(path)
    with opened(path) as file:
        if file.size == 0:
            raise not_a_model(path)
        start = bytes(file.read(0, min(file.size, 32)))
        if start[:4] == b"PK\x03\x04":
            found = _read_zip(file, part)
        elif is_legacy(start):
            found = _read_legacy(file, part)
        elif looks_like_safetensors(start, file.size) and not part:
            return _read_safetensors(file)
        elif start[:1] == b"\x80" and start[1:2] in (b"\2", b"\3", b"\4", b"\5"):
            remedy = mark("core", "Have it saved by torch.save.")
            raise unsupported(path, mark("core", "it was written by pickle alone"), remedy)
        else:
            raise not_a_model(path)
        return replace(found, part=part)


def check_not_tied(file: ModelFile) -> None:
    """Refuse to train a whole model with tied weights: the tasks train each layer's own.

    Raises
    ------
    UnsupportedModelError
        Naming them.
    """
    if file.layer is not None and file.shared:
        text = mark("core", "it has tied weights ({names}), which no task trains as one")
        remedy = mark("core", "Start from its state_dict: there each layer gets its own.")
        raise unsupported(file.path, NnguiError(text, names=tied_text(file.shared)), remedy)


def named_part(path: Path) -> tuple[Path, str]:
    """Return a file, and the name of what is meant in it: ``gan.pth::generator``."""
    file, mark_, part = str(path).partition(PART)
    if mark_ and part and os.path.exists(file) and not os.path.exists(path):  # noqa: PTH110
        return Path(file), part
    return path, ""


# The three formats -----------------------------------------------------------------------------


def _read_zip(file: OpenFile, part: str) -> ModelFile:
    entries = read_directory(file)
    if "data.pkl" not in entries:
        raise not_a_model(file.path)
    order = entries.get("byteorder")
    if order and bytes(file.read(order.start, min(order.size, 8))) != b"little":
        raise unsupported(file.path, mark("core", "it comes from a big-endian machine"))
    pickle = entries["data.pkl"]
    if pickle.size > MAX_BYTES:
        raise too_large(file.path, mark("core", "what it says beside its numbers has no end"))
    data = bytes(file.read(pickle.start, min(pickle.size, MAX_BYTES)))
    value, end = read_pickle(data, file.path)
    if end != pickle.size:
        raise corrupted(file.path, mark("core", "its description of the layers makes no sense"))
    content = _content(value, part, file.path)
    found = _finish(file, "zip", content, lambda storage: _stored(file, entries, storage))
    for name in (PREPARATION, IMAGES):
        place = entries.get(name)
        if place is not None and place.size > LONGEST:
            raise too_large(file.path, mark("core", "it has too many parts"))
        if place is not None:
            found = _prepared(found, name, bytes(file.read(place.start, place.size)))
    return found


def _prepared(found: ModelFile, name: str, text: str | bytes) -> ModelFile:
    """Add a preparation to what was found in a file."""
    if name == IMAGES:
        return replace(found, images=checked_images(found.path, found.layer, text))
    try:
        preparation = read_preparation(text)
    except NnguiError as error:
        raise inconsistent(found.path, error) from error
    if found.input is not None and found.input != (len(preparation.mean),):
        text = mark("core", "its description of the table is not that of its layers")
        raise inconsistent(found.path, text)
    return replace(found, preparation=preparation)


def with_preparation_beside(found: ModelFile) -> ModelFile:
    """Add the preparation that lies beside a model, as a project's script leaves them.

    Plain PyTorch writes the network alone.

    Raises
    ------
    ModelFileError, FileError
        When there is one, and it is not that of the network.
    """
    about = found.path.with_name("preparation.json")
    if not about.is_file():
        return found
    text = read_text(about, LONGEST)
    is_images = re.search(r'"channels"\s*:', text) is not None
    return _prepared(found, IMAGES if is_images else PREPARATION, text)


def _stored(file: OpenFile, entries: dict[str, ZipEntry], storage: Storage) -> bytearray:
    entry = entries.get(f"data/{storage.key}")
    if entry is None or entry.size != storage.count * storage.dtype.itemsize:
        raise corrupted(file.path, mark("core", "the numbers of a tensor are missing"))
    return file.read(entry.start, entry.size)


def _read_legacy(file: OpenFile, part: str) -> ModelFile:
    legacy = LegacyFile(file)
    content = _content(legacy.value, part, file.path)
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
    if layer is None:
        parameters, more = without_prefixes(parameters)
        notes += more
    found = _make(file, "safetensors", layer, parameters, notes)
    for name in (PREPARATION, IMAGES):
        if name in metadata:
            found = _prepared(found, name, metadata[name])
    return found


# From records to a network -----------------------------------------------------------------------


def _content(value: Any, wanted: str, path: Path) -> _Content:
    """Tell a whole model from parameters, wherever in the nest that scripts save it is."""
    part, notes = find_network(value, wanted, path)
    if is_module(part.value):
        network = read_network(part.value, path)
        return _Content(network.layer, network.tensors, notes + network.notes)
    if len(part.value) > MAX_TENSORS:
        raise inconsistent(path, mark("core", "it has too many parts"))
    tensors = {name: tensor_record(value, path) for name, value in part.value.items()}
    if any(map(has_attributes, part.value.values())):
        notes.append(attributes_note())
    tensors, more = without_prefixes(tensors)
    return _Content(None, tensors, [*notes, *more])


def _finish(
    file: OpenFile,
    kind: Literal["zip", "legacy"],
    content: _Content,
    read: Callable[[Storage], bytearray],
) -> ModelFile:
    if content.layer is not None:
        _check_chain(content.layer, file.path)  # before a number is read
    parameters = load(content.tensors, read, file.size, file.path)
    tied = tied_names(content.tensors)
    shared = tuple(tuple(names) for names in overlapping(content.tensors))
    notes = [*content.notes, *tied_note(tied, kept=content.layer is not None)]
    notes += shared_note([names for names in shared if names not in tied])
    made = _make(file, kind, content.layer, parameters, notes, tied)
    return replace(made, tied=tied, shared=shared)


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
    tied: tuple[tuple[str, ...], ...] = (),
) -> ModelFile:
    try:
        parameters, said = put_together(parameters)
    except NnguiError as error:
        raise inconsistent(file.path, error) from error
    notes += said
    parameters = with_counters(parameters, notes)
    parameters = as_float32(parameters, notes)
    if not all(is_finite(tensor) for tensor in parameters.values()):
        notes.append(Note(mark("core", "Some of its numbers are not finite.")))
    if layer is None:
        return ModelFile(file.path, "parameters", form, file.size, parameters, notes=tuple(notes))
    shape = _check_chain(layer, file.path)
    parameters = {name: parameters[name] for name in tensor_shapes(layer)}
    net = module(layer)
    wanted = {name: tensor.dtype for name, tensor in net.state_dict().items()}
    if wanted != {name: tensor.dtype for name, tensor in parameters.items()}:
        raise inconsistent(file.path, mark("core", "its tensors are not those of its layers"))
    try:
        net.load_state_dict(parameters, assign=True)
    except (RuntimeError, TypeError) as error:
        text = mark("core", "its tensors are not those of its layers")
        raise inconsistent(file.path, text) from error
    tie(net, tied)
    return ModelFile(
        file.path, "model", form, file.size, parameters, layer, net, shape, tuple(notes)
    )
