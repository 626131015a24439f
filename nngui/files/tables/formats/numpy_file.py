"""NumPy's files as tables: an array, or several of the same length, of which one is the target."""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from nngui.core.code_text import value_code
from nngui.core.data.report import MAX_NAMED, LeftOut, listed
from nngui.core.errors import DataError, FileError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark
from nngui.files.memory import Budget
from nngui.files.npy import read_array
from nngui.files.regular import open_regular, size_of
from nngui.files.tables.formats.found import Found

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    import pandas as pd
    from numpy.typing import NDArray

    from nngui.files.progress import Progress

    Arrays = dict[str, NDArray[Any]]

TARGETS = frozenset({"y", "target", "targets", "label", "labels"})
TRAINING = frozenset({"train", "training", "tr"})
OTHERS = frozenset({"test", "testing", "val", "valid", "validation", "te"})
KINDS = "biufUSM"  # of what an array may hold
HELD_OUT = mark(
    "core", "Left out, as they are no part of the training data: {n} rows of the arrays {which}."
)
OTHER_LENGTH = mark("core", "Left out, as they are of another length: the arrays {which}.")


def read_npy(path: Path, _progress: Progress) -> Found:
    """Return an array as columns: one for each field, or each number of a row."""
    with open_regular(path) as file:
        array = _array(Budget(path), path, file, size_of(file))
    frame = _frame(path, array, "column")
    lines = ["array = np.load(TABLE)"]
    if array.dtype.names is None:
        lines += _decoding(array.dtype.kind == "S", "array")
        lines.append("array = array.reshape(len(array), -1)")
    return Found(frame, (*lines, "table = pd.DataFrame(array)"))


def read_npz(path: Path, _progress: Progress) -> Found:
    """Return the arrays of a file side by side, the target as the last."""
    import pandas as pd

    arrays = _arrays(path)
    chosen, left_out = _chosen(path, arrays)
    part = {name: _words(name) & TRAINING for name in chosen}
    frames = []
    for name in chosen:
        bare = re.sub(rf"_?({'|'.join(part[name])})_?", "", name) if part[name] else name
        frames.append(_frame(path, arrays[name], bare or name))
    is_bytes = any(arrays[name].dtype.kind == "S" for name in chosen)
    lines = [
        "arrays = np.load(TABLE)",
        *value_code("parts", list(chosen)),
        "parts = [arrays[name] for name in parts]",
        *_decoding(is_bytes, "parts"),
        "parts = [part.reshape(len(part), -1) for part in parts]",
        "table = pd.concat(map(pd.DataFrame, parts), axis=1)",
    ]
    notes = tuple(one.why for one in left_out)
    return Found(pd.concat(frames, axis=1), tuple(lines), notes, tuple(left_out))


def _arrays(path: Path) -> Arrays:
    arrays: Arrays = {}
    try:
        with open_regular(path) as whole, zipfile.ZipFile(whole) as archive:
            budget = Budget(path)
            budget.check(2 * sum(entry.file_size for entry in archive.infolist()))
            for entry in archive.infolist():
                with archive.open(entry) as file:
                    name = entry.filename.removesuffix(".npy")
                    arrays[name] = _array(budget, path, file, entry.file_size)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        # The last is zipfile's word for a compression that it does not know.
        raise ValueError(str(error)) from error
    return arrays


def _decoding(is_bytes: bool, name: str) -> list[str]:
    """Return lines of a script that make words of bytes."""
    if not is_bytes:
        return []
    if name == "array":
        return ["array = np.char.decode(array, 'utf-8', 'replace')"]
    return [
        "parts = [",
        "    np.char.decode(part, 'utf-8', 'replace') if part.dtype.kind == 'S' else part",
        "    for part in parts",
        "]",
    ]


def _chosen(path: Path, arrays: Arrays) -> tuple[list[str], list[LeftOut]]:
    """Return the arrays that are the table, in order, and what is said of the others."""
    left_out = []
    names = sorted(arrays, key=lambda name: bool(_words(name) & TARGETS))
    others = [name for name in names if _words(name) & OTHERS]
    if others and any(_words(name) & TRAINING for name in names):
        rows = {len(arrays[name]) for name in others if arrays[name].ndim}
        left_out.append(_left_out(HELD_OUT, "rows", others, sum(rows)))
        names = [name for name in names if name not in others]
    wide = [name for name in names if arrays[name].ndim > 1 and arrays[name].dtype.kind in "biuf"]
    if wide:
        length = len(max((arrays[name] for name in wide), key=lambda array: array.size))
        odd = [name for name in names if not arrays[name].ndim or len(arrays[name]) != length]
        if any(arrays[name].ndim > 1 or _words(name) & TARGETS for name in odd):
            odd = []  # which are meant cannot be told
        if odd:
            left_out.append(_left_out(OTHER_LENGTH, "columns", odd, len(odd)))
        names = [name for name in names if name not in odd]
    if len({len(arrays[name]) if arrays[name].ndim else -1 for name in names}) != 1:
        text = mark("core", "{path} holds no table: its arrays have different lengths.")
        raise FileError(text, path=path)
    return names, left_out


def _left_out(why: str, what: Any, names: list[str], count: int) -> LeftOut:
    which = listed([short_text(name) for name in names])
    values = {"n": f"{count:,}"} if what == "rows" else {}
    return LeftOut(what, count, DataError(why, which=which, **values), tuple(names[:MAX_NAMED]))


def _words(name: str) -> set[str]:
    return set(re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()))


def _array(budget: Budget, path: Path, file: IO[bytes], size: int) -> NDArray[Any]:
    return read_array(path, file, size, lambda needed: budget.take(2 * needed))


def _frame(path: Path, array: NDArray[Any], name: str) -> pd.DataFrame:
    """Return an array as columns: one for each field, or each number of a row."""
    import numpy as np
    import pandas as pd

    if array.dtype.names:
        return pd.DataFrame({field: _native(array[field]) for field in array.dtype.names})
    if array.ndim == 0 or array.dtype.kind not in KINDS:
        text = mark("core", "{path} holds no table of numbers.")
        raise FileError(text, path=path)
    if array.dtype.kind == "S":
        array = np.char.decode(array, "utf-8", "replace")
    rows = _native(array.reshape(len(array), -1) if len(array) else array.reshape(0, 1))
    many = rows.shape[1] > 1
    names = [f"{name} {i + 1}" if many else name for i in range(rows.shape[1])]
    return pd.DataFrame(rows, columns=names)


def _native(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array whose numbers lie as this machine has them."""
    return array.astype(array.dtype.newbyteorder("="), copy=False)
