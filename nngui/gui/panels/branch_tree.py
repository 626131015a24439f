"""The lines of a run as a small tree, in the corner of its timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from nngui.gui.style.icons import icon
from nngui.gui.style.labels import no_shortcut, set_tip, show_tip
from nngui.gui.style.theme import BASE_PX, LIGHT, type_px

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from nngui.gui.style.theme import Colours

ROW = 15  # pixels
WIDTH = 152
BRANCHES, GAP = 84.0, 6.0  # pixels: of the tree itself, and up to the figures
MAX_ROWS = 6  # lines that are drawn; a menu has them all
MARGIN = 5
LOW = 120  # pixels of height, below which the tree would hide the plot
OPAQUE = 235  # of 255: what lies under it can be made out


@dataclass(frozen=True)
class TreeLine:
    """A line of a run.

    Attributes
    ----------
    id : int
    parent : int or None
        The line that it left; None where it began at step 0.
    since, steps : int
        The steps that both have in common, and all of its own.
    label : str
        What is different in it.
    figure : str
        The loss that it came to, in few digits; empty where it has none.
    is_now : bool
        Whether it is the one that goes on.
    """

    id: int
    parent: int | None
    since: int
    steps: int
    label: str
    figure: str
    is_now: bool


def in_order(lines: Sequence[TreeLine]) -> list[TreeLine]:
    """Return lines as a tree is read: each below the one that it left, the older ones first."""
    known = {line.id for line in lines}
    found: list[TreeLine] = []

    def add(parent: int | None) -> None:
        for line in sorted(lines, key=lambda one: one.id):
            above = line.parent if line.parent in known else None
            if above == parent and line not in found:
                found.append(line)
                add(line.id)

    add(None)
    return found


def stem_of(line: TreeLine, lines: Sequence[TreeLine]) -> int | None:
    """Return the id of the line on which a line's first step lies; None for one from step 0.

    The line that it left may have begun later itself: then it is the one that this one left.
    """
    known = {one.id: one for one in lines}
    above = None if line.parent is None else known.get(line.parent)
    while above is not None and above.parent in known and above.since >= line.since:
        above = known[above.parent]
    return None if above is None else above.id


class TreeView(QWidget):
    """Draws the tree: steps to the right, a row for each line, what it came to behind it.

    Signals
    -------
    chosen : int
        The user wants to go on with this line.
    menu_requested : int, QPoint
        The user wants to see what can be done with it, at this place of the screen.
    """

    chosen = Signal(int)
    menu_requested = Signal(int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[TreeLine] = []
        self._hidden = 0
        self._marked = 0  # the row that the keyboard is at
        self._compared: int | None = None
        self._theme = LIGHT
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Branches of this run"))

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def show_lines(self, lines: Sequence[TreeLine], compared: int | None) -> None:
        """Draw these lines; of many, those around the one that goes on."""
        rows = in_order(lines)
        now = next((place for place, line in enumerate(rows) if line.is_now), 0)
        first = min(max(now - MAX_ROWS // 2, 0), max(len(rows) - MAX_ROWS, 0))
        self.rows = rows[first : first + MAX_ROWS]
        self._hidden = len(rows) - len(self.rows)
        self._marked, self._compared = now - first, compared
        self.setFixedHeight(ROW * len(self.rows) + (ROW if self._hidden else 0))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(WIDTH - 2 * MARGIN, self.height())

    # How it is drawn -----------------------------------------------------------------------------

    def _across(self, step: int) -> float:
        longest = max((line.steps for line in self.rows), default=1)
        return 5 + (BRANCHES - 10) * step / max(longest, 1)

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont()
        font.setPixelSize(type_px(BASE_PX - 2))
        painter.setFont(font)
        places: dict[int | None, int] = {line.id: at for at, line in enumerate(self.rows)}
        for place, line in enumerate(self.rows):
            self._draw(painter, line, place, places.get(stem_of(line, self.rows)))
        if self._hidden:
            room = QRectF(0, ROW * len(self.rows), self.width(), ROW)
            painter.setPen(QColor(self._theme.muted))
            text = self.tr("{n} more …").format(n=self._hidden)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        if self.hasFocus() and self.rows:
            painter.setPen(QPen(QColor(self._theme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            frame = QRectF(0.5, self._marked * ROW + 0.5, self.width() - 1, ROW - 1)
            painter.drawRoundedRect(frame, 3, 3)

    def _draw(self, painter: QPainter, line: TreeLine, place: int, above: int | None) -> None:
        colour = QColor(self._theme.accent if line.is_now else self._theme.muted)
        y = place * ROW + ROW / 2
        left, right = self._across(line.since), self._across(line.steps)
        painter.setPen(QPen(colour, 2.0 if line.is_now else 1.25))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if above is not None and above < place:
            painter.drawLine(QPointF(left, above * ROW + ROW / 2), QPointF(left, y))
        painter.drawLine(QPointF(left, y), QPointF(max(right, left + 3), y))
        painter.setBrush(colour if line.is_now else QColor(self._theme.surface))
        painter.drawEllipse(QPointF(max(right, left + 3), y), 3.5, 3.5)
        painter.setPen(QColor(self._theme.text if line.is_now else self._theme.muted))
        room = QRectF(BRANCHES + GAP, place * ROW, self.width() - BRANCHES - GAP - 2, ROW)
        mark = "╌ " if line.id == self._compared else ""
        words = QFontMetricsF(painter.font()).elidedText(
            mark + line.figure, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)

    # What the user does --------------------------------------------------------------------------

    def _line_at(self, place: QPointF | QPoint) -> TreeLine | None:
        row = int(place.y() // ROW)
        return self.rows[row] if 0 <= row < len(self.rows) else None

    def told(self, line: TreeLine) -> str:
        """Return what a tip says of a line."""
        since = self.tr("Branch from step {step}").format(step=f"{line.since:,}")
        parts = [self.tr("From the beginning") if line.parent is None else since]
        parts += [line.label] if line.label else []
        parts.append(self.tr("{n} steps").format(n=f"{line.steps:,}"))
        parts += [self.tr("loss {value}").format(value=line.figure)] if line.figure else []
        head = " · ".join(parts)
        if line.is_now:
            return "\n".join([head, self.tr("This line goes on.")])
        return "\n".join([head, self.tr("Click to go on with it; its menu compares.")])

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            line = self._line_at(event.pos())
            show_tip(event.globalPos(), self.told(line) if line else "", self)
            return True
        return bool(super().event(event))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        line = self._line_at(event.position())
        if line is None:
            self.menu_requested.emit(-1, event.globalPosition().toPoint())
        elif not line.is_now:
            self.chosen.emit(line.id)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        line = self._line_at(event.position())
        shape = Qt.CursorShape.PointingHandCursor
        self.setCursor(shape if line is None or not line.is_now else Qt.CursorShape.ArrowCursor)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        line = self._line_at(event.pos()) if by_mouse else self.rows[self._marked]
        self.menu_requested.emit(line.id if line else -1, event.globalPos())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            walk = -1 if key is Qt.Key.Key_Up else 1
            self._marked = min(max(self._marked + walk, 0), len(self.rows) - 1)
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.rows:
            if not self.rows[self._marked].is_now:
                self.chosen.emit(self.rows[self._marked].id)
        else:
            super().keyPressEvent(event)


class BranchTree(QWidget):
    """The tree with its buttons, over a plot's upper right corner; only where there are branches.

    Signals
    -------
    switch_requested : int
        The user wants to go on with another line.
    compare_requested : int or None
        Another line is to be drawn beside this one; None: no longer.
    undo_requested
        The user wants to go back to the line that this one has left.
    """

    switch_requested = Signal(int)
    compare_requested = Signal(object)
    undo_requested = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.lines: tuple[TreeLine, ...] = ()
        self._compared: int | None = None
        self._theme = LIGHT
        self.tree = TreeView()
        self.all, self.compare, self.undo = QToolButton(), QToolButton(), QToolButton()
        self.all.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.compare.setCheckable(True)
        row = QHBoxLayout()
        row.setSpacing(2)
        for button, name, tip in (
            (
                self.all,
                self.tr("Branches of this run"),
                self.tr("All branches: go on with one, or compare with it."),
            ),
            (
                self.compare,
                self.tr("Compare branches"),
                self.tr("Draw what the other branch came to beside this one."),
            ),
            (
                self.undo,
                self.tr("Undo the branch"),
                self.tr("Go back to the line that this branch has left. It stays in the tree."),
            ),
        ):
            button.setProperty("chip", True)
            button.setAccessibleName(name)
            button.setIconSize(QSize(13, 13))
            set_tip(button, tip)
            row.addWidget(button)
        row.insertStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 1, MARGIN, MARGIN)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.tree)
        self.setFixedWidth(WIDTH)
        self.tree.chosen.connect(self.switch_requested)
        self.tree.menu_requested.connect(self._open_menu)
        self.all.clicked.connect(self._on_all)
        self.compare.clicked.connect(self._on_compare)
        self.undo.clicked.connect(self._on_undo)
        over.installEventFilter(self)
        self.can_compare = True
        self.hide()

    def offer_comparing(self, on: bool) -> None:
        """Offer to draw one line beside another; where nothing can draw that, do not."""
        self.can_compare = on
        self.compare.setVisible(on)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.tree.set_theme(theme)
        self.all.setIcon(icon("mdi6.source-branch", theme.muted, theme.text))
        self.compare.setIcon(icon("mdi6.compare", theme.muted, theme.text))
        self.undo.setIcon(icon("mdi6.undo-variant", theme.muted, theme.text))
        self.update()

    def show_lines(self, lines: tuple[TreeLine, ...], compared: int | None = None) -> None:
        """Draw these lines; a single one needs no tree."""
        if (lines, compared) == (self.lines, self._compared):
            return
        self.lines, self._compared = lines, compared
        self.tree.show_lines(lines, compared)
        now = next((line for line in lines if line.is_now), None)
        known = {line.id for line in lines}
        self.undo.setEnabled(now is not None and now.parent in known)
        self.all.setText(f"{len(lines)}")
        self.compare.setChecked(compared is not None)
        self.setVisible(len(lines) > 1)
        self._place()

    @property
    def other(self) -> int | None:
        """The line to compare with, if nobody says which: the one left, or else the newest."""
        now = next((line for line in self.lines if line.is_now), None)
        others = [line.id for line in self.lines if not line.is_now]
        if now is not None and now.parent in others:
            return now.parent
        return max(others, default=None)

    def _place(self) -> None:
        """Stand in the corner: where that is low, without the tree, which the first button has."""
        self.tree.setVisible(self._over.height() >= LOW)
        self.adjustSize()
        self.move(self._over.width() - self.width() - 14, 20)
        self.raise_()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(self._theme.surface)
        ground.setAlpha(OPAQUE)
        painter.setBrush(ground)
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    @Slot()
    def _on_all(self) -> None:
        self._open_menu(-1, self.all.mapToGlobal(QPoint(0, self.all.height())))

    @Slot()
    def _on_compare(self) -> None:
        self.compare_requested.emit(self.other if self.compare.isChecked() else None)

    @Slot()
    def _on_undo(self) -> None:
        self.undo_requested.emit()

    @Slot(int, QPoint)
    def _open_menu(self, line_id: int, place: QPoint) -> None:
        """Offer what can be done: with one line, or with all of them."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for line in in_order(self.lines):
            if line.is_now or line_id not in (-1, line.id):
                continue
            what = self.tree.told(line).partition("\n")[0]
            for text, asked in (
                (self.tr("Go on with: {line}"), self.switch_requested),
                (self.tr("Compare with: {line}"), self.compare_requested),
            ):
                if asked == self.compare_requested and not self.can_compare:
                    continue
                action = QAction(no_shortcut(text.format(line=what)), menu)
                action.triggered.connect(lambda _=False, a=asked, n=line.id: a.emit(n))
                menu.addAction(action)
        if menu.actions():
            menu.popup(place)
