"""What a user changes about the columns of a table: settings in, settings out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.files.tables.kinds.column_kind import CATEGORY, DATE, NUMBER

if TYPE_CHECKING:
    from collections.abc import Collection

    from nngui.core.spec.table import TableSpec

FIELDS = {NUMBER: "numbers", CATEGORY: "categories", DATE: "dates"}  # by the kind that they ask for


def with_kind(spec: TableSpec, name: str, kind: str) -> TableSpec:
    """Return settings in which a column is of a kind; empty: of that which it looks like."""
    fields = {
        field: _with(getattr(spec, field), name) if kind == other else _without(spec, field, name)
        for other, field in FIELDS.items()
    }
    return spec.replaced(**fields)


def kind_asked(spec: TableSpec, name: str) -> str:
    """Return the kind that the settings ask for; empty: none."""
    kinds = [kind for kind, field in FIELDS.items() if name in getattr(spec, field)]
    return kinds[0] if kinds else ""


def with_target(spec: TableSpec, name: str, present: str) -> TableSpec:
    """Return settings that predict a column, which is no feature then, and of no kind yet.

    Parameters
    ----------
    present : str
        The target so far: it becomes a feature.
    """
    features = _without(spec, "features", name)
    if spec.features and present not in features:
        features = (*features, present)
    left_out = _without(spec, "left_out", name)
    spec = spec.replaced(left_out=left_out, features=features, target=name)
    return with_kind(spec, name, "")


def with_feature(spec: TableSpec, name: str, kind: str) -> TableSpec:
    """Return settings that predict from a column.

    Parameters
    ----------
    kind : str
        What it is taken for, where it is not used unless one says so; empty: it is used anyway.
    """
    spec = spec.replaced(left_out=_without(spec, "left_out", name))
    if spec.features:
        spec = spec.replaced(features=_with(spec.features, name))
    return with_kind(spec, name, kind) if kind and not kind_asked(spec, name) else spec


def without_feature(spec: TableSpec, name: str, used: Collection[str]) -> TableSpec:
    """Return settings that leave a column out.

    Parameters
    ----------
    used : collection of str
        The features so far.
    """
    if spec.features:
        features = _without(spec, "features", name)
        if features or not used:
            return spec.replaced(features=features)
    return spec.replaced(features=(), left_out=_with(spec.left_out, name))


def with_gap(spec: TableSpec, cell: str) -> TableSpec:
    """Return settings in which a cell stands for a gap."""
    return spec.replaced(gaps=_with(spec.gaps, cell), words=_without(spec, "words", cell))


def with_word(spec: TableSpec, cell: str) -> TableSpec:
    """Return settings in which a cell is a word, although it looks like a gap."""
    return spec.replaced(gaps=_without(spec, "gaps", cell), words=_with(spec.words, cell))


def with_number(spec: TableSpec, cell: str) -> TableSpec:
    """Return settings in which a cell is the number that it looks like."""
    return spec.replaced(gaps=_without(spec, "gaps", cell))


def pruned(spec: TableSpec, there: Collection[str]) -> TableSpec:
    """Return settings without the columns that a table does not have."""
    known = set(there)
    fields: dict[str, object] = {
        field: tuple(name for name in getattr(spec, field) if name in known)
        for field in ("features", "left_out", *FIELDS.values())
    }
    return spec.replaced(target=spec.target if spec.target in known else "", **fields)


def _with(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return names if name in names else (*names, name)


def _without(spec: TableSpec, field: str, name: str) -> tuple[str, ...]:
    return tuple(other for other in getattr(spec, field) if other != name)
