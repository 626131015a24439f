"""A journal as text: TOML that a person can read, and other programs too.

The settings stand as in a settings file, each edit behind the step where it took effect. A checksum
of the rows tells whether a run that was taken again gave the same numbers.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import tomli_w

from nngui.core.errors import FileError, SettingError
from nngui.core.journal.edit import DeviceEdit, Edit, EngineEdit, SettingsEdit, WeightEdit
from nngui.core.journal.journal import MAX_EDITS, Journal
from nngui.core.spec.keys import flat
from nngui.core.spec.toml import with_settings
from nngui.core.spec.toml_text import read_toml
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nngui.core.arrays import Floats
    from nngui.core.spec import Spec

FORMAT = "nngui run 1"
MAX_STEPS = 2**53  # that are exact as a float
DEVICE = re.compile(r"[a-z]{2,8}(:\d{1,3})?")
CHECKSUM = re.compile(r"[0-9a-f]{64}")
NAME = re.compile(r"[\w.]{1,200}")
DAMAGED = mark("core", "This is no run that can be read: {why}.")


@dataclass(frozen=True)
class JournalFile:
    """What a file says of a run.

    Attributes
    ----------
    journal : Journal
        What happened to it.
    steps : int
        How many steps it had.
    checksum : str
        Of its rows (see `checksum_of`); empty: not known.
    torch : str
        The version of PyTorch that took the steps; empty: not known.
    """

    journal: Journal
    steps: int
    checksum: str = ""
    torch: str = ""


def checksum_of(rows: Floats) -> str:
    """Return the SHA-256 of rows, shape (steps, columns), as float64 in little-endian order."""
    values = np.ascontiguousarray(rows, "<f8").copy()
    values[np.isnan(values)] = np.nan  # of many kinds of NaN one
    return hashlib.sha256(values.tobytes()).hexdigest()


# Written -----------------------------------------------------------------------------------------


def to_text(journal: Journal, steps: int, checksum: str = "", torch: str = "") -> str:
    """Return a journal as a TOML document that `read_text` reads back to an equal one."""
    about = {"format": FORMAT, "task": journal.task, "steps": steps, "device": journal.device}
    about |= {"losses_sha256": checksum} if checksum else {}
    about |= {"torch": torch} if torch else {}
    about |= {"known_from": journal.known_from} if journal.known_from else {}
    settings = {"settings": journal.spec.model_dump(mode="json")}
    specs = [journal.first(i + 1).now for i in range(len(journal.edits))]
    edits = [_written(edit, spec) for edit, spec in zip(journal.edits, specs, strict=True)]
    return tomli_w.dumps(about | settings | ({"edits": edits} if edits else {}))


def _written(edit: Edit, spec: Spec) -> dict[str, Any]:
    place = {"after": edit.step}
    if isinstance(edit, SettingsEdit):
        values = flat_json(spec)
        found = {"settings": {key: values[key] for key in edit.keys}}
        return place | found | ({"revived": list(edit.revived)} if edit.revived else {})
    if isinstance(edit, EngineEdit):
        return place | {"engine": edit.engine}
    if isinstance(edit, DeviceEdit):
        return place | {"device": edit.device}
    weight = {"network": edit.variant, "parameter": edit.parameter, "place": list(edit.index)}
    weight |= {"value": edit.value} | ({"of_best": True} if edit.of_best else {})
    return place | {"weight": weight}


def flat_json(spec: Spec) -> dict[str, Any]:
    """Return all settings by their keys, each as TOML has it."""
    values: dict[str, Any] = {}
    for key in flat(spec):
        part: Any = spec.model_dump(mode="json")
        for name in key.split("."):
            part = part[name]
        values[key] = part
    return values


# Read --------------------------------------------------------------------------------------------


def read_text(text: str, specs: Mapping[str, Spec]) -> JournalFile:
    """Read what `to_text` wrote; nothing in it is run.

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
        return _read(read_toml(text), specs)
    except SettingError as error:
        raise FileError(DAMAGED, why=str(error).rstrip(".")) from error
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        why = mark("core", "its parts are not those of a run")
        raise FileError(DAMAGED, why=why) from error


def _read(content: dict[str, Any], specs: Mapping[str, Spec]) -> JournalFile:
    if content["format"] != FORMAT:
        raise FileError(DAMAGED, why=mark("core", "it is of another version of the program"))
    task = content["task"]
    if task not in specs:
        raise FileError(DAMAGED, why=mark("core", "there is no such task"))
    spec = with_settings(specs[task], content["settings"])
    steps, known_from = _count(content["steps"]), _count(content.get("known_from", 0))
    edits = _edits(content.get("edits", []))
    if any(edit.step > steps for edit in edits):
        raise FileError(DAMAGED, why=mark("core", "an edit lies behind its end"))
    journal = Journal(task, spec, _matching(DEVICE, content["device"]), edits, known_from)
    checksum = content.get("losses_sha256", "")
    torch = str(content.get("torch", ""))[:40]
    return JournalFile(journal, steps, checksum and _matching(CHECKSUM, checksum), torch)


def _edits(found: Sequence[Mapping[str, Any]]) -> tuple[Edit, ...]:
    if len(found) > MAX_EDITS:
        raise FileError(DAMAGED, why=mark("core", "it has too many edits"))
    edits = tuple(map(_edit, found))
    if list(edits) != sorted(edits, key=lambda edit: edit.step):
        raise FileError(DAMAGED, why=mark("core", "its edits are out of order"))
    return edits


def _edit(one: Mapping[str, Any]) -> Edit:
    step = _count(one["after"])
    (kind,) = one.keys() - {"after", "revived"}
    what = one[kind]
    if kind == "settings":
        return SettingsEdit(step, dict(what), tuple(map(_count, one.get("revived", []))))
    if "revived" in one:
        raise ValueError("only other settings revive")
    if kind == "engine" and what in ("torch", "turbo"):
        return EngineEdit(step, what)
    if kind == "device":
        return DeviceEdit(step, _matching(DEVICE, what))
    if kind != "weight":
        raise ValueError("an edit of no kind")
    place = tuple(_count(number) for number in what["place"])
    value = what["value"]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("no number")
    name = _matching(NAME, what["parameter"])
    of_best = what.get("of_best", False)
    if not isinstance(of_best, bool):
        raise TypeError("neither true nor false")
    return WeightEdit(step, _count(what["network"]), name, place, float(value), of_best)


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value < MAX_STEPS:
        raise ValueError("no count")
    return value


def _matching(pattern: re.Pattern[str], value: str) -> str:
    if not pattern.fullmatch(value):
        raise ValueError("not as it is written")
    return value
