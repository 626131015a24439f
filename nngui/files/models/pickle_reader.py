"""A pickle read as inert records: nothing is imported, looked up, called or built.

Python's `pickle` is a small machine that calls what the file names. This one knows the opcodes
that `torch.save` writes (protocol 2; see `pickletools` in the standard library for what each
means) and only notes what would have been called. Its memory and time are bounded by the caps.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from nngui.core.text import mark
from nngui.files.models.errors import corrupted, runs_code, too_large, unsupported

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 4_000_000
MAX_OPCODES = 200_000
MAX_INTEGER_BYTES = 16  # the oldest format begins with a number of ten
MAX_NAME = 200  # characters of a module's or a class's name
MAX_KEY = 1 << 31
PROTOCOL = 2

CALLED = {  # what torch.save has called when a file is opened, besides the layers' own classes
    ("collections", "OrderedDict"),
    ("__builtin__", "set"),
    ("builtins", "set"),
    ("torch", "Size"),
    ("torch._utils", "_rebuild_parameter"),
    ("torch._utils", "_rebuild_tensor"),
    ("torch._utils", "_rebuild_tensor_v2"),
    ("torch.nn.backends.thnn", "_get_thnn_function_backend"),  # in each layer before PyTorch 1.3
}


@dataclass(frozen=True, slots=True)
class Global:
    """The name of a class or function; it is never looked up."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(slots=True, eq=False)
class Made:
    """An object that would have been made, by a call or as an empty instance.

    Attributes
    ----------
    by : Global
        What would have been called.
    arguments : tuple
        With what.
    is_instance : bool
        Whether it is an empty instance of a class, as layers are.
    items : dict
        What would have been put into it, as into a dict.
    state : Any
        What its attributes would have been set from; None where nothing was said.
    """

    by: Global
    arguments: tuple[Any, ...]
    is_instance: bool
    items: dict[str | int, Any] = field(default_factory=dict)
    state: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Persistent:
    """What lies outside the pickle: a storage of numbers, named by a tuple."""

    id: Any


class _Mark:
    """Where a group of values begins on the stack."""


def read_pickle(
    data: bytes, path: Path, start: int = 0, outside: list[Persistent] | None = None
) -> tuple[Any, int]:
    """Read one pickle of protocol 2.

    Parameters
    ----------
    data : bytes
        The pickle begins at `start`; what comes after its end is not looked at.
    path : Path
        The file that errors name.
    outside : list, optional
        Everything that the pickle says lies outside of it is appended here.

    Returns
    -------
    value : Any
        Plain values (None, bool, int, float, str, bytes, list, tuple, dict with keys of text or
        numbers), `Global`, `Made` and `Persistent`. Lists and dicts may hold themselves, and
        tuples may be nested a hundred thousand deep: never hash, compare or print what is read.
    end : int
        Where the pickle ends.

    Raises
    ------
    ModelFileError
        Corrupted, unsupported (it would run code, or is of another protocol) or too large.
    """
    machine = _Machine(data, path, start)
    result = machine.run()
    if outside is not None:
        outside += machine.outside
    return result


