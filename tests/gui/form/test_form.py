"""The settings form: made from the Spec's fields, and what an edit does to a run that goes on."""

from __future__ import annotations

from typing import Literal, get_args, get_origin

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QStyle, QStyleOptionSlider

from nngui.core.spec.keys import flat
from nngui.core.spec.refusals import bounds_of
from tests.gui.helpers import LEFT, PLAIN, TASKS

FAR = "100000000"  # steps: the run goes on as long as a test


@pytest.fixture
def training(user):
    """Somebody before a run that goes on, at the tutorial's pace."""
    user.enter("schedule.steps", FAR)
    user.click("Train")
    user.wait_for_step(5)
    return user


def goes_on(user):
    """Whether the run goes on from where it stands."""
    stood_at = user.step
    user.wait_for_step(stood_at + 5)
    return user.train_button == "Pause"


def far_on(user):
    """Train a hundred steps and more, and then five a second: who looks sees a new start."""
    user.go_fast()
    user.wait_for_step(101)
    for _ in range(5):
        user.press(Qt.Key.Key_BracketLeft)


def leaf(spec, key):
    """The pydantic field behind a key such as ``optimizer.lr``."""
    model = type(spec)
    *parts, name = key.split(".")
    for part in parts:
        model = model.model_fields[part].annotation
    return model.model_fields[name]


# --- What it is made of ---------------------------------------------------------------------------


@pytest.mark.parametrize("task", TASKS)
def test_that_every_setting_has_a_field_with_a_name_and_its_bounds(open_window, task):
    user = open_window(shown=False)
    user.window.open_task(task)
    spec = TASKS[task].spec
    for key in flat(spec):
        field = leaf(spec, key)
        control = user.field(key)
        if key.partition(".")[0] not in spec.parts() or not is_of_the_racer(key, field):
            assert control is None, f"{key}: it has no meaning here"
            continue
        if field.json_schema_extra["derived"]:
            assert control is None, f"{key}: there is nothing to ask"
            continue
        if key.startswith("data.table.") and key != "data.table.path":
            assert control is None, f"{key}: a dialog asks for it"
            continue
        if get_origin(field.annotation) is Literal and len(get_args(field.annotation)) == 1:
            assert control is None, f"{key}: there is nothing to choose"
            continue
        assert control.accessibleName().endswith(field.title), key  # "SGD: Learning rate"
        tip = control.toolTip()
        assert field.description in tip
        assert tip.endswith(key)
        bounds = bounds_of(field.metadata)
        for bound in (bounds.get("ge", bounds.get("gt")), bounds.get("le", bounds.get("lt"))):
            assert bound is None or f"{bound:,}" in tip, key
        assert ("starts the run again" in tip) == (not field.json_schema_extra["live"])


def test_that_a_tip_says_the_bounds_in_plain_numbers(open_window):
    assert "From 2 to 1,000,000." in open_window(shown=False).field("data.points").toolTip()


def is_of_the_racer(key, field):
    """Whether a racer's rule has this setting; those of others are not shown."""
    part, _, rest = key.partition(".")
    racer, _, name = rest.partition(".")
    wanted = field.json_schema_extra["when"].get("name", (racer,))
    return part != "racers" or (name != "name" and racer in wanted)


def test_that_a_slider_has_the_name_of_its_field(user):
    slider = user.tab.form.fields["optimizer.lr"].slider
    assert slider.accessibleName() == "Learning rate"
    assert slider.toolTip() == user.field("optimizer.lr").toolTip()


def test_that_the_form_shows_the_tutorials_settings(user):
    shown = {
        "data.kind": "y = a·x² + b",
        "data.points": "100",
        "data.noise": "0.2",
        "network.hidden": "10",
        "network.activation": "ReLU",
        "network.dropout": "off",
        "optimizer.name": "SGD",
        "optimizer.lr": "0.2",
        "loss": "MSE",
        "schedule.steps": "100",
        "schedule.epochs": "by steps",
        "schedule.batch_size": "all at once",
        "schedule.validation": "off",
        "seed": "1",
    }
    assert {key: user.shows(key) for key in shown} == shown
    assert "31" in [label.text() for label in user.tab.form.findChildren(QLabel)]  # parameters


