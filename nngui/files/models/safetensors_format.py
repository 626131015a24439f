"""The safetensors format: a JSON header, then the numbers; nothing in it can be run.

It has no checksum of its own, and most flipped bits would change weights in silence. So what this
program writes carries a SHA-256 of everything else in its metadata, and the layers as JSON.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from nngui.core.text import mark
from nngui.files.models.errors import corrupted, too_large, unsupported

if TYPE_CHECKING:
    from nngui.files.models.open_file import OpenFile

CHECKSUM, LAYERS = "nngui.sha256", "nngui.layers"
MAX_HEADER_BYTES = 2_000_000  # of JSON, which takes about thirty times that when it is read
MAX_TENSORS = 4_000
MAX_DIMENSIONS = 8
MAX_NAME = 500  # characters
UNNUMBERED = 1 << 32  # behind all numbers of nine digits
DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
    "F8_E4M3": torch.float8_e4m3fn,
    "F8_E5M2": torch.float8_e5m2,
    "U16": torch.uint16,
    "U32": torch.uint32,
    "U64": torch.uint64,
    "C64": torch.complex64,
}


@dataclass(frozen=True, slots=True)
class Part:
    """Where a tensor is in the file, and what it is."""

    dtype: torch.dtype
    shape: tuple[int, ...]
    start: int
    size: int


def looks_like_safetensors(start: bytes, size: int) -> bool:
    """Return whether a file begins as this format does: a length that fits, and a brace."""
    if len(start) < 9 or start[8:9] != b"{":
        return False
    return 2 <= int.from_bytes(start[:8], "little") <= size


def read_safetensors(file: OpenFile) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """Return the tensors and the metadata.

    Raises
    ------
    ModelFileError
        When header and numbers contradict each other, or the checksum does not match.
    """
    (length,) = struct.unpack("<Q", file.read(0, 8))
    if length > MAX_HEADER_BYTES:
        raise too_large(file.path, mark("core", "it has too many parts"))
    header = _header(file, bytes(file.read(8, length)))
    metadata = header.pop("__metadata__", {})
    texts = [*metadata, *metadata.values()] if isinstance(metadata, dict) else [None]
    if not all(isinstance(text, str) for text in texts):
        raise _senseless(file)
    if not all(is_tensor_name(name) for name in header):
        raise _senseless(file)
    parts = {name: _part(file, item) for name, item in header.items()}
    ordered = sorted(parts, key=lambda name: (parts[name].start, parts[name].size))
    _check_places(file, 8 + length, [parts[name] for name in ordered])
    digest = _digest(header, metadata)
    tensors: dict[str, torch.Tensor] = {}
    for name in ordered:  # one by one: nothing is in memory twice
        data = file.read(8 + length + parts[name].start, parts[name].size)
        digest.update(data)
        tensors[name] = _tensor(data, parts[name])
    if CHECKSUM in metadata and digest.hexdigest() != metadata[CHECKSUM]:
        raise corrupted(file.path, mark("core", "a checksum does not match"))
    return {name: tensors[name] for name in sorted(parts, key=_usual_order)}, metadata


def is_tensor_name(name: object) -> bool:
    """Return whether something can be a parameter's name in a `state_dict`."""
    return type(name) is str and 0 < len(name) <= MAX_NAME and name.isprintable()


def checksum(header: dict[str, Any], metadata: dict[str, str], data: bytes | bytearray) -> str:
    """Return the SHA-256, in hexadecimal, of all but itself: what the header says, the numbers."""
    digest = _digest(header, metadata)
    digest.update(data)
    return digest.hexdigest()


def _digest(header: dict[str, Any], metadata: dict[str, str]) -> hashlib._Hash:
    rest = {key: text for key, text in metadata.items() if key != CHECKSUM}
    text = json.dumps([header, rest], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode())


def _check_places(file: OpenFile, at: int, parts: list[Part]) -> None:
    """Check that the tensors lie one behind the other, to the end of the file."""
    first = at
    for part in parts:
        if first + part.start != at:
            raise corrupted(file.path, mark("core", "its parts overlap or have gaps"))
        at += part.size
    if at != file.size:
        raise corrupted(file.path, mark("core", "its end is missing"))


def _usual_order(name: str) -> list[tuple[int, int, str]]:
    """Sort names as a `state_dict` has them; the format itself keeps no order.

    What is numbered comes first, by its number: ``fc1``, ``fc2``, ``out``.
    """
    *layer, tensor = name.split(".")
    last = ("weight", "bias").index(tensor) if tensor in ("weight", "bias") else 2
    places = [
        (0, int(number or UNNUMBERED), text)
        for part in layer
        for text, number in re.findall(r"(\D*)(\d{0,9})", part)
    ]
    return [*places, (1, last, tensor)]


def _header(file: OpenFile, text: bytes) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            raise ValueError("a name stands there twice")
        return result

    try:
        header = json.loads(text.decode("utf-8"), object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise _senseless(file) from error
    if not isinstance(header, dict):
        raise _senseless(file)
    if len(header) > MAX_TENSORS:
        raise too_large(file.path, mark("core", "it has too many parts"))
    return header


def _part(file: OpenFile, item: Any) -> Part:
    if not isinstance(item, dict) or set(item) != {"dtype", "shape", "data_offsets"}:
        raise _senseless(file)
    dtype, shape, offsets = item["dtype"], item["shape"], item["data_offsets"]
    lists = isinstance(shape, list) and isinstance(offsets, list) and len(offsets) == 2
    if not lists or not all(type(n) is int and 0 <= n < 1 << 48 for n in [*shape, *offsets]):
        raise _senseless(file)
    if not isinstance(dtype, str) or dtype not in DTYPES or len(shape) > MAX_DIMENSIONS:
        raise unsupported(file.path, mark("core", "it holds numbers of an unusual kind"))
    if math.prod(max(n, 1) for n in shape) >= 1 << 48:  # 0 times much is 0, but too much to torch
        raise _senseless(file)
    size = offsets[1] - offsets[0]
    if size != math.prod(shape) * DTYPES[dtype].itemsize:
        raise _senseless(file)
    return Part(DTYPES[dtype], tuple(shape), offsets[0], size)


def _tensor(data: bytearray, part: Part) -> torch.Tensor:
    if not part.size:
        return torch.empty(part.shape, dtype=part.dtype)
    if part.dtype is torch.bool:  # any byte but 0 and 1 would be no valid bool
        return torch.frombuffer(data, dtype=torch.uint8).bool().reshape(part.shape)
    return torch.frombuffer(data, dtype=part.dtype).reshape(part.shape)


def _senseless(file: OpenFile) -> Exception:
    return corrupted(file.path, mark("core", "its description of the tensors makes no sense"))
