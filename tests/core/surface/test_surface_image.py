"""What a map shows of a surface: shades, lines of equal loss, and where their levels stand."""

from __future__ import annotations

import numpy as np
import pytest

from nngui.core.surface.contours import contour, round_levels
from nngui.core.surface.surface import Surface, SurfacePlane
from nngui.core.surface.surface_image import PICTURE, SHADES, SPAN, elevations, surface_image

PLANE = SurfacePlane(np.zeros(2), np.eye(2), (0.7, 0.3))
A, B = np.linspace(-2, 2, 41), np.linspace(-1, 1, 41)


def bowl(scale=1.0, floor=0.01):
    return scale * (A[None, :] ** 2 + 4 * B[:, None] ** 2 + floor)


def test_that_shades_go_by_the_logarithm_of_the_loss():
    loss = bowl()
    found = surface_image(Surface(PLANE, A, B, loss), np.empty((0, 2)))
    assert found.depth.shape == (PICTURE, PICTURE)
    assert (found.depth.min(), found.depth.max()) == (0, SHADES - 1)
    log = np.log10(loss)
    wanted = (1 - (log - log.min()) / (log.max() - log.min())) * (SHADES - 1)
    corners = found.depth[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert corners == pytest.approx(wanted[[0, 0, -1, -1], [0, -1, 0, -1]], abs=1)
    rows = np.interp(np.linspace(-2, 2, PICTURE), A, wanted[20])
    middle = (found.depth[PICTURE // 2].astype(float) + found.depth[PICTURE // 2 - 1]) / 2
    assert np.abs(middle - rows).max() < 12


def test_that_more_decades_than_are_told_apart_end_in_black():
    loss = 10.0 ** np.linspace(-6, 0, 41)[None, :].repeat(41, 0)
    found = surface_image(Surface(PLANE, A, B, loss), np.empty((0, 2)))
    shown = found.depth[0].astype(float)
    decades = np.linspace(0, 6, PICTURE)
    assert shown == pytest.approx(np.clip(1 - decades / SPAN, 0, 1) * (SHADES - 1), abs=1.01)


def test_that_lines_lie_where_the_loss_has_their_level():
    found = surface_image(Surface(PLANE, A, B, bowl()), np.empty((0, 2)))
    assert len(found.lines) > 3
    for level, pieces in found.lines:
        x, y = pieces.reshape(-1, 2).T
        assert x**2 + 4 * y**2 + 0.01 == pytest.approx(level, rel=0.35)
        assert 0.01 < level < bowl().max()
    levels = dict(found.levels)
    assert set(levels) <= {level for level, _ in found.lines}
    for level, (x, y) in levels.items():
        assert x**2 + 4 * y**2 + 0.01 == pytest.approx(level, rel=0.35)
        assert abs(x) < 0.88 * 2
        assert abs(y) < 0.88


def test_that_levels_are_written_away_from_paths_and_from_each_other():
    surface = Surface(PLANE, A, B, bowl())
    path = np.stack((np.linspace(0, 2, 50), np.zeros(50)), 1)
    for level, place in surface_image(surface, path).levels:
        if level > 0.3:
            ways = (path - place) / [4, 2]
            assert np.hypot(*ways.T).min() > 0.1, "where no path is"
    places = np.array([place for _, place in surface_image(surface, path).levels])
    apart = np.hypot(*((places[:, None] - places) / [4, 2]).transpose(2, 0, 1))
    assert apart[~np.eye(len(places), dtype=bool)].min() > 0.03


def test_that_heights_are_finite_where_a_loss_is_not():
    loss = np.array([[1.0, np.inf, np.nan], [0.0, 10.0, 100.0]])
    assert elevations(Surface(PLANE, A[:3], B[:2], loss)).tolist() == [[0, 2, 2], [0, 1, 2]]
    nothing = Surface(PLANE, A[:3], B[:2], np.full((2, 3), np.nan))
    assert (elevations(nothing) == 0).all()
    even = surface_image(Surface(PLANE, A, B, np.ones((41, 41))), np.empty((0, 2)))
    assert (even.depth == SHADES - 1).all()
    assert even.lines == even.levels == ()


def test_that_a_line_is_where_a_height_that_is_straight_is_crossed():
    height = 3 * A[None, :] + 5 * B[:, None]
    for level in (-3.3, 0.1, 6.0):
        x, y = contour(A, B, height, level).reshape(-1, 2).T
        assert 3 * x + 5 * y == pytest.approx(level, abs=1e-9)
    assert len(contour(A, B, height, 100.0)) == 0


@pytest.mark.parametrize(
    ("low", "high", "levels"),
    [
        (0.9, 6.0, [1, 1.5, 2, 3, 5]),
        (1.0, 5.0, [1.5, 2, 3]),
        (0.5, 600.0, [1, 2, 5, 10, 20, 50, 100, 200, 500]),
        (1e-3, 1e4, [3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1e3, 3e3][:0]),
    ],
)
def test_that_levels_are_round_and_not_too_many(low, high, levels):
    found = round_levels(low, high)
    assert len(found) <= 12
    assert all(low < level < high for level in found)
    assert not levels or found == levels


def test_that_of_many_decades_only_some_are_lines():
    found = round_levels(1e-30, 1e30)
    assert 6 <= len(found) <= 12
    assert np.diff(np.log10(found)) == pytest.approx(np.log10(found[1] / found[0]))
