"""The plane of the principal components is scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from nngui.core.data.projection import of_features, principal
from nngui.core.records.snapshot import DataView, TableView

SEEDS = range(3)


def view(x, numbers=None):
    fill = np.full(x.shape[1], 0.5)
    about = TableView(np.arange(len(x)), numbers or x.shape[1], x.mean(0), x.std(0), fill)
    names = tuple(f"x{i}" for i in range(x.shape[1]))
    return DataView(x=x, y=np.zeros(len(x)), features=names, target="y", classes=(), table=about)


@pytest.mark.parametrize("seed", SEEDS)
def test_that_rows_lie_where_scikit_learn_puts_them(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(80, 5)) @ rng.normal(size=(5, 5)) * [1, 10, 100, 1, 1] + 7
    found = principal(view(x))
    theirs = PCA(2).fit(StandardScaler().fit_transform(x))
    signs = np.sign(theirs.components_[[0, 1], np.abs(theirs.components_).argmax(1)])
    wanted = theirs.transform(StandardScaler().fit_transform(x)) * signs
    assert found.places(x) == pytest.approx(wanted, abs=1e-6)
    assert found.share == pytest.approx(theirs.explained_variance_ratio_.sum())
    back = StandardScaler().fit(x).inverse_transform(theirs.inverse_transform(wanted * signs))
    assert found.rows(found.places(x)) == pytest.approx(back, abs=1e-6)


def test_that_a_single_feature_is_a_line_and_a_constant_one_no_direction():
    x = np.array([[1.0], [2.0], [4.0]])
    found = principal(view(x))
    assert found.share == pytest.approx(1)
    assert found.places(x)[:, 0] == pytest.approx((x[:, 0] - x.mean()) / x.std())
    assert (found.places(x)[:, 1] == 0).all()
    x = np.array([[1.0, 5.0], [2.0, 5.0], [4.0, 5.0]])
    assert np.isfinite(principal(view(x)).places(x)).all()


def test_that_the_plane_of_two_features_keeps_the_others_in_the_middle():
    x = np.random.default_rng(1).normal(size=(9, 4))
    found = of_features(view(x), 2, 0)
    assert np.array_equal(found.places(x), x[:, [2, 0]])
    assert found.rows(np.array([[3.0, -1.0]])).tolist() == [[-1.0, 0.5, 3.0, 0.5]]
    assert np.isnan(found.share)
