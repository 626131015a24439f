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
    user.wait_until(lambda: "Use 5" in buttons(user))
    user.click("Use 5")
    user.wait_until(lambda: user.shows("optimizer.lr") == "5")
    assert "Use 5" not in buttons(user)


def test_that_a_slow_run_gets_faster_by_a_click(user):
    train(user, "0.0002", "200")
    user.wait_for_banner("The learning rate 0.0002 is low")
    user.click("Use 0.002")
    user.wait_until(lambda: user.shows("optimizer.lr") == "0.002")
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
    user.qtbot.wait(200)
    assert user.banner == ""


def test_that_advice_goes_when_the_run_does(user):
    train(user, "0.0002", "200")
    user.wait_for_banner("The learning rate 0.0002 is low")
    user.click("Reset")
    user.wait_until(lambda: user.banner == "")


def buttons(user):
    from PySide6.QtWidgets import QPushButton

    found = user.tab.banner.findChildren(QPushButton)
    return [button.text() for button in found if button.isVisible()]
