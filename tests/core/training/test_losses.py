"""The loss of a run, classes that count alike in it, and labels that are less than sure."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight

from nngui.core.script import script
from nngui.core.training.losses import balanced_weights, make_loss
from nngui.core.turbo.support import unsupported_reason
from tests.core.helpers import TASKS, losses_of, spec_of, trainer_of

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


SMOOTH = {"label_smoothing": 0.2}


@pytest.mark.parametrize("weights", ["equal", "balanced"])
@pytest.mark.parametrize("kind", ["blobs", "wine"])
def test_that_every_loss_shown_is_the_smoothed_one_by_its_formula(weights, kind):
    settings = SMOOTH | {"class_weights": weights, "data.kind": kind, "schedule.validation": 0.3}
    trainer = trainer_of("classification", settings)
    state = trainer.state
    (x, y), (x_val, y_val) = state.train_data, state.held_out
    counts = balanced_weights(y, 3) if weights == "balanced" else torch.ones(3)

    def smoothed(x, y):
        """Szegedy and others: Rethinking the Inception Architecture (2016), section 7."""
        logs = trainer.variants[0].net(x).log_softmax(1)
        wanted = 0.8 * torch.nn.functional.one_hot(y, 3) + 0.2 / 3
        return -((wanted * logs * counts).sum(1).sum() / counts[y].sum()).item()

    before = smoothed(x, y)
    row = dict(zip(trainer.columns, trainer.advance(1e9, 1)[0], strict=True))
    np.testing.assert_allclose(row["loss"], before, rtol=1e-5)
    np.testing.assert_allclose(row["val_loss"], smoothed(x_val, y_val), rtol=1e-5)


def test_that_smoothing_makes_a_network_less_sure():
    def sureness(settings):
        trainer = trainer_of("classification", settings | {"schedule.steps": 300})
        trainer.advance(1e9)
        return trainer.predict(trainer.data.x.numpy())[0].max(1).mean()

    assert sureness(SMOOTH) < 0.93 < 0.95 < sureness({})


def test_that_smoothing_means_nothing_to_a_curve():
    curve = {"data.kind": "sine"}
    assert losses_of("quick_build", curve | SMOOTH) == losses_of("quick_build", curve)
    assert "label_smoothing" in spec_of("quick_build", curve | SMOOTH).idle
    assert "label_smoothing" not in spec_of("quick_build", SMOOTH).idle


@pytest.mark.parametrize("weights", ["equal", "balanced"])
@pytest.mark.parametrize("smoothing", [0.0, 0.25])
@pytest.mark.parametrize("world", [2, 3, 7])
def test_that_the_parts_of_several_processes_add_up_to_the_loss_of_the_batch(
    weights, smoothing, world
):
    """The very line of the script says what a process's part is worth."""
    spec = spec_of("classification", {"class_weights": weights, "label_smoothing": smoothing})
    generator = torch.Generator().manual_seed(world)
    y = torch.randint(3, (16,), generator=generator)
    out = torch.randn(16, 3, generator=generator, dtype=torch.float64, requires_grad=True)
    class_weights = balanced_weights(y, 3).double()
    loss_func = make_loss(spec, y, 3).double()
    whole = loss_func(out, y)
    expected = torch.autograd.grad(whole, out)[0]
    lines = script(TASKS["classification"], spec, shared=True).split("\n")
    (line,) = (line for line in lines if "share =" in line)
    means = []
    for rank in range(world):
        part_y = y[rank::world]
        names = {"y": y, "part_y": part_y, "rank": rank, "world": world}
        share = eval(line.split("=", 1)[1], {"class_weights": class_weights, **names})
        means.append(loss_func(out[rank::world], part_y) * share)
    together = sum(means) / world  # as DistributedDataParallel takes the mean of gradients
    np.testing.assert_allclose(together.item(), whole.item(), rtol=1e-12)
    np.testing.assert_allclose(torch.autograd.grad(together, out)[0], expected, rtol=1e-9)


def test_that_turbo_refuses_smoothing_by_name():
    reason = str(unsupported_reason(trainer_of("classification", SMOOTH).state))
    assert reason == "Turbo does not know label smoothing: PyTorch trains."
