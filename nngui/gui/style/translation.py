"""Showing texts that arose below the window in the user's language."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QCoreApplication, QLocale

from nngui.core.errors import NnguiError


class Sentence(Protocol):
    """An English sentence with its values kept apart: an error, or an ending."""

    @property
    def sentence(self) -> str:
        """English text with placeholders."""

    @property
    def values(self) -> dict[str, object]:
        """What stands in them."""


def shown(text: str) -> str:
    """Return a marked text of core, files or tasks in the user's language."""
    return QCoreApplication.translate("core", text) if text else ""


def shown_sentence(sentence: Sentence) -> str:
    """Return an error or an ending in the user's language, its values filled in."""
    values = {name: _shown_value(value) for name, value in sentence.values.items()}
    return shown(sentence.sentence).format(**values)


def _shown_value(value: object) -> object:
    """Return a word, or an error within an error, in the user's language."""
    if isinstance(value, NnguiError):
        return shown_sentence(value)
    return shown(value) if isinstance(value, str) else value


def system_language() -> str:
    """Return the program's language that is nearest to the system's."""
    return "zh_CN" if QLocale.system().language() == QLocale.Language.Chinese else "en"
