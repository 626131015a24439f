"""What ``--edit "50: optimizer.lr=0.05"`` asks for: changes of a run on its way.

Torch takes seconds to import, so only what can be known without it is said here; what the run
itself refuses, `headless_edits.rehearse` says.
"""

from __future__ import annotations

import math
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nngui.core.errors import NnguiError, SettingError
from nngui.core.journal.edit import EngineEdit, SettingsEdit, WeightEdit
from nngui.core.spec.keys import changed_keys, field_details, fixed_keys, flat, is_inactive
from nngui.core.spec.refusals import short_text
from nngui.core.spec.schedule import MAX_STEPS
from nngui.core.spec.toml import parse_assignment, with_settings
from nngui.terminal import warn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nngui.core.journal.edit import Edit, EngineName
    from nngui.core.journal.journal import Journal
    from nngui.core.spec import Spec

ENGINES: dict[str, EngineName] = {"torch": "torch", "turbo": "turbo"}
ENGINE, WEIGHT = "engine", "weight."
EXAMPLE = '"50: optimizer.lr=0.05"'
_STEP = re.compile(r"\s*([+-]?[0-9]{1,20})\s*")
# The network, the parameter's name, and the place in it: weight.0.hidden.weight[2,0]
_PLACE = re.compile(r"weight\.([0-9]{1,3})\.([\w.]{1,200})\[([0-9, ]{1,100})\]")
# A string, a bracket, a comma, or else all up to the next of these.
_PIECE = re.compile(r"""\"(?:[^"\\]|\\.)*+\"|'[^']*+'|[\[\]{},]|[^"'\[\]{},]++|.""", re.DOTALL)


def parse_edits(texts: Sequence[str]) -> tuple[Edit, ...]:
    """Read all ``--edit`` options: those of one step together, the first step first.

    Raises
    ------
    SettingError
        When one is not written as an edit is, or asks for what another one asks for.
    """
    asked: dict[int, _Asked] = {}
    for text in texts:
        step, items = _split(text)
        of_step = asked.setdefault(step, _Asked(step))
        for item in items:
            with at_step(step):
                of_step.take(*parse_assignment(item.strip()))
    return tuple(edit for step in sorted(asked) for edit in asked[step].edits())


