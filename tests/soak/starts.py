"""Start the real program again and again, and end it at any moment: quietly and in time.

    python tests/soak/starts.py [--starts 50] [--seed 1] [--busy 2] [--ends x,term] [--json FILE]

Each start is ``nngui --task ... --train`` in a process of its own, on an Xvfb of this script's own,
while busy loops take the processor. After 0.1 to 8 s, drawn from the seed, the window is told to
close as a window manager does (WM_DELETE_WINDOW), or the process gets a signal. A code other than
the right one, a word on stderr, more than `MAX_END_S` until the process is gone, or more than
`MAX_HIDE_S` until the window is, is a failure. The same settings and data serve all starts, so that
each finds what the one before has left.
"""

from __future__ import annotations

import argparse
import ctypes
import ctypes.util
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_S, LAST_S = 0.1, 8.0  # seconds between the start and its end
MAX_END_S = 5.0  # seconds from the word to the end of the process
MAX_HIDE_S = 3.0  # seconds until the window is gone: on a busy machine a tab may just be made
HANGS_S = 20.0  # seconds after which a process is ended
MAX_START_S = 60.0  # seconds until there is a window
TASKS = ("regression", "classification", "optimizers", "batch_training", "save_restore", "cnn")
SIGNALS = {"term": signal.SIGTERM, "int": signal.SIGINT, "hup": signal.SIGHUP}
CLIENT_MESSAGE, VIEWABLE = 33, 2  # Xlib's numbers


class Start(NamedTuple):
    """What became of one start.

    Attributes
    ----------
    after_s, hidden_s, ended_s : float
        Seconds from the start to the word to end; from there until the window was gone, and the
        process. A window that was not seen in between counts as gone at the process's end.
    """

    task: str
    how: str
    after_s: float
    hidden_s: float
    ended_s: float
    code: int
    stderr: str
    log: str

    @property
    def is_good(self) -> bool:
        """Whether it ended as it should."""
        wanted = 0 if self.how == "x" else 128 + SIGNALS[self.how]
        in_time = self.ended_s <= MAX_END_S and self.hidden_s <= MAX_HIDE_S
        return self.code == wanted and not self.stderr and not self.log and in_time


# --- The display ----------------------------------------------------------------------------------