def test_that_settings_that_do_not_matter_are_hidden(user):
    assert not user.field("optimizer.momentum").isVisible()
    user.choose("optimizer.name", "Momentum")
    assert user.field("optimizer.momentum").isVisible()
    user.choose("optimizer.name", "Adam")
    assert not user.field("optimizer.momentum").isVisible()
    assert user.field("optimizer.beta1").isVisible()
    assert user.field("data.a").isVisible()
    user.choose("data.kind", "y = x³")
    assert not user.field("data.a").isVisible()
    assert user.field("data.noise").isVisible()
    user.choose("data.kind", "Diabetes")
    assert not user.field("data.noise").isVisible()


# --- In mid-run -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "text", "shown", "in_code"),
    [
        ("optimizer.lr", "0.05", "0.05", '["lr"] = 0.05'),
        ("optimizer.weight_decay", "0.001", "0.001", '["weight_decay"] = 0.001'),
        ("schedule.batch_size", "20", "20", "size = 20"),
        ("schedule.steps", "2,000", "2,000", "2000"),
        ("schedule.target_loss", "0.0001", "0.0001", "0.0001"),
    ],
)
def test_that_a_live_setting_changes_the_run_without_a_restart(training, key, text, shown, in_code):
    stood_at = training.step
    training.enter(key, text)
    assert goes_on(training)
    assert training.step > stood_at
    assert training.shows(key) == shown
    assert in_code in training.code
    assert training.note == ""
    assert training.banner == ""


def test_that_epochs_are_counted_once_there_are_batches(training):
    assert "epoch" not in training.status
    training.enter("schedule.batch_size", "20")
    assert goes_on(training)
    training.wait_for("epoch ")
    training.enter("schedule.epochs", "1000")
    training.wait_until(lambda: training.total <= 5 * 1000 + training.step)


def test_that_fewer_steps_than_were_done_end_the_run(training):
    training.enter("schedule.steps", "2")
    training.wait_for("done.")
    assert training.train_button == "Train"


@pytest.mark.parametrize(
    ("key", "text", "in_code"),
    [
        ("network.hidden", "20, 20", "hidden2=torch.nn.Linear(20, 20)"),
        ("data.points", "50", "linspace(-1, 1, 50)"),
        ("data.noise", "0.1", "0.1 * torch.rand"),
        ("schedule.validation", "0.25", "len(x) * 0.25"),
        ("seed", "7", "manual_seed(7)"),
    ],
)
def test_that_what_cannot_change_in_mid_run_starts_again_and_says_so(training, key, text, in_code):
    far_on(training)
    training.enter(key, text)
    training.wait_until(lambda: training.step < 100)
    assert training.banner == "These settings need a new start: back to step 0."
    training.wait_for_step(1)
    assert training.train_button == "Pause"
    assert in_code in training.code
    assert training.note == ""


def test_that_another_choice_in_mid_run_starts_again(training):
    for key, text, in_code in (
        ("network.activation", "Tanh", "torch.nn.Tanh()"),
        ("data.kind", "y = |x|", "x.abs()"),
    ):
        far_on(training)
        training.choose(key, text)
        training.wait_until(lambda: training.step < 100)
        assert in_code in training.code
        assert training.train_button == "Pause"


def test_that_a_restart_of_a_run_that_waits_does_not_train(user):
    user.press(Qt.Key.Key_S)
    user.wait_for("Step 1 of")
    user.enter("network.hidden", "3")
    user.wait_until_ready()
    assert user.step == 0
    assert "100 points · 1–3–1 ReLU" in [w.text() for w in user.tab.findChildren(QLabel)]


def test_that_a_drag_of_the_slider_changes_the_learning_rate_live(training):
    slider = training.tab.form.fields["optimizer.lr"].slider
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    handle = slider.style().subControlRect(
        QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider
    )
    start, rates = handle.center(), []
    QTest.mousePress(slider, LEFT, PLAIN, start)
    for move in range(1, 4):
        QTest.mouseMove(slider, start - QPoint(12 * move, 0))
        rates.append(float(training.shows("optimizer.lr")))
        assert f'["lr"] = {rates[-1]}' in training.code
    QTest.mouseRelease(slider, LEFT, PLAIN, start - QPoint(36, 0))
    assert 0.2 > rates[0] > rates[1] > rates[2] > 1e-4
    assert goes_on(training)
    assert "# changed in mid-run" in training.code


# --- What cannot be taken -------------------------------------------------------------------------


