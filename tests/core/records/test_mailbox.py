"""One slot between two threads: the latest wins."""

from __future__ import annotations

import threading

from nngui.core.records.mailbox import Mailbox


def test_that_what_was_put_in_is_collected_once():
    mailbox = Mailbox()
    assert mailbox.is_empty
    assert mailbox.collect() is None
    mailbox.put("letter")
    assert not mailbox.is_empty
    assert mailbox.collect() == "letter"
    assert mailbox.is_empty
    assert mailbox.collect() is None


def test_that_the_latest_wins():
    mailbox = Mailbox()
    mailbox.put("old")
    mailbox.put("new")
    assert mailbox.collect() == "new"
    assert mailbox.collect() is None


def test_that_letters_from_another_thread_come_in_order_and_the_last_one_always():
    mailbox = Mailbox()
    writer = threading.Thread(target=lambda: [mailbox.put(number) for number in range(20_000)])
    writer.start()
    collected = []
    while writer.is_alive():
        number = mailbox.collect()
        if number is not None:
            collected.append(number)
    writer.join()
    number = mailbox.collect()
    if number is not None:
        collected.append(number)
    assert collected == sorted(set(collected))
    assert collected[-1] == 19_999
