"""Kill processes in the middle of saving, and see whether the old file or the new one is there.

    python tests/kill_saves.py [--kills N]

N kills in all (300), over everything that writes a file of the user's. As a control the same is
done to plain ``torch.save`` onto the file, which must be found destroyed at least once: otherwise
the kills came too early or too late to show anything.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import signal
import sys
import tempfile
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import torch

from tests.files.savers import BARE, SAVERS, Saver

LONGEST = 0.03  # seconds from the first save's end to the kill: a few saves
MOST_CONTROLS = 300


def main() -> int:
    """Kill, count, and judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=300)
    options = parser.parse_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # of a fork in a process with threads: torch has started some
    rng = random.Random(1)
    code = 0
    with tempfile.TemporaryDirectory(prefix="nngui-kill-") as folder:
        share = -(-options.kills // len(SAVERS))
        for name, saver in SAVERS.items():
            place = Path(folder) / name
            place.mkdir()
            destroyed = sum(not survives(saver, place, rng) for _ in range(share))
            left = sum(path.name != saver.file for path in place.iterdir())
            print(f"{name:<12} {share} kills, {destroyed} files destroyed, {left} temporary left")
            code |= destroyed > 0
        code |= not control(Path(folder), rng)
    return code


def control(folder: Path, rng: random.Random) -> bool:
    """Return whether plain saving was destroyed within some kills."""
    for kills in range(1, MOST_CONTROLS + 1):
        if not survives(BARE, folder, rng):
            print(f"{'control':<12} torch.save onto the file: destroyed by kill {kills}")
            return True
    print(f"{'control':<12} torch.save onto the file: not destroyed: the kills show nothing")
    return False


def survives(saver: Saver, folder: Path, rng: random.Random) -> bool:
    """Kill a process that saves over and over; return whether the file is one whole version."""
    path = folder / saver.file
    ready, tell = os.pipe()
    child = os.fork()
    if not child:
        saves(saver, path, tell)
    os.close(tell)
    os.read(ready, 1)  # the first save is done: there is something to lose
    os.close(ready)
    time.sleep(rng.uniform(0, LONGEST))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    try:
        return saver.read(path) in (0, 1)
    except Exception as error:  # noqa: BLE001 - whatever it is, the file cannot be read
        if saver is not BARE:
            print(f"{saver.file}: {type(error).__name__}: {error}")
        return False


def saves(saver: Saver, path: Path, tell: int) -> None:
    """Save the two versions by turns until killed."""
    for number in itertools.count():
        saver.save(path, number % 2)
        if not number:
            os.write(tell, b".")


if __name__ == "__main__":
    sys.exit(main())
