"""The loss of a run, and classes that count alike in it."""

from __future__ import annotations

import numpy as np
import torch
from sklearn.utils.class_weight import compute_class_weight

from nngui.core.training.losses import balanced_weights
from nngui.core.turbo.support import unsupported_reason
from tests.core.helpers import losses_of, trainer_of

ALIKE = {"class_weights": "balanced"}


def test_that_classes_weigh_what_scikit_learn_says():
    y = torch.tensor([0, 0, 0, 0, 0, 0, 1, 2, 2])
    expected = compute_class_weight("balanced", classes=np.arange(3), y=y.numpy())
    np.testing.assert_allclose(balanced_weights(y, 3), expected, rtol=1e-6)
    assert balanced_weights(y, 3)[y].mean().item() == 1


def test_that_a_class_without_points_weighs_no_infinity():
    assert balanced_weights(torch.tensor([0, 0, 2]), 3).isfinite().all()


def test_that_the_first_loss_is_the_mean_over_classes():
    trainer = trainer_of("classification", ALIKE | {"data.kind": "wine"})
    x, y = trainer.state.train_data
    out = trainer.best.net(x)
    each = torch.nn.functional.cross_entropy(out, y, reduction="none")
    mean = torch.stack([each[y == k].mean() for k in range(3)]).mean()
    np.testing.assert_allclose(trainer.advance(1e9, 1)[0, 0], mean.item(), rtol=1e-6)


def test_that_equal_classes_change_nothing_but_the_last_bits():
    plain, alike = losses_of("classification"), losses_of("classification", ALIKE)
    np.testing.assert_allclose(plain, alike, rtol=1e-3)


def test_that_turbo_leaves_it_to_pytorch():
    assert unsupported_reason(trainer_of("classification").state) is None
    assert "counts all points alike" in str(
        unsupported_reason(trainer_of("classification", ALIKE).state)
    )
