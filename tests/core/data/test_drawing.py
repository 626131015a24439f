"""A drawing becomes an image as those of the data are made."""

from __future__ import annotations

import numpy as np
import pytest

from nngui.core.data.drawing import fit_drawing


def extent(image):
    """The rows and columns that something is drawn on."""
    return [len(np.flatnonzero(image.max(axis))) for axis in (1, 0)]


@pytest.mark.parametrize(("height", "width"), [(28, 28), (56, 28), (28, 56), (14, 14)])
def test_that_a_drawing_fills_five_sevenths_of_the_longer_way_and_lies_in_the_middle(height, width):
    box = [height * 5 // 7, width * 5 // 7]
    for across in (False, True):
        canvas = np.zeros((300, 300))
        place = (slice(40, 44), slice(10, 290))
        canvas[place if across else place[::-1]] = 1.0
        image = fit_drawing(canvas, (1, height, width))[0]
        assert extent(image)[across] == box[across]
        assert extent(image)[not across] == 1
        assert image.max() == 1
        rows, columns = np.nonzero(image)
        assert rows.mean() == pytest.approx((height - 1) / 2, abs=0.5)
        assert columns.mean() == pytest.approx((width - 1) / 2, abs=0.5)


def test_that_a_digit_of_8_by_8_counts_the_ink_of_a_bitmap_that_it_fills():
    canvas = np.zeros((100, 100))
    canvas[20:60, 30:70] = 1.0
    assert (fit_drawing(canvas, (3, 8, 8)) == 1).all()
    assert (fit_drawing(np.zeros((100, 100)), (1, 8, 8)) == 0).all()
