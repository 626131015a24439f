"""Read every hostile file in this process, and write what happened as JSON.

    python tests/files/models/run_hostile.py FOLDER

Prints one JSON object. An audit hook watches while a file is read: it sees every import, compiled
or executed code, started program, opened socket and file that is written, by whoever. Memory is
the growth of the peak of resident memory (VmHWM, which Linux sets back on demand); as memory that
is only reserved does not show there, each file is read a second time with the address space
limited to what there was, the file's size and 64 MB, and must come to the same end.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import gc
import io
import json
import os
import sys
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import torch

from nngui.files.models.errors import ModelFileError
from nngui.files.models.reader import read_model
from tests.files.models.containers import as_legacy, safetensors_file, torch_file
from tests.files.models.hostile import corpus, places
from tests.files.models.pickles import layer, linear, ordered, sequential, tensor
from tests.files.models.usable import complaints

SPARE = 64 << 20
PATIENCE = 60  # seconds: a hang ends the process, and says where it hangs
WATCHED = (
    "exec", "compile", "import", "code.__new__", "function.__new__", "os.system", "os.exec",
    "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.remove",
    "os.rename", "os.mkdir", "os.chmod", "os.truncate", "os.putenv", "subprocess.Popen", "socket.",
    "ctypes.dlopen", "pickle.find_class", "marshal.", "shutil.", "tempfile.", "webbrowser.open",
    "urllib.Request", "sys._getframe", "sys.settrace", "sys.setprofile", "sys.addaudithook",
)  # fmt: skip
LINUX = sys.platform == "linux"


class Progress:
    """The audit hook, which cannot be taken away again, only told to look aside."""

    def __init__(self):
        self.on, self.events = False, []
        sys.addaudithook(self.see)

    def see(self, event, args):
        if not self.on:
            return
        writes = event == "open" and (
            any(letter in (args[1] or "") for letter in "wax+")
            or (args[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        )
        if writes or event.startswith(WATCHED):
            self.on = False  # to show the arguments may cause events
            self.events.append(f"{event} {args!r:.200}")
            self.on = True

    def during(self, action):
        """Return what an action returns, and the events seen during it."""
        self.events, self.on = [], True
        try:
            result = action()
        finally:
            self.on = False
        return result, self.events


def outcome_of(path):
    """Return how reading a file ends: the name of the error, and what was opened if anything."""
    try:
        model = read_model(path)
    except ModelFileError as error:
        return type(error).__name__, None, [] if str(error) else ["the error says nothing"]
    except BaseException as error:  # noqa: BLE001 - whatever comes is what is asked for
        return f"{type(error).__name__}: {error!s:.300}", None, []
    return "opened", model, []


# --- Memory ------------------------------------------------------------------------------------


def status(field):
    """Return what Linux says of this process's memory, in bytes."""
    text = Path("/proc/self/status").read_text()
    return int(text.partition(f"\n{field}:")[2].split(maxsplit=1)[0]) * 1024


def begin_measuring():
    """Give freed memory back, so that it cannot hide new memory, and forget the peak."""
    gc.collect()
    if LINUX:
        with contextlib.suppress(AttributeError):  # only glibc has it
            libc.malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")
        return status("VmRSS")
    return 0


@contextlib.contextmanager
def limited_to(size):
    """Limit the address space to what there is now and `size` bytes."""
    if not LINUX:
        yield
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (status("VmSize") + size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


# --- One file after the other --------------------------------------------------------------------


def examine(watch, name, path, size):
    """Read a file twice, and return what was seen."""
    print(name, file=sys.stderr, flush=True)  # the last name is that of a crash or a hang
    faulthandler.dump_traceback_later(PATIENCE, exit=True)
    before, began = begin_measuring(), time.process_time()  # not the time that others took
    (ended, model, wrong), events = watch.during(lambda: outcome_of(path))
    seconds = time.process_time() - began
    memory = status("VmHWM") - before - size if LINUX else 0
    if model is not None:
        wrong = complaints(model)
    del model
    gc.collect()
    with limited_to(size + SPARE):
        began = time.process_time()
        again = outcome_of(path)[0]
        seconds = min(seconds, time.process_time() - began)  # the machine may be busy
    faulthandler.cancel_dump_traceback_later()
    return {
        "name": name, "ended": ended, "limited": again, "seconds": seconds, "memory": memory,
        "size": size, "events": events, "complaints": wrong,
    }  # fmt: skip


def run_in_torch(watch, data, canary):
    """Return whether plain torch.load makes the canary, and the events that it causes."""

    def load():
        with contextlib.suppress(Exception):
            torch.load(io.BytesIO(data), weights_only=False)

    canary.unlink(missing_ok=True)
    events = watch.during(load)[1]
    made = canary.exists()
    canary.unlink(missing_ok=True)
    return made, events


def warm_up(folder):
    """Do once what may import something: reading, refusing, using, and torch's own loading."""
    net = sequential([linear(), layer("activation.ReLU", inplace=False)])
    part = {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}
    good = [
        torch_file(net),
        as_legacy(torch_file(net)),
        torch_file(ordered({"w": tensor()})),
        safetensors_file({"a": part, "__metadata__": {}}, bytes(16)),
    ]
    for data in [*good, b"", b"x" * 100, torch_file(sequential([linear(3)])), good[0][:-1]]:
        path = folder / "warm.pt"
        path.write_bytes(data)
        model = outcome_of(path)[1]
        assert (model is not None) == (data in good), outcome_of(path)
        if model is not None:
            complaints(model)
    torch.load(io.BytesIO(good[0]), weights_only=False)


def main(folder):
    canary = folder / "canary"
    cases, found = corpus(canary), []
    spots = places(folder)
    warm_up(folder)
    gc.collect()
    gc.freeze()  # what is there by now need not be looked at again
    watch = Progress()
    for number, case in enumerate(cases):
        path, data = folder / f"{number}.pt", case.data()
        path.write_bytes(data)
        size = len(data)
        del data
        found.append(examine(watch, case.name, path, size) | {"canary": canary.exists()})
        path.unlink()
    for name, path, _ in spots:
        found.append(examine(watch, name, path, 0) | {"canary": canary.exists()})
    control = {}
    for case in cases:
        if case.executes:
            control[case.name] = run_in_torch(watch, case.data(), canary)
    json.dump({"files": found, "control": control}, sys.stdout)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    libc = ctypes.CDLL(None) if LINUX else None
    main(Path(sys.argv[1]))
