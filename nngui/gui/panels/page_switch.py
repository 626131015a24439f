"""A row of buttons, of which one is down: it says which page is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nngui.gui.panels.switch import switch_of

if TYPE_CHECKING:
    from collections.abc import Sequence


class PageSwitch(QWidget):
    """Offers pages by name; the first one is shown.

    Parameters
    ----------
    pages : sequence of (str, str)
        Each page's name, and what is to be seen on it.

    Signals
    -------
    chosen : int
        The user wants to see this page.
    """

    chosen = Signal(int)

    def __init__(self, pages: Sequence[tuple[str, str]], spacing: int = 4) -> None:
        super().__init__()
        self._buttons = switch_of(pages, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(spacing)
        for button in self._buttons.buttons():
            row.addWidget(button)
        self.show_page(0)
        self._buttons.idClicked.connect(self.chosen)

    @property
    def page(self) -> int:
        """The number of the page that is shown."""
        return self._buttons.checkedId()

    def show_page(self, number: int) -> None:
        """Have this button down, without saying that it was chosen."""
        self._buttons.button(number).setChecked(True)
