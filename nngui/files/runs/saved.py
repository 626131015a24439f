"""What a killed window saved of a run, as the list of runs has it: made without torch.

The file is taken as it is: nothing of it is trusted, and whoever reopens it checks it again.
"""

from __future__ import annotations

import hashlib
import logging
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nngui.core.errors import NnguiError
from nngui.core.past.branches import MAX_BRANCHES
from nngui.core.records.changes import changes_of
from nngui.core.records.history import History
from nngui.core.records.run_record import Curves, RunRecord, curves_of, figures_of
from nngui.files.runs.array_file import Arrays, damaged, rebuild
from nngui.files.runs.journal_part import journal_of, keys_of
from nngui.files.runs.recovery import MISSHAPEN, Summary, read_parts, summary_of
from nngui.files.runs.recovery_lines import run_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from nngui.core.spec import Spec
    from nngui.core.task import Task

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Listing:
    """A saved run, or a line of it that was left, as it is to be listed and written.

    Attributes
    ----------
    run : RunRecord
        With number 0 and no scores: its network would have to be built for them.
    content, arrays : dict
        Of the file to reopen it from (see `write_parts`).
    is_whole : bool
        Whether its state is there.
    """

    run: RunRecord
    curves: Curves
    content: dict[str, Any]
    arrays: Arrays
    is_whole: bool


def read_listings(path: Path, tasks: Mapping[str, Task]) -> list[Listing]:
    """Read what a saved run is listed by, and each line of it that was left; the run comes first.

    Where the file does not name a run, its id is made of what it holds: the same at each reading.

    Raises
    ------
    FileError
        When the file is damaged, or of another version; or when no run of it is listed, as nothing
        was trained.
    """
    content, arrays = read_parts(path)
    summary = summary_of(path, content)
    try:
        task, lines = tasks[summary.task], content.get("lines", [])
        parts = [content, *(_alone(content, line) for line in lines[:MAX_BRANCHES])]
        return [_listing(one, arrays, summary_of(path, one), task) for one in parts]
    except (NnguiError, RecursionError, *MISSHAPEN) as error:
        log.warning("%s: %s", path, str(error))
        raise damaged(path) from error


def _alone(content: dict[str, Any], line: dict[str, Any]) -> dict[str, Any]:
    """Return the content of a file for one of the lines that were left."""
    own = {name: line[name] for name in ("journal", "state", "history", "run")}
    return {"task": content["task"], "saved": content["saved"], "step": line["steps"], **own}


def _listing(content: dict[str, Any], arrays: Arrays, summary: Summary, task: Task) -> Listing:
    journal = journal_of(content, summary.step, task)
    spec = journal.now
    state = rebuild(content["state"], arrays.__getitem__)
    history = History.from_state(rebuild(content["history"], arrays.__getitem__))
    is_whole = state is not None
    if not summary.step or len(history) != summary.step or (is_whole and not state["networks"]):
        raise ValueError("nothing was trained")
    ending = state["ending"] if is_whole else None
    epoch = _steps_per_epoch(spec, state["order"]) if is_whole else 1
    curves = curves_of(history, epoch)
    run = RunRecord(
        id=_id(content),
        task=task.name,
        spec=spec,
        number=0,
        name="",
        ended=summary.saved,
        steps=summary.step,
        ending="" if ending is None else str(ending["kind"]),
        figures=figures_of(history, epoch, _kept_step(state["best"]) if is_whole else 0),
        curves=tuple(curves),
        live_changes=tuple(sorted(keys_of(content, journal))),
        changes=changes_of(journal),
        journal=journal,
    )
    own = {name: arrays[name] for name in _names(content)}
    return Listing(run, curves, content, own, is_whole)


def _names(tree: Any) -> Iterator[str]:
    """Yield the names of all arrays that stand in a part of a file's content."""
    if isinstance(tree, dict):
        if tree.keys() == {"array"} and isinstance(tree["array"], str):
            yield tree["array"]
        else:
            for part in tree.values():
                yield from _names(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _names(part)


def _id(content: dict[str, Any]) -> str:
    if named := run_id(content.get("run", "")):
        return named
    text = repr([content[name] for name in ("task", "saved", "state", "history")])
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


def _steps_per_epoch(spec: Spec, order: Any) -> int:
    """Return the steps of a pass over the data, whose order the state holds, where there is one."""
    size = spec.schedule.batch_size
    return 1 if order is None or not size else max(1, math.ceil(len(order) / size))


def _kept_step(best: Any) -> int:
    """Return the step whose weights a run was given back at its end; 0: its last ones stayed."""
    return best[0]["step"] if len(best) == 1 and best[0]["latest"] is not None else 0
