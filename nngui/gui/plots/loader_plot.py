"""The data set laid out, and below it the pass's order in batches; each step lights up its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from nngui.gui.style.theme import LIGHT, OKABE_ITO, Colours

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nngui.core.inspectors.loader_history import LoaderHistory

GAP = 18.0  # pixels between two batches
READABLE = 17.0  # pixels of width from which a number fits into its cell
LARGEST = 46.0  # pixels: a cell is never wider


class LoaderPlot(QWidget):
    """The picture of a loader at work."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self.passes: LoaderHistory | None = None
        self.hint = ""
        self.setMinimumHeight(170)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @override
    def sizeHint(self) -> QSize:
        return QSize(560, 230)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.theme = theme
        self.update()

    def show_passes(self, passes: LoaderHistory | None, hint: str = "") -> None:
        """Show what has been brought; without anything, what will appear."""
        self.passes, self.hint = passes, hint
        self.update()

    @property
    def lit(self) -> list[tuple[float, float]]:
        """The pairs that the newest step brought: those that are lit up."""
        p = self.passes
        chosen = p.chosen(p.steps - 1) if p is not None and p.steps else None
        if p is None or chosen is None:
            return []
        return list(zip(p.x[chosen].tolist(), p.y[chosen].tolist(), strict=True))

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.passes is None:
            painter.setPen(QColor(self.theme.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 0, -24, 0), flags, self.hint)
            return
        self._paint_passes(painter, self.passes)

    def _paint_passes(self, painter: QPainter, p: LoaderHistory) -> None:
        n, size = len(p.x), p.batch_size
        groups = -(-n // size)
        cell = min(LARGEST, (self.width() - 4) / n, (self.width() - 4 - GAP * (groups - 1)) / n)
        cell, gap = (cell, GAP) if cell >= 3 else ((self.width() - 4) / n, 0.0)
        top, between, under = 26.0, 24.0, 46.0  # pixels: a title, the threads, names and a title
        high = max(min(max(cell, 16.0), 40.0, (self.height() - top - between - under) / 4), 14.0)
        below = max(self.height() - 2 * high - under, top + 2 * high + between)
        left = (self.width() - n * cell) / 2
        sources = [QRectF(left + i * cell, top, cell, 2 * high) for i in range(n)]
        wide = n * cell + gap * (groups - 1)
        start = (self.width() - wide) / 2
        slots = [
            QRectF(start + i * cell + i // size * gap, below, cell, 2 * high) for i in range(n)
        ]
        order = p.orders[-1] if p.orders else None
        now = p.place(p.steps - 1)[1] if p.steps and order is not None else -1
        self._paint_titles(painter, p, now, top, below + 2 * high + 24)
        place = {int(which): i for i, which in enumerate(order)} if order is not None else {}
        for i, rect in enumerate(sources):
            batch = place[i] // size if place else -1
            self._paint_cell(painter, rect, p, i, self._state(p, batch, now), batch)
        if order is None:
            return
        for i, rect in enumerate(slots):
            batch = i // size
            self._paint_cell(painter, rect, p, int(order[i]), self._state(p, batch, now), batch)
        self._paint_threads(painter, sources, slots, order, now, size)
        if gap:
            self._paint_names(painter, p, slots, now)

    def _state(self, p: LoaderHistory, batch: int, now: int) -> str:
        if batch < 0 or now < 0:
            return "waiting"
        if batch >= p.per_pass:
            return "dropped"
        return "now" if batch == now else "done" if batch < now else "waiting"

    def _paint_titles(
        self, painter: QPainter, p: LoaderHistory, now: int, top: float, bottom: float
    ) -> None:
        """Name the two rows: the data above theirs, the order below its own, clear of threads."""
        painter.setPen(QColor(self.theme.muted))
        text = self.tr("The data, {n} pairs: x above, y below").format(n=len(p.x))
        painter.drawText(QPointF(2, top - 9), text)
        if now >= 0:
            epoch = p.place(p.steps - 1)[0]
            text = self.tr("The order of epoch {epoch}, cut into batches").format(epoch=epoch)
            painter.drawText(
                QRectF(2, bottom, self.width() - 4, 18), Qt.AlignmentFlag.AlignVCenter, text
            )

    def _paint_cell(
        self, painter: QPainter, rect: QRectF, p: LoaderHistory, which: int, state: str, batch: int
    ) -> None:
        theme, box = self.theme, rect.adjusted(1, 0, -1, 0) if rect.width() > 6 else rect
        colour = QColor(OKABE_ITO[batch % (len(OKABE_ITO) - 1)])
        text, ground, line = QColor(theme.text), QColor(theme.raised), QColor(theme.line)
        if state == "now":
            ground = line = colour
            text = QColor("#000000" if colour.lightness() > 105 else "#ffffff")
        elif state == "done":
            ground = QColor(colour)
            ground.setAlpha(60)
        elif state == "dropped":
            ground, text = QColor(theme.surface), QColor(theme.muted)
        style = Qt.PenStyle.DashLine if state == "dropped" else Qt.PenStyle.SolidLine
        painter.setPen(QPen(line, 1.0, style) if rect.width() > 6 else Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 4, 4)
        if rect.width() < READABLE:
            return
        painter.setPen(text)
        upper = QRectF(box.left(), box.top(), box.width(), box.height() / 2)
        for part, value in ((upper, p.x[which]), (upper.translated(0, upper.height()), p.y[which])):
            painter.drawText(part, Qt.AlignmentFlag.AlignCenter, f"{value:g}")

    def _paint_threads(
        self,
        painter: QPainter,
        sources: list[QRectF],
        slots: list[QRectF],
        order: NDArray[np.int64],
        now: int,
        size: int,
    ) -> None:
        """Draw where the numbers of the newest batch come from."""
        colour = QColor(OKABE_ITO[now % (len(OKABE_ITO) - 1)])
        painter.setPen(QPen(colour, 2.0 if sources[0].width() > 8 else 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for i in range(now * size, min((now + 1) * size, len(order))):
            a, b = sources[int(order[i])], slots[i]
            start, end = QPointF(a.center().x(), a.bottom()), QPointF(b.center().x(), b.top())
            bend = (end.y() - start.y()) / 2
            path = QPainterPath(start)
            path.cubicTo(start + QPointF(0, bend), end - QPointF(0, bend), end)
            painter.drawPath(path)

    def _paint_names(
        self, painter: QPainter, p: LoaderHistory, slots: list[QRectF], now: int
    ) -> None:
        for batch in range(-(-len(slots) // p.batch_size)):
            group = slots[batch * p.batch_size : (batch + 1) * p.batch_size]
            wide = group[-1].right() - group[0].left() + GAP
            rect = QRectF(group[0].left() - GAP / 2, group[0].bottom() + 3, wide, 20)
            text = self.tr("step {n}").format(n=batch)
            if batch >= p.per_pass:
                text = self.tr("dropped")
            if painter.fontMetrics().horizontalAdvance(text) > wide:
                text = str(batch)
            painter.setPen(QColor(self.theme.text if batch == now else self.theme.muted))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