class ClientMessage(ctypes.Structure):
    """Xlib's XClientMessageEvent."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("padding", ctypes.c_long * 12),  # an XEvent is as long as 24 of them
    )


class Display:
    """The windows on a display, by Xlib itself."""

    def __init__(self, name: str) -> None:
        self.x = ctypes.CDLL(ctypes.util.find_library("X11"))
        self.x.XOpenDisplay.restype = ctypes.c_void_p
        self.x.XDefaultRootWindow.restype = self.x.XInternAtom.restype = ctypes.c_ulong
        self.on_error = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(
            lambda *_: 0  # the window has gone meanwhile
        )
        self.x.XSetErrorHandler(self.on_error)
        self.handle = ctypes.c_void_p(self.x.XOpenDisplay(name.encode()))
        assert self.handle, f"no display {name}"
        self.root = ctypes.c_ulong(self.x.XDefaultRootWindow(self.handle))

    def windows(self) -> list[int]:
        """Return the windows that can be seen and be told to close."""
        root, parent, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_uint()
        children = ctypes.POINTER(ctypes.c_ulong)()
        self.x.XQueryTree(
            self.handle,
            self.root,
            *(ctypes.byref(out) for out in (root, parent, children, count)),
        )
        found = [children[index] for index in range(count.value)]
        if found:
            self.x.XFree(children)
        return [window for window in found if self.is_seen(window) and self.obeys(window)]

    def is_seen(self, window: int) -> bool:
        """Return whether a window is on the screen."""
        about = (ctypes.c_int * 64)()  # XWindowAttributes; map_state is its 24th int on 64 bits
        if not self.x.XGetWindowAttributes(self.handle, ctypes.c_ulong(window), about):
            return False
        return about[MAP_STATE] == VIEWABLE

    def obeys(self, window: int) -> bool:
        """Return whether a window knows of being closed: popups do not."""
        atoms, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_int()
        known = self.x.XGetWMProtocols(
            self.handle, ctypes.c_ulong(window), ctypes.byref(atoms), ctypes.byref(count)
        )
        if known:
            self.x.XFree(atoms)
        return bool(known and count.value)

    def close(self, window: int) -> None:
        """Tell a window to close, as a window manager does."""
        event = ClientMessage(CLIENT_MESSAGE, 0, 1, self.handle, window)
        event.message_type = self.x.XInternAtom(self.handle, b"WM_PROTOCOLS", 0)
        event.format = 32
        event.data[0] = self.x.XInternAtom(self.handle, b"WM_DELETE_WINDOW", 0)
        self.x.XSendEvent(self.handle, ctypes.c_ulong(window), 0, 0, ctypes.byref(event))
        self.x.XFlush(self.handle)


# Six ints, a pointer and an int before it up to `c_class`, then six more ints, two longs, ...
MAP_STATE = 23


@contextmanager
def xvfb() -> Iterator[str]:
    """Run a display of our own; give its name."""
    reading, writing = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(writing),
        "-screen",
        "0",
        "1400x900x24",
        "-nolisten",
        "tcp",
    ]
    with subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL) as process:
        os.close(writing)
        with os.fdopen(reading) as told:
            yield f":{told.readline().strip()}"
        process.terminate()


@contextmanager
def busy_loop() -> Iterator[None]:
    """Take a core for as long as it lasts."""
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        try:
            yield
        finally:
            process.kill()


# --- The starts -----------------------------------------------------------------------------------


def one_start(display: str, folder: Path, task: str, how: str, after_s: float) -> Start:
    """Start the program, have it end after so many seconds, and say what became of it."""
    screen, log = Display(display), folder / "data" / "nngui.log"
    read_before = log.stat().st_size if log.exists() else 0
    process = subprocess.Popen(
        [sys.executable, "-m", "nngui", "--task", task, "--train"],
        env=environment(display, folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    began = time.monotonic()
    while not (windows := screen.windows()) and process.poll() is None:
        assert time.monotonic() - began < MAX_START_S, "no window came"
        time.sleep(0.01)
    time.sleep(max(0.0, began + after_s - time.monotonic()))
    told = time.monotonic()
    if how == "x":
        screen.close(windows[0])
    else:
        process.send_signal(SIGNALS[how])
    hidden = 0.0
    while process.poll() is None and time.monotonic() - told < HANGS_S:
        if not hidden and not screen.is_seen(windows[0]):
            hidden = time.monotonic()
        time.sleep(0.005)
    ended = time.monotonic()
    hung = process.poll() is None
    if hung:
        process.send_signal(signal.SIGABRT)  # the program writes down where it is
        time.sleep(1)
    process.kill()
    _, words = process.communicate()
    written = log.read_bytes()[read_before:].decode() if log.exists() else ""
    if hung:
        written += "\n".join(f"ERROR {file.read_text()}" for file in log.parent.glob("crash-*"))
    errors = [line for line in written.splitlines() if "ERROR" in line or "Traceback" in line]
    errors = written.splitlines() if hung else errors
    return Start(
        task,
        how,
        round(told - began, 2),
        round((hidden or ended) - told, 2),
        round(ended - told, 2),
        process.returncode,
        words.decode(errors="replace"),
        "\n".join(errors),
    )


def environment(display: str, folder: Path) -> dict[str, str]:
    """Return the variables of a start in English on this display."""
    (folder / "runtime").mkdir(mode=0o700, exist_ok=True)
    changes = {
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "NNGUI_CONFIG_DIR": str(folder / "config"),
        "NNGUI_DATA_DIR": str(folder / "data"),
        "NNGUI_LANG": "en",
        "XDG_RUNTIME_DIR": str(folder / "runtime"),
        "PYTHONWARNINGS": "default",
        "PYTHONFAULTHANDLER": "1",
    }
    return os.environ | changes


def starts(count: int, seed: int, busy: int, ends: list[str]) -> Iterator[Start]:
    """Start the program so often; give what became of each."""
    draw = random.Random(seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nngui-starts-")))
        display = stack.enter_context(xvfb())
        for _ in range(busy):
            stack.enter_context(busy_loop())
        for _ in range(count):
            task, how = draw.choice(TASKS), draw.choice(ends)
            yield one_start(display, folder, task, how, draw.uniform(FIRST_S, LAST_S))


def main() -> int:
    """Run it, and judge what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--starts", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--busy", type=int, default=2, help="busy loops beside it")
    parser.add_argument("--ends", default="x", help="x, term, int, hup: one is drawn each time")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    for number in SIGNALS.values():  # behind a shell's `&` or `nohup` some would be ignored
        signal.signal(number, signal.default_int_handler)
    found = []
    for number, start in enumerate(
        starts(options.starts, options.seed, options.busy, options.ends.split(",")), 1
    ):
        found.append(start)
        verdict = "" if start.is_good else "  BAD"
        print(f"{number:3} {start[:6]}{verdict}", flush=True)
        if start.stderr or start.log:
            print(start.stderr, start.log, flush=True)
    bad = [start for start in found if not start.is_good]
    ended, hidden = ([start[at] for start in found] for at in (4, 3))
    print(f"{len(found)} starts, {len(bad)} bad")
    print(f"until the process was gone {statistics.median(ended)} s, at most {max(ended)}")
    print(f"until the window was gone {statistics.median(hidden)} s, at most {max(hidden)}")
    if options.json:
        options.json.write_text(json.dumps([start._asdict() for start in found], indent=1))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
