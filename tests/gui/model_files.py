"""Model files, and what a user does with them: opens, drops, answers, and reads what comes."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pyqtgraph as pg
import torch
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from torch import nn

from nngui.files.models.writer import save_model, save_parameters
from tests.gui.helpers import LEFT, PLAIN, headless, items, visible

FOREVER = "100000000"  # steps


def net_of(*widths, activation=nn.Tanh, dropout=0.0, seed=7, end=()):
    """A network of Linear layers of these widths, its children named by their numbers."""
    torch.manual_seed(seed)
    layers = []
    for before, width in itertools.pairwise(widths):
        layers += [nn.Linear(before, width), activation()]
        layers += [nn.Dropout(dropout)] if dropout else []
    return nn.Sequential(*layers[: -2 if dropout else -1], *end)


def model_file(path, net):
    torch.save(net, path)
    return path


def parameters_file(path, net):
    torch.save(net.state_dict(), path)
    return path


def saved_by_us(path, net):
    (save_parameters if "params" in path.name else save_model)(net, path)
    return path


def answers(net, x):
    """What a network says, as the plot shows it; shape (m,)."""
    with torch.no_grad():
        return net.eval()(torch.from_numpy(np.float32(x)).reshape(-1, 1)).numpy()[:, 0]


def loss_of(net, task="regression", settings=()):
    """The loss of a network on a task's data."""
    trainer = headless(task, settings, steps=0)
    with torch.no_grad():
        inputs, targets = trainer.state.train_data
        return float(trainer.state.loss_func(net.eval()(inputs), targets))


# --- Doing ----------------------------------------------------------------------------------------


def open_model(user, path):
    """Choose it by the menu."""
    user.trigger(user.window.actions_.open_model)
    user.choose_file(path)


def open_parameters(user, path):
    user.trigger(user.window.actions_.open_parameters)
    user.choose_file(path)


def opened(user, path):
    """Open a file where nothing is asked, and wait until its run is ready."""
    open_model(user, path)
    user.wait_for_banner(f"{path.name} is open")
    user.wait_until_ready()


def drop(receiver, *paths):
    """Drag files from a folder onto a widget and let go; return whether they were taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    data.setText("\n".join(url.toString() for url in data.urls()))  # as file managers add
    place = QPointF(receiver.rect().center())
    rest = (Qt.DropAction.CopyAction, data, LEFT, PLAIN)
    entered = QDragEnterEvent(place.toPoint(), *rest)
    QApplication.sendEvent(receiver, entered)
    if not entered.isAccepted():
        return False
    QApplication.sendEvent(receiver, QDragMoveEvent(place.toPoint(), *rest))
    dropped = QDropEvent(place, *rest)
    QApplication.sendEvent(receiver, dropped)
    return dropped.isAccepted()


def take_steps(user, count):
    """Press S so many times; the plots have the last step then, not only the status bar."""
    for _ in range(count):
        stood_at = user.step
        user.press(Qt.Key.Key_S)
        user.wait_until(lambda at=stood_at: user.step == at + 1)
        user.wait_until(lambda at=stood_at: user.tab.snapshot.step == at + 1)


def train_on(user):
    """Start a run that does not end by itself."""
    user.enter("schedule.steps", FOREVER)
    user.click("Train")
    user.wait_for_step(5)


def asked(user, path):
    """Open a file over a run that was begun, and wait until it is asked about."""
    open_model(user, path)
    user.wait_for_banner(f"Opening {path.name} replaces the run at step ")


# --- Looking --------------------------------------------------------------------------------------


def start_file(user):
    """The name of the file that the run starts from, as the form shows it; nothing without."""
    row = user.field("network.weights")
    return row.findChild(QLabel).text() if row.isVisible() else ""


def buttons(user):
    """The answers that the banner offers."""
    shown = [b for b in user.tab.banner.findChildren(QAbstractButton) if b.isVisible()]
    return [button.text() for button in shown if button.text()]


def draws(user, net):
    """Whether the curve on the screen is what a network says."""
    x, y = user.fit_drawn
    return x is not None and len(x) > 1 and np.allclose(y, answers(net, x), atol=1e-6)


def dashed(user):
    """The dashed line beside the fit: its places and values, or None."""
    curves = visible(user.view, pg.PlotCurveItem)
    lines = [c for c in curves if c.opts["pen"].style() == Qt.PenStyle.DashLine]
    return lines[0].getData() if lines else None


def borders(user):
    """The dashed lines where a second network's regions meet."""
    return items(user.view, pg.IsocurveItem)


def chip(user):
    """What the chip in the plot's header says; nothing when there is none."""
    button = user.tab.comparison.chip
    return button.text() if button.isVisible() else ""


def first_loss(user):
    """Take a step, and return the loss that the network had before it."""
    take_steps(user, 1)
    return 10 ** user.losses_drawn[1][0]


def within(seconds, condition):
    """Wait so long at most; return whether it came true."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        QTest.qWait(10)
    return condition()
