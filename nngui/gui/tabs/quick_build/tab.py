"""The quick build's room: a network drawn, and written in two ways that point at each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSplitter, QWidget
from typing_extensions import override

from nngui.core.inspectors.quick_build import PairInspection, inspect_pair
from nngui.core.networks.quick_build import CLASS, SEQUENTIAL, rows_of
from nngui.core.networks.quick_code import activation_part, dropout_part
from nngui.core.networks.quick_spec import misfit
from nngui.core.spec.torch_names import ACTIVATIONS
from nngui.gui.form.layer_editor import LayersField
from nngui.gui.panels.card import label
from nngui.gui.plots.network_drawing import NetworkDrawing
from nngui.gui.style.labels import set_tip
from nngui.gui.style.translation import shown_sentence
from nngui.gui.tabs.quick_build.code_pair import CodePair
from nngui.gui.tabs.task_tab import TaskTab
from nngui.tasks.quick_build.settings import QuickSpec

if TYPE_CHECKING:
    from nngui.core.networks.quick_spec import LayerRow
    from nngui.core.records.snapshot import DataView, Snapshot
    from nngui.core.task import Task
    from nngui.gui.style.theme import Colours


class Tab(TaskTab[QuickSpec]):
    """Section 3 of the tutorial."""

    def __init__(self, task: Task, language: str) -> None:
        super().__init__(task, language)
        self._rows: list[LayerRow] = []

    @override
    def make_centre(self) -> QWidget:
        self.drawing = NetworkDrawing()
        self.pair = CodePair()
        self.explanation = label("", "muted")
        self.explanation.setWordWrap(True)
        self.explanation.setMinimumHeight(36)
        self.explanation.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.pair.put_below(self.explanation)
        centre = QSplitter(Qt.Orientation.Vertical)
        centre.setHandleWidth(8)
        centre.setChildrenCollapsible(False)
        centre.addWidget(self.drawing)
        centre.addWidget(self.pair)
        centre.setStretchFactor(0, 2)
        centre.setStretchFactor(1, 3)
        centre.setSizes([155, 365])
        return centre

    @override
    def connect_views(self) -> None:
        layers = self.form.fields["network.layers"]
        assert isinstance(layers, LayersField)
        self.layers = layers
        self.down.setSizes([560, 100])
        self.header.insertWidget(2, self.pair.chooser)
        self.header.setSpacing(4)  # it is full
        for source in (self.pair, self.drawing, self.layers):
            source.pointed.connect(self._on_pointed)
        self.pair.compared.connect(self._on_compared)
        self.run.inspect_with(inspect_pair)

    @override
    def title(self) -> str:
        return self.tr("Two ways")

    @override
    def column_names(self) -> dict[str, str]:
        return {CLASS: self.tr("class"), SEQUENTIAL: "Sequential"}

    @override
    def headline_text(self, losses: dict[str, float]) -> str:
        seen = self.snapshot.inspection if self.snapshot else None
        if not isinstance(seen, PairInspection):
            return ""
        largest = max(seen.weights, seen.outputs)
        return self.tr("Difference={value}").format(value=f"{largest:.2g}")

    @override
    def subtitle_text(self) -> str:
        widths = [self._rows[0].given, *(row.outputs for row in self._rows)]
        return "–".join(str(width) for width in widths)  # for more there is no room

    @override
    def show_data(self, data: DataView, *, fresh: bool) -> None:
        self._write()

    @override
    def draw(self, snapshot: Snapshot) -> None:
        seen = snapshot.inspection
        if isinstance(seen, PairInspection):
            self.drawing.show_weights(seen.links)
            set_tip(self.headline, self._difference_words(seen))

    @override
    def set_theme(self, theme: Colours) -> None:
        super().set_theme(theme)
        self.drawing.set_theme(theme)
        self.pair.set_theme(theme)

    @override
    def show_spec(self) -> None:
        super().show_spec()
        self._write()

    def _write(self) -> None:
        """Write and draw the present layers, whether or not they fit."""
        spec = self.spec
        sizes = spec.data.sizes
        rows = rows_of(spec, *sizes)
        if rows != self._rows:
            self._rows = rows
            self.layers.show_sizes(*sizes)
            self.drawing.show_layers(rows)
            self.pair.show_layers(rows)
        self.form.show_parameters(sum(row.parameters for row in rows))
        self._explain("")

    # Pointing ----------------------------------------------------------------------------------

    @Slot(str)
    def _on_pointed(self, part: str) -> None:
        self.pair.mark({part} - {""})
        row = self._row_of(part)
        name = row.name if row else ""
        self.drawing.mark(name)
        self.layers.mark(name)
        self._explain(part)

    @Slot(str)
    def _on_compared(self, _kind: str) -> None:
        self._explain("")

    def _row_of(self, part: str) -> LayerRow | None:
        return next(
            (
                row
                for row in self._rows
                if part in (row.name, activation_part(row), dropout_part(row))
            ),
            None,
        )

    def _explain(self, part: str) -> None:
        """Say in a sentence what is pointed at, or what is wrong, or what to do."""
        error = misfit(self._rows)
        row = self._row_of(part)
        if row is not None:
            text = self._about(row, part)
        elif error is not None:
            text = shown_sentence(error)
        else:
            text = self._about_kind(part or self.pair.chosen)
        self.explanation.setText(text)

    def _about(self, row: LayerRow, part: str) -> str:
        if part == row.name:
            text = self.tr(
                "{name}: {inputs} × {outputs} weights and {outputs} biases. Its parameters are "
                "{name}.weight and {name}.bias in the class, {number}.weight and {number}.bias in "
                "the Sequential."
            )
            return text.format(
                name=row.name, inputs=row.inputs, outputs=row.outputs, number=row.number
            )
        if part == dropout_part(row):
            return self._about_kind("dropout")
        text = self.tr(
            "{kind}: in the class a call in forward, which print does not show; in the "
            "Sequential module number {number}. It has no parameters, so both compute the same."
        )
        return text.format(kind=ACTIVATIONS[row.activation], number=row.number + 1)

    def _about_kind(self, kind: str) -> str:
        texts = {
            "activation": self.tr(
                "The activation is a call in the class and a module in the Sequential. That is why "
                "only print(net) of the Sequential lists it."
            ),
            "name": self.tr(
                "The class gives its layers names, the Sequential numbers. So the parameters are "
                "called {name}.weight here and 0.weight there."
            ).replace("{name}", self._rows[0].name),
            "flow": self.tr(
                "The class says in forward how the numbers flow, and could do anything there. In a "
                "Sequential they flow from top to bottom."
            ),
            "dropout": self.tr(
                "Dropout is a module in both: only a module knows net.train() from net.eval(). "
                "Each network draws its own neurons, so the curves differ."
            ),
        }
        default = self.tr(
            "Point at a piece of code, a layer or a column: its counterparts light up. Train "
            "trains both at once, on the same data."
        )
        return texts.get(kind, default)

    def _difference_words(self, seen: PairInspection) -> str:
        text = self.tr(
            "The largest difference between the two: weights {weights}, outputs {outputs}."
        )
        return text.format(weights=f"{seen.weights:.3g}", outputs=f"{seen.outputs:.3g}")
