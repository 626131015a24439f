"""The loss card: which curve is which, and where the best place was."""

from __future__ import annotations

import numpy as np

from nngui.core.records.history import History
from nngui.core.records.snapshot import BestPlace
from nngui.gui.panels.loss_card import LossCard
from nngui.gui.style.labels import RichLabel
from nngui.gui.style.theme import LIGHT


def test_that_the_smallest_validation_loss_is_ringed_and_named(qtbot):
    card = LossCard()
    qtbot.addWidget(card)
    card.set_theme(LIGHT)
    card.resize(600, 300)
    card.show()
    history = History(("loss", "val_loss"))
    history.append(np.array([[1.0, 0.9], [0.5, 0.4], [0.3, 0.6]]))
    card.show_run(history, 3)
    card.plot.draw_losses(3)
    legend = card.findChild(RichLabel)
    without = card.plot.grab().toImage()
    assert "best" not in legend.text()
    card.show_best((BestPlace(2, 2, 0.4),))
    assert "best: epoch 2" in legend.text()
    assert card.plot.grab().toImage() != without
    card.show_best(())
    assert "best" not in legend.text()
    assert card.plot.grab().toImage() == without


def test_that_a_new_run_has_no_ring(qtbot):
    card = LossCard()
    qtbot.addWidget(card)
    card.set_theme(LIGHT)
    history = History(("loss", "val_loss"))
    history.append(np.array([[1.0, 0.9]]))
    card.show_run(history, 3)
    card.show_best((BestPlace(1, 1, 0.9),))
    card.show_run(History(("loss", "val_loss")), 3)
    assert "best" not in card.findChild(RichLabel).text()
