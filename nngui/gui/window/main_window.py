"""The window: tabs across the top, one toolbar, one status bar."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QIcon,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from nngui.gui.controllers.documents import Documents
from nngui.gui.controllers.exports import Exports
from nngui.gui.controllers.images import ImageOpener, is_images
from nngui.gui.controllers.lr_search import LrSearch
from nngui.gui.controllers.models import Models
from nngui.gui.controllers.predictor import Predictor
from nngui.gui.controllers.recent import SETTINGS, Recent
from nngui.gui.controllers.runs import Runs
from nngui.gui.controllers.tables import TableOpener, is_table
from nngui.gui.style import theme as themes
from nngui.gui.style.icons import icon
from nngui.gui.style.resources import program_icon
from nngui.gui.style.translation import shown, shown_sentence
from nngui.gui.training.pace import paces
from nngui.gui.training.state import State
from nngui.gui.window.actions import Actions
from nngui.gui.window.appearance import Appearance, application
from nngui.gui.window.help import Help
from nngui.gui.window.placeholder import Placeholder
from nngui.gui.window.projector import Projector
from nngui.gui.window.toolbar import StatusBar, Toolbar
from nngui.gui.window.turbo_switch import TurboSwitch
from nngui.gui.window.undo_keys import UndoKeys

if TYPE_CHECKING:
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.gui.settings import WindowSettings
    from nngui.gui.tabs.task_tab import TaskTab
    from nngui.gui.window.session import Session

STATUS_EVERY = 100  # ms
ROOM_FOR_ICONS = 1080  # pixels of width from which the tabs have icons
IMAGES = "cnn"  # the task that learns from images


class MainWindow(QMainWindow):
    """All tabs; what the menus and the toolbar ask for goes to the open one.

    Signals
    -------
    closed
        The window was closed and its runs have ended.
    tab_built : TaskTab
        A tab was looked at for the first time.
    """

    closed = Signal()
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
        self._settings, self.session = settings, session
        self.setWindowTitle("nngui")
        self.setWindowIcon(program_icon())
        self._tasks, self._language = tasks, language
        self._built: dict[str, TaskTab] = {}
        self._placeholders = {task.name: Placeholder() for task in tasks}
        self.actions_ = Actions(self)
        self.appearance = Appearance(self, self.actions_, settings, theme, language)
        self.documents = Documents(self, tasks)
        self.exports = Exports(self, self.documents)
        self.models = Models(self, self.documents, tasks)
        self.images = ImageOpener(self, self.documents, self._images_spec, self.appearance.colours)
        self.tables = TableOpener(self, self.documents, tasks, self.spec_of)
        self.lr_search = LrSearch(self)
        self.predictor = Predictor(self, self.documents)
        self.runs = Runs(self, self.documents, tasks, runs_folder)
        self.recent = Recent(self.actions_.recent, settings)
        self.turbo = TurboSwitch(settings, self)
        self.projector = Projector(self)
        self._undo_keys = UndoKeys(application(), self)
        self.help = Help(self, self.actions_, log_file)
        self.toolbar = Toolbar()
        self.status = StatusBar()
        self._tab_bar = QTabBar()
        self._stack = QStackedWidget()
        self._timer = QTimer(self)
        self._timer.setInterval(STATUS_EVERY)
        self._lay_out(tasks)
        self._connect()
        self.actions_.turbo.setChecked(self.turbo.is_on)
        self._paint_icons(self.appearance.colours())
        self.resize(1280, 800)
        self.setMinimumSize(900, 560)
        self.setAcceptDrops(True)
        self._restore()

    # Layout --------------------------------------------------------------------------------------

    def _lay_out(self, tasks: list[Task]) -> None:
        self._tab_bar.setDrawBase(False)
        self._tab_bar.setExpanding(False)
        self._tab_bar.setAccessibleName(self.tr("Tasks"))
        for task in tasks:
            self._tab_bar.addTab(shown(task.title).replace("&", "&&"))
            self._stack.addWidget(self._placeholders[task.name])
            queued = Qt.ConnectionType.QueuedConnection  # once its picture is on the screen
            self._placeholders[task.name].painted.connect(self._on_painted, queued)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        tabs = QHBoxLayout()
        tabs.setContentsMargins(12, 0, 12, 0)
        tabs.addWidget(self._tab_bar)
        tabs.addStretch(1)
        column.addLayout(tabs)
        column.addWidget(self.toolbar)
        column.addWidget(self._stack, 1)
        self.setCentralWidget(body)
        self.setStatusBar(self.status)

    def _connect(self) -> None:
        a, bar = self.actions_, self.toolbar
        for signals, slot in (
            ((a.train.triggered,), self._on_train_key),
            ((bar.toggle_requested,), self._toggle),
            ((a.step.triggered, bar.step_requested), self._step),
            ((a.reset.triggered, bar.reset_requested), self._reset),
            ((a.new_weights.triggered, bar.new_weights_requested), self._new_weights),
            ((a.new.triggered,), self._tutorial_settings),
            ((a.open.triggered,), self.documents.open_settings),
            ((a.save.triggered,), self._save_settings),
            ((a.open_model.triggered,), self.models.ask_for_model),
            ((a.open_parameters.triggered,), self.models.ask_for_parameters),
            ((a.open_images.triggered,), self.images.ask_for_file),
            ((a.open_image_folder.triggered,), self.images.ask_for_folder),
            ((self.images.opened,), self._on_images),
            ((a.open_table.triggered,), self.tables.ask_for_file),
            ((a.paste_table.triggered,), self.tables.paste),
            ((a.examples.triggered,), self._on_example),
            ((a.predict.triggered,), self.predictor.start),
            ((a.find_rate.triggered,), self.lr_search.start),
            ((a.runs.triggered,), self.runs.show),
            ((self.runs.message, self.exports.message), self.say),
            ((self.lr_search.message,), self.say),
            ((self.models.predict_requested,), self.predictor.show_file),
            ((a.export_project.triggered,), self._export_project),
            ((self.tables.opened,), self._on_table),
            ((a.save_model.triggered,), self.models.save_model),
            ((a.save_parameters.triggered,), self.models.save_parameters),
            ((a.export_onnx.triggered,), self.models.export_onnx),
            ((a.export_pt2.triggered,), self.models.export_pt2),
            ((self.recent.wanted,), self.open_file),
            ((self.models.opened_path, self.documents.opened_path), self._on_used),
            ((self.images.opened_path, self.tables.opened_path), self._on_used),
            ((a.export_script.triggered,), self._save_script),
            ((a.export_history.triggered,), self._save_history),
            ((a.export_plot.triggered,), partial(self._export, "save")),
            ((a.export_numbers.triggered,), partial(self._export, "numbers")),
            ((a.export_film.triggered,), partial(self._export, "record")),
            ((a.copy_plot.triggered,), partial(self._export, "copy")),
            ((a.export_tab.triggered,), partial(self._export_tab, "save")),
            ((a.copy_tab.triggered,), partial(self._export_tab, "copy")),
            ((a.quit.triggered,), self.close),
            ((a.copy_code.triggered,), self._copy_code),
            ((a.slower.triggered,), self._slower),
            ((a.faster.triggered,), self._faster),
            ((a.side.toggled,), self._show_side),
            ((a.log_scale.triggered,), self._toggle_log_scale),
            ((a.palette.triggered,), self._show_palette),
            ((a.tour.triggered,), self.show_tour),
            ((a.keys.triggered,), self.help.show_keys),
            ((a.open_log.triggered,), self.help.open_log),
            ((a.about.triggered,), self.help.show_about),
            ((self.appearance.changed,), self._take_colours),
            ((self.appearance.message,), self.say),
            ((self.appearance.remembered,), self.tell_problem),
            ((a.projector.toggled,), self.projector.set_on),
            ((bar.pace_requested,), self._on_pace),
            ((bar.device_requested,), self._on_device),
            (
                (a.turbo.triggered, bar.turbo_requested, self.status.turbo_requested),
                self.turbo.set_on,
            ),
            ((self.turbo.changed,), self._show_turbo),
            ((self.turbo.message,), self.say),
            ((self._tab_bar.currentChanged,), self._on_tab),
            ((self._timer.timeout,), self.show_status),
            ((self.documents.message, self.models.message, self.help.message), self.say),
            ((self.images.message, self.tables.message, self.predictor.message), self.say),
            ((self.documents.opened,), self._on_opened),
        ):
            for signal in signals:
                signal.connect(slot)

    def _restore(self) -> None:
        open_tab = self._settings.restore_window(self)
        if open_tab in [task.name for task in self._tasks]:
            self.choose_task(open_tab)

    # The open tab ---------------------------------------------------------------------------------

    @property
    def tab(self) -> TaskTab:
        """The open tab."""
        return self._tab_at(self._stack.currentIndex())

    @property
    def tabs(self) -> dict[str, TaskTab]:
        """All tabs by their tasks' names."""
        return {task.name: self._tab_at(index) for index, task in enumerate(self._tasks)}

    @property
    def tasks(self) -> list[Task]:
        """The tasks, in the order of their tabs."""
        return self._tasks

    @property
    def tab_bar(self) -> QTabBar:
        """The tabs' heads."""
        return self._tab_bar

    @property
    def built(self) -> list[TaskTab]:
        """The tabs that were looked at."""
        return list(self._built.values())

    def _tab_at(self, index: int) -> TaskTab:
        """Return a tab, built when it is first asked for: the window opens the sooner."""
        task = self._tasks[index]
        if task.name not in self._built:
            from nngui.gui.tabs import make_tab  # imports pyqtgraph

            tab = make_tab(task, self.appearance.colours(), self._language)
            self._built[task.name] = tab
            self._settings.restore_splitter(f"{task.name}-across", tab.across)
            self._settings.restore_splitter(f"{task.name}-down", tab.down)
            tab.show_side(self.actions_.side.isChecked())
            run = tab.run
            self.session.restore(run)
            tab.undo_stack.clear()
            run.set_turbo(self.turbo.is_on)
            for signal in (run.state_changed, run.spec_changed, run.updated, run.engine_changed):
                signal.connect(self.show_status)
            tab.run.prepared.connect(self._on_prepared)
            tab.run.network_copied.connect(self.models.on_taken)
            tab.run.network_copied.connect(self.predictor.on_taken)
            tab.save_script_requested.connect(self._save_script)
            own_images = task.name == IMAGES
            tab.files_requested.connect(
                self.images.choose if own_images else self.tables.ask_for_file
            )
            tab.runs_requested.connect(self.runs.show)
            tab.export_requested.connect(self._on_export_requested)
            tab.form.table_requested.connect(self.tables.ask_again)
            current, placeholder = self._stack.currentIndex(), self._placeholders.pop(task.name)
            self._stack.insertWidget(index, tab)
            self._stack.removeWidget(placeholder)
            placeholder.deleteLater()
            self._stack.setCurrentIndex(current)
            self.actions_.undone.addStack(tab.undo_stack)
            self.tab_built.emit(tab)
        return self._built[task.name]

    def open_task(self, name: str) -> TaskTab:
        """Open the tab of a task, and return it."""
        self.choose_task(name)
        return self.tab

    def choose_task(self, name: str) -> None:
        """Open the tab of a task; it is built when the window is on the screen."""
        names = [task.name for task in self._tasks]
        self._tab_bar.setCurrentIndex(names.index(name))

    def _fill_presets(self) -> None:
        """Offer the open tab's experiments in the Edit menu and the palette."""
        menu = self.actions_.presets
        menu.clear()
        menu.addActions(self.tab.presets.choices.actions())

    def spec_of(self, task: Task) -> Spec:
        """Return a task's settings, without building a tab that nobody has looked at."""
        tab = self._built.get(task.name)
        return tab.run.spec if tab else task.spec

    @Slot()
    def _on_painted(self) -> None:
        if self.isVisible():  # not closed in the meantime
            self.wake()

    def wake(self) -> None:
        """Prepare the open tab's run; at the first start this loads torch, in its thread."""
        self.tab.run.wake()
        self._follow_tab()
        self.show_status()

    def _follow_tab(self) -> None:
        """Have Undo and the experiments mean the open tab."""
        self.tab.undo_stack.setActive(True)
        self._fill_presets()

    @Slot()
    def tell_problem(self) -> None:
        """Say what went wrong with the file of settings, once."""
        problem = self._settings.take_problem()
        if problem is not None:
            self.say("warning", shown_sentence(problem))

    @Slot()
    def start_training(self) -> None:
        """Train in the open tab, as soon as it is prepared."""
        self.tab.run.train()

    @Slot(int)
    def _on_tab(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        if self.isVisible():
            self.wake()

    @Slot()
    def show_status(self) -> None:
        """Show in toolbar and status bar how the open tab's run stands."""
        run, snapshot = self.tab.run, self.tab.snapshot
        if run.state is State.TRAINING:
            if not self._timer.isActive():
                self._timer.start()
        else:
            self._timer.stop()
        losses = snapshot.losses if snapshot else {}
        total = snapshot.total_steps if snapshot else run.total_steps
        self.status.show_run(run, losses, total, snapshot.epoch if snapshot else 0)
        if self.sender() is not self._timer:
            self.toolbar.show_run(run)

    @Slot(object)
    def _on_prepared(self, _data: object) -> None:
        from nngui.core.training import device  # torch is there by now

        self.toolbar.offer_devices(device.available())
        self.help.device = self.tab.run.device_in_use.upper()
        self.show_status()
        self.turbo.prepare()

    @Slot(str, str)
    def say(self, level: str, text: str) -> None:
        """Tell the person something, above the plots of the open tab."""
        self.tab.banner.say(level, text)

    @Slot()
    def _on_train_key(self) -> None:
        """Train or pause; but Space on a button that was reached by Tab presses that button."""
        focused = QApplication.focusWidget()
        if isinstance(focused, QAbstractButton) and focused is not self.toolbar.train:
            focused.click()
        else:
            self._toggle()

    @Slot()
    def _toggle(self) -> None:
        self.tab.run.toggle()

    @Slot()
    def _step(self) -> None:
        self.tab.run.step()

    @Slot()
    def _reset(self) -> None:
        self.tab.run.reset()

    @Slot()
    def _new_weights(self) -> None:
        self.tab.run.new_weights()

    @Slot()
    def _slower(self) -> None:
        self._on_pace(self.tab.run.pace_index - 1)

    @Slot()
    def _faster(self) -> None:
        self._on_pace(self.tab.run.pace_index + 1)

    @Slot(int)
    def _on_pace(self, index: int) -> None:
        run = self.tab.run
        run.set_pace(min(max(index, 0), len(paces(run.task.redraw_every)) - 1))
        self.toolbar.show_run(run)

    @Slot(str)
    def _on_device(self, name: str) -> None:
        self.tab.run.set_device(name)

    @Slot()
    def _show_turbo(self) -> None:
        self.actions_.turbo.setChecked(self.turbo.is_on)
        for tab in self._built.values():
            tab.run.set_turbo(self.turbo.is_on)
        self.show_status()

    # Menus ----------------------------------------------------------------------------------------

    @Slot()
    def _tutorial_settings(self) -> None:
        self.tab.take_preset(None)

    @Slot()
    def _save_settings(self) -> None:
        self.documents.save_settings(self.tab.run)

    @Slot()
    def _save_script(self) -> None:
        self.documents.save_script(self.tab.run)

    @Slot()
    def _export_project(self) -> None:
        self.models.export_project()

    @Slot()
    def _save_history(self) -> None:
        if self.tab.run.steps_done:
            self.documents.save_history(self.tab.run)
        else:
            self.say("info", self.tr("There are no losses yet: train first."))

    def _export(self, what: str, _checked: bool = False) -> None:
        self.exports.export(what, self.tab.run, self.tab.card)

    def _export_tab(self, what: str, _checked: bool = False) -> None:
        self.exports.export(what, self.tab.run, self.tab)

    @Slot(str, QWidget)
    def _on_export_requested(self, what: str, widget: QWidget) -> None:
        if what == "losses":
            self._save_history()
        else:
            self.exports.export(what, self.tab.run, widget)

    @Slot(object)
    def open_file(self, path: Path) -> None:
        """Open settings, images, a table or a model, whichever it is."""
        if path.suffix.lower() == SETTINGS:
            self.documents.open_settings_file(path)
        elif is_images(path):
            self.images.open(path)
        elif is_table(path):
            self.tables.open(path)
        else:
            self.models.open(path)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped_file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.open_file(path)

    @Slot(object, object)
    def _on_opened(self, task: Task, spec: Spec) -> None:
        self.open_task(task.name).run.apply(spec)

    def _images_spec(self) -> Spec:
        return self.spec_of(next(task for task in self._tasks if task.name == IMAGES))

    @Slot(object)
    def _on_images(self, spec: Spec) -> None:
        self.open_task(IMAGES).run.apply(spec)

    @Slot(str, object)
    def _on_table(self, task: str, spec: Spec) -> None:
        tab = self.open_task(task)
        tab.banner.forget()
        tab.run.apply(spec)

    @Slot(QAction)
    def _on_example(self, action: QAction) -> None:
        self.tables.open_example(action.data())

    @Slot(object)
    def _on_used(self, path: Path) -> None:
        self.recent.add(path)
        QTimer.singleShot(0, self.tell_problem)  # after the word that the file was saved

    @Slot()
    def _show_palette(self) -> None:
        from nngui.gui.window.palette import Palette

        Palette(self).open()

    @Slot()
    def show_tour(self) -> None:
        """Lead the person past the controls."""
        from nngui.gui.window.tour import Tour

        if any(tour.isVisible() for tour in self.findChildren(Tour)):
            return
        tour = Tour(self, self.appearance.colours())
        tour.ended.connect(self._settings.remember_tour)
        tour.show()
        tour.setFocus()

    @Slot()
    def offer_tour(self) -> None:
        """Show the tour to whoever has never seen it, once the tab is there."""
        if not self._settings.is_toured:
            QTimer.singleShot(0, self.show_tour)

    @Slot()
    def _copy_code(self) -> None:
        QApplication.clipboard().setText(self.tab.side.code.editor.toPlainText())
        self.say("info", self.tr("The code is in the clipboard."))

    @Slot(bool)
    def _show_side(self, on: bool) -> None:
        for tab in self._built.values():
            tab.show_side(on)

    @Slot()
    def _toggle_log_scale(self) -> None:
        self.tab.loss_card.log_button.toggle()

    @Slot(object)
    def _take_colours(self, colours: themes.Colours) -> None:
        for tab in self._built.values():
            tab.set_theme(colours)
        self.runs.set_theme(colours)
        self._paint_icons(colours)

    def _paint_icons(self, colours: themes.Colours) -> None:
        self.toolbar.set_theme(colours)
        self.status.set_theme(colours)
        self._paint_tab_icons()

    def _paint_tab_icons(self) -> None:
        """Give the tabs their icons, where there is room for these beside the words."""
        colours, roomy = self.appearance.colours(), self._is_roomy(self.width())
        for index, task in enumerate(self._tasks):
            picture = icon(task.icon, colours.muted, colours.accent) if roomy else QIcon()
            self._tab_bar.setTabIcon(index, picture)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_roomy(self.width()) != self._is_roomy(event.oldSize().width()):
            self._paint_tab_icons()

    @staticmethod
    def _is_roomy(width: int) -> bool:
        return width >= themes.type_px(ROOM_FOR_ICONS)

    # The end --------------------------------------------------------------------------------------

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._timer.stop()
        openers = (self.models, self.images, self.tables, self.predictor, self.lr_search, self.runs)
        for part in (*openers, self.exports, self.documents, self.turbo):
            part.close()
        splitters = {f"{name}-across": tab.across for name, tab in self._built.items()}
        splitters |= {f"{name}-down": tab.down for name, tab in self._built.items()}
        open_tab = self._tasks[self._stack.currentIndex()].name
        self._settings.save_window(self, open_tab, splitters)
        for tab in self._built.values():
            self.session.save(tab.run)
        self.hide()  # gone for the eyes; the runs end within a chunk, or when torch is loaded
        for tab in self._built.values():
            tab.end()
        super().closeEvent(event)
        self.closed.emit()


def _dropped_file(data: QMimeData) -> Path | None:
    """Return the file that is being dropped, when it is a single one."""
    urls = data.urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
