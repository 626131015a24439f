"""The code panel of a tab: the script of what its page shows, and whether it tells the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Slot

from nngui.core.errors import NnguiError
from nngui.core.script import script
from nngui.files.script_files import write_page_script, write_script
from nngui.gui.background import Background
from nngui.gui.panels.page_code import OF_RUN
from nngui.gui.style.translation import shown, shown_sentence
from nngui.gui.tabs.run_check import run_check
from nngui.gui.training.script_process import (
    MAX_VERIFY_S,
    PACKED,
    ScriptProcess,
    Verified,
    can_verify,
)
from nngui.gui.training.state import State

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.records.printed import Check, Difference
    from nngui.core.spec import Spec
    from nngui.gui.panels.page_code import PageCode
    from nngui.gui.panels.side_panel import SidePanel
    from nngui.gui.training.run import Run

MAX_WORDS = 200  # characters of what a script says of an error


class Coded(Protocol):
    """A tab, as far as its code goes.

    Attributes
    ----------
    run : Run
    side : SidePanel
        Where the code is shown.
    """

    run: Run[Any]
    side: SidePanel

    def page_code(self) -> PageCode:
        """Return what the page that is open says of its code."""
        ...

    def must_wait_for_data(self) -> bool:
        """Return whether a file would have to be read for the run's script."""
        ...


