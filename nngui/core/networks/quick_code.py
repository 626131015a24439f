"""The same network written twice: as a class with `forward`, and as an `nn.Sequential`.

Every piece of both texts says what it is about, so that a view can point from one to the other.
It imports no torch; that the texts are true of the real modules is shown by the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from nngui.core.spec.torch_names import ACTIVATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nngui.core.networks.quick_spec import LayerRow

Kind = Literal["linear", "name", "activation", "dropout", "flow"]

CALLS = {  # how an activation is written as a call; torch.nn.functional warns of its own tanh
    "relu": "F.relu",
    "tanh": "torch.tanh",
    "sigmoid": "torch.sigmoid",
    "leaky_relu": "F.leaky_relu",
    "elu": "F.elu",
    "gelu": "F.gelu",
    "silu": "F.silu",
    "softplus": "F.softplus",
    "relu6": "F.relu6",
}
REPRS = {  # what print shows between an activation's brackets
    "leaky_relu": "negative_slope=0.01",
    "elu": "alpha=1.0",
    "gelu": "approximate='none'",
    "softplus": "beta=1.0, threshold=20.0",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text.

    Attributes
    ----------
    start, end : int
        Its characters.
    part : str
        What it is about: ``hidden1``, ``act1``, ``drop1``, ``flow``.
    kind : str
    """

    start: int
    end: int
    part: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Marked:
    """A text, and what its pieces are about; inner pieces stand behind the outer ones."""

    text: str
    spans: tuple[Span, ...]

    def at(self, place: int) -> Span | None:
        """Return the innermost piece at a character."""
        found = [span for span in self.spans if span.start <= place < span.end]
        return min(found, key=lambda span: span.end - span.start, default=None)


class _Writer:
    """Puts a text together, piece by piece."""

    def __init__(self) -> None:
        self._text, self._spans = "", list[Span]()

    def write(self, text: str) -> int:
        """Add some text; return where it starts."""
        start = len(self._text)
        self._text += text
        return start

    def mark(self, start: int, part: str, kind: Kind) -> None:
        """Say what all that was written since `start` is about."""
        self._spans.append(Span(start, len(self._text), part, kind))

    def piece(self, text: str, part: str, kind: Kind) -> None:
        """Add a piece."""
        self.mark(self.write(text), part, kind)

    def done(self) -> Marked:
        """Return the text, outer pieces first."""
        spans = sorted(self._spans, key=lambda span: (span.start, -span.end))
        return Marked(self._text, tuple(spans))


def activation_part(row: LayerRow) -> str:
    """Return what a layer's activation is called here: ``act1``."""
    return f"act{row.suffix}"


def dropout_part(row: LayerRow) -> str:
    """Return what the class calls a layer's dropout: ``drop1``."""
    return f"drop{row.suffix}"


def class_code(rows: Sequence[LayerRow]) -> Marked:
    """Return the source of the class: its layers as attributes, its activations as calls."""
    w = _Writer()
    w.write("class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n")
    for row in rows:
        w.write("        ")
        start = w.write("")
        w.piece(f"self.{row.name}", row.name, "name")
        w.write(f" = nn.Linear({row.inputs}, {row.outputs})")
        w.mark(start, row.name, "linear")
        w.write("\n")
        if row.dropout:
            text = f"self.{dropout_part(row)} = nn.Dropout({row.dropout})"
            w.write("        ")
            w.piece(text, dropout_part(row), "dropout")
            w.write("\n")
    w.write("\n    ")
    start = w.write("def forward(self, x):\n")
    for row in rows[:-1]:
        w.write("        x = ")
        _write_calls(w, row)
        w.write("\n")
    w.write("        return ")
    _write_calls(w, rows[-1])
    w.mark(start, "flow", "flow")
    return w.done()


def _write_calls(w: _Writer, row: LayerRow) -> None:
    """Write ``self.drop(F.relu(self.hidden(x)))``, each call around the one before it."""
    acts = row.activation != "identity"
    outer = w.write("")
    if row.dropout:
        w.write(f"self.{dropout_part(row)}(")
    middle = w.write("")
    if acts:
        w.write(f"{CALLS[row.activation]}(")
    w.piece(f"self.{row.name}(x)", row.name, "linear")
    if acts:
        w.write(")")
        w.mark(middle, activation_part(row), "activation")
    if row.dropout:
        w.write(")")
        w.mark(outer, dropout_part(row), "dropout")


def sequential_code(rows: Sequence[LayerRow]) -> Marked:
    """Return the source of the Sequential: a list of modules, run from top to bottom."""
    w = _Writer()
    start = w.write("nn.Sequential(\n")
    for row in rows:
        w.write("    ")
        w.piece(f"nn.Linear({row.inputs}, {row.outputs}),", row.name, "linear")
        w.write("\n")
        if row.activation != "identity":
            w.write("    ")
            text = f"nn.{ACTIVATIONS[row.activation]}(),"
            w.piece(text, activation_part(row), "activation")
            w.write("\n")
        if row.dropout:
            w.write("    ")
            w.piece(f"nn.Dropout({row.dropout}),", dropout_part(row), "dropout")
            w.write("\n")
    w.write(")")
    w.mark(start, "flow", "flow")
    return w.done()


def class_print(rows: Sequence[LayerRow]) -> Marked:
    """Return what ``print`` shows of the class: its attributes, and so no activation."""
    modules: list[tuple[str, str, str, Kind]] = []
    for row in rows:
        modules.append((row.name, _linear(row), row.name, "linear"))
        if row.dropout:
            name = dropout_part(row)
            modules.append((name, _dropout(row), name, "dropout"))
    return _print("Net", modules)


def sequential_print(rows: Sequence[LayerRow]) -> Marked:
    """Return what ``print`` shows of the Sequential: all its modules, by number."""
    modules: list[tuple[str, str, str, Kind]] = []
    for row in rows:
        modules.append((str(len(modules)), _linear(row), row.name, "linear"))
        if row.activation != "identity":
            text = f"{ACTIVATIONS[row.activation]}({REPRS.get(row.activation, '')})"
            modules.append((str(len(modules)), text, activation_part(row), "activation"))
        if row.dropout:
            part = dropout_part(row)
            modules.append((str(len(modules)), _dropout(row), part, "dropout"))
    return _print("Sequential", modules)


def _linear(row: LayerRow) -> str:
    return f"Linear(in_features={row.inputs}, out_features={row.outputs}, bias=True)"


def _dropout(row: LayerRow) -> str:
    return f"Dropout(p={row.dropout}, inplace=False)"


def _print(kind: str, modules: Iterable[tuple[str, str, str, Kind]]) -> Marked:
    w = _Writer()
    w.write(f"{kind}(\n")
    for name, text, part, what in modules:
        w.write("  ")
        start = w.write("")
        w.piece(f"({name})", part, "name")
        w.write(f": {text}")
        w.mark(start, part, what)
        w.write("\n")
    w.write(")")
    return w.done()
