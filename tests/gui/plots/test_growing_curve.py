"""A line that grows looks like one that is drawn at once, wherever it went."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication

from nngui.gui.panels.card import Card
from nngui.gui.panels.pictures import picture
from nngui.gui.plots.kit.axes import CalmPlot
from nngui.gui.plots.kit.growing_curve import GrowingCurve
from nngui.gui.plots.kit.racers import racers

WAY = np.linspace(0, 6 * np.pi, 400)
X, Y = WAY / 20 + 0.05 * np.cos(3 * WAY), np.sin(WAY) / (1 + WAY / 4)


@pytest.fixture
def shown(qtbot):
    """Show a plot with a line; return both."""

    def show(racer="momentum", halo=True):
        plot = CalmPlot()
        qtbot.addWidget(plot)
        plot.resize(420, 320)
        plot.setRange(xRange=(-0.2, 1.2), yRange=(-1, 1), padding=0)
        curve = GrowingCurve()
        curve.setPen(racers([racer])[0].pen(2.5))
        if halo:
            curve.setShadowPen(plot.pen("#ffffff", 5))
        plot.addItem(curve, ignoreBounds=True)
        plot.show()
        qtbot.waitExposed(plot)
        return plot, curve

    return show


def pixels(widget, scale=1):
    image = widget.grab().toImage() if scale == 1 else picture(widget, scale)
    image = image.convertToFormat(image.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def ink(shot):
    """Where something is drawn that is no grey: the line."""
    return shot.max(2) - shot.min(2) > 60


def alike(one, other):
    """The share of the line's pixels that are a line's in both pictures, within a pixel."""
    a, b = ink(one), ink(other)
    near = np.zeros_like(b)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            near |= np.roll(b, (down, right), (0, 1))
    return (a & near).sum() / a.sum()


@pytest.mark.parametrize("racer", ["sgd", "momentum", "rmsprop"])
def test_that_a_line_looks_the_same_grown_or_drawn_at_once(shown, racer):
    plot, curve = shown(racer)
    whole_plot, whole = shown(racer)
    whole.setData(X, Y)
    at_once = pixels(whole_plot)
    curve.setData(X[:1], Y[:1])
    pixels(plot)
    for end in range(8, 401, 7):
        curve.grow(X[:end], Y[:end], 7)
        pixels(plot)
    curve.grow(X, Y, 400 - end)
    grown = pixels(plot)
    assert ink(at_once).sum() > 500
    assert alike(grown, at_once) > 0.94
    assert alike(at_once, grown) > 0.94
    assert abs(ink(grown).sum() / ink(at_once).sum() - 1) < 0.12  # dashes and gaps as long


def test_that_a_line_that_was_prepared_is_only_put_there(shown, monkeypatch):
    plot, curve = shown()
    plain_plot, plain = shown()
    plain.setData(X, Y)
    curve.setData(X, Y)
    plot.getViewBox().updateMatrix()
    curve.prepare(plot)
    drawn, draw = [], QPainter.drawPolyline
    monkeypatch.setattr(
        QPainter,
        "drawPolyline",
        lambda painter, line: (drawn.append(len(line)), draw(painter, line)),
    )
    prepared = pixels(plot)
    monkeypatch.undo()
    assert max(drawn, default=0) <= 2  # the rest of a piece
    assert np.array_equal(prepared, pixels(plain_plot))


def test_that_a_line_is_prepared_for_no_plot_that_cannot_be_seen(shown, qtlog):
    plot, curve = shown()
    curve.setData(X, Y)
    plot.hide()
    curve.prepare(plot)
    plot.show()
    plot.resize(90, 20)  # the axes leave nothing to the line
    QApplication.processEvents()
    plot.getViewBox().updateMatrix()
    curve.prepare(plot)
    assert not [record.message for record in qtlog.records if "QPainter" in record.message]


def test_that_places_left_out_meanwhile_do_not_change_what_is_there(shown):
    plot, curve = shown()
    curve.setData(X[:200], Y[:200])
    before = pixels(plot)
    curve.grow(X[:200:2], Y[:200:2], 0)
    assert np.array_equal(pixels(plot), before)


def test_that_another_line_another_pen_and_another_size_are_drawn_afresh(shown):
    plot, curve = shown("sgd")
    curve.setData(X, Y)
    whole = ink(pixels(plot)).sum()
    curve.setData(X[:100], Y[:100])
    assert ink(pixels(plot)).sum() < whole / 2
    curve.setPen(plot.pen("#d55e00", 2.5))
    shot = pixels(plot)
    reddish = shot[ink(shot)]
    assert (reddish[:, 0] > reddish[:, 2]).mean() > 0.95  # no blue of the old pen is left
    plot.resize(700, 500)
    larger, other = shown("sgd")
    larger.resize(700, 500)
    other.setPen(plot.pen("#d55e00", 2.5))
    other.setData(X[:100], Y[:100])
    assert np.array_equal(pixels(plot), pixels(larger))


def test_that_a_large_picture_is_sharp(qtbot, shown):
    plot, curve = shown("sgd", halo=False)
    curve.setData(X, Y)
    card = Card()
    qtbot.addWidget(card)
    card.content.addWidget(plot)
    card.show()
    qtbot.waitExposed(card)
    once, twice = pixels(card), pixels(card, 2)
    # A line twice as long and as wide; one that is merely enlarged has blurred edges.
    assert 3.4 < ink(twice).sum() / ink(once).sum() < 4.6


def test_that_numbers_that_are_none_and_far_away_ones_do_no_harm(shown):
    plot, curve = shown()
    x, y = X.copy(), Y.copy()
    x[50], y[60], x[70], y[80] = np.nan, np.inf, 1e30, -1e30
    curve.setData(x, y)
    assert ink(pixels(plot)).any()
    curve.setData([np.nan], [np.nan])
    assert not ink(pixels(plot)).any()
    curve.setData([], [])
    assert not ink(pixels(plot)).any()


def test_that_a_line_is_dashed_on_through_many_small_pieces(shown):
    plot, curve = shown("momentum", halo=False)
    assert curve.opts["pen"].style() == Qt.PenStyle.CustomDashLine
    x = np.linspace(-0.1, 1.1, 1200)
    y = np.zeros_like(x)
    curve.setData(x[:1], y[:1])
    for end in range(2, 1201):
        curve.grow(x[:end], y[:end], 1)
        if end % 4 == 0:
            pixels(plot)
    row = ink(pixels(plot)).any(0)
    flips = np.flatnonzero(np.diff(row.astype(int)))
    lengths = np.diff(flips)
    assert len(lengths) > 20
    inner = lengths[1:-1]  # dash, gap, dash, gap: all of a kind as long, also where pieces meet
    assert max(np.ptp(inner[::2]), np.ptp(inner[1::2])) <= 2
