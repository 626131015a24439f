"""A rule's lines, first with its letters, then with its numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nngui.gui.style.labels import escaped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nngui.core.microscope.update_rules import Line
    from nngui.gui.style.theme import Colours

MINUS = "\N{MINUS SIGN}"


def formula_html(lines: Sequence[Line], parameter: str, theme: Colours, family: str) -> str:
    """Return the lines as a table.

    Parameters
    ----------
    parameter : str
        What the rules' ``p`` is called: w or b.
    family : str
        The font of the numbers, all of one width.
    """
    rows = []
    for line in lines:
        last = line.name == "p"
        name = parameter if last else line.name
        symbols = _filled(line, lambda word, _value: _letter(word, parameter))
        numbers = _filled(line, lambda _word, value: formula_number(value))
        result = f'<b style="color:{theme.text}">{_plain(line.value)}</b>'
        rows.append(
            f'<tr><td align="right" style="color:{theme.accent}"><b><i>{escaped(name)}</i></b></td>'
            f"<td>&nbsp;←&nbsp;{symbols}&nbsp;&nbsp;</td>"
            f"<td style=\"color:{theme.muted}; font-family:'{family}'\">=&nbsp;{numbers}"
            f"&nbsp;=&nbsp;{result}</td></tr>"
        )
    return f'<table cellspacing="0" cellpadding="1">{"".join(rows)}</table>'


def formula_text(lines: Sequence[Line], parameter: str) -> str:
    """Return the lines as plain text, for those who hear them and for the clipboard."""
    return "\n".join(_text(line, parameter) for line in lines)


def _text(line: Line, parameter: str) -> str:
    name = parameter if line.name == "p" else line.name
    symbols = re.sub(r"\{(.+?)\}", lambda m: _symbol(m[1], parameter), line.formula)
    numbers = re.sub(r"\{(.+?)\}", lambda m: formula_number(line.numbers[m[1]]), line.formula)
    return f"{name} ← {symbols} = {numbers} = {_plain(line.value)}"


def formula_number(value: float) -> str:
    """Return a number with four digits or so; negative ones in brackets, as they stand in a sum."""
    text = f"{abs(value):.4f}" if 0.01 <= abs(value) < 1e4 or not value else f"{abs(value):.2e}"
    text = text.rstrip("0").rstrip(".") if "e" not in text else text.replace("e-", f"e{MINUS}")
    return f"({MINUS}{text})" if value < 0 else text


def _plain(value: float) -> str:
    return formula_number(value).strip("()")


def _filled(line: Line, shown: Callable[[str, float], str]) -> str:
    parts = re.split(r"\{(.+?)\}", line.formula)
    texts = [
        shown(part, line.numbers[part]) if index % 2 else escaped(part)
        for index, part in enumerate(parts)
    ]
    return "".join(texts).replace(" ", "&nbsp;")


def _letter(word: str, parameter: str) -> str:
    return f"<i>{escaped(_symbol(word, parameter))}</i>"


def _symbol(word: str, parameter: str) -> str:
    """Return what a name of a formula is called; a difference stands in brackets."""
    if word == "p":
        return parameter
    return f"({word})" if MINUS in word else word
