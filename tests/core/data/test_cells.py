"""What a cell says as a number, in the ways that people write them."""

from __future__ import annotations

import math

import pytest

from nngui.core.data.cells import number_of

NONE = math.nan


@pytest.mark.parametrize(
    ("cell", "how", "number"),
    [
        ("1.5", {}, 1.5),
        (" 1.5 ", {}, 1.5),
        ("-2e3", {}, -2000.0),
        ("\u22122", {}, -2.0),
        ("1,5", {}, NONE),
        ("1,5", {"decimal": ","}, 1.5),
        ("1.5", {"decimal": ","}, NONE),  # a point is no decimal sign there
        ("1.5", {"decimal": ",", "thousands": "."}, NONE),  # nor a group of three
        ("1.500", {"decimal": ",", "thousands": "."}, 1500.0),
        ("1.500,5", {"decimal": ",", "thousands": "."}, 1500.5),
        ("1,500.5", {"thousands": ","}, 1500.5),
        ("12,34,567", {"thousands": ","}, 1234567.0),
        ("1,50", {"thousands": ","}, NONE),
        ("15 kg", {"unit": "kg"}, 15.0),
        ("-$15", {"unit": "$"}, -15.0),
        ("15", {"unit": "kg"}, 15.0),
        ("1.5 kg", {"decimal": ",", "unit": "kg"}, NONE),
        ("kg", {"unit": "kg"}, NONE),
        ("", {}, NONE),
        ("1e5", {"unit": "e5"}, 1.0),
    ],
)
def test_that_a_cell_is_the_number_that_its_signs_mean(cell, how, number):
    assert number_of(cell, **how) == pytest.approx(number, nan_ok=True)
