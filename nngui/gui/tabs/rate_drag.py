"""From the line of the learning rate to the settings: who drags it changes the base rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from nngui.core.errors import SettingError
from nngui.core.spec.keys import flat
from nngui.core.spec.toml import with_settings
from nngui.gui.style.translation import shown_sentence

if TYPE_CHECKING:
    from nngui.gui.panels.rate_strip import RateStrip
    from nngui.gui.training.run import Run


class RateDrag(QObject):
    """Edits a run's settings as its line of the learning rate is dragged.

    Signals
    -------
    refused : str
        Why a rate cannot be so, in words.
    """

    refused = Signal(str)

    def __init__(self, run: Run, strip: RateStrip) -> None:
        super().__init__(strip)
        self._run, self._held = run, run.viewed_spec
        strip.drag_began.connect(self._on_began)
        strip.dragged.connect(self._on_dragged)

    @Slot()
    def _on_began(self) -> None:
        self._held = self._run.viewed_spec

    @Slot(str, float)
    def _on_dragged(self, name: str, factor: float) -> None:
        key = self._run.viewed_spec.rate_key(name)
        rate = float(f"{flat(self._held)[key] * factor:.3g}")
        try:
            self._run.apply(with_settings(self._run.viewed_spec, {key: rate}))
        except SettingError as error:
            self.refused.emit(shown_sentence(error))
