"""The process in which spoilt files are read: it says each file's index, then how it ended.

A file that takes longer than the limit ends the process, with a traceback of where it hangs. So
does a crash; the memory that a file may take is bounded where the system can do that.
"""

from __future__ import annotations

import faulthandler
import os
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

LIMIT = 2.0  # seconds for a file
ROOM = 512 << 20  # bytes of address space beyond what the process has before the first file


def kept_file(folder, seed, index):
    """Return where a failing file is kept."""
    return folder / f"fuzz-{seed}-{index}.pt"


def mutator(seed):
    from tests.files.models.mutate import Mutator
    from tests.files.models.seeds import good_files, small_corpus

    with tempfile.TemporaryDirectory() as folder:
        return Mutator(good_files(Path(folder)), small_corpus(), seed)


def outcome(path):
    """Return how reading a file ended: "opened", the name of an error of the family, or "failed".

    A failure is another exception than those, or a model that opened and cannot be used.
    """
    from nngui.files.models.errors import ModelFileError
    from nngui.files.models.reader import read_model
    from tests.files.models.usable import complaints

    try:
        model = read_model(path)
        wrong = complaints(model)
    except ModelFileError as error:
        return type(error).__name__ if str(error) else "failed: the error says nothing"
    except BaseException:  # noqa: BLE001 - whatever else comes is a failure
        return f"failed: {traceback.format_exc()}"
    return f"failed: {wrong}" if wrong else f"opened, {model.kind}"


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


def begin():
    import torch

    torch.set_num_threads(1)
    warnings.simplefilter("error")  # the reader may cause none


def work(folder, first, count, step, seed, deadline, keep, plant=""):
    folder, keep = Path(folder), Path(keep)
    begin()
    source = mutator(seed)
    plants = dict(entry.split("=") for entry in plant.split(",") if entry)
    path = folder / "case.pt"
    path.write_bytes(next(iter(source.good.values())))
    outcome(path)  # whatever is imported late is imported now
    bound_memory()
    for index in range(int(first), int(count), int(step)):
        data, story = source.file(index)
        path.write_bytes(data)
        print(index, flush=True)
        faulthandler.dump_traceback_later(LIMIT, exit=True)
        began = time.perf_counter()
        end = commit(plants.get(str(index))) or outcome(path)
        seconds = time.perf_counter() - began
        faulthandler.cancel_dump_traceback_later()
        if end.startswith("failed"):
            kept_file(keep, seed, index).write_bytes(data)
            end += f"\n{story}"
        line = end.replace("\n", "\\n")
        print(f"<{seconds:.3f} {line}", flush=True)
        if time.monotonic() > float(deadline):
            break


def read_one(options):
    """Read one file here, within the limits of a worker, and say what it is and how it ended."""
    begin()
    data, story = mutator(options.seed).file(options.only)
    path = kept_file(options.keep, options.seed, options.only)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    print(f"{path}: {len(data)} bytes of {story}", flush=True)
    bound_memory()
    faulthandler.dump_traceback_later(LIMIT, exit=True)
    began = time.perf_counter()
    end = outcome(path)
    print(f"{end}\n{time.perf_counter() - began:.3f} s")
    return 1 if end.startswith("failed") else 0


if __name__ == "__main__":
    work(*sys.argv[1:])
