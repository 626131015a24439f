"""The program's icon, translations and lessons that are shipped with the program."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtGui import QIcon

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


def program_icon() -> QIcon:
    """Return the program's own icon."""
    icon = QIcon()
    resource = files("nngui.resources.icons") / "nngui.svg"
    if isinstance(resource, Path):
        icon.addFile(str(resource))
    return icon


def mark_file(name: str) -> str:
    """Return the path of an arrow or a check mark; style sheets take files only."""
    return (Path(str(files("nngui.resources.icons"))) / f"{name}.svg").as_posix()


def install_translations(app: QApplication, language: str) -> list[QTranslator]:
    """Translate the program and Qt's own dialogs; English needs nothing."""
    if language == "en":
        return []
    translators = []
    own = QTranslator(app)
    if own.load(str(files("nngui.resources.i18n") / f"nngui_{language}.qm")):
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
