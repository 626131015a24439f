"""Put faults into the code, one at a time, and see which the tests find.

    python tests/mutation/run.py                    # the table of faults
    python tests/mutation/run.py --sample MAP       # those made by rule, by what runs their lines
    python tests/mutation/run.py --only TEXT ...    # those of them that have a text in their name

MAP is what a run of the tests with coverage left (see `coverage_map.py`): which tests run which
line, and how long each takes. All happens in a copy of the tree, and nothing there is kept. A fault
is found when a test fails, or takes far longer than it should. The exit code is 1 where fewer than
95 % are found, or where a test fails without any fault.

Importing torch takes longer than most tests: so it is imported once, and each fault has a process
forked from that one. The copy's own modules are imported there.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import traceback
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
WANTED = 0.95  # the share to be found
MOST_S, MOST_TESTS = 60.0, 120  # the tests of a fault: the quickest of those that run its line
TIMEOUT_S = 240.0  # for a fault; a loop without an end is one that is found
PYTEST = (
    "-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header", "--tb=line",
    "-W", "ignore::pytest.PytestAssertRewriteWarning",  # of what is preloaded
    "-o", "timeout=100",
)  # fmt: skip
PRELOADED = (
    "hypothesis.strategies", "numba", "onnx", "pandas", "PIL.Image", "platformdirs", "psutil",
    "pydantic", "pytest", "rich.console", "rich.progress", "safetensors.torch", "scipy.stats",
    "sklearn.calibration", "sklearn.impute", "sklearn.linear_model", "sklearn.metrics",
    "sklearn.model_selection", "sklearn.preprocessing", "tomli_w", "torch",
    "torchmetrics.functional.classification",
)  # fmt: skip
COMPILED = tuple(
    f"nngui/core/turbo/{name}.py"
    for name in ("kernel", "layers", "losses", "rules", "shuffle", "stepping")
)
BY_PYTHON = ("test_interpreted", "test_functions")
WITHOUT_QT = ("-p", "no:pytest-qt", "-p", "tests.no_qt")
FAILED, INTERRUPTED, MISUSED = 1, 2, 4  # pytest's exit codes
NOT_IMPORTED = "ERROR collecting"  # what it says then, with either of the last two


@dataclass(frozen=True, slots=True)
class Trial:
    """A fault as it is tried: the text of a module with it, and what should find it."""

    name: str
    file: str
    text: str
    tests: tuple[str, ...]


def main(arguments: list[str]) -> int:
    """Try the faults that the command line names, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", metavar="MAP", help="those made by rule instead")
    parser.add_argument("--share", type=float, default=1.0, help="of that sample")
    parser.add_argument("--only", nargs="+", default=[], metavar="TEXT")
    parser.add_argument("--survivors", metavar="FILE", help="where the names of those are written")
    parser.add_argument("--tests", nargs="+", metavar="TEST", help="these instead of their own")
    parser.add_argument("--again", metavar="FILE", help="only what is named in such a file")
    options = parser.parse_args(arguments)
    trials = by_rule(Path(options.sample), options.share) if options.sample else of_table()
    if options.only:
        trials = [t for t in trials if any(text in f"{t.file} {t.name}" for text in options.only)]
    if options.again:
        names = set(Path(options.again).read_text("utf-8").splitlines())
        trials = [trial for trial in trials if trial.name in names]
    if options.tests:
        trials = [replace(trial, tests=tuple(options.tests)) for trial in trials]
    with tempfile.TemporaryDirectory(prefix="nngui-faults-") as folder:
        copy = Path(folder) / "tree"
        copy_tree(copy)
        prepare(copy)
        if options.sample and not options.tests:
            trials = of_those_there(trials, copy)
        elif not is_green(trials, copy):
            return 1
        survived = [trial for trial in trials if not is_found(trial, copy)]
    if options.survivors:
        text = "".join(f"{trial.name}\n" for trial in survived)
        Path(options.survivors).write_text(text, encoding="utf-8")
    return report(trials, survived)


