"""What a killed window saved of a run, as the list of runs has it: made without torch.

The file is taken as it is: nothing of it is trusted, and whoever reopens it checks it again.
"""

from __future__ import annotations

import hashlib
import logging
import math
import re
from typing import TYPE_CHECKING, Any

from nngui.core.errors import NnguiError
from nngui.core.records.changes import changes_of
from nngui.core.records.history import History
from nngui.core.records.run_record import Curves, RunRecord, curves_of, figures_of
from nngui.files.runs.array_file import Arrays, damaged, rebuild
from nngui.files.runs.journal_part import journal_of, keys_of
from nngui.files.runs.recovery import MISSHAPEN, Summary, read_parts, summary_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nngui.core.spec import Spec
    from nngui.core.task import Task

log = logging.getLogger(__name__)


def read_listing(path: Path, tasks: Mapping[str, Task]) -> tuple[RunRecord, Curves]:
    """Read what a saved run is listed by, and its curves.

    Its number is 0, and it has no scores: its network would have to be built for them. Where the
    file does not name the run, its id is made of what the file holds: the same at each reading.

    Raises
    ------
    FileError
        When the file is damaged, or of another version; or when no run of it is listed, as nothing
        was trained.
    """
    content, arrays = read_parts(path)
    summary = summary_of(path, content)
    try:
        return _listing(content, arrays, summary, tasks[summary.task])
    except (NnguiError, *MISSHAPEN) as error:
        log.warning("%s: %s", path, str(error))
        raise damaged(path) from error


def _listing(
    content: dict[str, Any], arrays: Arrays, summary: Summary, task: Task
) -> tuple[RunRecord, Curves]:
    journal = journal_of(content, summary.step, task)
    spec = journal.now
    state = rebuild(content["state"], arrays.__getitem__)
    history = History.from_state(rebuild(content["history"], arrays.__getitem__))
    if not summary.step or not state["networks"]:
        raise ValueError("nothing was trained")
    ending, epoch = state["ending"], _steps_per_epoch(spec, state["order"])
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
        figures=figures_of(history, epoch, _kept_step(state["best"])),
        curves=tuple(curves),
        live_changes=tuple(sorted(keys_of(content, journal))),
        changes=changes_of(journal),
        journal=journal,
    )
    return run, curves


def _id(content: dict[str, Any]) -> str:
    named = content.get("run", "")
    if named:
        if not re.fullmatch(r"[0-9a-f]{32}", named):
            raise ValueError("no id")
        return str(named)
    text = repr([content[name] for name in ("task", "saved", "state", "history")])
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


def _steps_per_epoch(spec: Spec, order: Any) -> int:
    """Return the steps of a pass over the data, whose order the state holds, where there is one."""
    size = spec.schedule.batch_size
    return 1 if order is None or not size else max(1, math.ceil(len(order) / size))


def _kept_step(best: Any) -> int:
    """Return the step whose weights a run was given back at its end; 0: its last ones stayed."""
    return best[0]["step"] if len(best) == 1 and best[0]["latest"] is not None else 0
