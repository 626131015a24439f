"""Values and arrays in a safetensors file, with a checksum: written, read back, never executed.

The arrays stand under path-like names. Everything else is JSON in the file's metadata, in which
``{"array": NAME}`` stands for an array, ``{"tuple": [...]}`` and ``{"dict": [[key, value], ...]}``
for what JSON does not tell apart, and ``{"float": "nan"}`` for what it cannot write.
"""

from __future__ import annotations

import hashlib
import json
import math
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nngui.core.errors import FileError
from nngui.core.text import mark
from nngui.files.regular import open_regular, size_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import BufferedReader
    from pathlib import Path

Arrays: TypeAlias = dict[str, NDArray[Any]]

MAX_BYTES = 1 << 30
"""Bytes of the largest file that is written or read."""
MAX_HEADER_BYTES = 1 << 23  # names, shapes and all values that are no arrays
MAX_DEPTH = 16  # values within values
_ODD = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


def flatten(value: object, name: str, arrays: Arrays) -> Any:
    """Return a value as JSON can hold it; its arrays and tensors go into `arrays`.

    Parameters
    ----------
    value : object
        None, truth values, numbers, texts, lists, tuples, dictionaries with whole numbers and
        texts for keys, arrays and tensors.
    name : str
        What the names of its arrays begin with.
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": str(value)}
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list):
        return [flatten(part, f"{name}/{i}", arrays) for i, part in enumerate(value)]
    if isinstance(value, tuple):
        return {"tuple": flatten(list(value), name, arrays)}
    if isinstance(value, dict):
        pairs = [[key, flatten(part, f"{name}/{key}", arrays)] for key, part in value.items()]
        return {"dict": pairs}
    # A tensor knows the way to numpy itself: nothing here needs torch.
    other: Any = value
    array = value if isinstance(value, np.ndarray) else other.detach().cpu().numpy()
    arrays[name] = np.asarray(array, order="C")
    return {"array": name}


def rebuild(tree: Any, take: Callable[[str], Any], depth: int = 0) -> Any:
    """Return the value that `flatten` was given.

    Parameters
    ----------
    take : callable of str
        Returns the array of that name, in whatever form is wanted.

    Raises
    ------
    ValueError, KeyError
        When `flatten` did not write this.
    """
    if depth > MAX_DEPTH:
        raise ValueError("values too deep in each other")
    if isinstance(tree, list):
        return [rebuild(part, take, depth + 1) for part in tree]
    if not isinstance(tree, dict):
        return tree
    ((kind, inner),) = tree.items()
    if kind == "array" and isinstance(inner, str):
        return take(inner)
    if kind == "float" and isinstance(inner, str):
        return _ODD[inner]
    if kind == "tuple" and isinstance(inner, list):
        return tuple(rebuild(inner, take, depth))
    if kind == "dict" and isinstance(inner, list):
        result: dict[int | str, Any] = {}
        for key, part in inner:
            if type(key) not in (int, str) or key in result:
                raise ValueError("no key")
            result[key] = rebuild(part, take, depth + 1)
        return result
    raise ValueError(f"no such kind of value: {kind}")


def pack(kind: str, content: dict[str, Any], arrays: Arrays) -> bytes:
    """Return the file's bytes.

    Parameters
    ----------
    kind : str
        What kind of file it is, and its version: ``nngui recovery 1``.
    content : dict
        What JSON can hold.

    Raises
    ------
    FileError
        When it would be too large to be read again.
    """
    import safetensors.numpy

    text = json.dumps(content, allow_nan=False)
    size = len(text) + sum(array.nbytes for array in arrays.values())
    if size > MAX_BYTES - MAX_HEADER_BYTES or 2 * len(text) > MAX_HEADER_BYTES:
        raise FileError(mark("core", "it is too large"))
    metadata = {"format": kind, "content": text, "sha256": _checksum(text, arrays)}
    data: bytes = safetensors.numpy.save(arrays, metadata)
    return data


def read_content(path: Path, kind: str | tuple[str, ...]) -> dict[str, Any]:
    """Read what JSON holds, without the arrays, and without checking the checksum.

    Parameters
    ----------
    kind : str or tuple of str
        Which kind of file, or which kinds, it may be.

    Raises
    ------
    FileError
        When the file is damaged, of another kind or of another version.
    """
    try:
        with open_regular(path, MAX_BYTES) as file:
            return _content(path, kind, _metadata(_header(file, path)))
    except OSError as error:
        raise _unreadable(path, error) from error


def unpack(path: Path, kind: str | tuple[str, ...]) -> tuple[dict[str, Any], Arrays]:
    """Read content and arrays, and check them against the checksum.

    Raises
    ------
    FileError
        As `read_content`, and when a single bit is another one.
    """
    import safetensors
    import safetensors.numpy

    try:
        with open_regular(path, MAX_BYTES) as file:
            metadata = _metadata(_header(file, path))
            content = _content(path, kind, metadata)
            file.seek(0)
            data = file.read(MAX_BYTES)
    except OSError as error:
        raise _unreadable(path, error) from error
    try:
        arrays: Arrays = safetensors.numpy.load(data)
    except (safetensors.SafetensorError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise damaged(path) from error
    if metadata.get("sha256") != _checksum(metadata["content"], arrays):
        raise damaged(path)
    return content, arrays


def damaged(path: Path) -> FileError:
    """Return the error that says so."""
    return FileError(mark("core", "{path} is damaged, or no saved run of this program."), path=path)


def _unreadable(path: Path, error: OSError) -> FileError:
    why = error.strerror or str(error)
    return FileError(mark("core", "{path} could not be read: {why}."), path=path, why=why)


def _header(file: BufferedReader, path: Path) -> dict[str, Any]:
    """Read the beginning of a safetensors file, whose length stands before it."""
    size = size_of(file)
    length = int.from_bytes(file.read(8), "little")
    if length > min(MAX_HEADER_BYTES, size - 8):
        raise damaged(path)
    try:
        header = json.loads(file.read(length).decode())
    except (ValueError, RecursionError) as error:
        raise damaged(path) from error
    if not isinstance(header, dict):
        raise damaged(path)
    return header


def _metadata(header: dict[str, Any]) -> dict[str, str]:
    metadata = header.get("__metadata__")
    if not isinstance(metadata, dict):
        return {}
    return {name: text for name, text in metadata.items() if isinstance(text, str)}


def _content(path: Path, kind: str | tuple[str, ...], metadata: dict[str, str]) -> dict[str, Any]:
    written, kinds = metadata.get("format", ""), (kind,) if isinstance(kind, str) else kind
    if written not in kinds:
        if written.rpartition(" ")[0] == kinds[0].rpartition(" ")[0]:
            text = mark("core", "{path} was written by another version of this program.")
            raise FileError(text, path=path)
        raise damaged(path)
    try:
        content = json.loads(metadata.get("content", ""), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise damaged(path) from error
    if not isinstance(content, dict):
        raise damaged(path)
    return content


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _checksum(content: str, arrays: Arrays) -> str:
    """Return a checksum over the content, and over each array's name, shape, kind and bytes."""
    checksum = hashlib.sha256(content.encode(errors="surrogatepass"))
    for name in sorted(arrays):
        array = arrays[name]
        checksum.update(f"\0{name}\0{array.dtype.str}\0{array.shape}\0".encode())
        checksum.update(array.data)
    return checksum.hexdigest()
