"""Logs for TensorBoard, read back by TensorBoard itself."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from nngui.core.errors import FileError
from nngui.core.records.run_record import RunRecord
from nngui.files.runs import tensorboard as tensorboard_log
from nngui.files.runs.tensorboard import TensorBoardLog, run_folder, write_runs
from tests.core.helpers import trainer_of

WHEN = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


def read(folder):
    found = EventAccumulator(str(folder), {"scalars": 0, "histograms": 0, "tensors": 0})
    found.Reload()
    return found


def points(folder, tag):
    return [(point.step, point.value) for point in read(folder).Scalars(tag)]


def trained(task="regression", settings=(), steps=30):
    trainer = trainer_of(task, settings)
    rows = trainer.advance(math.inf, steps)
    return trainer, rows


def test_that_each_step_is_there_with_the_settings_and_the_parameters(tmp_path):
    trainer, rows = trained(settings={"schedule.validation": 0.2})
    log = TensorBoardLog(tmp_path / "a", "regression", trainer.spec)
    log.add_rows(1, trainer.columns, rows)
    log.add_parameters(trainer.best.net, 30)
    log.close()
    losses = rows[:, 0].astype(np.float32).tolist()
    assert points(tmp_path / "a", "loss/training") == list(zip(range(1, 31), losses, strict=True))
    assert len(points(tmp_path / "a", "loss/validation")) == 30
    tags = read(tmp_path / "a").Tags()
    assert "hidden/weight" in tags["histograms"]
    text = read(tmp_path / "a").Tensors("settings/text_summary")[0].tensor_proto.string_val[0]
    assert 'task = "regression"' in text.decode()
    assert "_hparams_/session_start_info" in read(tmp_path / "a").summary_metadata
    assert points(tmp_path / "a", "final/loss/training")[0][1] == losses[-1]


def test_that_of_many_steps_some_are_written_and_the_last_is_among_them(tmp_path):
    trainer, _rows = trained(steps=1)
    rows = np.linspace(5, 1, 10_000, dtype=np.float32)[:, None]
    log = TensorBoardLog(tmp_path, "regression", trainer.spec)
    log.add_rows(101, ["loss"], rows)
    log.close()
    found = points(tmp_path, "loss/training")
    assert 100 <= len(found) <= 200
    assert found[-1] == (10_100, 1.0)
    assert all(value == rows[step - 101, 0] for step, value in found)


def test_that_of_rare_measurements_none_is_left_out(tmp_path):
    trainer, _rows = trained(steps=1)
    rows = np.full((1000, 2), np.nan, np.float32)
    rows[:, 0] = 1
    rows[[3, 500, 998], 1] = 2, 3, 4
    log = TensorBoardLog(tmp_path, "regression", trainer.spec)
    log.add_rows(1, ["loss", "val_loss"], rows)
    log.close()
    assert sorted(points(tmp_path, "loss/validation")) == [(4, 2), (501, 3), (999, 4)]


def test_that_edits_are_there_as_text(tmp_path):
    trainer, rows = trained(steps=3)
    log = TensorBoardLog(tmp_path, "regression", trainer.spec)
    log.add_rows(1, trainer.columns, rows)
    log.add_edits({2: "optimizer.lr=0.05"})
    log.close()
    (found,) = read(tmp_path).Tensors("edits/text_summary")
    assert found.step == 2
    assert b"optimizer.lr=0.05" in found.tensor_proto.string_val[0]


def test_that_every_racer_has_a_curve_of_its_own(tmp_path):
    trainer, rows = trained("optimizers")
    log = TensorBoardLog(tmp_path, "optimizers", trainer.spec)
    log.add_rows(1, trainer.columns, rows)
    log.close()
    tags = read(tmp_path).Tags()["scalars"]
    assert {"loss/sgd", "loss/momentum", "loss/adagrad", "loss/rmsprop", "loss/adam"} <= set(tags)


def test_that_a_dead_end_is_written_too(tmp_path):
    trainer, _rows = trained(steps=1)
    with torch.no_grad():
        trainer.best.net.hidden.weight.fill_(torch.nan)
    log = TensorBoardLog(tmp_path, "regression", trainer.spec)
    log.add_rows(1, ["loss"], np.array([[1], [np.inf], [np.nan]], np.float32))
    log.add_parameters(trainer.best.net, 3)
    log.close()
    assert len(points(tmp_path, "loss/training")) == 3
    assert "hidden/weight" not in read(tmp_path).Tags()["histograms"]


def test_that_runs_begun_at_once_get_folders_of_their_own(tmp_path):
    first = run_folder(tmp_path, "regression", WHEN)
    assert first.name == "regression-20261124-123000"
    first.mkdir()
    assert run_folder(tmp_path, "regression", WHEN).name == "regression-20261124-123000-2"


def test_that_without_the_package_one_is_told_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr(tensorboard_log, "has_tensorboard", lambda: False)
    trainer, _rows = trained(steps=1)
    with pytest.raises(FileError, match=r"Get it by: pip install \"nngui\[tensorboard\]\""):
        TensorBoardLog(tmp_path, "regression", trainer.spec)


def test_that_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")
    trainer, _rows = trained(steps=1)
    with pytest.raises(FileError, match="could not be written"):
        TensorBoardLog(tmp_path / "file" / "log", "regression", trainer.spec)


def test_that_kept_runs_are_written_each_into_a_folder_of_its_own(tmp_path):
    trainer, _rows = trained(steps=1)
    curves = {"loss": (np.array([10, 20]), np.array([2.0, 1.0]))}
    figures = {"loss": 1.0, "val_loss": 1.5}
    runs = [
        RunRecord(name, "regression", trainer.spec, i, "", WHEN, 20, "steps", figures)
        for i, name in enumerate("ab")
    ]
    first, second = write_runs(
        tmp_path, runs, {"a": "Run 1", "b": "../<too> bold"}, lambda _: curves
    )
    assert first.parent == second.parent == tmp_path
    assert second.name == "regression-20261124-123000-too--bold"
    assert points(first, "loss/training") == [(10, 2.0), (20, 1.0)]
    assert points(second, "final/loss/validation") == [(0, 1.5)]
    alike = write_runs(tmp_path / "alike", runs, {"a": "mine", "b": "mine"}, lambda _: curves)
    assert alike[1].name == f"{alike[0].name}-2"