def test_that_widths_that_make_no_sense_get_one_sentence_and_the_run_goes_on(training):
    must = "but must be a whole number from 1 to 4096."
    for text, sentence in {
        "20, x": f"network.hidden[1] is x, {must}",
        "0": f"network.hidden[0] is 0, {must}",
        "5000": f"network.hidden[0] is 5000, {must}",
        "1.5": f"network.hidden[0] is 1.5, {must}",
        ", ".join(["2"] * 33): "network.hidden has too many entries: at most 32 are possible.",
    }.items():
        training.enter("network.hidden", text)
        assert training.banner == sentence
        assert training.shows("network.hidden") == text  # to be corrected, not typed again
        assert "hidden=torch.nn.Linear(1, 10)" in training.code
    assert goes_on(training)
    training.enter("network.hidden", "10")
    assert goes_on(training)


def test_that_a_range_the_wrong_way_round_gets_one_sentence_and_the_run_goes_on(training):
    training.enter("data.low", "3")
    assert training.banner == "data.low is 3.0, but must be less than data.high, which is 1.0."
    assert training.shows("data.low") == "-1"
    assert goes_on(training)


def test_that_a_number_out_of_bounds_leaves_the_old_one(user):
    before = user.code
    for key, text, shown in (
        ("optimizer.lr", "0", "0.2"),
        ("optimizer.lr", "1e9", "0.2"),
        ("optimizer.lr", "nan", "0.2"),
        ("optimizer.lr", "-", "0.2"),
        ("data.points", "1", "100"),
        ("schedule.validation", "0.95", "off"),
    ):
        user.enter(key, text)
        assert user.shows(key) == shown
    assert user.code == before


def test_that_numbers_can_be_written_in_several_ways(user):
    for text, shown in {"0,05": "0.05", "1e-3": "0.001", "3E-5": "3e-05", ".5": "0.5"}.items():
        user.enter("optimizer.lr", text)
        assert user.shows("optimizer.lr") == shown


def test_that_arrow_keys_step_in_the_size_of_the_number(user):
    box = user.field("optimizer.lr")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert user.shows("optimizer.lr") == "0.3"
    for _ in range(3):
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert user.shows("optimizer.lr") == "0.09"


def test_that_no_hidden_layer_is_a_network_too(user):
    user.enter("network.hidden", "")
    user.wait_until_ready()
    user.train_to_the_end()
    assert "predict=torch.nn.Linear(1, 1)" in user.code
    assert "hidden" not in user.code


def test_that_new_puts_the_tutorials_settings_back(user):
    user.enter("optimizer.lr", "0.5")
    user.enter("network.hidden", "3, 3")
    user.wait_until_ready()
    user.press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    user.wait_until_ready()
    assert user.shows("optimizer.lr") == "0.2"
    assert user.shows("network.hidden") == "10"


def test_that_letters_typed_into_a_list_choose_there_and_start_nothing(user):
    box = user.field("network.activation")
    box.setFocus()
    QTest.keyClicks(box, "T")
    assert box.currentText() == "Tanh"
    box.setFocus()
    QTest.qWait(QApplication.keyboardInputInterval() + 50)
    QTest.keyClicks(box, "S")
    assert box.currentText() == "Sigmoid"
    assert user.step == 0
    assert not user.window.actions_.turbo.isChecked()


def test_that_the_first_picture_shows_other_initial_weights_at_once(user):
    user.wait_until_ready()
    drawn = user.fit_drawn[1]
    assert np.ptp(drawn) > 0.01
    user.tab.form.go_to("network.init")
    user.choose("network.init", "Zeros")
    user.wait_until(lambda: not user.fit_drawn[1].any())
    assert user.step == 0
    assert "torch.nn.init.zeros_(layer.weight)" in user.code
    user.choose("network.init", "Scaled")
    user.enter("network.init_scale", "10")
    user.wait_until(lambda: np.ptp(user.fit_drawn[1]) > 10 * np.ptp(drawn))
    user.choose("network.init", "PyTorch")
    user.wait_until(lambda: np.array_equal(user.fit_drawn[1], drawn))
    user.choose("network.norm", "LayerNorm")
    user.wait_until(lambda: "LayerNorm" in user.tab.subtitle.text())
    assert "norm=torch.nn.LayerNorm(10)," in user.code
