"""What stands in the middle of a tab of points: a line of words, a choice of planes, the views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from nngui.gui.panels.card import ElidedLabel
from nngui.gui.style.labels import RichLabel
from nngui.gui.style.theme import hand_theme

if TYPE_CHECKING:
    from nngui.gui.plots.task_view import TaskView
    from nngui.gui.style.theme import Colours


class ViewStack(QWidget):
    """The task's own plot, or what stands in its place.

    Above it stand what one has without the network, which points are which, and a row that chooses
    the plane; each of them only where it is wanted.
    """

    def __init__(self, view: TaskView) -> None:
        super().__init__()
        self.view = view
        self.verdict, self.legend = ElidedLabel(), RichLabel()
        self._words = QWidget()
        self.bar = QWidget()
        self.stack = QStackedWidget()
        self.stack.addWidget(view)
        row = QHBoxLayout(self._words)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.verdict, 1)
        row.addWidget(self.legend, 0, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._words)
        column.addWidget(self.bar)
        column.addWidget(self.stack, 1)
        self._words.hide()
        self.bar.hide()
        self.legend.hide()

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        hand_theme(theme, *(self.stack.widget(place) for place in range(self.stack.count())))

    def show_verdict(self, text: str, *, warns: bool = False) -> None:
        """Say what one has without the network; nothing takes no room."""
        if text != self.verdict.text():
            self.verdict.setText(text)
        role = "warning" if warns else "muted"
        if role != self.verdict.property("role"):
            self.verdict.setProperty("role", role)
            self.verdict.style().polish(self.verdict)
        self._make_room()

    def show_legend(self, markup: str) -> None:
        """Say which points are which."""
        self.legend.setText(markup)

    def show_legend_on(self, on: bool) -> None:
        """Say so, or not: some views have a legend of their own."""
        self.legend.setVisible(on and bool(self.legend.text()))
        self._make_room()

    def _make_room(self) -> None:
        self._words.setVisible(bool(self.verdict.text()) or not self.legend.isHidden())
