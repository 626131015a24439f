"""Advice above the plots when a run has ended, with a button that mends it."""

from __future__ import annotations


def train(person, rate, steps="30"):
    person.enter("schedule.steps", steps)
    person.enter("optimizer.lr", rate)
    person.click("Reset")
    person.wait_until_ready()
    person.go_fast()
    person.click("Train")


def test_that_one_click_takes_the_smaller_rate_and_trains_again(person):
    train(person, "0.2")
    person.wait_for("done.")
    assert person.banner == ""
    train(person, "50")
    person.wait_for_banner("diverged")
    person.wait_until(lambda: "Use 5" in buttons(person))
    person.click("Use 5")
    person.wait_until(lambda: person.shows("optimizer.lr") == "5")
    assert "Use 5" not in buttons(person)


def test_that_a_slow_run_gets_faster_by_a_click(person):
    train(person, "0.0002", "200")
    person.wait_for_banner("The learning rate 0.0002 is low")
    person.click("Use 0.002")
    person.wait_until(lambda: person.shows("optimizer.lr") == "0.002")
    person.wait_for("All 200 steps done.")


def test_that_what_was_dismissed_is_not_told_again(person):
    train(person, "0.0002", "200")
    person.wait_for_banner("The learning rate 0.0002 is low")
    person.click("Dismiss")
    assert person.banner == ""
    person.click("Reset")
    person.wait_until_ready()
    person.click("Train")
    person.wait_for("All 200 steps done.")
    person.qtbot.wait(200)
    assert person.banner == ""


def test_that_advice_goes_when_the_run_does(person):
    train(person, "0.0002", "200")
    person.wait_for_banner("The learning rate 0.0002 is low")
    person.click("Reset")
    person.wait_until(lambda: person.banner == "")


def buttons(person):
    from PySide6.QtWidgets import QPushButton

    found = person.tab.banner.findChildren(QPushButton)
    return [button.text() for button in found if button.isVisible()]
