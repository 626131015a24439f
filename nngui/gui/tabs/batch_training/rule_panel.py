"""The rule of one optimizer with the numbers of its last step, and what it is like, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from nngui.core.microscope.records import PARAMETERS
from nngui.core.spec.torch_names import OPTIMIZER_NAMES
from nngui.gui.panels.card import ElidedLabel
from nngui.gui.plots.micro_surface import B, W
from nngui.gui.style.labels import RichLabel, set_tip
from nngui.gui.style.theme import LIGHT, Colours, code_font
from nngui.gui.tabs.batch_training.formula import formula_html, formula_number, formula_text

if TYPE_CHECKING:
    from nngui.core.microscope.records import Micro

LINES = 5  # of the longest rule


class RulePanel(QWidget):
    """The loss and the slope, the rule's lines, some words, and how near torch's result is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self.steps, self.formula = ElidedLabel(), RichLabel()
        self.about, self.checked = RichLabel(), ElidedLabel()
        for text in (self.formula, self.about):
            text.setAlignment(Qt.AlignmentFlag.AlignTop)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.about.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self.steps, self._scrolled(self.formula), self.about, self.checked):
            column.addWidget(widget)

    def _scrolled(self, widget: QWidget) -> QScrollArea:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(widget)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFixedHeight(LINES * (self.fontMetrics().lineSpacing() + 6))
        return scroll

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme, from the next picture on."""
        self._theme = theme

    def show_words(self, shown: bool) -> None:
        """Show what it is like and how near it is, or leave the room to the plots."""
        for line in (self.about, self.checked):
            line.setVisible(shown)

    def show_step(self, now: Micro, method: str, which: int) -> None:
        """Show the last step of a method, by one of the `PARAMETERS`."""
        self.about.setText(self._about(now, method))
        self._show_formula(now, method, which)

    def _show_formula(self, now: Micro, method: str, which: int) -> None:
        detail = now.details.get(method)
        loss = self.tr("Step {n} · loss on all points {loss}")
        loss = loss.format(n=now.step, loss=formula_number(now.losses[method]))
        self.steps.setText(loss)
        if detail is None:
            self.formula.setText(self._without_numbers(now, method))
            self.formula.setAccessibleName("")
            self.checked.setText("")
            return
        name, lines = PARAMETERS[which], detail.lines[which]
        slope = self.tr("slope of the batch's loss by {name}: g = {g}")
        gradient = formula_number(float(detail.gradient[which])).strip("()")
        self.steps.setText(f"{loss} · {slope.format(name=name, g=gradient)}")
        self.formula.setText(formula_html(lines, name, self._theme, code_font().family()))
        self.formula.setAccessibleName(formula_text(lines, name))
        found = self.tr("torch.optim has the same: largest relative difference {off}")
        found = found.format(off=f"{detail.off:.0e}" if detail.off else "0")
        self.checked.setText(found)
        why = self.tr(
            "The lines are worked out from torch's own numbers, in double precision; torch "
            "computes in single precision, which rounds at about 6e-8."
        )
        for line in (self.checked, self.formula):
            set_tip(line, f"{found}. {why}")

    def _without_numbers(self, now: Micro, method: str) -> str:
        if not now.step:
            return self.tr("Press Step: the rule of {name} appears here with its numbers.").format(
                name=f"<b>{OPTIMIZER_NAMES[method]}</b>"
            )
        return self.tr(
            "{name} has left for good: its steps are too long. Take steps back, make η smaller."
        ).format(name=f"<b>{OPTIMIZER_NAMES[method]}</b>")

    def _about(self, now: Micro, method: str) -> str:
        texts = {
            "sgd": self.tr(
                "A drunkard on the way home: each batch points downhill a little differently, and "
                "every step follows the newest one. He gets there, staggering."
            ),
            "momentum": self.tr(
                "Put him on a slope: what is left of the last steps carries him on. Where the "
                "batches disagree they cancel, along the valley they add up."
            ),
            "adagrad": self.tr(
                "Give him bad shoes: the more he has walked in a direction, the more every step "
                "there hurts. Steep directions are slowed down; in the end, all of them."
            ),
            "rmsprop": self.tr(
                "Bad shoes that heal: old steps are forgotten, so that the steps get shorter only "
                "where it is steep now, and never stop."
            ),
            "adam": self.tr(
                "A slope and bad shoes together: m carries him on, v shortens steep steps. Both "
                "begin at 0 and are too small at first: the division by 1−βᵗ makes up for it."
            ),
        }
        colour = self._theme.muted
        return f'<span style="color:{colour}">{texts[method]}</span>' + self._astray(now, method)

    def _astray(self, now: Micro, method: str) -> str:
        w, b = now.paths[method][-1]
        if W[0] <= w <= W[1] and B[0] <= b <= B[1]:
            return ""
        text = self.tr("It has left the picture: w = {w}, b = {b}.")
        return " " + text.format(w=f"{w:.3g}", b=f"{b:.3g}")
