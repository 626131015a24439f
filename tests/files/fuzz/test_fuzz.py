"""Ten thousand spoilt files open or are refused; `fuzz.py` reads as many as one likes."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.files.fuzz import fuzz

FILES, SEED = 10_000, 1
FORMATS = (
    *("model", "settings", "preferences", "saved run", "kept run", "xlsx", "parquet", "npy", "npz"),
    *("run's journal", "npz images", "csv", "idx", "picture"),
)


def run_fuzz(*arguments):
    command = [sys.executable, fuzz.__file__, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.timeout(600)
def test_that_spoilt_files_only_end_in_the_family_of_errors(tmp_path):
    code, told = run_fuzz(FILES, "--seed", SEED, "--keep", tmp_path)
    print(told)
    assert code == 0, told[-8000:]
    ends = {end: int(number) for number, end in re.findall(r"^ *(\d+) (\w.*)$", told, re.M)}
    assert ends.pop("files in", FILES) == FILES
    for name in FORMATS:  # else the files would be spoilt too much
        tried = sum(number for end, number in ends.items() if end.startswith(f"{name}, "))
        opened = sum(n for end, n in ends.items() if end.startswith(f"{name}, opened"))
        assert tried > FILES / 200, name
        assert opened > tried / 100, name


def test_that_an_exception_a_hang_and_a_crash_are_reported_with_their_files(tmp_path):
    plant = "4=raise,6=hang,9=crash"
    code, told = run_fuzz(14, "--jobs", 2, "--keep", tmp_path, "--plant", plant)
    assert code == 1
    for end in ("exception: --only 4", "hang: --only 6", "crash: --only 9"):
        assert f"\n{end} --seed 0\n" in told
    assert "Timeout (" in told
    assert "3 failures" in told
    kept = {path.name for path in tmp_path.iterdir()}
    assert kept == {f"fuzz-0-{index}" for index in (4, 6, 9)}
    assert len(re.findall(r"^ *\d+ files in", told, re.M)) == 1


def test_that_a_file_is_made_again_by_its_seed_and_index(tmp_path):
    files = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        code, told = run_fuzz("--only", 77, "--seed", 5, "--keep", folder)
        assert code == 0, told
        files.append((folder / "fuzz-5-77").read_bytes())
    assert files[0] == files[1]
