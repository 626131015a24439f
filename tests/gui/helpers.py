"""What these tests share: a user who works the window with mouse and keys, and reads it."""

from __future__ import annotations

import math
import threading

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEventLoop, QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QTabBar,
    QWidget,
)

from nngui.core.spec.toml import with_settings
from nngui.gui.background import THREAD as BACKGROUND
from nngui.gui.training.state import State
from nngui.tasks import all_tasks

PATIENCE = 30_000  # ms: other tests may keep the machine busy
LOADING = 60_000  # ms: the first run imports torch, perhaps on a busy machine
TASKS = {task.name: task for task in all_tasks()}
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier


class User:
    """Does what a user does at the window, and sees what a user sees."""

    def __init__(self, window, qtbot):
        self.window, self.qtbot = window, qtbot

    # Waiting -------------------------------------------------------------------------------------

    def wait_until(self, condition, patience_ms=PATIENCE):
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=patience_ms)

    def wait_for(self, text):
        """Wait until the status bar says so."""
        self.wait_until(lambda: text in self.status)

    def wait_until_ready(self):
        self.wait_until(lambda: "ready: press Train" in self.status, LOADING)

    def settle(self):
        """Wait until what was asked for by now has come through (see `settle`)."""
        settle(self.qtbot, self.tab.run)

    def wait_for_step(self, step):
        self.wait_until(lambda: self.step >= step)

    def wait_for_banner(self, text):
        self.wait_until(lambda: text in self.banner)

    # Looking -------------------------------------------------------------------------------------

    @property
    def tab(self):
        return self.window.tab

    @property
    def view(self):
        return getattr(self.tab, "view", self.tab.centre)

    @property
    def status(self):
        bar = self.window.status
        return " | ".join(label.text() for label in (bar.step, bar.figures, bar.place))

    @property
    def step(self):
        return self._step_words()[0]

    @property
    def total(self):
        return self._step_words()[1]

    def _step_words(self):
        words = self.window.status.step.text().replace(",", "").split()
        return int(words[1]), int(words[3])

    @property
    def train_button(self):
        return self.window.toolbar.train.text()

    @property
    def headline(self):
        return self.tab.headline.text()

    @property
    def banner(self):
        """What the banner says; nothing when there is none."""
        return self.tab.banner.text.text() if self.tab.banner.isVisible() else ""

    @property
    def code(self):
        return self.tab.side.code.editor.toPlainText()

    @property
    def note(self):
        note = self.tab.side.code.note
        return note.text() if note.isVisible() else ""

    def field(self, key):
        """The control of a setting, by its key."""
        return self.tab.form.findChild(QWidget, key)

    def shows(self, key):
        """The text that stands in a field of the form."""
        control = self.field(key)
        return control.currentText() if isinstance(control, QComboBox) else control.text()

    @property
    def losses_drawn(self):
        """The steps and the losses of the loss curve, on the linear or the logarithmic axis.

        The status bar may tell of a step a frame before the curve has it.
        """
        self.wait_until(lambda: visible(self.tab.loss_plot, pg.PlotCurveItem))
        return visible(self.tab.loss_plot, pg.PlotCurveItem)[0].getData()

    @property
    def fit_drawn(self):
        return visible(self.view, pg.PlotCurveItem)[0].getData()

    @property
    def points_drawn(self):
        """The dots of the plot, shape (n, 2)."""
        dots = dots_of(self.view)
        return np.stack(dots.getData(), axis=1)

    @property
    def hint(self):
        """What stands in the middle of an empty plot."""
        return "".join(item.toPlainText() for item in visible(self.view, pg.TextItem))

    # Doing ---------------------------------------------------------------------------------------

    def click(self, name):
        """Click the button of that text or name in the window."""
        for button in self.window.findChildren(QAbstractButton):
            if button.isVisible() and name in (button.text(), button.accessibleName()):
                QTest.mouseClick(button, LEFT)
                return
        raise AssertionError(f"there is no button {name!r}")

    def press(self, key, modifier=PLAIN):
        self.window.activateWindow()  # offscreen, a popup or a dialog that goes gives nothing back
        self.wait_until(self.window.isActiveWindow)
        QTest.keyClick(self.window, key, modifier)

    def open_tab(self, title):
        """Click the tab of that title, at the top or in the right column."""
        for bar in self.window.findChildren(QTabBar):
            for index in range(bar.count() if bar.isVisible() else 0):
                if bar.tabText(index) == title:
                    QTest.mouseClick(bar, LEFT, pos=bar.tabRect(index).center())
                    return
        raise AssertionError(f"there is no tab {title!r}")

    def enter(self, key, text):
        """Type into a field of the form, and press Enter."""
        control = self.field(key)
        assert control.isVisible(), f"{key} is hidden"
        control.setFocus()
        control.selectAll()
        QTest.keyClicks(control, text) if text else QTest.keyClick(control, Qt.Key.Key_Delete)
        QTest.keyClick(control, Qt.Key.Key_Return)

    def choose(self, key, text):
        """Open a list of the form and choose an entry by its text, with the keyboard."""
        box = self.field(key)
        assert box.isVisible(), f"{key} is hidden"
        assert box.findText(text) >= 0, f"{key} offers no {text!r}"
        box.setFocus()
        box.showPopup()
        box.view().setCurrentIndex(box.model().index(box.findText(text), 0))
        QTest.keyClick(box.view(), Qt.Key.Key_Return)
        self.wait_until(lambda: not box.view().isVisible())
        assert box.currentText() == text

    def go_fast(self):
        """Move the pace slider to its right end."""
        QTest.keyClick(self.window.toolbar.pace, Qt.Key.Key_End)

    def train_to_the_end(self):
        """Start training, as fast as it goes, and wait until it is done or stops by itself."""
        self.go_fast()
        self.click("Train")
        self.wait_until(lambda: " done" in self.status or "Stopped at" in self.status)

    def trigger(self, action):
        """Choose an action as the menu would: not when it is greyed out."""
        assert action.isEnabled()
        action.trigger()

    # Mouse in the plot -------------------------------------------------------------------------

    def place(self, x, y, plot=None):
        """Where a point of a plot's coordinates is, in pixels of its viewport."""
        plot = plot or self.view
        return plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(x, y)))

    def click_plot(self, x, y, button=LEFT, modifier=PLAIN):
        QTest.mouseClick(self.view.viewport(), button, modifier, self.place(x, y))

    def drag_plot(self, start, end):
        """Drag as a hand does: in small moves, pyqtgraph looks at 100 a second."""
        first, last = self.place(*start), self.place(*end)
        viewport, moves = self.view.viewport(), 6
        QTest.mousePress(viewport, LEFT, PLAIN, first)
        for move in range(1, moves + 1):
            QTest.mouseMove(viewport, first + (last - first) * move / moves)
            QTest.qWait(15)
        QTest.mouseRelease(viewport, LEFT, PLAIN, last)

    # Dialogs -----------------------------------------------------------------------------------

    def choose_file(self, path):
        """Type a file's name into the dialog that is open, and press Enter."""
        self.wait_until(lambda: self.dialogs(QFileDialog))
        dialog = self.dialogs(QFileDialog)[0]
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        QTest.qWait(30)  # while the folder is listed, the dialog still writes the offered name
        line.setText(str(path))
        QTest.keyClick(line, Qt.Key.Key_Return)
        self.wait_until(lambda: dialog not in self.dialogs(QFileDialog))

    def close_message(self):
        """Read the message box that is open, and close it."""
        self.wait_until(lambda: self.dialogs(QMessageBox))
        box = self.dialogs(QMessageBox)[0]
        title, text = box.windowTitle(), box.text()
        QTest.keyClick(box, Qt.Key.Key_Escape)
        self.wait_until(lambda: not self.dialogs(QMessageBox))
        return title, text

    def dialogs(self, kind):
        return [dialog for dialog in self.window.findChildren(kind) if dialog.isVisible()]

    def export_history(self, path):
        """Write the losses where the File menu writes them; return the file's lines."""
        self.trigger(self.window.actions_.export_history)
        self.choose_file(path)
        return path.read_text(encoding="utf-8").splitlines()


