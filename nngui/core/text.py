"""Texts that arise below the window: English literals, translated where they are shown."""

from __future__ import annotations

import unicodedata

CONTROLS = {"Cc", "Cs", "Zl", "Zp"}  # categories: controls, surrogates, line and paragraph breaks
DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def mark(context: str, text: str) -> str:
    """Return `text` as it is; marks an English literal for the translation files.

    Field titles, hints and errors arise in layers that know no Qt; the window translates them
    when it shows them. The context is always ``core``: lupdate needs it written at each place.
    """
    del context
    return text


def printable(text: str, keep: str = "") -> str:
    r"""Return a text with what a terminal would obey, and not show, as escapes: ``\x1b``.

    These are control characters, line and paragraph separators, the marks that turn the direction
    of writing (Unicode Standard Annex #9), and lone surrogates, which no encoding has.

    Parameters
    ----------
    keep : str
        Control characters that stay, for a text with line breaks of its own.
    """
    return "".join(
        _escape(character) if _is_obeyed(character) and character not in keep else character
        for character in text
    )


def _is_obeyed(character: str) -> bool:
    return unicodedata.category(character) in CONTROLS or character in DIRECTIONS


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
