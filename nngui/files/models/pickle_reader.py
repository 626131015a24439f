"""A pickle read as inert records: nothing is imported, looked up, called or built.

Python's `pickle` is a small machine that calls what the file names. This one knows the opcodes
that `torch.save` writes (protocols 2 to 5; see `pickletools` in the standard library for what each
means) and only notes what would have been called. Its memory and time are bounded by the caps.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, NoReturn

from nngui.core.errors import NnguiError
from nngui.core.text import mark
from nngui.files.models.callables import Verdict, foreign_in, verdict
from nngui.files.models.errors import corrupted, runs_code, too_large, unsupported
from nngui.files.models.inert import Global, Made, OddKey, Persistent, class_outside

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 4_000_000
MAX_OPCODES = 200_000
MAX_INTEGER_BYTES = 16  # the oldest format begins with a number of ten
MAX_NAME = 200  # characters of a module's or a class's name
MAX_KEY = (1 << 61) - 2  # below it no two numbers have one hash, but for -1 and -2
PROTOCOLS = (2, 3, 4, 5)

SET, FROZEN_SET = Global("builtins", "set"), Global("builtins", "frozenset")


class _Mark:
    """Where a group of values begins on the stack."""


def read_pickle(
    data: bytes, path: Path, start: int = 0, outside: list[Persistent] | None = None
) -> tuple[Any, int]:
    """Read one pickle of protocol 2 to 5.

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
        Plain values (None, bool, int, float, str, bytes, list, tuple, dict with keys of text,
        numbers or `OddKey`), `Global`, `Made` and `Persistent`. Lists and dicts may hold
        themselves, and tuples may be nested a hundred thousand deep: never hash, compare or print
        what is read.
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


class _Pieces:
    """The pickle's bytes, taken piece by piece."""

    def __init__(self, data: bytes, path: Path, start: int) -> None:
        self.data, self.path, self.at = data, path, start

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


class _Machine(_Pieces):
    """The stack, the memo, and a method for each opcode."""

    def __init__(self, data: bytes, path: Path, start: int) -> None:
        super().__init__(data, path, start)
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.outside: list[Persistent] = []

    def run(self) -> tuple[Any, int]:
        first, protocol = self.take(2)
        if first != 0x80 or protocol not in PROTOCOLS:
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

    # The stack -----------------------------------------------------------------------------------

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

    def unicode(self, layout: str) -> None:
        self.stack.append(self.text(self.take(self.number(layout))))

    def string(self, layout: str) -> None:
        """Read what Python 2 called a string; the oldest files have some."""
        size = self.number(layout)
        if size < 0:
            self.bad()
        self.stack.append(self.take(size).decode("latin-1"))

    def frame(self) -> None:
        """Read how many bytes belong together; they are all there already."""
        if self.number("<Q") > len(self.data) - self.at:
            raise corrupted(self.path, mark("core", "its end is missing"))

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
        if isinstance(target, Made):
            target.values = target.values if target.values is not None else []
            target = target.values
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
            usual = type(key) in (str, bool, float, type(None))
            usual = usual or (type(key) is int and abs(key) <= MAX_KEY)
            items[key if usual else OddKey(key)] = value

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

    def stack_global(self) -> None:
        name, module = self.pop(), self.pop()
        if type(name) is not str or type(module) is not str or len(name + module) > 2 * MAX_NAME:
            self.bad()
        self.stack.append(Global(module, name))

    def reduce(self) -> None:
        arguments, callee = self.pop(), self.pop()
        if not isinstance(arguments, tuple):
            self.bad()
        self.stack.append(self.called(callee, arguments, is_instance=False))

    def new_instance(self) -> None:
        arguments, callee = self.pop(), self.pop()
        if isinstance(callee, Persistent):  # the oldest format keeps classes outside
            callee = class_outside(callee)
        if not isinstance(callee, Global) or not isinstance(arguments, tuple):
            self.bad()
        if arguments:
            self.stack.append(self.called(callee, arguments, is_instance=True))
        else:  # an empty instance: nothing of its class is called that could do much
            self.stack.append(Made(callee, (), is_instance=True))

    def new_instance_with_names(self) -> None:
        named = self.pop()
        if not isinstance(named, dict):
            self.bad()
        if named:
            self.stack.append((*self.tuple_on_top(), *named.values()))
        self.new_instance()

    def tuple_on_top(self) -> tuple[Any, ...]:
        value = self.pop()
        if not isinstance(value, tuple):
            self.bad()
        return value

    def called(self, callee: Any, arguments: tuple[Any, ...], *, is_instance: bool) -> Made:
        """Return the record of a call; none is made, but a foreign one is refused here."""
        if isinstance(callee, Made):  # what a call has returned is not known
            found, callee = Verdict.UNKNOWN, callee.by
        elif isinstance(callee, Global):
            found = verdict(callee, arguments)
        else:
            self.bad()
        if found is Verdict.FOREIGN:
            raise runs_code(self.path, str(foreign_in(arguments) or callee))
        if found is Verdict.UNKNOWN:
            text = mark("core", "it calls {callee}, and what that does is not known here")
            raise unsupported(self.path, NnguiError(text, callee=str(callee)))
        return Made(callee, arguments, is_instance=is_instance)

    def build(self) -> None:
        state, target = self.pop(), self.top()
        if not isinstance(target, Made) or target.state is not None:
            self.bad()
        target.state = state


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
        "X": lambda m: m.unicode("<I"),
        "\x8c": lambda m: m.unicode("<B"),
        "\x8d": lambda m: m.unicode("<Q"),
        "U": lambda m: m.string("<B"),
        "T": lambda m: m.string("<i"),
        "C": lambda m: m.stack.append(m.take(m.number("<B"))),
        "B": lambda m: m.stack.append(m.take(m.number("<I"))),
        "\x8e": lambda m: m.stack.append(m.take(m.number("<Q"))),
        "\x96": lambda m: m.stack.append(m.take(m.number("<Q"))),
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
        "\x94": lambda m: m.put(len(m.memo)),
        "\x95": _Machine.frame,
        "\x8f": lambda m: m.stack.append(Made(SET, (), is_instance=False)),
        "\x90": lambda m: m.append(m.group()),
        "\x91": lambda m: m.stack.append(Made(FROZEN_SET, (m.group(),), is_instance=False)),
        "c": _Machine.global_,
        "\x93": _Machine.stack_global,
        "Q": _Machine.persistent,
        "R": _Machine.reduce,
        "\x81": _Machine.new_instance,
        "\x92": _Machine.new_instance_with_names,
        "b": _Machine.build,
    }.items()
}
"""The opcodes that torch.save writes, by their bytes."""
