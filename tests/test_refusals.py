"""What cannot be done is refused in time and in a sentence, on a machine with 6 GB to give.

Each file is made here, and each command runs in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import torch
from torch import nn

from nngui.files.models.writer import save_model
from tests.core.helpers import some
from tests.files.models.containers import torch_file
from tests.files.models.pickles import layer, linear, named

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="ulimit -v counts on Linux")
BOUNDED = """
import json, os, resource, subprocess, sys
resource.setrlimit(resource.RLIMIT_AS, (6_000_000 * 1024,) * 2)  # ulimit -v 6000000
process = subprocess.Popen(sys.argv[1:])
_, status, used = os.wait4(process.pid, 0)
code = os.waitstatus_to_exitcode(status)
figures = [code, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e3]
print("figures", json.dumps(figures), file=sys.stderr)
"""
MAX_S = 6.0  # CPU seconds, of which torch's import takes two and its first optimizer one
MAX_MB = 700  # with torch


def run(folder, *arguments):
    """Run the command line; return exit code, stdout, stderr, CPU seconds and the peak in MB."""
    command = [sys.executable, "-I", "-c", BOUNDED, sys.executable, "-m", "nngui"]
    done = subprocess.run(
        [*command, *map(str, arguments)],
        capture_output=True, text=True, cwd=folder, timeout=100, check=False,
    )  # fmt: skip
    err, _, figures = done.stderr.rpartition("figures ")
    code, seconds, peak = json.loads(figures)
    assert "Traceback" not in done.stdout + err
    return code, done.stdout, err, seconds, peak


def refusal(folder, *arguments):
    """The one sentence of a command that is refused in time."""
    code, out, err, seconds, peak = run(folder, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1), err
    assert seconds < MAX_S
    assert peak < MAX_MB
    return err.strip()


def somebodys(path):
    """A network of a class of somebody's own, whose forward is not in a file."""
    children = {"hidden": linear(), "predict": linear()}
    path.write_bytes(torch_file(layer(named("__main__", "Net"), children=children)))
    return path


def tied(path):
    one, two = nn.Linear(1, 1), nn.Linear(1, 1)
    two.weight = one.weight
    torch.save(nn.Sequential(one, nn.ReLU(), two), path)
    return path


# Memory -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "settings", "words"),
    some(
        [
            (
                "regression",
                {"data.points": 1_000_000, "network.hidden": [4096, 4096]},
                "65.5 GB of it are what the layers make of 1,000,000 points at once",
            ),
            (
                "optimizers",
                {
                    "data.points": 1_000_000,
                    "network.hidden": [1000],
                    "schedule.batch_size": 500_000,
                },
                "of it are what the layers make of 500,000 points at once",
            ),
            (
                "regression",
                {"network.hidden": [4096] * 32, "optimizer.name": "adam"},
                "520,232,961 parameters and what the optimizer remembers of them",
            ),
        ],
        2,
    ),
    ids=some(["points", "batch", "parameters"], 2),
)
def test_that_a_run_beyond_the_memory_is_refused(tmp_path, task, settings, words):
    pairs = [f"{key}={value}" for key, value in settings.items()]
    sentence = refusal(tmp_path, "train", task, *(word for p in pairs for word in ("--set", p)))
    assert sentence.startswith("nngui: This run would take ")
    assert words in sentence


def test_that_a_run_that_fits_is_trained(tmp_path):
    settings = ["--set", "data.points=100000", "--set", "network.hidden=[500]"]
    few = ["--set", "schedule.steps=2"]
    code, out, err, _, peak = run(tmp_path, "train", "regression", *settings, *few)
    assert (code, err) == (0, "")
    assert json.loads(out)["steps"] == 2
    assert peak < 1500


# Exports ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", some(["onnx", "pkl", "pt2", "safetensors"], 2))
def test_that_a_network_that_is_assumed_is_not_exported_without_a_word(tmp_path, suffix):
    model, new = somebodys(tmp_path / "own.pkl"), tmp_path / f"new.{suffix}"
    sentence = refusal(tmp_path, "export", model, "-o", new)
    assumed = "The file does not say how Net computes. Assumed: its layers in order, with ReLU"
    assert f"was not exported, as it might compute something else. {assumed}" in sentence
    assert sentence.endswith("With --assume it is exported so.")
    assert not new.exists()


def test_that_what_is_assumed_is_printed_when_it_is_exported_so(tmp_path):
    model, new = somebodys(tmp_path / "own.pkl"), tmp_path / "new.pkl"
    code, out, err, _, _ = run(tmp_path, "export", model, "-o", new, "--assume")
    assert (code, out) == (0, "")
    assert err.startswith("nngui: The file does not say how Net computes. Assumed: ")
    assert new.exists()


def test_that_pictures_of_any_size_are_not_taken_for_the_smallest(tmp_path):
    layers = [nn.Conv2d(3, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2)]
    torch.save(nn.Sequential(*layers), tmp_path / "any.pkl")
    arguments = ("export", tmp_path / "any.pkl", "-o", tmp_path / "any.pt2")
    sentence = refusal(tmp_path, *arguments)
    assert "any size goes through: a sample of 3 × 3 × 3 is the smallest" in sentence
    assert "--sample" in sentence
    assert "takes no sample of 1 × 20 × 20" in refusal(tmp_path, *arguments, "--sample", "1x20x20")
    code, _, err, _, _ = run(tmp_path, *arguments, "--sample", "3x20x30")
    assert (code, err) == (0, "")
    program = torch.export.load(tmp_path / "any.pt2").module()
    assert program(torch.zeros(5, 3, 20, 30)).shape == (5, 2)


