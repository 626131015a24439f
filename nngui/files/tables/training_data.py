"""A table as training data: which of its columns are used, for what, and as which numbers."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from nngui.core.errors import DataError, FileError, NnguiError
from nngui.core.spec.table import EXAMPLE, TableSpec, table_settings
from nngui.core.spec.toml import AnySpec, with_settings
from nngui.core.text import mark
from nngui.files.tables.format import TableFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from torch import Tensor

    from nngui.core.data.columns import Columns
    from nngui.core.data.data import Data
    from nngui.core.spec import Spec
    from nngui.files.tables.reader import Table

MAX_CATEGORIES = 100  # names in a column; of more, each has too few rows to learn from
MAX_INPUTS = 10_000
MAX_VALUES = 1 << 29  # inputs in all: 2 GB
SMALL = 1 << 20  # bytes: such a file is read in a moment


@dataclass(frozen=True, eq=False)
class TableData:
    """What is made of a table.

    Attributes
    ----------
    table : Table
        The file and how it is written.
    columns : Columns
    x : Tensor
        Shape (n, inputs), float32; a gap is NaN.
    y : Tensor
        Shape (n, 1), float32; or class numbers, shape (n,), int64.
    rows : Tensor
        Which row of the table each is, from 0, shape (n,), int64.
    notes : tuple of NnguiError
        What was left out or will be filled, a sentence each.
    """

    table: Table
    columns: Columns
    x: Tensor
    y: Tensor
    rows: Tensor
    notes: tuple[NnguiError, ...] = ()


def table_path(spec: TableSpec) -> Path:
    """Return where the table is, also one that comes with the program.

    Raises
    ------
    DataError
        When none is chosen.
    """
    if not spec.path:
        text = mark(
            "core",
            "No table is chosen yet: open a CSV, Excel, Parquet or NumPy file, or choose other "
            "data.",
        )
        raise DataError(text)
    if not spec.path.startswith(EXAMPLE):
        return Path(spec.path)
    name = spec.path.removeprefix(EXAMPLE)
    folder = files("nngui.resources.datasets")
    known = sorted(file.name[:-4] for file in folder.iterdir() if file.name.endswith(".csv"))
    if name not in known:
        text = mark("core", "There is no data set {name}: choose one of {known}.")
        raise FileError(text, name=name, known=", ".join(known))
    return Path(str(folder.joinpath(f"{name}.csv")))


def format_of(spec: TableSpec) -> TableFormat:
    """Return what the settings say of how the file is written."""
    return TableFormat(
        spec.separator, spec.decimal, spec.encoding, spec.header, spec.comment, spec.sheet
    )


def table_data(
    spec: TableSpec,
    *,
    classes: bool,
    read: Table | None = None,
) -> TableData:
    """Read a table and return it as data; at once, where it was read before and is the same.

    Parameters
    ----------
    classes : bool
        The target is a class, not a number.
    read : Table, optional
        The same file, read before in the way that the settings say: it is not read once more,
        unless columns of numbers are to be read as words now.

    Raises
    ------
    FileError, DataError
        When it cannot be read, or nothing can be learned from it.
    """
    key = _key(spec, classes)
    if key in _made:
        return _made[key]
    from nngui.files.tables.reader import read_table

    path = table_path(spec)
    words = _as_text(spec, path, classes=classes)
    if read is not None and not any(is_number_column(read.frame[name]) for name in words):
        table = read
    else:
        table = read_table(path, format_of(spec), words)
    made = _make(table, spec, classes=classes)
    for old in [old for old in list(_made) if old[1] == classes]:
        _made.pop(old, None)  # a task has one table at a time, and they may be large
    _made[key] = made
    return made


def settings_for_table(
    base: AnySpec, path: str, target: str = "", features: Sequence[str] = ()
) -> AnySpec:
    """Return settings that train on a table, which is read for this.

    Parameters
    ----------
    base : Spec
        Of a task that takes tables.
    path : str
        A file, or ``example:iris`` and the like.

    Raises
    ------
    NnguiError
        When it cannot be read, or nothing can be learned from it.
    """
    if not path.startswith(EXAMPLE):
        path = str(Path(path).absolute())
    chosen = TableSpec(path=path, target=target, features=tuple(features))
    made = table_data(chosen, classes=predicts_classes(base))
    return with_settings(base, table_settings(len(made.x), **chosen.model_dump()))


def predicts_classes(spec: Spec) -> bool:
    """Return whether a task tells classes apart."""
    return spec.loss == "cross_entropy"


def training_data(spec: TableSpec, *, classes: bool, standardise: bool) -> Data:
    """Return a table as the data of a run (see `table_data`)."""
    from nngui.core.data.data import Data

    made = table_data(spec, classes=classes)
    return Data(
        made.x,
        made.y,
        features=made.columns.inputs,
        target=made.columns.target,
        classes=made.columns.classes,
        standardise=standardise,
        columns=made.columns,
        test=spec.test,
        rows=made.rows,
    )


# A run is often built again from the same table. Keys: settings, classes, the file's signs.
_made: dict[tuple[object, ...], TableData] = {}


def kept(spec: TableSpec, *, classes: bool) -> TableData | None:
    """Return what `table_data` made of a table, if it is still in memory."""
    try:
        return _made.get(_key(spec, classes))
    except NnguiError:
        return None


def takes_long(spec: TableSpec, *, classes: bool) -> bool:
    """Return whether `table_data` would have to read a large file first."""
    try:
        return table_path(spec).stat().st_size > SMALL and _key(spec, classes) not in _made
    except (NnguiError, OSError):  # whoever reads it says so
        return False


def _key(spec: TableSpec, classes: bool) -> tuple[object, ...]:
    path = table_path(spec)
    try:
        now = path.stat()
    except OSError:
        return (spec, classes, None)
    return (spec, classes, now.st_size, now.st_mtime_ns)


def _as_text(spec: TableSpec, path: Path, *, classes: bool) -> tuple[str, ...]:
    """Return the columns whose cells are kept as they are written."""
    if not classes or spec.target in spec.categories:
        return spec.categories
    target = spec.target
    if not target:
        from nngui.files.tables.reader import preview_table

        target = str(preview_table(path, format_of(spec), rows=1).frame.columns[-1])
    return (*spec.categories, target)


def _make(table: Table, spec: TableSpec, *, classes: bool) -> TableData:
    import torch

    from nngui.core.data.columns import Columns
    from nngui.core.data.table_math import encode

    frame = table.frame
    target = _target(table, spec)
    known = frame[target].notna()
    notes = list(table.notes)
    if not known.all():
        text = mark("core", "{n} rows without a value for {name} are left out.")
        notes.append(DataError(text, n=f"{int((~known).sum()):,}", name=target))
        frame = frame[known]
    if len(frame) < 2:
        text = mark("core", "{file} has {n} rows with a value for {name}: training takes more.")
        raise DataError(text, file=table.path.name, n=len(frame), name=target)
    names = _classes(frame[target]) if classes else ()
    if not classes and not is_number_column(frame[target]):
        text = mark(
            "core", "{name} holds words, not numbers: predict it in the tab Classification instead."
        )
        raise DataError(text, name=target)
    numbers, categories = _features(table, frame, spec, target, notes)
    columns = Columns(tuple(numbers), tuple(categories.items()), target, names)
    _check_size(len(frame), len(columns.inputs))
    x = encode(frame, numbers, {name: list(values) for name, values in categories.items()})
    y = _targets(frame, columns)
    rows = torch.from_numpy(known.to_numpy().nonzero()[0])
    gaps = x.isnan()
    if spec.missing == "drop" and bool(gaps.any()):
        whole = ~gaps.any(1)
        x, y, rows = x[whole], y[whole], rows[whole]
        text = mark("core", "{n} rows with gaps are left out.")
        notes.append(DataError(text, n=f"{int((~whole).sum()):,}"))
    elif bool(gaps.any()):
        text = mark("core", "{n} gaps are filled by the mean or the most frequent category.")
        notes.append(DataError(text, n=f"{_count_gaps(gaps, columns):,}"))
    return TableData(table, columns, x, y, rows, tuple(notes))


def _targets(frame: pd.DataFrame, columns: Columns) -> Tensor:
    import pandas as pd
    import torch

    if not columns.classes:
        return torch.from_numpy(frame[[columns.target]].to_numpy("float32", copy=True))
    codes = pd.Categorical(frame[columns.target], categories=list(columns.classes)).codes
    return torch.from_numpy(codes.astype("int64"))


def _count_gaps(gaps: Tensor, columns: Columns) -> int:
    firsts = [place.start for _, place in columns.features]
    return int(gaps[:, firsts].sum())


def _target(table: Table, spec: TableSpec) -> str:
    there = list(table.frame.columns)
    for name in (spec.target, *spec.features, *spec.categories):
        if name and name not in there:
            text = mark("core", "{file} has no column {name}: it has {known}.")
            raise DataError(text, file=table.path.name, name=name, known=_listed(there))
    target = spec.target or there[-1]
    if target in spec.features:
        text = mark("core", "{name} is the target and a feature too: take it from the features.")
        raise DataError(text, name=target)
    return str(target)


def _features(
    table: Table, frame: pd.DataFrame, spec: TableSpec, target: str, notes: list[NnguiError]
) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """Return the features that are numbers, and those that are names with their values."""
    numbers: list[str] = []
    categories: dict[str, tuple[str, ...]] = {}
    left_out: list[str] = []
    for name in spec.features or [str(name) for name in frame.columns if name != target]:
        column = frame[name]
        number = is_number_column(column)
        if not spec.features and not is_usable(column):
            left_out.append(name)
            continue
        if not column.notna().any():
            raise DataError(mark("core", "The column {name} is empty: leave it out."), name=name)
        if number:
            numbers.append(name)
        else:
            categories[name] = _categories(column)
    if not numbers and not categories:
        text = mark("core", "{file} has no column to predict {name} from.")
        raise DataError(text, file=table.path.name, name=target)
    if left_out:
        text = mark(
            "core",
            "Left out, as they are empty, the same everywhere, or hold too many different words: "
            "{names}.",
        )
        notes.append(DataError(text, names=_listed(left_out)))
    return numbers, categories


def is_number_column(column: pd.Series) -> bool:
    """Return whether a column of a table holds numbers."""
    import pandas as pd

    return bool(pd.api.types.is_numeric_dtype(column))


def is_usable(column: pd.Series, different: int | None = None) -> bool:
    """Return whether something could be predicted from a column: it is used unless one says no.

    Parameters
    ----------
    different : int, optional
        How many different values it has, if that is known.
    """
    if is_number_column(column):
        return bool(column.min() < column.max()) if different is None else different > 1
    different = int(column.nunique()) if different is None else different
    return 1 < different <= min(MAX_CATEGORIES, max(2, len(column) // 2))


def _categories(column: pd.Series) -> tuple[str, ...]:
    values = _values(column)
    if len(values) > MAX_CATEGORIES:
        text = mark(
            "core", "{name} holds {n} different words, and {most} is the most: leave it out."
        )
        raise DataError(text, name=column.name, n=f"{len(values):,}", most=MAX_CATEGORIES)
    return values


def _classes(column: pd.Series) -> tuple[str, ...]:
    values = _values(column)
    if len(values) < 2:
        text = mark(
            "core", "All points are of one class, {name}: two classes are needed to tell apart."
        )
        raise DataError(text, name=values[0])
    if len(values) > MAX_CATEGORIES:
        text = mark(
            "core",
            "{name} has {n} different values, and {most} classes are the most: for numbers, use "
            "the tab Regression.",
        )
        raise DataError(text, name=column.name, n=f"{len(values):,}", most=MAX_CATEGORIES)
    return values


def _values(column: pd.Series) -> tuple[str, ...]:
    """Return the different values of a column: numbers in their order, words in theirs."""
    values = [str(value) for value in column.dropna().unique()]
    try:
        return tuple(sorted(values, key=float))
    except ValueError:
        return tuple(sorted(values))


def _check_size(rows: int, inputs: int) -> None:
    if inputs > MAX_INPUTS or rows * inputs > MAX_VALUES:
        text = mark(
            "core",
            "{rows} rows of {inputs} inputs are too many: leave out features, above all those with "
            "many different words.",
        )
        raise DataError(text, rows=f"{rows:,}", inputs=f"{inputs:,}")


def _listed(names: list[str], most: int = 8) -> str:
    more = f", … (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(names[:most]) + more
