"""A table written in awkward ways is the same table: the same inputs, losses and predictions."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from nngui.core.data.preparation import preparation_of
from nngui.core.errors import NnguiError
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.files.predictions import predict_table
from nngui.files.tables.training_data import settings_for_table
from tests.core.helpers import TASKS

NAMES = ["height", "width", "weight", "Größe", "年龄", "a b", "x_1", "Preis (EUR)"]
WORDS = ["red", "blue", "green", "dark grey", "O'Brien", "süß", "红"]
GAPS = ["?", "n.d.", "k.A.", "NaN", "#DIV/0!", "N/A", ".."]
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030")
SHORT = {"schedule.epochs": 2, "schedule.validation": 0.0, "data.table.test": 0.2}


def clean_table(rng, n):
    """Return columns of cells: numbers as floats, words, booleans; and None for a gap."""
    names = rng.sample(NAMES, rng.randint(2, 5))
    columns = {}
    for name in names[:-1]:
        kind = rng.choice(("number", "large", "word", "yes"))
        if kind == "number":
            cells = [round(rng.uniform(-50, 50), rng.choice((1, 2))) for _ in range(n)]
        elif kind == "large":
            cells = [round(rng.uniform(0, 90_000), 2) for _ in range(n)]
        elif kind == "word":
            words = rng.sample(WORDS, rng.randint(2, 5))
            cells = [rng.choice(words) for _ in range(n)]
        else:
            cells = [rng.choice((True, False)) for _ in range(n)]
        if rng.random() < 0.5:
            cells = [None if rng.random() < 0.04 else cell for cell in cells]
        columns[name] = cells
    columns[names[-1]] = [round(rng.uniform(-9, 9), 3) for _ in range(n)]
    return columns


def number_text(value, decimal, thousands, minus):
    text = f"{value:,}".replace(",", "_").replace(".", decimal).replace("_", thousands)
    return text.replace("-", minus)


def written(rng, columns, *, plain=False):
    """Return a table as bytes, in one of many ways."""
    separator = "," if plain else rng.choice(",;\t|")
    decimal = "." if plain or separator == "," else rng.choice(".,")
    thousands = "" if plain else rng.choice(("", "", ",."[decimal == ","], " ", "'"))
    minus = "-" if plain else rng.choice("-\u2212")
    yes, no = ("True", "False") if plain else rng.choice((("TRUE", "FALSE"), ("true", "false")))
    quotes = not plain and rng.random() < 0.4
    gap = "" if plain else rng.choice(["", *GAPS])
    names = list(columns)
    if not plain:
        rng.shuffle(names)
        names.remove(list(columns)[-1])
        names.append(list(columns)[-1])
    rows = [names]
    for place in range(len(columns[names[0]])):
        row = []
        for name in names:
            cell = columns[name][place]
            if cell is None:
                cell = gap
            elif isinstance(cell, bool):
                cell = yes if cell else no
            elif isinstance(cell, float):
                cell = number_text(cell, decimal, thousands, minus)
            row.append(cell)
        rows.append(row)
    lines = [
        separator.join(f'"{cell}"' if quotes or separator in cell else cell for cell in row)
        for row in rows
    ]
    if not plain and rng.random() < 0.3:
        lines = ["Report of the shop", "", *lines]
    if not plain and separator != "\t" and rng.random() < 0.2:
        lines.insert(0, f"sep={separator}")
    ends = "\n" if plain else rng.choice(("\n", "\r\n"))
    return (ends.join(lines) + ends).encode("utf-8" if plain else rng.choice(ENCODINGS))


def trained(path, **table):
    spec = settings_for_table(TASKS["regression"].spec, str(path), **table)
    trainer = Trainer(TASKS["regression"], with_settings(spec, SHORT))
    return trainer, trainer.advance(1e9)[:, 0]


def trained_or_refused(path, **table):
    try:
        return trained(path, **table)
    except NnguiError as error:
        return error


@settings(
    max_examples=30, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(st.integers(0, 2**32 - 1))
def test_that_an_awkward_table_is_the_clean_one_or_refused(tmp_path_factory, number):
    rng = random.Random(number)
    columns = clean_table(rng, rng.randint(40, 80))
    names = list(columns)
    folder = tmp_path_factory.getbasetemp()
    clean, awkward = folder / "clean.csv", folder / "awkward.csv"
    clean.write_bytes(written(rng, columns, plain=True))
    awkward.write_bytes(written(rng, columns))
    asked = {"target": names[-1], "features": tuple(names[:-1])}
    try:
        usual, losses = trained(clean, **asked)
    except NnguiError:  # a column in which all is the same, say
        return
    found = trained_or_refused(awkward, **asked)
    if isinstance(found, NnguiError):
        event(f"refused: {str(found)[:150]}")
        assert str(found).endswith((".", "?"))
        return
    other, others = found
    assert _same(usual.data.x, other.data.x)
    assert losses.tolist() == others.tolist()
    preparation = preparation_of(usual.data, usual.state.prepared)
    net = usual.variants[0].net
    said = [predict_table(net, preparation, path).frame for path in (clean, awkward)]
    column = f"predicted {names[-1]}"
    assert said[0][column].tolist() == said[1][column].tolist()


def _same(x, y):
    return x.shape == y.shape and np.array_equal(x.numpy(), y.numpy(), equal_nan=True)
