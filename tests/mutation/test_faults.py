"""The table of faults holds: each still applies to the code, and names tests that are there."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from tests.mutation.generate import ROOMS, faults_of, modules, sample
from tests.mutation.run import tells

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
FAULTS = tomllib.loads((HERE / "faults.toml").read_text("utf-8"))["fault"]


def test_that_each_fault_of_the_table_still_applies_and_stays_python():
    stale = []
    for fault in FAULTS:
        text = (ROOT / fault["file"]).read_text("utf-8")
        if text.count(fault["old"]) != 1:
            stale.append(
                f"{fault['file']}: {fault['old']!r} stands there {text.count(fault['old'])} times"
            )
            continue
        ast.parse(text.replace(fault["old"], fault["new"]))
    assert not stale, "\n".join(stale)


def test_that_each_fault_names_tests_that_are_there():
    for fault in FAULTS:
        for name in fault["tests"]:
            file, _, test = name.partition("::")
            text = (ROOT / file).read_text("utf-8")
            assert not test or f"def {test}(" in text, name
    assert len({fault["what"] for fault in FAULTS}) == len(FAULTS)


def test_that_what_changes_nothing_is_still_there_to_be_left_out():
    known = tomllib.loads((HERE / "equivalent.toml").read_text("utf-8"))["equivalent"]
    files = {one["fault"].partition(" | ")[0] for one in known}
    keys = {fault.key for file in files for fault in faults_of(ROOT, ROOT / file)}
    assert [one["fault"] for one in known if one["fault"] not in keys] == []
    assert all(one["reason"] for one in known)


MADE = '''\
def f(a: int, b=3) -> bool:
    """A text: 1 < 2."""
    if a < b and not a:
        return check(a, b)
    return a == 1
'''


def test_that_faults_are_made_of_code_and_of_nothing_else(tmp_path):
    path = tmp_path / "module.py"
    path.write_text(MADE, encoding="utf-8")
    found = faults_of(tmp_path, path)
    assert {(fault.line, fault.what) for fault in found} == {
        (1, "3 becomes 4"),
        (3, "`<` becomes `<=`"),
        (3, "`and` becomes `or`"),
        (3, "a `not` is left out"),
        (4, "what is returned is turned"),
        (4, "two arguments change places"),
        (5, "`==` becomes `!=`"),
        (5, "1 becomes 2"),
    }
    for fault in found:
        assert fault.source.decode() == MADE != fault.new
        assert len(fault.new.splitlines()) == len(MADE.splitlines())
    assert len({fault.key for fault in found}) == len(found)


def test_that_the_sample_is_the_same_each_time_and_a_smaller_one_lies_within_it():
    large, small = (sample(ROOT, {"core/turbo": count}) for count in (20, 5))
    assert [fault.key for fault in large[:5]] == [fault.key for fault in small]
    assert len({fault.key for fault in large}) == 20
    assert all(fault.is_python for fault in large)


def test_that_each_room_of_the_sample_is_there():
    assert all(modules(ROOT, room) for room in ROOMS)


@pytest.mark.parametrize(
    ("code", "output", "is_found"),
    [
        (0, "", False),
        (1, "", True),
        (2, "ERROR collecting", True),
        (4, "ERROR collecting tests/a.py", True),  # named tests of what can't be imported
        (4, "no such option", False),
        (5, "", False),  # no tests
        (-11, "", True),
        (None, "", True),  # it took too long
    ],
)
def test_that_a_fault_is_found_by_tests_that_fail_crash_hang_or_do_not_import(
    code, output, is_found
):
    assert tells(code, output) == is_found
