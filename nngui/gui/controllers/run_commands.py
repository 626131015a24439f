"""What the Run menu, its keys and the toolbar do with the run of the open tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QApplication

from nngui.gui.training.pace import paces

if TYPE_CHECKING:
    from nngui.gui.controllers.host import Host


class RunCommands(QObject):
    """Hands commands to the open tab's run.

    Parameters
    ----------
    train_button : QAbstractButton
        The one that Space means even while it has the focus.

    Signals
    -------
    pace_changed
        The run goes at another pace.
    """

    pace_changed = Signal()

    def __init__(self, host: Host, train_button: QAbstractButton) -> None:
        super().__init__(host.window())
        self._host, self._train_button = host, train_button

    @Slot()
    def train(self) -> None:
        """Train, as soon as the run is prepared."""
        self._host.tab.run.train()

    @Slot()
    def press_train_key(self) -> None:
        """Train or pause; but Space on a button that was reached by Tab presses that button."""
        focused = QApplication.focusWidget()
        if isinstance(focused, QAbstractButton) and focused is not self._train_button:
            focused.click()
        else:
            self.toggle()

    @Slot()
    def toggle(self) -> None:
        """Train or pause."""
        self._host.tab.run.toggle()

    @Slot()
    def step(self) -> None:
        """Take a single step."""
        self._host.tab.run.step()

    @Slot()
    def reset(self) -> None:
        """Go back to step 0, with the same initial weights."""
        self._host.tab.run.reset()

    @Slot()
    def new_weights(self) -> None:
        """Start again with the next seed."""
        self._host.tab.run.new_weights()

    @Slot()
    def use_tutorial_settings(self) -> None:
        """Stand at step 0 of what the tutorial does."""
        self._host.tab.take_preset(None)

    @Slot()
    def go_slower(self) -> None:
        """Take the next slower pace."""
        self.set_pace(self._host.tab.run.pace_index - 1)

    @Slot()
    def go_faster(self) -> None:
        """Take the next faster pace."""
        self.set_pace(self._host.tab.run.pace_index + 1)

    @Slot(int)
    def set_pace(self, index: int) -> None:
        """Take one of the paces, the slowest or the fastest where there is no such one."""
        run = self._host.tab.run
        run.set_pace(min(max(index, 0), len(paces(run.task.redraw_every)) - 1))
        self.pace_changed.emit()

    @Slot(str)
    def set_device(self, name: str) -> None:
        """Have the training compute somewhere else."""
        self._host.tab.run.set_device(name)
