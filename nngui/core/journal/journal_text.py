"""A journal as text: TOML that a person can read, and other programs too.

``docs/run_files.md`` describes it. It is read within bounds, and nothing of it is run: what it says
is compared with what a run can be before it becomes one.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import tomli_w
from pydantic import BaseModel

from nngui.core.errors import FileError, SettingError
from nngui.core.journal.edit import DeviceEdit, Edit, EngineEdit, SettingsEdit, WeightEdit
from nngui.core.journal.journal import MAX_EDITS, Journal
from nngui.core.spec.keys import fixed_keys
from nngui.core.spec.refusals import short_text
from nngui.core.spec.schedule import MAX_STEPS
from nngui.core.spec.toml import dotted, with_settings
from nngui.core.spec.toml_text import Bounds, read_toml
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nngui.core.arrays import Floats
    from nngui.core.spec import Spec

FORMAT, VERSION = "nngui run", 1
MAX_TEXT_BYTES = 4_000_000
BOUNDS = Bounds(
    characters=MAX_TEXT_BYTES,
    lines=400_000,
    headers=MAX_EDITS + 100,
    keys=50_000,
    values=400_000,
)
HEAD = """\
# A run of nngui: what it began with, and each change with the number of steps done before it.
# To have it again: nngui replay FILE. The format: docs/run_files.md.

"""
MAX_WORD = 100  # characters of a version, or a column
MAX_NETWORKS = 100
MAX_WEIGHT = 2**128  # which float32 cannot hold
MAX_INDICES = 8  # of a place in a tensor
DEVICE = re.compile(r"[a-z]{2,8}(:[0-9]{1,3})?")
CHECKSUM = re.compile(r"([0-9a-f]{64})?")
NAME = re.compile(r"[\w.]{1,200}")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
DAMAGED = mark("core", "This is no run that can be read. {why}")
_NOT_SO = mark("core", "{name} is not what it has to be.")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a run beside its journal; empty where it is not.

    Attributes
    ----------
    losses : str
        The checksum of its losses (see `checksum_of`).
    columns : tuple of str
        Which of its columns those are.
    data, parameters : str
        The SHA-256 of the data and of the parameters that it began with.
    nngui, torch : str
        The versions that trained it.
    """

    losses: str = ""
    columns: tuple[str, ...] = ()
    data: str = ""
    parameters: str = ""
    nngui: str = ""
    torch: str = ""


UNKNOWN = Facts()


@dataclass(frozen=True, slots=True)
class JournalFile:
    """What a file says of a run: what happened to it, how many steps it had, what else is known."""

    journal: Journal
    steps: int
    facts: Facts = UNKNOWN


def bytes_of(losses: Floats) -> bytes:
    """Return losses, shape (steps, networks), as float64 in little-endian order, all NaNs alike."""
    values = np.array(losses, "<f8", order="C")
    values[np.isnan(values)] = np.nan
    return values.tobytes()


def checksum_of(losses: Floats) -> str:
    """Return the SHA-256 of losses, shape (steps, networks) (see `bytes_of`)."""
    return hashlib.sha256(bytes_of(losses)).hexdigest()


# Written -----------------------------------------------------------------------------------------


def to_text(journal: Journal, steps: int, facts: Facts = UNKNOWN) -> str:
    """Return a journal as a TOML document that `read_text` reads back to an equal one."""
    about = {"format": f"{FORMAT} {VERSION}", "task": journal.task, "steps": steps}
    about |= {"device": journal.device}
    about |= {"known_from": journal.known_from} if journal.known_from else {}
    known = {
        "nngui": facts.nngui,
        "torch": facts.torch,
        "losses_of": facts.columns,
        "losses_sha256": facts.losses,
        "data_sha256": facts.data,
        "parameters_sha256": facts.parameters,
    }
    about |= {name: value for name, value in known.items() if value}
    lines = [*_table("", about | {"settings": journal.spec.model_dump(mode="json")})]
    for edit in journal.edits:
        lines += ["", "[[edits]]", f"after = {edit.step}", *_written(edit)]
    return HEAD + "\n".join(lines) + "\n"


