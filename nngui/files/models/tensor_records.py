"""Tensors as a file describes them: checked in Python integers before anything is allocated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from nngui.core.text import mark
from nngui.files.models.errors import corrupted, inconsistent, too_large, unsupported
from nngui.files.models.pickle_reader import Global, Made, Persistent

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAX_DIMENSIONS = 8
MAX_SIZE = 1 << 48  # of a size, a stride, a place
SPARE = 1 << 20  # bytes of tensors beyond the file's own size: views of one storage are small

STORAGES = {
    "FloatStorage": torch.float32,
    "DoubleStorage": torch.float64,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
}


@dataclass(frozen=True, slots=True, eq=False)
class Storage:
    """A run of numbers outside the pickle."""

    key: str
    dtype: torch.dtype
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class TensorRecord:
    """A view of a storage; within its bounds, and not larger than it."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many numbers there are in it."""
        return math.prod(self.shape)


def is_tensor(value: Any) -> bool:
    """Return whether a record would have become a tensor or a parameter."""
    return isinstance(value, Made) and value.by.module == "torch._utils"


def tensor_record(value: Made, path: Path) -> TensorRecord:
    """Read what `_rebuild_parameter`, `_rebuild_tensor_v2` or `_rebuild_tensor` was given.

    Raises
    ------
    ModelFileError
        When a size is none, or the tensor reaches beyond its storage.
    """
    arguments = value.arguments
    if value.by.name == "_rebuild_parameter":
        inner = arguments[0] if arguments else None
        if not (isinstance(inner, Made) and is_tensor(inner)) or _has_hooks(arguments[2:]):
            raise _senseless(path)
        if inner.by.name == "_rebuild_parameter":
            raise _senseless(path)
        return tensor_record(inner, path)
    if value.state is not None or len(arguments) < 4 or _has_hooks(arguments[5:]):
        raise _senseless(path)
    outside, offset, shape, stride = arguments[:4]
    if not isinstance(outside, Persistent):
        raise _senseless(path)
    storage = storage_record(outside, path)
    record = TensorRecord(
        storage, _whole(offset, path), _wholes(shape, path), _wholes(stride, path)
    )
    _check_bounds(record, path)
    return record


def _has_hooks(arguments: tuple[Any, ...]) -> bool:
    """Return whether there is anything in what are an empty dict of hooks, and metadata."""
    return any(
        not (a is None or (isinstance(a, Made) and not a.items and not a.arguments))
        for a in arguments
    )


def storage_record(outside: Persistent, path: Path) -> Storage:
    """Read ``("storage", class, key, location, count)``; the oldest format has a sixth, None.

    Raises
    ------
    ModelFileError
        When it is none of these, or holds numbers of a kind that is not known here.
    """
    identity = outside.id
    if type(identity) is not tuple or len(identity) not in (5, 6):
        raise _senseless(path)
    if len(identity) == 6 and identity[5] is not None:
        raise unsupported(path, mark("core", "its tensors share parts of each other"))
    kind, by, key, _location, count = identity[:5]
    if type(kind) is not str or kind != "storage" or not isinstance(by, Global):
        raise _senseless(path)
    if by.module != "torch" or by.name not in STORAGES:
        raise unsupported(path, mark("core", "it holds numbers of an unusual kind"))
    if type(key) is not str or len(key) > 100:
        raise _senseless(path)
    return Storage(key, STORAGES[by.name], _whole(count, path))


def _check_bounds(record: TensorRecord, path: Path) -> None:
    if len(record.shape) != len(record.stride) or len(record.shape) > MAX_DIMENSIONS:
        raise _senseless(path)
    if math.prod(max(size, 1) for size in record.shape) >= MAX_SIZE:
        raise _senseless(path)  # 0 times much is 0, but too much to torch
    if record.count == 0:
        last = record.offset - 1
    else:
        steps = zip(record.shape, record.stride, strict=True)
        last = record.offset + sum((size - 1) * stride for size, stride in steps)
    if last >= record.storage.count or record.count > record.storage.count:
        text = mark("core", "a tensor reaches beyond its numbers")
        raise inconsistent(path, text)


def _whole(value: Any, path: Path) -> int:
    if type(value) is not int or not 0 <= value < MAX_SIZE:
        raise _senseless(path)
    return value


def _wholes(value: Any, path: Path) -> tuple[int, ...]:
    if isinstance(value, Made) and value.by.name == "Size" and len(value.arguments) == 1:
        value = value.arguments[0]
    if type(value) is not tuple or len(value) > MAX_DIMENSIONS:
        raise _senseless(path)
    return tuple(_whole(v, path) for v in value)


def _senseless(path: Path) -> Exception:
    return corrupted(path, mark("core", "its description of the tensors makes no sense"))


def load(
    records: dict[str, TensorRecord], read: Callable[[Storage], bytearray], size: int, path: Path
) -> dict[str, torch.Tensor]:
    """Read the numbers of all tensors; each tensor gets memory of its own.

    Parameters
    ----------
    read : callable of Storage
        Returns the storage's bytes, exactly as many as it says.
    size : int
        The file's size in bytes: views of one storage may not make much more of it than that.
    """
    needed = sum(r.count * r.storage.dtype.itemsize for r in records.values())
    if needed > size + SPARE:
        raise too_large(path, mark("core", "its tensors are larger than the file itself"))
    views: dict[str, list[str]] = {}
    for name, record in records.items():
        views.setdefault(record.storage.key, []).append(name)
    result = dict.fromkeys(records, torch.empty(0))  # in the order of the file
    for names in views.values():
        storage = records[names[0]].storage
        numbers = _numbers(read(storage), storage)
        for name in names:
            record = records[name]
            if (record.storage.dtype, record.storage.count) != (storage.dtype, storage.count):
                raise _senseless(path)
            view = torch.as_strided(numbers, record.shape, record.stride, record.offset)
            alone = len(names) == 1 and record.count == storage.count and view.is_contiguous()
            result[name] = view if alone else view.clone(memory_format=torch.contiguous_format)
    return result


def overlapping(records: dict[str, TensorRecord]) -> list[list[str]]:
    """Return the names of tensors that have numbers in common, a list for each group of them."""
    places: dict[str, list[tuple[int, int, str]]] = {}
    for name, record in records.items():
        if record.count:
            steps = zip(record.shape, record.stride, strict=True)
            last = record.offset + sum((size - 1) * stride for size, stride in steps)
            places.setdefault(record.storage.key, []).append((record.offset, last, name))
    found: list[list[str]] = []
    for of_storage in places.values():
        end, group = -1, [""]
        for first, last, name in sorted(of_storage):
            if first > end:
                group = []
                found.append(group)
            group.append(name)
            end = max(end, last)
    return [sorted(group, key=list(records).index) for group in found if len(group) > 1]


def _numbers(data: bytearray, storage: Storage) -> torch.Tensor:
    if not storage.count:
        return torch.empty(0, dtype=storage.dtype)
    if storage.dtype is torch.bool:  # any byte but 0 and 1 would be no valid bool
        return torch.frombuffer(data, dtype=torch.uint8).bool()
    return torch.frombuffer(data, dtype=storage.dtype)
