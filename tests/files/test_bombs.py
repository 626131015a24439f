"""Small files that would take all memory: within 6 GB, by the command line, in time."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.files import bomb_runner
from tests.files.bombs import BOMBS

MAX_SECONDS, MAX_MEGABYTES = 6, 200


@pytest.fixture(scope="module")
def ends(tmp_path_factory):
    if sys.platform != "linux":
        pytest.skip("address space is bounded on Linux")
    command = [sys.executable, bomb_runner.__file__, tmp_path_factory.mktemp("bombs")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {end["name"]: end for end in found}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", BOMBS)
def test_that_a_bomb_ends_in_a_sentence_or_is_read(ends, name):
    end, (*_, sentence, code) = ends[name], BOMBS[name]
    print(end)
    assert (end["code"], sentence in end["said"]) == (code, True), end["said"]
    assert "Traceback" not in end["said"]
    if code:
        assert end["said"].count("\n") == 1
    assert end["seconds"] < MAX_SECONDS
    assert end["megabytes"] < MAX_MEGABYTES
