"""A table as training data: which of its columns are used, for what, and as which numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nngui.core.errors import DataError, NnguiError
from nngui.core.spec.table import EXAMPLE, TableSpec, table_settings
from nngui.core.spec.toml import AnySpec, with_settings
from nngui.core.text import mark
from nngui.files.progress import NO_PROGRESS, Progress
from nngui.files.tables.cache import CachedTable, TableCache, TableSource, Use, source_of
from nngui.files.tables.columns import Choice
from nngui.files.tables.format import format_of
from nngui.files.tables.kinds.meaning import are_codes, is_doubtful, may_be_codes
from nngui.files.tables.reader import preview_table, read_table
from nngui.files.tables.table import table_path
from nngui.files.tables.target import likely_target
from nngui.files.tables.words import is_number_column

if TYPE_CHECKING:
    import pandas as pd
    from torch import Tensor

    from nngui.core.data.columns import Columns
    from nngui.core.data.data import Data
    from nngui.core.data.report import DataReport
    from nngui.core.spec import Spec
    from nngui.files.tables.format import TableFormat
    from nngui.files.tables.table import Table

MAX_INPUTS = 10_000
MAX_VALUES = 1 << 29  # inputs in all: 4 GB
MAX_SEEN = 1000  # rows from which the target is told, if the settings name none


@dataclass(frozen=True, eq=False)
class TableData:
    """What is made of a table.

    Attributes
    ----------
    table : Table
        The file and how it is written.
    columns : Columns
    x : Tensor
        Shape (n, inputs), float64; a gap is NaN.
    y : Tensor
        Shape (n, 1), float64; or class numbers, shape (n,), int64.
    rows : Tensor
        Which row of the table each is, from 0, shape (n,), int64.
    report : DataReport
        What was left out, and what will be filled.
    """

    table: Table
    columns: Columns
    x: Tensor
    y: Tensor
    rows: Tensor
    report: DataReport


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
        unless it was changed since, or columns of numbers are to be read as words now.

    Raises
    ------
    FileError, DataError
        When it cannot be read, or nothing can be learned from it.
    """
    path = table_path(spec)
    source, use = source_of(spec, path), _use(spec, classes)
    made = _cache.find(source, use)
    if made is not None:
        return made
    with _cache.reading(source):
        made = _cache.find(source, use)  # made by another thread while this one waited
        if made is None:
            table, words = _read(spec, path, source, classes=classes, read=read)
            made = _make(table, spec, classes=classes)
            if source.version is not None:  # else the file has just come, or gone
                _cache.put(classes, CachedTable(source, words, table, use, made))
                _shapes[source, _width_use(spec, classes)] = _shape(made.columns)
        return made


def settings_for_table(base: AnySpec, path: str, **table: object) -> AnySpec:
    """Return settings that train on a table, which is read for this.

    Parameters
    ----------
    base : Spec
        Of a task that takes tables.
    path : str
        A file, or ``example:iris`` and the like.
    **table
        Further fields of a `TableSpec`.

    Raises
    ------
    NnguiError
        When it cannot be read, or nothing can be learned from it.
    """
    if not path.startswith(EXAMPLE):
        path = str(Path(path).absolute())
    chosen = TableSpec().replaced(path=path, **table)
    made = table_data(chosen, classes=predicts_classes(base))
    return with_settings(base, table_settings(len(made.x), **chosen.model_dump()))


def table_shape(spec: TableSpec, *, classes: bool) -> tuple[tuple[int, ...], int]:
    """Return a row's shape, (inputs,), and how many values a network gives for it.

    The table is read for this, unless it is still in memory (see `table_data`).
    """
    return _shape(table_data(spec, classes=classes).columns)


def cached_table_shape(spec: TableSpec, *, classes: bool) -> tuple[tuple[int, ...], int] | None:
    """Return what `table_shape` does, if it was ever found out; it neither reads nor waits.

    It is remembered of every table, also of one that made room for another: it takes no memory.
    """
    try:
        source = source_of(spec, table_path(spec))
    except NnguiError:
        return None
    return _shapes.get((source, _width_use(spec, classes)))


def _shape(columns: Columns) -> tuple[tuple[int, ...], int]:
    return (len(columns.inputs),), len(columns.classes) or 1


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
        report=made.report,
        notes=made.report.notes,
    )


_cache: TableCache[TableData] = TableCache()  # a run is often built again from the same table
_shapes: dict[tuple[TableSource, Use], tuple[tuple[int, ...], int]] = {}  # of those ever read


def cached_table_data(spec: TableSpec, *, classes: bool) -> TableData | None:
    """Return what `table_data` made of a table, if it is still in memory; it never waits."""
    try:
        source = source_of(spec, table_path(spec))
    except NnguiError:
        return None
    return _cache.find(source, _use(spec, classes))


def must_be_read(spec: TableSpec, *, classes: bool) -> bool:
    """Return whether `table_data` would have to read a file first, and so keep who asks waiting."""
    try:
        is_there = table_path(spec).is_file()
    except NnguiError:  # whoever reads it says so
        return False
    return is_there and cached_table_data(spec, classes=classes) is None