class _Machine:
    """The stack, the memo, and a method for each opcode."""

    def __init__(self, data: bytes, path: Path, start: int) -> None:
        self.data, self.path, self.at = data, path, start
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.outside: list[Persistent] = []

    def run(self) -> tuple[Any, int]:
        if self.take(2) != bytes([0x80, PROTOCOL]):
            text = mark("core", "it is a pickle of another kind than torch.save writes")
            raise unsupported(self.path, text)
        for _ in range(MAX_OPCODES):
            opcode = self.take(1)[0]
            if opcode == ord("."):
                value = self.pop()
                if self.stack:
                    self.bad()
                return value, self.at
            method = OPCODES.get(opcode)
            if method is None:
                text = mark("core", "it is a pickle of another kind than torch.save writes")
                raise unsupported(self.path, text)
            method(self)
        raise too_large(self.path, mark("core", "its description of the layers has no end"))

    # The file and the stack ----------------------------------------------------------------------

    def bad(self) -> NoReturn:
        """Give up: no such sequence of opcodes is ever written."""
        raise corrupted(self.path, mark("core", "its description of the layers makes no sense"))

    def take(self, count: int) -> bytes:
        piece = self.data[self.at : self.at + count]
        if len(piece) < count:
            raise corrupted(self.path, mark("core", "its end is missing"))
        self.at += count
        return piece

    def number(self, layout: str) -> Any:
        return struct.unpack(layout, self.take(struct.calcsize(layout)))[0]

    def line(self) -> str:
        end = self.data.find(b"\n", self.at, self.at + MAX_NAME + 1)
        if end < 0:
            self.bad()
        raw = self.take(end - self.at)
        self.at += 1
        return self.text(raw)

    def text(self, raw: bytes) -> str:
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            self.bad()

    def pop(self) -> Any:
        if not self.stack or isinstance(self.stack[-1], _Mark):
            self.bad()
        return self.stack.pop()

    def group(self) -> list[Any]:
        """Take everything above the newest mark, and the mark."""
        place = len(self.stack) - 1
        while place >= 0 and not isinstance(self.stack[place], _Mark):
            place -= 1
        if place < 0:
            self.bad()
        values = self.stack[place + 1 :]
        del self.stack[place:]
        return values

    def top(self) -> Any:
        if not self.stack:
            self.bad()
        return self.stack[-1]

    # Plain values --------------------------------------------------------------------------------

    def integer(self) -> None:
        size = self.take(1)[0]
        if size > MAX_INTEGER_BYTES:
            raise too_large(self.path, mark("core", "it holds a number that is far too long"))
        self.stack.append(int.from_bytes(self.take(size), "little", signed=True))

    def unicode(self) -> None:
        self.stack.append(self.text(self.take(self.number("<I"))))

    def short_string(self) -> None:
        """Read what Python 2 called a string; the oldest files have some."""
        self.stack.append(self.take(self.number("<B")).decode("latin-1"))

    def tuple_of(self, count: int) -> None:
        values = tuple(self.pop() for _ in range(count))[::-1]
        self.stack.append(values)

    def put(self, index: int) -> None:
        if isinstance(self.top(), _Mark):
            self.bad()
        self.memo[index] = self.top()

    def get(self, index: int) -> None:
        if index not in self.memo:
            self.bad()
        self.stack.append(self.memo[index])

    # Containers ----------------------------------------------------------------------------------

    def append(self, values: list[Any]) -> None:
        target = self.top()
        if not isinstance(target, list):
            self.bad()
        target.extend(values)

    def set_items(self, values: list[Any]) -> None:
        target = self.top()
        items = target.items if isinstance(target, Made) else target
        if not isinstance(items, dict) or len(values) % 2:
            self.bad()
        for key, value in zip(values[::2], values[1::2], strict=True):
            # Nothing is hashed that the file has made, and no numbers that were chosen so that
            # their hashes are the same: they would make a dict as slow as a list.
            if not (type(key) is str or (type(key) is int and 0 <= key < MAX_KEY)):
                self.bad()
            items[key] = value

    def set_item(self) -> None:
        value, key = self.pop(), self.pop()
        self.set_items([key, value])

    # What would look something up, or call it ----------------------------------------------------

    def global_(self) -> None:
        module = self.line()
        self.stack.append(Global(module, self.line()))

    def persistent(self) -> None:
        self.outside.append(Persistent(self.pop()))
        self.stack.append(self.outside[-1])

    def reduce(self) -> None:
        arguments, callee = self.pop(), self.pop()
        if not isinstance(callee, Global) or not isinstance(arguments, tuple):
            self.bad()
        if (callee.module, callee.name) not in CALLED:
            raise runs_code(self.path, str(callee))
        self.stack.append(Made(callee, arguments, is_instance=False))

    def new_instance(self) -> None:
        arguments, callee = self.pop(), self.pop()
        known_class = isinstance(callee, Persistent)  # the oldest format keeps classes outside
        if not (isinstance(callee, Global) or known_class) or not isinstance(arguments, tuple):
            self.bad()
        by = class_outside(callee) if known_class else callee
        if by is None:
            self.bad()
        if arguments:
            raise runs_code(self.path, str(by))
        self.stack.append(Made(by, (), is_instance=True))

    def build(self) -> None:
        state, target = self.pop(), self.top()
        if not isinstance(target, Made) or target.state is not None:
            self.bad()
        target.state = state


def class_outside(record: Persistent) -> Global | None:
    """Return the class that the oldest format names as ``("module", class, file, source)``."""
    if type(record.id) is tuple and len(record.id) == 4 and isinstance(record.id[1], Global):
        kind = record.id[0]
        return record.id[1] if type(kind) is str and kind == "module" else None
    return None


OPCODES: dict[int, Any] = {
    ord(code): method
    for code, method in {
        "(": lambda m: m.stack.append(_Mark()),
        "0": lambda m: m.pop(),
        "N": lambda m: m.stack.append(None),
        "\x88": lambda m: m.stack.append(True),
        "\x89": lambda m: m.stack.append(False),
        "K": lambda m: m.stack.append(m.number("<B")),
        "M": lambda m: m.stack.append(m.number("<H")),
        "J": lambda m: m.stack.append(m.number("<i")),
        "\x8a": _Machine.integer,
        "G": lambda m: m.stack.append(m.number(">d")),
        "X": _Machine.unicode,
        "U": _Machine.short_string,
        ")": lambda m: m.stack.append(()),
        "\x85": lambda m: m.tuple_of(1),
        "\x86": lambda m: m.tuple_of(2),
        "\x87": lambda m: m.tuple_of(3),
        "t": lambda m: m.stack.append(tuple(m.group())),
        "]": lambda m: m.stack.append([]),
        "a": lambda m: m.append([m.pop()]),
        "e": lambda m: m.append(m.group()),
        "}": lambda m: m.stack.append({}),
        "s": _Machine.set_item,
        "u": lambda m: m.set_items(m.group()),
        "q": lambda m: m.put(m.number("<B")),
        "r": lambda m: m.put(m.number("<I")),
        "h": lambda m: m.get(m.number("<B")),
        "j": lambda m: m.get(m.number("<I")),
        "c": _Machine.global_,
        "Q": _Machine.persistent,
        "R": _Machine.reduce,
        "\x81": _Machine.new_instance,
        "b": _Machine.build,
    }.items()
}
"""The opcodes that torch.save writes, by their bytes."""
