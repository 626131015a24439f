"""Which tests run which line of core and files, and how long each takes, for `run.py`.

    python -m pytest -p tests.no_qt -p no:pytest-qt tests/core tests/files tests/tasks \
        --cov --cov-branch --cov-context=test --junitxml times.xml
    python tests/mutation/coverage_map.py .coverage times.xml -o map.json
"""

from __future__ import annotations

import argparse
import json
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Write the map that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="what coverage wrote")
    parser.add_argument("times", type=Path, help="what pytest wrote by --junitxml")
    parser.add_argument("-o", dest="output", type=Path, required=True)
    options = parser.parse_args()
    found = {"lines": lines_of(options.data), "seconds": seconds_of(options.times)}
    options.output.write_text(json.dumps(found), encoding="utf-8")


def lines_of(data: Path) -> dict[str, dict[int, list[str]]]:
    """Return by file and line the tests that run it."""
    from coverage import CoverageData

    known = CoverageData(str(data))
    known.read()
    found: dict[str, dict[int, list[str]]] = {}
    for file in known.measured_files():
        name = file[file.index("nngui/core" if "nngui/core" in file else "nngui/files") :]
        found[name] = {
            line: sorted({test for one in contexts for test in tests_of(one)})
            for line, contexts in known.contexts_by_lineno(file).items()
        }
    return found


def tests_of(context: str) -> list[str]:
    """Return a test that runs a line; its whole file, where that is while the test is set up.

    What is made once for a file is looked at by other tests than the first one.
    """
    test, _, phase = context.partition("|")
    return [] if not test else [test, test.partition("::")[0]] if phase == "setup" else [test]


def seconds_of(times: Path) -> dict[str, float]:
    """Return how long each test took, and each file, by the names that pytest takes."""
    found: dict[str, float] = {}
    for case in ET.parse(times).iter("testcase"):
        file = "/".join(case.get("classname", "").split(".")) + ".py"
        spent = float(case.get("time", 0))
        found[f"{file}::{case.get('name')}"] = spent
        found[file] = found.get(file, 0.0) + spent
    return found


if __name__ == "__main__":
    main()
