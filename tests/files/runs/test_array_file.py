"""Values with arrays in them, as JSON can hold them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nngui.files.runs.array_file import MAX_DEPTH, flatten, rebuild


def back(value):
    arrays = {}
    return rebuild(flatten(value, "v", arrays), arrays.__getitem__)


@pytest.mark.parametrize("value", [math.inf, -math.inf, -0.0, 5e-324, 1.7976931348623157e308])
def test_that_any_number_comes_back(value):
    assert back(value).hex() == value.hex()
    assert math.isnan(back({"x": math.nan})["x"])


def nested(depth, wrap):
    value = 1
    for _ in range(depth):
        value = wrap(value)
    return value


@pytest.mark.parametrize("wrap", [lambda x: [x], lambda x: (x,), lambda x: {0: x}])
def test_that_values_too_deep_in_each_other_are_refused(wrap):
    assert back(nested(MAX_DEPTH, wrap)) == nested(MAX_DEPTH, wrap)
    with pytest.raises(ValueError, match="too deep"):
        back(nested(MAX_DEPTH + 1, wrap))


def test_that_arrays_come_back_by_their_names_wherever_they_are():
    found = back({"a": [np.arange(3), (np.eye(2),)], 0: np.zeros(0, np.int64)})
    assert found["a"][0].tolist() == [0, 1, 2]
    assert found["a"][1][0].tolist() == [[1, 0], [0, 1]]
    assert (found[0].shape, found[0].dtype) == ((0,), np.int64)
