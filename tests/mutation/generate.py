"""Faults made by rule: a comparison turned, a bound moved by one, a statement left out, and so on.

One change each, in the text of a module, so that all else stays as it is. Of all that could be made
a sample is taken for each room, by the hash of what it changes: other edits of a module leave the
rest of the sample as it was, and two runs speak of the same faults.

Of the ready ones, mutmut runs the functions of a copy through trampolines and cosmic-ray starts a
process for each fault: turbo is compiled by numba, which takes no trampolines, and importing torch
takes longer than most of the tests.
"""

from __future__ import annotations

import ast
import hashlib
import re
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SEED = "nngui"
ROOMS = {  # folders and files of the package, and how many faults of each are tried
    "core/turbo": 24,
    "core/training": 22,
    "core/evaluation": 18,
    "core/data": 16,
    "core/script": 10,
    "core/journal": 6,
    "core/past": 6,
    "core/networks": 10,
    "core/spec": 8,
    "core/studies": 8,
    "core/search": 8,
    "core/records": 8,
    "core/inspectors": 4,
    "core/microscope": 4,
    "core/surface": 4,
    "core/*": 8,
    "files/models": 24,
    "files/tables": 24,
    "files/images": 8,
    "files/runs": 8,
    "files/searches": 4,
    "files/*": 12,
}
COMPARISONS = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
OPERATORS = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"), ast.Mod: ("%", "*"), ast.BitAnd: ("&", "|"), ast.BitOr: ("|", "&"),
}  # fmt: skip
OTHER_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
MAX_INTEGER = 64  # one more of something large is hardly a fault
NO_FAULTS = {"mark", "setting", "Field", "cast", "TypeVar", "NewType", "Attributes"}  # calls
NO_KEYWORDS = {"strict", "daemon", "slots", "frozen", "exc_info"}  # only seen where all is wrong
NOT_NAMES = re.compile(r".*(_S|_MS|TIMEOUT|PATIENCE_S)$")  # constants of time


@dataclass(frozen=True, slots=True)
class Fault:
    """A change of a module's text.

    Attributes
    ----------
    file : str
        From the root of the repository, with slashes.
    line : int
        Where the statement begins.
    what : str
        In words, for a person.
    key : str
        What the fault is known by, wherever its line may move: file, function, line, words.
    source : bytes
        The module as it is.
    begin, end : int
        Which of these bytes are replaced.
    instead : str
        By what.
    """

    file: str
    line: int
    what: str
    key: str
    source: bytes
    begin: int
    end: int
    instead: str

    @property
    def new(self) -> str:
        """The module's text with the fault in it."""
        return (
            self.source[: self.begin] + self.instead.encode() + self.source[self.end :]
        ).decode()

    @property
    def is_python(self) -> bool:
        """Whether it still is Python."""
        try:
            ast.parse(self.new)
        except SyntaxError:
            return False
        return True


def sample(root: Path, rooms: dict[str, int] | None = None) -> list[Fault]:
    """Return some faults of each room, the same ones each time; by default so many of `ROOMS`."""
    found: list[Fault] = []
    taken: set[str] = set()
    for room, count in (ROOMS if rooms is None else rooms).items():
        faults = [fault for path in modules(root, room) for fault in faults_of(root, path)]
        faults = [fault for fault in faults if fault.key not in taken]
        faults.sort(key=lambda fault: hashlib.sha256(f"{SEED} {fault.key}".encode()).digest())
        chosen = list(islice((fault for fault in faults if fault.is_python), count))
        taken |= {fault.key for fault in chosen}
        found += chosen
    return found


def modules(root: Path, room: str) -> list[Path]:
    """Return the modules of a room: those of a folder, or those that are called so."""
    place = root / "nngui" / room
    return sorted(place.rglob("*.py") if place.is_dir() else place.parent.glob(f"{place.name}.py"))


def faults_of(root: Path, path: Path) -> list[Fault]:
    """Return all faults of a module; a few of them are no Python."""
    source, file = path.read_bytes(), path.relative_to(root).as_posix()
    text = source.decode()
    finder = _Finder(source)
    finder.visit(ast.parse(text))
    lines = text.split("\n")
    known: dict[str, int] = {}
    result = []
    for where, line, begin, end, instead, what in finder.found:
        at = source.count(b"\n", 0, begin)
        key = f"{file} | {where} | {lines[at].strip()} | {what}"
        known[key] = known.get(key, 0) + 1
        key += f" #{known[key]}" if known[key] > 1 else ""
        result.append(Fault(file, line, what, key, source, begin, end, instead))
    return result


