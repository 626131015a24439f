"""Colours for Python source: keywords, names, numbers, strings and comments, line by line."""

from __future__ import annotations

import builtins
import keyword
import re
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from typing_extensions import override

if TYPE_CHECKING:
    from nngui.gui.style.theme import Syntax

# The kinds of tokens, in this order: the first that fits takes the text.
KINDS = {
    "comment": r"#.*",
    "string": r"\b[rbf]{0,2}(?:\"[^\"\\]*(?:\\.[^\"\\]*)*\"?|'[^'\\]*(?:\\.[^'\\]*)*'?)"
    r"|(?:\"[^\"\\]*(?:\\.[^\"\\]*)*\"?|'[^'\\]*(?:\\.[^'\\]*)*'?)",
    "decorator": r"^\s*@[\w.]+",
    "function": r"(?<=\bdef )\w+",
    "class_": r"(?<=\bclass )\w+",
    "module": r"(?<=\bfrom )[\w.]+|(?<=\bimport )[\w.]+(?=$| as )",
    "constant": r"\b(?:True|False|None)\b",
    "keyword": rf"\b(?:{'|'.join(keyword.kwlist)})\b",
    "builtin": rf"(?<![.\w])(?:self|{'|'.join(n for n in dir(builtins) if n.islower())})\b(?!\s*=)",
    "number": r"\b\d[\d_]*\.?\d*(?:e[+-]?\d+)?\b",
    "operator": r"[-+*/%@=<>!&|^~]+",
}
TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in KINDS.items()))
BOLD = ("keyword", "constant", "class_", "module", "decorator")


class CodeColours(QSyntaxHighlighter):
    """Colours a document that is Python source."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}

    def set_syntax(self, syntax: Syntax) -> None:
        """Take the colours of a theme."""
        for kind in KINDS:
            shape = QTextCharFormat()
            shape.setForeground(QColor(getattr(syntax, kind)))
            shape.setFontWeight(QFont.Weight.Bold if kind in BOLD else QFont.Weight.Normal)
            shape.setFontItalic(kind == "comment")
            self._formats[kind] = shape
        self.rehighlight()

    @override
    def highlightBlock(self, text: str) -> None:
        if not self._formats:
            return
        for match in TOKEN.finditer(text):
            assert match.lastgroup is not None
            first, after = match.span()
            self.setFormat(first, after - first, self._formats[match.lastgroup])