@pytest.mark.parametrize(
    ("layers", "sample", "words"),
    [
        ([nn.Conv2d(1, 1, 301, padding=1000), nn.Flatten()], "1x50x50", "in the layer 0 (Conv2d)"),
        (
            [nn.AdaptiveAvgPool2d(1024), nn.MaxPool2d(1023, 1, 511), nn.Flatten()],
            "1x9x9",
            "in the layer 1 (MaxPool2d)",
        ),
    ],
    ids=["convolution", "pooling"],
)
@pytest.mark.parametrize("suffix", some(["onnx", "pt2"], 1))
def test_that_an_export_that_would_take_hours_is_refused(tmp_path, layers, sample, words, suffix):
    torch.save(nn.Sequential(*layers), tmp_path / "net.pkl")
    new = tmp_path / f"net.{suffix}"
    sentence = refusal(tmp_path, "export", tmp_path / "net.pkl", "-o", new, "--sample", sample)
    assert words in sentence
    assert "multiply-adds" in sentence


def test_that_layers_without_end_and_layers_that_are_not_there_are_refused(tmp_path):
    deep = nn.Sequential(*[nn.Linear(1, 1) for _ in range(5000)])
    torch.save(deep, tmp_path / "deep.pkl")
    assert "too large" in refusal(tmp_path, "export", tmp_path / "deep.pkl", "-o", "x.onnx")
    (tmp_path / "wide.pkl").write_bytes(torch_file(linear(200_000, 200_000)))
    refusal(tmp_path, "export", tmp_path / "wide.pkl", "-o", "x.onnx")


# Shared parameters --------------------------------------------------------------------------------


def test_that_shared_parameters_are_named_and_not_trained(tmp_path):
    file = tied(tmp_path / "tied.pkl")
    code, out, _, _, _ = run(tmp_path, "inspect", file)
    named_so = "These are one parameter, and stay so (tied weights): 0.weight = 2.weight."
    assert code == 0
    assert f"  note: {named_so}" in out
    for command in ("train", "script"):
        sentence = refusal(tmp_path, command, "regression", "--set", f"network.weights={file}")
        assert "it has tied weights (0.weight = 2.weight), which no task trains as one" in sentence
    code, _, err, _, _ = run(tmp_path, "export", file, "-o", tmp_path / "x.safetensors")
    assert (code, err) == (0, f"nngui: {named_so}\n")


# Settings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    some(
        [
            (
                "".join(f"a.b.c{i}.d=1\n" for i in range(45_000)),
                "more than 5,000 names with a value",
            ),
            ("".join(f"[t{i}]\n" for i in range(45_000)), "more than 2,000 tables"),
            ("a=[" + "1," * 400_000 + "]", "more than 50,000 values"),
            ("#\n" * 400_000, "more than 50,000 lines"),
        ],
        2,
    ),
    ids=some(["keys", "tables", "values", "lines"], 2),
)
def test_that_a_megabyte_of_settings_is_refused_at_once(tmp_path, text, words):
    (tmp_path / "many.toml").write_text(text)
    sentence = refusal(tmp_path, "train", "regression", "--config", tmp_path / "many.toml")
    assert words in sentence


# What nobody foresaw ------------------------------------------------------------------------------

BROKEN = """
import sys, threading, warnings
import nngui.commands
def broken(options):
    warnings.warn("look at \\x1b[2J" + options.command, UserWarning)
    if options.thread:
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        return 0
    raise RuntimeError("\\x1b]0;pwn\\x07" + "x" * 1000)
from nngui import cli
import argparse
class Parser:
    def parse_args(self, arguments):
        return argparse.Namespace(run=broken, command="it", thread="thread" in arguments)
cli._parser = lambda: Parser()
sys.exit(cli.main(sys.argv[1:]))
"""


def broken(folder, *arguments, data):
    (folder / "broken.py").write_text(BROKEN)
    environment = {**os.environ, "NNGUI_DATA_DIR": str(data)}
    return subprocess.run(
        [sys.executable, "broken.py", *arguments],
        capture_output=True, text=True, cwd=folder, timeout=100, check=False, env=environment,
    )  # fmt: skip


@pytest.mark.parametrize(("arguments", "code"), [((), 1), (("thread",), 0)])
def test_that_what_nobody_foresaw_is_a_sentence_and_the_log_has_the_rest(tmp_path, arguments, code):
    done = broken(tmp_path, *arguments, data=tmp_path / "data")
    name = "ZeroDivisionError" if arguments else "RuntimeError"
    log = tmp_path / "data" / "nngui.log"
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.splitlines() == [
        r"nngui: UserWarning: look at \x1b[2Jit",
        f"nngui: Something unexpected happened ({name}). The log has the details: {log}",
    ]
    written = log.read_text(encoding="utf-8")
    assert "Traceback" in written
    assert f"{name}: " in written
    assert "\x1b" not in written


def test_that_a_log_that_cannot_be_written_is_no_second_error(tmp_path):
    (tmp_path / "data").write_text("a file where a folder should be")
    done = broken(tmp_path, data=tmp_path / "data")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 2
    assert r"The log cannot be written. \x1b]0;pwn\x07xxx" in done.stderr
    assert len(done.stderr) < 700


def test_that_a_saved_model_still_opens(tmp_path):
    torch.manual_seed(1)
    save_model(nn.Sequential(nn.Linear(1, 3), nn.Tanh(), nn.Linear(3, 1)), tmp_path / "net.pkl")
    code, out, err, _, _ = run(tmp_path, "inspect", tmp_path / "net.pkl")
    assert (code, err) == (0, "")
    assert "Linear 1→3 · Tanh · Linear 3→1" in out
