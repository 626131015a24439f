"""Icons, translations and lessons that are shipped with the program."""

from __future__ import annotations

import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path

import qtawesome
from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

ARROW = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">'
    '<path d="M2 3.5 5 6.5 8 3.5" fill="none" stroke="{colour}" stroke-width="1.4"/></svg>'
)


def icon(name: str, colour: str, active: str = "") -> QIcon:
    """Return a Material Design icon in a colour of the theme."""
    return qtawesome.icon(name, color=colour, color_active=active or colour)


def program_icon() -> QIcon:
    """Return the program's own icon."""
    icon = QIcon()
    resource = files("nngui.resources.icons") / "nngui.svg"
    if isinstance(resource, Path):
        icon.addFile(str(resource))
    return icon


@cache
def _arrow_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="nngui-")


@cache
def arrow_file(colour: str) -> str:
    """Return the path of a combo box's arrow in a colour; style sheets take files only."""
    path = Path(_arrow_folder().name) / f"arrow-{colour[1:]}.svg"
    path.write_text(ARROW.format(colour=colour), encoding="utf-8")
    return path.as_posix()


def install_translations(app: QApplication, language: str) -> list[QTranslator]:
    """Translate the program and Qt's own dialogs; English needs nothing."""
    if language == "en":
        return []
    translators = []
    own = QTranslator(app)
    data = (files("nngui.resources.i18n") / f"nngui_{language}.qm").read_bytes()
    if own.loadFromData(data):
        translators.append(own)
    qt = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if qt.load(f"qtbase_{language}", folder):
        translators.append(qt)
    for translator in translators:
        app.installTranslator(translator)
    return translators


def lesson(task: str, language: str) -> str:
    """Return a task's lesson as Markdown, in English where there is none in the language."""
    for name in (language, "en"):
        file = files("nngui.resources.lessons") / name / f"{task}.md"
        if file.is_file():
            return file.read_text(encoding="utf-8")
    return ""
