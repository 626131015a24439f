"""Specs from and to text: TOML files, and ``--set KEY=VALUE`` of the command line."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, get_args, get_origin

import tomli_w
from pydantic import BaseModel, ValidationError

from nngui.core.errors import SettingError
from nngui.core.spec.keys import field_details, field_info, flat
from nngui.core.spec.spec import Spec
from nngui.core.text import mark

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

AnySpec = TypeVar("AnySpec", bound=Spec)
AnyModel = TypeVar("AnyModel", bound=BaseModel)

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
_BOUNDS = ("ge", "gt", "le", "lt")
# A string, a key, a number, or else a word without quotes: only the last has a name.
_BARE_WORD = re.compile(
    r"""\"[^"]*"|'[^']*'|[\w.-]+(?=\s*=)|[\d+-][\w.:+-]*|(?P<word>[^\W\d][\w.-]*)"""
)


def with_settings(base: AnySpec, changes: Mapping[str, Any]) -> AnySpec:
    """Return `base` with some settings changed, all of them validated.

    Parameters
    ----------
    changes : mapping
        Nested, as in TOML (``{"optimizer": {"lr": 0.1}}``), or by dotted keys, or both.

    Raises
    ------
    SettingError
        For an unknown key or a value out of bounds, naming key, value and bounds; and for a setting
        that follows from others, when it is asked to be another than these make it.
    """
    values: dict[str, Any] = base.model_dump()
    asked = dict(_dotted(changes, base))
    for key, value in asked.items():
        part, names = values, key.split(".")
        field = field_info(type(base), key)
        if isinstance(value, bool) and field.annotation in (int, float):  # pydantic: true is 1
            raise _out_of_bounds(key, value, field.annotation, bounds_of(field.metadata))
        for name in names[:-1]:
            part = part[name]
        part[names[-1]] = value
    try:
        spec = type(base).model_validate(values)
    except ValidationError as error:
        raise _sentence(error, type(base)) from None
    _check_followers(spec, asked)
    return _sharing(spec, base)


def _sharing(spec: AnyModel, base: AnyModel) -> AnyModel:
    """Return the same settings with `base`'s own parts, where they are equal.

    Undo stacks and lists of runs hold thousands of settings that differ in a number or two.
    """
    if spec == base:
        return base
    parts = {name: (getattr(spec, name), getattr(base, name)) for name in type(base).model_fields}
    return spec.model_copy(
        update={
            name: _sharing(own, other)
            for name, (own, other) in parts.items()
            if isinstance(own, BaseModel) and type(own) is type(other)
        }
    )


def _check_followers(spec: Spec, asked: Mapping[str, Any]) -> None:
    """Refuse what was asked of a setting that follows from others, if they make it another."""
    found = flat(spec)
    for key, value in asked.items():
        if field_details(type(spec), key).get("derived") and found[key] != value:
            text = mark(
                "core",
                "{key} cannot be {value}: with these data it is {found}, whatever is asked for. "
                "Leave it out.",
            )
            raise SettingError(text, key=key, value=_short(value), found=found[key])


def _dotted(changes: Mapping[str, Any], base: Spec, prefix: str = "") -> Iterable[tuple[str, Any]]:
    known = flat(base)
    for name, value in changes.items():
        key = prefix + name
        if key in known:
            yield key, value
        elif isinstance(value, Mapping) and any(k.startswith(f"{key}.") for k in known):
            yield from _dotted(value, base, f"{key}.")
        else:
            raise _unknown(key, known)


def _unknown(key: str, known: Mapping[str, Any]) -> SettingError:
    inside = [full for full in known if full.startswith(f"{key}.")]
    if inside:
        text = mark("core", "{key} is a group of settings: set one of them, such as {near}.")
        return SettingError(text, key=key, near=inside[0])
    names = {full: full for full in known}
    names |= {full.rpartition(".")[2]: full for full in known}  # `lr` for `optimizer.lr`
    begun = [name for name in names if key and name.startswith(key)]  # `batch` for `batch_size`
    near = begun or difflib.get_close_matches(key, names, n=1, cutoff=0.5)
    if near:
        text = mark("core", "There is no setting {key}. Did you mean {near}?")
        return SettingError(text, key=key, near=names[near[0]])
    text = mark("core", "There is no setting {key}. The settings are: {known}.")
    return SettingError(text, key=key, known=", ".join(known))


