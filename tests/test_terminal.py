"""Names from files do nothing to the terminal that the command line prints them on."""

from __future__ import annotations

import json
import logging
import os
import pty
import re
import subprocess
import sys

import pytest
import torch
from torch import nn

from nngui.cli import main
from nngui.core.data.preparation import Preparation
from nngui.files.log import start_log
from nngui.files.models.writer import save_model
from nngui.terminal import say, say_json, warn
from tests.files.models.containers import torch_file
from tests.files.models.pickles import called, layer, linear, named, sequential

EVIL = "\x1b[2J\x1b]0;pwn\x07\u202e\x9b31m\rOK"
SHOWN = r"\x1b[2J\x1b]0;pwn\x07\u202e\x9b31m\rOK"
TURNED = "\u202e\u2066x\n\u2028"  # what a table may hold
FORGED = "x\n  note: it is safe"
OBEYED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


@pytest.fixture
def run(capsys):
    """Run the command line; return exit code, stdout and stderr, in which nothing is obeyed."""

    def run(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as error:
            code = error.code
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert not OBEYED.search(out + err)
        return code, out, err

    return run


def on_terminal(folder, *arguments):
    """Run the command line on a terminal of its own; return what arrives there."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "nngui", *map(str, arguments)]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, cwd=folder) as process:
        os.close(theirs)
        arrived = b""
        while True:
            try:
                block = os.read(ours, 65_536)
            except OSError:  # the other side has closed it
                break
            if not block:
                break
            arrived += block
    os.close(ours)
    assert process.returncode == 0, arrived
    return arrived.decode("utf-8").replace("\r\n", "\n")


def table_model(path, column=f"a{EVIL}", target=f"y{EVIL}"):
    """A model of a table whose columns are called so."""
    preparation = Preparation(
        numbers=(column,), categories=(), target=target, classes=(), fill=(0,), mean=(0,), std=(1,)
    )
    torch.manual_seed(1)
    save_model(nn.Sequential(nn.Linear(1, 3), nn.ReLU(), nn.Linear(3, 1)), path, preparation)
    return path


def table_of(path, column=f"a{EVIL}"):
    path.write_text(f'"{column}"\n1\n2\n3\n', encoding="utf-8", newline="")
    return path


# Models -------------------------------------------------------------------------------------------


def test_that_a_class_s_name_is_no_command(run, tmp_path):
    net = layer(named("__main__", f"Net{EVIL}"), children={"hidden": linear(), "act": linear()})
    (tmp_path / "n01.pkl").write_bytes(torch_file(net))
    code, out, err = run("inspect", tmp_path / "n01.pkl")
    assert (code, err) == (0, "")
    assert f"  note: The file does not say how Net{SHOWN} computes." in out


def test_that_what_a_file_would_call_is_no_command(run, tmp_path):
    evil = called(named("os\x1b[2K\x1b[1A\rOK ", "system\x1b[8m"), "id")
    (tmp_path / "n10.pkl").write_bytes(torch_file(evil))
    code, out, err = run("inspect", tmp_path / "n10.pkl")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert r"it would run os\x1b[2K\x1b[1A\rOK .system\x1b[8m when opened elsewhere" in err


def test_that_the_columns_of_a_model_are_no_commands(run, tmp_path):
    code, out, err = run("inspect", table_model(tmp_path / "z29.pkl"))
    assert (code, err) == (0, "")
    assert f"  predicts: y{SHOWN}\n  from columns: a{SHOWN}\n" in out


def test_that_no_name_adds_a_line_of_its_own(run, tmp_path):
    code, out, _ = run("inspect", table_model(tmp_path / f"{FORGED}.pkl", column=FORGED))
    assert code == 0
    assert r"  from columns: x\n  note: it is safe" in out
    assert not [line for line in out.splitlines() if line.startswith("  note: it is safe")]


def test_that_unknown_layers_and_attributes_are_no_commands(run, tmp_path):
    odd = layer("activation.ReLU", **{f"x{EVIL}": 1})
    (tmp_path / "odd.pkl").write_bytes(torch_file(sequential([odd])))
    code, out, err = run("inspect", tmp_path / "odd.pkl")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"x{SHOWN}" in err


# Names that are given -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("inspect", f"{EVIL}.pkl"),
        ("inspect", "\udcff\n.pkl"),
        ("export", f"{EVIL}.pkl", "-o", "x.onnx"),
        ("predict", f"{EVIL}.pkl", "--data", "t.csv"),
        ("train", EVIL),
        ("train", "regression", "--set", f"{EVIL}=1"),
        ("train", "regression", "--set", f"network.activation={EVIL}"),
        ("train", "regression", "--preset", EVIL),
        ("train", "regression", "--data", f"{EVIL}.csv"),
        ("train", "regression", "--device", EVIL),
        ("script", "regression", "--config", f"{EVIL}.toml"),
        ("tasks", EVIL),
        (EVIL,),
        ("workers", "regression", "--fetch-ms", EVIL),
    ],
)
def test_that_a_refusal_is_one_line_whatever_it_names(run, arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_that_the_columns_and_classes_of_a_table_are_no_commands(run, tmp_path):
    rows = "".join(f'"{i}","{TURNED}"\n' for i in range(9))  # a single class
    (tmp_path / "t.csv").write_text(f'"a{TURNED}","b{TURNED}"\n{rows}', encoding="utf-8")
    for more in ((), ("--target", EVIL), ("--target", f"a{TURNED}", "--features", "d\u202e")):
        code, out, err = run("train", "classification", "--data", tmp_path / "t.csv", *more)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert r"\u202e" in err


def test_that_a_key_of_a_settings_file_is_no_command(run, tmp_path):
    file = tmp_path / "s.toml"
    file.write_text('task = "regression"\n"x\\u001b[2J\\nnote: y" = 1\n', encoding="utf-8")
    code, out, err = run("train", "regression", "--config", file)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert r"x\x1b[2J\nnote: y" in err


def test_that_a_line_break_in_a_list_of_columns_is_refused_or_stands_in_quotes(run, tmp_path):
    data = tmp_path / "t.csv"
    data.write_text("a,b\n" + "".join(f"{i},{i % 2}\n" for i in range(9)), encoding="utf-8")
    code, out, err = run("train", "classification", "--data", data, "--features", "a\nb")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "a name with a line break stands in quotes" in err
    code, _, err = run("train", "classification", "--data", data, "--features", '"a\nb"')
    assert code == 2
    assert r"a\nb" in err


# Data ---------------------------------------------------------------------------------------------


def test_that_predictions_go_to_a_file_to_the_letter_and_to_a_terminal_as_escapes(tmp_path):
    model = table_model(tmp_path / "m.pkl", column="a\u202e", target="y\x1b[2J")
    table = table_of(tmp_path / "t.csv", column="a\u202e")
    command = [sys.executable, "-m", "nngui", "predict", model, "--data", table]
    piped = subprocess.run(command, capture_output=True, check=True, timeout=110, text=True)
    seen = on_terminal(tmp_path, *command[3:])
    assert piped.stdout.startswith("a\u202e,predicted y\x1b[2J\n1,")
    assert seen.startswith("a\\u202e,predicted y\\x1b[2J\n1,")
    assert not OBEYED.search(seen)
    assert seen.count("\n") == piped.stdout.count("\n") == 4


def test_that_lines_and_json_are_each_one_line(capsys):
    say(FORGED)
    warn(FORGED + "\udcff")
    values = {f"a{EVIL}\x7f\n": 1.5}
    say_json(values)
    out, err = capsys.readouterr()
    line, data = out.splitlines()
    assert line == r"x\n  note: it is safe"
    assert err == "x\\n  note: it is safe\\udcff\n"
    assert not OBEYED.search(data)
    assert json.loads(data) == values


def test_that_the_log_holds_no_commands(tmp_path):
    log = logging.getLogger("nngui")
    before, level, log.propagate = log.handlers[:], log.level, False  # not into pytest's report
    try:
        file = start_log(tmp_path)
        log.warning("%s\n%s\udcff", EVIL, "second line")
        for handler in log.handlers[:]:
            log.removeHandler(handler)
            handler.close()
    finally:
        log.handlers[:], log.level, log.propagate = before, level, True
    first, second = file.read_text(encoding="utf-8").splitlines()
    assert first.endswith(SHOWN)
    assert second == r"second line\udcff"