def check_settings(spec: Spec, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return the edits with their settings as a Spec has them, if all can take effect in mid-run.

    What changes nothing is left out of them, and it is said.

    Parameters
    ----------
    spec : Spec
        What is in force before the first of them.

    Raises
    ------
    SettingError
        For an unknown key, a value out of bounds, or a setting that needs a new start.
    """
    checked: list[Edit] = []
    for edit in edits:
        if not isinstance(edit, SettingsEdit):
            checked.append(edit)
            continue
        with at_step(edit.step):
            changed = _changed(spec, edit.values)
        if keys := changed_keys(spec, changed):
            _tell_idle(edit.step, [key for key in keys if _is_idle(changed, key)])
            values = flat(changed)
            checked.append(SettingsEdit(edit.step, {key: values[key] for key in keys}))
        else:
            named = ", ".join(edit.values)
            warn(f"nngui: At step {edit.step:,}: {named} is so already, and nothing changes.")
        spec = changed
    return tuple(checked)


def _is_idle(spec: Spec, key: str) -> bool:
    """Return whether a setting does nothing with its neighbours as they are."""
    values, group = flat(spec), key.rpartition(".")[0]
    when = field_details(type(spec), key).get("when") or {}
    neighbours = {f"{group}.{name}": wanted for name, wanted in when.items()}
    return is_inactive(spec, key) or any(
        values[name] not in wanted for name, wanted in neighbours.items() if name in values
    )


def _tell_idle(step: int, keys: Sequence[str]) -> None:
    if keys:
        warn(
            f"nngui: At step {step:,}: {', '.join(keys)} does nothing with the other settings as "
            "they are."
        )


def still_to_come(
    journal: Journal, step: int, edits: Sequence[Edit]
) -> tuple[tuple[Edit, ...], str]:
    """Return the edits that a run which goes on has before it, and its engine by those behind it.

    What was made already, when the same was asked for, is left out: the command that goes on with a
    run may be the one that began it.

    Parameters
    ----------
    step : int
        How many steps the run has done.

    Raises
    ------
    SettingError
        For an edit behind the run that was not made.
    """
    left: list[Edit] = []
    engine = ""
    for edit in edits:
        if edit.step <= step and _is_made(journal, edit):
            engine = edit.engine if isinstance(edit, EngineEdit) else engine
        elif edit.step < step:
            text = "the run has done {steps} steps, and this was not changed there. Leave it out."
            with at_step(edit.step):
                raise SettingError(text, steps=f"{step:,}")
        else:
            left.append(edit)
    return tuple(left), engine


def _is_made(journal: Journal, edit: Edit) -> bool:
    """Return whether a run has been changed so at that step."""
    if isinstance(edit, SettingsEdit):
        spec = journal.spec_at(edit.step + 1)
        return with_settings(spec, edit.values) == spec
    if isinstance(edit, EngineEdit):
        return journal.engine_at(edit.step + 1) == edit.engine
    return edit in journal.edits_at(edit.step)


@contextmanager
def at_step(step: int) -> Iterator[None]:
    """Have a refusal say at which step the edit stands that it is about."""
    try:
        yield
    except NnguiError as error:
        raise SettingError("At step {step}: {why}", step=step, why=error) from error


class _Asked:
    """What is asked for at one step: settings, weights by hand, and an engine, in this order."""

    def __init__(self, step: int) -> None:
        self._step = step
        self._settings: dict[str, Any] = {}
        self._weights: dict[tuple[int, str, tuple[int, ...]], float] = {}
        self._engine: EngineName | None = None

    def take(self, key: str, value: Any) -> None:
        if key == ENGINE:
            _once(key, is_new=not self._engine)
            self._engine = _engine(value)
        elif key.startswith(WEIGHT):
            place = _place(key)
            _once(key, is_new=place not in self._weights)
            self._weights[place] = _number(key, value)
        else:
            _once(key, is_new=key not in self._settings)
            self._settings[key] = value

    def edits(self) -> Iterator[Edit]:
        if self._settings:
            yield SettingsEdit(self._step, self._settings)
        for place, value in self._weights.items():
            yield WeightEdit(self._step, *place, value)
        if self._engine:
            yield EngineEdit(self._step, self._engine)


def _once(key: str, *, is_new: bool) -> None:
    if not is_new:
        text = "{key} is asked for twice. Leave one of them out."
        raise SettingError(text, key=short_text(key))


def _split(text: str) -> tuple[int, list[str]]:
    """Return the step of an edit, and what is asked for there: ``KEY=VALUE`` each."""
    before, colon, rest = text.partition(":")
    found = _STEP.fullmatch(before)
    if not colon or found is None:
        words = "{text} is not an edit. Write STEP: KEY=VALUE, such as {example}."
        raise SettingError(words, text=short_text(text), example=EXAMPLE)
    step = int(found[1])
    if not 0 <= step <= MAX_STEPS:
        words = "There is no step {step}. An edit stands behind a number of steps from 0 to {most}."
        raise SettingError(words, step=f"{step:,}", most=f"{MAX_STEPS:,}")
    return step, _items(rest)


def _items(text: str) -> list[str]:
    """Split by the commas that stand neither within quotes nor within brackets."""
    items, depth = [""], 0
    for found in _PIECE.finditer(text):
        piece = found[0]
        depth += (piece in "[{") - (piece in "]}")
        if piece == "," and depth == 0:
            items.append("")
        else:
            items[-1] += piece
    return items


def _engine(value: Any) -> EngineName:
    if not isinstance(value, str) or value not in ENGINES:
        text = "{key} is {value}, but must be one of: {choices}."
        choices = ", ".join(ENGINES)
        raise SettingError(text, key=ENGINE, value=short_text(value), choices=choices)
    return ENGINES[value]


def _place(key: str) -> tuple[int, str, tuple[int, ...]]:
    found = _PLACE.fullmatch(key)
    indices = [] if found is None else [part.strip() for part in found[3].split(",")]
    if found is None or not all(part.isdecimal() and len(part) < 10 for part in indices):
        text = (
            "{key} is no place of a weight. Write weight.NETWORK.PARAMETER[INDEX], such as "
            "weight.0.hidden.weight[2,0]; the networks count from 0."
        )
        raise SettingError(text, key=short_text(key))
    return int(found[1]), found[2], tuple(int(part) for part in indices)


def _number(key: str, value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(found := _float(value)):
        text = "{key} is {value}, but must be a finite number."
        raise SettingError(text, key=short_text(key), value=short_text(value))
    return found


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return math.inf


def _changed(spec: Spec, values: Mapping[str, Any]) -> Spec:
    changed = with_settings(spec, values)
    if keys := fixed_keys(spec, changed):
        text = "{keys} cannot change in mid-run. Give it by --set, for a run that begins with it."
        raise SettingError(text, keys=", ".join(keys))
    return changed
