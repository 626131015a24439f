"""Kill processes in the middle of saving, and see whether the old file or the new one is there.

    python tests/kill_saves.py [--kills N]

N kills in all (300), over everything that writes a file of the user's. As a control the same is
done to plain ``torch.save`` onto the file, which must be found destroyed at least once: otherwise
the kills came too early or too late to show anything.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import os
import random
import signal
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from typing import NoReturn

sys.path.insert(0, str(Path(__file__).parents[1]))

import torch

from tests.files.models.savers import BARE, SAVERS, Saver

SAVES = 6  # from which it is seen how long one takes
MAX_CONTROLS = 300


def main() -> int:
    """Kill, count, and judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=300)
    options = parser.parse_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # of a fork in a process with threads: torch has started some
    gc.freeze()  # so that no child copies the memory just to look through it
    rng = random.Random(1)
    share = -(-options.kills // len(SAVERS))
    good, interrupted = True, 0
    with tempfile.TemporaryDirectory(prefix="nngui-kill-") as folder:
        for name, saver in SAVERS.items():
            place = Path(folder) / name
            place.mkdir()
            whole, left = holds(name, saver, place, share, rng)
            good &= whole
            interrupted += left
        good &= control(Path(folder), rng)
    good &= interrupted > 0
    verdict = "everything whole" if good else "FAILED"
    print(f"{share * len(SAVERS)} kills in all, {interrupted} of them in mid-writing: {verdict}")
    return 0 if good else 1


def holds(name: str, saver: Saver, place: Path, kills: int, rng: random.Random) -> tuple[bool, int]:
    """Return whether the file stays whole, and how many kills left half of a new one."""
    path = place / saver.file
    longest = 2 * duration(saver, path)
    destroyed = sum(not survives(saver, path, rng.uniform(0, longest)) for _ in range(kills))
    left = [other for other in place.iterdir() if other.name != saver.file]
    for other in left:
        os.utime(other, (0, 0))  # as if it had happened long ago
    saver.save(path, 0)
    stays = len(list(place.iterdir())) - 1
    print(
        f"{name:<12} {kills} kills, {destroyed} files destroyed, {len(left)} in mid-writing, "
        f"{stays} leftovers stay"
    )
    return not destroyed and not stays, len(left)


def control(folder: Path, rng: random.Random) -> bool:
    """Return whether plain saving was destroyed within some kills."""
    path = folder / BARE.file
    longest = 2 * duration(BARE, path)
    for kills in range(1, MAX_CONTROLS + 1):
        if not survives(BARE, path, rng.uniform(0, longest)):
            print(f"{'control':<12} torch.save onto the file: destroyed by kill {kills}")
            return True
    print(f"{'control':<12} torch.save onto the file: not destroyed: the kills show nothing")
    return False


def duration(saver: Saver, path: Path) -> float:
    """Return the seconds that a save takes; the file is there afterwards."""
    begun = time.perf_counter()
    for number in range(SAVES):
        saver.save(path, number % 2)
    return (time.perf_counter() - begun) / SAVES


def survives(saver: Saver, path: Path, wait: float) -> bool:
    """Kill a process that saves over and over; return whether the file is one whole version."""
    ready, tell = os.pipe()
    child = os.fork()
    if not child:
        saves(saver, path, tell)
    os.close(tell)
    os.read(ready, 1)
    os.close(ready)
    time.sleep(wait)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WTERMSIG(status) != signal.SIGKILL:
        raise ChildProcessError("it ended before it was killed")
    try:
        return saver.read(path) in (0, 1)
    except Exception as error:  # noqa: BLE001 - whatever it is, the file cannot be read
        if saver is not BARE:
            print(f"{saver.file}: {type(error).__name__}: {error}")
        return False


def saves(saver: Saver, path: Path, tell: int) -> NoReturn:
    """Save the two versions by turns until killed."""
    try:
        os.write(tell, b".")
        for number in itertools.count():
            saver.save(path, number % 2)
    except BaseException:  # noqa: BLE001 - nothing may leave this: what follows is the parent's
        traceback.print_exc()
    finally:
        os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
