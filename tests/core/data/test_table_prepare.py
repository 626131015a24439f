"""From the cells of a table to inputs: held against pandas and scikit-learn."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.impute import SimpleImputer
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from nngui.core.data.cells import read_words
from nngui.core.data.clean import clean_table
from nngui.core.data.column_type import ColumnType
from nngui.core.data.columns import TEST, TRAIN, VALIDATION, Columns
from nngui.core.data.data import Data
from nngui.core.data.preparation import preparation_of
from nngui.core.data.prepare import data_view, prepare
from nngui.core.data.table_math import encode, scale_of, split_off
from nngui.core.errors import DataError

COLOURS, SIZES = ["red", "green", "blue"], ["L", "S"]
COLUMNS = Columns(("a", "b"), (("colour", tuple(COLOURS)), ("size", tuple(SIZES))), "y")


def cells(rows=60, seed=1):
    """A table with gaps, and with words that are no category."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "a": rng.normal(50, 9, rows),
            "b": rng.normal(-1e6, 3, rows),
            "colour": rng.choice(COLOURS, rows, p=(0.2, 0.2, 0.6)).astype(object),
            "size": rng.choice(SIZES, rows).astype(object),
        }
    )
    for name in table:
        table.loc[rng.choice(rows, 6, replace=False), name] = None
    table.loc[rng.choice(rows, 4, replace=False), "colour"] = "purple"
    return table


def encoded(table):
    words = {"colour": COLOURS, "size": SIZES}
    types = [(name, ColumnType(kind="category" if name in words else "number")) for name in table]
    return encode(clean_table(table, types, words), ["a", "b"], words)


def data_of(table, y, **more):
    numbers = torch.from_numpy(np.asarray(y))
    if numbers.is_floating_point():
        numbers = numbers.double().unsqueeze(1)
    rows = torch.arange(len(table))
    names = COLUMNS.inputs
    return Data(encoded(table), numbers, names, columns=COLUMNS, rows=rows, **more)


def test_that_a_gap_and_an_unknown_category_are_gaps_and_no_category():
    table = cells()
    found = encoded(table).numpy()
    coder = OneHotEncoder(categories=[COLOURS, SIZES], handle_unknown="ignore", sparse_output=False)
    wanted = coder.fit_transform(table[["colour", "size"]].fillna("?"))
    gone = ~table["colour"].isin(COLOURS)
    assert gone.sum() >= 8
    assert np.isnan(found[gone, 2:5]).all()
    assert np.isnan(found[table["size"].isna(), 5:]).all()
    assert np.array_equal(np.nan_to_num(found[:, 2:]), wanted)
    assert np.array_equal(found[:, :2], table[["a", "b"]].to_numpy("float64"), equal_nan=True)


def test_that_words_beyond_the_list_are_missing_unless_there_is_one_for_them():
    words = pd.Series(["red", " red ", "purple", None, "n/a", "green", "01", "1.0"])
    found = read_words(words, ["red", "green", "1"], ("n/a",))
    assert list(found.codes) == [0, 0, -1, -1, -1, 1, 2, 2]
    found = read_words(words, ["red", "green", "other"], ("n/a",), "other")
    assert list(found.codes) == [0, 0, 2, -1, -1, 1, 2, 2]


@pytest.mark.parametrize("seed", range(3))
def test_that_gaps_are_filled_and_inputs_standardised_as_by_scikit_learn(seed):
    table, rng = cells(seed=seed), np.random.default_rng(seed)
    data = data_of(table, rng.normal(900, 30, len(table)), standardise=True, test=0.2)
    prepared = prepare(data, 0.25)
    train = (prepared.parts == TRAIN).numpy()
    x = encoded(table).numpy()
    numbers = SimpleImputer(strategy="mean").fit(x[train, :2])
    scaler = StandardScaler().fit(numbers.transform(x[train, :2]))
    deviation = np.sqrt(train.sum() / (train.sum() - 1))  # torch's divides by n - 1
    wanted = scaler.transform(numbers.transform(x[:, :2])) / deviation
    often = [one for one in table.loc[train, "colour"] if one in COLOURS]
    often = pd.Series(often).mode()[0]
    assert prepared.fill[2:5].tolist() == [float(one == often) for one in COLOURS]
    parts = {TRAIN: prepared.train, VALIDATION: prepared.held_out, TEST: prepared.test}
    y = data.y[:, 0].numpy()
    for part, (inputs, targets) in parts.items():
        chosen = (prepared.parts == part).numpy()
        assert inputs[:, :2].numpy() == pytest.approx(wanted[chosen], abs=1e-5)
        assert set(inputs[:, 2:].unique().tolist()) == {0.0, 1.0}
        seen = (y[chosen] - y[train].mean()) / y[train].std(ddof=1)
        assert targets[:, 0].numpy() == pytest.approx(seen, abs=1e-5)
    view = data_view(data, prepared)
    filled = np.where(np.isnan(x), prepared.fill.numpy(), x)
    assert view.table.mean == pytest.approx(filled[train].mean(axis=0))
    assert view.table.std == pytest.approx(filled[train].std(axis=0, ddof=1))
    assert np.array_equal(view.x, filled)


