"""The tab where a network is saved and restored, half a step at a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from typing_extensions import override

from nngui.core.errors import NnguiError
from nngui.core.inspectors.reference import Answers, ReferenceNets
from nngui.core.text import mark
from nngui.files.memory import bytes_text
from nngui.gui.panels.card import label
from nngui.gui.style.labels import Label, set_tip
from nngui.gui.style.translation import shown_sentence
from nngui.gui.tabs.save_restore.folder_row import FolderRow
from nngui.gui.tabs.save_restore.net_column import FileTree, NetColumn, NetColumns
from nngui.gui.tabs.save_restore.saved_files import PARAMETERS, WHOLE, Item, SavedFiles
from nngui.gui.tabs.task_tab import TaskTab
from nngui.gui.training.state import State
from nngui.tasks.save_restore.settings import SaveRestoreSpec

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QDeadlineTimer
    from PySide6.QtWidgets import QWidget
    from torch import nn

    from nngui.core.arrays import Floats
    from nngui.core.records.snapshot import DataView, Snapshot
    from nngui.core.task import Task
    from nngui.files.models.file_tree import SavedFile
    from nngui.gui.style.theme import Colours
    from nngui.gui.training.messages import NetworkCopy

OUTSIDE = 100  # places beyond the data, as in the tutorial
SAVE = f'torch.save(net1, "{WHOLE}")\ntorch.save(net1.state_dict(),\n  "{PARAMETERS}")'
LOAD = f'net2 = torch.load(\n  "{WHOLE}",\n  weights_only=False)'
FILL = f'net3 = torch.nn.Sequential(…)\nnet3.load_state_dict(\n  torch.load("{PARAMETERS}"))'


class Tab(TaskTab[SaveRestoreSpec]):
    """Section 4 of the tutorial."""

    def __init__(self, task: Task, language: str) -> None:
        super().__init__(task, language)
        self._nets: dict[str, nn.Module] = {}
        self._to_save: list[str] = []
        self._asked = ""  # the file about which it is asked whether it may be replaced
        self._x: Floats = np.empty((0, 1), np.float32)
        self._inside = 0  # how many of `_x` lie within the data

    # Its views ---------------------------------------------------------------------------------

    @override
    def make_centre(self) -> QWidget:
        self.saved_files = SavedFiles(self)
        self.net1 = NetColumn("Net1", self.tr("as trained"), SAVE)
        self.net2 = NetColumn("Net2", self.tr("from the whole file"), LOAD)
        self.net3 = NetColumn("Net3", self.tr("from the parameters"), FILL)
        self.columns = {"Net1": self.net1, WHOLE: self.net2, PARAMETERS: self.net3}
        tip = self.tr("Write the whole network, layers and parameters, to {name}.")
        self.save_whole = self.net1.add_button(self.tr("Save whole"), tip.format(name=WHOLE))
        tip = self.tr("Write the parameters alone, the state_dict, to {name}.")
        self.save_parameters = self.net1.add_button(
            self.tr("Save parameters"), tip.format(name=PARAMETERS)
        )
        tip = self.tr("Make Net2 from {name} alone. Nothing in the file is run.")
        self.restore_whole = self.net2.add_button(self.tr("Restore whole"), tip.format(name=WHOLE))
        tip = self.tr("Build a new network by the present settings, and give it what {name} holds.")
        self.restore_parameters = self.net3.add_button(
            self.tr("Restore parameters"), tip.format(name=PARAMETERS)
        )
        self._file_lines: dict[str, Label] = {}
        self._trees: dict[str, FileTree] = {}
        self._problems: dict[str, Label] = {}
        for name in (WHOLE, PARAMETERS):
            self._file_lines[name] = label("", "muted")
            self._file_lines[name].setWordWrap(True)
            self._trees[name] = FileTree(name)
            self._problems[name] = label("")
            self._problems[name].setWordWrap(True)
            self.columns[name].buttons.addWidget(self._file_lines[name])
            self.columns[name].below.addWidget(self._trees[name], 1)
            self.columns[name].below.addWidget(self._problems[name])
        self.folder = FolderRow()
        self.net1.below.addWidget(self.folder)
        self.net1.below.addStretch()
        return NetColumns(list(self.columns.values()))

    @override
    def connect_views(self) -> None:
        self.down.setSizes([520, 150])
        self._replace = QAction(self.tr("Replace"), self)
        set_tip(self._replace, self.tr("Write over the file that is there."))
        self._keep = QAction(self.tr("Keep it"), self)
        set_tip(self._keep, self.tr("Leave the file as it is; nothing is saved."))
        self._replace.triggered.connect(self._on_replace)
        self.save_whole.clicked.connect(partial(self._save, WHOLE))
        self.save_parameters.clicked.connect(partial(self._save, PARAMETERS))
        self.restore_whole.clicked.connect(self._restore_whole)
        self.restore_parameters.clicked.connect(self._restore_parameters)
        self.folder.chosen.connect(self._on_folder)
        self.run.network_copied.connect(self._on_taken)
        self.saved_files.changed.connect(self._show_files)
        self.saved_files.restored.connect(self._on_restored)
        self.saved_files.failed.connect(self._on_failed)
        self._show_files()

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        for column in self.columns.values():
            column.set_theme(theme)
        self.folder.set_theme(theme)

    @override
    def title(self) -> str:
        return self.tr("Three networks, two files")

    @override
    def headline_text(self, losses: dict[str, float]) -> str:
        loss = losses["loss"]
        return f"Loss={loss:.4f}" if loss < 1e4 else f"Loss={loss:.3g}"

    @override
    def show_waiting(self) -> None:
        self.net1.plot.show_hint(self.tr("PyTorch is loading: the points appear in a moment."))

    # Saving --------------------------------------------------------------------------------------

    @Slot()
    def _save(self, name: str) -> None:
        if self.saved_files.is_foreign(name):
            self._asked = name
            text = self.tr("{path} is there already, and was not saved here. Replace it?")
            path = self.saved_files.folder / name
            self.banner.say("warning", text.format(path=path), [self._replace, self._keep])
            return
        self._to_save.append(name)
        self.run.take_network()

    @Slot()
    def _on_replace(self) -> None:
        self._to_save.append(self._asked)
        self.run.take_network()

    @Slot(object)
    def _on_taken(self, taken: NetworkCopy | None) -> None:
        if not self._to_save:
            return  # it was asked for by the File menu
        name = self._to_save.pop(0)
        if taken is None:
            self.banner.say(
                "warning", self.tr("There is no network to save: its run could not start.")
            )
            return
        self.saved_files.save(name, taken.net, taken.step)

    # Restoring -----------------------------------------------------------------------------------

    @Slot()
    def _restore_whole(self) -> None:
        def make(saved: SavedFile) -> nn.Module:
            if saved.file.net is None:
                text = mark(
                    "core",
                    "{name} holds parameters only, without a network: Restore parameters takes "
                    "such a file.",
                )
                raise NnguiError(text, name=WHOLE)
            return saved.file.net

        self.saved_files.restore(WHOLE, make)

    @Slot()
    def _restore_parameters(self) -> None:
        task, spec = self.task, self.run.viewed_spec

        def make(saved: SavedFile) -> nn.Module:
            from nngui.core.networks.matching import matched, shapes_of
            from nngui.core.training.outline import outline

            net = outline(task, spec, *task.sample_shape(spec))
            found = matched(saved.file.parameters, shapes_of(net.state_dict()))
            net.load_state_dict(found, assign=True)
            return net

        self.saved_files.restore(PARAMETERS, make)

    @Slot(str, object)
    def _on_restored(self, name: str, net: nn.Module) -> None:
        self._nets[name] = net
        self._look()

    @Slot(object)
    def _on_failed(self, error: NnguiError) -> None:
        self.warn(shown_sentence(error))

    def _look(self) -> None:
        """Ask all networks about the same places, from now on."""
        if len(self._x):
            self.run.inspect_with(ReferenceNets(self._x, self._nets))

    # What is shown -------------------------------------------------------------------------------

    @override
    def show_data(self, data: DataView, *, fresh: bool) -> None:
        x, y = data.x[:, 0], data.y.astype(np.float32)
        low, high = float(x.min()), float(x.max())
        beyond = np.linspace(high, high + (high - low) / 8, OUTSIDE, dtype=np.float32)
        self._inside = len(x)
        self._x = np.concatenate((x, beyond)).reshape(-1, 1)
        for column in self.columns.values():
            column.plot.set_points(x, y)
        noise = self.spec.data.noise
        self.net3.plot.set_truth(beyond, beyond**2 + 3 * beyond - 2 + noise / 2)
        self.net1.plot.show_hint("")
        self._show_hints()
        if fresh:
            self.net1.plot.clear_curve()
        self._look()

    def _show_hints(self) -> None:
        if WHOLE not in self._nets:
            text = self.tr("Train, Save whole, then Restore whole: here is Net2.")
            self.net2.figure.setText(text)
        if PARAMETERS not in self._nets:
            text = self.tr("Train, Save parameters, then Restore parameters: here is Net3.")
            self.net3.figure.setText(text)

    @override
    def draw(self, snapshot: Snapshot) -> None:
        seen = snapshot.inspection
        if not isinstance(seen, Answers) or len(seen.x) != len(self._x):
            return
        inside = slice(None, self._inside)
        x = seen.x[:, 0]
        self.net1.plot.draw_curve(x[inside], seen.own[inside, 0])
        self.net1.figure.setText(self.tr("Trained {n} steps.").format(n=f"{seen.step:,}"))
        for name, outputs in seen.others.items():
            shown = inside if name == WHOLE else slice(None)
            self.columns[name].plot.draw_curve(x[shown], outputs[shown, 0])
            difference = float(np.abs(outputs - seen.own).max())
            self.columns[name].figure.setText(self._difference_text(name, difference, seen.step))

    def _difference_text(self, name: str, difference: float, step: int) -> str:
        if difference == 0:
            return self.tr("Largest difference from Net1: 0, the same to the last bit.")
        text = self.tr("Largest difference from Net1: {d}.").format(d=f"{difference:.3g}")
        saved = self.saved_files.items[name].step
        if saved is not None and saved != step:
            text += " " + self.tr("Net1 was saved at step {n}.").format(n=f"{saved:,}")
        return text

    @Slot()
    def _show_files(self) -> None:
        for name, item in self.saved_files.items.items():
            self._file_lines[name].setText(self._file_text(name, item))
            self._trees[name].show_tree(item.saved.tree if item.saved else ())
            self._trees[name].setVisible(item.saved is not None)
            self._problems[name].setText(shown_sentence(item.problem) if item.problem else "")
            self._problems[name].setVisible(item.problem is not None)
        self._show_buttons()
        self.folder.show_folder(self.saved_files.folder, temporary=self.saved_files.is_temporary)

    def _file_text(self, name: str, item: Item) -> str:
        if item.problem is not None:
            return name
        if item.saved is None:
            return self.tr("{name} is not there yet.").format(name=name)
        written = [f"{item.saved.modified:%H:%M:%S}"]
        if item.step is not None:
            written.append(self.tr("step {n}").format(n=f"{item.step:,}"))
        lines = [f"{name} · {bytes_text(item.saved.file.size)}", " · ".join(written)]
        return "\n".join([*lines, *map(shown_sentence, item.saved.file.notes)])

    def _show_buttons(self) -> None:
        there = self.run.state not in (State.ASLEEP, State.PREPARING, State.FAILED)
        for button in (self.save_whole, self.save_parameters):
            button.setEnabled(there)
        for name, button in ((WHOLE, self.restore_whole), (PARAMETERS, self.restore_parameters)):
            button.setEnabled(there and (self.saved_files.items[name].saved is not None))

    @override
    def end(self, deadline: QDeadlineTimer) -> bool:
        return all([self.saved_files.close(deadline), super().end(deadline)])

    @override
    @Slot()
    def on_state_changed(self) -> None:
        super().on_state_changed()
        self._show_buttons()

    @Slot(object)
    def _on_folder(self, folder: Path) -> None:
        self.saved_files.set_folder(folder)
        self._show_files()
