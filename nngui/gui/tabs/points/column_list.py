"""The columns of a table, a row each: what each is, how it spreads, what it tells of the target."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
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

from nngui.core.text import mark
from nngui.gui.plots.kit.pixels import small_font
from nngui.gui.style.labels import plain_tip
from nngui.gui.style.theme import LIGHT, Colours, type_px
from nngui.gui.style.translation import shown, shown_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.data.column_facts import ColumnFacts
    from nngui.core.data.report import ColumnReport

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
COLUMN, VALUES, GAPS, RELATION = range(4)
WIDTHS = {VALUES: 186, GAPS: 66, RELATION: 118}  # pixels
LINES = 3  # of text in a row
PAD = 6  # pixels around what is painted
MAX_WORDS = 3  # of a column, that are painted
NUMBER = 40  # pixels for a share
MAX_NAME = 80  # characters of a name in a tip
KINDS = {
    "number": mark("core", "number"),
    "category": mark("core", "category"),
    "date": mark("core", "date"),
    "identifier": mark("core", "identifier"),
    "text": mark("core", "text"),
    "empty": mark("core", "empty"),
    "constant": mark("core", "the same everywhere"),
}
USES = {
    "target": mark("core", "target"),
    "feature": mark("core", "feature"),
    "left out": mark("core", "left out"),
}
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True, eq=False)
class ColumnRow:
    """A column as it is used, and what is to be seen of it, once that is known."""

    place: int
    used: int
    report: ColumnReport
    facts: ColumnFacts | None = None

    @property
    def gaps(self) -> int:
        """How many rows have no value."""
        return self.report.gaps if self.facts is None else self.facts.gaps

    @property
    def relation(self) -> float:
        """What it tells of the target; NaN where that is unknown."""
        return math.nan if self.facts is None else self.facts.relation


class ColumnsModel(QAbstractTableModel):
    """A table's columns, in its order or by what is in a column of this list."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[ColumnRow] = []
        self._sorted = (COLUMN, Qt.SortOrder.AscendingOrder)
        self._headers = (
            self.tr("Column"),
            self.tr("Values"),
            self.tr("Gaps"),
            self.tr("Tells of the target"),
        )
        self._tips = (
            self.tr("What it is, what it is used for, and why. Click: as in the file."),
            self.tr("How often which values are there, among the rows that are used."),
            self.tr("Rows without a value."),
            self.tr("How closely it goes with the target, among the training rows. Click: by it."),
        )

    def show(self, columns: Sequence[ColumnReport], used: int) -> None:
        """Show a table's columns, of which nothing is to be seen yet."""
        self.beginResetModel()
        self.rows = [ColumnRow(place, used, one) for place, one in enumerate(columns)]
        self.endResetModel()

    def show_facts(self, facts: Sequence[ColumnFacts]) -> None:
        """Show what is to be seen of each column."""
        ordered = sorted(self.rows, key=lambda row: row.place)
        self.layoutAboutToBeChanged.emit()  # not all of it: what was scrolled to stays in sight
        self.rows = [
            ColumnRow(row.place, row.used, row.report, found)
            for row, found in zip(ordered, facts, strict=True)
        ]
        self._arrange()
        self.layoutChanged.emit()

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        self._sorted = (column, order)
        self._arrange()
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        column, order = self._sorted
        self.rows.sort(key=lambda row: row.place)
        if column == GAPS:
            self.rows.sort(key=lambda row: -row.gaps)
        elif column == RELATION:
            self.rows.sort(
                key=lambda row: -abs(row.relation) if row.relation == row.relation else 1
            )
        if order == Qt.SortOrder.DescendingOrder:
            self.rows.reverse()

    # What is in it -------------------------------------------------------------------------------

    @override
    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    @override
    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._headers)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        return self._tips[section] if role == Qt.ItemDataRole.ToolTipRole else None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        texts = (self.column_words, self.value_words, self.gap_words, self.relation_words)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return texts[index.column()](row)
        return (
            plain_tip(texts[index.column()](row)) if role == Qt.ItemDataRole.ToolTipRole else None
        )

    def kind_words(self, row: ColumnRow) -> str:
        """Return a column's type and use."""
        kind, use = KINDS.get(row.report.kind, ""), USES[row.report.use]
        return " · ".join(shown(word) for word in (kind, use) if word)

    def column_words(self, row: ColumnRow) -> str:
        """Return a column's name, type and use, and why."""
        name, reason = row.report.name[:MAX_NAME], shown_sentence(row.report.reason)
        return f"{name}\n{self.kind_words(row)}\n{reason}"

    def value_words(self, row: ColumnRow) -> str:
        """Return a column's range, or its most frequent words."""
        facts = row.facts
        if facts is None:
            return ""
        if facts.low:
            return self.tr("{low} to {high}").format(low=facts.low, high=facts.high)
        words = [f"{word[:MAX_NAME]} ({count:,})" for word, count in facts.frequent]
        more = facts.different - len(words)
        words += [self.tr("{n} more").format(n=f"{more:,}")] if more > 0 else []
        return "\n".join(words)

    def gap_words(self, row: ColumnRow) -> str:
        """Return how many gaps there are, and their share."""
        if not row.gaps:
            return "–"
        return f"{row.gaps:,}\n{row.gaps / max(row.used, 1):.2%}"

    def relation_words(self, row: ColumnRow) -> str:
        """Return what a column tells of the target, and by which measure."""
        if math.isnan(row.relation) or row.facts is None:
            return ""
        value = f"{row.relation:.2f}".replace("-", "−")
        return f"{value}\n{shown(row.facts.measure)}"


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
        painter.drawText(line, LEFT, facts.low)
        if facts.high != facts.low:
            painter.drawText(line, RIGHT, facts.high)

    def _paint_figure(self, painter: QPainter, place: QRectF, words: str, row: ColumnRow) -> None:
        """Paint a figure, what it is below it, and of a relation a bar."""
        figure, _, below = words.partition("\n")
        lines = _lines(place)
        is_relation = "\n" in words and not math.isnan(row.relation) and figure[-1:].isdigit()
        painter.setPen(QColor(self.theme.text if below else self.theme.muted))
        painter.drawText(lines[0], RIGHT, figure)
        painter.setPen(QColor(self.theme.muted))
        painter.drawText(lines[1], RIGHT, _cut(painter, below, lines[1]))
        if is_relation and place.width() > WIDTHS[GAPS]:
            ground = QRectF(lines[2].left(), lines[2].center().y() - 2, lines[2].width(), 4)
            painter.fillRect(ground, QColor(self.theme.line))
            ground.setWidth(ground.width() * min(abs(row.relation), 1.0))
            painter.fillRect(ground, QColor(self.theme.accent))

    def _pale(self) -> QColor:
        colour = QColor(self.theme.accent)
        colour.setAlpha(46)
        return colour


class ColumnList(QTableView):
    """The columns of a table, to be scrolled, sorted, and gone through by the arrow keys."""

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
