"""Saving models and exporting them, in mid-training too; and closing the window meanwhile."""

from __future__ import annotations

import os
import sys
import threading

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog

from nngui.files.models.reader import read_model
from tests.gui.helpers import CTRL, SHIFT, headless, process_events
from tests.gui.model_files import (
    draws,
    model_file,
    net_of,
    open_model,
    opened,
    take_steps,
    train_on,
    within,
)

UNWRITABLE = "/proc/nngui"  # for root too
ALT = Qt.KeyboardModifier.AltModifier
FULL = "No space left on device"


def save(user, what, path):
    """Choose it by the menu, and wait until the file is there."""
    user.trigger(getattr(user.window.actions_, what))
    user.choose_file(path)


def saved(user, what, path):
    save(user, what, path)
    user.wait_for_banner(f"Saved as {path}.")


def numbers(parameters):
    """All parameters, by order."""
    return [tensor.detach().numpy().copy() for tensor in parameters.values()]


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def pause(user):
    user.click("Pause")
    user.wait_for("paused")


def full_disk(monkeypatch):
    def full(*_):
        raise OSError(28, FULL)

    monkeypatch.setattr("os.fsync", full)


# --- What is saved --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ("save_model", "net.pkl"),
        ("save_parameters", "net_params.pkl"),
        ("save_parameters", "网络 🧠.safetensors"),
    ],
)
def test_that_what_is_saved_in_mid_training_is_the_network_of_a_step(user, tmp_path, what, name):
    train_on(user)
    first = user.step
    saved(user, what, tmp_path / name)
    pause(user)
    last = user.step
    found = numbers(read_model(tmp_path / name).parameters)
    trainer = headless("regression", {"schedule.steps": 10**8}, first)
    while not same(found, numbers(trainer.variants[0].net.state_dict())):
        assert trainer.step_count < last
        trainer.advance(1, 1)
    losses = user.export_history(tmp_path / "losses.csv")[1:]
    expected = headless("regression", {"schedule.steps": 10**8}, 0).advance(1e9, last)[:, 0]
    assert [float(line.split(",")[1]) for line in losses] == expected.tolist()


def test_that_what_was_saved_opens_again_as_it_was_drawn(user, tmp_path):
    take_steps(user, 3)
    x, y = map(np.copy, user.fit_drawn)
    saved(user, "save_model", tmp_path / "net.pkl")
    saved(user, "save_parameters", tmp_path / "net_params.pkl")
    user.click("New weights")
    user.wait_until_ready()
    user.wait_until(lambda: not np.array_equal(user.fit_drawn[1], y))
    for name in ("net.pkl", "net_params.pkl"):
        opened(user, tmp_path / name)
        user.wait_until(lambda: np.array_equal(user.fit_drawn[1], y))
        user.click("New weights")
        user.wait_until_ready()
    net = torch.load(tmp_path / "net.pkl", weights_only=False)
    values = net.eval()(torch.from_numpy(np.float32(x)).reshape(-1, 1))
    assert np.allclose(values.detach().numpy()[:, 0], y, atol=1e-6)


@pytest.mark.parametrize(
    ("key", "modifier", "name"),
    [(Qt.Key.Key_S, CTRL | SHIFT, "net.pkl"), (Qt.Key.Key_S, CTRL | ALT, "net_params.pkl")],
)
def test_that_the_keys_offer_the_tutorial_s_names(user, key, modifier, name):
    user.press(key, modifier)
    dialog = dialog_of(user)
    assert dialog.selectedFiles()[0].endswith(f"/{name}")
    close(user, dialog)


def dialog_of(user):
    user.wait_until(lambda: user.dialogs(QFileDialog))
    return user.dialogs(QFileDialog)[0]


def close(user, dialog):
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    user.wait_until(lambda: not user.dialogs(QFileDialog))


def choose_kind(dialog, text):
    """Choose a kind of file with the keyboard."""
    kinds = dialog.findChild(QComboBox, "fileTypeCombo")
    index = next(index for index in range(kinds.count()) if text in kinds.itemText(index))
    while kinds.currentIndex() != index:
        QTest.keyClick(kinds, Qt.Key.Key_Down if kinds.currentIndex() < index else Qt.Key.Key_Up)


def test_that_the_name_s_ending_follows_the_kind_that_is_chosen(user, tmp_path):
    user.trigger(user.window.actions_.save_parameters)
    dialog = dialog_of(user)
    for kind, ending in ((".safetensors", ".safetensors"), (".pkl", ".pkl")):
        choose_kind(dialog, kind)
        assert dialog.selectedFiles()[0].endswith(f"/net_params{ending}")
    choose_kind(dialog, ".safetensors")
    user.choose_file(tmp_path / "mine")  # without an ending of its own
    user.wait_for_banner(f"Saved as {tmp_path / 'mine.safetensors'}.")
    assert read_model(tmp_path / "mine.safetensors").format == "safetensors"


def test_that_standardised_values_are_told_of(user, tmp_path):
    user.choose("data.kind", "Diabetes")
    user.wait_until_ready()
    save(user, "save_model", tmp_path / "net.pkl")
    user.wait_for_banner("It takes standardised values: mean 0, deviation 1.")
    assert user.banner.startswith(f"Saved as {tmp_path / 'net.pkl'}. ")


def test_that_a_network_is_saved_before_its_first_step_and_in_the_other_tab(user, tmp_path):
    saved(user, "save_model", tmp_path / "r.pkl")
    user.open_tab("Classification")
    saved(user, "save_model", tmp_path / "c.pkl")  # it may still be in the making
    assert read_model(tmp_path / "r.pkl").net[-1].out_features == 1
    assert read_model(tmp_path / "c.pkl").net[-1].out_features == 2


