"""Scores and linear baselines, of whatever data, are those of scikit-learn."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.preprocessing import StandardScaler

from nngui.core.evaluation import metrics as scores
from nngui.core.evaluation.baselines import classification_baselines, regression_baselines

SCALES = (1e-11, 1e-3, 1.0, 1e5, 1e11, 1e30)
MANY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def near(value):
    return pytest.approx(value, rel=1e-6, abs=1e-300)


@st.composite
def targets(draw):
    """A target of any size and offset, and predictions of it, good or bad."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows, scale = draw(st.integers(2, 300)), draw(st.sampled_from(SCALES))
    offset = draw(st.sampled_from((0.0, 1.0, -1000.0)))
    true = scale * (offset + rng.normal(size=rows))
    noise = draw(st.sampled_from((0.01, 1.0, 100.0)))
    return true, true + scale * noise * rng.normal(size=rows)


@MANY
@given(targets())
def test_that_scores_of_numbers_hold_at_any_size(both):
    true, predicted = both
    found = scores.regression_scores(torch.from_numpy(true), torch.from_numpy(predicted))
    # Of 1 minus a share so near to 1 that digits are lost, the share itself.
    wanted = metrics.r2_score(true, predicted)
    assert 1 - found[scores.R2] == pytest.approx(1 - wanted, rel=1e-6)
    assert found[scores.R2] == pytest.approx(wanted, rel=1e-6, abs=1e-6)
    assert found[scores.MAE] == near(metrics.mean_absolute_error(true, predicted))
    assert found[scores.RMSE] == near(metrics.root_mean_squared_error(true, predicted))


@pytest.mark.parametrize("scale", SCALES)
def test_that_the_mean_of_a_small_target_explains_nothing(scale):
    true = scale * torch.arange(1.0, 21.0, dtype=torch.float64)
    found = scores.regression_scores(true, true.mean().expand(20))
    assert found[scores.R2] == pytest.approx(0, abs=1e-12)


@st.composite
def told(draw, classes=None):
    """Classes, and probabilities of them: rounded ones have ties, sharp ones are sure and wrong."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = classes or draw(st.integers(2, 6))
    rows, sharp = draw(st.integers(2 * count, 300)), draw(st.sampled_from((0.3, 3.0, 40.0)))
    logits = torch.from_numpy(sharp * rng.normal(size=(rows, count))).float()
    if draw(st.booleans()):
        logits = logits.round()
    true = np.concatenate((np.arange(count), rng.integers(0, count, rows - count)))
    return torch.from_numpy(rng.permutation(true)), logits.softmax(1)


@MANY
@given(told())
def test_that_scores_of_classes_hold_with_ties_and_sure_mistakes(both):
    true, chances = both
    t, p, said = true.numpy(), chances.numpy(), chances.argmax(1).numpy()
    found = scores.classification_scores(true, chances)
    assert found[scores.ACCURACY] == near(metrics.accuracy_score(t, said))
    assert found[scores.BALANCED] == near(metrics.balanced_accuracy_score(t, said))
    assert found[scores.MACRO_F1] == near(metrics.f1_score(t, said, average="macro"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that float32 sums up to nearly 1
        wanted = metrics.log_loss(t, p)
    assert found[scores.LOG_LOSS] == pytest.approx(wanted, rel=1e-6, abs=1e-6)
    if p.shape[1] == 2:
        assert found[scores.AUC] == near(metrics.roc_auc_score(t, p[:, 1]))


@MANY
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.sampled_from((1e-6, 1.0, 1e6)))
def test_that_the_linear_model_is_least_squares(seed, width, scale):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(width + 40, width)) * rng.uniform(0.1, 10, width) + rng.normal(size=width)
    y = scale * (x @ rng.normal(size=width) + rng.normal(size=len(x)))
    _, linear = regression_baselines(torch.from_numpy(x), torch.from_numpy(y).unsqueeze(1))
    wanted = LinearRegression().fit(x, y).predict(x)
    assert linear.predict(torch.from_numpy(x)).numpy() == pytest.approx(wanted, rel=1e-6)


@MANY
@given(
    st.integers(0, 2**32 - 1),
    st.integers(2, 5),
    st.integers(1, 8),
    st.sampled_from((0.0, 0.3, 30.0)),
)
def test_that_the_logistic_regression_has_the_same_probabilities(seed, classes, width, clear):
    """`clear`: how far the classes can be told apart; 0: not at all."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(60 * classes, width)) * rng.uniform(0.1, 10, width)
    x[:, -1] = x[:, -1] > 0  # a category
    logits = clear * x @ rng.normal(size=(width, classes)) + rng.gumbel(size=(len(x), classes))
    y = logits.argmax(1)
    y[:classes] = np.arange(classes)
    _, linear = classification_baselines(torch.from_numpy(x), torch.from_numpy(y), classes)
    deviations = StandardScaler().fit_transform(x)
    theirs = LogisticRegression(tol=1e-8, max_iter=10_000).fit(deviations, y)
    wanted = theirs.predict_proba(deviations)
    assert linear.predict(torch.from_numpy(x)).numpy() == pytest.approx(wanted, abs=1e-3)
