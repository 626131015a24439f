"""Everything the window can do, found by typing some letters of it (Ctrl+Shift+P)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QMenu, QVBoxLayout
from typing_extensions import override

from nngui.core.spec.keys import field_info
from nngui.gui.panels.card import label
from nngui.gui.style.labels import set_tip
from nngui.gui.style.translation import shown
from nngui.gui.window.actions import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QMainWindow

    from nngui.core.task import Task
    from nngui.gui.window.actions import Actions
    from nngui.gui.window.tab_stack import TabStack

WIDTH, HEIGHT, LINE = 560, 380, 30  # pixels
KEYS = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


@dataclass(frozen=True)
class PaletteEntry:
    """Something to do.

    Attributes
    ----------
    text : str
        Its words, with the menus that lead there.
    english : str
        More words by which it is found, in any language of the window.
    keys : str
        Its shortcut.
    enabled : bool
    do : callable
    """

    text: str
    english: str
    keys: str
    enabled: bool
    do: Callable[[], object]


class Palette(QDialog):
    """Lists what matches the letters that are typed; Enter does it, Escape does nothing."""

    def __init__(
        self, window: QMainWindow, tasks: list[Task], tabs: TabStack, actions: Actions
    ) -> None:
        super().__init__(window)
        self.setWindowTitle(self.tr("What to do?"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(min(WIDTH, window.width() - 40), min(HEIGHT, window.height() - 80))
        self._tasks, self._stack = tasks, tabs
        menus = window.menuBar().actions()
        self._entries = [*self._tabs(), *self._actions(menus, actions), *self._settings()]
        self.line, self.list = QLineEdit(), QListWidget()
        self.line.setPlaceholderText(self.tr("Type some letters of an action, a tab or a setting"))
        self.line.setAccessibleName(self.line.placeholderText())
        self.line.setClearButtonEnabled(True)
        self.list.setAccessibleName(self.tr("What matches"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys go to the line
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nothing = label(self.tr("Nothing matches."), "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (self.line, self.list, self.nothing):
            column.addWidget(widget)
        self.line.installEventFilter(self)
        self.line.textChanged.connect(self._show)
        self.line.returnPressed.connect(self._take)
        self.list.itemClicked.connect(self._take)
        self._show("")

    # What there is to do -------------------------------------------------------------------------

    def _tabs(self) -> Iterator[PaletteEntry]:
        for task in self._tasks:
            text = self.tr("Tab: {name}").format(name=shown(task.title))
            yield PaletteEntry(text, task.title, "", True, _calling(self._stack.choose, task.name))

    def _actions(self, menus: list[QAction], actions: Actions) -> Iterator[PaletteEntry]:
        names = _names(actions)
        for action in menus:
            yield from self._of_menu(action.menu(), "", names)

    def _of_menu(
        self, menu: QObject | None, path: str, names: dict[int, str]
    ) -> Iterator[PaletteEntry]:
        if not isinstance(menu, QMenu):
            return
        path += f"{plain(menu.title())} → "
        for action in menu.actions():
            if isinstance(action.menu(), QMenu):
                yield from self._of_menu(action.menu(), path, names)
            elif action.text():
                keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                text = path + plain(action.text())
                words = names.get(id(action), "")
                yield PaletteEntry(text, words, keys, action.isEnabled(), action.trigger)

    def _settings(self) -> Iterator[PaletteEntry]:
        form = self._stack.tab.form
        for key in form.fields:
            if form.offers(key):
                title = field_info(type(self._stack.tab.run.spec), key).title or key
                text = self.tr("Setting: {name}").format(name=shown(title))
                yield PaletteEntry(text, f"{title} {key}", "", True, _calling(form.go_to, key))

    # Finding -------------------------------------------------------------------------------------

    @Slot(str)
    def _show(self, text: str) -> None:
        scored = [(_score(text, entry), i) for i, entry in enumerate(self._entries)]
        found = [self._entries[i] for score, i in sorted(scored) if score >= 0]
        self.list.clear()
        for entry in found:
            item = QListWidgetItem(f"{entry.text}    {entry.keys}".rstrip())
            item.setData(Qt.ItemDataRole.UserRole, entry)
            item.setSizeHint(QSize(0, LINE))
            set_tip(item, entry.text)
            if not entry.enabled:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
                set_tip(item, self.tr("There is nothing to do this with now."))
            self.list.addItem(item)
        able = (i for i, entry in enumerate(found) if entry.enabled)
        self.list.setCurrentRow(next(able, -1))
        self.list.setVisible(bool(found))
        self.nothing.setVisible(not found)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = event.type() == QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and event.key() in KEYS:
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def _take(self) -> None:
        if self.list.currentRow() < 0:
            return
        entry: PaletteEntry = self.list.currentItem().data(Qt.ItemDataRole.UserRole)
        self.accept()
        QTimer.singleShot(0, entry.do)  # once the palette is out of its way


def _calling(function: Callable[[str], object], name: str) -> Callable[[], None]:
    def call() -> None:
        function(name)

    return call


def _names(actions: QObject) -> dict[int, str]:
    """Return the English names of actions, whatever language they are shown in."""
    found = {}
    for name, value in vars(actions).items():
        words = name.strip("_").replace("_", " ")
        if isinstance(value, QAction):
            found[id(value)] = words
        elif isinstance(value, QActionGroup):
            for action in value.actions():
                found[id(action)] = f"{words} {str(action.data()).replace('_', ' ')}"
    return found


def _score(typed: str, entry: PaletteEntry) -> int:
    """Return how far an entry is from what was typed: 0 for all, -1 where letters are missing.

    The letters must come in their order, with others between them; words that hold them in one
    piece come first, the earlier the better.
    """
    wanted = typed.lower().split()
    total = 0
    for word in wanted:
        places = [_distance(word, text.lower()) for text in (entry.text, entry.english)]
        places = [place for place in places if place >= 0]
        if not places:
            return -1
        total += min(places)
    return total


def _distance(word: str, text: str) -> int:
    place = text.find(word)
    if place >= 0:
        begins = place == 0 or not text[place - 1].isalnum()
        return place + (0 if begins else 50)
    at = first = -1
    for letter in word:
        at = text.find(letter, at + 1)
        if at < 0:
            return -1
        first = at if first < 0 else first
    spread = at - first - len(word)
    return 200 + spread if spread <= 2 * len(word) else -1
