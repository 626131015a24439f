"""The batch training tab as a person works it: step by step through the loader."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QTableWidget

from tests.gui.helpers import LOADING, headless


@pytest.fixture
def loader(open_window):
    someone = open_window()
    someone.window.wake()
    someone.open_tab("Batch training")
    someone.wait_until(lambda: "ready: press Train" in someone.status, LOADING)
    return someone


def rows(person):
    """The table as it stands on the screen."""
    table = person.tab.centre.findChild(QTableWidget)
    columns = range(table.columnCount())
    return [[table.item(row, c).text() for c in columns] for row in range(table.rowCount())]


def test_that_a_step_lights_up_its_batch_and_prints_its_line(loader):
    loader.click("Step")
    loader.wait_until(lambda: len(rows(loader)) == 1)
    assert rows(loader) == [["0", "0", "[5. 3. 1. 7. 9.]", "[ 6.  8. 10.  4.  2.]"]]
    assert loader.tab.pages.loader.plot.lit == [(5, 6), (3, 8), (1, 10), (7, 4), (9, 2)]
    assert loader.headline == "Epoch 0 | Step 0"
    assert not loader.tab.loss_card.isVisible()


def test_that_the_whole_run_stands_in_the_table_at_any_pace(loader):
    loader.enter("schedule.batch_size", "8")
    loader.wait_until_ready()
    loader.train_to_the_end()
    loader.wait_until(lambda: len(rows(loader)) == 6)
    assert [row[:2] for row in rows(loader)] == [[e, s] for e in "012" for s in "01"]
    assert [len(row[2].strip("[]").split()) for row in rows(loader)] == [8, 2] * 3
    assert "batch_size=8" in loader.code


def test_that_a_batch_size_of_zero_is_refused_and_the_old_one_stays(loader):
    loader.enter("schedule.batch_size", "0")
    loader.wait_for_banner("A loader needs batches")
    assert loader.shows("schedule.batch_size") == "5"


def test_that_the_parabola_is_trained_on(loader):
    loader.choose("data.kind", "Parabola")
    loader.wait_until_ready()
    loader.train_to_the_end()
    assert loader.tab.loss_card.isVisible()
    loss = headless("batch_training", {"data.kind": "points"}).variants[0].last_loss
    assert loader.headline == f"Loss={loss:.4f}"
