"""What was made of a table, and what was changed on the way: parts of a project's README."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nngui.core.journal.edit_text import edit_text, is_told
from nngui.core.journal.journal import Journal
from nngui.core.script import notes
from nngui.core.spec.refusals import short_text
from nngui.core.text import printable

if TYPE_CHECKING:
    from nngui.core.data.report import DataReport
    from nngui.core.spec import Spec

MAX_ROWS = 200  # of edits
SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")  # what Markdown takes for more than itself
REPORT = """
## The data

{read} rows were read, and {used} of them are used.
{left_out}{filled}{notes}
| column | type | use | gaps | why |
|---|---|---|---|---|
{columns}
"""
LEFT_OUT = """
Left out:

{lines}
"""
FILLED = """
Gaps that are filled by the mean, or the most frequent category, of the training rows: {columns}.
"""
NOTES = """
What else was said:

{lines}
"""


CHANGED = """
## Changed on the way

The run was touched while it trained. `train.py` has all of it; `settings.toml` alone would train
another network.

| steps done | what was changed |
|---|---|
{rows}
"""


def changes_section(run: Spec | Journal) -> str:
    """Return what was changed while a run trained; nothing of one that nobody touched."""
    if not isinstance(run, Journal) or not is_told(run):
        return ""
    rows = [f"| {edit.step:,} | {plain(edit_text(edit), short=False)} |" for edit in run.edits]
    told = rows if len(rows) <= MAX_ROWS else [*rows[:MAX_ROWS], f"| … | {len(rows):,} in all |"]
    return CHANGED.format(rows="\n".join(told))


def missing_section(run: Spec | Journal) -> str:
    """Return what no script has of a run; nothing where it has all."""
    said = _listed([str(note) for note in notes(run)])
    return f"\nOf this run:\n\n{said}\n" if said else ""


def report_section(report: DataReport) -> str:
    """Return rows, what was left out and filled, what else was said, and the columns."""
    out = list(dict.fromkeys(str(one.why) for one in report.left_out))
    rest = [note for note in dict.fromkeys(map(str, report.notes)) if note not in out]
    filled = [f"{plain(name)} ({n:,})" for name, n in (report.filled or {}).items()]
    columns = [
        f"| {plain(one.name)} | {one.kind} | {one.use} | {one.gaps or ''} "
        f"| {plain(str(one.reason), short=False)} |"
        for one in report.columns
    ]
    return REPORT.format(
        read=f"{report.read:,}",
        used=f"{report.used:,}",
        left_out=LEFT_OUT.format(lines=_listed(out)) if out else "",
        filled=FILLED.format(columns=", ".join(filled)) if filled else "",
        notes=NOTES.format(lines=_listed(rest)) if rest else "",
        columns="\n".join(columns),
    )


def plain(text: str, *, short: bool = True) -> str:
    """Return a text from outside as Markdown that shows just this text."""
    return SPECIAL.sub(r"\\\1", printable(short_text(text) if short else text))


def _listed(sentences: list[str]) -> str:
    return "\n".join(f"- {plain(sentence, short=False)}" for sentence in sentences)
