"""What a script says of a run that it cannot have, a sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.errors import NnguiError
from nngui.core.journal.edit import DeviceEdit, EngineEdit
from nngui.core.journal.journal import Journal
from nngui.core.text import mark

if TYPE_CHECKING:
    from nngui.core.spec import Spec


def notes(run: Spec | Journal) -> tuple[NnguiError, ...]:
    """Return what keeps a script from the last bits of a run: nothing, where nobody touched it."""
    if not isinstance(run, Journal):
        return ()
    found = [] if not run.known_from else [_unknown(run.known_from)]
    if run.device.startswith(("cuda", "mps")):
        text = mark("core", "The run began on {device}, whose last digits are not a processor's.")
        found.append(NnguiError(text, device=run.device))
    engine, begins = "torch", 0
    for edit in run.edits:
        if isinstance(edit, EngineEdit) and edit.engine != engine:
            if edit.engine == "torch" and edit.step > begins:
                found.append(_turbo(begins + 1, edit.step))
            engine, begins = edit.engine, edit.step
        elif isinstance(edit, DeviceEdit):
            text = mark(
                "core",
                "Behind step {step} the run left its device for {device}: the last digits before "
                "differ.",
            )
            found.append(NnguiError(text, step=f"{edit.step:,}", device=edit.device))
    if engine != "torch":
        text = mark("core", "From step {first} on turbo took the steps, whose last digits differ.")
        found.append(NnguiError(text, first=f"{begins + 1:,}"))
    return tuple(found)


def _unknown(step: int) -> NnguiError:
    text = mark(
        "core",
        "What was changed before step {step} is not known: these losses are those of a run that "
        "had the settings of step {step} from the start.",
    )
    return NnguiError(text, step=f"{step:,}")


def _turbo(first: int, last: int) -> NnguiError:
    text = mark("core", "Steps {first} to {last} were taken by turbo, whose last digits differ.")
    return NnguiError(text, first=f"{first:,}", last=f"{last:,}")
