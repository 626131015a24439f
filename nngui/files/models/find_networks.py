"""Where in a file its networks are: a whole one, or parameters by name, anywhere in the nest."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from nngui.core.errors import NnguiError
from nngui.core.text import mark
from nngui.files.models.errors import PART, cut, several_networks, unsupported
from nngui.files.models.inert import Made, mapping_of
from nngui.files.models.layer_records import is_module
from nngui.files.models.notes import Note
from nngui.files.models.safetensors_format import is_tensor_name
from nngui.files.models.tensor_records import DENSE, could_be_parameter, is_tensor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USUAL = ("state_dict", "model_state_dict", "model", "net", "network")
MAX_DEPTH = 16  # containers within each other
MAX_LOOKED = 200_000  # values
MAX_PARTS = 100
PARAMETERS = ("weight", "bias")
LOSSES = "torch.nn.modules.loss"


Trail: TypeAlias = "tuple[Trail, str] | None"  # the last key, and what leads there


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A network in a file.

    Attributes
    ----------
    name : str
        The keys that lead to it, with points between them; empty where it is all that there is.
    value : Made or dict
        A module's record, or records of tensors by their names.
    beside : tuple of str
        What stands among the tensors and is none.
    """

    name: str
    value: Any
    beside: tuple[str, ...] = ()


def find_network(value: Any, wanted: str, path: Path) -> tuple[Part, list[Note]]:
    """Return the network that is meant, and what has to be said of the choice.

    Parameters
    ----------
    value : Any
        What `pickle_reader` has read.
    wanted : str
        A part's name; empty where none was asked for.

    Raises
    ------
    ModelFileError
        When there is none, none of this name, or several of which none is the usual one.
    """
    found = list(_parts(value)) or list(_mixed(value))
    if not found and any(_is_quantized(inner) for _, inner in _values(value)):
        raise unsupported(path, mark("core", "its numbers are quantized"), DENSE)
    if not found:
        raise unsupported(path, mark("core", "it holds neither a network nor parameters"))
    names = tuple(part.name for part in found)
    if wanted:
        part = next((part for part in found if part.name == wanted), None)
        if part is None:
            text = mark("core", "it has no network called {name}, but {names}")
            shown = ", ".join(cut(name) for name in names[:8]) or "–"
            raise unsupported(path, NnguiError(text, name=cut(wanted), names=shown), _ASK)
        return part, _notes(part, [part], path)
    part = found[0] if len(found) == 1 else _usual(found)
    if part is None:
        raise several_networks(path, names)
    return part, _notes(part, found, path)


_ASK = mark("core", "Leave the name out to see what there is.")


def _notes(part: Part, found: list[Part], path: Path) -> list[Note]:
    notes: list[Note] = []
    others = [cut(other.name) for other in found if other is not part]
    if part.name and others:
        text = mark(
            "core",
            "What the file holds under {name} was opened; it also has {others}: name it behind the "
            "file, as in {example}.",
        )
        example = f"{path.name}{PART}{others[0]}"
        values = {"others": ", ".join(others[:8]), "example": example}
        notes.append(Note(text, name=cut(part.name), **values))
    elif part.name:
        text = mark("core", "What the file holds under {name} was opened; the rest was left aside.")
        notes.append(Note(text, name=cut(part.name)))
    if part.beside:
        text = mark("core", "Beside the parameters the file has {names}: left aside.")
        notes.append(Note(text, names=", ".join(cut(name) for name in part.beside[:8])))
    return notes


def _usual(found: list[Part]) -> Part | None:
    """Return the network that training scripts keep under a name of these, where it is one."""
    for name in USUAL:
        for part in found:
            if part.name == name:
                return part
    deeper = [part for part in found if part.name.rpartition(".")[2] in USUAL]
    return deeper[0] if len(deeper) == 1 else None


# The walk ----------------------------------------------------------------------------------------


def _parts(value: Any) -> Iterator[Part]:
    """Yield whole networks and dicts of nothing but tensors."""
    count = 0
    for trail, inner in _values(value):
        if is_module(inner):
            if inner.by.module == LOSSES:  # it stands beside a network, and is none
                continue
            yield Part(_name(trail), inner)
        elif _is_state_dict(mapping_of(inner), at_the_top=trail is None):
            yield Part(_name(trail), mapping_of(inner))
        else:
            continue
        count += 1
        if count == MAX_PARTS:
            return


def _mixed(value: Any) -> Iterator[Part]:
    """Yield dicts in which something else stands among the parameters: a step, a loss."""
    count = 0
    for trail, inner in _values(value):
        items = mapping_of(inner)
        if not items or count == MAX_PARTS:
            continue
        tensors = {key: v for key, v in items.items() if is_tensor_name(key) and is_tensor(v)}
        if any(key.rpartition(".")[2] in PARAMETERS for key in tensors):
            beside = tuple(key if type(key) is str else "?" for key in items if key not in tensors)
            count += 1
            yield Part(_name(trail), tensors, beside)


def _name(trail: Trail) -> str:
    """Return the keys that lead to a value, with points between them."""
    keys: list[str] = []
    while trail is not None:
        trail, key = trail
        keys.append(key)
    return ".".join(reversed(keys))


def _values(value: Any) -> Iterator[tuple[Trail, Any]]:
    """Yield all containers in the nest with what leads there, those outside first, each once."""
    waiting: deque[tuple[Trail, Any, int]] = deque([(None, value, 0)])
    seen: set[int] = set()
    for _ in range(MAX_LOOKED):
        if not waiting:
            return
        trail, inner, depth = waiting.popleft()
        if id(inner) in seen:
            continue
        seen.add(id(inner))
        yield trail, inner
        if depth < MAX_DEPTH:
            for key, below in _below(inner):
                if _holds_something(below):
                    waiting.append(((trail, key), below, depth + 1))


def _holds_something(value: Any) -> bool:
    if isinstance(value, Made):
        return bool(value.items or value.arguments or value.state)
    return isinstance(value, dict | list | tuple) and bool(value)


def _below(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what is in a container; what a network, a tensor or an optimizer has is its own."""
    if is_module(value) or is_tensor(value):
        return
    items = mapping_of(value)
    if items is None and isinstance(value, Made) and value.by.package != "torch":
        items = value.state if isinstance(value.state, dict) else None  # an object's attributes
    if items is not None:
        if not _is_optimizer(items) and not _is_state_dict(items, at_the_top=True):
            for key, below in items.items():
                if type(key) is str and 0 < len(key) <= 200:
                    yield key, below
                elif type(key) is int:
                    yield str(key), below
    elif isinstance(value, list | tuple):
        yield from ((str(number), below) for number, below in enumerate(value))


def _is_quantized(value: Any) -> bool:
    """Return whether these are the parameters of layers that were quantized."""
    return any(type(k) is str and k.endswith("_packed_params") for k in mapping_of(value) or ())


def _is_optimizer(items: dict[Any, Any]) -> bool:
    return "state" in items and "param_groups" in items


def _is_state_dict(items: dict[Any, Any] | None, *, at_the_top: bool) -> bool:
    """Return whether there is nothing but tensors by name; below the top, some of numbers."""
    if not items or not all(is_tensor_name(k) and is_tensor(v) for k, v in items.items()):
        return False
    return at_the_top or any(could_be_parameter(v) for v in items.values())
