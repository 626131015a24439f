"""Small buttons beside each other, of which one is down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QPushButton

from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    from collections.abc import Sequence


def switch_of(choices: Sequence[tuple[str, str]], parent: QObject) -> QButtonGroup:
    """Return a button for each choice, numbered from 0; whoever wants them lays them out.

    Parameters
    ----------
    choices : sequence of (str, str)
        Its name, and its tip.
    """
    group = QButtonGroup(parent)
    for number, (name, tip) in enumerate(choices):
        group.addButton(_button(name, tip), number)
    return group


class Switch(QObject):
    """The same, but Tab reaches each button; in a group it reaches the one alone that is down.

    Signals
    -------
    chosen : int
        The user wants this one.
    """

    chosen = Signal(int)

    def __init__(self, choices: Sequence[tuple[str, str]], parent: QObject) -> None:
        super().__init__(parent)
        self.buttons = [_button(name, tip) for name, tip in choices]
        for button in self.buttons:
            button.clicked.connect(self._on_clicked)

    def press(self, number: int) -> None:
        """Have one button down."""
        for place, button in enumerate(self.buttons):
            button.setChecked(place == number)

    @Slot()
    def _on_clicked(self) -> None:
        number = next(i for i, button in enumerate(self.buttons) if button is self.sender())
        self.press(number)
        self.chosen.emit(number)


def _button(name: str, tip: str) -> QPushButton:
    button = QPushButton(name)
    button.setCheckable(True)
    button.setProperty("small", True)
    set_tip(button, tip)
    button.setAccessibleName(name)
    return button