@pytest.mark.parametrize(("test", "validation"), [(0.1, 0.4), (0.4, 0.1), (0.0, 0.3), (0.3, 0.0)])
def test_that_each_part_has_its_own_share(test, validation):
    """The validation share is one of what the test leaves."""
    rows = 200
    table = cells(rows)
    prepared = prepare(data_of(table, np.arange(rows) / 7, test=test), validation)
    counts = prepared.parts.bincount(minlength=3).tolist()
    tested = round(rows * test)
    validated = round((rows - tested) * validation)
    assert counts == [rows - tested - validated, validated, tested]
    assert (prepared.test is None, prepared.held_out is None) == (not test, not validation)
    for part, kept in ((TEST, prepared.test), (VALIDATION, prepared.held_out)):
        if kept is not None:
            own = (np.arange(rows) / 7)[(prepared.parts == part).numpy()]
            assert kept[1][:, 0].numpy() == pytest.approx(own)  # in the order of the rows


@pytest.mark.parametrize("counts", [(50, 30, 20), (97, 3), (7, 7, 7)])
def test_that_classes_are_held_out_in_shares_as_by_scikit_learn(counts):
    y = np.repeat(np.arange(len(counts)), counts)
    share = 0.2
    torch.manual_seed(3)
    kept, held = split_off(torch.from_numpy(y), share, len(counts))
    splitter = StratifiedShuffleSplit(1, test_size=round(share * len(y)), random_state=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, theirs = next(splitter.split(y, y))
    wanted = np.bincount(y[theirs], minlength=len(counts))
    found = np.bincount(y[held.numpy()], minlength=len(counts))
    assert np.abs(found - wanted).max() <= 1
    assert sorted([*kept.tolist(), *held.tolist()]) == list(range(len(y)))
    assert held.tolist() == sorted(held.tolist())
    assert kept.tolist() == sorted(kept.tolist())


def test_that_a_part_of_none_or_a_rest_of_one_is_refused():
    table = cells(20).head(3)
    assert prepare(data_of(table, [1.0, 2.0, 3.0], test=0.3), 0.0).parts.tolist().count(TEST) == 1
    with pytest.raises(DataError, match="3 rows are too few to keep 10% of them out"):
        prepare(data_of(table, [1.0, 2.0, 3.0], test=0.1), 0.0)
    with pytest.raises(DataError, match="too few to keep 60% of them out"):
        prepare(data_of(table, [1.0, 2.0, 3.0], test=0.6), 0.0)


def test_that_what_is_the_same_in_all_rows_is_not_divided_by_nothing():
    x = torch.tensor([[5.0, 1.0, 0.0], [5.0, 3.0, 1.0]], dtype=torch.float64)
    mean, std = scale_of(x, 2)
    assert mean.tolist() == [5, 2, 0]
    assert std.tolist() == pytest.approx([1, 2**0.5, 1])


def test_that_a_saved_preparation_makes_the_same_inputs_of_the_same_cells():
    table, y = cells(), np.random.default_rng(2).normal(size=60)
    data = data_of(table, y, standardise=True)
    prepared = prepare(data, 0.0)
    kept = preparation_of(data, prepared)
    assert torch.equal(kept.inputs(table), prepared.train[0])
    assert (kept.y_mean, kept.y_std) == pytest.approx((y.mean(), y.std(ddof=1)))
    assert kept.is_of(COLUMNS)
    assert kept.outputs == 1
    with pytest.raises(DataError, match="no column size"):
        kept.inputs(table.drop(columns="size"))


def test_that_predictions_are_in_the_targets_own_units_or_probabilities():
    table, rng = cells(), np.random.default_rng(2)
    for y, classes in ((rng.normal(900, 30, 60), ()), (rng.integers(0, 3, 60), ("p", "q", "r"))):
        columns = replace(COLUMNS, classes=classes)
        data = replace(data_of(table, y, standardise=True, classes=classes), columns=columns)
        kept = preparation_of(data, prepare(data, 0.0))
        net = torch.nn.Linear(7, len(classes) or 1)
        with torch.no_grad():
            out = net(kept.inputs(table)).double().numpy()
        wanted = np.exp(out) / np.exp(out).sum(1, keepdims=True)
        if not classes:
            wanted = out * y.std(ddof=1) + y.mean()
        assert kept.predict(net, table) == pytest.approx(wanted, rel=1e-5)


def test_that_each_feature_has_its_own_inputs_in_their_order():
    dates = (("day", ("day (year)", "day (month)")),)
    numbers = ("a", "b", "day (year)", "day (month)")
    columns = replace(COLUMNS, numbers=numbers, dates=dates)
    found = {name: columns.inputs[inputs] for name, inputs in columns.features}
    assert found == {
        "a": ("a",),
        "b": ("b",),
        "day": ("day (year)", "day (month)"),
        "colour": ("colour=red", "colour=green", "colour=blue"),
        "size": ("size=L", "size=S"),
    }
    assert columns.counts == [3, 2]
