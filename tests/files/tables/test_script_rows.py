"""The rows that a project's script takes for those to predict."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from nngui.files.tables.script_rows import check_cells

NUMBER = SimpleNamespace(kind="number", gaps=("?",), decimal=".", thousands="", unit="")


def checked(*rows, units=True):
    """The rows that are left of a table of two columns of numbers."""
    table = pd.DataFrame(rows, columns=["a", "b"], index=range(2, len(rows) + 2))
    known = table.map(lambda cell: cell.replace(".", "").isdigit())
    how = SimpleNamespace(units=units)
    left = check_cells(table, known, [("a", NUMBER), ("b", NUMBER)], how)
    return [tuple(row) for row in left.to_numpy()]


@pytest.mark.parametrize("above", [(), (("mm", "kg"),), (("length", "mass"), ("mm", "kg"))])
def test_that_rows_of_units_go_and_no_other_row_does(above):
    rows = [("1", "2"), ("3", "?"), ("5", "6"), ("7", "8")]
    assert checked(*above, *rows) == rows


def test_that_a_row_of_words_is_none_where_training_had_no_units():
    with pytest.raises(ValueError, match="line 2 holds nothing that the model knows"):
        checked(("mm", "kg"), ("1", "2"), ("3", "4"), units=False)


def test_that_a_column_is_not_lost_for_a_single_cell():
    with pytest.raises(ValueError, match="a in line 3 is '2,5': no number as in training"):
        checked(("1", "2"), ("2,5", "4"), ("5", "6"))
