"""What the cells of a table mean: numbers as people write them, words, dates and times.

Exported scripts hold these functions as they stand here, so that they need nothing but pandas.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

MAX_NUMBER = 1e37  # float32 has room for it; what is larger is no measurement


def number_of(cell: object, decimal: str = ".", thousands: str = "", unit: str = "") -> float:
    """Return the number that a cell stands for; NaN where it is none.

    `thousands` are groups of three digits; a `unit` may stand before the number or behind it.
    """
    number = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
    is_plain = decimal == "." and thousands != "." and not unit
    if is_plain and re.fullmatch(number, str(cell), re.ASCII):
        return float(str(cell))  # as nearly all are: what follows takes longer
    text = re.sub("[\u00a0\u2007\u2009\u202f]", " ", str(cell)).strip().replace("\u2212", "-")
    if unit:
        sign = text[:1] if text[:1] in ("-", "+") else ""
        text = sign + text.removeprefix(sign).strip().removeprefix(unit).removesuffix(unit).strip()
    if thousands:
        groups = rf"[+-]?\d{{1,3}}(?:{re.escape(thousands)}\d{{2,3}})*{re.escape(thousands)}\d{{3}}"
        whole, sign, rest = text.partition(decimal)
        if re.fullmatch(groups, whole, re.ASCII):
            text = whole.replace(thousands, "") + sign + rest
    if decimal != ".":
        text = text.replace(".", "?").replace(decimal, ".")  # a point is no decimal sign here
    return float(text) if re.fullmatch(number, text, re.ASCII) else float("nan")


def read_numbers(
    cells: pd.Series,
    decimal: str = ".",
    thousands: str = "",
    unit: str = "",
    gaps: tuple[str, ...] = (),
) -> pd.Series:
    """Return cells as numbers, float64; NaN where they are none, or one of the `gaps`."""
    if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells):
        values = cells.to_numpy("float64", na_value=np.nan)
        if gaps:
            known = [number_of(gap, decimal, thousands, unit) for gap in gaps]
            values = np.where(np.isin(values, known), np.nan, values)
    else:
        codes, words = pd.factorize(cells.astype(object))
        found = [
            np.nan if str(word).strip() in gaps else number_of(word, decimal, thousands, unit)
            for word in words
        ]
        values = np.array([*found, np.nan])[codes]
    too_large = np.abs(values) > 1e37  # float32 has no room for it
    if too_large.any():
        values = np.where(too_large, np.nan, values)
    return pd.Series(values, index=cells.index)


def word_key(cell: object) -> str:
    """Return what two ways to write a word share: `01`, `1` and `1.0`, or `TRUE` and `True`."""
    text = str(cell).strip()
    if re.fullmatch(r"[+-]?\d{1,18}([.,]0*)?", text, re.ASCII):
        return str(int(re.split("[.,]", text)[0]))
    return text.lower() if text.lower() in ("true", "false") else text


def read_words(
    cells: pd.Series, values: list[str], gaps: tuple[str, ...] = (), other: str = ""
) -> pd.Categorical:
    """Return cells as the `values` that they are; missing where they are none, or a gap.

    Whatever is no value is `other`, if that is one of them.
    """
    known = {word_key(value): place for place, value in enumerate(values)}
    rest = values.index(other) if other else -1
    codes, words = pd.factorize(cells.astype(object))
    found = [-1 if str(word).strip() in gaps else known.get(word_key(word), rest) for word in words]
    return pd.Categorical.from_codes(np.array([*found, -1])[codes], values)


def read_dates(cells: pd.Series, pattern: str = "") -> pd.Series:
    """Return cells as dates, or times of day; missing where they are none.

    A `pattern` is one of `strptime`; without one they are ISO 8601, or dates already.
    """
    if pd.api.types.is_datetime64_any_dtype(cells):
        dates = pd.Series(cells)
    elif pattern:
        dates = pd.to_datetime(cells.astype("str").str.strip(), format=pattern, errors="coerce")
    else:
        dates = pd.to_datetime(
            cells.astype("str").str.strip(), format="ISO8601", errors="coerce", utc=True
        )
    return dates.dt.tz_localize(None) if dates.dt.tz is not None else dates


def date_part(dates: pd.Series, part: str, first: str = "1970-01-01") -> pd.Series:
    """Return a number of each date: its `year`, `month`, `weekday` (0: Monday), `day of year`.

    The `days` are those since the `first`, with their fractions; the `hour` has its minutes.
    """
    if part == "days":
        return (dates - pd.Timestamp(first)) / pd.Timedelta(days=1)
    if part == "hour":
        return dates.dt.hour + dates.dt.minute / 60 + dates.dt.second / 3600
    names = {"weekday": "day_of_week", "day of year": "day_of_year"}
    return getattr(dates.dt, names.get(part, part)).astype("float64")
