"""The script beside an exported model that tells what it makes of the rows of a table."""

from __future__ import annotations

from nngui.core.code_text import function_code

BEFORE = '''\
"""What the trained network makes of the rows of a table.

    python predict.py NEW.csv [--sep ";"] [--encoding utf-8] > predicted.csv
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import torch
from torch import Tensor

HERE = Path(__file__).parent
ABOUT = SimpleNamespace(**json.loads((HERE / "preparation.json").read_text(encoding="utf-8")))
TYPES = [(name, SimpleNamespace(**how)) for name, how in ABOUT.types if name != ABOUT.target]
VALUES = dict(ABOUT.categories)
BATCH = 100_000  # rows that go through the network at once
'''
AFTER = '''\
def read(path, sep, encoding):
    """Return the cells as they stand in the file; only empty ones are missing."""
    if path.suffix.lower() == ".parquet":
        return pd.read_parquet(path).map(str, na_action="ignore")
    options = {"dtype": "str", "keep_default_na": False, "na_values": [""]}
    if path.suffix.lower() == ".xlsx":
        table = pd.read_excel(path, **options).rename(columns=str)
    else:
        written = {"sep": sep, "encoding": encoding, "skipinitialspace": True}
        table = pd.read_csv(path, index_col=False, **written, **options)
    table = table.apply(lambda cells: cells.str.strip())
    return table.where(table != "")


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
    parser.add_argument("--sep", default=ABOUT.separator or ",", help="what stands between cells")
    parser.add_argument("--encoding", default="utf-8-sig")
    asked = parser.parse_args()
    table = read(asked.table, r"\\s+" if asked.sep == " " else asked.sep, asked.encoding)
    missing = [name for name, _ in TYPES if name not in table]
    if missing:
        sys.exit(f"{asked.table} lacks columns that the model needs: {', '.join(missing)}")
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
    pd.concat([table, more], axis=1).to_csv(sys.stdout, index=False, lineterminator="\\n")


if __name__ == "__main__":
    main()
'''
CELLS = ("number_of", "read_numbers", "word_key", "read_words", "read_dates", "date_part")


def predict_script() -> str:
    """Return the source of a script that reads ``model.pkl`` and ``preparation.json`` beside it."""
    lines = [BEFORE]
    for name in CELLS:
        lines += function_code("nngui.core.data.cells", name)
    lines += function_code("nngui.core.data.column_type", "part_name")
    lines += function_code("nngui.core.data.clean", "clean_table")
    lines += function_code("nngui.core.data.table_math", "encode")
    return "\n".join([*lines, AFTER]).replace("\n\n\n\n", "\n\n\n")
