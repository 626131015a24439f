"""What the thread that trains tells the window."""

from __future__ import annotations

from PySide6.QtCore import QThread, Signal


class TrainingThread(QThread):
    """A thread that trains, and what it tells of that.

    Signals
    -------
    ready : int, Ready
        A run was built. The first value is always the run's id.
    began, paused : int
        Training goes on; it waits.
    ended : int, Ending
        It came to an end.
    advised : int, list of Hint
        What there is to say of a run that has ended.
    hinted : int, Ending or None
        Something is wrong with a run that goes on, or no longer.
    stopped : int, Failure
        A step failed; the run has been put back, and waits.
    updated : int
        There is a new picture in the mailbox, though it does not train.
    data_changed : int, DataView
        Other points joined in mid-run.
    journal_changed : int, Journal
        What was done to the run has grown.
    taken : int, int, Edit or None
        The change of settings of this number is in force by that edit; None: without one.
    lines_changed : int, tuple of BranchInfo
        A line was left, gone back to, or let go.
    refused : int, NnguiError
        A change could not be made; the run is as it was.
    question_failed : int, NnguiError
        What a view asked of the run failed, and is not asked again; the run goes on.
    told : int, NnguiError
        What is to be said of the run besides.
    engine_chosen : int, EngineInfo
        What trains it from now on.
    network_copied : NetworkCopy or None
        A copy of the network; None where there is none.
    line_copied : int, NetworkCopy or None
        A copy of the network that a line has come to; None where it cannot be had.
    failed : int, NnguiError
        A run could not be built, or restored.
    unsaved : NnguiError
        It could not be saved for the case of a crash, and goes on.
    run_stored : RunRecord
        A run that ended, or made room for another one, is in the list of runs.
    run_not_stored : NnguiError
        Such a run could not be put there, or not all of it.
    """

    ready = Signal(int, object)
    began = Signal(int)
    paused = Signal(int)
    ended = Signal(int, object)
    advised = Signal(int, object)
    hinted = Signal(int, object)
    stopped = Signal(int, object)
    updated = Signal(int)
    data_changed = Signal(int, object)
    journal_changed = Signal(int, object)
    taken = Signal(int, int, object)
    lines_changed = Signal(int, object)
    refused = Signal(int, object)
    question_failed = Signal(int, object)
    told = Signal(int, object)
    engine_chosen = Signal(int, object)
    network_copied = Signal(object)
    line_copied = Signal(int, object)
    failed = Signal(int, object)
    unsaved = Signal(object)
    run_stored = Signal(object)
    run_not_stored = Signal(object)
