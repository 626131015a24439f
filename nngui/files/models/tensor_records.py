"""Tensors as a file describes them: checked in Python integers before anything is allocated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from nngui.core.text import mark
from nngui.files.models.errors import corrupted, inconsistent, too_large, unsupported
from nngui.files.models.inert import Global, Made, Persistent, is_call, is_empty

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
    "ComplexFloatStorage": torch.complex64,
    "ComplexDoubleStorage": torch.complex128,
    "QInt8Storage": torch.int8,
    "QUInt8Storage": torch.uint8,
    "QInt32Storage": torch.int32,
}
UNTYPED = Global("torch.storage", "UntypedStorage")  # of bytes; the tensor says what they are
NEW_DTYPES = {
    f"{name}": getattr(torch, name)
    for name in (
        "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu",
        "uint16", "uint32", "uint64", "complex32",
    )
    if hasattr(torch, name)
}  # fmt: skip
PLAIN = ("_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3")
OTHERS = {  # tensors that are not read, and why
    "_rebuild_qtensor": mark("core", "its numbers are quantized"),
    "_rebuild_sparse_tensor": mark("core", "its tensors are sparse"),
    "_rebuild_meta_tensor_no_storage": mark("core", "its tensors have no numbers (device meta)"),
    "_rebuild_nested_tensor": mark("core", "its tensors are nested"),
    "_rebuild_device_tensor_from_cpu_tensor": mark("core", "its tensors are of another device"),
    "_rebuild_device_tensor_from_numpy": mark("core", "its tensors are of another device"),
    "_rebuild_wrapper_subclass": mark("core", "its tensors are of a class of their own"),
}
PARAMETERS = {
    Global("torch._utils", "_rebuild_parameter"),
    Global("torch._utils", "_rebuild_parameter_with_state"),
    Global("torch.nn.parameter", "Parameter"),
    Global("torch.nn.parameter", "Buffer"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Storage:
    """A run of numbers outside the pickle."""

    key: str
    dtype: torch.dtype
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class TensorRecord:
    """A view of a storage, within its bounds."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many numbers there are in it."""
        return math.prod(self.shape)

    @property
    def place(self) -> tuple[object, ...]:
        """Where its numbers are: the same for tensors that are one."""
        return (self.storage.key, self.offset, self.shape, self.stride)


def is_tensor(value: Any) -> bool:
    """Return whether a record would have become a tensor or a parameter."""
    if not isinstance(value, Made) or value.is_instance:
        return False
    rebuilt = value.by.module == "torch._utils" and value.by.name in (*PLAIN, *OTHERS)
    return rebuilt or value.by in PARAMETERS or is_call(value, *SUBCLASS)


SUBCLASS = ("torch._tensor", "_rebuild_from_type_v2")  # a tensor with attributes, or of a subclass


def has_attributes(value: Made) -> bool:
    """Return whether a tensor carries something of its own beside its numbers."""
    place = {"_rebuild_parameter_with_state": 3, "_rebuild_from_type_v2": 3}.get(value.by.name)
    further = value.arguments[place : place + 1] if place is not None else ()
    return any(not (content is None or is_empty(content)) for content in further)


def could_be_parameter(value: Made) -> bool:
    """Return whether a tensor has a dimension at least, and numbers with a fraction."""
    value = _plain(value) or value
    if value.by.name not in PLAIN or len(value.arguments) < 4:
        return value.by.name == "_rebuild_qtensor"
    outside, _, shape = value.arguments[:3]
    kind = outside.id[1] if isinstance(outside, Persistent) and type(outside.id) is tuple else None
    whole = isinstance(kind, Global) and kind.name in WHOLE
    return not whole and bool(_shape(shape))


WHOLE = {f"{name}Storage" for name in ("Long", "Int", "Short", "Char", "Byte", "Bool")}


def _shape(value: Any) -> Any:
    """Return a shape as the tuple it is, or within a torch.Size."""
    if is_call(value, "torch", "Size") and len(value.arguments) == 1:
        return value.arguments[0]
    return value


