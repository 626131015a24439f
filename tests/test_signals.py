"""Signals that ask for an end: what there is by then is written, the exit code is the shell's."""

from __future__ import annotations

import json
import os
import pkgutil
import signal
import time

import pytest

from nngui.cli import main
from nngui.files.models.reader import read_model
from nngui.signals import Interrupted, stop_signals
from tests.core.helpers import ALL, losses_of
from tests.headless_runs import line_of, program, usual

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs signals")
LONG = ("--set", "schedule.steps=100000000", "--autosave", "60")


@pytest.fixture(autouse=True)
def foreground():
    """Have signals do what they do in a terminal, and not in a background or under nohup."""
    before = {number: signal.signal(number, handler) for number, handler in usual().items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"] if ALL else ["SIGTERM"])
def test_that_a_signal_ends_the_training_and_all_of_it_is_written(tmp_path, name):
    files = {
        "--history": tmp_path / "h.csv",
        "--save-model": tmp_path / "m.pkl",
        "--save-params": tmp_path / "p.safetensors",
        "--run": tmp_path / "job.run",
        "--project": tmp_path / "projects",
    }
    words = [str(word) for pair in files.items() for word in pair]
    with program("train", "regression", *LONG, *words, data=tmp_path / "data") as started:
        line_of(started, "saved every")
        time.sleep(0.3)
        started.send_signal(getattr(signal, name))
        out, err = started.communicate(timeout=60)
    assert started.returncode == 128 + getattr(signal, name)
    found = json.loads(out)
    assert found["reason"] == "Stopped before the end."
    assert all(path.exists() for path in files.values()), err
    lines = (tmp_path / "h.csv").read_text().splitlines()
    assert len(lines) == 1 + found["steps"]
    losses = [float(line.split(",")[1]) for line in lines[1:]]
    assert losses[:100] == losses_of("regression")[: len(losses)]
    assert read_model(tmp_path / "m.pkl").parameters.keys()
    assert not [path for path in tmp_path.iterdir() if path.name.endswith((".tmp", ".new"))]


@pytest.mark.skipif(not ALL, reason="seconds each")
@pytest.mark.parametrize("delay_s", [0.3, 1.5, 3.0, 5.0, 8.0])
def test_that_a_signal_before_the_training_ends_it_without_a_word(tmp_path, delay_s):
    slow = ("--set", "schedule.steps=100000000", "--history", tmp_path / "h.csv")
    with program("train", "regression", *slow, data=tmp_path / "data") as started:
        time.sleep(delay_s)
        started.send_signal(signal.SIGTERM)
        _, err = started.communicate(timeout=60)
    assert started.returncode in (143, -signal.SIGTERM)  # Python itself was just starting
    assert err == ""


@pytest.mark.skipif(not ALL, reason="three processes: seconds")
def test_that_a_signal_to_all_of_a_group_leaves_a_search_whole(tmp_path):
    place = tmp_path / "s.search"
    over = ("--over", "optimizer.lr=0.01..0.3:log", "--seeds", "1", "--no-prune")
    words = ("search", "regression", *over, "--storage", place, "--engine", "torch")
    long = ("--set", "schedule.steps=100000", "--workers", "2", "--trials", "5")
    with program(*words, *long, data=tmp_path / "data", start_new_session=True) as started:
        while started.poll() is None and (not place.exists() or len(lines_of(place)) < 3):
            time.sleep(0.1)  # until both have begun a trial
        os.killpg(started.pid, signal.SIGTERM)
        out, err = started.communicate(timeout=60)
    assert started.returncode == 143
    assert json.loads(out)["trials"] < 6
    assert "the same command goes on" in err
    assert "has ended" not in err
    assert all(json.loads(line) for line in lines_of(place))


def lines_of(place):
    return place.read_text(encoding="utf-8").splitlines()


def test_that_the_first_signal_asks_and_only_a_second_ctrl_c_does_not_wait():
    with stop_signals(patient=True) as asked:
        for name in ("SIGHUP", "SIGHUP", "SIGTERM"):  # a terminal that is closed sends several
            signal.raise_signal(getattr(signal, name))
        assert asked.code == 129
        with pytest.raises(Interrupted) as ended:
            signal.raise_signal(signal.SIGINT)
        assert ended.value.code == 129
    with stop_signals(patient=False), pytest.raises(Interrupted):
        signal.raise_signal(signal.SIGTERM)


def test_that_what_was_ignored_stays_so_and_other_handlers_stay_theirs():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    mine = signal.signal(signal.SIGTERM, _nothing)
    try:
        with stop_signals(patient=True) as asked:
            signal.raise_signal(signal.SIGHUP)
            signal.raise_signal(signal.SIGTERM)
            assert not asked.is_set()
            assert signal.getsignal(signal.SIGTERM) is _nothing
    finally:
        signal.signal(signal.SIGHUP, before)
        signal.signal(signal.SIGTERM, mine)


def _nothing(*_):
    return


@pytest.mark.parametrize(
    "moment", ["nngui.headless.run_summary", "nngui.headless_outputs.save_model"]
)
def test_that_a_signal_while_files_are_written_ends_when_all_are(
    tmp_path, monkeypatch, capsys, moment
):
    real = pkgutil.resolve_name(moment)

    def interrupted(*arguments):
        signal.raise_signal(signal.SIGTERM)
        return real(*arguments)

    monkeypatch.setattr(moment, interrupted)
    files = [tmp_path / name for name in ("h.csv", "m.pkl", "p.pkl")]
    words = ("--history", files[0], "--save-model", files[1], "--save-params", files[2])
    assert main(["train", "regression", *map(str, words)]) == 143
    found = json.loads(capsys.readouterr().out)
    assert (found["steps"], found["reason"]) == (100, "All 100 steps done.")
    assert [path.exists() for path in files] == [True] * 3


@pytest.mark.parametrize("import_error", [False, True])
def test_that_a_library_that_hides_the_interruption_changes_no_exit_code(
    monkeypatch, capsys, import_error
):
    def interrupted(*_):
        try:
            signal.raise_signal(signal.SIGTERM)
        except KeyboardInterrupt as error:
            if import_error:
                raise ImportError("numpy failed to import") from error
        return 0

    monkeypatch.setattr("nngui.headless.train", interrupted)
    assert main(["train", "regression"]) == 143
    assert capsys.readouterr().err == ""
