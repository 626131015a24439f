"""The columns of a table, a row each: what each is, how it spreads, what it tells of the target."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from nngui.gui.plots.kit.pixels import small_font
from nngui.gui.style.theme import LIGHT, Colours, type_px
from nngui.gui.style.translation import shown, shown_sentence
from nngui.gui.tabs.points.column_rows import (
    COLUMN,
    GAPS,
    MAX_NAME,
    RELATION,
    VALUES,
    ColumnRow,
    ColumnsModel,
    Index,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from nngui.core.data.column_facts import ColumnFacts

WIDTHS = {VALUES: 186, GAPS: 66, RELATION: 118}  # pixels
SLIM = {VALUES: 148, GAPS: 50, RELATION: 106}  # where there is little room
ROOMY = 540  # pixels from which on there is
LINES = 3  # of text in a row
PAD = 6  # pixels around what is painted
MAX_WORDS = 3  # of a column, that are painted
NUMBER = 40  # pixels for a share
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ColumnDelegate(QStyledItemDelegate):
    """Paints a column: its words, its histogram or its most frequent words, its relation."""

    theme: Colours = LIGHT

    @override
    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(100, row_height(option.widget))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setClipRect(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(self.theme.raised))
            if index.column() == COLUMN:
                mark_ = QRectF(option.rect)
                mark_.setWidth(3)
                painter.fillRect(mark_, QColor(self.theme.accent))
        place = QRectF(option.rect).adjusted(PAD, PAD - 1, -PAD, -PAD)
        row, model = index.data(Qt.ItemDataRole.UserRole), index.model()
        assert isinstance(model, ColumnsModel)
        painter.setFont(small_font(option.widget, size=type_px(11)))
        if index.column() == COLUMN:
            self._paint_name(painter, place, model, row)
        elif index.column() == VALUES:
            self._paint_values(painter, place, row)
        else:
            self._paint_figure(painter, place, str(index.data()), row)
        painter.setPen(QColor(self.theme.line))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()

    def _paint_name(
        self, painter: QPainter, place: QRectF, model: ColumnsModel, row: ColumnRow
    ) -> None:
        plain, bold = painter.font(), painter.font()
        bold.setPixelSize(type_px(13))
        bold.setBold(True)
        muted, text = self.theme.muted, self.theme.text
        out = row.report.use == "left out"
        name, reason = row.report.name[:MAX_NAME], shown_sentence(row.report.reason)
        kind = self.theme.accent if row.report.use == "target" else text
        lines = (
            (name, bold, muted if out else text),
            (model.kind_words(row), plain, muted if out else kind),
            (reason, plain, muted),
        )
        for (words, font, colour), line in zip(lines, _lines(place), strict=True):
            painter.setFont(font)
            painter.setPen(QColor(colour))
            painter.drawText(line, LEFT, _cut(painter, words, line))
        painter.setFont(plain)

    def _paint_values(self, painter: QPainter, place: QRectF, row: ColumnRow) -> None:
        facts = row.facts
        if facts is None:
            return
        if facts.low:
            self._paint_histogram(painter, place, facts)
            return
        most = max((count for _, count in facts.frequent), default=1)
        lines = _lines(place)
        shown_words = facts.frequent[: MAX_WORDS if facts.different <= MAX_WORDS else 2]
        for (word, count), line in zip(shown_words, lines, strict=False):
            bar = QRectF(line.left(), line.top() + 1, 0, line.height() - 2)
            bar.setWidth(max((line.width() - NUMBER) * count / most, 2))
            painter.fillRect(bar, self._pale())
            painter.setPen(QColor(self.theme.text))
            room = line.adjusted(4, 0, -NUMBER, 0)
            painter.drawText(room, LEFT, _cut(painter, word[:MAX_NAME], room))
            painter.setPen(QColor(self.theme.muted))
            painter.drawText(line, RIGHT, f"{count / max(row.used, 1):.1%}")
        more = facts.different - len(shown_words)
        if more > 0:
            painter.setPen(QColor(self.theme.muted))
            text = self.tr("{n} more").format(n=f"{more:,}")
            painter.drawText(lines[len(shown_words)].adjusted(4, 0, 0, 0), LEFT, text)

    def _paint_histogram(self, painter: QPainter, place: QRectF, facts: ColumnFacts) -> None:
        *_, line = _lines(place)
        height, most = line.top() - place.top() - 2, max(int(facts.counts.max()), 1)
        wide = place.width() / len(facts.counts)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.points))
        for number, count in enumerate(facts.counts.tolist()):
            if count:
                high = max(height * count / most, 1.0)
                left = place.left() + number * wide
                painter.drawRect(QRectF(left, line.top() - 2 - high, max(wide - 1, 1), high))
        painter.setPen(QColor(self.theme.muted))
        ends = (facts.low, facts.high) if facts.high != facts.low else (facts.low,)
        room = line.adjusted(0, 0, -(line.width() / 2 if len(ends) > 1 else 0), 0)
        for text, side in zip(ends, (LEFT, RIGHT), strict=False):
            painter.drawText(line, side, _cut(painter, text, room))

    def _paint_figure(self, painter: QPainter, place: QRectF, words: str, row: ColumnRow) -> None:
        """Paint a figure, what it is below it, and of a relation a bar."""
        figure, _, below = words.partition("\n")
        lines = _lines(place)
        is_relation = "\n" in words and not math.isnan(row.relation) and figure[-1:].isdigit()
        painter.setPen(QColor(self.theme.text if below else self.theme.muted))
        painter.drawText(lines[0], RIGHT, figure)
        painter.setPen(QColor(self.theme.muted))
        painter.drawText(lines[1], RIGHT, _cut(painter, below, lines[1]))
        if is_relation and row.facts is not None and below == shown(row.facts.measure):
            ground = QRectF(lines[2].left(), lines[2].center().y() - 2, lines[2].width(), 4)
            painter.fillRect(ground, QColor(self.theme.line))
            ground.setWidth(ground.width() * min(abs(row.relation), 1.0))
            painter.fillRect(ground, QColor(self.theme.accent))

    def _pale(self) -> QColor:
        colour = QColor(self.theme.accent)
        colour.setAlpha(46)
        return colour


class ColumnList(QTableView):
    """The columns of a table, to be scrolled, sorted, and gone through by the arrow keys.

    Signals
    -------
    column_opened : str
        The user wants to use a column in another way: a double click, or Enter.
    """

    column_opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = ColumnsModel(self)
        self._delegate = ColumnDelegate(self)
        self.setModel(self.columns)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(self.tr("Columns"))
        self.setTabKeyNavigation(False)  # Tab leads out of it
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumHeight(26)
        header.setDefaultAlignment(LEFT)
        header.setSectionResizeMode(COLUMN, QHeaderView.ResizeMode.Stretch)
        for place, width in WIDTHS.items():
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(place, type_px(width))
        header.setSortIndicator(COLUMN, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.setMinimumHeight(100)
        self.activated.connect(self._on_activated)

    @property
    def current_name(self) -> str:
        """The column that is chosen; empty: none."""
        index = self.currentIndex()
        return self.columns.rows[index.row()].report.name if index.isValid() else ""

    @Slot()
    def _on_activated(self) -> None:
        self.column_opened.emit(self.current_name)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        widths = WIDTHS if self.viewport().width() >= type_px(ROOMY) else SLIM
        for place, width in widths.items():
            self.horizontalHeader().resizeSection(place, type_px(width))
        super().resizeEvent(event)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self._delegate.theme = theme
        self.verticalHeader().setDefaultSectionSize(row_height(self))
        self.viewport().update()


def row_height(widget: QWidget | None) -> int:
    """Return how high a row is."""
    del widget
    return LINES * type_px(16) + 2 * PAD


def _lines(place: QRectF) -> list[QRectF]:
    high = place.height() / LINES
    return [QRectF(place.left(), place.top() + i * high, place.width(), high) for i in range(LINES)]


def _cut(painter: QPainter, words: str, place: QRectF) -> str:
    """Return as much of a text as there is room for."""
    metrics = QFontMetrics(painter.font())
    return metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(place.width()))
