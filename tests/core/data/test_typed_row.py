"""What a user types into a field, as a cell of the training table."""

import pandas as pd
import pytest

from nngui.core.data.column_type import ColumnType
from nngui.core.data.typed_row import chosen_word, shown_cell, typed_cell

EUROS = ColumnType(decimal=",", thousands=".", unit="€")
DAY = ColumnType(kind="date", pattern="%d.%m.%Y")


@pytest.mark.parametrize(
    ("text", "how", "cell"),
    [
        ("1.5", ColumnType(), 1.5),
        ("1,5", ColumnType(), 1.5),
        ("1，5", ColumnType(), 1.5),
        (" -2 ", ColumnType(), -2),
        ("1.250,5 €", EUROS, 1250.5),
        ("3.25", EUROS, 3.25),
        ("03.02.2021", DAY, pd.Timestamp("2021-02-03")),
        ("2021-02-03", DAY, pd.Timestamp("2021-02-03")),
        ("", DAY, None),
    ],
)
def test_that_a_typed_cell_is_understood(text, how, cell):
    assert typed_cell(text, how) == cell


@pytest.mark.parametrize(("text", "how"), [("tall", ColumnType()), ("1.2.3", EUROS), ("soon", DAY)])
def test_that_what_is_none_is_refused(text, how):
    with pytest.raises(ValueError, match=text):
        typed_cell(text, how)


def test_that_cells_of_the_table_stand_in_the_fields_as_one_types_them():
    assert shown_cell("1.250,5 €", EUROS) == "1250.5"
    assert shown_cell(2.5, EUROS) == "2.5"
    assert shown_cell("?", EUROS) == ""
    assert shown_cell(float("nan"), EUROS) == ""
    assert shown_cell("03.02.2021", DAY) == "03.02.2021"
    assert chosen_word("1.0", ["01", "2"]) == "01"
    assert chosen_word(None, ["01"]) is None
