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
            line: sorted({test for one in contexts if (test := one.partition("|")[0])})
            for line, contexts in known.contexts_by_lineno(file).items()
        }
    return found


def seconds_of(times: Path) -> dict[str, float]:
    """Return how long each test took, by the name that pytest takes."""
    found = {}
    for case in ET.parse(times).iter("testcase"):
        parts = case.get("classname", "").split(".")
        found[f"{'/'.join(parts)}.py::{case.get('name')}"] = float(case.get("time", 0))
    return found


if __name__ == "__main__":
    main()
