"""What the largest pictures cost: the time of a redraw, from new values to pixels.

    python tests/benchmarks/drawing.py [--rounds 15] [--json]

Run it on a screen, or with QT_QPA_PLATFORM=offscreen. Each picture is 900 x 500 pixels and drawn
again and again with other values: the losses of a run of 10 million steps, the same with the cursor
moving over them, flags and the curves of eight other runs, a fit through 1 million points, the
regions of a classification on a grid of 400 x 400, a race of 20 and the cursor over it, and the
predictions of 3,000 rows. Times are wall times in milliseconds; on a shared machine
look at the median and at the smallest.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import time
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QApplication

from nngui.core.records.history import History
from nngui.core.records.snapshot import DataView, Snapshot
from nngui.gui.plots import boundary_plot
from nngui.gui.plots.fit_plot import FitPlot
from nngui.gui.plots.kit.ghosts import Ghost
from nngui.gui.plots.kit.marks import Flag
from nngui.gui.plots.loss_plot import LossPlot
from nngui.gui.plots.predicted_plot import PredictedPlot
from nngui.gui.style import theme as themes

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

SIZE = (900, 500)
STEPS = 10_000_000
POINTS = 1_000_000
GRID = 400
RACERS = 20
ROWS = 3000
PIECE = 100_000  # losses appended at a time
random = np.random.default_rng(1)


def noisy(columns: int, steps: int) -> np.ndarray:
    """Return losses that jitter, shape (steps, columns)."""
    jitter = random.standard_normal((steps, columns)) ** 2
    return np.exp(-3 * random.random(columns)) * (1 + 0.3 * jitter)


def losses(columns: tuple[str, ...], steps: int) -> tuple[QWidget, Callable[[], None]]:
    """Return a loss plot, and what draws it with a few steps more."""
    history = History(columns)
    for _ in range(steps // PIECE):
        history.append(noisy(len(columns), PIECE))
    plot = LossPlot()
    plot.clear_run(history, 2 * steps)

    def more() -> None:
        history.append(noisy(len(columns), 50))
        plot.draw_losses(2 * steps)

    return plot, more


def looking_back(columns: tuple[str, ...], steps: int) -> tuple[QWidget, Callable[[], None]]:
    """Return a loss plot with flags and ghosts, and what moves its cursor on by a step."""
    plot, more = losses(columns, steps)
    assert isinstance(plot, LossPlot)
    more()
    ghosts = []
    for number in range(8):
        history = History(columns)
        history.append(noisy(len(columns), min(steps, PIECE)))
        ghosts.append(Ghost(history, f"run {number}"))
    plot.show_ghosts(tuple(ghosts))
    plot.show_flags(tuple(Flag(steps * n // 200, "lr 0.2", "lr 0.2") for n in range(1, 200)))
    turn = itertools.count(steps // 2, max(steps // 2000, 1))

    def on() -> None:
        plot.seek(next(turn) % (steps - 1))

    return plot, on


def snapshot(predictions: np.ndarray) -> Snapshot:
    """Return a picture with nothing but predictions."""
    return Snapshot(1, 1, 100, 0, {}, 1, (predictions,))


def fit() -> tuple[QWidget, Callable[[], None]]:
    """Return a fit through a million points, and what draws its curve anew."""
    x = random.uniform(-1, 1, (POINTS, 1))
    y = x[:, 0] ** 2 + 0.2 * random.random(POINTS)
    plot = FitPlot()
    asked: list[np.ndarray] = []
    plot.probe_requested.connect(asked.append)
    plot.set_data(DataView(x, y, ("x",), "y", ()))

    def more() -> None:
        plot.draw_snapshot(snapshot(asked[-1] ** 2 + random.random()))

    return plot, more


def regions() -> tuple[QWidget, Callable[[], None]]:
    """Return the regions of four classes on a large grid, and what draws others."""
    x, y = random.standard_normal((400, 2)), random.integers(0, 4, 400)
    boundary_plot.GRID = GRID  # the program's own is smaller
    plot = boundary_plot.BoundaryPlot()
    asked: list[np.ndarray] = []
    plot.probe_requested.connect(asked.append)
    plot.set_data(DataView(x, y, ("x", "y"), "class", ("0", "1", "2", "3")))

    raw = random.random((5, len(asked[-1]), 4), np.float32)
    probabilities = raw / raw.sum(-1, keepdims=True)
    turn = itertools.count()

    def more() -> None:
        plot.draw_snapshot(snapshot(probabilities[next(turn) % len(probabilities)]))

    return plot, more


def predictions() -> tuple[QWidget, Callable[[], None]]:
    """Return predicted against true values, and what draws other predictions."""
    true, part = random.standard_normal(ROWS), random.integers(0, 3, ROWS).astype(np.int8)
    plot = PredictedPlot()
    plot.set_rows(true, part)
    return plot, lambda: plot.draw_predictions(true + 0.3 * random.standard_normal(ROWS))


def times(plot: QWidget, more: Callable[[], None], rounds: int) -> list[float]:
    """Return what each redraw took, in ms."""
    plot.set_theme(themes.LIGHT)  # type: ignore[attr-defined]
    plot.resize(*SIZE)
    plot.show()
    found = []
    for _ in range(rounds + 3):
        QApplication.processEvents()
        began = time.perf_counter()
        more()
        QApplication.processEvents()
        found.append(1000 * (time.perf_counter() - began))
    plot.close()
    return found[3:]  # the first ones make fonts, pens and caches


def main() -> None:
    """Measure, and print a line for each picture, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true", help="JSON in place of lines")
    options = parser.parse_args()
    app = QApplication([])
    themes.apply(app, themes.LIGHT)
    names = tuple(f"racer {i}" for i in range(RACERS))
    pictures = {
        f"loss curve, {STEPS:,} steps": lambda: losses(("loss",), STEPS),
        "the cursor over it": lambda: looking_back(("loss",), STEPS),
        f"fit through {POINTS:,} points": fit,
        f"regions, {GRID} x {GRID}": regions,
        f"predictions, {ROWS:,} rows": predictions,
        f"race of {RACERS}": lambda: losses(names, PIECE),
        f"the cursor over a race of {RACERS}": lambda: looking_back(names, PIECE),
    }
    result = {}
    for name, make in pictures.items():
        found = times(*make(), options.rounds)
        spread = [round(min(found), 1), round(max(found), 1)]
        result[name] = {"median": round(statistics.median(found), 1), "spread": spread}
    if options.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name:>28}  {value['median']:6.1f} ms  {value['spread']}")


if __name__ == "__main__":
    main()
