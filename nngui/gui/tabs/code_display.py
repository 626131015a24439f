"""The code panel of a tab: the script of what its page shows, saved and verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QTimer, Slot

from nngui.core.errors import NnguiError
from nngui.core.journal.journal import Journal
from nngui.core.script import notes, script
from nngui.core.text import mark
from nngui.files.script_files import write_page_script, write_script
from nngui.gui.background import Background
from nngui.gui.panels.page_code import OF_RUN
from nngui.gui.style.translation import shown_sentence
from nngui.gui.tabs.run_code import course_of, run_check
from nngui.gui.tabs.verifier import Verifier
from nngui.gui.training.state import State

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QDeadlineTimer

    from nngui.core.records.printed import Check
    from nngui.core.spec import Spec
    from nngui.gui.panels.page_code import PageCode
    from nngui.gui.panels.side_panel import SidePanel
    from nngui.gui.training.run import Run

FEW_EDITS = 40  # of a script that is written anew with each of them, while the window waits
REST_MS = 200  # of more, it is written beside it once nothing has been changed for so long

ELSEWHERE = mark("core", "It was computed on {device}, whose last digits differ from the CPU's.")


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
    """Shows the script of the run, or a page's own, has it saved, and verifies it.

    The run's script tells what happened to it up to now, or to the step that is looked at.
    """

    def __init__(self, tab: Coded, parent: QObject) -> None:
        super().__init__(parent)
        self._tab, self._run, self._side = tab, tab.run, tab.side
        self._page = OF_RUN
        self._background = Background(self)
        self._awaited: Spec | Journal | None = None  # the run whose code is being made
        self._source = ""  # what is shown
        self._of: Spec | Journal | None = None  # the run that it tells of
        self._verifier = Verifier(tab.side.code.verify, self)
        self._verifier.wanted.connect(self.verify)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._make_beside)
        tab.run.journal_changed.connect(self._on_journal)
        tab.run.view_moved.connect(self._on_journal)

    def close(self, deadline: QDeadlineTimer) -> bool:
        """End what is verified, and what is being made."""
        self._rest.stop()
        return all([self._verifier.close(deadline), self._background.close(deadline)])

    # What is shown -------------------------------------------------------------------------------

    @Slot()
    def show(self) -> None:
        """Show the code of the page that is open, as it is now."""
        page = self._page = self._tab.page_code()
        self._awaited = None
        self._rest.stop()
        make = page.make
        if page.shows_run:
            self._show_run()
        elif make is None:
            self._show("", page.note)
        else:
            self._show_found(_made(lambda: make("")))

    @Slot()
    def _on_journal(self) -> None:
        """Show what happened by now; not anew, where nothing was changed in between."""
        if not self._page.shows_run:
            return
        course = course_of(self._run)
        if self._of is None or course != self._of:
            self._show_run()
        else:
            self._show(self._source, self._note(), course)

    def _show_run(self) -> None:
        """Show the run's script: at once, or made beside the window where that takes its time."""
        task, course = self._run.task, course_of(self._run)
        self._rest.stop()
        if isinstance(course, Journal) and len(course.edits) > FEW_EDITS and self._of is not None:
            self._rest.start()  # what is shown stays until then
        elif self._tab.must_wait_for_data():
            self._show("", self.tr("The code comes with the data: they are being read."))
            if self._run.state is not State.ASLEEP:  # else it shows it when it is prepared
                self._make_beside()
        else:
            self._show_found(_made(lambda: script(task, course)), course)

    @Slot()
    def _make_beside(self) -> None:
        task, course = self._run.task, course_of(self._run)
        self._awaited = course

        def go_on(found: str | NnguiError) -> None:
            if self._awaited is course:  # else it was shown since, or is another one
                self._awaited = None
                self._show_found(found, course)

        self._background.start(lambda: _made(lambda: script(task, course)), go_on)

    def _show_found(self, found: str | NnguiError, of: Spec | Journal | None = None) -> None:
        if isinstance(found, NnguiError):  # images that are not there: the run says so, too
            self._show("", shown_sentence(found))
        else:
            self._show(found, self._note(), of)

    def _note(self) -> str:
        said = [self._page.note]
        step, edits = self._run.viewed_step, self._run.journal.edits
        if self._page.shows_run and step is not None and edits and edits[-1].step >= step:
            text = self.tr("As at step {step}: what was changed later is not in this script.")
            said.append(text.format(step=f"{step:,}"))
        return "\n".join(part for part in said if part)

    def _show(self, source: str, note: str, of: Spec | Journal | None = None) -> None:
        self._of = of
        if source != self._source:
            self._source = source
            self._verifier.forget()
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
        task, page, make = self._run.task, self._page, self._page.make
        if page.shows_run:
            course = course_of(self._run)
            return lambda path: write_script(task, course, path)
        if make is None:
            raise NnguiError(page.note)
        return lambda path: write_page_script(task, page.spec, make, path)

    # Whether it is true --------------------------------------------------------------------------

    @Slot()
    def verify(self) -> None:
        """Have the script run by a Python of its own, and compared with what is here."""
        verifier, run = self._verifier, self._run
        if not self._page.shows_run:
            verifier.unit, verifier.why, verifier.lost = "numbers", "", 0
            verifier.start(self.writer(), self.name, self._page.check)
            return
        verifier.unit = "losses" if run.spec.optimizers() else "batches"
        verifier.why = " ".join(map(shown_sentence, self._known_reasons()))
        verifier.lost = run.history.first_exact
        verifier.start(self.writer(), self.name, self._check())

    def _known_reasons(self) -> list[NnguiError]:
        """Return what keeps the script from the last bits of this run, a sentence each."""
        found = list(notes(course_of(self._run)))
        if self._run.device_in_use != "cpu" and not found:
            found.append(NnguiError(ELSEWHERE, device=self._run.device_in_use))
        return found

    def _check(self) -> Callable[[], Check] | None:
        """Return what makes the comparison of a run; None as long as it has no steps."""
        run, stop = self._run, self._run.viewed_step
        stop = run.steps_done if stop is None else stop
        if not stop:
            return None
        history, spec = run.history, run.spec
        ended = run.outcome is not None and run.outcome.kind != "diverged"
        is_over = ended and run.state is State.ENDED and run.viewed_step is None
        return lambda: run_check(run.task, spec, history, stop, is_over=is_over)


def _made(make: Callable[[], str]) -> str | NnguiError:
    """Return a script, or why there is none."""
    try:
        return make()
    except NnguiError as error:
        return error
