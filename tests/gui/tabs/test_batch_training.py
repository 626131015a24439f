"""The batch training tab as a user works it: step by step through the loader."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtWidgets import QTableWidget

from nngui.cli import main
from tests.gui.helpers import LOADING, headless, items, visible

DOTS = pg.ScatterPlotItem


@pytest.fixture
def loader(open_window):
    someone = open_window()
    someone.window.wake()
    someone.open_tab("Batch training")
    someone.wait_until(lambda: "ready: press Train" in someone.status, LOADING)
    return someone


def rows(user):
    """The table as it stands on the screen."""
    table = user.tab.pages.loader.findChild(QTableWidget)
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


def test_that_the_form_asks_for_a_network_only_where_one_is_trained(loader):
    trained = ("network.hidden", "network.dropout", "optimizer.lr", "loss", "schedule.target_loss")
    assert not any(loader.field(key).isVisible() for key in trained)
    assert loader.field("schedule.shuffle").isVisible()
    loader.choose("data.kind", "Parabola")
    assert all(loader.field(key).isVisible() for key in trained)
    loader.wait_until_ready()


def test_that_the_parabola_shows_its_fit_and_lights_up_the_newest_batch(loader):
    loader.choose("data.kind", "Parabola")
    loader.wait_until_ready()
    loader.click("Step")
    loader.wait_until(lambda: loader.step == 1)
    trainer = headless("batch_training", {"data.kind": "points"}, steps=1)
    fit = loader.tab.pages.fit
    assert fit.isVisible()
    loader.wait_until(lambda: any(len(dots.getData()[0]) == 5 for dots in items(fit, DOTS)))
    (lit,) = [dots for dots in items(fit, DOTS) if len(dots.getData()[0]) == 5]
    assert lit.getData()[0].tolist() == trainer.batches.last[0].ravel().tolist()
    curve = visible(fit, pg.PlotCurveItem)[0]
    places = np.asarray(curve.getData()[0], np.float32).reshape(-1, 1)
    expected = trainer.predict(places)[0][:, 0]
    assert np.allclose(curve.getData()[1], expected, atol=1e-6)


def test_that_the_exported_history_holds_the_batches_as_the_command_line_writes_them(
    loader, tmp_path
):
    loader.train_to_the_end()
    loader.trigger(loader.window.actions_.export_history)
    loader.choose_file(tmp_path / "window.csv")
    loader.wait_for_banner("Saved as")
    assert main(["train", "batch_training", "--history", str(tmp_path / "line.csv")]) == 0
    assert (tmp_path / "window.csv").read_bytes() == (tmp_path / "line.csv").read_bytes()
    loader.trigger(loader.window.actions_.export_history)
    loader.choose_file("/proc/nngui.csv")
    loader.wait_for_banner("could not be written")


def test_that_the_steps_of_all_epochs_are_known_before_the_first(loader):
    assert loader.total == 6  # ten numbers by fives, three times