def _use(spec: TableSpec, classes: bool) -> Use:
    """Return what decides about the numbers that are made of a table.

    The rows to test on are split off later, by the run: it makes the same of the table whatever
    their share is.
    """
    return (classes, *(value for name, value in spec if name != "test"))


def _width_use(spec: TableSpec, classes: bool) -> Use:
    """Return what decides about how many columns of numbers are made: no row is asked for it."""
    return _use(spec.replaced(missing="fill"), classes)


def _read(
    spec: TableSpec, path: Path, source: TableSource, *, classes: bool, read: Table | None
) -> tuple[Table, frozenset[str]]:
    """Return a table with the columns that must be words as words: one in memory, if it is so.

    Returns
    -------
    table : Table
    words : frozenset of str
        The columns that were asked for as words when it was read.
    """
    present = _cache.tables_of(source)
    if read is not None and read.version == source.version:
        present.append((read, frozenset()))
    words = _words(spec, path, present[0][0] if present else None, classes=classes)
    for table, asked in present:
        more = [name for name in words - asked if name in table.frame]
        # What else was asked for as words might be numbers now.
        if asked <= words and not any(is_number_column(table.frame[name]) for name in more):
            return table, asked
    return read_raw_table(path, source.format, words)


def read_raw_table(
    path: Path,
    wanted: TableFormat | None,
    words: frozenset[str] = frozenset(),
    progress: Progress = NO_PROGRESS,
) -> tuple[Table, frozenset[str]]:
    """Read a table; columns that may be other numbers as they are written, once more as words.

    Parameters
    ----------
    words : frozenset of str
        Columns whose cells are kept as they are written.

    Returns
    -------
    table : Table
    words : frozenset of str
        The columns that were kept so.

    Raises
    ------
    FileError, DataError, CancelledError
        See `reader.read_table`.
    """
    table = read_table(path, wanted, words, progress)
    doubtful = _doubtful_columns(table)
    if not doubtful:
        return table, words
    words |= doubtful
    return read_table(path, wanted, words, progress), words


def _doubtful_columns(table: Table) -> frozenset[str]:
    """Return the columns of numbers that may be others as they are written: 2.944, or 01."""
    numbers = [str(name) for name in table.frame if is_number_column(table.frame[name])]
    if table.kind != "text":
        return frozenset()
    found = {name for name in numbers if is_doubtful(table.frame[name])}
    whole = [name for name in numbers if may_be_codes(table.frame[name])]
    if whole:
        first = preview_table(table.path, table.format, MAX_SEEN, whole).frame
        found |= {name for name in whole if name in first and are_codes(first[name])}
    return frozenset(found)


def _words(spec: TableSpec, path: Path, present: Table | None, *, classes: bool) -> frozenset[str]:
    """Return the columns whose cells are kept as they are written."""
    if not classes:
        return frozenset(spec.categories)
    target = spec.target
    if not target:
        present = present or preview_table(path, format_of(spec), rows=MAX_SEEN)
        target = likely_target(present, spec)
    return frozenset((*spec.categories, target))


def _make(table: Table, spec: TableSpec, *, classes: bool) -> TableData:
    import torch

    from nngui.core.data.clean import clean_table
    from nngui.core.data.table_math import encode

    choice = Choice(table, spec, classes=classes)
    columns = choice.columns
    _check_size(len(table.frame), len(columns.inputs))
    values = dict(columns.categories)
    if columns.classes:
        values[columns.target] = columns.classes
    clean = clean_table(table.frame, columns.types, values)
    known = clean[columns.target].notna().to_numpy()
    choice.leave_out_rows(~known)
    clean = clean[known]
    choice.check_rows(len(clean))
    x = encode(clean, list(columns.numbers), {name: list(v) for name, v in columns.categories})
    y = _targets(clean, columns)
    rows = torch.from_numpy(known.nonzero()[0])
    gaps = x.isnan()
    if spec.missing == "drop" and bool(gaps.any()):
        whole = ~gaps.any(1)
        x, y, rows, gaps = x[whole], y[whole], rows[whole], gaps[whole]
        choice.leave_out_gaps(int((~whole).sum()))
    counts = {name: int(gaps[:, place.start].sum()) for name, place in columns.features}
    if any(counts.values()):
        choice.fill(counts)
    report = choice.report(rows.numpy(), counts)
    return TableData(table, columns, x, y, rows, report)


def _targets(clean: pd.DataFrame, columns: Columns) -> Tensor:
    import torch

    if not columns.classes:
        return torch.from_numpy(clean[[columns.target]].to_numpy("float64", copy=True))
    return torch.from_numpy(clean[columns.target].cat.codes.to_numpy("int64", copy=True))


def _check_size(rows: int, inputs: int) -> None:
    if inputs > MAX_INPUTS or rows * inputs > MAX_VALUES:
        text = mark(
            "core",
            "{rows} rows of {inputs} inputs are too many: leave out features, above all those with "
            "many different words.",
        )
        raise DataError(text, rows=f"{rows:,}", inputs=f"{inputs:,}")
