"""How much memory reading a file may take: chosen in a menu, remembered, in force at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from nngui.core.errors import SettingError
from nngui.files.memory import memory_limit, prefer_memory_limit

if TYPE_CHECKING:
    from nngui.gui.settings import WindowSettings
    from nngui.gui.window.actions import Actions


class MemoryChoice(QObject):
    """Carries out what the menu says of memory.

    Signals
    -------
    message : str, str
        Something to tell the user: a level and a sentence.
    remembered
        A choice was put into the settings.
    """

    message = Signal(str, str)
    remembered = Signal()

    def __init__(self, parent: QObject, actions: Actions, settings: WindowSettings) -> None:
        super().__init__(parent)
        self._settings = settings
        choices = actions.memory_limits
        present = settings.memory_limit_text
        names = [action.data() for action in choices.actions()]
        if present not in names:  # written into the file by hand
            action = QAction(present, choices)
            action.setCheckable(True)
            action.setData(present)
        for action in choices.actions():
            action.setChecked(action.data() == present)
        actions.memory.addActions(choices.actions())
        choices.triggered.connect(self._on_chosen)

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        self._settings.memory_limit_text = action.data()
        prefer_memory_limit(self._settings.memory_limit)
        self.message.emit("info", self._words())
        self.remembered.emit()

    def _words(self) -> str:
        try:
            limit = f"{memory_limit() / 1e9:g} GB"
        except SettingError as error:  # the environment says something that is no size
            return str(error)
        text = self.tr(
            "Reading a file takes half of the free memory at most, and never more than {limit}."
        )
        return text.format(limit=limit)
