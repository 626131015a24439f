"""What a pickle is read as: records that name, and never are, what it would have made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Global:
    """The name of a class or function; it is never looked up."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"

    @property
    def package(self) -> str:
        """The outermost package: ``torch``."""
        return self.module.partition(".")[0]


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
        Whether it is an instance of a class that was not called, as layers are.
    items : dict
        What would have been put into it, as into a dict.
    values : list or None
        What would have been put into it, as into a list or a set.
    state : Any
        What its attributes would have been set from; None where nothing was said.
    """

    by: Global
    arguments: tuple[Any, ...]
    is_instance: bool
    items: dict[Any, Any] = field(default_factory=dict)
    values: list[Any] | None = None
    state: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Persistent:
    """What lies outside the pickle: a storage of numbers, named by a tuple."""

    id: Any


@dataclass(frozen=True, slots=True, eq=False)
class OddKey:
    """A dict's key that is neither a text nor a small number; it is never hashed or compared."""

    value: Any


ORDERED_DICT = Global("collections", "OrderedDict")
MAPPINGS = {ORDERED_DICT, Global("collections", "defaultdict"), Global("collections", "Counter")}
SETS = {Global(module, name) for module in ("builtins", "__builtin__") for name in ("set",)}


def is_call(value: Any, module: str, name: str) -> bool:
    """Return whether a record stands for a call of one function."""
    return isinstance(value, Made) and value.by == Global(module, name)


def mapping_of(value: Any) -> dict[Any, Any] | None:
    """Return what is in a dict, or in what stands for one; None where it is something else.

    Python 2 gave an OrderedDict its items as a list of pairs.
    """
    if isinstance(value, dict):
        return value
    if not isinstance(value, Made) or not (value.by in MAPPINGS or value.is_instance):
        return None
    pairs = value.arguments[0] if value.by == ORDERED_DICT and value.arguments else []
    if not isinstance(pairs, list) or value.items:
        return value.items or None if value.is_instance else value.items
    result: dict[Any, Any] = {}
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2 or type(pair[0]) is not str:
            return None
        result[pair[0]] = pair[1]
    value.items = result  # it may be asked for once more, from many places
    return result


def is_empty(content: Any) -> bool:
    """Return whether a container holds nothing: a dict, a list, a set, an OrderedDict."""
    if isinstance(content, Made):
        arguments = content.arguments
        nothing = not arguments or (len(arguments) == 1 and arguments[0] in ([], ()))
        return nothing and not content.items and not content.values and not content.is_instance
    return isinstance(content, dict | list | tuple) and not content


def class_outside(record: Persistent) -> Global | None:
    """Return the class that the oldest format names as ``("module", class, file, source)``."""
    if type(record.id) is tuple and len(record.id) == 4 and isinstance(record.id[1], Global):
        kind = record.id[0]
        return record.id[1] if type(kind) is str and kind == "module" else None
    return None
