"""The script beside an exported model that tells what it makes of the rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.code_text import function_code, value_code
from nngui.files.tables.format import NONE, YES
from nngui.files.tables.kinds.gap_words import CENSORED, SURE, UNSURE
from nngui.files.tables.script_rows import FUNCTIONS
from nngui.files.tables.structure.rows import TOTALS

if TYPE_CHECKING:
    from nngui.files.tables.table import Table

BEFORE = '''\
"""What the trained network makes of the rows of a table.

    python predict.py NEW.csv > predicted.csv

New tables are read as the training file was written (see HOW below): its separator, the lines
above its header, its sheet, its row of units. What is written in another way, or lost, stops it.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

HERE = Path(__file__).parent
ABOUT = SimpleNamespace(**json.loads((HERE / "preparation.json").read_text(encoding="utf-8")))
TYPES = [(name, SimpleNamespace(**how)) for name, how in ABOUT.types if name != ABOUT.target]
NEEDED = [name for name, _ in TYPES]
VALUES = dict(ABOUT.categories)
BATCH = 100_000  # rows that go through the network at once
'''
AFTER = '''\
def read(path, sep, encoding, sheet):
    """Return the cells as they stand in the file; only empty ones are missing."""
    start = path.read_bytes()[:6]
    if start[:4] == b"PAR1" or start == b"\\x93NUMPY" or (start[:2] == b"PK" and HOW.kind == "npz"):
        return read_binary(path)
    if start[:2] == b"PK":
        with pd.ExcelFile(path) as book:
            sheets = book.sheet_names
        first = [sheet] if sheet else [HOW.sheet] if HOW.sheet in sheets else []
        tables = [sheet_rows(path, name) for name in first or sheets]
        sep = ""
    else:
        tables = [text_rows(text_of(path.read_bytes(), HOW.encoding, encoding), sep)]
    for last, rows in enumerate(tables, 1):
        try:
            names, rows = find_rows(rows, NEEDED, HOW)
        except ValueError:
            if last == len(tables):
                raise
            continue
        if not rows:
            raise ValueError("it has columns, but no rows below them")
        check_rows(names, rows, HOW, sep)
        return framed(names, rows)


def ask(net, table):
    """Return what the network says of each row: a number, or the classes' probabilities."""
    clean = clean_table(table, TYPES, VALUES)
    for name in clean:
        missing = int(clean[name].isna().sum())
        if missing:
            print(f"{name}: {missing} cells are filled as gaps were in training", file=sys.stderr)
    x = encode(clean, list(ABOUT.numbers), VALUES)
    parts = (ABOUT.fill, ABOUT.mean, ABOUT.std)
    fill, mean, std = (torch.tensor(part, dtype=torch.float64) for part in parts)
    x = ((torch.where(x.isnan(), fill, x) - mean) / std).float()
    with torch.no_grad():
        out = torch.cat([net(x[i : i + BATCH]) for i in range(0, len(x), BATCH)])
    if ABOUT.classes:
        return out.softmax(1).numpy()
    return (out.double() * ABOUT.y_std + ABOUT.y_mean).numpy()


def main():
    parser = argparse.ArgumentParser(description="Predict the rows of a table.")
    parser.add_argument("table", type=Path)
    parser.add_argument("--sep", default=HOW.separator, help="what stands between cells")
    parser.add_argument("--encoding", default="", help="found out if it is not given")
    parser.add_argument("--sheet", default="", help="of an Excel file")
    asked = parser.parse_args()
    csv.field_size_limit(1 << 24)
    try:
        table = read(asked.table, asked.sep, asked.encoding, asked.sheet)
        missing = [name for name in NEEDED if name not in table]
        if missing:
            raise ValueError(f"it lacks columns that the model needs: {', '.join(missing)}")
        known = known_cells(table, TYPES, VALUES)
        table = check_cells(table, known, TYPES, HOW)
    except (ValueError, OSError, LookupError) as error:
        sys.exit(f"{asked.table}: {error}")
    net = torch.load(HERE / "model.pkl", weights_only=False).eval()
    found = ask(net, table)
    more = pd.DataFrame(index=table.index)
    if ABOUT.classes:
        more[f"predicted {ABOUT.target}"] = [ABOUT.classes[number] for number in found.argmax(1)]
        for number, name in enumerate(ABOUT.classes):
            more[f"P({name})"] = found[:, number]
    else:
        more[f"predicted {ABOUT.target}"] = found[:, 0]
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    table = table.map(word_of, na_action="ignore")
    pd.concat([table, more], axis=1).to_csv(sys.stdout, index=False, lineterminator="\\n")


if __name__ == "__main__":
    main()
'''
CELLS = ("number_of", "read_numbers", "word_key", "read_words", "read_dates", "date_part")
LACKING = [  # what is to be predicted may lack
    "lacking = [name for name in all_names if name not in table]",
    "table[lacking] = None",
]
NO_BINARY = ['raise ValueError("it is no text, and no Excel file, as the training file was")']


def predict_script(table: Table) -> str:
    """Return the source of a script that reads ``model.pkl`` and ``preparation.json`` beside it.

    Parameters
    ----------
    table : Table
        That of the training: new ones are written alike.
    """
    lines = [BEFORE, *_how(table), *_words(), ""]
    named = dict.fromkeys(CELLS, "nngui.core.data.cells")
    named |= {
        "part_name": "nngui.core.data.column_type",
        "clean_table": "nngui.core.data.clean",
        "encode": "nngui.core.data.table_math",
        "unique_names": "nngui.files.tables.table",
        "word_of": "nngui.files.tables.words",
        "is_gap": "nngui.files.tables.kinds.gap_words",
    }
    named |= dict.fromkeys(FUNCTIONS, "nngui.files.tables.script_rows")
    for name, module in named.items():
        lines += function_code(module, name)
    lines += _binary(table)
    return "\n".join([*lines, AFTER]).replace("\n\n\n\n", "\n\n\n")


def _how(table: Table) -> list[str]:
    """Return lines that say how the training file is written."""
    form = table.format
    is_text = table.kind == "text"
    how = {
        "kind": table.kind,
        "separator": form.separator if is_text else ",",
        "encoding": form.encoding if is_text else "utf-8",
        "sheet": form.sheet,
        "header": form.header,
        "row_names": form.row_names == YES,
        "units": form.units == YES,
        "comment": "" if form.comment == NONE else form.comment,
    }
    return [*value_code("HOW", how), "HOW = SimpleNamespace(**HOW)"]


def _words() -> list[str]:
    """Return lines with the words that stand for a gap, and those of totals."""
    return [
        *value_code("SURE", sorted(SURE)),
        *value_code("UNSURE", sorted(UNSURE)),
        f"CENSORED = re.compile({CENSORED.pattern!r})",
        f"TOTALS = re.compile({TOTALS.pattern!r}, re.IGNORECASE)",
    ]


def _binary(table: Table) -> list[str]:
    """Return a function that reads a file of another kind, as the training table was read."""
    names = list(map(str, table.frame.columns))
    code = list(table.code) or NO_BINARY
    if table.kind == "parquet":
        place = next(i for i, line in enumerate(code) if line.startswith("table = ")) + 1
        code[place:place] = LACKING
        code += ["table = table.drop(columns=lacking)"]
        code += ["table.columns = unique_names([str(name) for name in table.columns])"]
    elif table.code:
        code += ["table.columns = all_names"]
    lines = [*value_code("all_names", names), *code, "return table"]
    return ["def read_binary(TABLE):", *(f"    {line}" for line in lines), "", ""]
