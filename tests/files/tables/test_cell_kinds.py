"""What most cells of a column are like: four of five are enough."""

from __future__ import annotations

import pytest

from nngui.files.tables.structure.cells import Kind, kind_of_cells


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ("1 2.5 -3 4e5 x", Kind("number")),
        ("1 2 3 x y", Kind("text")),
        ("1-1 22-2 3-3 4-4 x", Kind("shape", frozenset({"9-9"}))),
        ("1-1 2-2 3-3 x y", Kind("text")),
        ("1-1 2/2 3-3 4/4 x", Kind("shape", frozenset({"9-9", "9/9"}))),
        ("a a b b c", Kind("text")),  # of words more than four of five come again
        ("a a b b a c", Kind("known", frozenset("abc"))),
        ("NA -", Kind("empty")),
    ],
)
def test_that_a_column_is_of_the_kind_of_four_fifths_of_its_cells(cells, kind):
    assert kind_of_cells(cells.split()) == kind