def report(trials: list[Trial], survived: list[Trial]) -> int:
    """Print the share of each room and of all, and return the exit code."""
    rooms: dict[str, list[int]] = {}
    for trial in trials:
        counts = rooms.setdefault("/".join(trial.file.split("/")[1:-1]), [0, 0])
        counts[0] += trial not in survived
        counts[1] += 1
    for room, (found, of) in sorted(rooms.items()):
        print(f"{found:4} of {of:4}  {room}")
    for trial in survived:
        print(f"SURVIVED  {trial.name}")
    found, of = len(trials) - len(survived), len(trials)
    share = found / of if of else 0.0
    print(f"{found} of {of} faults are found: {share:.1%} ({WANTED:.0%} are wanted)")
    return 0 if share >= WANTED else 1


# --- Which faults ---------------------------------------------------------------------------------


def of_table() -> list[Trial]:
    """Return the faults of the table, which were made by hand."""
    trials = []
    for fault in tomllib.loads((HERE / "faults.toml").read_text("utf-8"))["fault"]:
        text = (ROOT / fault["file"]).read_text("utf-8")
        if text.count(fault["old"]) != 1:
            raise SystemExit(f"{fault['file']} has no such text once: {fault['old']!r}")
        changed = text.replace(fault["old"], fault["new"])
        trials.append(Trial(fault["what"], fault["file"], changed, tuple(fault["tests"])))
    return trials


def by_rule(map_file: Path, share: float) -> list[Trial]:
    """Return a sample of the faults made by rule, without those that change nothing."""
    from tests.mutation.generate import ROOMS, sample

    known = json.loads(map_file.read_text("utf-8"))
    table = tomllib.loads((HERE / "equivalent.toml").read_text("utf-8"))
    rooms = {room: math.ceil(share * count) for room, count in ROOMS.items()}
    same = {one["fault"] for one in table.get("equivalent", ())}
    chosen = [fault for fault in sample(ROOT, rooms) if fault.key not in same]
    return [
        Trial(f.key, f.file, f.new, tests_of(f.file, f.line, known["lines"], known["seconds"]))
        for f in chosen
    ]


def tests_of(
    file: str, line: int, lines: dict[str, dict[str, list[str]]], seconds: dict[str, float]
) -> tuple[str, ...]:
    """Return the quickest tests that run a line; where none is known, its room's own."""
    of_file = lines.get(file, {})
    tests = set(of_file.get(str(line), ())) or {test for some in of_file.values() for test in some}
    tests &= seconds.keys()
    room = "tests/" + "/".join(file.split("/")[1:-1])
    if not tests:
        tests |= {test for test in seconds if test.startswith(f"{room}/")}
    if file in COMPILED:  # its text run by Python: compiling takes longer than all the tests
        tests = {test for test in tests if any(name in test for name in BY_PYTHON)}
    mirror = f"{room}/test_{Path(file).stem}.py"  # it may look at what other processes run
    tests |= {mirror} & seconds.keys()
    # What is made for the module first, then what is beside it.
    ordered = sorted(
        tests,
        key=lambda one: (
            not one.startswith(f"{mirror}::"),
            not one.startswith(f"{room}/"),
            seconds.get(one, 1.0),
        ),
    )
    chosen, spent = [], 0.0
    for test in ordered:
        spent += seconds.get(test, 1.0)
        if chosen and (spent > MOST_S or len(chosen) >= MOST_TESTS):
            break
        chosen.append(test)
    return tuple(chosen or [room])


# --- Trying one -----------------------------------------------------------------------------------


def copy_tree(copy: Path) -> None:
    """Copy what is under version control, or could be."""
    command = ["git", "ls-files", "-coz", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    for name in listed.decode().split("\0"):
        if name and (ROOT / name).is_file():
            place = copy / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place)
    (copy / "nngui" / "resources").symlink_to(copy / "resources")


