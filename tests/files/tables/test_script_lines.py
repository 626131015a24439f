"""The lines of a script that make a table's numbers: those that are needed, and no others."""

from __future__ import annotations

import ast

import pytest

from nngui.core.script import script
from nngui.core.spec.toml import with_settings
from nngui.files.tables.training_data import settings_for_table
from tests.core.helpers import TASKS

ROWS = [(i, (i * 7) % 13, i % 5 + 0.5) for i in range(40)]


def lines_of(tmp_path, change=lambda row: row, **more):
    path = tmp_path / "t.csv"
    cells = [",".join(map(str, change(row))) for row in ROWS]
    path.write_text("\n".join(["a,b,y", *cells]), encoding="utf-8")
    spec = with_settings(settings_for_table(TASKS["regression"].spec, str(path)), more)
    text = script(TASKS["regression"], spec)
    ast.parse(text)
    return text


@pytest.mark.parametrize(
    "change",
    [
        lambda row: ("" if row[0] == 3 else row[0], *row[1:]),  # a gap
        lambda row: (row[0], "red" if row[1] > 5 else "blue", row[2]),  # a category
    ],
)
def test_that_gaps_are_filled_by_the_training_rows_where_there_may_be_some(tmp_path, change):
    plain, more = lines_of(tmp_path), lines_of(tmp_path, change, **{"data.table.test": 0.2})
    for needed in ("def fill_values", "def encode", "fill = fill_values(x, ", "x_test.isnan()"):
        assert needed not in plain
        assert needed in more
    for needed in ("x_mean, x_std = scale_of(x, ", "y_mean, y_std = scale_of(y, 1)"):
        assert needed in plain
        assert needed in more
