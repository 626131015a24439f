"""Between a run and its loss plot: who drags the cursor looks back, and may go on from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from nngui.core.journal.edit import SettingsEdit
from nngui.core.spec.keys import affects_result, changed_keys, flat
from nngui.gui.panels.tree_view import TreeLine
from nngui.gui.plots.kit.ghosts import Ghost
from nngui.gui.style.setting_text import value_text
from nngui.gui.style.translation import shown_sentence
from nngui.gui.tabs.edit_words import effective_keys, flags_of
from nngui.gui.tabs.lines import common_steps, last_loss

if TYPE_CHECKING:
    from nngui.core.records.history import History
    from nngui.core.spec import Spec
    from nngui.core.training.endings import Ending
    from nngui.gui.panels.loss_card import LossCard
    from nngui.gui.panels.past_bar import PastBar
    from nngui.gui.training.messages import BranchInfo
    from nngui.gui.training.run import Run


class Timeline(QObject):
    """Has a run looked back at where its loss plot's cursor stands, and shows what happened to it.

    Attributes
    ----------
    compared : int or None
        The line that is drawn beside the run's own.

    Signals
    -------
    compare_requested : int or None
        Another line is to be drawn beside the run's own; None: no longer.
    """

    compare_requested = Signal(object)

    def __init__(self, run: Run, card: LossCard) -> None:
        super().__init__(card)
        self._run, self._card = run, card
        self._last: Ghost | None = None  # the run before
        self._kept: tuple[Ghost, ...] = ()  # those that were ticked in the list of runs
        self._began_with: tuple[History, Spec] | None = None
        self.compared: int | None = None
        plot = card.plot
        plot.sought.connect(self.seek)
        plot.live_requested.connect(run.go_live)
        plot.play_requested.connect(self._on_play)
        plot.let_go.connect(self._stand_where_it_is)
        self._bars = [card.past]
        card.past.branch_requested.connect(self._on_branch)
        card.tree.switch_requested.connect(self._on_switch)
        card.tree.undo_requested.connect(self._on_undo)
        card.tree.compare_requested.connect(self.compare)
        run.view_moved.connect(self._on_view_moved)
        run.journal_changed.connect(self._on_journal_changed)
        run.branches_changed.connect(self._on_branches_changed)
        run.ended.connect(self._on_ended)
        run.state_changed.connect(self._on_state_changed)

    def follow(self, bar: PastBar) -> None:
        """Have another bar say which step is looked at, where the loss is not to be seen."""
        self._bars.append(bar)
        bar.sought.connect(self.seek)
        bar.branch_requested.connect(self._on_branch)
        bar.live_requested.connect(self._run.go_live)

    # What the tab tells --------------------------------------------------------------------------

    def show_run(self, history: History) -> None:
        """Show another run from now on; the one before stays as a ghost."""
        before, self._began_with = self._began_with, (history, self._run.journal.spec)
        if before is not None and before[0] is not history and len(before[0]) > 1:
            branches = [line.history for line in self._run.branches]
            if not any(before[0] is one for one in branches):
                self._last = Ghost(before[0], self._told_apart(before[1]))
        self._card.plot.set_cursor(self._run.viewed_step)
        self._on_journal_changed()
        self._on_branches_changed()
        self._show_ghosts()

    def show_kept(self, ghosts: tuple[Ghost, ...]) -> None:
        """Draw the curves of runs from the list, too."""
        self._kept = ghosts
        self._show_ghosts()

    def _told_apart(self, spec: Spec) -> str:
        """Return what the run before is called, by what is different in it."""
        now = self._run.journal.spec
        keys = [key for key in changed_keys(spec, now) if affects_result(spec, key)]
        return self._before(keys, spec)

    def _before(self, keys: list[str], spec: Spec) -> str:
        if not keys:
            return self.tr("before")
        what = f"{keys[0].rpartition('.')[2]} {value_text(spec, keys[0], flat(spec)[keys[0]])}"
        return self.tr("before ({what})").format(what=what)

    # What the user wants -----------------------------------------------------------------------

    @Slot(int)
    def seek(self, step: int) -> None:
        """Look back at a step; what was playing stands still."""
        self._run.play_past(0)
        self._run.look_back(step)
        self._stand_where_it_is()

    @Slot()
    def _stand_where_it_is(self) -> None:
        """Have the cursor at the step that is shown: another run may be on its way."""
        self._card.plot.set_cursor(self._run.viewed_step)

    @Slot(int)
    def _on_play(self, direction: int) -> None:
        self._run.play_past(0 if self._run.plays_past == direction else direction)

    @Slot()
    def _on_branch(self) -> None:
        self._run.branch()

    @Slot(int)
    def _on_switch(self, line: int) -> None:
        self._run.switch_branch(line)

    @Slot()
    def _on_undo(self) -> None:
        self._run.undo_branch()

    @Slot(object)
    def compare(self, line: int | None) -> None:
        """Draw another line beside the run's own; None: no longer."""
        if line != self.compared:
            self.compared = line
            self._show_tree()
            self.compare_requested.emit(line)

    def name_of(self, line_id: int) -> str:
        """Return what a line is called, seen from the one that goes on."""
        lines = self._run.branches
        now = next((line for line in lines if line.is_now), None)
        found = next((line for line in lines if line.id == line_id), None)
        return "" if found is None else self._line_name(found, now)

    # What the run tells --------------------------------------------------------------------------

    @Slot(object)
    def _on_view_moved(self, step: int | None) -> None:
        self._card.plot.set_cursor(step)
        for bar in self._bars[1:]:  # the card's own follows its plot
            bar.show_step(step, self._run.steps_done)

    @Slot()
    def _on_journal_changed(self) -> None:
        journal = self._run.journal
        self._card.plot.show_flags(flags_of(journal))
        self._card.plot.set_first(journal.known_from)

    @Slot()
    def _on_branches_changed(self) -> None:
        lines = {line.id for line in self._run.branches if not line.is_now}
        if self.compared is not None and self.compared not in lines:
            self.compare(None)
        self._show_tree()
        self._show_ghosts()

    @Slot(object)
    def _on_ended(self, ending: Ending) -> None:
        self._card.show_ending(self._run.steps_done, shown_sentence(ending))

    @Slot()
    def _on_state_changed(self) -> None:
        if self._run.outcome is None:
            self._card.show_ending(None)
        self._show_tree()

    # How it is drawn -----------------------------------------------------------------------------

    def _show_tree(self) -> None:
        lines = self._run.branches
        self._card.tree.show_lines(
            tuple(self._tree_line(line) for line in lines) if len(lines) > 1 else (), self.compared
        )

    def _tree_line(self, line: BranchInfo) -> TreeLine:
        loss = last_loss(line.history)
        figure = "" if loss is None else f"{loss:.3g}"
        parts = line.id, line.parent, line.since, line.steps, line.label, figure, line.is_now
        return TreeLine(*parts)

    def _show_ghosts(self) -> None:
        lines = self._run.branches
        now = next((line for line in lines if line.is_now), None)
        others = [line for line in lines if not line.is_now and len(line.history)]
        ghosts = []
        for line in sorted(others, key=lambda one: -one.id) if now is not None else ():
            since = common_steps(lines, line.id, now.id) if now is not None else 0
            ghosts.append(Ghost(line.history, self._line_name(line, now), since))
        if self._last is not None:
            ghosts.append(self._last)
        found = (*ghosts, *self._kept)
        if [_parts(ghost) for ghost in found] != [_parts(one) for one in self._card.ghosts]:
            self._card.show_ghosts(found)

    def _line_name(self, line: BranchInfo, now: BranchInfo | None) -> str:
        if now is not None and line.id == now.parent:
            journal = now.journal
            for edit in journal.edits_at(now.since):
                if isinstance(edit, SettingsEdit) and edit.keys:
                    old, new = journal.spec_at(now.since), journal.spec_at(now.since + 1)
                    return self._before(effective_keys(edit, old, new), old)
            return self._before([], journal.spec)
        if line.label:
            return line.label
        if line.parent is None:
            return self.tr("the first line")
        return self.tr("from step {step}").format(step=f"{line.since:,}")


def _parts(ghost: Ghost) -> tuple[int, str, int]:
    return id(ghost.curve), ghost.label, ghost.since