class CodeDisplay(QObject):
    """Shows the script of the run, or a page's own, has it saved, and verifies it."""

    def __init__(self, tab: Coded, parent: QObject) -> None:
        super().__init__(parent)
        self._tab, self._run, self._side = tab, tab.run, tab.side
        self._page = OF_RUN
        self._background = Background(self)
        self._awaited: Spec | None = None  # the settings whose code is being made
        self._process = ScriptProcess(self)
        self._source = ""  # what is shown
        self._process.progressed.connect(self._on_progressed)
        self._process.ended.connect(self._on_verified)
        tab.side.code.verify.pressed.connect(self.verify_or_cancel)

    def close(self, deadline: QDeadlineTimer) -> bool:
        """End what is verified, and what is being made."""
        return all([self._process.close(deadline), self._background.close(deadline)])

    # What is shown -------------------------------------------------------------------------------

    @Slot()
    def show(self) -> None:
        """Show the code of the page that is open, as it is now."""
        page = self._page = self._tab.page_code()
        if page.shows_run:
            self._show_run()
            return
        self._awaited = None
        if page.make is None:
            self._show("", page.note)
            return
        found = _made(lambda: page.make("") if page.make is not None else "")
        self._show_found(found)

    def _show_run(self) -> None:
        task, spec = self._run.task, self._run.spec
        self._awaited = None
        if not self._tab.must_wait_for_data():
            self._show_found(_made(lambda: script(task, spec)))
            return
        self._show("", self.tr("The code comes with the data: they are being read."))
        if self._run.state is State.ASLEEP:  # it shows the code itself when it is prepared
            return
        self._awaited = spec

        def go_on(found: str | NnguiError) -> None:
            if self._awaited is spec:  # else it was shown since, or is another one
                self._awaited = None
                self._show_found(found)

        self._background.start(lambda: _made(lambda: script(task, spec)), go_on)

    def _show_found(self, found: str | NnguiError) -> None:
        if isinstance(found, NnguiError):  # images that are not there: the run says so, too
            self._show("", shown_sentence(found))
            return
        notes = [self._page.note, self._note_of_run() if self._page.shows_run else ""]
        self._show(found, "\n".join(note for note in notes if note))

    def _note_of_run(self) -> str:
        changes = [edit for edit in self._run.journal.edits if edit.step and edit.keys]
        if not changes:
            return ""
        step, keys = changes[-1].step, changes[-1].keys
        text = self.tr("{keys} changed at step {step}: the script has the present settings.")
        return text.format(keys=", ".join(keys), step=f"{step:,}")

    def _show(self, source: str, note: str) -> None:
        if source != self._source:
            self._source = source
            self._forget()
        self._side.code.show_code(source, note)
        self._side.show_code_buttons(on=bool(source))

    # What is taken away --------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """What the file of the script is called, as it is proposed."""
        return f"{self._run.task.name if self._page.shows_run else self._page.name}.py"

    def writer(self) -> Callable[[Path], list[Path]]:
        """Return what writes the script as it is now, and files beside it, and returns them all.

        Raises
        ------
        NnguiError
            When the page has none, in the words that stand in its place.
        """
        task, page, spec = self._run.task, self._page, self._run.spec
        if page.shows_run:
            return lambda path: write_script(task, spec, path)
        make = page.make
        if make is None:
            raise NnguiError(page.note)
        return lambda path: write_page_script(task, page.spec, make, path)

    # Whether it is true --------------------------------------------------------------------------

    @Slot()
    def verify_or_cancel(self) -> None:
        """Run the script and compare; or end it."""
        row = self._side.code.verify
        if self._process.is_busy:
            self._process.cancel()
            row.show_busy(False)
            row.say(self.tr("Cancelled: nothing was told of it."))
            return
        check = self._check()
        if check is None:
            row.say(self.tr("There is nothing to compare with yet: press Train first."))
            return
        row.show_busy(True)
        row.say(self.tr("A Python of its own starts, and loads PyTorch…"))
        self._process.start(self.writer(), self.name, check)

    def _check(self) -> Callable[[], Check] | None:
        """Return what makes the comparison; None as long as there is nothing to compare with."""
        if not self._page.shows_run:
            return self._page.check
        run = self._run
        if not run.steps_done:
            return None
        history, spec, over = run.history, run.spec, run.state is State.ENDED
        goes_on = run.outcome is None or run.outcome.kind == "diverged"
        return lambda: run_check(run.task, spec, history, is_over=over and not goes_on)

    def _forget(self) -> None:
        """Say nothing of the code before."""
        row = self._side.code.verify
        self._process.cancel()
        row.show_busy(False)
        row.say("")
        row.offer("" if can_verify() else shown(PACKED))

    @Slot(int, int)
    def _on_progressed(self, equal: int, total: int) -> None:
        row = self._side.code.verify
        row.show_share(equal / max(total, 1))
        if equal:
            text = self._equal_text().format(n=f"{equal:,}", total=f"{total:,}")
            row.say(f"{text}…")

    @Slot(object)
    def _on_verified(self, found: Verified) -> None:
        row = self._side.code.verify
        row.show_busy(False)
        numbers = {"n": f"{found.equal:,}", "total": f"{found.total:,}"}
        if found.problem:
            text = self.tr("The script did not run: {why}")
            row.say(text.format(why=found.problem[:MAX_WORDS]), "problem")
        elif found.difference is not None:
            row.say(self._difference_text(found.difference), "problem")
        elif found.is_late:
            text = self.tr("Ended after {minutes} minutes: {what} by then.")
            what = self._equal_text().format(**numbers)
            row.say(text.format(minutes=MAX_VERIFY_S // 60, what=what), "warning")
        else:
            row.say(f"✓ {self._equal_text().format(**numbers)}{self._kept_text()}", "good")

    def _equal_text(self) -> str:
        if not self._page.shows_run:
            return self.tr("{n} of {total} numbers equal, to the bit")
        if self._run.spec.optimizers():
            return self.tr("{n} of {total} losses equal, to the bit")
        return self.tr("{n} of {total} batches equal, as they are printed")

    def _kept_text(self) -> str:
        """Return which steps could not be compared; "" where all of them were."""
        lost = self._run.history.first_exact if self._page.shows_run else 0
        if not lost:
            return ""
        text = self.tr("The first {n} steps are not kept exactly any more.")
        return "\n" + text.format(n=f"{lost:,}")

    def _difference_text(self, found: Difference) -> str:
        values = {"place": found.place, "printed": found.printed, "wanted": found.wanted}
        if not found.printed:
            text = self.tr("The script ends before step {place}; here that is {wanted}.")
        elif not found.wanted:
            text = self.tr("The script goes on to step {place}; here it ended before.")
        else:
            text = self.tr(
                "Differs first at step {place}: the script has {printed}, here it is {wanted}."
            )
        return " ".join(part for part in (text.format(**values), self._why(found)) if part)

    def _why(self, found: Difference) -> str:
        """Return why the script has other numbers from there on, as far as it is known."""
        return ""


def _made(make: Callable[[], str]) -> str | NnguiError:
    """Return a script, or why there is none."""
    try:
        return make()
    except NnguiError as error:
        return error
