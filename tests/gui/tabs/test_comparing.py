"""A model over a run that was begun: it is asked first, and each answer does what it says."""

from __future__ import annotations

import numpy as np
import pytest

from tests.gui.model_files import (
    answers,
    asked,
    borders,
    buttons,
    chip,
    dashed,
    draws,
    drop,
    loss_of,
    model_file,
    net_of,
    open_model,
    opened,
    parameters_file,
    start_file,
    take_steps,
    train_on,
)


@pytest.fixture
def other(tmp_path):
    """Another network, and its file."""
    net = net_of(1, 16, 1)
    return net, model_file(tmp_path / "other.pkl", net)


@pytest.fixture
def begun(user):
    """Somebody before a run of three steps."""
    take_steps(user, 3)
    return user


def seen(user):
    return user.step, user.code, *(tuple(part) for part in user.fit_drawn)


# --- The question ---------------------------------------------------------------------------------


def test_that_a_run_is_asked_about_and_stands_as_it_was_until_then(begun, other):
    before = seen(begun)
    asked(begun, other[1])
    assert begun.banner == "Opening other.pkl replaces the run at step 3."
    assert buttons(begun) == ["Open", "Compare", "Keep the run"]
    assert seen(begun) == before
    begun.settle()
    assert seen(begun) == before


def test_that_open_starts_from_the_file_at_step_0(begun, other):
    net, file = other
    asked(begun, file)
    begun.click("Open")
    begun.wait_for_banner("other.pkl is open: hidden neurons 16, at step 0.")
    begun.wait_until_ready()
    assert begun.step == 0
    assert start_file(begun) == "other.pkl"
    begun.wait_until(lambda: draws(begun, net))


def test_that_keep_leaves_everything_as_it_was(begun, other):
    before = seen(begun)
    asked(begun, other[1])
    begun.click("Keep the run")
    assert begun.banner == ""
    take_steps(begun, 1)
    assert begun.step == 4
    assert begun.code == before[1]
    assert start_file(begun) == ""
    assert not draws(begun, other[0])


def test_that_settings_changed_while_it_is_asked_are_kept(begun, other):
    asked(begun, other[1])
    begun.enter("optimizer.lr", "0.01")
    begun.click("Open")
    begun.wait_until_ready()
    assert begun.shows("optimizer.lr") == "0.01"
    assert begun.shows("network.hidden") == "16"


def test_that_parameters_fit_also_where_the_form_was_changed_while_it_is_asked(begun, tmp_path):
    net = net_of(1, 10, 1)
    asked(begun, parameters_file(tmp_path / "p.pkl", net))
    begun.enter("network.hidden", "20")
    begun.wait_until_ready()
    begun.click("Close")  # that these settings needed a new start
    begun.click("Open")
    begun.wait_for_banner("p.pkl is open")
    begun.wait_until_ready()
    assert begun.shows("network.hidden") == "10"
    assert start_file(begun) == "p.pkl"


def test_that_training_goes_on_while_it_is_asked_and_when_the_run_is_kept(user, other):
    train_on(user)
    asked(user, other[1])
    stood_at = user.step
    user.wait_for_step(stood_at + 5)
    assert user.train_button == "Pause"
    user.click("Keep the run")
    user.wait_for_step(user.step + 5)
    assert user.train_button == "Pause"


def test_that_open_stops_a_training(user, other):
    train_on(user)
    asked(user, other[1])
    user.click("Open")
    user.wait_until_ready()
    assert user.step == 0
    assert user.train_button == "Train"
    user.wait_until(lambda: draws(user, other[0]))


def test_that_the_file_opened_last_is_the_one_that_is_asked_about(begun, other, tmp_path):
    last = net_of(1, 8, 1, seed=9)
    asked(begun, other[1])
    asked(begun, model_file(tmp_path / "last.pkl", last))
    assert buttons(begun) == ["Open", "Compare", "Keep the run"]
    begun.click("Open")
    begun.wait_for_banner("last.pkl is open")
    begun.wait_until_ready()
    begun.wait_until(lambda: draws(begun, last))
    begun.click("Close")
    assert begun.banner == ""


def test_that_a_question_goes_when_the_next_file_opens_in_another_tab(begun, other, tmp_path):
    asked(begun, other[1])
    open_model(begun, model_file(tmp_path / "c.pkl", net_of(2, 6, 2)))
    begun.wait_until(lambda: begun.tab.task.name == "classification")
    begun.wait_for_banner("c.pkl is open")
    begun.wait_until_ready()
    begun.open_tab("Regression")
    assert begun.banner == ""
    assert begun.step == 3


def test_that_of_files_dropped_one_after_the_other_the_last_is_asked_about(begun, tmp_path):
    nets = {f"n{width}.pkl": net_of(1, width, 1) for width in (500, 4, 5)}
    for name, net in nets.items():
        drop(begun.window, model_file(tmp_path / name, net))
    begun.wait_for_banner("Opening n5.pkl replaces ")
    begun.settle()
    begun.click("Open")
    begun.wait_for_banner("n5.pkl is open")
    begun.wait_until_ready()
    begun.wait_until(lambda: draws(begun, nets["n5.pkl"]))
    assert begun.shows("network.hidden") == "5"
    begun.click("Close")
    assert begun.banner == ""


