"""The race on the loss surface, against evaluating one network after the other."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from nngui.core.surface.contours import contour, round_levels
from nngui.core.surface.loss_surface import MAX_POINTS, SIZES, Landscape, surfaces
from nngui.core.surface.surface import SurfacePlane, box_around, plane_of
from nngui.core.training import trajectory
from nngui.core.training.trajectory import Trajectory
from tests.core.helpers import FOREVER, trainer_of


@pytest.fixture(scope="module")
def race():
    """Forty steps of the race, and the way it took."""
    trainer = trainer_of("optimizers", {"data.points": 200})
    trainer.state.trajectory = Trajectory(trainer.point())
    trainer.advance(FOREVER, 40)
    return trainer


@pytest.fixture(scope="module")
def vectors(race):
    return np.concatenate([place.vectors for place in race.state.trajectory.points])


@pytest.fixture(scope="module")
def landscape(race):
    return Landscape(race.variants[0].net, race.state.loss_func, *race.state.train_data)


@pytest.fixture(scope="module")
def plane(race, vectors):
    return plane_of(vectors, race.state.trajectory.points[-1].vectors[4])


@torch.no_grad()
def loss_at(race, vector):
    """The loss of one network with these parameters."""
    net = race.state.task.network.build(race.spec, (1,), 1, "sgd")
    vector_to_parameters(torch.as_tensor(vector, dtype=torch.float32), net.parameters())
    x, y = race.state.train_data
    return race.state.loss_func(net(x), y).item()


# --- The surface ----------------------------------------------------------------------------------


def test_that_a_network_whose_loss_cannot_be_worked_out_keeps_its_dropout():
    def fails(_prediction, _y):
        raise RuntimeError("no loss")

    net = nn.Sequential(nn.Linear(1, 4), nn.Dropout(0.5), nn.Linear(4, 1))
    landscape = Landscape(net, fails, torch.zeros(3, 1), torch.zeros(3, 1))
    with pytest.raises(RuntimeError, match="no loss"):
        landscape.loss(net)
    assert all(part.training for part in net.modules())


def test_that_each_grid_holds_the_losses_of_the_networks_at_its_places(race, landscape, plane):
    found = list(surfaces(landscape, plane, (-1.0, 2.0, -0.5, 1.5)))
    assert [surface.loss.shape for surface in found] == [(n, n) for n in SIZES]
    for surface in found:
        assert (surface.a[0], surface.a[-1]) == (-1.0, 2.0)
        assert (surface.b[0], surface.b[-1]) == (-0.5, 1.5)
        for i, j in ((0, 0), (3, 7), (12, 12), (len(surface.b) - 1, 1)):
            vector = plane.centre + surface.a[j] * plane.axes[0] + surface.b[i] * plane.axes[1]
            assert surface.loss[i, j] == pytest.approx(loss_at(race, vector), rel=1e-4)
    fine, coarse = found[-1], found[0]
    assert np.array_equal(fine.loss[::4, ::4], coarse.loss)


def test_that_nothing_more_comes_once_it_is_not_wanted(landscape, plane):
    asked = iter([True, True, False])
    landscape_in_pieces = Landscape(
        nn.Sequential(nn.Linear(1, 20), nn.ReLU(), nn.Linear(20, 1)),
        nn.MSELoss(),
        landscape.x,
        landscape.y,
    )
    landscape_in_pieces.at_once = 100  # 169 places: two pieces
    found = list(surfaces(landscape_in_pieces, plane, (-1.0, 1.0, -1.0, 1.0), lambda: next(asked)))
    assert [len(surface.a) for surface in found] == [SIZES[0]]


def test_that_the_loss_of_a_network_is_that_of_its_parameters(race, landscape):
    for variant in race.variants:
        vector = parameters_to_vector(variant.net.parameters()).detach().numpy()
        single, together = landscape.loss(variant.net), landscape.losses(vector[None])
        assert together.shape == (1,)
        assert together[0] == pytest.approx(single, rel=1e-4)
        assert single == pytest.approx(loss_at(race, vector), rel=1e-6)


def test_that_evaluating_leaves_the_network_in_training():
    net = nn.Sequential(nn.Linear(1, 4), nn.Dropout(0.5), nn.Linear(4, 1))
    x = torch.linspace(-1, 1, 50).unsqueeze(1)
    landscape = Landscape(net, nn.MSELoss(), x, x)
    assert landscape.loss(net) == landscape.loss(net)  # without dropout
    assert net.training


def test_that_of_many_points_an_even_sample_counts():
    x = torch.arange(5 * MAX_POINTS, dtype=torch.float32).unsqueeze(1)
    landscape = Landscape(nn.Sequential(nn.Linear(1, 1)), nn.MSELoss(), x, x)
    assert landscape.x[:3, 0].tolist() == [0, 5, 10]
    assert len(landscape.x) == len(landscape.y) == MAX_POINTS


def test_that_a_loss_that_is_no_number_counts_as_infinite(landscape, plane):
    *_, surface = surfaces(landscape, plane, (-1e30, 1e30, -1e30, 1e30))
    assert not np.isnan(surface.loss).any()
    assert np.isinf(surface.loss).any()


def test_that_a_network_of_images_has_a_surface_too():
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, 3))
    x, y = torch.randn(6, 1, 4, 4), torch.tensor([0, 1, 2, 0, 1, 2])
    landscape = Landscape(net, nn.CrossEntropyLoss(), x, y)
    vector = parameters_to_vector(net.parameters()).detach().numpy()
    found = landscape.losses(np.stack((vector, vector + 0.1)))
    assert found[0] == pytest.approx(landscape.loss(net), rel=1e-4)
    assert found[1] != found[0]


# --- The plane ------------------------------------------------------------------------------------


def test_that_the_axes_are_the_principal_components(plane, vectors):
    centred = vectors.astype(np.float64) - vectors.mean(0, dtype=np.float64)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    assert np.allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-9)
    for i in range(2):
        assert abs(plane.axes[i] @ directions[i]) == pytest.approx(1, abs=1e-6)
    assert plane.share == pytest.approx((sizes**2 / (sizes**2).sum())[:2], abs=1e-9)


def test_that_fewer_paths_than_parameters_give_the_same_axes(vectors):
    few = vectors[:10]
    direct = plane_of(few, few[0])
    padded = plane_of(np.pad(few, ((0, 0), (0, 1000))), np.zeros(1061))
    assert padded.share == pytest.approx(direct.share)
    for i in range(2):
        assert abs(padded.axes[i, :61] @ direct.axes[i]) == pytest.approx(1)


def test_that_the_centre_lies_at_zero_and_the_plane_gives_back_its_places(plane, race):
    leader = race.state.trajectory.points[-1].vectors[4]
    assert np.allclose(plane.project(leader), 0)
    places = np.array([[0.5, -1.0], [2.0, 0.25]])
    assert np.allclose(plane.project(plane.at(places)), places)


def test_that_a_later_plane_does_not_turn_round(plane, vectors):
    other = SurfacePlane(plane.centre, -plane.axes, plane.share)
    turned = plane_of(vectors, vectors[0], like=other)
    assert (turned.axes * other.axes).sum(1) == pytest.approx([1, 1])


def test_that_there_is_no_plane_before_anything_has_moved():
    assert plane_of(np.ones((5, 7)), np.ones(7)) is None
    assert plane_of(np.full((5, 7), np.inf), np.ones(7)) is None


@pytest.mark.parametrize("parameters", [1, 2, 50])
def test_that_a_straight_path_is_given_a_second_axis(parameters):
    path = np.outer(np.arange(4.0), np.ones(parameters))
    plane = plane_of(path, path[0])
    assert plane.share == pytest.approx((1, 0), abs=1e-9)
    assert abs(plane.axes[0] @ plane.axes[1]) < 1e-9
    assert np.linalg.norm(plane.axes[1]) == pytest.approx(0 if parameters == 1 else 1)


def test_that_the_box_leaves_room_and_is_never_flat():
    left, right, bottom, top = box_around(np.array([[0.0, 5.0], [10.0, 5.0]]))
    assert left < 0
    assert right > 10
    assert bottom < 5 < top
    assert box_around(np.zeros((1, 2)))[1] > 0


# --- The trajectory -------------------------------------------------------------------------------


def test_that_the_trail_begins_at_the_start_and_keeps_equal_distances(race):
    places = race.state.trajectory.points
    assert [place.step for place in places] == list(range(41))
    assert places[0].vectors.shape == (5, 61)
    assert (places[0].vectors == places[0].vectors[0]).all()  # the fair start
    assert places[7].epoch == pytest.approx(1.0)  # 200 points in batches of 32
    assert places[-1].epoch == pytest.approx(5 + 160 / 200)


def test_that_the_seconds_of_each_racer_grow(race):
    seconds = np.stack([place.seconds for place in race.state.trajectory.points])
    assert (np.diff(seconds, axis=0) > 0).all()
    assert not seconds[0].any()


def test_that_a_long_trail_is_thinned_out_and_stays_within_bounds(monkeypatch):
    monkeypatch.setattr(trajectory, "KEPT", 16)
    trainer = trainer_of("optimizers", {"data.points": 50, "schedule.epochs": 99})
    trainer.state.trajectory = Trajectory(trainer.point())
    counts = []
    for _ in range(12):
        trainer.advance(FOREVER, 9)
        counts.append(len(trainer.state.trajectory.points))
    assert max(counts) <= 16
    steps = [place.step for place in trainer.state.trajectory.points]
    assert steps[0] == 0
    assert set(np.diff(steps)) == {8}


def test_that_a_place_does_not_change_with_the_training():
    trainer = trainer_of("optimizers", {"data.points": 50})
    before = trainer.point()
    copied = before.vectors.copy()
    trainer.advance(FOREVER, 3)
    assert np.array_equal(before.vectors, copied)
    assert not np.array_equal(trainer.point().vectors, copied)


# --- The contours ---------------------------------------------------------------------------------


def test_that_a_contour_of_a_round_hill_is_a_circle():
    x, y = np.linspace(-2, 2, 61), np.linspace(-3, 3, 91)
    height = x[None, :] ** 2 + y[:, None] ** 2
    pieces = contour(x, y, height, 1.07)
    radius = math.sqrt(1.07)
    assert np.hypot(*pieces.reshape(-1, 2).T) == pytest.approx(radius, abs=2e-3)
    length = np.linalg.norm(pieces[:, 0] - pieces[:, 1], axis=1).sum()
    assert length == pytest.approx(2 * math.pi * radius, rel=2e-3)
    ends, counts = np.unique(pieces.reshape(-1, 2).round(9), axis=0, return_counts=True)
    assert len(ends) == len(pieces)
    assert set(counts) == {2}  # each end meets another: the line is closed


def test_that_there_is_no_contour_where_nothing_is_crossed():
    flat = np.ones((4, 5))
    assert contour(np.arange(5.0), np.arange(4.0), flat, 2.0).shape == (0, 2, 2)
    assert contour(np.arange(5.0), np.arange(4.0), flat, 1.0).shape == (0, 2, 2)


def test_that_a_saddle_has_two_lines():
    pieces = contour(np.arange(2.0), np.arange(2.0), np.array([[1.0, 0.0], [0.0, 1.0]]), 0.5)
    assert len(pieces) == 2


@pytest.mark.parametrize(
    ("low", "high", "levels"),
    [
        (0.009, 0.12, [0.01, 0.015, 0.02, 0.03, 0.05, 0.07, 0.1]),
        (0.5, 300, [1, 2, 5, 10, 20, 50, 100, 200]),
        (1e-9, 1e9, [1e-8, 1e-6, 1e-4, 1e-2, 1, 100, 1e4, 1e6, 1e8]),
        (0.2, 0.2, []),
    ],
)
def test_that_levels_are_round_numbers(low, high, levels):
    assert round_levels(low, high) == pytest.approx(levels)