def items(plot, kind):
    return [item for item in plot.getPlotItem().items if isinstance(item, kind)]


def visible(plot, kind):
    return [item for item in items(plot, kind) if item.isVisible()]


def dots_of(view):
    """The data's dots; the rings around wrong ones are larger."""
    return min(items(view, pg.ScatterPlotItem), key=lambda item: item.opts["size"])


def rings_of(view):
    return max(items(view, pg.ScatterPlotItem), key=lambda item: item.opts["size"])


def spec_of(name, settings=()):
    return with_settings(TASKS[name].spec, dict(settings))


def headless(name, settings=(), steps=math.inf):
    """The same run without a window: its Trainer, after that many steps or at its end."""
    from nngui.core.trainer import Trainer

    trainer = Trainer(TASKS[name], spec_of(name, settings))
    trainer.advance(1e9, None if steps == math.inf else steps)
    return trainer


def process_events():
    QApplication.processEvents()


def settle(qtbot, *runs):
    """Wait until what was asked for by now has come through, be it something or nothing.

    A marker goes the same ways: through each run's queue behind all that was asked of it, and back
    through the window's. What is read beside the window is waited for.
    """
    for thread in threading.enumerate():
        if thread.name == BACKGROUND:
            thread.join(LOADING / 1000)
    process_events()  # what was read may ask something of a run
    for run in runs:
        if run.state is not State.ASLEEP:
            with qtbot.waitSignal(run.network_copied):
                run.take_network()
    process_events()


def after_timers(ms):
    """Let all that is due within so many milliseconds happen: Qt's timers go off in their order."""
    loop, last = QEventLoop(), QTimer()
    last.setTimerType(Qt.TimerType.PreciseTimer)
    last.setSingleShot(True)
    last.timeout.connect(loop.quit)
    last.start(ms)
    loop.exec()
