"""What a task's plot promises to its tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QElapsedTimer, Signal, Slot

from nngui.core.records.snapshot import DataView, Snapshot
from nngui.gui.plots.kit.axes import CalmPlot, padded
from nngui.gui.plots.kit.editable import MAX_EDITABLE, EditBox

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtWidgets import QWidget

    from nngui.core.arrays import Floats

EDIT_EVERY_MS = 50  # ms between two changes while a point is dragged


class TaskView(CalmPlot):
    """Two-dimensional points that can be edited, and what the network makes of them.

    Signals
    -------
    edited : ndarray
        The points as they are now, shape (n, 3): x, y, class (0 for regression).
    probe_requested : ndarray
        Where the view wants to know what the network says, shape (m, features).
    """

    edited = Signal(object)
    probe_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        self.box = EditBox()
        super().__init__(parent, viewBox=self.box)
        self.data = DataView(np.empty((0, 1)), np.empty(0), ("x",), "y", ())
        self.rows: Floats = np.empty((0, 3))
        self.sample: NDArray[np.int64] = np.empty(0, np.int64)  # which rows are drawn, of many
        self.place_class = 0
        self.ahead = False  # a point was dragged on since the last `edited`
        self._since_edit = QElapsedTimer()
        self._since_edit.start()
        self._hint = pg.TextItem(anchor=(0.5, 0.5))
        self._hint.hide()
        self.addItem(self._hint, ignoreBounds=True)
        self.box.added.connect(self._add)
        self.box.removed.connect(self._remove)
        self.box.moved.connect(self._move)
        self.box.sigRangeChanged.connect(self._centre_hint)  # before it is laid out, too

    # What each task's view fills in ----------------------------------------------------------

    def draw_points(self) -> None:
        """Draw `rows`."""
        raise NotImplementedError

    def points_of(self, data: DataView) -> Floats:
        """Return the rows (x, y, class) of some data, shape (n, 3)."""
        raise NotImplementedError

    def draw_snapshot(self, snapshot: Snapshot) -> None:
        """Draw what the network says now; its predictions answer the last probe."""
        raise NotImplementedError

    def draw_reference(self, predictions: Floats | None) -> None:
        """Draw what a second network says at the places of the last probe; None: nothing."""
        raise NotImplementedError

    def ask(self) -> None:
        """Emit `probe_requested` for the present range."""
        raise NotImplementedError

    # What they share -------------------------------------------------------------------------

    @property
    def parts(self) -> NDArray[np.int8]:
        """To which part each of `rows` belongs; while points come and go, all are to train on."""
        parts = self.data.parts
        if parts is None or len(parts) != len(self.rows):
            return np.zeros(len(self.rows), np.int8)
        return parts

    def take_parts(self, data: DataView) -> None:
        """Take data of the very same points, which may be split in another way."""
        before = self.parts
        self.data = data
        if not np.array_equal(before, self.parts):
            self.draw_points()

    def set_data(self, data: DataView, *, keep_range: bool = False) -> None:
        """Show other data.

        Parameters
        ----------
        keep_range : bool
            The points are being edited: the axes stay, unless one lies outside.
        """
        self.data = data
        self.rows, self.ahead = self.points_of(data), False
        self.box.points = self.rows[:, :2]
        self.box.editable = len(self.rows) <= MAX_EDITABLE and data.table is None
        self._fit_range(keep_range)
        self.draw_points()
        self.ask()

    def show_hint(self, text: str) -> None:
        """Say in the middle of an empty plot what will appear and how to start."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))
        self._centre_hint()

    @Slot()
    def _centre_hint(self) -> None:
        if self._hint.isVisible():
            (left, right), (bottom, top) = self.box.viewRange()
            self._hint.setPos((left + right) / 2, (bottom + top) / 2)

    def _fit_range(self, keep: bool) -> None:
        if not len(self.rows):
            if not keep:
                self.setRange(xRange=(-1.2, 1.2), yRange=(-0.4, 1.4), padding=0)
            return
        low, high = self.rows[:, :2].min(0), self.rows[:, :2].max(0)
        (left, right), (bottom, top) = self.box.viewRange()
        if keep and left <= low[0] and high[0] <= right and bottom <= low[1] and high[1] <= top:
            return
        self.setRange(xRange=padded(low[0], high[0]), yRange=padded(low[1], high[1]), padding=0)

    def _edit(self, rows: Floats, announce: bool = True) -> None:
        self.rows, self.ahead = rows, not announce
        self.box.points = rows[:, :2]
        self.draw_points()
        if announce:
            self._since_edit.restart()
            self.edited.emit(rows)

    @Slot(float, float)
    def _add(self, x: float, y: float) -> None:
        if len(self.rows) < MAX_EDITABLE:
            self._edit(np.vstack((self.rows, [[x, y, self.place_class]])))

    @Slot(int)
    def _remove(self, index: int) -> None:
        self._edit(np.delete(self.rows, index, axis=0))

    @Slot(int, float, float, bool)
    def _move(self, index: int, x: float, y: float, done: bool) -> None:
        if index >= len(self.rows):
            return
        rows = self.rows.copy()
        rows[index, :2] = x, y
        self._edit(rows, announce=done or self._since_edit.elapsed() >= EDIT_EVERY_MS)
