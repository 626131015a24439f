"""The frame: the menus, tabs across the top, one toolbar, one status bar."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget
from typing_extensions import override

from nngui.gui.controllers.documents import Documents
from nngui.gui.controllers.exports import Exports
from nngui.gui.controllers.images import IMAGES, ImageOpener
from nngui.gui.controllers.lr_search import LrSearch
from nngui.gui.controllers.model_opener import ModelOpener
from nngui.gui.controllers.model_saver import ModelSaver
from nngui.gui.controllers.open_any import OpenAny
from nngui.gui.controllers.predictor import Predictor
from nngui.gui.controllers.recent import Recent
from nngui.gui.controllers.run_commands import RunCommands
from nngui.gui.controllers.runs import Runs
from nngui.gui.controllers.search import Search
from nngui.gui.controllers.tables import TableOpener
from nngui.gui.style.resources import program_icon
from nngui.gui.style.translation import shown_sentence
from nngui.gui.window.actions import Actions
from nngui.gui.window.appearance import Appearance, application
from nngui.gui.window.closing import Closing, hide_all
from nngui.gui.window.guide import Guide
from nngui.gui.window.help import Help
from nngui.gui.window.memory_choice import MemoryChoice
from nngui.gui.window.projector import Projector
from nngui.gui.window.run_display import RunDisplay
from nngui.gui.window.status_bar import StatusBar
from nngui.gui.window.tab_importer import TabImporter
from nngui.gui.window.tab_stack import TabStack
from nngui.gui.window.toolbar import Toolbar
from nngui.gui.window.turbo_switch import TurboSwitch
from nngui.gui.window.undo_keys import UndoKeys

SEARCHES = "searches"  # the folder beside that of the runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from PySide6.QtCore import SignalInstance
    from PySide6.QtGui import QCloseEvent

    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.gui.settings import WindowSettings
    from nngui.gui.style.theme import Colours
    from nngui.gui.tabs.task_tab import TaskTab
    from nngui.gui.window.session import Session


class MainWindow(QMainWindow):
    """Holds the parts and connects them; what they do is their own. It is the controllers' `Host`.

    Signals
    -------
    closing
        The window was closed, and is no longer to be seen.
    closed : Closing
        Its runs have ended, and all else; with what could not be ended well.
    tab_built : TaskTab
        A tab was looked at for the first time.
    """

    closing = Signal()
    closed = Signal(object)
    tab_built = Signal(object)

    def __init__(
        self,
        tasks: list[Task],
        settings: WindowSettings,
        theme: str,
        language: str,
        log_file: Path,
        session: Session,
        runs_folder: Path | None = None,
    ) -> None:
        super().__init__()
        self._is_closed = False
        self._settings, self.session = settings, session
        self.setWindowTitle("nngui")
        self.setWindowIcon(program_icon())
        self.tasks, self._language = tasks, language
        # What is on the screen.
        self.actions_ = Actions(self)
        self.appearance = Appearance(self, self.actions_, settings, theme, language)
        self.memory_choice = MemoryChoice(self, self.actions_, settings)
        self.toolbar, self.status = Toolbar(), StatusBar()
        self.tab_stack = TabStack(tasks, self._make_tab)
        self._importer = TabImporter(self)
        self.run_display = RunDisplay(self.tab_stack, self.toolbar, self.status)
        # What the menus do.
        self.documents = Documents(self, tasks)
        self.run_commands = RunCommands(self, self.toolbar.train)
        self.exports = Exports(self, self.documents)
        self.model_opener = ModelOpener(self, self.documents, tasks)
        self.model_saver = ModelSaver(self, self.documents)
        self.images = ImageOpener(self, self.documents, tasks)
        self.tables = TableOpener(self, self.documents, tasks)
        self.open_any = OpenAny(self, self.documents, self.images, self.tables, self.model_opener)
        self.lr_search = LrSearch(self)
        self.predictor = Predictor(self, self.documents)
        self.runs = Runs(self, self.documents, tasks, runs_folder)
        self.search = Search(self, self.runs, runs_folder and runs_folder.with_name(SEARCHES))
        self.recent = Recent(self.actions_.recent, settings)
        self.turbo = TurboSwitch(settings, self)
        self.projector = Projector(self, self.tab_stack, self.toolbar, self.appearance)
        self._undo_keys = UndoKeys(application(), self)
        self.help = Help(self, self.actions_, log_file)
        self.guide = Guide(
            self, tasks, self.tab_stack, self.toolbar, self.actions_, self.appearance, settings
        )
        self._lay_out()
        self._connect_actions()
        self._connect_parts()
        self.actions_.turbo.setChecked(self.turbo.is_on)
        self._set_theme(self.appearance.colours())
        self.resize(1280, 800)
        self.setMinimumSize(900, 560)
        self._restore()

    # Layout --------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(12, 0, 12, 0)
        tabs.addWidget(self.tab_stack.bar)
        tabs.addStretch(1)
        column.addLayout(tabs)
        column.addWidget(self.toolbar)
        column.addWidget(self.tab_stack, 1)
        self.setCentralWidget(body)
        self.setStatusBar(self.status)

    def _connect_actions(self) -> None:
        """Have the menus, the toolbar and the status bar do what they say."""
        a, bar, commands = self.actions_, self.toolbar, self.run_commands
        exports, opener, saver = self.exports, self.model_opener, self.model_saver
        turbo = (a.turbo.triggered, bar.turbo_requested, self.status.turbo_requested)
        _connect(
            # File
            ((a.new.triggered,), commands.use_tutorial_settings),
            ((a.open.triggered,), self.documents.open_settings),
            ((a.save.triggered,), exports.save_settings),
            ((a.open_model.triggered,), opener.ask_for_model),
            ((a.open_parameters.triggered,), opener.ask_for_parameters),
            ((a.open_images.triggered,), self.images.ask_for_file),
            ((a.open_image_folder.triggered,), self.images.ask_for_folder),
            ((a.open_table.triggered,), self.tables.ask_for_file),
            ((a.paste_table.triggered,), self.tables.paste),
            ((a.examples.triggered,), self.open_any.open_example),
            ((self.recent.file_requested,), self.open_any.open),
            ((a.save_model.triggered,), saver.save_model),
            ((a.save_parameters.triggered,), saver.save_parameters),
            ((a.export_onnx.triggered,), saver.export_onnx),
            ((a.export_pt2.triggered,), saver.export_pt2),
            ((a.export_project.triggered,), saver.export_project),
            ((a.export_script.triggered,), exports.save_script),
            ((a.export_history.triggered,), exports.save_history),
            ((a.export_plot.triggered,), partial(exports.export_card, "save")),
            ((a.export_numbers.triggered,), partial(exports.export_card, "numbers")),
            ((a.export_film.triggered,), partial(exports.export_card, "record")),
            ((a.export_tab.triggered,), partial(exports.export_tab, "save")),
            ((a.quit.triggered,), self.close),
            # Edit
            ((a.copy_code.triggered,), exports.copy_code),
            ((a.copy_plot.triggered,), partial(exports.export_card, "copy")),
            ((a.copy_tab.triggered,), partial(exports.export_tab, "copy")),
            # Train
            ((a.train.triggered,), commands.press_train_key),
            ((bar.toggle_requested,), commands.toggle),
            ((a.step.triggered, bar.step_requested), commands.step),
            ((a.reset.triggered, bar.reset_requested), commands.reset),
            ((a.new_weights.triggered, bar.new_weights_requested), commands.new_weights),
            ((a.slower.triggered,), commands.go_slower),
            ((a.faster.triggered,), commands.go_faster),
            ((bar.pace_requested,), commands.set_pace),
            ((bar.device_requested,), commands.set_device),
            (turbo, self.turbo.set_on),
            ((a.find_rate.triggered,), self.lr_search.start),
            ((a.search.triggered,), self.search.show),
            ((a.predict.triggered,), self.predictor.start),
            ((a.runs.triggered,), self.runs.show),
            # View and Help
            ((a.side.toggled,), self.tab_stack.show_side),
            ((a.log_scale.triggered,), self.tab_stack.toggle_log_scale),
            ((a.projector.toggled,), self.projector.set_on),
            ((a.palette.triggered,), self.guide.show_palette),
            ((a.tour.triggered,), self.guide.show_tour),
            ((a.keys.triggered,), self.help.show_keys),
            ((a.open_log.triggered,), self.help.open_log),
            ((a.about.triggered,), self.help.show_about),
        )

    def _connect_parts(self) -> None:
        """Have the parts hear of each other."""
        opener, saver, stack = self.model_opener, self.model_saver, self.tab_stack
        speakers = (self.documents, self.exports, opener, saver, self.images, self.tables)
        others = (self.predictor, self.lr_search, self.runs, self.help, self.turbo)
        choices = (self.appearance, self.memory_choice, self.search)
        openers = (self.documents, opener, saver, self.images, self.tables)
        _connect(
            ([part.message for part in (*speakers, *others, *choices)], self.say),
            ([part.opened_path for part in openers], self._on_opened_path),
            ((opener.predict_requested,), self.predictor.show_file),
            ((self.search.run_kept,), self.runs.list_kept),
            ((self.open_any.picture_given,), self.predictor.ask_about_picture),
            ((self.run_commands.pace_changed,), self.run_display.show_controls),
            ((self.appearance.changed,), self._set_theme),
            ((self.appearance.remembered, self.memory_choice.remembered), self.tell_problem),
            ((self.turbo.changed,), self._show_turbo),
            ((stack.tab_built,), self.runs.watch),
            ((stack.tab_built,), self.tab_built),
            ((stack.chosen, stack.painted, self._importer.imported), self._wake_if_visible),
        )

    def _restore(self) -> None:
        open_tab = self._settings.restore_window(self)
        if open_tab in [task.name for task in self.tasks]:
            self.choose_task(open_tab)

    # What the controllers need -------------------------------------------------------------------

    @property
    def tab(self) -> TaskTab:
        """The open tab."""
        return self.tab_stack.tab

    @property
    def built(self) -> list[TaskTab]:
        """The tabs that were looked at."""
        return list(self.tab_stack.built.values())

    def open_task(self, name: str) -> TaskTab:
        """Open the tab of a task, and return it."""
        self.choose_task(name)
        return self.tab

    def spec_of(self, task: Task) -> Spec:
        """Return a task's settings, without building a tab that nobody has looked at."""
        return self.tab_stack.spec_of(task)

    def colours(self) -> Colours:
        """Return the theme's colours."""
        return self.appearance.colours()

    @Slot(str, str)
    def say(self, level: str, text: str) -> None:
        """Tell the user something, above the plots of the open tab."""
        self.tab.banner.say(level, text)

    # The tabs ------------------------------------------------------------------------------------

    def choose_task(self, name: str) -> None:
        """Open the tab of a task; it is built when the window is on the screen."""
        self.tab_stack.choose(name)

    def _make_tab(self, task: Task) -> TaskTab:
        """Make a tab as it was left, and connect what it asks for."""
        from nngui.gui.tabs import make_tab  # imports pyqtgraph

        tab = make_tab(task, self.appearance.colours(), self._language)
        self._settings.restore_splitter(f"{task.name}-across", tab.across)
        self._settings.restore_splitter(f"{task.name}-down", tab.down)
        tab.show_side(self.actions_.side.isChecked())
        run = tab.run
        self.session.restore(run)
        tab.undo_stack.clear()
        run.set_turbo(self.turbo.is_on)
        self.actions_.undone.addStack(tab.undo_stack)
        choose_files = self.images.choose if task.name == IMAGES else self.tables.ask_for_file
        changing = (run.state_changed, run.spec_changed, run.view_moved)
        refreshing = (*changing, run.updated, run.engine_changed)
        _connect(
            (refreshing, self.run_display.refresh),
            ((run.prepared,), self._on_prepared),
            ((run.network_copied,), self.model_saver.on_taken),
            ((run.network_copied,), self.predictor.on_taken),
            ((tab.save_script_requested,), self.exports.save_script),
            ((tab.stop_teller.save_requested,), self.model_saver.save_model),
            ((tab.files_requested,), choose_files),
            ((tab.runs_requested,), self.runs.show),
            ((tab.export_requested,), self.exports.export_widget),
            ((tab.form.table_requested,), self.tables.ask_again),
        )
        return tab

    def wake(self) -> None:
        """Prepare the open tab's run; at the first start this loads torch, in its thread."""
        self.tab.run.wake()
        # Undo and the experiments mean the open tab.
        self.tab.undo_stack.setActive(True)
        self.actions_.presets.clear()
        self.actions_.presets.addActions(self.tab.presets.choices.actions())
        self.run_display.refresh()

    @Slot()
    def _wake_if_visible(self) -> None:
        if not self.isVisible():  # not shown yet, or closed in the meantime
            return
        task = self.tab_stack.open_task
        if self._importer.is_ready(task):
            self.wake()
        else:
            self._importer.start(task)

    @Slot(object)
    def _on_prepared(self, _data: object) -> None:
        from nngui.core.training import device  # torch is there by now

        self.toolbar.offer_devices(device.available())
        self.help.device = self.tab.run.device_in_use.upper()
        self.run_display.refresh()
        self.turbo.prepare()

    # What the parts tell -------------------------------------------------------------------------

    @Slot()
    def tell_problem(self) -> None:
        """Say what went wrong with the file of settings, once."""
        problem = self._settings.take_problem()
        if problem is not None:
            self.say("warning", shown_sentence(problem))

    @Slot(object)
    def _on_opened_path(self, path: Path) -> None:
        self.recent.add(path)
        QTimer.singleShot(0, self.tell_problem)  # after the word that the file was saved

    @Slot()
    def _show_turbo(self) -> None:
        self.actions_.turbo.setChecked(self.turbo.is_on)
        self.tab_stack.set_turbo(self.turbo.is_on)
        self.run_display.refresh()

    @Slot(object)
    def _set_theme(self, colours: Colours) -> None:
        for part in (self.tab_stack, self.runs, self.search, self.toolbar, self.status):
            part.set_theme(colours)

    # The end --------------------------------------------------------------------------------------

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if self._is_closed:
            return
        self._is_closed = True
        self._settings.note_window(self, self.tab_stack.open_name, self.tab_stack.splitters)
        hide_all(self)  # what follows may take a while
        self.closing.emit()
        closing, tabs = Closing(), self.built
        closing.stop([*(tab.run for tab in tabs), self.search])
        self.run_display.close()
        self._settings.save_window()
        for tab in tabs:
            self.session.save(tab.run)
        openers = (
            self._importer,
            self.model_opener,
            self.images,
            self.tables,
            self.lr_search,
            self.turbo,
            self.help,
        )
        writers = (self.predictor, self.runs, self.model_saver, self.exports, self.documents)
        closing.close((*openers, *writers))
        closing.end(tabs)
        closing.close([self.search])  # its processes would have all the time there is
        self.closed.emit(closing)


def _connect(
    *pairs: tuple[Iterable[SignalInstance], Callable[..., object] | SignalInstance],
) -> None:
    for signals, slot in pairs:
        for signal in signals:
            signal.connect(slot)
