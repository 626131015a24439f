"""The process in which spoilt files are read: it says each file's index, then how it ended.

A file that takes longer than the limit ends the process, with a traceback of where it hangs. So
does a crash; the memory that a file may take is bounded where the system can do that.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import random
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

CASE = "case"
STATUS = Path("/proc/self/status")
MAX_SENTENCE = 5000  # characters, without the folder
MAX_TAKEN = 64_000_000  # bytes beyond what the file holds
MAX_CPU_S = 2.0  # of the processor, for a file
LIMIT = 8.0  # seconds until it hangs, on a machine that does other things too
ROOM = 2 << 30  # bytes of address space beyond what the process has before the first file


def kept_file(folder, seed, index):
    """Return where a failing file is kept; its format's name ends what stands beside it."""
    return folder / f"fuzz-{seed}-{index}"


def outcome(chosen, path, data):
    """Return how reading a file ended: its format with "opened" or an error's name, or "failed".

    A failure is another exception than those of the program, a sentence of no or too many words, or
    more memory than the file can account for.
    """
    from nngui.core.errors import NnguiError

    before = begin_peak()
    try:
        end = chosen.read(path)
    except NnguiError as error:
        told = str(error).replace(str(path.parent), "")
        if not told or len(told) > MAX_SENTENCE:
            return f"failed: the error says {told!r}"
        end = type(error).__name__
    except BaseException:  # noqa: BLE001 - whatever else comes is a failure
        return f"failed: {traceback.format_exc()}"
    taken, allowed = peak_bytes() - before, MAX_TAKEN + chosen.holds * len(data)
    if taken > allowed:
        return f"failed: it took {taken / 1e6:.0f} MB; at most {allowed / 1e6:.0f}"
    return f"{chosen.name}, {end}"


def begin_peak():
    """Have the system measure the peak of memory anew; return what the process has now."""
    if sys.platform != "linux":
        return 0
    Path("/proc/self/clear_refs").write_text("5")
    return peak_bytes()


def peak_bytes():
    if sys.platform != "linux":
        return 0
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def commit(planted):
    """Do what a test of this program wants to see reported."""
    if planted == "raise":
        return "failed: planted"
    if planted == "hang":
        time.sleep(3600)
    if planted == "crash":
        os.abort()
    return None


def bound_memory():
    """Turn memory without measure into a MemoryError, which is a failure."""
    if sys.platform == "linux":
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + ROOM
        resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))


def begin(folder):
    """Return the formats by name, each with all that is imported late imported by now."""
    import torch

    from nngui.files.models.errors import SeveralNetworksError
    from tests.files.fuzz.formats import all_formats

    torch.set_num_threads(1)
    warnings.simplefilter("error")  # the readers may cause none
    logging.disable()
    formats = all_formats(folder)
    for each in formats.values():
        for data in each.good.values():
            with contextlib.suppress(SeveralNetworksError):  # one of them would have to be named
                each.read(each.place(folder, data))
    return formats


def work(folder, first, count, step, seed, deadline, keep, only_format, plant=""):
    folder, keep = Path(folder), Path(keep)
    formats = begin(folder)
    plants = dict(entry.split("=") for entry in plant.split(",") if entry)
    bound_memory()
    for index in range(int(first), int(count), int(step)):
        chosen = choose(formats, seed, index, only_format)
        data, story = chosen.file(seed, index)
        (folder / CASE).write_bytes(data)
        path = chosen.place(folder, data)
        print(index, flush=True)
        faulthandler.dump_traceback_later(LIMIT, exit=True)
        began = time.process_time()
        end = commit(plants.get(str(index))) or outcome(chosen, path, data)
        seconds = time.process_time() - began
        faulthandler.cancel_dump_traceback_later()
        if seconds > MAX_CPU_S * chosen.reads:
            end = f"failed: it took {seconds:.1f} s"
        if end.startswith("failed"):
            kept_file(keep, seed, index).write_bytes(data)
            end += f"\n{chosen.name}: {story}"
        line = end.replace("\n", "\\n")
        print(f"<{seconds:.3f} {line}", flush=True)
        if time.monotonic() > float(deadline):
            break


def choose(formats, seed, index, only_format):
    """Return the format of an index: each has its share."""
    if only_format != "all":
        return formats[only_format]
    rng = random.Random(f"{seed}/{index}/format")
    names = list(formats)
    return formats[rng.choices(names, [formats[name].share for name in names])[0]]


def read_one(options):
    """Read one file here, within the limits of a worker, and say what it is and how it ended."""
    with tempfile.TemporaryDirectory() as folder:
        formats = begin(Path(folder))
        chosen = choose(formats, options.seed, options.only, options.format)
        data, story = chosen.file(options.seed, options.only)
        kept = kept_file(options.keep, options.seed, options.only)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(data)
        print(f"{kept}: {len(data)} bytes, {chosen.name}, {story}", flush=True)
        path = chosen.place(Path(folder), data)
        bound_memory()
        faulthandler.dump_traceback_later(LIMIT, exit=True)
        began = time.process_time()
        end = outcome(chosen, path, data)
        faulthandler.cancel_dump_traceback_later()
        print(f"{end}\n{time.process_time() - began:.3f} s")
    return 1 if end.startswith("failed") else 0


if __name__ == "__main__":
    work(*sys.argv[1:])
