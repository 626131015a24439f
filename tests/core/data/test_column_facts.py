"""What a report says of a table's columns: how they spread, and what they tell of the target."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from nngui.core.data.column_facts import (
    BINS,
    column_facts,
    correlation,
    correlation_ratio,
    cramers_v,
)
from nngui.core.spec.table import TableSpec
from nngui.files.tables.training_data import table_data


def facts_of(path, *, classes, training=None, **settings):
    made = table_data(TableSpec(path=str(path), **settings), classes=classes)
    rows = made.rows.numpy()
    training = np.ones(len(rows), bool) if training is None else training
    found = column_facts(made.table.frame, made.columns, made.report, rows, training)
    return {one.name: one for one in found}, made


@pytest.fixture
def sales(tmp_path):
    """60 sales: the price follows the area and the district, and one price is missing."""
    rng = np.random.default_rng(1)
    area = rng.integers(20, 200, 60)
    district = np.array(["north", "south", "west"])[rng.integers(0, 3, 60)]
    price = 1000 * area + 50_000 * (district == "west") + rng.normal(0, 10, 60).round(2)
    dates = pd.Timestamp("2021-03-01") + pd.to_timedelta(rng.permutation(60), "D")
    frame = pd.DataFrame({
        "id": np.arange(60),
        "sold": dates.strftime("%d.%m.%Y"),
        "area": [f"{a} m²" for a in area],
        "district": district,
        "remark": [f"sold as seen number {i}" for i in range(60)],
        "price": price,
    })  # fmt: skip
    frame.loc[5, "area"] = "?"
    frame.loc[7, "price"] = None
    path = tmp_path / "sales.csv"
    frame.to_csv(path, index=False)
    return path, frame, area


def test_that_each_column_is_seen_as_it_is_used(sales):
    path, frame, area = sales
    facts, made = facts_of(path, classes=False, target="price")
    assert list(facts) == list(frame)
    kept = np.delete(area, [5, 7])
    one = facts["area"]
    assert (one.gaps, one.low, one.high) == (1, str(kept.min()), str(kept.max()))
    assert np.array_equal(one.counts, np.histogram(kept, BINS)[0])
    assert facts["sold"].counts.sum() == 59
    assert (facts["sold"].low, facts["sold"].high) == ("2021-03-01", "2021-04-29")
    words = frame["district"].drop(7).value_counts()
    assert dict(facts["district"].frequent) == words.to_dict()
    assert facts["district"].different == 3
    assert facts["price"].gaps == 0
    assert facts["remark"].different == 59
    assert [one.name for one in made.report.columns if one.use == "left out"] == ["id", "remark"]
    assert math.isnan(facts["id"].relation)
    assert not facts["price"].measure


def test_that_relations_are_of_the_training_rows_alone(sales):
    path, frame, area = sales
    training = np.arange(59) % 2 == 0
    facts, made = facts_of(path, classes=False, target="price", training=training)
    rows = made.rows.numpy()[training]
    seen = frame.iloc[rows].assign(area=area[rows])
    known = seen[~(seen.index == 5)]
    assert facts["area"].measure == "correlation"
    assert facts["area"].relation == pytest.approx(np.corrcoef(known["area"], known["price"])[0, 1])
    groups = seen.groupby("district")["price"].transform("mean")
    ratio = math.sqrt(groups.var(ddof=0) / seen["price"].var(ddof=0))
    assert facts["district"].measure == "correlation ratio"
    assert facts["district"].relation == pytest.approx(ratio)


def test_that_classes_have_relations_of_their_own(tmp_path):
    rng = np.random.default_rng(2)
    colour = rng.integers(0, 3, 90)
    said = np.where(rng.random(90) < 0.8, colour, rng.integers(0, 3, 90))
    size = np.round(said + rng.normal(0, 1, 90), 3)
    frame = pd.DataFrame({"colour": colour, "size": size, "kind": said})
    names = ["red", "blue", "green"]
    frame["colour"], frame["kind"] = ([names[i] for i in frame[c]] for c in ("colour", "kind"))
    frame.to_csv(tmp_path / "t.csv", index=False)
    facts, _ = facts_of(tmp_path / "t.csv", classes=True)
    table = pd.crosstab(frame["colour"], frame["kind"]).to_numpy()
    expected = table.sum(1)[:, None] * table.sum(0) / 90
    wanted = math.sqrt(((table - expected) ** 2 / expected).sum() / 90 / 2)
    assert facts["colour"].measure == "Cramér's V"
    assert facts["colour"].relation == pytest.approx(wanted)
    assert facts["size"].measure == "correlation ratio"
    assert 0.3 < facts["size"].relation < 1


def test_that_the_measures_know_their_ends_and_what_is_not_defined():
    x = np.array([1.0, 2.0, 3.0, np.nan])
    assert correlation(x, -2 * x) == pytest.approx(-1)
    assert math.isnan(correlation(x, np.ones(4)))
    assert math.isnan(correlation(np.zeros(0), np.zeros(0)))
    groups = np.array([0, 0, 1, 1])
    assert correlation_ratio(groups, np.array([5.0, 5.0, 9.0, 9.0])) == pytest.approx(1)
    assert correlation_ratio(groups, np.array([5.0, 9.0, 5.0, 9.0])) == pytest.approx(0)
    assert math.isnan(correlation_ratio(groups, np.ones(4)))
    assert cramers_v(groups, 1 - groups) == pytest.approx(1)
    assert cramers_v(groups, np.array([0, 1, 0, 1])) == pytest.approx(0)
    assert math.isnan(cramers_v(groups, np.zeros(4, np.int64)))
    assert math.isnan(cramers_v(np.full(3, -1), groups[:3]))


@pytest.mark.parametrize("scale", [1e-300, 1e-11, 1e30, 1e300])
def test_that_sizes_make_no_difference(scale):
    x, y = np.random.default_rng(3).normal(size=(2, 50))
    assert correlation(x * scale, y * scale) == pytest.approx(np.corrcoef(x, y)[0, 1])
    groups = (y > 0).astype(np.int64)
    assert correlation_ratio(groups, x * scale) == pytest.approx(correlation_ratio(groups, x))