def _table(name: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a table: its values first, then the tables in it."""
    inner = {key: value for key, value in values.items() if isinstance(value, dict)}
    if name:
        yield f"\n[{name}]"
    for key, value in values.items():
        if key not in inner:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in inner.items():
        yield from _table(f"{name}.{_key(key)}" if name else _key(key), value)


def _written(edit: Edit) -> list[str]:
    if isinstance(edit, SettingsEdit):
        revived = [f"revived = {_value(edit.revived)}"] if edit.revived else []
        return [f"settings = {_value(dict(edit.values))}", *revived]
    if isinstance(edit, EngineEdit):
        return [f"engine = {_value(edit.engine)}"]
    if isinstance(edit, DeviceEdit):
        return [f"device = {_value(edit.device)}"]
    weight = {"network": edit.variant, "parameter": edit.parameter, "place": edit.index}
    weight |= {"value": edit.value} | ({"of_best": True} if edit.of_best else {})
    return [f"weight = {_value(weight)}"]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _value(name)


def _value(value: Any) -> str:
    """Return a value on one line, as TOML has it; a float reads back to the last bit."""
    if isinstance(value, BaseModel):  # a layer in a list of layers
        value = value.model_dump(mode="json")
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_key(name)} = {_value(one)}' for name, one in value.items())}}}"
    return tomli_w.dumps({"v": value}).removeprefix("v = ").rstrip("\n")


# Read --------------------------------------------------------------------------------------------


def read_text(text: str, specs: Mapping[str, Spec]) -> JournalFile:
    """Read what `to_text` wrote, or somebody by hand; nothing in it is run.

    Parameters
    ----------
    specs : mapping of str to Spec
        The tasks' own settings by their names: what a text leaves out is as there.

    Raises
    ------
    FileError
        When it is no such text, or of another version: says what is wrong with it.
    """
    try:
        return _read(read_toml(text, BOUNDS), specs)
    except SettingError as error:
        raise FileError(DAMAGED, why=error) from error


def _read(content: dict[str, Any], specs: Mapping[str, Spec]) -> JournalFile:
    _check_format(content.pop("format", None))
    task = _word(content.pop("task", None), "task")
    if task not in specs:
        raise SettingError(mark("core", "There is no such task."))
    steps = _count(content.pop("steps", None), "steps", MAX_STEPS)
    known_from = _count(content.pop("known_from", 0), "known_from", steps)
    device = _matching(DEVICE, content.pop("device", None), "device")
    spec = with_settings(specs[task], _mapping(content.pop("settings", {}), "settings"))
    edits = _edits(content.pop("edits", []), spec, steps)
    if edits and edits[0].step < known_from:
        raise SettingError(_NOT_SO, name="known_from")
    facts = _facts(content)
    if content:  # a part that makes a difference has another version
        text = mark("core", "It has a part {name}, which is not known here.")
        raise SettingError(text, name=short_text(next(iter(content))))
    return JournalFile(_journal(task, spec, device, edits, known_from), steps, facts)


def _check_format(found: object) -> None:
    known = f"{FORMAT} {VERSION}"
    if found == known:
        return
    if isinstance(found, str) and found.startswith(f"{FORMAT} "):
        text = mark("core", "It is of another version of the program: {found}, and not {known}.")
        raise SettingError(text, found=short_text(found), known=known)
    text = mark("core", 'It has no line format = "{known}".')
    raise SettingError(text, known=known)


def _journal(
    task: str, spec: Spec, device: str, edits: tuple[Edit, ...], known_from: int
) -> Journal:
    """Return the journal, if each edit can be one of a run on its way."""
    try:
        journal = Journal(task, spec, device, edits, known_from)
    except SettingError:
        _check_each(spec, edits)
        raise
    for edit, before, behind in zip(edits, (spec, *journal.specs), journal.specs, strict=False):
        if keys := fixed_keys(before, behind):
            text = mark("core", "{keys} cannot change in mid-run, as after step {step}.")
            raise SettingError(text, keys=", ".join(keys), step=f"{edit.step:,}")
    return journal


def _check_each(spec: Spec, edits: tuple[Edit, ...]) -> None:
    """Say of which edit the settings are none."""
    for edit in edits:
        if isinstance(edit, SettingsEdit) and edit.values:
            try:
                spec = with_settings(spec, edit.values)
            except SettingError as error:
                text = mark("core", "Of what changed after step {step}: {why}")
                raise SettingError(text, step=f"{edit.step:,}", why=error) from error


def _edits(found: object, spec: Spec, steps: int) -> tuple[Edit, ...]:
    if not isinstance(found, list):
        raise SettingError(_NOT_SO, name="edits")
    if len(found) > MAX_EDITS:
        text = mark("core", "It has more than {most} edits.")
        raise SettingError(text, most=f"{MAX_EDITS:,}")
    edits: list[Edit] = []
    for one in found:
        edit = _edit(dict(_mapping(one, "edits")), spec)
        if edit.step > steps:
            text = mark("core", "An edit after step {step} lies behind its end, at step {steps}.")
            raise SettingError(text, step=f"{edit.step:,}", steps=f"{steps:,}")
        if edits and edit.step < edits[-1].step:
            text = mark("core", "Its edits are out of order: {step} comes behind {last}.")
            raise SettingError(text, step=f"{edit.step:,}", last=f"{edits[-1].step:,}")
        edits.append(edit)
    return tuple(edits)


def _edit(one: dict[str, Any], spec: Spec) -> Edit:
    step = _count(one.pop("after", None), "edits.after", MAX_STEPS)
    revived = _counts(one.pop("revived", []), "edits.revived", MAX_NETWORKS, MAX_NETWORKS)
    if len(one) != 1 or (revived and "settings" not in one):
        text = mark("core", "An edit after step {step} is not one of a kind.")
        raise SettingError(text, step=f"{step:,}")
    ((kind, what),) = one.items()
    if kind == "settings":
        asked = dotted(_mapping(what, "edits.settings"), spec)
        return SettingsEdit(step, {key: _fixed(value) for key, value in asked}, revived)
    if kind == "engine" and what in ("torch", "turbo"):
        return EngineEdit(step, what)
    if kind == "device":
        return DeviceEdit(step, _matching(DEVICE, what, "edits.device"))
    if kind == "weight":
        return _weight(step, dict(_mapping(what, "edits.weight")))
    raise SettingError(_NOT_SO, name=short_text(f"edits.{kind}"))


def _weight(step: int, what: dict[str, Any]) -> WeightEdit:
    network = _count(what.pop("network", None), "edits.weight.network", MAX_NETWORKS)
    name = _matching(NAME, what.pop("parameter", None), "edits.weight.parameter")
    index = _counts(what.pop("place", None), "edits.weight.place", MAX_INDICES, 2**31)
    value, of_best = what.pop("value", None), what.pop("of_best", False)
    if type(value) not in (int, float) or not abs(value) < MAX_WEIGHT:
        raise SettingError(_NOT_SO, name="edits.weight.value")
    if not isinstance(of_best, bool) or what:
        raise SettingError(_NOT_SO, name="edits.weight")
    return WeightEdit(step, network, name, index, float(value), of_best)


def _facts(content: dict[str, Any]) -> Facts:
    columns = content.pop("losses_of", [])
    if not isinstance(columns, list) or len(columns) > MAX_NETWORKS:
        raise SettingError(_NOT_SO, name="losses_of")
    sums = ("losses_sha256", "data_sha256", "parameters_sha256")
    losses, data, parameters = (_matching(CHECKSUM, content.pop(n, ""), n) for n in sums)
    nngui, torch = (_word(content.pop(name, ""), name) for name in ("nngui", "torch"))
    columns = tuple(_word(name, "losses_of") for name in columns)
    return Facts(losses, columns, data, parameters, nngui, torch)


def _fixed(value: Any) -> Any:
    """Return a value as a Spec has it: lists as tuples."""
    return tuple(map(_fixed, value)) if isinstance(value, list) else value


def _mapping(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise SettingError(_NOT_SO, name=name)
    return value


def _word(value: object, name: str) -> str:
    if not isinstance(value, str) or len(value) > MAX_WORD:
        raise SettingError(_NOT_SO, name=name)
    return value


def _matching(pattern: re.Pattern[str], value: object, name: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise SettingError(_NOT_SO, name=name)
    return value


def _counts(values: object, name: str, longest: int, most: int) -> tuple[int, ...]:
    if not isinstance(values, list) or len(values) > longest:
        raise SettingError(_NOT_SO, name=name)
    return tuple(_count(value, name, most) for value in values)


def _count(value: object, name: str, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        text = mark("core", "{name} is not a whole number from 0 to {most}.")
        raise SettingError(text, name=name, most=f"{most:,}")
    return value
