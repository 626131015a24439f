"""What window and worker hand each other, besides plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

    from nngui.core.arrays import Floats
    from nngui.core.data.image_preparation import ImagePreparation
    from nngui.core.data.preparation import Preparation
    from nngui.core.errors import NnguiError
    from nngui.core.journal.journal import Journal
    from nngui.core.past.store import Keyframes
    from nngui.core.records.history import History
    from nngui.core.records.snapshot import DataView
    from nngui.core.spec import DataSpec
    from nngui.core.training.endings import Ending
    from nngui.core.training.trajectory import Trajectory
    from nngui.files.runs.recovery import Recovery


@dataclass(frozen=True, slots=True)
class Ready:
    """A run that was built and can start.

    Attributes
    ----------
    view : DataView
        The data to draw.
    history : History
        Where the losses will be.
    device : str
        Where it computes.
    parameters : int
        How many numbers the network learns.
    total_steps : int
        How many steps it will have, unless it ends early.
    recovery : Recovery or None
        What the run was restored from.
    ending : Ending or None
        Why a run that was restored has ended; None where it can go on.
    error : NnguiError or None
        Why it is not the run that was to be restored, but the one before, as it was.
    past : Past or None
        What its past is made from; None where that is not known.
    line : int
        Which of the tab's lines it is.
    """

    view: DataView
    history: History
    device: str
    parameters: int
    total_steps: int
    recovery: Recovery | None = None
    ending: Ending | None = None
    error: NnguiError | None = None
    past: Past | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """Which run is to be made.

    Attributes
    ----------
    run_id : int
        Its number.
    line : int
        The tab's line that it goes on with.
    keeps_old : bool
        Whether the line that makes room for it can be gone back to.
    """

    run_id: int
    line: int
    keeps_old: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What the past of a run is made from; the run itself adds to it as it goes on.

    Attributes
    ----------
    journal : Journal
        What was done to it by now.
    keyframes : Keyframes
        How it stood now and then.
    trajectory : callable
        Returns where its networks have been by now; None where nobody follows them.
    """

    journal: Journal
    keyframes: Keyframes
    trajectory: Callable[[], Trajectory | None]


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """A step to look back at.

    Attributes
    ----------
    id : int
        Of wishes, the newest counts.
    run_id : int
        Whose past it is.
    step : int
        How many steps the run had done.
    past : Past
        What it is made from, with the journal as it is known now.
    history : History
        The run's losses.
    total_steps : int
        How many steps the run has in all.
    data : DataSpec
        The settings of the data that are shown now.
    """

    id: int
    run_id: int
    step: int
    past: Past
    history: History
    total_steps: int
    data: DataSpec


@dataclass(frozen=True, slots=True, eq=False)
class BranchInfo:
    """A line of a run, for the eyes.

    Attributes
    ----------
    id : int
        Its number; a later line has a larger one.
    parent : int or None
        The line that it left; None for the one that began at step 0.
    since : int
        The steps that both have in common.
    steps : int
        The steps it has in all.
    label : str
        What is different in it.
    is_now : bool
        Whether it is the one that goes on.
    history : History
        Its losses, from step 0.
    journal : Journal
        All that was done to it.
    """

    id: int
    parent: int | None
    since: int
    steps: int
    label: str
    is_now: bool
    history: History
    journal: Journal


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What trains a run.

    Attributes
    ----------
    name : str
        ``torch`` or ``turbo``.
    unsupported_reason : NnguiError or None
        Why it cannot be turbo, where it cannot.
    all_cores : bool
        It computes on all cores, so that none is left for the window.
    """

    name: str = "torch"
    unsupported_reason: NnguiError | None = None
    all_cores: bool = False


@dataclass(frozen=True, slots=True)
class NetworkCopy:
    """A copy of a run's network, on the CPU.

    Attributes
    ----------
    net : nn.Module
        Nobody else's: it can be written while the training goes on.
    standardised : bool
        Whether it sees values with mean 0 and deviation 1 in place of the data's own.
    step : int
        How many steps it has been trained.
    sample : tuple of int
        The shape of a sample that it takes.
    preparation : Preparation, ImagePreparation or None
        What it expects of the rows of a table, or of a picture, where it is trained on those.
    assumptions : tuple of NnguiError
        What the file that the run started from does not say, and was assumed.
    notes : tuple of NnguiError
        What is to be said of the data that it was trained on.
    """

    net: nn.Module
    standardised: bool
    step: int
    sample: tuple[int, ...]
    preparation: Preparation | ImagePreparation | None = None
    assumptions: tuple[NnguiError, ...] = ()
    notes: tuple[NnguiError, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """Where a view wants to know what the network says: `x` has shape (m, features)."""

    id: int
    x: Floats
