"""The status bar: how the run of the open tab stands."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QProgressBar, QPushButton, QStatusBar, QWidget

from nngui.gui.style.icons import icon
from nngui.gui.style.labels import Label, set_tip
from nngui.gui.style.theme import type_px
from nngui.gui.style.translation import shown_sentence
from nngui.gui.training.pace import paces
from nngui.gui.training.state import State

if TYPE_CHECKING:
    from nngui.gui.style.theme import Colours
    from nngui.gui.training.run import Run

WORTH_AN_OFFER_S = 5.0  # to go, from which turbo is offered
ROOM_FOR_ALL = 1150  # pixels of width below which the offer takes the place of device and seed
ROOM_FOR_PLACE = 880  # pixels of width below which device and seed are not told at all


class StatusBar(QStatusBar):
    """Step of how many, progress, loss, rate and time left; at the right device and seed.

    Where turbo would save the user a wait, it is offered in between.

    Signals
    -------
    turbo_requested : bool
        The offer was taken.
    """

    turbo_requested = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(8, 0, 8, 0)
        self.step = Label()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(170)
        self.progress.setAccessibleName(self.tr("Progress"))
        self.figures = Label()
        self.offer = QPushButton()
        self.offer.setProperty("small", True)
        self.offer.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_tip(self.offer, self.tr("Turn turbo on (T)"))
        self.offer.hide()
        self.offer.clicked.connect(self._on_offer)
        self.place = Label()
        for widget in (self.step, self.progress):
            self.addWidget(widget)
        self.addWidget(self.figures, 1)
        self.addPermanentWidget(self.offer)
        self.addPermanentWidget(self.place)

    def show_run(self, run: Run, losses: dict[str, float], total: int, epoch: int) -> None:
        """Show how a run stands."""
        seen = run.viewed_step
        done = run.steps_done if seen is None else seen
        total = max(total, 1)
        text = self.tr("Step {n} of {total}").format(n=f"{done:,}", total=f"{total:,}")
        if run.spec.schedule.batch_size:
            text += " · " + self.tr("epoch {n}").format(n=f"{epoch:,}")
        if seen is not None:
            text += " · " + self.tr("looking back")
        self.step.setText(text)
        self.progress.setVisible(run.state is not State.PREPARING)
        self.progress.setRange(0, 1000)
        self.progress.setValue(round(1000 * min(done / total, 1)))
        left = total - run.steps_done
        self._make_offer(run, left)
        self.figures.setText(" · ".join(self._figures(run, losses, left)))
        seed = self.tr("seed {n}").format(n=run.spec.seed)
        self.place.setText(" · ".join([run.device_in_use.upper(), self._engine(run), seed]))

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        self.offer.setIcon(icon("mdi6.lightning-bolt", theme.accent))

    def _engine(self, run: Run) -> str:
        """Return what trains it; turbo that is wanted and covers it may not be compiled yet."""
        if run.engine.name != "torch":
            return self.tr("turbo")
        awaited = run.turbo and run.engine.unsupported_reason is None
        return self.tr("compiling turbo") if awaited else _torch()

    def _make_offer(self, run: Run, left: int) -> None:
        """Offer turbo where it would save a wait: not while it is the pace that takes the time."""
        rate = run.steps_per_second
        unlimited = paces(run.task.redraw_every)[run.pace_index].unlimited
        able = not run.turbo and run.engine.unsupported_reason is None and unlimited
        wait = left / rate if rate else 0.0
        self.offer.setVisible(able and wait > WORTH_AN_OFFER_S)
        text = self.tr("About {time} to go. Turbo would be much faster.")
        self.offer.setText(text.format(time=self._time(wait)))
        needed = ROOM_FOR_PLACE if self.offer.isHidden() else ROOM_FOR_ALL
        roomy = self.width() >= type_px(needed)
        self.place.setVisible(roomy)

    @Slot()
    def _on_offer(self) -> None:
        self.turbo_requested.emit(True)

    def _figures(self, run: Run, losses: dict[str, float], left: int) -> list[str]:
        from nngui.core.records.history import training_losses  # imports numpy

        if run.state is State.PREPARING:
            return [
                self.tr("Getting PyTorch ready: training starts as soon as it is there.")
                if run.will_train
                else self.tr("Getting PyTorch ready …")
            ]
        if run.state is State.FAILED:
            return [self.tr("Stopped by an error.")]
        parts = []
        if "loss" in losses:
            parts.append(self.tr("loss {value}").format(value=f"{losses['loss']:.4g}"))
        elif several := [losses[name] for name in training_losses(list(losses))]:
            text = self.tr("smallest loss {value}")
            parts.append(text.format(value=f"{min(several, key=_or_infinite):.4g}"))
        if "val_loss" in losses:
            text = self.tr("validation {value}")
            parts.append(text.format(value=f"{losses['val_loss']:.4g}"))
        if run.viewed_step is not None:
            return [*parts, *self._meanwhile(run)]
        parts += self._pace_of(run, left)
        if run.state is State.PAUSED:
            parts.append(self.tr("paused"))
        if run.state is State.ENDED and run.outcome is not None:
            diverged = run.outcome.kind == "diverged"  # the banner has all of that sentence
            parts.append(self.tr("diverged") if diverged else shown_sentence(run.outcome))
        if run.state is State.READY:
            parts.append(self.tr("ready: press Train (Space)"))
        return parts

    def _meanwhile(self, run: Run) -> list[str]:
        """Say where the run itself is, which goes on while its past is looked at."""
        if run.state is State.TRAINING:
            text = self.tr("the run goes on: step {n}")
        else:
            text = self.tr("the run stands at step {n}")
        return [text.format(n=f"{run.steps_done:,}")]

    def _pace_of(self, run: Run, left: int) -> list[str]:
        """Say how fast it goes, and how long it will take unless the offer says so."""
        rate = run.steps_per_second
        if not rate:
            return []
        parts = [self.tr("{n} steps/s").format(n=f"{rate:,.0f}")]
        if self.offer.isHidden():
            may_stop = run.spec.schedule.patience_in_use
            text = self.tr("at most {time} left") if may_stop else self.tr("{time} left")
            parts.append(text.format(time=self._time(left / rate)))
        return parts

    def _time(self, seconds: float) -> str:
        if seconds < 100:
            return self.tr("{n} s").format(n=f"{seconds:.0f}")
        if seconds < 6000:
            return self.tr("{n} min").format(n=f"{seconds / 60:.0f}")
        return self.tr("{n} h").format(n=f"{seconds / 3600:.0f}")


@functools.cache
def _torch() -> str:
    """Return torch's version, from its package's papers: torch itself is not there yet."""
    from importlib.metadata import version

    return f"torch {version('torch').partition('+')[0]}"


def _or_infinite(loss: float) -> float:
    return math.inf if math.isnan(loss) else loss
