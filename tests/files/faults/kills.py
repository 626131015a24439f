"""Kill processes between any two of the writes of everything that writes, and look at what is left.

    python tests/files/faults/kills.py [--kills N] [--plain] [--random] [--only NAME]

N kills in all (1,000), spread over all writers and all of their calls that change something; with
``--random`` the moment is chosen by chance, from outside. After each, what lies there has to be the
old or the new, whole; the next start has to go on with it, and nothing may be left behind.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import itertools
import logging
import os
import random
import signal
import sys
import tempfile
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.files.faults.check import Bench, changing
from tests.files.faults.faults import Faults
from tests.files.faults.sample import folder_for

MODULES = (
    "tests.files.faults.writers",
    "tests.files.faults.torch_writers",
    "tests.gui.fault_writers",
)
SLOW = ("TensorBoard",)  # its library begins threads, which a fork does not take along


def main() -> int:
    """Kill, look, and count."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--plain", action="store_true", help="only what needs neither torch nor Qt")
    parser.add_argument("--random", action="store_true", help="at any moment, from outside")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    logging.getLogger("nngui").addHandler(logging.NullHandler())
    logging.getLogger("nngui").propagate = False
    warnings.simplefilter("ignore")  # of a fork in a process with threads: torch has started some
    if not options.plain:
        import torch

        torch.set_num_threads(1)
    found = [importlib.import_module(name) for name in MODULES[: 1 if options.plain else 3]]
    table = {
        name: writer
        for module in found
        for name, writer in module.WRITERS.items()
        if name not in SLOW and options.only in name
    }
    gc.freeze()  # so that no child copies the memory just to look through it
    with folder_for(Path(tempfile.gettempdir())) as folder:
        wrong, counts = kill_all(table, Path(folder), options.kills, by_chance=options.random)
    for name, count in counts.items():
        print(f"{name:<36} {count:>4} kills")
    print(f"{sum(counts.values())} kills, {len(wrong)} wrong")
    print("\n".join(wrong))
    return 1 if wrong else 0


def kill_all(table, folder, kills, *, by_chance):
    """Return what is wrong, and how many kills each writer had."""
    benches, turns, rng = {}, {}, random.Random(1)
    for name, writer in table.items():
        place = folder / name.replace(" ", "-")
        place.mkdir()
        benches[name] = bench = Bench(writer, place)
        began = time.perf_counter()
        calls = bench.count()
        took = time.perf_counter() - began
        turns[name] = (
            (rng.uniform(0, took) for _ in itertools.count())
            if by_chance
            else itertools.cycle(spread(changing(calls)))
        )
    wrong, counts = [], dict.fromkeys(table, 0)
    for name in itertools.islice(itertools.cycle(table), kills):
        counts[name] += 1
        moment = next(turns[name])
        wrong += [f"{name}, {moment}: {text}" for text in kill(benches[name], moment)]
    return wrong, counts


def spread(numbers):
    """Return all numbers, those far from each other first: a few kills meet all parts."""
    step = max(len(numbers) // 3, 1)
    return [number for first in range(step) for number in numbers[first::step]]


def kill(bench, moment):
    """Have a child killed before that call, or after so many seconds; look at what is left."""
    place = bench.fresh()
    child = os.fork()
    if not child:
        try:
            faults = Faults(place, moment, kills=True) if isinstance(moment, int) else None
            with bench.writer.around():
                bench.written(place, faults)
        finally:
            os._exit(0)
    if not isinstance(moment, int):
        time.sleep(moment)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return bench.after_kill(place)


if __name__ == "__main__":
    sys.exit(main())