def prepare(copy: Path) -> None:
    """Import what all tests need, but nothing of nngui's, and look for that in the copy."""
    sys.path[:] = [str(copy), *(one for one in sys.path if Path(one or ".").resolve() != ROOT)]
    os.environ["PYTHONPATH"] = str(copy)
    os.environ["OMP_NUM_THREADS"] = "1"
    for name in [name for name in sys.modules if name.partition(".")[0] in ("nngui", "tests")]:
        del sys.modules[name]
    for name in PRELOADED:
        with suppress(ImportError):
            importlib.import_module(name)
    import torch

    torch.optim.Adam([torch.zeros(1, requires_grad=True)])  # its first one imports much more


def is_green(trials: list[Trial], copy: Path) -> bool:
    """Run all that should find something on the code as it is."""
    tests = list(dict.fromkeys(test for trial in trials for test in trial.tests))
    for some in ([t for t in tests if "/gui/" not in t], [t for t in tests if "/gui/" in t]):
        code, seconds, output = run(tuple(some), copy, 20 * TIMEOUT_S) if some else (0, 0.0, "")
        print(f"Without a fault: exit code {code} after {seconds:.0f} s", flush=True)
        if code:
            print(output[-4000:])
            return False
    return True


def of_those_there(trials: list[Trial], copy: Path) -> list[Trial]:
    """Leave out tests that a map still knows, and the code no longer has."""
    rooms = ("tests/core", "tests/files", "tests/tasks")
    _, _, output = run(rooms, copy, 20 * TIMEOUT_S, ("--collect-only",))
    there = set(output.splitlines())
    there |= {name.partition("::")[0] for name in there}
    return [replace(t, tests=tuple(name for name in t.tests if name in there)) for t in trials]


def is_found(trial: Trial, copy: Path) -> bool:
    """Tell whether a fault makes a test fail."""
    place = copy / trial.file
    before = place.read_text("utf-8")
    if not trial.tests:
        print(f"SURVIVED (no test runs it)  {trial.name}", flush=True)
        return False
    try:
        write(place, trial.text)
        code, seconds, output = run(trial.tests, copy, TIMEOUT_S)
    finally:
        write(place, before)
    found = tells(code, output)
    word = "found   " if found else "SURVIVED"
    slow = " (too long)" if code is None else ""
    slow += "".join(f"\n    by {line[7:]}" for line in output.splitlines() if line[:7] == "FAILED ")
    print(f"{word} {seconds:5.1f} s  {trial.name}{slow}", flush=True)
    if not found and code:
        raise SystemExit(f"pytest ended with {code}:\n{output[-4000:]}")
    return found


def tells(code: int | None, output: str) -> bool:
    """Tell whether tests found something: one failed, could not be imported, crashed, or hung."""
    if code == MISUSED:  # a test that is named can't be found where its module does not import
        return NOT_IMPORTED in output
    return code in (FAILED, INTERRUPTED, None) or code < 0


def write(place: Path, text: str) -> None:
    """Write a module, with another time than ever before: compiled code is known by it."""
    place.write_text(text, encoding="utf-8")
    write.times += 2
    os.utime(place, (write.times, write.times))


write.times = 1_000_000_000


def run(
    tests: tuple[str, ...], copy: Path, limit_s: float, more: tuple[str, ...] = ()
) -> tuple[int | None, float, str]:
    """Run tests in a process of their own; return the exit code, None where it took too long."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        sys.stdout.flush()
        child = os.fork()
        if not child:
            _be_pytest((*more, *tests), copy, output.fileno())
        code = _wait(child, began + limit_s)
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # what it started itself
        output.seek(0)
        return code, time.monotonic() - began, output.read()


def _wait(child: int, deadline: float) -> int | None:
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _be_pytest(tests: tuple[str, ...], copy: Path, output: int) -> None:
    """Go on as pytest, and end."""
    code = 70
    try:
        os.setsid()
        for number in (1, 2):
            os.dup2(output, number)
        os.chdir(copy)
        import pytest

        below = not any(test.startswith("tests/gui") for test in tests)
        code = int(pytest.main([*PYTEST, *(WITHOUT_QT if below else ()), *tests]))
    except BaseException:  # noqa: BLE001, the fork of a process must not go on as that one
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))
