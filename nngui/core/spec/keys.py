"""The keys of a Spec, such as ``optimizer.lr``: in which two differ, and what each is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from nngui.core.spec.refusals import bounds_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic.fields import FieldInfo

    from nngui.core.spec.spec import Spec


def flat(spec: BaseModel, prefix: str = "") -> dict[str, Any]:
    """Return the settings of a Spec as ``{"optimizer.lr": 0.2, ...}``, in their order."""
    result: dict[str, Any] = {}
    for name in field_names(type(spec)):
        value = getattr(spec, name)
        if isinstance(value, BaseModel):
            result |= flat(value, f"{prefix}{name}.")
        else:
            result[prefix + name] = value
    return result


def field_names(part: type[BaseModel]) -> list[str]:
    """Return the fields of a part in the order of the form."""
    fields = part.model_fields
    return sorted(fields, key=lambda name: bool(_details(fields[name]).get("order_last")))


def field_info(spec_type: type[BaseModel], key: str) -> FieldInfo:
    """Return the field of a key such as ``optimizer.lr``: its title, its hint, its bounds."""
    part, _, rest = key.partition(".")
    info = spec_type.model_fields[part]
    if not rest:
        return info
    part_type = info.annotation
    assert isinstance(part_type, type)
    assert issubclass(part_type, BaseModel)
    return field_info(part_type, rest)


def field_details(spec_type: type[BaseModel], key: str) -> Mapping[str, Any]:
    """Return what `setting` noted about a key such as ``optimizer.lr``."""
    return _details(field_info(spec_type, key))


def _details(info: FieldInfo) -> Mapping[str, Any]:
    extra = info.json_schema_extra
    return extra if isinstance(extra, dict) else {}


def within_bounds(spec: Spec, key: str, value: int) -> int:
    """Return a value for a key such as ``schedule.epochs``, held at its bounds.

    It is for what the program makes larger by itself. What a user asks for is refused instead.
    """
    bounds = bounds_of(field_info(type(spec), key).metadata)
    return int(max(bounds.get("ge", value), min(value, bounds.get("le", value))))


def choice_label(spec: BaseModel, name: str) -> str:
    """Return what the present choice of a field is called, marked for translation."""
    value = getattr(spec, name)
    return str(field_details(type(spec), name)["labels"].get(value, value))


def changed_keys(old: Spec, new: Spec) -> list[str]:
    """Return the keys in which two Specs of the same task differ."""
    before, after = flat(old), flat(new)
    return [key for key in after if before[key] != after[key]]


def restart_keys(old: Spec, new: Spec) -> list[str]:
    """Return the changed keys that cannot take effect in mid-run.

    Points placed by hand can: they join the training at once. What does nothing, before and after
    the change, needs no new start either.
    """
    keys = [
        key
        for key in changed_keys(old, new)
        if not (is_inactive(old, key) and is_inactive(new, key))
    ]
    return [key for key in keys if not field_details(type(new), key).get("live")]


def fixed_keys(old: Spec, new: Spec) -> list[str]:
    """Return the changed keys with which no run goes on that was trained with the old ones.

    As `restart_keys`, but points placed by hand join whatever was learned from before.
    """
    keys = restart_keys(old, new)
    if new.data.kind == "hand":
        keys = [key for key in keys if not key.startswith("data.")]
    return keys


def affects_result(spec: Spec, key: str) -> bool:
    """Return whether a change of a key in mid-run makes a difference to the run's numbers."""
    return not (is_inactive(spec, key) or field_details(type(spec), key).get("result_neutral"))


def is_inactive(spec: Spec, key: str) -> bool:
    """Return whether a key such as ``optimizer.lr`` does nothing with the present settings."""
    return any(key == idle or key.startswith(f"{idle}.") for idle in spec.idle)