def _sentence(error: ValidationError, spec_type: type[BaseModel]) -> SettingError:
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
        return SettingError(text, key=_key(place), value=_short(value), choices=choices)
    if kind == "finite_number":
        text = mark("core", "{key} is {value}, but must be a finite number.")
        return SettingError(text, key=_key(place), value=_short(value))
    if kind == "extra_forbidden":  # in a table within a list
        table, _ = _entry(spec_type, place[:-1])
        return _unknown(_key(place), {_key([*place[:-1], n]): n for n in _fields(table)})
    if kind == "missing":  # too few numbers in a point: the complaint is about the first of them
        place.pop()
    wanted, metadata = _entry(spec_type, place)
    if get_origin(wanted) is tuple and isinstance(place[-1], int):
        text = mark("core", "{key} is {value}, but must be a point, such as {example}.")
        example = str([0.5, 1.0, 0][: len(get_args(wanted))])
        return SettingError(text, key=_key(place), value=_short(value), example=example)
    if _fields(wanted):
        text = mark("core", "{key} is {value}, but must be a table of settings: {names}.")
        names = ", ".join(_fields(wanted))
        return SettingError(text, key=_key(place), value=_short(value), names=names)
    if "max_length" in context:
        text = mark("core", "{key} has too many entries: at most {most} are possible.")
        return SettingError(text, key=_key(place), most=context["max_length"])
    return _out_of_bounds(_key(place), value, wanted, bounds_of(metadata))


def _out_of_bounds(key: str, value: object, kind: object, bounds: dict[str, Any]) -> SettingError:
    """Say what kind of value a setting takes, and between which bounds."""
    text = _OUT_OF_BOUNDS[tuple(sorted(bounds))]
    names = get_args(kind) and get_origin(get_args(kind)[0]) is Literal
    name = _KINDS["names" if names else getattr(get_origin(kind) or kind, "__name__", "str")]
    return SettingError(text, key=key, value=_short(value), kind=name, **bounds)


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


def _short(value: object) -> str:
    text = repr(value) if not isinstance(value, str) else value or '""'
    text = text.lower() if isinstance(value, bool) else text
    return text if len(text) <= 60 else text[:57] + "..."


def bounds_of(metadata: Iterable[object]) -> dict[str, Any]:
    """Return the numeric bounds among a field's annotations, such as ``{"ge": 0}``."""
    return {n: getattr(m, n) for m in metadata for n in _BOUNDS if hasattr(m, n)}


def parse_assignment(text: str) -> tuple[str, Any]:
    """Read ``KEY=VALUE``; the value in TOML syntax, bare words allowed.

    Raises
    ------
    SettingError
        When there is no ``=``.
    """
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        message = mark(
            "core", "{text} is not a setting: write KEY=VALUE, such as optimizer.lr=0.05."
        )
        raise SettingError(message, text=text)
    return key.strip(), _toml_value(value.strip())


def _toml_value(text: str) -> Any:
    value = _toml_or_word(text)
    if value is not text or not text.startswith(("[", "{")):
        return value
    quoted = _toml_or_word(_BARE_WORD.sub(_quoted, text))
    if not isinstance(quoted, str):
        return quoted
    if text.startswith("[") and text.endswith("]"):  # words with spaces in them
        return [_toml_or_word(word.strip()) for word in text[1:-1].split(",") if word.strip()]
    return text


def _quoted(found: re.Match[str]) -> str:
    word = found["word"]
    return found[0] if word in (None, "true", "false", "inf", "nan") else f'"{word}"'


def _toml_or_word(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):  # also for digits or brackets beyond all bounds
        return text


def to_toml(task: str, spec: Spec) -> str:
    """Return the settings as a TOML document that `from_toml` reads back to an equal Spec."""
    return tomli_w.dumps({"task": task, **spec.model_dump(mode="json")})


def read_toml(text: str) -> dict[str, Any]:
    """Read a settings document: a nested mapping, with the task's name under ``task``.

    Raises
    ------
    SettingError
        When the text is not TOML, saying where.
    """
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        message = mark("core", "These settings are not valid TOML: {detail}.")
        raise SettingError(message, detail=str(error)) from None
