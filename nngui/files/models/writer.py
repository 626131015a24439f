"""Saving models as plain PyTorch does, so that they open anywhere, without this program.

Every file is read back by the safe reader, and compared with what was to be saved, before it
takes the place of an older one.
"""

from __future__ import annotations

import copy
import io
import json
import zipfile
from typing import TYPE_CHECKING, TypeAlias

import safetensors.torch
import torch

from nngui.core.data.image_preparation import ImagePreparation
from nngui.core.errors import FileError
from nngui.core.networks.layers import describe
from nngui.core.text import mark
from nngui.files.atomic import replacing_bytes
from nngui.files.models.errors import ModelFileError
from nngui.files.models.image_part import IMAGES
from nngui.files.models.layer_json import layer_to_json
from nngui.files.models.reader import PREPARATION, read_model
from nngui.files.models.safetensors_format import CHECKSUM, DTYPES, LAYERS, checksum

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor, nn

    from nngui.core.data.preparation import Preparation
    from nngui.files.models.reader import ModelFile

    AnyPreparation: TypeAlias = Preparation | ImagePreparation

SAFETENSORS = ".safetensors"


def save_model(net: nn.Module, path: Path, preparation: AnyPreparation | None = None) -> None:
    """Save a whole network, as ``torch.save(net, path)`` does.

    Parameters
    ----------
    net : nn.Module
        Made of layers that `core.layers` knows, on any device; the file is for the CPU.
    preparation : Preparation or ImagePreparation, optional
        What it expects of the rows of a table, or of a picture. It becomes a further part of the
        file, which plain PyTorch leaves aside.

    Raises
    ------
    FileError
        When the file cannot be written, or does not read back the same; the old one is whole.
    """
    own = on_cpu(net)

    def check(temporary: Path) -> None:
        found = _read_back(temporary, path)
        _compare(found.parameters, own.state_dict(), path)
        if found.layer != describe(own) or (found.preparation or found.images) != preparation:
            raise _differs(path)

    with replacing_bytes(path, check) as file:
        file.write(_saved(own, preparation))


def save_parameters(net: nn.Module, path: Path, preparation: AnyPreparation | None = None) -> None:
    """Save a network's `state_dict`; by the suffix ``.safetensors`` in that format.

    The safetensors file also holds the network's layers and a checksum in its metadata.

    Parameters
    ----------
    preparation : Preparation or ImagePreparation, optional
        See `save_model`.

    Raises
    ------
    FileError
        When the file cannot be written, or does not read back the same; the old one is whole.
    """
    own = on_cpu(net)
    if path.suffix.lower() == SAFETENSORS:
        _write(_safetensors(own, preparation), own.state_dict(), path)
    else:
        _write(_saved(own.state_dict(), preparation), own.state_dict(), path)


def save_state(state: dict[str, Tensor], path: Path) -> None:
    """Save parameters by name, as ``torch.save(net.state_dict(), path)`` does.

    Raises
    ------
    FileError
        When the file cannot be written, or does not read back the same; the old one is whole.
    """
    _write(_saved(state), state, path)


def _write(data: bytes, state: dict[str, Tensor], path: Path) -> None:
    def check(temporary: Path) -> None:
        _compare(_read_back(temporary, path).parameters, state, path)

    with replacing_bytes(path, check) as file:
        file.write(data)


def on_cpu(net: nn.Module) -> nn.Module:
    """Return a copy of a network on the CPU, which a running training does not touch."""
    return copy.deepcopy(net).cpu()


def _saved(value: object, preparation: AnyPreparation | None = None) -> bytes:
    """Return what `torch.save` writes, and the preparation behind it.

    Not straight into the file: where its name is not ASCII that fails on Windows (pytorch#98918),
    and a full disk is then an error of PyTorch's own, not the system's.
    """
    buffer = io.BytesIO()
    torch.save(value, buffer)
    if preparation is not None:
        with zipfile.ZipFile(buffer, "a") as archive:  # stored as it is, as all of torch's parts
            folder = archive.namelist()[0].partition("/")[0]
            archive.writestr(f"{folder}/{_part(preparation)}", preparation.model_dump_json())
    return buffer.getvalue()


def _part(preparation: AnyPreparation) -> str:
    return IMAGES if isinstance(preparation, ImagePreparation) else PREPARATION


def _read_back(temporary: Path, path: Path) -> ModelFile:
    try:
        return read_model(temporary)
    except ModelFileError as error:
        raise _differs(path) from error


def _safetensors(net: nn.Module, preparation: AnyPreparation | None) -> bytes:
    # A copy of each: the format has no way to say that two of them are one (tied weights).
    state = {name: tensor.contiguous().clone() for name, tensor in net.state_dict().items()}
    metadata = {LAYERS: json.dumps(layer_to_json(describe(net)), separators=(",", ":"))}
    if preparation is not None:
        metadata[_part(preparation)] = preparation.model_dump_json()
    # The checksum covers the header, which is known once it was written without one.
    draft = safetensors.torch.save(state, metadata)
    length = int.from_bytes(draft[:8], "little")
    header = json.loads(draft[8 : 8 + length])
    del header["__metadata__"]
    metadata[CHECKSUM] = checksum(header, metadata, draft[8 + length :])
    assert all(item["dtype"] in DTYPES for item in header.values())
    return safetensors.torch.save(state, metadata)


def _compare(found: dict[str, Tensor], wanted: dict[str, Tensor], path: Path) -> None:
    """Refuse a file whose numbers are not, bit for bit, those that were to be saved."""
    same = found.keys() == wanted.keys() and all(
        found[name].dtype == tensor.dtype
        and found[name].shape == tensor.shape
        and found[name].numpy().tobytes() == tensor.contiguous().numpy().tobytes()
        for name, tensor in wanted.items()
    )
    if not same:
        raise _differs(path)


def _differs(path: Path) -> FileError:
    text = mark(
        "core", "{path} was not saved: what was written reads back differently. Try another disk."
    )
    return FileError(text, path=path)
