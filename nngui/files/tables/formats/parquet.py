"""Parquet files: batches of rows, whose memory is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.code_text import value_code
from nngui.core.data.report import MAX_NAMED, LeftOut, listed
from nngui.core.errors import DataError
from nngui.core.spec.refusals import short_text
from nngui.core.text import mark
from nngui.files.memory import Budget
from nngui.files.regular import open_regular
from nngui.files.tables.formats.found import WHOLE, Found
from nngui.files.tables.words import is_number_column, word_of

if TYPE_CHECKING:
    from pathlib import Path

    from pyarrow import DataType, Schema, Table
    from pyarrow.parquet import FileMetaData

    from nngui.files.progress import Progress

NUMBER_BYTES = 16  # of a number: in pages and in a column
FRAME_COPIES = 3  # of what the batches hold
BATCH_ROWS = 1 << 15
NESTED = mark("core", "Left out, as their cells hold several values or bytes: columns {which}.")
PLAIN = "{'ignore_metadata': True}"  # or pandas makes an index of a column


def read_parquet(path: Path, progress: Progress) -> Found:
    """Return the columns of a file that hold numbers, words, dates or truth values.

    pandas would decode a word that a dictionary holds for every row: so batches are read.
    """
    import pyarrow as pa
    from pyarrow import parquet

    budget = Budget(path)
    with open_regular(path) as file:
        about = parquet.read_metadata(file)
        # What the file says of itself first; and then what has been made of it.
        budget.check(max(NUMBER_BYTES * about.num_rows * about.num_columns, _unpacked(about)))
        schema = parquet.read_schema(file)
        words = [column.name for column in schema if _is_text(column.type)]
        names = [column.name for column in schema if not _is_nested(column.type)]
        nested = [column.name for column in schema if _is_nested(column.type)]
        file.seek(0)
        whole = parquet.ParquetFile(file, read_dictionary=words)
        asked = names if nested else None
        batches = []
        for batch in whole.iter_batches(BATCH_ROWS, columns=asked, use_threads=False):
            budget.take(FRAME_COPIES * batch.nbytes)
            batches.append(batch)
            progress.at(len(batches) * BATCH_ROWS / max(about.num_rows, 1))
        empty = None if batches else whole.schema_arrow
        table = pa.Table.from_batches(batches, empty).unify_dictionaries()
    return _found(table, schema, names, nested)


def _found(table: Table, schema: Schema, names: list[str], nested: list[str]) -> Found:
    import pandas as pd

    frame = table.to_pandas(ignore_metadata=True)
    options = [f"to_pandas_kwargs={PLAIN}"] if _has_metadata(schema) else []
    lines = value_code("names", names) if nested else []
    options = ["columns=names", *options] if nested else options
    lines.append(f"table = pd.read_parquet({', '.join(['TABLE', *options])})")
    about = (schema.pandas_metadata or {}).get("columns", ())
    categories = {one.get("name") for one in about if one.get("pandas_type") == "categorical"}
    for place, column in enumerate(table.schema):
        cells = frame.iloc[:, place]
        if _is_decimal(column.type):
            frame.isetitem(place, pd.to_numeric(cells))
            lines.append(f"table[{column.name!r}] = pd.to_numeric(table[{column.name!r}])")
        elif column.name in categories and is_number_column(cells):
            frame.isetitem(place, cells.map(word_of, na_action="ignore"))
            lines += [
                f"table[{column.name!r}] = table[{column.name!r}].map(",
                f"    {WHOLE}, na_action='ignore'",
                ")",
            ]
        elif _is_bytes(column.type):
            frame.isetitem(place, cells.astype(object).map(_decoded, na_action="ignore"))
            lines += [
                f"table[{column.name!r}] = table[{column.name!r}].map(",
                "    lambda cell: cell.decode('utf-8', 'replace'), na_action='ignore'",
                ")",
            ]
    left_out = []
    if nested:
        why = DataError(NESTED, which=listed([short_text(name) for name in nested]))
        left_out = [LeftOut("columns", len(nested), why, tuple(nested[:MAX_NAMED]))]
    return Found(frame, tuple(lines), tuple(one.why for one in left_out), tuple(left_out))


def _decoded(cell: bytes) -> str:
    return cell.decode("utf-8", "replace")


def _has_metadata(schema: Schema) -> bool:
    """Return whether pandas wrote that a column is an index, or of a kind of its own."""
    about = schema.pandas_metadata or {}
    kinds = [str(column.get("numpy_type")) for column in about.get("columns", ())]
    is_own = any(kind[:1].isupper() or kind in ("boolean", "string") for kind in kinds)
    return is_own or any(isinstance(name, str) for name in about.get("index_columns", ()))


def _unpacked(about: FileMetaData) -> int:
    """Return how many bytes the pages of a file are, as it says itself."""
    return sum(about.row_group(group).total_byte_size for group in range(about.num_row_groups))


def _is_text(kind: DataType) -> bool:
    from pyarrow import types

    return types.is_string(kind) or types.is_large_string(kind) or _is_bytes(kind)


def _is_bytes(kind: DataType) -> bool:
    from pyarrow import types

    if types.is_dictionary(kind):
        return _is_bytes(kind.value_type)
    return bool(types.is_binary(kind) or types.is_large_binary(kind))


def _is_decimal(kind: DataType) -> bool:
    from pyarrow import types

    return bool(types.is_decimal(kind))


def _is_nested(kind: DataType) -> bool:
    from pyarrow import types

    if types.is_dictionary(kind):
        return _is_nested(kind.value_type)
    return bool(types.is_nested(kind) or types.is_fixed_size_binary(kind))
