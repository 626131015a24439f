"""Over which settings a search goes: ``optimizer.lr=0.001..0.1:log``. No torch here."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_origin

from nngui.core.errors import SettingError
from nngui.core.spec.keys import field_details, field_info, flat, is_inactive
from nngui.core.spec.refusals import short_text
from nngui.core.spec.toml import parse_assignment, with_settings
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nngui.core.spec import Spec

MAX_AXES = 20
MAX_CHOICES = 100
MAX_TEXT = 4000  # characters of an axis as it is written
GRID_POINTS = 5  # of a range in a grid, where the text names no other number
MAX_GRID_POINTS = 100
DIGITS = 4  # significant ones of a number that was drawn
MAX_GRID = 1_000_000  # settings that a grid is counted up to
BRACKETS = {"[": 1, "{": 1, "]": -1, "}": -1}

_NUMBER = r"[+-]?(?:\d{1,20}(?:\.\d{1,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,3})?"
_RANGE = re.compile(rf"({_NUMBER})\s*\.\.\s*({_NUMBER})((?::\w+)*)", re.ASCII)
_SUFFIX = re.compile(r":(log|\d{1,4})", re.ASCII)
_HOW = "optimizer.lr=0.001..0.1:log"


@dataclass(frozen=True)
class Axis:
    """A setting, and the values that a search gives it.

    Attributes
    ----------
    key : str
        Such as ``optimizer.lr``.
    text : str
        The axis as it is written on the command line, read back by `read_axis`.
    choices : tuple
        The values, as the settings have them; empty for a range.
    low, high : float
        The ends of a range, which belong to it.
    is_log, is_whole : bool
        Whether a range is gone through by decades, and whether its values are whole numbers.
    is_width : bool
        Whether a value is the width of a single hidden layer: 8 means ``[8]``.
    points : int
        How many values of a range a grid has.
    """

    key: str
    text: str
    choices: tuple[Any, ...] = ()
    low: float = 0.0
    high: float = 0.0
    is_log: bool = False
    is_whole: bool = False
    is_width: bool = False
    points: int = GRID_POINTS

    def at(self, share: float) -> Any:
        """Return the value at a share of the way, from 0 to 1."""
        if self.choices:
            return self.choices[min(int(share * len(self.choices)), len(self.choices) - 1)]
        low, high = self.low, self.high
        if self.is_whole:  # so that the ends come up as often as the others
            low, high = low - 0.5, high + 0.5
        if self.is_log:
            value = math.exp(math.log(low) + share * (math.log(high) - math.log(low)))
        else:
            value = low + share * (high - low)
        return self.value_of(value)

    def value_of(self, number: float) -> Any:
        """Return a number of a range as the setting has it: rounded, and within the range."""
        if self.is_whole:
            whole = int(min(max(round(number), self.low), self.high))
            return (whole,) if self.is_width else whole
        return min(max(float(f"{number:.{DIGITS}g}"), self.low), self.high)

    def place_of(self, value: Any) -> float:
        """Return where a value lies, from 0 to 1, as a plot shows it; NaN for one it has not."""
        if self.choices:
            if value not in self.choices:
                return math.nan
            return self.choices.index(value) / max(len(self.choices) - 1, 1)
        number = self.number_of(value)
        if self.is_log:
            if number <= 0:
                return math.nan
            return (math.log(number) - math.log(self.low)) / math.log(self.high / self.low)
        return (number - self.low) / (self.high - self.low)

    def number_of(self, value: Any) -> float:
        """Return the number of a range that a value is; NaN where it is none."""
        if self.is_width:
            return float(value[0]) if isinstance(value, tuple) and len(value) == 1 else math.nan
        return float(value)

    @property
    def count(self) -> float:
        """How many values there are; infinite for a range of numbers that are not whole."""
        if self.choices:
            return len(self.choices)
        return self.high - self.low + 1 if self.is_whole else math.inf

    def grid(self) -> list[Any]:
        """Return the values of a grid."""
        if self.choices:
            return list(self.choices)
        shares = [i / (self.points - 1) for i in range(self.points)]
        if self.is_log:
            found = [self.value_of(self.low * (self.high / self.low) ** share) for share in shares]
        else:
            found = [self.value_of(self.low + share * (self.high - self.low)) for share in shares]
        return list(dict.fromkeys(found))


def read_space(texts: Sequence[str], base: Spec, by: str = "val_loss") -> tuple[Axis, ...]:
    """Read all axes of a search.

    Parameters
    ----------
    base : Spec
        The settings that all trials have in common.
    by : str
        The score that the search goes by: what changes the loss itself needs another one.

    Raises
    ------
    SettingError
        When one cannot be read, a value is out of its setting's bounds, or trials that differ in it
        could not be compared.
    """
    if not texts:
        text = mark("core", "A search goes over at least one setting, such as --over {example}.")
        raise SettingError(text, example=_HOW)
    if len(texts) > MAX_AXES:
        text = mark("core", "These are {n} settings: a search goes over {most} at most.")
        raise SettingError(text, n=len(texts), most=MAX_AXES)
    axes: list[Axis] = []
    for written in texts:
        axis = read_axis(written, base)
        if axis.key in [other.key for other in axes]:
            text = mark("core", "{key} stands there twice: leave one of them out.")
            raise SettingError(text, key=axis.key)
        _check_comparable(axis.key, by)
        axes.append(axis)
    return tuple(axes)


def read_axis(text: str, base: Spec) -> Axis:
    """Read ``KEY=LOW..HIGH``, ``KEY=LOW..HIGH:log`` or ``KEY=VALUE,VALUE,...``.

    Values are written as in TOML, words without quotes. ``:7`` behind a range: its points in a
    grid. A range for hidden layers is the width of a single one.

    Raises
    ------
    SettingError
        See `read_space`.
    """
    key, equals, written = (part.strip() for part in text[: MAX_TEXT + 1].partition("="))
    if not equals or not key or not written or len(text) > MAX_TEXT:
        problem = mark("core", "{text} is no setting to search over: write {example}.")
        raise SettingError(problem, text=short_text(text), example=_HOW)
    if key not in flat(base):
        with_settings(base, {key: 0})  # says that there is none, and which one may be meant
        raise AssertionError(key)
    found = _RANGE.fullmatch(written)
    return _range_axis(key, text, found, base) if found else _choices_axis(key, text, written, base)


def _range_axis(key: str, text: str, found: re.Match[str], base: Spec) -> Axis:
    low, high = (parse_assignment(f"x={_leading_zero(found[n])}")[1] for n in (1, 2))
    annotation = field_info(type(base), key).annotation
    is_width = get_origin(annotation) is tuple and isinstance(flat(base)[key], tuple)
    ends = [([end] if is_width else end) for end in (low, high)]
    for end in ends:
        with_settings(base, {key: end})
    suffix = _SUFFIX.sub("", found[3])
    points = [int(n) for n in re.findall(r":(\d+)", found[3])]
    if suffix or found[3].count(":log") > 1 or len(points) > 1:
        problem = mark(
            "core", "{text} ends in {what}: behind a range stands :log, or :5 for 5 points."
        )
        raise SettingError(problem, text=short_text(text), what=short_text(suffix or found[3]))
    if points and not 2 <= points[0] <= MAX_GRID_POINTS:
        problem = mark(
            "core", "{key} has {n} points in a grid, but must have from {least} to {most}."
        )
        raise SettingError(problem, key=key, n=points[0], least=2, most=MAX_GRID_POINTS)
    if not low < high:
        problem = mark(
            "core", "{key} goes from {low} to {high}: the first must be the smaller one."
        )
        raise SettingError(problem, key=key, low=low, high=high)
    is_log = ":log" in found[3]
    if is_log and low <= 0:
        problem = mark("core", "{key} begins at {low}: by decades a range begins above 0.")
        raise SettingError(problem, key=key, low=low)
    is_whole = is_width or annotation is int
    if not is_whole and annotation is not float:
        problem = mark("core", "{key} has no range: write its values, such as {example}.")
        raise SettingError(problem, key=key, example=f"{key}={_example(base, key)}")
    number = points[0] if points else GRID_POINTS
    return Axis(key, text, (), low, high, is_log, is_whole, is_width, number)


def _leading_zero(number: str) -> str:
    """Return a number as TOML has it: ``0.1`` for ``.1``."""
    return re.sub(r"^([+-]?)\.", r"\g<1>0.", number)


def _choices_axis(key: str, text: str, written: str, base: Spec) -> Axis:
    words = split_values(written)
    if len(words) > MAX_CHOICES:
        problem = mark("core", "{key} has {n} values: a search tries {most} at most.")
        raise SettingError(problem, key=key, n=len(words), most=MAX_CHOICES)
    values: list[Any] = []
    for word in words:
        value = flat(with_settings(base, {key: parse_assignment(f"x={word}")[1]}))[key]
        if value in values:
            problem = mark("core", "{key} has the value {value} twice: leave one of them out.")
            raise SettingError(problem, key=key, value=short_text(word))
        values.append(value)
    if len(values) < 2:
        problem = mark("core", "{key} has a single value: a search needs two or more, or a range.")
        raise SettingError(problem, key=key)
    return Axis(key, text, tuple(values))


def split_values(text: str) -> list[str]:
    """Split at commas that stand neither in brackets nor in quotes: ``[16],[64, 64]``."""
    parts, depth, quote, start = [], 0, "", 0
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter == "," and depth == 0:
            parts.append(text[start:place])
            start = place + 1
        else:
            depth += BRACKETS.get(letter, 0)
    return [part.strip() for part in (*parts, text[start:])]


def _check_comparable(key: str, by: str) -> None:
    """Refuse what would give trials other points to be measured on, or another measure."""
    if key in ("seed", "schedule.validation", "network.weights") or key.startswith("data."):
        text = mark(
            "core",
            "A search cannot go over {key}: its trials would be measured on other points. Set it "
            "for all of them.",
        )
        raise SettingError(text, key=key)
    if "." not in key and by == "val_loss":
        text = mark(
            "core",
            "{key} changes the loss itself, so losses cannot be compared: search by a score, such "
            "as --by {example}.",
        )
        raise SettingError(text, key=key, example="r2 or --by accuracy")


def _example(base: Spec, key: str) -> str:
    labels = field_details(type(base), key).get("labels") or {}
    return ",".join(list(labels)[:2]) or "a,b"


def without_effect(axes: Sequence[Axis], base: Spec) -> list[str]:
    """Return the keys that do nothing with the common settings, whatever the others are."""
    found = []
    for axis in axes:
        part, _, name = axis.key.rpartition(".")
        needed = field_details(type(base), axis.key).get("when") or {}
        others = {other.key for other in axes if other.key != axis.key}
        missing = any(
            flat(base)[f"{part}.{neighbour}"] not in values and f"{part}.{neighbour}" not in others
            for neighbour, values in needed.items()
            if f"{part}.{neighbour}" in flat(base)
        )
        idle = is_inactive(base, axis.key) and not others
        if name and (missing or idle):
            found.append(axis.key)
    return found


def grid_size(axes: Iterable[Axis]) -> int:
    """Return how many settings the grid has."""
    return min(math.prod(len(axis.grid()) for axis in axes), MAX_GRID)


def grid_of(axes: Sequence[Axis]) -> list[dict[str, Any]]:
    """Return the settings of the grid; `grid_size` bounds them before."""
    combinations = itertools.product(*(axis.grid() for axis in axes))
    return [dict(zip([a.key for a in axes], values, strict=True)) for values in combinations]


def checked_values(values: Mapping[str, Any], axes: Sequence[Axis], base: Spec) -> dict[str, Any]:
    """Return values from a file as the settings have them.

    Raises
    ------
    SettingError
        When a setting is none that the search goes over, or a value is out of its bounds.
    """
    known = {axis.key for axis in axes}
    for key in values:
        if key not in known:
            text = mark("core", "The search does not go over {key}.")
            raise SettingError(text, key=short_text(key))
    found = flat(with_settings(base, values)) if values else {}
    return {axis.key: found[axis.key] for axis in axes if axis.key in values}