def _plain(value: Made) -> Made | None:
    """Return the tensor in a parameter, or in one with attributes; None where there is no such.

    What such a tensor carries beside its numbers (hooks, attributes) must not be called: of hooks
    there may be none, and attributes are left aside.
    """
    for _ in range(4):  # a parameter with attributes, of a class of its own: no more than this
        if value.state is not None or value.items or value.values:
            return None
        if value.by in PARAMETERS:
            inner = value.arguments[0] if value.arguments else None
        elif is_call(value, *SUBCLASS) and len(value.arguments) > 2:
            by, _, arguments = value.arguments[:3]
            usable = isinstance(by, Global) and isinstance(arguments, tuple)
            inner = Made(by, arguments, is_instance=False) if usable else None
        else:
            return value
        if not (isinstance(inner, Made) and is_tensor(inner)):
            return None
        value = inner
    return None


def tensor_record(value: Made, path: Path) -> TensorRecord:
    """Read what a function of PyTorch's was given that rebuilds a tensor.

    Raises
    ------
    ModelFileError
        When it is of a kind that is not read, a size is none, or it reaches beyond its storage.
    """
    plain = _plain(value)
    if plain is None or _hooks_of(value):
        raise _senseless(path)
    if plain.by.name in OTHERS:
        raise unsupported(path, OTHERS[plain.by.name], DENSE)
    arguments, version = plain.arguments, plain.by.name
    if len(arguments) < 4 or _has_any(arguments[5:6]):
        raise _senseless(path)
    if version == "_rebuild_tensor_v3":
        dtype, metadata = arguments[6] if len(arguments) > 6 else None, arguments[7:]
    else:
        dtype, metadata = None, arguments[6:]
    if _has_any(metadata):
        raise unsupported(path, mark("core", "its tensors are conjugated or negated views"), DENSE)
    outside, offset, shape, stride = arguments[:4]
    if not isinstance(outside, Persistent):
        raise _senseless(path)
    storage = storage_record(outside, path)
    if version == "_rebuild_tensor_v3":
        storage = _typed(storage, dtype, path)
    record = TensorRecord(
        storage, _whole(offset, path), _wholes(shape, path), _wholes(stride, path)
    )
    _check_bounds(record, path)
    return record


DENSE = mark("core", "Save it as plain tensors of float32: before it is quantized, or dense.")


def _typed(storage: Storage, dtype: Any, path: Path) -> Storage:
    """Return a storage of bytes as one of the numbers that the tensor says they are."""
    known = isinstance(dtype, Global) and dtype.module == "torch" and dtype.name in NEW_DTYPES
    if not known:
        raise unsupported(path, mark("core", "it holds numbers of an unusual kind"), DENSE)
    kind = NEW_DTYPES[dtype.name]
    count, rest = divmod(storage.count * storage.dtype.itemsize, kind.itemsize)
    if rest:
        raise _senseless(path)
    return Storage(storage.key, kind, count)


def _hooks_of(value: Made) -> bool:
    """Return whether a parameter has hooks, or is what nothing but a parameter should be."""
    if value.by.module == "torch._utils" and value.by in PARAMETERS:
        if value.by.name == "_rebuild_parameter" and len(value.arguments) > 3:
            return True
        inner = value.arguments[0]
        return _has_any(value.arguments[2:3]) or (
            isinstance(inner, Made) and inner.by in PARAMETERS
        )
    return False


def _has_any(arguments: tuple[Any, ...]) -> bool:
    """Return whether there is anything in what are an empty dict of hooks, and metadata."""
    return any(not (a is None or is_empty(a)) for a in arguments)


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
    if by != UNTYPED and (by.module not in ("torch", "torch.cuda") or by.name not in STORAGES):
        raise unsupported(path, mark("core", "it holds numbers of an unusual kind"), DENSE)
    if type(key) is not str or len(key) > 100:
        raise _senseless(path)
    dtype = torch.uint8 if by == UNTYPED else STORAGES[by.name]
    return Storage(key, dtype, _whole(count, path))


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
    if last >= record.storage.count:  # one that is expanded (stride 0) has more than its storage
        text = mark("core", "a tensor reaches beyond its numbers")
        raise inconsistent(path, text)


def _whole(value: Any, path: Path) -> int:
    if type(value) is not int or not 0 <= value < MAX_SIZE:
        raise _senseless(path)
    return value


def _wholes(value: Any, path: Path) -> tuple[int, ...]:
    value = _shape(value)
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
        text = mark(
            "core",
            "its tensors are larger than the file itself, as expanded ones are until they are "
            "saved as clones",
        )
        raise too_large(path, text)
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