class _Finder(ast.NodeVisitor):
    """Goes through a module and notes places and what may stand there instead."""

    def __init__(self, source: bytes) -> None:
        self.source, self.starts = source, [0]
        for line in source.split(b"\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.found: list[tuple[str, int, int, int, str, str]] = []
        self.names: list[str] = []
        self.statement = 1

    # Where a node is ------------------------------------------------------------------------------

    def begin(self, node: ast.expr | ast.stmt) -> int:
        return self.starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.starts[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: ast.expr | ast.stmt) -> str:
        return self.source[self.begin(node) : self.end(node)].decode()

    def note(self, begin: int, end: int, instead: str, what: str) -> None:
        self.found.append((".".join(self.names), self.statement, begin, end, instead, what))

    def between(self, left: ast.expr, right: ast.expr, old: str, new: str) -> None:
        """Note another operator between two operands; brackets and line ends stay."""
        begin, end = self.end(left), self.begin(right)
        gap = self.source[begin:end].decode()
        if gap.count(old) == 1:
            self.note(begin, end, gap.replace(old, new), f"`{old}` becomes `{new}`")

    # What is left alone ---------------------------------------------------------------------------

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.stmt):
            self.statement = node.lineno
        super().visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Leave texts alone (and before Python 3.12 nobody knows where their parts are)."""

    def visit_Assert(self, node: ast.Assert) -> None:
        """Leave alone what is true."""

    def visit_Raise(self, node: ast.Raise) -> None:
        """Only whether it is raised, not what."""
        if node.exc is not None:
            self.note(self.begin(node), self.end(node), "pass", "an error is not raised")

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def _of_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.names.append(node.name)
        gives_bool = isinstance(node.returns, ast.Name) and node.returns.id == "bool"
        for default in (*node.args.defaults, *(d for d in node.args.kw_defaults if d)):
            self.visit(default)
        for part in node.body:
            if gives_bool:
                self._turn_returns(part)
            self.visit(part)
        self.names.pop()

    visit_FunctionDef = visit_AsyncFunctionDef = _of_function

    def _turn_returns(self, part: ast.stmt) -> None:
        for node in ast.walk(part):
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Name | ast.Call):
                self.statement = node.lineno
                begin, end = self.begin(node.value), self.end(node.value)
                self.note(begin, end, f"not {self.text(node.value)}", "what is returned is turned")

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.names.append(node.name)
        for part in node.body:
            self.visit(part)
        self.names.pop()

    def visit_If(self, node: ast.If) -> None:
        if not (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
            self._turn(node.test)
            self.generic_visit(node)

    # What is changed ------------------------------------------------------------------------------

    def _turn(self, test: ast.expr) -> None:
        if not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp):
            begin, end = self.begin(test), self.end(test)
            self.note(begin, end, f"(not ({self.text(test)}))", "a condition is turned")

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._turn(node.test)
        self.generic_visit(node)

    def visit_While(self, node: ast.While) -> None:
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        sides = [node.left, *node.comparators]
        for (left, right), operator in zip(pairwise(sides), node.ops, strict=True):
            new = COMPARISONS[type(operator)]
            old = {v: k for k, v in _SAME.items()}.get(new) or _SAME[new]
            self.between(left, right, old, new)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in pairwise(node.values):
            self.between(left, right, old, new)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self.note(self.begin(node), self.begin(node) + 4, "", "a `not` is left out")
        elif isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
            self.note(self.begin(node), self.begin(node) + 1, "", "a minus is left out")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if type(node.op) in OPERATORS and not _is_text(node):
            self.between(node.left, node.right, *OPERATORS[type(node.op)])
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        value, begin, end = node.value, self.begin(node), self.end(node)
        if isinstance(value, bool):
            self.note(begin, end, str(not value), f"{value} becomes {not value}")
        elif isinstance(value, int) and value <= MAX_INTEGER:
            self.note(begin, end, str(value + 1), f"{value} becomes {value + 1}")
        elif isinstance(value, float):
            other = 2 * value if value else 1.0
            self.note(begin, end, repr(other), f"{value} becomes {other}")

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in NO_FAULTS or self.text(node.func).startswith("log."):
            return
        if name in OTHER_NAMES:
            begin, end, new = self.begin(node.func), self.end(node.func), OTHER_NAMES[name]
            self.note(begin, end, new, f"{name} becomes {new}")
        elif len(node.args) > 1 and not any(isinstance(a, ast.Starred) for a in node.args[:2]):
            one, two = node.args[:2]
            gap = self.source[self.end(one) : self.begin(two)].decode()
            if self.text(one) != self.text(two):
                swapped = f"{self.text(two)}{gap}{self.text(one)}"
                self.note(self.begin(one), self.end(two), swapped, "two arguments change places")
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg not in NO_KEYWORDS:
            self.visit(node.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call):
            if not self.text(node.value.func).startswith("log."):
                self.note(self.begin(node), self.end(node), "pass", "a call is left out")
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        target = node.targets[0]
        names = [part.id for part in ast.walk(target) if isinstance(part, ast.Name)]
        if any(NOT_NAMES.match(name) for name in names):
            return
        kept = len(self.names) > 1 and self.names[-1] != "__init__"
        if kept and isinstance(target, ast.Attribute | ast.Subscript):
            self.note(self.begin(node), self.end(node), "pass", "an assignment is left out")
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if type(node.op) in (ast.Add, ast.Sub) and not _is_text(node):
            old, new = ("+=", "-=") if isinstance(node.op, ast.Add) else ("-=", "+=")
            self.between(node.target, node.value, old, new)
        self.generic_visit(node)

    def visit_Continue(self, node: ast.Continue) -> None:
        self.note(self.begin(node), self.end(node), "break", "`continue` becomes `break`")


_SAME = {"<=": "<", ">=": ">", "!=": "==", "is not": "is", "not in": "in"}


def _is_text(node: ast.AST) -> bool:
    """Return whether texts or lists are put together: any other operator would raise at once."""
    kinds = (ast.JoinedStr, ast.List, ast.Tuple, ast.ListComp)
    parts = list(ast.walk(node))
    return any(
        isinstance(part, kinds) or (isinstance(part, ast.Constant) and isinstance(part.value, str))
        for part in parts
    )
