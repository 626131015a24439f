"""A fold of the form: a header, and rows that are there while it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from nngui.gui.style.labels import no_shortcut, set_tip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Fold(QToolButton):
    """The header of a fold; it knows the rows under it, closed at first.

    It is a button: Tab comes to it, and Space opens and closes it. It stays as it was left while
    the window is open.

    Parameters
    ----------
    title : str
        What stands in the header; nothing for a mere arrow.
    tip : str
        What is in it.
    """

    def __init__(self, title: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._tip = title, tip
        self._rows: dict[str, Callable[[bool], None]] = {}  # each shows or hides a row
        self._wanted: dict[str, bool] = {}
        self._changed: Mapping[str, str] = {}
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setProperty("chip", True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if title:
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._on_toggled)
        self._on_toggled(False)

    def hold(self, key: str, row: Callable[[bool], None]) -> None:
        """Take a row under it: what shows or hides it."""
        self._rows[key], self._wanted[key] = row, True
        row(self.isChecked())

    def holds(self, key: str) -> bool:
        """Return whether a setting has a row here that matters now, be it folded away or not."""
        return self._wanted.get(key, False)

    def show_row(self, key: str, wanted: bool) -> None:
        """Note whether a row matters now; it is there while the fold is open, too."""
        self._wanted[key] = wanted
        self._rows[key](wanted and self.isChecked())

    def show_changed(self, titles: Mapping[str, str]) -> None:
        """Say which of its settings are not at their defaults, by key: what is new opens it."""
        changed = {key: title for key, title in titles.items() if self._wanted.get(key)}
        is_new = not changed.keys() <= self._changed.keys()
        self._changed = changed
        if is_new:
            self.setChecked(True)
        self._show_title()

    @property
    def is_empty(self) -> bool:
        """Whether no row of it matters now."""
        return not any(self._wanted.values())

    @Slot(bool)
    def _on_toggled(self, opened: bool) -> None:
        self.setArrowType(Qt.ArrowType.DownArrow if opened else Qt.ArrowType.RightArrow)
        for key, row in self._rows.items():
            row(opened and self._wanted[key])
        self._show_title()

    def _show_title(self) -> None:
        text, tip = self._title, self._tip
        if self._changed and not self.isChecked():
            count = self.tr("{count} changed").format(count=len(self._changed))
            text, tip = f"{text} · {count}", ", ".join(self._changed.values())
        if self._title:
            self.setText(no_shortcut(text))
        self.setAccessibleName(text if self._title else tip)
        set_tip(self, tip)
