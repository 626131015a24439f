"""How the window looks: theme, size of type and of everything, language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication

from nngui.gui.style import theme as themes
from nngui.gui.window.actions import NEXT_START

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

    from nngui.gui.settings import WindowSettings
    from nngui.gui.window.actions import Actions


class Appearance(QObject):
    """Carries out what the View menu says of the looks, and remembers it.

    Attributes
    ----------
    theme : str
        ``light``, ``dark`` or ``system``.

    Signals
    -------
    changed : Colours
        The program has other colours, or larger type: what draws by itself takes them.
    message : str, str
        Something to tell the user: a level and a sentence.
    remembered
        A choice was put into the settings.
    """

    changed = Signal(object)
    message = Signal(str, str)
    remembered = Signal()

    def __init__(
        self,
        window: QMainWindow,
        actions: Actions,
        settings: WindowSettings,
        theme: str,
        language: str,
    ) -> None:
        super().__init__(window)
        self._window, self._actions, self._settings = window, actions, settings
        self.theme = theme
        self._type = 1.0  # times as large as on a desk
        themes.dress(window, self.colours())
        _check(actions.themes.actions(), theme)
        _check(actions.languages.actions(), language)
        _check(actions.sizes.actions(), str(settings.size))
        actions.themes.triggered.connect(self._on_theme)
        actions.sizes.triggered.connect(self._on_size)
        actions.languages.triggered.connect(self._on_language)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_scheme)

    def colours(self) -> themes.Colours:
        """Return the theme's colours."""
        return themes.colours(self.theme)

    def set_theme(self, name: str) -> None:
        """Change the colours of the whole program: ``light``, ``dark`` or ``system``."""
        self.theme = name
        themes.apply(application(), self.colours(), self._type)
        themes.dress(self._window, self.colours())
        _check(self._actions.themes.actions(), name)
        self.changed.emit(self.colours())

    def set_type(self, scale: float) -> None:
        """Have type so many times as large as on a desk."""
        self._type = scale
        self.set_theme(self.theme)

    @Slot(QAction)
    def _on_theme(self, action: QAction) -> None:
        self._settings.theme = action.data()
        self.set_theme(action.data())
        self.remembered.emit()

    @Slot()
    def _on_scheme(self) -> None:
        """Follow the system from light to dark and back, where that is wanted."""
        if self.theme == "system":
            self.set_theme("system")

    @Slot(QAction)
    def _on_size(self, action: QAction) -> None:
        self._settings.size = int(action.data())
        self.message.emit("info", self.tr("The size changes at the next start."))
        self.remembered.emit()

    @Slot(QAction)
    def _on_language(self, action: QAction) -> None:
        self._settings.language = action.data()
        self.message.emit("info", NEXT_START[action.data()])
        self.remembered.emit()


def application() -> QApplication:
    """Return the program's one application."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def _check(actions: list[QAction], name: str) -> None:
    for action in actions:
        action.setChecked(action.data() == name)