# --- What is not ----------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["save_model", "save_parameters", "export_pt2"])
def test_that_a_place_that_cannot_be_written_to_is_a_sentence(user, what):
    train_on(user)
    name = f"{UNWRITABLE}.{'pt2' if 'pt2' in what else 'pkl'}"
    save(user, what, name)
    user.wait_until(lambda: name in user.banner and "Exporting" not in user.banner, 60_000)
    assert f"{name} could not be written: " in user.banner
    assert user.banner.endswith("Choose another place.")
    assert "\n" not in user.banner
    user.wait_for_step(user.step + 5)


def test_that_an_old_file_stays_when_the_disk_is_full(user, tmp_path, monkeypatch):
    file = model_file(tmp_path / "net.pkl", net_of(1, 3, 1))
    old = file.read_bytes()
    train_on(user)
    with monkeypatch.context() as patch:
        full_disk(patch)
        user.trigger(user.window.actions_.save_model)
        dialog = dialog_of(user)
        dialog.filesSelected.emit([str(file)])  # the dialog itself would ask about replacing it
        close(user, dialog)
        user.wait_for_banner(FULL)
    assert file.read_bytes() == old
    assert [path.name for path in tmp_path.iterdir()] == ["net.pkl"]
    user.wait_for_step(user.step + 5)


def test_that_a_run_that_could_not_start_has_no_network_to_save(user, tmp_path):
    file = model_file(tmp_path / "net.pkl", net_of(1, 5, 1))
    opened(user, file)
    file.unlink()
    user.click("Reset")
    user.wait_for_banner("could not be read")
    save(user, "save_model", tmp_path / "mine.pkl")
    user.wait_for_banner("There is no network to save: its run could not start.")
    assert list(tmp_path.iterdir()) == []


# --- Exports --------------------------------------------------------------------------------------


@pytest.fixture
def exporter(tmp_path, monkeypatch):
    """Have the exports done by a few lines of shell."""

    def use(lines):
        command = tmp_path / "export.sh"
        command.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
        command.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(command))

    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    return use


def test_that_onnx_without_its_packages_says_how_to_get_them(user, monkeypatch):
    monkeypatch.setattr("nngui.files.models.onnx_packages.has_onnx", lambda: False)
    user.trigger(user.window.actions_.export_onnx)
    assert 'pip install "nngui[onnx]"' in user.banner
    assert not user.dialogs(QFileDialog)


def test_that_a_network_is_exported_for_other_programs(user, tmp_path):
    take_steps(user, 2)
    save(user, "export_pt2", tmp_path / "my net.pt2")
    user.wait_for_banner("Exporting ")
    take_steps(user, 1)
    user.wait_until(lambda: "Exporting" not in user.banner and user.banner, 60_000)
    assert user.banner == f"Saved as {tmp_path / 'my net.pt2'}."
    trainer = headless("regression", steps=2)
    x = torch.linspace(-1, 1, 9).reshape(-1, 1)
    net = torch.export.load(tmp_path / "my net.pt2").module()
    assert np.allclose(net(x).detach().numpy(), trainer.predict(x.numpy())[0], atol=1e-6)


def test_that_an_export_that_fails_tells_why(user, tmp_path, exporter):
    exporter('echo "a warning" >&2; echo "nngui: the reason." >&2; exit 1')
    save(user, "export_pt2", tmp_path / "net.pt2")
    user.wait_for_banner("was not exported. the reason.")
    assert user.banner.startswith(str(tmp_path / "net.pt2"))
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("lines", ["kill -9 $$", "missing"])
def test_that_an_export_that_dies_or_does_not_start_is_told(
    user, tmp_path, exporter, monkeypatch, lines
):
    exporter(lines)
    if lines == "missing":
        monkeypatch.setattr(sys, "executable", str(tmp_path / "not there"))
    save(user, "export_pt2", tmp_path / "net.pt2")
    user.wait_for_banner("was not exported. This failed unexpectedly.")
    assert list((tmp_path / "tmp").iterdir()) == []


# --- Closing meanwhile ----------------------------------------------------------------------------


def test_that_closing_ends_an_export_and_leaves_nothing(user, tmp_path, exporter):
    exporter(f"echo $$ > '{tmp_path}/pid'; exec sleep 100")
    save(user, "export_pt2", tmp_path / "net.pt2")
    assert within(10, lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    process = int((tmp_path / "pid").read_text())
    os.kill(process, 0)  # it runs
    user.window.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert within(2, lambda: list((tmp_path / "tmp").iterdir()) == [])


def test_that_closing_waits_for_a_file_that_is_being_written(user, tmp_path, monkeypatch):
    sync, slow = os.fsync, threading.Event()

    def fsync(*arguments):
        slow.set()
        threading.Event().wait(0.3)  # a slow disk
        sync(*arguments)

    monkeypatch.setattr("os.fsync", fsync)
    save(user, "save_model", tmp_path / "net.pkl")
    assert within(10, slow.is_set)
    user.window.close()
    assert read_model(tmp_path / "net.pkl").net is not None
    assert [path.name for path in tmp_path.iterdir()] == ["net.pkl"]


def test_that_closing_while_a_file_is_read_breaks_nothing(user, tmp_path, monkeypatch):
    started, readers = threading.Event(), []

    def read(path):
        readers.append(threading.current_thread())
        started.set()
        threading.Event().wait(0.3)
        return read_model(path)

    monkeypatch.setattr("nngui.files.models.reader.read_model", read)
    file = model_file(tmp_path / "net.pkl", net_of(1, 3, 1))
    open_model(user, file)
    assert within(10, started.is_set)
    user.window.close()
    readers[0].join()  # the window does not wait for it
    process_events()
    assert not draws(user, net_of(1, 3, 1))
