"""Why settings are refused, in a sentence: what pydantic complains of, with key, value, bounds."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel

from nngui.core.errors import SettingError
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic import ValidationError
    from pydantic.fields import FieldInfo

_KINDS = {
    "int": mark("core", "a whole number"),
    "float": mark("core", "a number"),
    "bool": mark("core", "true or false"),
    "tuple": mark("core", "a list, such as [10] or [20, 20]"),
    "str": mark("core", "a word"),
    "names": mark("core", "a list, such as [sgd, momentum, adam]"),
}
# By which bounds a setting has: each of them inclusive, or not.
_OUT_OF_BOUNDS = {
    (): mark("core", "{key} is {value}, but must be {kind}."),
    ("ge",): mark("core", "{key} is {value}, but must be {kind}, at least {ge}."),
    ("ge", "le"): mark("core", "{key} is {value}, but must be {kind} from {ge} to {le}."),
    ("gt", "le"): mark("core", "{key} is {value}, but must be {kind} above {gt}, at most {le}."),
    ("ge", "lt"): mark("core", "{key} is {value}, but must be {kind} from {ge} to below {lt}."),
}
MAX_WORD = 80  # characters of a name from outside that a sentence quotes
HUGE = mark("core", "a number of thousands of digits")
_BOUNDS = ("ge", "gt", "le", "lt")


def refusal(error: ValidationError, spec_type: type[BaseModel]) -> SettingError:
    """Turn pydantic's first complaint into one sentence with key, value and bounds."""
    details = error.errors(include_url=False)[0]
    place, kind = [*details["loc"]], details["type"]
    value, context = details["input"], details.get("ctx", {})
    own = context.get("error")
    if isinstance(own, SettingError):
        return own
    if kind == "literal_error":
        choices = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        text = mark("core", "{key} is {value}, but must be one of: {choices}.")
        return SettingError(text, key=_key(place), value=short_text(value), choices=choices)
    if kind == "finite_number":
        text = mark("core", "{key} is {value}, but must be a finite number.")
        return SettingError(text, key=_key(place), value=short_text(value))
    if kind == "extra_forbidden":  # in a table within a list
        table, _ = _entry(spec_type, place[:-1])
        return unknown_setting(_key(place), {_key([*place[:-1], n]): n for n in _fields(table)})
    if kind == "missing":  # too few numbers in a point: the complaint is about the first of them
        place.pop()
    wanted, metadata = _entry(spec_type, place)
    if get_origin(wanted) is tuple and isinstance(place[-1], int):
        text = mark("core", "{key} is {value}, but must be a point, such as {example}.")
        example = str([0.5, 1.0, 0][: len(get_args(wanted))])
        return SettingError(text, key=_key(place), value=short_text(value), example=example)
    if _fields(wanted):
        text = mark("core", "{key} is {value}, but must be a table of settings: {names}.")
        names = ", ".join(_fields(wanted))
        return SettingError(text, key=_key(place), value=short_text(value), names=names)
    if "max_length" in context:
        text = mark("core", "{key} has too many entries: at most {most} are possible.")
        return SettingError(text, key=_key(place), most=context["max_length"])
    return out_of_bounds(_key(place), value, wanted, bounds_of(metadata))


def unknown_setting(key: str, known: Mapping[str, Any]) -> SettingError:
    """Say that there is no such setting, and which one may be meant."""
    quoted = key if len(key) <= MAX_WORD else f"{key[: MAX_WORD - 3]}..."
    inside = [full for full in known if full.startswith(f"{key}.")]
    if inside:
        text = mark("core", "{key} is a group of settings: set one of them, such as {near}.")
        return SettingError(text, key=quoted, near=inside[0])
    names = {full: full for full in known}
    names |= {full.rpartition(".")[2]: full for full in known}  # `lr` for `optimizer.lr`
    begun = [name for name in names if key and name.startswith(key)]  # `batch` for `batch_size`
    near = begun or difflib.get_close_matches(quoted, names, n=1, cutoff=0.5)
    if near:
        text = mark("core", "There is no setting {key}. Did you mean {near}?")
        return SettingError(text, key=quoted, near=names[near[0]])
    text = mark("core", "There is no setting {key}. The settings are: {known}.")
    return SettingError(text, key=quoted, known=", ".join(known))


def out_of_bounds(key: str, value: object, kind: object, bounds: dict[str, Any]) -> SettingError:
    """Say what kind of value a setting takes, and between which bounds."""
    text = _OUT_OF_BOUNDS[tuple(sorted(bounds))]
    names = get_args(kind) and get_origin(get_args(kind)[0]) is Literal
    name = _KINDS["names" if names else getattr(get_origin(kind) or kind, "__name__", "str")]
    return SettingError(text, key=key, value=short_text(value), kind=name, **bounds)


def bounds_of(metadata: Iterable[object]) -> dict[str, Any]:
    """Return the numeric bounds among a field's annotations, such as ``{"ge": 0}``."""
    return {n: getattr(m, n) for m in metadata for n in _BOUNDS if hasattr(m, n)}


def _key(place: Sequence[int | str]) -> str:
    """Return a place as it is written: ``optimizer.lr``, ``data.placed[3][1]``."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return "".join(parts).removeprefix(".")


def _fields(kind: object) -> dict[str, FieldInfo]:
    """Return the fields of a table of settings; none for any other type."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.model_fields
    return {}


def _entry(kind: object, place: Sequence[int | str]) -> tuple[object, list[Any]]:
    """Return the type and the constraints of a setting, or of an entry within a list."""
    metadata: list[Any] = []
    for part in place:
        if isinstance(part, str):
            info = _fields(kind)[part]
            kind, metadata = info.annotation, info.metadata
            continue
        inner = get_args(kind)
        kind, metadata = inner[0 if Ellipsis in inner else part], []
        if get_origin(kind) is Annotated:
            kind, info = get_args(kind)
            metadata = info.metadata
    return kind, metadata


def short_text(value: object) -> str:
    """Return a value as a sentence quotes it: not longer than 60 characters."""
    try:
        text = repr(value) if not isinstance(value, str) else value or '""'
    except ValueError:  # Python writes out no number of more than 4,300 digits
        return HUGE
    text = text.lower() if isinstance(value, bool) else text
    return text if len(text) <= 60 else text[:57] + "..."