# --- Beside the run -------------------------------------------------------------------------------


def test_that_compare_draws_the_network_beside_the_run(begun, other):
    net, file = other
    before = seen(begun)
    assert (dashed(begun), chip(begun)) == (None, "")
    asked(begun, file)
    begun.click("Compare")
    begun.wait_until(lambda: dashed(begun) is not None)
    x, y = dashed(begun)
    assert np.allclose(y, answers(net, x), atol=1e-6)
    assert chip(begun) == f"╌╌ other.pkl: Loss={loss_of(net):.4f}  ✕"
    assert seen(begun) == before
    assert start_file(begun) == ""
    take_steps(begun, 1)
    assert dashed(begun) is not None
    begun.click("Stop comparing")
    begun.wait_until(lambda: dashed(begun) is None)
    assert chip(begun) == ""
    assert begun.step == 4


def test_that_a_comparison_outlives_reset_but_follows_the_data(begun, other):
    net, file = other
    asked(begun, file)
    begun.click("Compare")
    begun.wait_until(lambda: chip(begun))
    begun.click("Reset")
    begun.wait_until_ready()
    begun.wait_until(lambda: dashed(begun) is not None)
    assert f"Loss={loss_of(net):.4f}" in chip(begun)
    begun.choose("data.kind", "y = |x|")
    begun.wait_until_ready()
    loss = f"Loss={loss_of(net, settings={'data.kind': 'abs'}):.4f}"
    begun.wait_until(lambda: loss in chip(begun))
    assert dashed(begun) is not None


def test_that_a_training_goes_on_beside_a_comparison(user, other):
    train_on(user)
    asked(user, other[1])
    user.click("Compare")
    user.wait_until(lambda: dashed(user) is not None)
    stood_at = user.step
    user.wait_for_step(stood_at + 5)
    x, y = dashed(user)
    assert np.allclose(y, answers(other[0], x), atol=1e-6)
    user.click("Stop comparing")
    user.wait_until(lambda: dashed(user) is None)
    assert user.train_button == "Pause"


def test_that_regions_are_compared_by_their_borders(user, tmp_path):
    user.open_tab("Classification")
    user.wait_until_ready()
    take_steps(user, 1)
    net = net_of(2, 7, 2)
    assert borders(user) == []
    asked(user, model_file(tmp_path / "two.pkl", net))
    user.click("Compare")
    user.wait_until(lambda: len(borders(user)) == 1)
    assert f"two.pkl: Loss={loss_of(net, 'classification'):.4f}" in chip(user)
    user.choose("data.kind", "Iris")  # three classes
    user.wait_until_ready()
    user.wait_until(lambda: borders(user) == [])
    assert chip(user) == ""
    user.choose("data.kind", "Moons")
    user.wait_until_ready()
    user.wait_until(lambda: len(borders(user)) == 1)
    user.click("Stop comparing")
    user.wait_until(lambda: borders(user) == [])


def test_that_what_cannot_be_compared_is_not_offered(user, tmp_path):
    user.open_tab("Classification")
    user.wait_until_ready()
    take_steps(user, 1)
    asked(user, model_file(tmp_path / "four.pkl", net_of(2, 7, 4)))
    assert buttons(user) == ["Open", "Keep the run"]
    user.click("Open")
    user.wait_until_ready()
    assert user.shows("data.kind") == "Blobs"


def test_that_data_changed_while_it_is_asked_bring_the_question_back(user, tmp_path):
    user.open_tab("Classification")
    user.wait_until_ready()
    take_steps(user, 1)
    asked(user, model_file(tmp_path / "two.pkl", net_of(2, 7, 2)))
    user.choose("data.kind", "Iris")
    user.wait_until_ready()
    take_steps(user, 1)
    user.click("Close")  # that these settings needed a new start
    user.click("Compare")
    assert buttons(user) == ["Open", "Keep the run"]
    user.click("Keep the run")
    assert user.shows("data.kind") == "Iris"
    assert chip(user) == ""


def test_that_two_comparisons_are_one_the_last(begun, other, tmp_path):
    last = net_of(1, 8, 1, seed=9)
    for file in (other[1], model_file(tmp_path / "last.pkl", last)):
        asked(begun, file)
        begun.click("Compare")
        begun.wait_until(lambda name=file.name: name in chip(begun))
    x, y = dashed(begun)
    assert np.allclose(y, answers(last, x), atol=1e-6)


def test_that_a_comparison_stands_beside_a_model_that_is_opened(begun, other, tmp_path):
    asked(begun, other[1])
    begun.click("Compare")
    begun.wait_until(lambda: chip(begun))
    begun.click("Reset")
    begun.wait_until_ready()
    net = net_of(1, 8, 1, seed=9)
    opened(begun, model_file(tmp_path / "n.pkl", net))
    begun.wait_until(lambda: draws(begun, net) and dashed(begun) is not None)
    x, y = dashed(begun)
    assert np.allclose(y, answers(other[0], x), atol=1e-6)
