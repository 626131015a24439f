"""Specs from and to text: TOML files, and ``--set KEY=VALUE`` of the command line."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import tomli_w
from pydantic import BaseModel, ValidationError

from nngui.core.errors import SettingError
from nngui.core.spec import Spec, flat
from nngui.core.text import mark

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

AnySpec = TypeVar("AnySpec", bound=Spec)

_KINDS = {
    "int": mark("core", "a whole number"),
    "float": mark("core", "a number"),
    "bool": mark("core", "true or false"),
    "tuple": mark("core", "a list, such as [10] or [20, 20]"),
    "string": mark("core", "a word"),
    "model": mark("core", "a group of settings"),
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


def with_settings(base: AnySpec, changes: Mapping[str, Any]) -> AnySpec:
    """Return `base` with some settings changed, all of them validated.

    Parameters
    ----------
    changes : mapping
        Nested, as in TOML (``{"optimizer": {"lr": 0.1}}``), or by dotted keys, or both.

    Raises
    ------
    SettingError
        For an unknown key or a value out of bounds, naming key, value and bounds.
    """
    values: dict[str, Any] = base.model_dump()
    for key, value in _dotted(changes, base):
        part, names = values, key.split(".")
        for name in names[:-1]:
            part = part[name]
        part[names[-1]] = value
    try:
        return type(base).model_validate(values)
    except ValidationError as error:
        raise _sentence(error, type(base)) from None


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
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    if not near:  # `lr` for `optimizer.lr`
        near = [full for full in known if full.rpartition(".")[2] == key]
    if near:
        text = mark("core", "There is no setting {key}. Did you mean {near}?")
        return SettingError(text, key=key, near=near[0])
    text = mark("core", "There is no setting {key}. The settings are: {known}.")
    return SettingError(text, key=key, known=", ".join(known))


def _sentence(error: ValidationError, spec_type: type[BaseModel]) -> SettingError:
    """Turn pydantic's first complaint into one sentence with key, value and bounds."""
    details = error.errors(include_url=False)[0]
    names, index = [], ""
    for place in details["loc"]:
        if isinstance(place, int):
            index = f"[{place}]"
            break
        names.append(str(place))
    key = ".".join(names)
    value, context, kind = _short(details["input"]), details.get("ctx", {}), details["type"]
    own = context.get("error")
    if isinstance(own, SettingError):
        return own
    if kind == "literal_error":
        choices = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        return SettingError(
            mark("core", "{key} is {value}, but must be one of: {choices}."),
            key=key + index,
            value=value,
            choices=choices,
        )
    if kind == "finite_number":
        text = mark("core", "{key} is {value}, but must be a finite number.")
        return SettingError(text, key=key + index, value=value)
    if "max_length" in context:
        text = mark("core", "{key} has too many entries: at most {most} are possible.")
        return SettingError(text, key=key, most=context["max_length"])
    field = _field(spec_type, names)
    if index and names[-1] == "placed":
        text = mark("core", "{key} is {value}, but must be a point, such as [0.5, 1.0].")
        return SettingError(text, key=key + index, value=value)
    bounds = bounds_of(field.metadata)
    if index:  # an entry of a list has bounds of its own
        bounds = {name: limit for name, limit in context.items() if name in _BOUNDS}
    wanted = kind.removesuffix("_type").removesuffix("_parsing").removesuffix("_from_float")
    if wanted not in _KINDS:
        wanted = "float" if field.annotation is float else "int"
    text = _OUT_OF_BOUNDS[tuple(sorted(bounds))]
    return SettingError(text, key=key + index, value=value, kind=_KINDS[wanted], **bounds)


def _short(value: object) -> str:
    text = repr(value) if not isinstance(value, str) else value or '""'
    return text if len(text) <= 60 else text[:57] + "..."


def _field(spec_type: type[BaseModel], names: list[str]) -> FieldInfo:
    """Return the field at a path of names."""
    info = spec_type.model_fields[names[0]]
    for name in names[1:]:
        inner = info.annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            break
        info = inner.model_fields[name]
    return info


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
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        pass
    if text.startswith("[") and text.endswith("]"):
        return [_toml_value(word.strip()) for word in text[1:-1].split(",") if word.strip()]
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
    except tomllib.TOMLDecodeError as error:
        message = mark("core", "These settings are not valid TOML: {detail}.")
        raise SettingError(message, detail=str(error)) from None
