"""Specs from and to text: TOML files, and ``--set KEY=VALUE`` of the command line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import tomli_w
from pydantic import BaseModel, ValidationError

from nngui.core.errors import SettingError
from nngui.core.spec.keys import field_details, field_info, flat
from nngui.core.spec.refusals import bounds_of, out_of_bounds, refusal, short_text, unknown_setting
from nngui.core.spec.spec import Spec
from nngui.core.spec.toml_text import read_toml
from nngui.core.text import mark

AnySpec = TypeVar("AnySpec", bound=Spec)
AnyModel = TypeVar("AnyModel", bound=BaseModel)

# A string, a key, a number, or else a word without quotes: only the last has a name.
_BARE_WORD = re.compile(
    r"""\"[^"]*"|'[^']*'|(?<![\w.-])[\w.-]++(?=\s*=)|[\d+-][\w.:+-]*|(?P<word>[^\W\d][\w.-]*)"""
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
    asked = dict(dotted(changes, base))
    for key, value in asked.items():
        part, names = values, key.split(".")
        field = field_info(type(base), key)
        if isinstance(value, bool) and field.annotation in (int, float):  # pydantic: true is 1
            raise out_of_bounds(key, value, field.annotation, bounds_of(field.metadata))
        for name in names[:-1]:
            part = part[name]
        part[names[-1]] = value
    try:
        spec = type(base).model_validate(values)
    except ValidationError as error:
        raise refusal(error, type(base)) from None
    _check_followers(spec, asked)
    return _sharing(spec, base)


def _sharing(spec: AnyModel, base: AnyModel) -> AnyModel:
    """Return the same settings with `base`'s own parts, where they are equal.

    Undo stacks and lists of runs hold thousands of settings that differ in a number or two.
    """
    if spec == base:
        return base
    parts = {name: (getattr(spec, name), getattr(base, name)) for name in type(base).model_fields}
    return spec.model_copy(  # validates nothing, and need not: the parts are equal
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
            raise SettingError(text, key=key, value=short_text(value), found=found[key])


def dotted(changes: Mapping[str, Any], base: Spec, prefix: str = "") -> Iterable[tuple[str, Any]]:
    """Yield what is asked for by its whole keys: ``optimizer.lr`` for ``{"optimizer": {"lr": ...``.

    Raises
    ------
    SettingError
        For a key that these settings do not have.
    """
    known = flat(base)
    for name, value in changes.items():
        key = prefix + name
        if key in known:
            yield key, value
        elif isinstance(value, Mapping) and any(k.startswith(f"{key}.") for k in known):
            yield from dotted(value, base, f"{key}.")
        else:
            raise unknown_setting(key, known)


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
        raise SettingError(message, text=short_text(text))
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
        return read_toml(f"value = {text}")["value"]
    except SettingError:  # also for digits or brackets beyond all bounds
        return text


def to_toml(task: str, spec: Spec) -> str:
    """Return the settings as a TOML document that `read_toml` reads back to an equal Spec."""
    return tomli_w.dumps({"task": task, **spec.model_dump(mode="json")})
