"""All measurements in one run: speed, the window's cost, the start, and what large work costs.

    python tests/benchmarks/table.py [--rounds 5] [--json] [--only "turbo; live, regression"]

Each part is a program of this folder, run in a process of its own on the display there is (or
offscreen where there is none), one after the other: about ten minutes. Ratios are taken side by
side within a part, so that what else the machine does meets both sides. A part that fails is named,
and counts for nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
ROOMS = ("regression", "classification", "optimizers")
CIRCLES = [  # 2 × 125 points: what a well-known playground in the browser begins with
    *("--set", "data.kind=circles", "--set", "data.points=125", "--set", "network.hidden=[4]"),
    *("--set", "network.activation=tanh", "--set", "schedule.batch_size=10"),
]
Row = tuple[str, str, str]  # what, median, spread


def number(value: float) -> str:
    """Return a number with three digits or so, thousands apart."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def of_turbo(found: dict[str, Any]) -> Iterator[Row]:
    """Rates against the loop of the tutorial."""
    for case, figures in found["cases"].items():
        for side, unit in (("plain", "steps/s"), ("turbo", "steps/s"), ("ratio", "times")):
            middle, low, high = figures[side]
            yield f"{case}: {side}", f"{number(middle)} {unit}", f"{number(low)}-{number(high)}"
    middle, low, high = found["whole_run_s"]
    yield "50,000 steps of save and restore, turbo", f"{middle:.2f} s", f"{low:.2f}-{high:.2f}"


def of_live(found: dict[str, Any]) -> Iterator[Row]:
    """The window at 60 Hz against the same loop without one."""
    low, high = found["ratio_spread"]
    yield "rate with the window, of that without", f"{found['ratio_median']:.2f}", f"{low}-{high}"
    low, high = found["beside_work_spread"]
    middle = f"{found['beside_work_median']:.2f}"
    yield "rate beside a foreign process, of that alone", middle, f"{low}-{high}"
    if found["at_work_median"] is not None:
        yield "share of the time that compiled steps were at work", f"{found['at_work_median']}", ""
    yield "steps/s without the window", number(found["bare_steps_per_s"]), ""
    yield "epochs/s with it", number(found["live_epochs_per_s"]), ""
    for key, value in found.items():
        if key.endswith("_ms"):
            yield key.removesuffix("_ms").replace("_", " "), f"{value} ms", ""
    yield "frames/s", f"{found['frames_per_s']}", ""


def of_medians(found: dict[str, Any]) -> Iterator[Row]:
    """Any depth of names, with medians at the leaves."""
    for name, value in found.items():
        if not isinstance(value, dict):
            yield name, number(value), ""
        elif "median" in value:
            low, high = value["spread"]
            yield name, number(value["median"]), f"{number(low)}-{number(high)}"
        else:
            for what, middle, spread in of_medians(value):
                yield f"{name}: {what}", middle, spread


PARTS: dict[str, tuple[str, list[str], Callable[[dict[str, Any]], Iterator[Row]]]] = {
    "turbo": ("turbo.py", ["--repeats", "{rounds}"], of_turbo),
    **{
        f"live, {room}, {engine}": (
            "live.py",
            ["--task", room, "--engine", engine, "--rounds", "{rounds}"],
            of_live,
        )
        for room in ROOMS
        for engine in ("torch", "turbo")
    },
    "live, playground's circles, turbo": (
        "live.py",
        ["--task", "classification", "--engine", "turbo", "--rounds", "{rounds}", *CIRCLES],
        of_live,
    ),
    "start, ms": ("startup.py", ["--rounds", "{rounds}"], of_medians),
    "redraw, ms": ("drawing.py", [], of_medians),
    "looking back": ("seeking.py", [], of_medians),
    "large data": ("scale.py", ["--rounds", "{rounds}"], of_medians),
    "CNN": ("cnn.py", ["--rounds", "{rounds}"], of_medians),
}


def run(script: str, options: list[str]) -> dict[str, Any]:
    """Run a part and return what it found.

    Raises
    ------
    subprocess.CalledProcessError
        When it failed; what it said goes to stderr.
    """
    environment = dict(os.environ)
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    command = [sys.executable, str(HERE / script), *options, "--json"]
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    found: dict[str, Any] = json.loads(out.stdout[out.stdout.index("{") :])
    return found


def main() -> int:
    """Measure, and print a table in Markdown, or JSON; return how many parts failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="JSON in place of the table")
    parser.add_argument("--only", default="", help="parts whose names begin so, by ;")
    options = parser.parse_args()
    wanted = tuple(part.strip() for part in options.only.split(";"))
    everything, failed = {}, 0
    for name, (script, arguments, rows) in PARTS.items():
        if not name.startswith(wanted):
            continue
        try:
            found = run(script, [word.format(rounds=options.rounds) for word in arguments])
        except subprocess.CalledProcessError as error:
            print(f"{name}: failed with exit code {error.returncode}", file=sys.stderr)
            failed += 1
            continue
        everything[name] = found
        if not options.json:
            print(f"\n| {name} | median | spread |\n|---|---|---|", flush=True)
            for what, middle, spread in rows(found):
                print(f"| {what} | {middle} | {spread} |", flush=True)
    if options.json:
        print(json.dumps(everything))
    return failed


if __name__ == "__main__":
    sys.exit(main())
