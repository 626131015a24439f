"""A short walk past the controls, each lit up with a word on what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from nngui.gui.panels.card import label
from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QMainWindow

    from nngui.gui.style.theme import Colours
    from nngui.gui.window.tab_stack import TabStack
    from nngui.gui.window.toolbar import Toolbar

Stop = tuple["Callable[[], QWidget]", str, str]

SHADE = QColor(10, 14, 20, 150)
AROUND, APART, CORNER = 6, 14, 8  # pixels around what is lit, from there to the words, and round
WIDTH = 340  # pixels of the words


class Tour(QWidget):
    """Covers the window; the arrow keys, Enter or its buttons lead on, Escape ends it.

    Signals
    -------
    ended
        It was seen to its end, or dismissed.
    """

    ended = Signal()

    def __init__(
        self, window: QMainWindow, tabs: TabStack, toolbar: Toolbar, theme: Colours
    ) -> None:
        super().__init__(window)
        self._window, self._theme, self._at = window, theme, 0
        self._stops = [stop for stop in self._all_stops(tabs, toolbar) if stop[0]().isVisible()]
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.words = QFrame(self)
        self.words.setProperty("card", True)
        self.words.setFixedWidth(WIDTH)
        self.title, self.text = label("", "plot-title"), label("")
        self.text.setWordWrap(True)
        self.place = label("", "muted")
        self.back, self.next = QPushButton(self.tr("Back")), QPushButton()
        self.end = QPushButton(self.tr("End the tour"))
        set_tip(self.end, self.tr("Help, Tour shows it again (Esc)"))
        self.next.setProperty("primary", True)
        row = QHBoxLayout()
        row.addWidget(self.end)
        row.addStretch(1)
        for button in (self.back, self.next):
            row.addWidget(button)
        for button in (self.end, self.back, self.next):
            button.setProperty("small", True)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.place)
        column = QVBoxLayout(self.words)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.text)
        column.addLayout(row)
        self.back.clicked.connect(self._go_back)
        self.next.clicked.connect(self._go_on)
        self.end.clicked.connect(self.close)
        window.installEventFilter(self)
        self._show_stop()

    def _all_stops(self, tabs: TabStack, bar: Toolbar) -> Sequence[Stop]:
        window, tab = self._window, tabs.tab
        return (
            (
                lambda: tabs.bar,
                self.tr("The steps of a tutorial"),
                self.tr("Each tab is one of them, with data, network and lesson of its own."),
            ),
            (
                lambda: bar.train,
                self.tr("Train"),
                self.tr("Press it, or the space bar: real PyTorch trains, and all plots are live."),
            ),
            (
                lambda: bar.pace,
                self.tr("Pace"),
                self.tr("From a step a second to as fast as it goes, at any time."),
            ),
            (
                lambda: tab.presets.button,
                self.tr("Experiments"),
                self.tr(
                    "One click shows a learning rate that is too high, dead ReLUs, overfitting "
                    "and more, with a word on what to look at."
                ),
            ),
            (
                lambda: tab.form,
                self.tr("Settings"),
                self.tr(
                    "What is trained, and how. Change the learning rate while it trains. Ctrl+Z "
                    "takes a change back."
                ),
            ),
            (
                lambda: tab.card,
                self.tr("The plot"),
                self.tr(
                    "What the network makes of the data. Where data are points, click to place "
                    "your own."
                ),
            ),
            (
                lambda: tab.menu_button,
                self.tr("Take it away"),
                self.tr(
                    "Copy or save the picture and its numbers, film the training, or drag the "
                    "picture from here."
                ),
            ),
            (
                lambda: tab.loss_card,
                self.tr("The loss"),
                self.tr("How wrong the network still is, step by step; with earlier runs beside."),
            ),
            (
                lambda: tab.side,
                self.tr("Code and lesson"),
                self.tr(
                    "The script of exactly these settings: it prints the same losses, bit for "
                    "bit. The lesson explains what you see."
                ),
            ),
            (
                window.menuBar,
                self.tr("All the rest"),
                self.tr(
                    "Your own tables and images, models, projector mode, language and theme. "
                    "Ctrl+Shift+P finds any action by some of its letters."
                ),
            ),
        )

    @property
    def target(self) -> QWidget:
        """What is lit now."""
        return self._stops[self._at][0]()

    @Slot()
    def _go_on(self) -> None:
        if self._at + 1 == len(self._stops):
            self.close()
            return
        self._at += 1
        self._show_stop()

    @Slot()
    def _go_back(self) -> None:
        self._at = max(self._at - 1, 0)
        self._show_stop()

    def _show_stop(self) -> None:
        _, title, text = self._stops[self._at]
        last = self._at + 1 == len(self._stops)
        self.title.setText(title)
        self.text.setText(text)
        self.place.setText(self.tr("{n} of {total}").format(n=self._at + 1, total=len(self._stops)))
        self.next.setText(self.tr("Done") if last else self.tr("Next"))
        self.back.setEnabled(self._at > 0)
        self.setAccessibleName(f"{title}. {text}")
        self._arrange()

    def _lit(self) -> QRect:
        """Return where the lit control is, with some room around it."""
        target = self.target
        corner = target.mapTo(self._window, QPoint(0, 0))
        room = QRect(corner, target.size()).adjusted(-AROUND, -AROUND, AROUND, AROUND)
        return room.intersected(self.rect().adjusted(2, 2, -2, -2))

    def _arrange(self) -> None:
        """Put the words beside what is lit: where there is room for them, below it first."""
        self.setGeometry(self._window.rect())
        self.words.adjustSize()
        lit, size, room = self._lit(), self.words.size(), self.rect().adjusted(8, 8, -8, -8)
        middle = lit.center()
        left, top = middle.x() - size.width() // 2, middle.y() - size.height() // 2
        places = (
            QPoint(left, lit.bottom() + APART),
            QPoint(lit.right() + APART, top),
            QPoint(lit.left() - APART - size.width(), top),
            QPoint(left, lit.top() - APART - size.height()),
        )
        best, least = places[0], -1
        for place in places:
            box = QRect(place, size)
            box.moveLeft(min(max(box.left(), room.left()), room.right() - size.width()))
            box.moveTop(min(max(box.top(), room.top()), room.bottom() - size.height()))
            covered = box.intersected(lit)
            area = max(covered.width(), 0) * max(covered.height(), 0)
            if least < 0 or area < least:
                best, least = box.topLeft(), area
        self.words.move(best)
        self.update()

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole, hole = QPainterPath(), QPainterPath()
        whole.addRect(QRectF(self.rect()))
        hole.addRoundedRect(QRectF(self._lit()), CORNER, CORNER)
        painter.fillPath(whole.subtracted(hole), SHADE)
        painter.setPen(QPen(QColor(self._theme.accent), 2))
        painter.drawPath(hole)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close()
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._go_on()
        elif key == Qt.Key.Key_Left:
            self._go_back()
        event.accept()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # the window's keys wait for the end of the tour
            return True
        if event.type() == QEvent.Type.Close:
            self._window.removeEventFilter(self)
            self.ended.emit()
        return bool(super().event(event))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._arrange()
        return super().eventFilter(watched, event)
