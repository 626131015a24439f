"""The lines of a run as a small tree, in the corner of its timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from nngui.gui.panels.tree_view import TreeLine, TreeView, in_order
from nngui.gui.style.icons import icon
from nngui.gui.style.labels import no_shortcut, set_tip
from nngui.gui.style.theme import LIGHT

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from nngui.gui.style.theme import Colours

WIDTH, MARGIN = 152, 5  # pixels
LOW = 120  # pixels of height, below which the tree would hide the plot
OPAQUE = 235  # of 255: what lies under it can be made out


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
