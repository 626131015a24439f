"""Runs the command line on bombs within 6 GB of address space, and says how each ended.

    python tests/files/bomb_runner.py FOLDER [NAME...]

A line of JSON for each: name, exit code, what it said, seconds of the processor, megabytes at the
peak beyond what the process had before.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nngui.cli import main
from tests.files.bombs import BOMBS, TABLE, command
from tests.files.measured import Measured

LIMIT_BYTES = 6_000_000 * 1024  # as `ulimit -v 6000000`


def measure(name, path):
    said = io.StringIO()
    with Measured() as spent, contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        code = main(command(name, path))
    return {
        "name": name,
        "code": code,
        "said": said.getvalue(),
        "seconds": round(spent.seconds, 2),
        "megabytes": round(spent.bytes / 1e6),
    }


def run(folder, names):
    with contextlib.redirect_stdout(io.StringIO()):  # what is imported late is imported now
        main([*TABLE, "example:iris"])
    limit = resource.getrlimit(resource.RLIMIT_AS)[1]
    for name in names:
        place = folder / name.replace(" ", "-").replace(",", "")
        place.mkdir()
        path = place / BOMBS[name][0]
        BOMBS[name][1](path)
        resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, limit))
        print(json.dumps(measure(name, path)), flush=True)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2:] or list(BOMBS))
