"""The menus: what can be done, its words and its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QUndoGroup
from PySide6.QtWidgets import QMenu

from nngui.gui.settings import SIZES

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow

MEMORY_LIMITS_GB = (1, 2, 4, 16, 32)  # that reading one file may take
LANGUAGES = {"en": "English", "zh_CN": "简体中文"}
NEXT_START = {  # in the language that was chosen, so that whoever chose it can read it
    "en": "The language changes at the next start.",
    "zh_CN": "语言将在下次启动时更改。",
}


class Actions(QObject):
    """Every action of the window, each in a menu; the window connects them."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        keys = QKeySequence.StandardKey
        make = self._make
        self.new = make(self.tr("&New: the tutorial's settings"), keys.New)
        self.open = make(self.tr("&Open settings…"), keys.Open)
        self.save = make(self.tr("&Save settings…"), keys.Save)
        self.open_table = make(self.tr("Open &data (table)…"), "Ctrl+D")
        self.paste_table = make(self.tr("Paste d&ata"), "Ctrl+Shift+V")
        self.open_model = make(self.tr("Open &model…"), "Ctrl+Shift+O")
        self.open_parameters = make(self.tr("Open parame&ters…"), "Ctrl+Alt+O")
        self.open_images = make(self.tr("Open &images (IDX, NumPy)…"), "Ctrl+I")
        self.open_image_folder = make(self.tr("Open image &folder…"), "Ctrl+Shift+I")
        self.save_model = make(self.tr("Save mo&del…"), "Ctrl+Shift+S")
        self.save_parameters = make(self.tr("Save p&arameters…"), "Ctrl+Alt+S")
        self.export_onnx = make(self.tr("Export O&NNX…"))
        self.export_pt2 = make(self.tr("Export .p&t2…"))
        self.export_script = make(self.tr("Export s&cript…"), "Ctrl+E")
        self.export_history = make(self.tr("Export &history (CSV)…"), "Ctrl+Shift+E")
        self.export_plot = make(self.tr("Export &plot (PNG, SVG)…"), "Ctrl+P")
        self.export_numbers = make(self.tr("Export plot's num&bers (CSV)…"), "Ctrl+Alt+P")
        self.export_film = make(self.tr("Record training (&GIF)…"), "Ctrl+G")
        self.export_tab = make(self.tr("Export &whole tab (PNG, SVG)…"))
        self.copy_plot = make(self.tr("Copy &plot"), "Ctrl+Alt+C")
        self.copy_tab = make(self.tr("Copy whole &tab"))
        self.export_project = make(self.tr("Export pro&ject…"), "Ctrl+Alt+E")
        self.find_rate = make(self.tr("Find learning r&ate…"), "Ctrl+L")
        self.runs = make(self.tr("R&uns…"), "Ctrl+Shift+R")
        self.predict = make(self.tr("&Predict…"), "Ctrl+R")
        self.undone = QUndoGroup(self)
        self.undo = self.undone.createUndoAction(self, self.tr("&Undo"))
        self.undo.setShortcuts(keys.Undo)
        self.redo = self.undone.createRedoAction(self, self.tr("&Redo"))
        self.redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        self.quit = make(self.tr("&Quit"), "Ctrl+Q")
        self.copy_code = make(self.tr("&Copy code"), "Ctrl+Shift+C")
        self.train = make(self.tr("&Train or pause"), "Space")
        self.step = make(self.tr("&Step"), "S")
        self.reset = make(self.tr("&Reset"), "R")
        self.new_weights = make(self.tr("&New weights"), "N")
        self.slower = make(self.tr("S&lower"), "[")
        self.faster = make(self.tr("&Faster"), "]")
        self.turbo = make(self.tr("T&urbo"), "T")
        self.turbo.setCheckable(True)
        self.side = make(self.tr("&Code and lesson"), "F9")
        self.side.setCheckable(True)
        self.side.setChecked(True)
        self.projector = make(self.tr("&Projector mode"), "F11")
        self.projector.setCheckable(True)
        self.log_scale = make(self.tr("&Logarithmic loss"), "L")
        self.tour = make(self.tr("&Tour"))
        self.palette = make(self.tr("&Find an action…"), "Ctrl+Shift+P")
        self.keys = make(self.tr("&Keyboard shortcuts"), "F1")
        self.open_log = make(self.tr("&Open log"))
        self.about = make(self.tr("&About nngui"))
        self.examples = self._group(
            {
                "iris": self.tr("&Iris: 3 classes, 4 columns"),
                "wine": self.tr("&Wine: 3 classes, 13 columns"),
                "breast_cancer": self.tr("&Breast cancer: 2 classes, 30 columns"),
                "diabetes": self.tr("&Diabetes: a number, 10 columns"),
            },
            checkable=False,
        )
        self.themes = self._group(
            {
                "system": self.tr("As the s&ystem"),
                "light": self.tr("&Light"),
                "dark": self.tr("&Dark"),
            }
        )
        self.languages = self._group(LANGUAGES)
        self.sizes = self._group({f"{share}": f"{share} %" for share in SIZES})
        usual = self.tr("Half of the free memory, 8 GB at most")
        limits = {f"{n}GB": f"{n} GB" for n in MEMORY_LIMITS_GB}
        self.memory_limits = self._group({"": usual} | limits)
        self._fill(window)

    def _make(self, text: str, key: QKeySequence.StandardKey | str = "") -> QAction:
        action = QAction(text, self)
        if key:
            action.setShortcut(QKeySequence(key))
        return action

    def _group(self, choices: dict[str, str], *, checkable: bool = True) -> QActionGroup:
        group = QActionGroup(self)
        for name, text in choices.items():
            action = QAction(text, group)
            action.setCheckable(checkable)
            action.setData(name)
        return group

    def _fill(self, window: QMainWindow) -> None:
        bar = window.menuBar()
        exports = [self.export_script, self.export_project, self.export_history]
        plots = [self.export_plot, self.export_numbers, self.export_film, self.export_tab]
        formats = [self.export_onnx, self.export_pt2]
        file = bar.addMenu(self.tr("&File"))
        self.recent = QMenu(self.tr("Open &recent"), file)
        settings = [self.new, self.open, self.save]
        opening = [self.open_model, self.open_parameters, self.recent.menuAction()]
        examples = QMenu(self.tr("&Example tables"), file)
        examples.addActions(self.examples.actions())
        tables = [self.open_table, self.paste_table, examples.menuAction()]
        images = [self.open_images, self.open_image_folder]
        saving = [self.save_model, self.save_parameters]
        export = QMenu(self.tr("E&xport"), file)
        _add(export, exports, plots, formats)
        saving += [export.menuAction()]
        _add(file, settings, opening, tables, images, saving, [self.quit])
        edit = bar.addMenu(self.tr("&Edit"))
        self.presets = QMenu(self.tr("&Experiments"), edit)
        _add(
            edit,
            [self.undo, self.redo],
            [self.presets.menuAction()],
            [self.copy_code, self.copy_plot, self.copy_tab],
        )
        runs = [self.train, self.step, self.reset, self.new_weights]
        pace = [self.slower, self.faster]
        _add(
            bar.addMenu(self.tr("&Train")),
            runs,
            pace,
            [self.turbo],
            [self.runs, self.find_rate, self.predict],
        )
        view = bar.addMenu(self.tr("&View"))
        _add(view, [self.side, self.log_scale, self.projector])
        view.addSeparator()
        view.addMenu(self.tr("&Size")).addActions(self.sizes.actions())
        view.addMenu(self.tr("&Theme")).addActions(self.themes.actions())
        view.addMenu(self.tr("&Language")).addActions(self.languages.actions())
        self.memory = view.addMenu(self.tr("&Memory for a file"))
        _add(
            bar.addMenu(self.tr("&Help")),
            [self.tour, self.palette, self.keys, self.open_log],
            [self.about],
        )

    def all_with_keys(self) -> list[tuple[str, str]]:
        """Return what each shortcut does: (keys, words)."""
        actions = (a for a in self.children() if isinstance(a, QAction))
        return [
            (a.shortcut().toString(QKeySequence.SequenceFormat.NativeText), plain(a.text()))
            for a in actions
            if not a.shortcut().isEmpty()
        ]


def _add(menu: QMenu, *groups: list[QAction]) -> None:
    for number, group in enumerate(groups):
        if number:
            menu.addSeparator()
        menu.addActions(group)


def plain(text: str) -> str:
    """Return a menu's text without its mnemonic: ``&Open…`` and ``打开(&O)…`` alike."""
    import re

    return re.sub(r"\(&\w\)", "", text).replace("&", "").rstrip("…")
