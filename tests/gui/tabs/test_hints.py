"""Advice above the plots when a run has ended, with a button that mends it."""

from __future__ import annotations


def train(user, rate, steps="30"):
    user.enter("schedule.steps", steps)
    user.enter("optimizer.lr", rate)
    user.click("Reset")
    user.wait_until_ready()
    user.go_fast()
    user.click("Train")


def test_that_one_click_takes_the_smaller_rate_and_trains_again(user):
    train(user, "0.2")
    user.wait_for("done.")
    assert user.banner == ""
    train(user, "50")
    user.wait_for_banner("diverged")
    user.wait_until(lambda: "Use 0.2" in buttons(user))
    user.click("Use 0.2")
    user.wait_until(lambda: user.shows("optimizer.lr") == "0.2")
    assert "Use 0.2" not in buttons(user)
    user.wait_for("All 30 steps done.")


def test_that_a_slow_run_gets_faster_by_a_click(user):
    train(user, "0.0002", "200")
    user.wait_for_banner("The learning rate 0.0002 is low")
    user.click("Use 0.2")
    user.wait_until(lambda: user.shows("optimizer.lr") == "0.2")
    user.wait_for("All 200 steps done.")


def test_that_what_was_dismissed_is_not_told_again(user):
    train(user, "0.0002", "200")
    user.wait_for_banner("The learning rate 0.0002 is low")
    user.click("Dismiss")
    assert user.banner == ""
    user.click("Reset")
    user.wait_until_ready()
    user.click("Train")
    user.wait_for("All 200 steps done.")
    user.settle()
    assert user.banner == ""


def test_that_advice_goes_when_the_run_does(user):
    train(user, "0.0002", "200")
    user.wait_for_banner("The learning rate 0.0002 is low")
    user.click("Reset")
    user.wait_until(lambda: user.banner == "")


def test_that_advice_to_stop_early_is_a_new_run_and_can_be_undone(user):
    user.window.open_task("classification")
    user.wait_until_ready()
    for key, value in (
        ("data.noise", "2.5"),
        ("network.hidden", "50, 50"),
        ("optimizer.lr", "0.01"),
        ("schedule.steps", "300"),
        ("schedule.validation", "0.3"),
    ):
        user.enter(key, value)
    user.choose("optimizer.name", "Adam")
    user.wait_until_ready()
    user.go_fast()
    user.click("Train")
    user.wait_for_banner("The network overfits")
    user.click("Stop early, and keep the best")
    user.wait_until(lambda: "best was" in user.status)
    spec = user.tab.run.spec
    assert spec.schedule.keep == "best"
    assert user.step < spec.schedule.steps == 300  # and not held at the steps done before
    user.window.actions_.undo.trigger()
    user.wait_until(lambda: user.tab.run.spec.schedule.keep == "last")


def test_that_advice_to_go_on_goes_on(user):
    user.window.open_task("classification")
    user.wait_until_ready()
    user.choose("data.kind", "XOR")
    user.wait_until_ready()
    user.go_fast()
    user.click("Train")
    user.wait_for_banner("The loss was still falling")
    done = user.step
    user.click(f"Go on to step {3 * done:,}")
    user.wait_until(lambda: user.step == 3 * done)
    assert user.shows("schedule.steps") == str(3 * done)


def buttons(user):
    from PySide6.QtWidgets import QPushButton

    found = user.tab.banner.findChildren(QPushButton)
    return [button.text() for button in found if button.isVisible()]
