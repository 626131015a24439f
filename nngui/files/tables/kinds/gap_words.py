"""The words that people write where a value is missing."""

from __future__ import annotations

import re

UNSURE_WORDS = "na|null|none|nil|unknown|missing|unbekannt|-|无|未知"
SURE_WORDS = (
    "|?|??|???|--|–|—|.|..|...|*|n.d.|n. d.|nd.|n/d|k.a.|k. a.|n.a.|n. a.|n/a|#n/a|#n/a n/a|#na|"
    "nan|-nan|#nan|<na>|(null)|[null]|\\n|n.v.|not available|not applicable|no data|no value|"
    "keine angabe|fehlt|fehlend|"
    "#div/0!|#value!|#ref!|#name?|#num!|#null!|#error!|#wert!|#bezug!|#zahl!|"
    "inf|+inf|-inf|infinity|+infinity|-infinity|1.#ind|-1.#ind|1.#qnan|-1.#qnan|tbd|tba|缺失"
)
SURE = frozenset(SURE_WORDS.split("|"))
UNSURE = frozenset(UNSURE_WORDS.split("|"))
"""Among words these may be words themselves: Namibia's NA, a fence of the kind None."""
CENSORED = re.compile(r"[<>≤≥]=?\s*\d+([.,]\d+)?\s*\S{0,5}")  # below what could be measured


def is_gap(word: str) -> bool:
    """Return whether a cell seems to say that its value is missing, or could not be measured."""
    text = word.lower()
    return text in SURE or text in UNSURE or CENSORED.fullmatch(word) is not None
