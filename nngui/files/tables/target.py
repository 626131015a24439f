"""Which column of a table is most likely to be predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.files.tables.kinds.column_kind import CONSTANT
from nngui.files.tables.kinds.meaning import meaning_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from nngui.core.spec.table import TableSpec
    from nngui.files.tables.kinds.column_kind import Meaning
    from nngui.files.tables.table import Table

    Ask = Callable[..., Meaning]

LIKELY_TARGETS = (
    "target", "class", "label", "labels", "species", "outcome", "y",
    "标签", "类别", "目标", "分类",
)  # fmt: skip


def likely_target(table: Table, spec: TableSpec, ask: Ask = meaning_of) -> str:
    """Return the column that is most likely to be predicted.

    It is one that is called so, or else the last that something could be said about.

    Parameters
    ----------
    ask : callable
        What is asked for meanings: `meaning_of`, or what remembers its answers.
    """
    names = [str(name) for name in table.frame.columns]
    free = [name for name in names if name not in spec.left_out] or names
    called = [name for name in free if name.strip().lower() in LIKELY_TARGETS]
    for name in reversed(called or free):
        found = ask(name, table.frame[name], spec, table.format)
        if found.is_learned or found.kind == CONSTANT:
            return name
    return free[-1]
