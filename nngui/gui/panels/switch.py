"""Small buttons beside each other, of which one is down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QPushButton

from nngui.gui.style.labels import set_tip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject


def switch_of(
    choices: Sequence[tuple[str, str]], parent: QObject, *, exclusive: bool = True
) -> QButtonGroup:
    """Return a button for each choice, numbered from 0; whoever wants them lays them out.

    Parameters
    ----------
    choices : sequence of (str, str)
        Its name, and its tip.
    exclusive : bool
        The group sees to it that one is down, and Tab reaches that one alone; else `press_one`
        does, and Tab reaches each.
    """
    group = QButtonGroup(parent)
    group.setExclusive(exclusive)
    for number, (name, tip) in enumerate(choices):
        button = QPushButton(name)
        button.setCheckable(True)
        button.setProperty("small", True)
        set_tip(button, tip)
        button.setAccessibleName(name)
        group.addButton(button, number)
    return group


def press_one(group: QButtonGroup, number: int) -> None:
    """Have one button down of a group that is not exclusive."""
    for button in group.buttons():
        button.setChecked(group.id(button) == number)
    for button in group.buttons():  # Qt leaves it to the one that was pressed last
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
