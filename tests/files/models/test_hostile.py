"""No hostile file runs anything, takes long, takes much memory, or ends in another error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from tests.files.models import run_hostile
from tests.files.models.cases import SHUT
from tests.files.models.hostile import corpus

pytestmark = pytest.mark.timeout(600)
SECONDS, MEGABYTES, PATIENCE = 2.0, 64, 500


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """What happened in a process of its own, in which all hostile files were read.

    Where pytest runs in several processes, the first has them read and the others wait for it.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    told = shared / "hostile.json"
    try:
        (shared / "hostile.lock").touch(exist_ok=False)
    except FileExistsError:
        deadline = time.monotonic() + PATIENCE
        while not told.exists() and time.monotonic() < deadline:
            time.sleep(0.2)
    else:
        read_all(tmp_path_factory.mktemp("hostile"), told)
    done = json.loads(told.read_text(encoding="utf-8"))
    assert done["code"] == 0, done["stderr"][-5000:]
    result = json.loads(done["stdout"])
    show(result["files"])
    return result


def read_all(folder, told):
    """Read all hostile files in another process, and write down what it said, all at once."""
    command = [sys.executable, run_hostile.__file__, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    result = {"code": done.returncode, "stdout": done.stdout, "stderr": done.stderr}
    part = told.with_suffix(".part")
    part.write_text(json.dumps(result), encoding="utf-8")
    part.replace(told)


@pytest.fixture(scope="module")
def cases():
    return {case.name: case for case in corpus("canary")}


def show(files):
    """Print what took longest and what took most; `pytest -s` shows it."""
    print(f"\n{len(files)} hostile files")
    for file in sorted(files, key=lambda file: file["seconds"])[:-9:-1]:
        print(f"{file['seconds']:9.2f} s   {file['name']}: {file['ended']}")
    for file in sorted(files, key=lambda file: file["memory"])[:-9:-1]:
        print(f"{file['memory'] / 2**20:9.1f} MB  {file['name']}: {file['ended']}")


def test_that_nothing_in_a_hostile_file_is_executed(report):
    assert [(f["name"], f["events"]) for f in report["files"] if f["events"] or f["canary"]] == []


def test_that_the_same_code_is_executed_by_plain_torch_load(report, cases):
    code = {name for name, case in cases.items() if case.executes}
    assert set(report["control"]) == code
    for name, (made, events) in report["control"].items():
        assert made, name
        assert any(event.startswith("pickle.find_class") for event in events), (name, events)


def test_that_every_hostile_file_ends_as_it_deserves(report, cases):
    wrong = []
    for file in report["files"]:
        ends = cases[file["name"]].ends if file["name"] in cases else None
        known = {end.__name__ if end else "opened" for end in ends or ()}
        if ends and file["ended"] not in known:
            wrong.append((file["name"], file["ended"], known))
    assert wrong == []


def test_that_what_is_no_file_is_refused_at_once(report, cases):
    spots = {f["name"]: f["ended"] for f in report["files"] if f["name"] not in cases}
    assert spots.pop("a sparse file of a terabyte") == "ModelTooLargeError"
    assert set(spots.values()) == {SHUT.__name__}, spots


def test_that_no_hostile_file_takes_long(report):
    assert [f["name"] for f in report["files"] if f["seconds"] > SECONDS] == []


@pytest.mark.skipif(not run_hostile.LINUX, reason="memory is measured by Linux")
def test_that_no_hostile_file_takes_much_memory(report):
    most = MEGABYTES << 20
    assert [(f["name"], f["memory"]) for f in report["files"] if f["memory"] > most] == []
    assert [f["name"] for f in report["files"] if f["limited"] != f["ended"]] == []


def test_that_what_opens_holds_plain_layers_and_can_be_used(report):
    assert [(f["name"], f["complaints"]) for f in report["files"] if f["complaints"]] == []


def test_that_there_is_a_corpus_to_speak_of(report):
    assert len(report["files"]) > 600
