"""Tables whose rows are images: told by their columns, and written as arrays."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nngui.files.images.pixel_table import MIN_SIDE, pixel_file, pixel_side, write_pixels


def table(side=8, rows=5, named="pixel{}", **more):
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (rows, side * side))
    frame = pd.DataFrame(pixels, columns=[named.format(i) for i in range(side * side)])
    frame.insert(0, "label", more.get("labels", list("abcab")[:rows]))
    return frame, pixels


@pytest.mark.parametrize("named", ["pixel{}", "V{}", "pixel_{}_0", "{}x{}", "{}"])
def test_that_a_square_of_numbered_columns_is_an_image(named):
    frame, _ = table()
    names = [named.format(i // 8, i % 8) if named.count("{}") > 1 else named.format(i)
             for i in range(64)]  # fmt: skip
    frame.columns = ["label", *names]
    assert pixel_side(frame, "label") == 8


def test_that_small_squares_and_other_counts_are_none():
    for side, told in ((MIN_SIDE - 1, 0), (MIN_SIDE, MIN_SIDE)):
        assert pixel_side(table(side)[0], "label") == told
    frame, _ = table()
    assert pixel_side(frame.drop(columns="pixel3"), "label") == 0
    assert pixel_side(frame.assign(pixel99=0), "label") == 0


@pytest.mark.parametrize(
    "value", [-1, 256, 0.5, "x", None], ids=["below", "above", "fraction", "word", "gap"]
)
def test_that_all_cells_are_whole_numbers_from_0_to_255(value):
    frame, _ = table()
    edge = frame.copy()
    edge["pixel0"] = [0, 255, 0, 255, 0]
    assert pixel_side(edge, "label") == 8
    column = frame["pixel7"].astype(object)
    column[2] = value
    frame["pixel7"] = column.infer_objects()
    assert pixel_side(frame, "label") == 0


def test_that_a_name_without_a_number_or_a_label_that_is_missing_is_none():
    frame, _ = table()
    assert pixel_side(frame.rename(columns={"pixel5": "pixel"}), "label") == 0
    frame.loc[1, "label"] = None
    assert pixel_side(frame, "label") == 0


@pytest.mark.parametrize("labels", [list("abcab"), [3, 1, 2, 3, 1], [0.5, 1.5, 0.5, 1.5, 2.5]])
def test_that_each_row_is_an_image_line_by_line(labels, tmp_path):
    frame, pixels = table(labels=labels)
    frame = frame[[*frame.columns[1:30], "label", *frame.columns[30:]]]  # it may stand anywhere
    target = tmp_path / "new" / "images.npz"
    write_pixels(target, frame, "label")
    with np.load(target) as kept:
        assert kept["images"].dtype == np.uint8
        assert np.array_equal(kept["images"], pixels.reshape(5, 8, 8))
        assert kept["labels"].tolist() == labels


def test_that_each_table_has_a_file_of_its_own(tmp_path):
    one = pixel_file(tmp_path, tmp_path / "a" / ("x" * 90 + ".csv"))
    other = pixel_file(tmp_path, tmp_path / "b" / ("x" * 90 + ".csv"))
    assert one != other
    assert one.parent == tmp_path
    assert one.name.startswith("x" * 60 + "-")
    assert one.suffix == ".npz"
    assert pixel_file(tmp_path, tmp_path / "a" / ("x" * 90 + ".csv")) == one
