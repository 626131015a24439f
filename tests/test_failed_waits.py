"""Only a failed wait is tried once more, and of each test only once: all else is red at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import failed_waits
from tests.failed_waits import NotAgainError, names, note, read_register

TESTS = Path(__file__).parent
FAILING = """
    import os, signal, threading, time
    import pytest
    from tests import limits
    from tests.limits import FailedWaitError, wait_patiently

    def ask_until(holds):
        while not holds():
            time.sleep(0.01)

    def test_wait():
        wait_patiently(ask_until, lambda: False, 0.01)

    def test_assertion():
        assert time is None

    def test_leak():
        threading.Thread(target=time.sleep, args=(3,), daemon=True).start()

    @pytest.mark.timeout(1)
    def test_hang():
        threading.Event().wait()

    def test_busy(monkeypatch):
        signal.setitimer(signal.ITIMER_PROF, 0.2)  # in place of minutes
        while True:
            pass

    def test_before(fails):
        pass

    def test_good():
        wait_patiently(ask_until, lambda: True, 0.01)

    @pytest.fixture
    def fails():
        raise FailedWaitError

    def test_crash():
        os.abort()
"""


@pytest.fixture(scope="module")
def found(request, tmp_path_factory):
    """What a run of those tests noted, one process after the other."""
    place = tmp_path_factory.mktemp("failing")
    (place / "test_these.py").write_text("\n".join(line[4:] for line in FAILING.splitlines()))
    (place / "conftest.py").write_text((TESTS / "conftest.py").read_text("utf-8"), "utf-8")
    settings = (TESTS.parent / "pyproject.toml").read_text("utf-8")
    (place / "pyproject.toml").write_text(settings.replace('testpaths = ["tests"]', ""), "utf-8")
    run(place, "-n", "1", f"--failures={place / 'failures.json'}", "--timeout-method", "signal")
    return json.loads((place / "failures.json").read_text("utf-8"))


def run(place, *options):

    environment = {**os.environ, "PYTHONPATH": str(TESTS.parent)}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, check=False)


def of(found, test):
    return {name: whys for name, whys in found.items() if name.endswith(f"::{test}")}


def test_that_what_failed_is_noted_and_nothing_else(found):
    assert len(found) == 7
    assert not of(found, "test_good")


def test_that_a_failed_wait_is_tried_again(found):
    assert names(of(found, "test_wait"), set()) == ["test_these.py::test_wait"]


@pytest.mark.parametrize("kind", ["assertion", "leak", "hang", "busy", "before", "crash"])
def test_that_no_other_failure_is(found, kind):
    assert len(of(found, f"test_{kind}")) == 1
    with pytest.raises(NotAgainError, match="did not fail by a wait"):
        names(of(found, f"test_{kind}") | of(found, "test_wait"), set())


def test_that_an_error_of_pytest_itself_is_not():
    with pytest.raises(NotAgainError, match="pytest itself"):
        names({}, set())


def test_that_more_than_a_few_are_not():
    many = {f"tests/test_a.py::test_{number}": ["it waited"] for number in range(4)}
    with pytest.raises(NotAgainError, match="4 tests failed by a wait"):
        names(many, set())


def test_that_the_same_name_twice_is_red(found, tmp_path, monkeypatch):
    register = tmp_path / "failed_waits.txt"
    register.write_text(failed_waits.REGISTER.read_text("utf-8"), "utf-8")
    noted = read_register(register)
    once = of(found, "test_wait")
    [line] = note(once, register)
    assert line.split("\t")[1:] == ["test_these.py::test_wait", once["test_these.py::test_wait"][0]]
    assert read_register(register) == noted | {"test_these.py::test_wait"}
    with pytest.raises(NotAgainError, match="already"):
        names(once, read_register(register))


def test_that_what_stands_in_the_register_is_a_test_with_its_day_and_reason():
    lines = failed_waits.REGISTER.read_text("utf-8").splitlines()
    for line in [line for line in lines if not line.startswith("#")]:
        day, name, reason = line.split("\t")
        assert len(day) == len("2026-11-30")
        assert (TESTS.parent / name.partition("::")[0]).exists()
        assert reason
