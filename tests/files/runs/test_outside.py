"""Kept runs and recovery files from anywhere: only the program's own errors, and in time."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
import safetensors.numpy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nngui.core.errors import FileError, NnguiError
from nngui.files.runs import recovery, store
from nngui.files.runs.array_file import pack, unpack
from nngui.files.runs.recovery import (
    Recovery,
    read_recovery,
    read_summary,
    trainer_of,
    write_recovery,
)
from nngui.files.runs.recovery_lines import checked_keyframes
from nngui.files.runs.run_file import read_run
from nngui.files.runs.saved import read_listings
from nngui.files.runs.store import RunStore
from tests.core.helpers import TASKS
from tests.files.fuzz.runs import NOW, whole_run
from tests.files.runs.test_store import CURVES

MAX_CPU_S = 2
ANY_TIME = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**53, -1, 10**400, 2**63, 1e308, float(2**70)])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30)
    | st.sampled_from(["inf", "nan", "9" * 5000, "a" + ".a" * 5000 + " = 1", "2026-99-99", "cpu"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=6), inner, max_size=3)
        | st.fixed_dictionaries({"array": st.text(max_size=8)})
        | st.fixed_dictionaries({"tuple": st.lists(inner, max_size=3)})
        | st.fixed_dictionaries({"dict": st.lists(st.tuples(SCALARS, inner).map(list), max_size=3)})
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A recovery file, and a folder of one kept run; each is as the program writes it."""
    folder = tmp_path_factory.mktemp("runs")
    found, run = whole_run()
    write_recovery(folder / "saved.safetensors", found)
    RunStore(folder / "kept", list(TASKS.values())).keep(run, CURVES, None)
    (kept,) = (folder / "kept").glob("*.run")
    return folder / "saved.safetensors", kept


def read_saved(path):
    read_summary(path)
    with suppress(FileError):  # nobody is asked before it is listed
        read_listings(path, TASKS)
    found, task = read_recovery(path, TASKS["regression"]), TASKS["regression"]
    checked_keyframes(found.keyframes, trainer_of(found, task))
    for line in found.branches:
        trainer_of(Recovery(line.journal, line.state, line.history, NOW), task)


def read_kept(path):
    """List the runs of a folder: one that cannot be read is counted, and never an error."""
    kept = RunStore(path.parent, list(TASKS.values()))
    for run in kept.runs():
        kept.curves(run)
        kept.journal(run)


def in_time(read, path):
    began = time.process_time()
    try:
        read(path)
    except NnguiError as error:
        told = str(error)
    else:
        told = ""
    assert "\n" not in told.replace(str(path), "")
    assert time.process_time() - began < MAX_CPU_S


READ = {"saved": (0, read_saved, recovery.KIND), "kept": (1, read_kept, store.KIND)}


def placed(content, data):
    """The content with another value in a place of it, or in the whole of it."""
    tree = json.loads(json.dumps(content))
    part, keys = tree, []
    while isinstance(part, dict | list) and part:
        keys.append(
            data.draw(st.sampled_from(list(part) if isinstance(part, dict) else range(len(part))))
        )
        if data.draw(st.booleans()):
            break
        part = part[keys[-1]]
    part = tree
    for key in keys[:-1]:
        part = part[key]
    part[keys[-1]] = data.draw(VALUES)
    return tree


@pytest.mark.parametrize("kind", READ)
@ANY_TIME
@given(data=st.data())
def test_that_any_value_in_any_place_is_taken_or_refused(files, tmp_path, kind, data):
    index, read, written = READ[kind]
    content, arrays = unpack(files[index], written)
    path = tmp_path / files[index].name
    path.write_bytes(pack(written, placed(content, data), arrays))
    in_time(read, path)


@pytest.mark.parametrize("kind", READ)
@ANY_TIME
@given(data=st.data())
def test_that_damaged_bytes_are_refused(files, tmp_path, kind, data):
    index, read, _ = READ[kind]
    content = bytearray(files[index].read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    path = tmp_path / files[index].name
    path.write_bytes(content)
    in_time(read, path)


@pytest.mark.parametrize("kind", READ)
@ANY_TIME
@given(start=st.integers(0, 1 << 17), rest=st.binary(max_size=2000), times=st.integers(1, 50))
def test_that_any_bytes_are_refused(files, tmp_path, kind, start, rest, times):
    index, read, _ = READ[kind]
    path = tmp_path / files[index].name
    path.write_bytes(start.to_bytes(8, "little") + rest * times)
    in_time(read, path)


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize(
    "content",
    [
        "[" * 90_000,
        '{"a":' * 15_000,
        '{"settings": ' + "9" * 90_000 + "}",
        '{"settings": -1e' + "9" * 90_000 + "}",
        json.dumps({"task": "regression", "settings": "a" + ".a" * 40_000 + " = 1"}),
        json.dumps({"task": ["regression"], "step": 10**300, "saved": "2026-11-30"}),
    ],
    ids=["lists", "tables", "digits", "exponent", "dots", "kinds"],
)
def test_that_what_would_take_long_is_refused_at_once(files, tmp_path, kind, content):
    index, read, written = READ[kind]
    path = tmp_path / files[index].name
    path.write_bytes(safetensors.numpy.save({}, {"format": written, "content": content}))
    in_time(read, path)


def test_that_the_files_as_they_are_written_are_read(files):
    saved, kept = files
    assert read_recovery(saved, TASKS["regression"]).device == "cpu"
    runs = RunStore(kept.parent, list(TASKS.values()))
    assert (len(runs.runs()), runs.unreadable) == (1, 0)


@pytest.mark.parametrize("value", [-1, 2**53, True, 1.0, "1", None, [1]])
@pytest.mark.parametrize("name", ["number", "steps", "sequence"])
def test_that_what_is_no_count_makes_a_run_a_damaged_one(files, tmp_path, name, value):
    content, arrays = unpack(files[1], store.KIND)
    path = tmp_path / files[1].name
    tasks = {task.name: task for task in TASKS.values()}
    path.write_bytes(pack(store.KIND, content | {name: 2**53 - 1}, arrays))
    assert getattr(read_run(path, tasks), name) == 2**53 - 1
    path.write_bytes(pack(store.KIND, content | {name: value}, arrays))
    with pytest.raises(FileError, match="damaged"):
        read_run(path, tasks)
