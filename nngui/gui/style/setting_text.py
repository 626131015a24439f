"""What a setting is called, and how its value is written, in few characters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from nngui.core.spec.keys import field_details, field_info
from nngui.core.text import printable
from nngui.gui.style.translation import shown

if TYPE_CHECKING:
    from nngui.core.spec import Spec

MAX_TEXT = 30  # characters of a value


def title_of(spec: Spec, key: str) -> str:
    """Return what a setting is called in the form."""
    return shown(field_info(type(spec), key).title or key)


def value_text(spec: Spec, key: str, value: Any) -> str:
    """Return a setting's value in few characters."""
    details = field_details(type(spec), key)
    if isinstance(value, bool):
        yes, no = (
            QCoreApplication.translate("SearchWords", "yes"),
            QCoreApplication.translate("SearchWords", "no"),
        )
        text = yes if value else no
    elif value == 0 and details.get("zero"):
        text = shown(str(details["zero"]))
    elif isinstance(value, tuple):
        text = ", ".join(str(entry) for entry in value) or "–"
    elif isinstance(value, str):
        text = shown(str((details.get("labels") or {}).get(value, printable(value))))
    else:
        text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"
