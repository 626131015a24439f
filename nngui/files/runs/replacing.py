"""A kept run in the place of an older state of it: what stays, and what is said if it cannot be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nngui.core.errors import FileError
from nngui.core.text import mark

if TYPE_CHECKING:
    from nngui.core.records.run_record import RunRecord

NOT_COPIED = mark("core", "its network could not be copied")


class StillOlderError(FileError):
    """A run could not be kept anew: it is kept as it was."""


def still_older(same: RunRecord, error: FileError) -> StillOlderError:
    """Return the error that says that a run is kept as it was."""
    text = mark(
        "core",
        "The newer state of run {number} could not be kept: {why}. It is kept as it was at step "
        "{step}.",
    )
    why = error.values.get("why", str(error))
    return StillOlderError(text, number=same.number, why=why, step=f"{same.steps:,}")


def in_place_of(same: RunRecord, run: RunRecord) -> RunRecord:
    """Return a run as it takes the place of an older state of it: what the user wrote stays."""
    user = {"name": same.name, "note": same.note, "group": run.group or same.group}
    return replace(run, id=same.id, number=same.number, **user)  # type: ignore[arg-type]


def one_line(text: str, longest: int) -> str:
    """Return what a user wrote as a line of so many characters at most."""
    return " ".join(text.split())[:longest]
