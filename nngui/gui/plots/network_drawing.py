"""A network as columns of neurons, with its shapes, its parameters, and its live weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from nngui.core.networks.quick_spec import shown_neurons
from nngui.core.spec.torch_names import ACTIVATIONS
from nngui.gui.style.labels import show_tip
from nngui.gui.style.theme import BASE_PX, LIGHT, OKABE_ITO, Colours, code_font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QMouseEvent, QPaintEvent

    from nngui.core.arrays import Floats
    from nngui.core.networks.quick_spec import LayerRow

HEAD, FOOT = 20.0, 36.0  # pixels above and below the neurons, for the words
RADIUS, GAP = 7.0, 19.0  # pixels: of a neuron, and at most between two of them
POSITIVE, NEGATIVE = OKABE_ITO[0], OKABE_ITO[5]
FAINTEST, STRONGEST = 28, 230  # of 255


class NetworkDrawing(QWidget):
    """Columns of neurons; links as strong as their weights once there are some.

    Signals
    -------
    pointed : str
        The layer under the mouse, by its name; nothing outside.
    """

    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self._rows: list[LayerRow] = []
        self._links: tuple[Floats, ...] = ()
        self._marked = ""
        self.setMouseTracking(True)
        self.setMinimumSize(200, 110)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.theme = theme
        self.update()

    def show_layers(self, rows: Sequence[LayerRow]) -> None:
        """Show another network; its weights come later."""
        self._rows, self._links = list(rows), ()
        words = "; ".join(self._words(row) for row in rows)
        self.setAccessibleDescription(words)
        self.update()

    def show_weights(self, links: tuple[Floats, ...]) -> None:
        """Draw the links by these weights, of the drawn neurons, shape (outputs, inputs) each."""
        shapes = [
            (self._count(row.outputs), self._count(row.given)) for row in self._rows if row.fits
        ]
        if [link.shape for link in links] == shapes:
            self._links = links
            self.update()

    def mark(self, name: str) -> None:
        """Mark a layer by its name; nothing: none."""
        if name != self._marked:
            self._marked = name
            self.update()

    # Where everything is -----------------------------------------------------------------------

    @staticmethod
    def _count(width: int) -> int:
        return sum(neuron is not None for neuron in shown_neurons(width))

    def column_at(self, x: float) -> int:
        """Return which column is nearest; 0 is the input."""
        return min(range(len(self._rows) + 1), key=lambda i: abs(self.column_x(i) - x))

    def column_x(self, column: int) -> float:
        """Return where a column stands, in pixels from the left."""
        count = len(self._rows) + 1
        return self.width() * (column + 0.5) / count

    def _places(self, column: int) -> tuple[list[QPointF], QPointF | None]:
        """Return the places of a column's neurons, and of the dots for those left out."""
        width = self._rows[column - 1].outputs if column else self._rows[0].given
        neurons = shown_neurons(width)
        room = self.height() - HEAD - FOOT - 2 * RADIUS
        step = min(GAP, room / max(len(neurons) - 1, 1))
        top = HEAD + RADIUS + (room - step * (len(neurons) - 1)) / 2
        x = self.column_x(column)
        places = [QPointF(x, top + step * i) for i in range(len(neurons))]
        gap = next((p for p, n in zip(places, neurons, strict=True) if n is None), None)
        return [p for p, n in zip(places, neurons, strict=True) if n is not None], gap

    # Painting ------------------------------------------------------------------------------------

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for column, row in enumerate(self._rows, start=1):
            self._paint_links(painter, column, row)
        for column in range(len(self._rows) + 1):
            self._paint_column(painter, column)

    def _paint_links(self, painter: QPainter, column: int, row: LayerRow) -> None:
        starts, _ = self._places(column - 1)
        ends, _ = self._places(column)
        if not row.fits:
            self._paint_misfit(painter, column, row)
            return
        marked = self._marked in ("", row.name)
        weights = self._links[column - 1] if self._links else None
        pen = QPen()
        if weights is None:
            colour = QColor(self.theme.points)
            colour.setAlpha(70 if marked else FAINTEST)
            painter.setPen(QPen(colour, 0.8))
            for end in ends:
                for start in starts:
                    painter.drawLine(start, end)
            return
        largest = max(float(np.abs(weights).max()), 1e-9)
        for j, end in enumerate(ends):
            for i, start in enumerate(starts):
                share = float(weights[j, i]) / largest
                colour = QColor(POSITIVE if share > 0 else NEGATIVE)
                strength = abs(share) if marked else 0.25 * abs(share)
                colour.setAlpha(int(FAINTEST + (STRONGEST - FAINTEST) * min(strength, 1.0)))
                pen.setColor(colour)
                pen.setWidthF(0.5 + 2.0 * abs(share))
                painter.setPen(pen)
                painter.drawLine(start, end)

    def _paint_misfit(self, painter: QPainter, column: int, row: LayerRow) -> None:
        """Say between two columns that the numbers do not fit."""
        middle = (self.column_x(column - 1) + self.column_x(column)) / 2
        painter.setPen(QPen(QColor(self.theme.error), 1.5, Qt.PenStyle.DashLine))
        y = (HEAD + self.height() - FOOT) / 2
        painter.drawLine(
            QPointF(self.column_x(column - 1) + 14, y), QPointF(self.column_x(column) - 14, y)
        )
        self._text(painter, middle, y - 20, f"{row.given} ≠ {row.inputs}", self.theme.error, True)

    def _paint_column(self, painter: QPainter, column: int) -> None:
        row = self._rows[column - 1] if column else None
        places, gap = self._places(column)
        step = places[1].y() - places[0].y() if len(places) > 1 else GAP
        radius = min(RADIUS, max(0.44 * step, 2.0))
        marked = row is not None and row.name == self._marked
        ring = self.theme.accent if marked else self.theme.points
        fill = self.theme.raised if row is None else self.theme.surface
        if row is not None and not row.fits:
            ring = self.theme.error
        painter.setPen(QPen(QColor(ring), 2.2 if marked else 1.4))
        painter.setBrush(QColor(fill))
        for place in places:
            painter.drawEllipse(place, radius, radius)
        if gap is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.muted))
            for shift in (-0.5, 0.0, 0.5):
                painter.drawEllipse(gap + QPointF(0, shift * radius), 1.2, 1.2)
        size = self._rows[0].given if row is None else row.outputs
        x = self.column_x(column)
        self._text(painter, x, 0, f"(n, {size})", self.theme.text, code=True)
        name = "x" if row is None else row.name
        colour = self.theme.accent if marked else self.theme.text
        self._text(painter, x, self.height() - FOOT + 2, name, colour, True, code=True)
        self._text(painter, x, self.height() - FOOT + 18, self._below(column), self.theme.muted)

    def _below(self, column: int) -> str:
        """Return the small words under a column."""
        if not column:
            return self.tr("input")
        row = self._rows[column - 1]
        parts = [f"+{row.parameters:,}"]
        if row.activation != "identity":
            parts.append(ACTIVATIONS[row.activation])
        if row.dropout:
            parts.append(f"p={row.dropout:g}")
        return " · ".join(parts)

    def _text(
        self,
        painter: QPainter,
        x: float,
        top: float,
        text: str,
        colour: str,
        strong: bool = False,
        *,
        code: bool = False,
    ) -> None:
        """Write a word centred at x; what has no room becomes an ellipsis."""
        font = QFont(code_font()) if code else QFont(self.font())
        font.setPixelSize(BASE_PX - 1 if code else BASE_PX - 2)
        font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        room = self.width() / (len(self._rows) + 1) - 4
        short = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
        box = QRectF(x - room / 2, top, room, 18)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, short)

    # Under the mouse -----------------------------------------------------------------------------

    def _words(self, row: LayerRow) -> str:
        text = self.tr(
            "{name}: {inputs} × {outputs} weights + {outputs} biases = {count} parameters"
        )
        return text.format(
            name=row.name,
            inputs=f"{row.inputs:,}",
            outputs=f"{row.outputs:,}",
            count=f"{row.parameters:,}",
        )

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        column = self.column_at(event.position().x()) if self._rows else 0
        self.pointed.emit(self._rows[column - 1].name if column else "")

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit("")

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._rows:
            column = self.column_at(event.pos().x())
            text = self._words(self._rows[column - 1]) if column else ""
            show_tip(event.globalPos(), text, self)
            return True
        return super().event(event)
