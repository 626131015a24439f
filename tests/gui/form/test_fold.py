"""The fold at the end of a card: settings that few need."""

from __future__ import annotations

from typing import Literal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nngui.core.spec import OptimizerSpec, ScheduleSpec, Spec, setting
from nngui.gui.form.spec_form import SpecForm

FEW, CAREFUL = "optimizer.few", "schedule.careful"


class Few(OptimizerSpec):
    """An optimizer with a setting that few need, and one that belongs to it."""

    few: Literal["off", "on"] = setting("off", "Few", "Of few.", advanced=True)
    much: float = setting(1.0, "Much", "How much.", advanced=True, when={"few": ("on",)}, ge=0)


class Careful(ScheduleSpec):
    """A schedule with another."""

    careful: bool = setting(False, "Careful", "Of few, too.", advanced=True)


class FoldSpec(Spec):
    """A card with all of them."""

    optimizer: Few = Few()
    schedule: Careful = Careful()


@pytest.fixture
def form(qtbot):
    form = SpecForm(FoldSpec())
    qtbot.addWidget(form)
    form.resize(280, 500)
    form.show()
    qtbot.waitExposed(form)
    return form


def headers(form):
    from nngui.gui.form.fold import Fold

    return [fold for fold in form.findChildren(Fold) if fold.isVisible() and fold.holds(FEW)]


def is_shown(form, key):
    return form.fields[key].isVisible()


def test_that_advanced_settings_are_folded_away_and_one_key_opens_them(form):
    (header,) = headers(form)
    assert not is_shown(form, FEW)
    assert not is_shown(form, CAREFUL)
    header.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(header, Qt.Key.Key_Space)
    assert is_shown(form, FEW)
    assert is_shown(form, CAREFUL)
    assert not is_shown(form, "optimizer.much"), "its neighbour is off"
    below = [form.fields[key].y() for key in (FEW, CAREFUL)]
    assert min(below) > max(form.fields[key].y() for key in ("optimizer.lr", "schedule.steps"))


def test_that_a_fold_stays_as_it_was_left(form):
    (header,) = headers(form)
    header.click()
    form.show_spec(FoldSpec(seed=5))
    assert is_shown(form, FEW)
    header.click()
    form.show_spec(FoldSpec(seed=6))
    assert not is_shown(form, FEW)


def test_that_a_setting_that_is_not_at_its_default_opens_the_fold_and_is_noted_on_it(form):
    (header,) = headers(form)
    changed = FoldSpec(optimizer=Few(few="on"))
    form.show_spec(changed)
    assert is_shown(form, FEW)
    assert is_shown(form, "optimizer.much")
    assert "changed" not in header.text()
    header.click()
    assert header.text() == "More · 1 changed"
    assert "Few" in header.toolTip()
    form.show_spec(changed.replaced(seed=3))
    assert not is_shown(form, FEW), "the user closed it over this change"
    form.show_spec(changed.replaced(schedule=Careful(careful=True)))
    assert is_shown(form, CAREFUL)
    form.show_spec(FoldSpec())
    header.setChecked(False)
    assert header.text() == "More"


def test_that_whoever_asks_for_a_folded_setting_comes_to_it(form):
    assert form.offers(CAREFUL)
    assert not form.offers("optimizer.much")
    form.go_to(CAREFUL)
    assert is_shown(form, CAREFUL)
    assert form.fields[CAREFUL].control.hasFocus()


def test_that_a_racers_folded_setting_is_found(open_window):
    user = open_window()
    user.window.open_task("optimizers")
    form = user.tab.form
    assert form.offers("racers.momentum.momentum")
    assert not form.offers("racers.nesterov.momentum"), "it takes no part"
    form.go_to("racers.momentum.momentum")
    assert form.fields["racers.momentum.momentum"].isVisible()
