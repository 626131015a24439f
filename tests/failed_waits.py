"""Which failures of a test run are tried once more: failed waits, and each only once for good.

    python -m pytest ... --failures=FILE           writes what failed, and how
    python tests/failed_waits.py names FILE        prints the tests, or says why none is tried again
    python tests/failed_waits.py note FILE         notes them in the register, after they passed

A test of the window that fails on a busy machine may have waited too short a time. It says so by
the error that it fails with (`tests/limits.py`). An assertion, a crash, a leak, a limit or a test
that could not be collected is never tried again. Nor is a test whose name stands in the register,
`tests/failed_waits.txt`, already: there, once is chance, and twice is a fault of the test.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

REGISTER = Path(__file__).with_suffix(".txt")
MAX_AGAIN = 3  # tests of a run
FAILED_WAIT = "failed wait"


class NotAgainError(Exception):
    """A run that is not tried once more, and why."""


# --- Among pytest's plugins -----------------------------------------------------------------------


def pytest_addoption(parser):
    parser.addoption("--failures", type=Path, help="write what failed, and how, to this file")


def pytest_configure(config):
    if config.getoption("--failures") is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Failures(config.getoption("--failures")))


class Failures:
    """Notes each failure; a worker process that crashed is one, too."""

    def __init__(self, path):
        self._path, self._found = path, {}

    def pytest_runtest_logreport(self, report):
        if report.failed:
            why = dict(report.user_properties).get(FAILED_WAIT, "")
            self._found.setdefault(report.nodeid, []).append(why)

    def pytest_collectreport(self, report):
        if report.failed:
            self._found.setdefault(report.nodeid, []).append("")

    def pytest_sessionfinish(self):
        self._path.write_text(json.dumps(self._found), encoding="utf-8")


# --- The register ---------------------------------------------------------------------------------


def names(found, noted):
    """Return the tests that are tried once more.

    Parameters
    ----------
    found : dict of str to list of str
        What failed, and for each failure the wait that did; empty for any other failure.
    noted : set of str
        The names in the register.

    Raises
    ------
    NotAgainError
        When one of them is not, or they are too many.
    """
    if not found:
        raise NotAgainError("No test failed: pytest itself did.")
    for name, whys in found.items():
        if not all(whys):
            raise NotAgainError(f"{name} did not fail by a wait.")
        if name in noted:
            raise NotAgainError(f"{name} stands in {REGISTER.name} already: mend it.")
    if len(found) > MAX_AGAIN:
        raise NotAgainError(f"{len(found)} tests failed by a wait: at most {MAX_AGAIN} may.")
    return list(found)


def read_register(path=REGISTER):
    """Return the names that stand in the register."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line.split("\t")[1] for line in lines if line and not line.startswith("#")}


def note(found, path=REGISTER):
    """Write them into the register, with the day and the reason; return the lines."""
    today = datetime.now(UTC).date().isoformat()
    lines = ["\t".join([today, name, " ".join(whys[0].split())]) for name, whys in found.items()]
    with path.open("a", encoding="utf-8") as register:
        register.writelines(f"{line}\n" for line in lines)
    return lines


def main(command, path):
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    if command == "note":
        print(f"Commit these lines of {REGISTER.name}:", *note(found), sep="\n")
        return 0
    try:
        print(*names(found, read_register()), sep="\n")
    except NotAgainError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
