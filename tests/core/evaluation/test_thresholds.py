"""Each hint just below its threshold and just above it, of courses that are made up."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from nngui.core.evaluation import course_hints, data_hints, hint, rate_hints, unit_hints
from nngui.core.evaluation.hint import Evidence, Hint, Offer
from nngui.core.records.history import History
from nngui.core.spec.toml import with_settings
from nngui.core.training.endings import DEAD
from nngui.core.training.usual_rate import LARGER, usual_rate
from tests.core.helpers import TASKS, trainer_of

EMPTY = np.empty(0)
LITTLE = 1e-9
GOOD_FIT = 0.8  # written out, as all thresholds are here


class Run:
    """What hints ask of a run, made up; what it tries does well."""

    def __init__(self, settings=(), *, losses=(), found=(), training=None, fit=0.0, ended="steps"):
        task = TASKS["regression"]
        self.spec = with_settings(task.spec, dict(settings))
        self.losses, self.fit, self.ended = np.array(losses, float), fit, ended
        course = np.array(found, float)
        self.validation = course, course if training is None else np.array(training, float)
        known = SimpleNamespace(known=[self.spec])
        state = SimpleNamespace(task=task, journal=known, health=SimpleNamespace(hint=None))
        self.trainer = SimpleNamespace(state=state, spec=self.spec, ending=None)

    def ended_by(self, kind):
        return self.ended == kind

    def best_offer(self, offers):
        return offers[0] if offers else None


def course(values, **more):
    """A validation loss by epochs, and a training loss that falls all the way."""
    settings = {"schedule.validation": 0.2} | more
    return Run(settings, found=values, training=np.linspace(2, 1, len(values)))


# --- The length of a run --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([4, 1, 1.1, 1.25], False),  # four epochs
        ([4, 1, 1.1, 1.2, 1.25], False),
        ([4, 1, 1.1, 1.2, 1.25 + LITTLE], True),
        ([4, 1, 1.1, 1.3], False),
        ([1, 1.1, 1.2, 1.3, 1.3], True),
        ([4, 3, 2, 1.5, 1], False),
    ],
)
def test_that_a_loss_has_risen_by_a_quarter_before_it_is_overfitting(values, told):
    assert (course_hints.overfit(course(values)) is not None) == told
    assert course_hints.overfit(course(values, **{"schedule.keep": "best"})) is None


def test_that_it_is_no_overfitting_where_the_training_loss_did_not_fall():
    values = [4, 1, 1.1, 1.2, 2]
    for last, told in ((1.0 - LITTLE, True), (1.0, False), (1.1, False)):
        run = Run({"schedule.validation": 0.2}, found=values, training=[3, 1, 1, 1, last])
        assert (course_hints.overfit(run) is not None) == told


def long_ago(best, epochs, last):
    values = np.full(epochs, 3.0)
    values[: best + 1] = np.linspace(2, 1, best + 1)
    values[-1] = last
    return values


@pytest.mark.parametrize(
    ("best", "epochs", "last", "told"),
    [
        (8, 19, 1.5, False),
        (9, 20, 1.5, True),
        (10, 20, 1.5, False),
        (9, 20, 1.02, False),
        (9, 20, 1.02 + LITTLE, True),
        (10, 21, 1.5, False),
        (10, 22, 1.5, True),
    ],
)
def test_that_the_best_was_long_ago_from_half_of_the_epochs_on(best, epochs, last, told):
    values = long_ago(best, epochs, last)
    found = course_hints.late(course(values))
    assert (found is not None) == told
    assert course_hints.late(course(values, **{"schedule.keep": "best"})) is None
    if found:
        assert (found.values["epoch"], found.values["epochs"]) == (best + 1, epochs)


@pytest.mark.parametrize(
    ("gains", "patience"),
    [([0, 3, 9], 10), ([0, 9], 10), ([0, 10], 11), ([2, 14, 16], 13), ([0], 10)],
)
def test_that_the_patience_is_as_long_as_the_longest_wait_for_a_gain(gains, patience):
    values = np.full(60, 9.0)
    values[:2] = 10.0  # the first gain is the first epoch's, whatever it is
    for number, place in enumerate(gains):
        values[place] = 5.0 - 0.1 * number
    found = course_hints.late(course(values))
    assert found.settings == {"schedule.keep": "best", "schedule.patience": patience}


def test_that_without_a_validation_part_only_a_place_to_stop_is_told():
    run = Run({"schedule.validation": 0.0}, found=long_ago(4, 30, 2.0))
    assert course_hints.late(run).settings == {"schedule.epochs": 5}


FALLING = np.linspace(2.0, 1.0, 60)


def test_that_a_run_is_unfinished_below_a_good_fit_and_goes_on_three_times_as_long():
    for fit, told in ((GOOD_FIT, False), (GOOD_FIT - LITTLE, True)):
        run = Run({"schedule.steps": 60}, losses=FALLING, fit=fit)
        assert (course_hints.unfinished(run) is not None) == told
    assert course_hints.unfinished(run).settings == {"schedule.steps": 180}
    run = Run({"schedule.epochs": 60, "schedule.batch_size": 10}, losses=FALLING)
    assert course_hints.unfinished(run).settings == {"schedule.epochs": 180}
    assert course_hints.unfinished(Run(losses=FALLING, ended="target")) is None


# --- The learning rate ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("losses", "fit", "told"),
    [
        ([2, 2, 2, 3.1], 0, False),  # four epochs
        ([2, 2, 2, 2, 3], 0, False),
        ([2, 2, 2, 2, 3 + LITTLE], 0, True),
        ([2, 2, 2, 2, 9], GOOD_FIT, False),
        ([2, 2, 2, 2, 9], GOOD_FIT - LITTLE, True),
    ],
)
def test_that_a_rate_is_high_where_the_loss_grew_by_half(losses, fit, told):
    found = rate_hints.fast(Run({"optimizer.lr": 1.0}, losses=losses, fit=fit))
    assert (found is not None) == told
    if found:
        assert found.settings == {"optimizer.lr": 0.2}
        assert (found.values["first"], found.values["last"]) == ("2", f"{losses[-1]:.3g}")
    assert rate_hints.fast(Run(losses=losses, ended="diverged")) is None


def test_that_a_rate_is_low_where_it_is_clearly_below_the_usual_one():
    usual = usual_rate(TASKS["regression"], TASKS["regression"].spec)
    for rate, told in ((usual / LARGER, False), (0.99 * usual / LARGER, True), (usual, False)):
        run = Run({"optimizer.lr": rate}, losses=FALLING)
        found = rate_hints.slow(run)
        assert (found is not None) == told
    assert rate_hints.slow(Run({"optimizer.lr": 1e-4}, losses=FALLING, fit=GOOD_FIT)) is None


def ending(values):
    """60 losses whose last fifth is given, far below those before."""
    return np.concatenate((np.linspace(900, 100, 60 - len(values)), values))


@pytest.mark.parametrize(
    ("losses", "told"),
    [
        (np.linspace(2, 1, 39), False),
        (np.linspace(2, 1, 40), True),
        (np.linspace(1, 2, 60), False),
        (np.ones(60), False),
        # of the loss at the end, a twentieth: means of two tenths, one of them apart
        (ending([1.049] * 6 + [1.0] * 12), False),
        (ending([1.04] * 6 + [1.02] * 6 + [1.0] * 6), False),
        (ending([1.06] * 6 + [1.02] * 6 + [1.0] * 6), True),
    ],
)
def test_that_a_loss_is_still_falling_by_its_last_fifth(losses, told):
    assert rate_hints.is_falling(Run(losses=losses)) == told
    assert not rate_hints.is_falling(Run(losses=losses, ended="target"))


def test_that_the_smallest_loss_lies_in_the_last_fifth_of_a_run_that_is_falling():
    for place, told in ((47, False), (48, True)):  # of 61, 0.8 of the way is 48
        losses = np.linspace(3, 1, 61)
        losses[place] = 0.5
        assert rate_hints.is_falling(Run(losses=losses)) == told


def test_that_an_even_fall_counts_where_it_is_not_too_little():
    """Of all that it fell an eighth within the last fifth, and two hundredths of the beginning."""
    for depth, told in ((0.019, False), (0.025, True)):
        assert rate_hints.is_falling(Run(losses=np.linspace(1, 1 - depth, 100))) == told
    early = np.concatenate((np.linspace(1, 0.955, 70), np.linspace(0.955, 0.95, 30)))
    assert not rate_hints.is_falling(Run(losses=early))


def test_that_of_validation_points_ten_epochs_are_enough_and_count_alone():
    flat = np.ones(60)
    for epochs, told in ((9, False), (10, True)):
        run = Run(losses=flat, found=np.linspace(2, 1, epochs))
        assert rate_hints.is_falling(run) == told
    assert not rate_hints.is_falling(Run(losses=FALLING, found=np.ones(60)))
    for third_last, told in ((1.049, False), (1.06, True)):  # of ten, a tenth is one
        steep = np.array([50, 40, 30, 20, 10, 5, 4, third_last, 9.0, 1.0])
        assert rate_hints.is_falling(Run(losses=flat, found=steep)) == told


def rates(offers):
    return [offer.settings["optimizer.lr"] for offer in offers]


def test_that_gentler_rates_begin_with_the_usual_one_or_that_of_now():
    assert rates(rate_hints.gentler_offers(Run({"optimizer.lr": 1.0}))) == [0.2, 0.5, 0.067, 0.02]
    assert rates(rate_hints.gentler_offers(Run({"optimizer.lr": 0.21}))) == [
        0.07, 0.1, 0.023, 0.007,
    ]  # fmt: skip
    run = Run({"optimizer.lr": 0.3})
    run.trainer.state.journal.known.append(with_settings(run.spec, {"optimizer.lr": 1.0}))
    assert rates(rate_hints.gentler_offers(run)) == [0.3, 0.2, 0.5, 0.067, 0.02]
    other = {"optimizer.name": "adam", "optimizer.lr": 5.0}
    run.trainer.state.journal.known[:] = [run.spec, with_settings(run.spec, other)]
    assert max(rates(rate_hints.gentler_offers(run))) < 0.3  # another optimizer's rate says nothing


def test_that_faster_rates_are_clearly_larger_and_at_most_one():
    assert rates(rate_hints.faster_offers(Run({"optimizer.lr": 0.01}))) == [0.2, 0.1, 0.03, 0.3]
    assert rates(rate_hints.faster_offers(Run({"optimizer.lr": 0.1}))) == [0.2, 1.0, 0.3]
    assert rates(rate_hints.faster_offers(Run({"optimizer.lr": 0.15}))) == [0.45]


# --- The data -------------------------------------------------------------------------------------


def looked_at(x, y=None, columns=None, classes=()):
    """A run whose sample is given."""
    run = Run()
    names = tuple(f"x{i}" for i in range(x.shape[1]))
    run.trainer.data = SimpleNamespace(
        standardise=False, columns=columns, classes=classes, features=names
    )
    run.sample = lambda: (x, torch.zeros(len(x), 1) if y is None else y)
    return run


@pytest.mark.parametrize(
    ("largest", "ratio", "told"),
    [(100.0, 1, False), (100.001, 1, True), (1, 49.99, False), (1, 50.01, True), (-100.1, 1, True)],
)
def test_that_inputs_are_not_scaled_beyond_a_hundred_or_fifty_times_apart(largest, ratio, told):
    wide = torch.tensor([-1.0, 1.0, -1.0, 1.0])
    x = torch.stack((wide * abs(ratio), wide), dim=1)
    if abs(largest) > 1:
        x[0, 0] = largest
        x[:, 1] = x[:, 0]
    assert (data_hints.scale(looked_at(x)) is not None) == told


def test_that_scaled_data_and_single_rows_are_let_be():
    x = torch.tensor([[1000.0], [-1000.0]])
    run = looked_at(x)
    assert data_hints.scale(run).values["largest"] == "1,000"
    run.trainer.data.standardise = True
    assert data_hints.scale(run) is None
    assert data_hints.scale(looked_at(x[:1])) is None
    assert data_hints.scale(looked_at(torch.ones(3, 1))) is None  # of no width at all


@pytest.mark.parametrize(("correlation", "told"), [(0.99985, False), (0.99995, True)])
@pytest.mark.parametrize("sign", [1, -1])
def test_that_a_column_is_the_target_from_a_correlation_of_0_9999(correlation, told, sign):
    generator = np.random.default_rng(1)
    pair = generator.normal(size=(300, 2))
    pair = np.linalg.qr(pair - pair.mean(axis=0))[0]
    other = correlation * pair[:, 0] + math.sqrt(1 - correlation**2) * pair[:, 1]
    assert np.corrcoef(pair[:, 0], other)[0, 1] == pytest.approx(correlation, abs=1e-9)
    columns = SimpleNamespace(features=[("a", slice(0, 1)), ("b", slice(1, 2))], target="y")
    x = torch.from_numpy(np.stack((sign * other, pair[:, 1]), axis=1))
    found = data_hints.leak(looked_at(x, torch.from_numpy(pair[:, :1]), columns))
    assert (found is not None) == told
    if found:
        assert found.settings == {"data.table.features": ["b"]}
        assert found.values["name"] == "a"


def test_that_a_category_is_the_class_where_each_name_is_one():
    columns = SimpleNamespace(features=[("colour", slice(0, 3))], target="y")
    names = torch.tensor([0, 1, 2, 0, 1, 2])
    x = torch.nn.functional.one_hot(names, 3).float()
    for classes, told in (
        ([2, 0, 1, 2, 0, 1], True),
        ([2, 0, 1, 2, 0, 0], False),
        ([1, 0, 0, 1, 0, 0], False),
        ([0, 0, 0, 0, 0, 0], False),
        ([0.5, 1.5, 2.5, 0.6, 1.4, 2.6], False),  # a number that depends on it, and no class
    ):
        run = looked_at(x, torch.tensor(classes), columns)
        assert (data_hints.leak(run) is not None) == told


class Says(nn.Module):
    """A network that says what it is told to, in turn."""

    def __init__(self, said, classes):
        super().__init__()
        self.out = torch.nn.functional.one_hot(torch.tensor(said), classes).float()

    def forward(self, x):
        return self.out[x[:, 0].long()]


def classified(train, said, held_out=None):
    """A run of which the network says something of each training row, or held-out one."""
    y = torch.tensor(train)
    classes = int(y.max()) + 1
    x = torch.arange(len(y)).float().unsqueeze(1)
    run = looked_at(x, y, classes=tuple("abcdef"[:classes]))
    run.trainer.state.train_data = x, y
    run.trainer.state.held_out = None
    if held_out is not None:
        other = torch.tensor(held_out)
        run.trainer.state.held_out = torch.arange(len(other)).float().unsqueeze(1), other
    run.trainer.variants = [SimpleNamespace(net=Says(said, classes))]
    return run


def mixed(rare, often, right, wrong_often=1):
    """Rows of two classes: `right` of the rare ones are found."""
    said = [1] * right + [0] * (rare - right) + [1] * wrong_often + [0] * (often - wrong_often)
    return [1] * rare + [0] * often, said


@pytest.mark.parametrize(
    ("rare", "often", "right", "told"),
    [
        (5, 95, 1, True),
        (4, 96, 0, False),  # of so few nothing can be said
        (8, 92, 2, False),  # a quarter is found
        (8, 92, 1, True),
        (35, 65, 2, False),  # 0.7 of the half that each would have
        (34, 66, 2, True),
    ],
)
def test_that_a_rare_class_is_told_below_its_thresholds(rare, often, right, told):
    found = data_hints.imbalance(classified(*mixed(rare, often, right)))
    assert (found is not None) == told
    if found:
        assert found.values["name"] == "b"
        assert (found.values["count"], found.values["found"]) == (f"{rare}", f"{right}")
        assert found.values["share"] == f"{rare / (rare + often):.1%}"
        accuracy = (right + often - 1) / (rare + often)
        assert found.values["accuracy"] == f"{accuracy:.1%}"
        assert found.values["always"] == f"{often / (rare + often):.1%}"


def test_that_a_single_row_is_enough_where_one_class_is_said_of_all():
    for rare, often, told in ((1, 9, True), (2, 17, False), (2, 18, True)):
        found = data_hints.imbalance(classified(*mixed(rare, often, 0, wrong_often=0)))
        assert (found is not None) == told, (rare, often)
    assert data_hints.imbalance(classified(*mixed(1, 99, 0, wrong_often=1))) is None


def test_that_rows_kept_back_are_asked_where_they_have_enough_of_the_class():
    train, said = mixed(10, 90, 0)
    for rare in (4, 5):
        held, right = mixed(rare, 20, rare)
        run = classified(train, right if rare == 5 else said, held)
        assert (data_hints.imbalance(run) is None) == (rare == 5)


# --- Units ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dead", "fit", "told"), [(3, 0, False), (4, 0, True), (4, GOOD_FIT, False)]
)
def test_that_half_of_the_units_are_dead_before_it_is_told(dead, fit, told):
    run = looked_at(torch.linspace(-1, 1, 9).unsqueeze(1))
    run.fit = fit
    net = nn.Sequential(nn.Linear(1, 8), nn.ReLU(), nn.Linear(8, 1))
    with torch.no_grad():
        net[0].bias.fill_(5)
        net[0].bias[:dead] = -50
    run.trainer.variants = [SimpleNamespace(net=net)]
    found = unit_hints.dead(run)
    assert (found is not None) == told
    if found:
        assert (found.values["dead"], found.values["units"]) == (dead, 8)
        assert found.settings == {"network.hidden": (20,)}


def test_that_a_dead_network_is_offered_a_gentler_rate():
    run = Run({"optimizer.lr": 0.9})
    run.trainer.state.health.hint = DEAD
    found = unit_hints.dead(run)
    assert isinstance(found, Hint)
    assert found.settings == {"optimizer.lr": 0.2}
    assert unit_hints.dead(Run({"optimizer.lr": 0.9}, ended="diverged")) is None


# --- What is offered ------------------------------------------------------------------------------


OFFERS = [Offer({"optimizer.lr": 0.1}, "a"), Offer({"optimizer.lr": 0.3}, "b")]


@pytest.mark.parametrize(
    ("scores", "best"),
    [
        ([0.9, 0.95], None),
        ([0.95, 0.9 - LITTLE], "b"),
        ([0.5, 0.4], "b"),
        ([0.4, 0.5], "a"),
        ([math.inf, math.inf], None),
        (None, None),
    ],
)
def test_that_an_offer_has_to_do_a_tenth_better(monkeypatch, scores, best):
    trainer = trainer_of("regression", {"schedule.steps": 60})
    run = Evidence(trainer, History(trainer.columns))
    monkeypatch.setattr(hint, "score", lambda _trainer: 1.0)
    asked = []

    def tried(task, spec, settings, steps, **_more):
        asked.append((settings, steps))
        return scores

    monkeypatch.setattr(hint, "try_settings", tried)
    found = run.best_offer(OFFERS)
    assert (found and found.remedy) == best
    assert asked == [([{"optimizer.lr": 0.1}, {"optimizer.lr": 0.3}], 60)]
    assert run.best_offer([]) is None


@pytest.mark.parametrize(("affordable", "tried"), [(49, False), (50, True)])
def test_that_too_short_a_trial_is_none_and_the_first_offer_is_taken(
    monkeypatch, affordable, tried
):
    trainer = trainer_of("regression", {"schedule.steps": 60})
    run = Evidence(trainer, History(trainer.columns))
    monkeypatch.setattr(hint, "score", lambda _trainer: 1.0)
    monkeypatch.setattr(hint, "affordable_steps", lambda _trainer, _seconds: affordable)
    monkeypatch.setattr(hint, "try_settings", lambda *_a, **_k: [0.5, 0.4])
    assert run.best_offer(OFFERS).remedy == ("b" if tried else "a")


def test_that_the_fit_is_the_share_that_is_gone_of_always_saying_the_same():
    trainer = trainer_of("regression", {"schedule.validation": 0.3})
    history = History(trainer.columns)
    history.append(trainer.advance(1e9))
    run = Evidence(trainer, history)
    (x, y), (_, train) = trainer.state.held_out, trainer.state.train_data
    with torch.no_grad():
        mine = float(((trainer.variants[0].net(x) - y) ** 2).mean())
    trivial = float(((train.mean() - y) ** 2).mean())
    assert run.fit == pytest.approx(1 - mine / trivial, rel=1e-5)
    trainer = trainer_of("classification")
    history = History(trainer.columns)
    history.append(trainer.advance(1e9))
    x, y = trainer.state.train_data
    shares = y.bincount() / len(y)
    with torch.no_grad():
        mine = float(nn.functional.cross_entropy(trainer.variants[0].net(x), y))
    trivial = float(-(shares * shares.log()).sum())
    assert Evidence(trainer, history).fit == pytest.approx(1 - mine / trivial, rel=1e-4)


def test_that_losses_are_the_means_of_whole_epochs_with_the_settings_of_now():
    options = {"schedule.batch_size": 30, "schedule.steps": 22, "schedule.validation": 0.2}
    trainer = trainer_of("regression", options)  # three steps an epoch
    history = History(trainer.columns)
    history.append(trainer.advance(1e9, 7))
    trainer.change(with_settings(trainer.spec, {"optimizer.lr": 0.1}))
    history.append(trainer.advance(1e9))
    rows = history.exact(0, 22)
    run = Evidence(trainer, history)
    wanted = rows[7:22, 0].reshape(5, 3).mean(axis=1)
    assert run.losses == pytest.approx(wanted)
    found, means = run.validation
    ends = np.flatnonzero(~np.isnan(rows[:, 1]))
    assert ends.tolist() == [2, 5, 8, 11, 14, 17, 20]
    assert found == pytest.approx(rows[ends, 1])
    wanted = [rows[end - 2 : end + 1, 0].mean() for end in ends]
    assert means == pytest.approx(wanted)
    sample, _ = run.sample()
    assert torch.equal(sample, trainer.state.train_data[0])
