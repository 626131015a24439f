"""The step microscope as a user works it: steps, keys, settings; the numbers are torch's."""

from __future__ import annotations

import re

import numpy as np
import pyqtgraph as pg
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QLabel, QWidget

from tests.gui.helpers import LOADING, after_timers, visible

START = (-0.6, 3.4)


class Page:
    """The page, and where to look on it."""

    def __init__(self, user):
        self.user = user

    def find(self, kind, name):
        widgets = self.user.tab.centre.findChildren(kind)
        return next(w for w in widgets if w.isVisible() and w.accessibleName() == name)

    def press(self, text):
        buttons = self.user.tab.centre.findChildren(QAbstractButton)
        button = next(b for b in buttons if b.isVisible() and b.text() == text)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def enter(self, name, text):
        box = self.find(QAbstractSpinBox, name)
        box.setFocus()
        box.selectAll()
        QTest.keyClicks(box, text)
        QTest.keyClick(box, Qt.Key.Key_Return)

    def type_key(self, key):
        QTest.keyClick(self.user.tab.pages.microscope, key)

    @property
    def text(self):
        """All that stands on the page, as plain text."""
        labels = [w for w in self.user.tab.centre.findChildren(QLabel) if w.isVisible()]
        texts = [re.sub("<[^>]+>", " ", label.text()) for label in labels]
        return "\n".join(text.replace("&nbsp;", " ") for text in texts)

    @property
    def formula(self):
        """The rule as it is read aloud: a line each."""
        widgets = self.user.tab.centre.findChildren(QLabel)
        names = [label.accessibleName() for label in widgets if label.isVisible()]
        return next((name for name in names if "←" in name), "").splitlines()


@pytest.fixture
def page(open_window):
    user = open_window()
    user.window.wake()
    user.open_tab("Batch training")
    user.wait_until(lambda: "ready: press Train" in user.status, LOADING)
    bar = user.tab.centre.tabBar()
    index = next(i for i in range(bar.count()) if bar.tabText(i) == "Step microscope")
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(index).center())
    page = Page(user)
    user.wait_until(lambda: "Press Step: the rule of SGD" in re.sub(" +", " ", page.text))
    return page


def number(text):
    return float(text.replace("\N{MINUS SIGN}", "-").replace("(", "").replace(")", ""))


def by_hand(steps, batches, optimizer):
    """Where a plain loop of PyTorch is after some steps on these batches."""
    net = torch.nn.Linear(1, 1)
    with torch.no_grad():
        net.weight.fill_(START[0])
        net.bias.fill_(START[1])
    stepper = optimizer(net.parameters())
    for x, y in batches[:steps]:
        stepper.zero_grad()
        torch.nn.functional.mse_loss(net(x), y).backward()
        stepper.step()
    return net.weight.item(), net.bias.item()


def tutorial_batches(seed=1, size=4):
    """The batches as a script draws them."""
    from torch.utils.data import DataLoader, TensorDataset

    torch.manual_seed(seed)
    x = torch.linspace(0, 4, 64).unsqueeze(1)
    y = 1.5 * x + 0.5 + 0.6 * torch.randn(64, 1)
    return list(DataLoader(TensorDataset(x, y), size, shuffle=True))


def test_that_the_numbers_on_screen_are_those_of_a_plain_script(page):
    for _ in range(5):
        page.press("Step")
    assert "Step 5" in page.text
    page.press("Adam")
    w, b = by_hand(5, tutorial_batches(), lambda p: torch.optim.Adam(p, 0.15, betas=(0.9, 0.99)))
    assert number(page.formula[-1].split(" = ")[-1]) == pytest.approx(w, abs=1e-4)
    assert page.formula[-1].startswith("w ← w − η·m̂ / (√v̂ + ε)")
    assert len(page.formula) == 5
    page.press("b")
    assert number(page.formula[-1].split(" = ")[-1]) == pytest.approx(b, abs=1e-4)
    assert "torch.optim has the same" in page.text
    assert "bad shoes" in page.text


def test_that_keys_step_forward_and_back_and_play(page):
    page.type_key(Qt.Key.Key_Right)
    page.type_key(Qt.Key.Key_Right)
    assert "Step 2" in page.text
    page.type_key(Qt.Key.Key_Left)
    assert "Step 1" in page.text
    page.type_key(Qt.Key.Key_Space)
    page.user.wait_until(lambda: "Step 4" in page.text)
    page.type_key(Qt.Key.Key_Space)
    stopped = page.text
    after_timers(300)
    assert page.text == stopped
    assert "ready: press Train" in page.user.status  # Space was for the page


def test_that_a_learning_rate_counts_from_the_next_step_on(page):
    page.press("Step")
    page.press("Momentum")
    page.enter("Learning rate", "0.5")
    page.enter("Momentum", "0")
    page.press("Step")
    assert "0.5·" in page.formula[-1].replace(" ", "")
    assert "μ·v + g = 0·" in page.formula[0]


def test_that_one_that_leaves_says_so_and_comes_back_by_steps_back(page):
    page.enter("Learning rate", "1000")
    for _ in range(4):
        page.press("Step")
    assert "It has left the picture" in page.text
    assert "SGD has left for good" in re.sub(" +", " ", page.text)
    page.press("Adam")
    assert len(page.formula) == 5
    page.press("SGD")
    for _ in range(4):
        page.type_key(Qt.Key.Key_Left)
    assert "Step 0" in page.text
    page.enter("Learning rate", "0.06")
    page.press("Step")
    w, _ = by_hand(1, tutorial_batches(), lambda p: torch.optim.SGD(p, 0.06))
    assert number(page.formula[-1].split(" = ")[-1]) == pytest.approx(w, abs=1e-4)


def test_that_a_batch_of_all_points_and_another_seed_begin_anew(page):
    page.press("Step")
    page.enter("Points in a step; all: no noise in the gradient", "0")
    page.user.wait_until(lambda: "Step 0" in page.text)
    for _ in range(3):
        page.press("Step")
    x = torch.linspace(0, 4, 64).unsqueeze(1)
    torch.manual_seed(1)
    y = 1.5 * x + 0.5 + 0.6 * torch.randn(64, 1)
    w, _ = by_hand(3, [(x, y)] * 3, lambda p: torch.optim.SGD(p, 0.06))
    assert number(page.formula[-1].split(" = ")[-1]) == pytest.approx(w, abs=1e-4)
    page.user.enter("seed", "7")
    page.user.wait_until(lambda: "Step 0" in page.text)


def test_that_the_paths_on_the_map_begin_at_the_same_place(page):
    for _ in range(10):
        page.press("Step")
    surface = page.find(QWidget, "The loss by w and b, and the five paths")
    ways = [c.getData() for c in visible(surface, pg.PlotCurveItem)]
    ways = [np.column_stack(way) for way in ways if way[0] is not None and len(way[0]) == 11]
    assert len(ways) == 5
    for way in ways:
        assert way[0] == pytest.approx(START)
    assert len({tuple(way[-1].round(4)) for way in ways}) == 5
