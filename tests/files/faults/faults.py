"""Calls to the system that fail, one at a time: the n-th of all that a writer makes.

As SQLite is tested: whatever writes a file is run again and again, and each time another of its
calls fails, or the process is killed right before it. Only calls about what lies below one folder
count. That none is missed is seen with ``strace`` (see `strace.py`).
"""

from __future__ import annotations

import builtins
import errno
import fcntl
import io
import os
import signal

ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EINTR)
SHORT = -1  # a write that takes half of what it is given, as a disk that is nearly full does
LOOKS = {"stat", "lstat", "scandir", "listdir", "read", "readlink"}  # these change nothing
BY_PATH = ("stat", "lstat", "scandir", "listdir", "unlink", "remove", "mkdir", "rmdir", "chmod")
BY_PATH += ("rename", "replace", "truncate", "utime", "link", "symlink")
BY_HANDLE = ("write", "fsync", "fdatasync", "ftruncate", "dup")
# What fails from one call on, for good: on a full disk; in a folder that nobody may write in, where
# files that are there may still be written; on a disk that the system has made read-only.
TAKES_ROOM = frozenset({"create", "write", "fsync", "mkdir", "ftruncate"})
CHANGES_NAMES = frozenset(
    {"create", "mkdir", "rmdir", "unlink", "remove", "rename", "replace", "link", "symlink"}
)
CHANGES = CHANGES_NAMES | TAKES_ROOM | {"open to write", "truncate", "utime", "chmod"}


class Faults:
    """Lets calls about a folder fail while it is entered.

    Parameters
    ----------
    number : int
        Which call, from 1; 0: none, they are only counted.
    error : int
        What it fails with, or `SHORT`.
    kills : bool
        It does not fail: the process is killed right before.
    lasting : frozenset of str
        From there on, all these calls fail, such as `TAKES_ROOM` on a full disk.
    """

    def __init__(self, folder, number=0, error=errno.ENOSPC, *, kills=False, lasting=frozenset()):
        self.root = os.path.realpath(folder)
        self.number, self.error, self.kills, self.lasting = number, error, kills, lasting
        self.calls: list[str] = []
        self.failed = ""
        self._handles: set[int] = set()
        self._before: list[tuple[object, str, object]] = []

    # What fails ----------------------------------------------------------------------------------

    def hit(self, name):
        """Count a call; return whether it is to be cut short, if it does not fail."""
        self.calls.append(name)
        now = len(self.calls)
        due = now == self.number
        if self.lasting:
            due = 0 < self.number <= now and name in self.lasting
        if not due:
            return False
        self.failed = self.failed or name
        if self.kills:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.error == SHORT:
            return name == "write"
        raise OSError(self.error, os.strerror(self.error))

    def _is_ours(self, place):
        if isinstance(place, int):
            return place in self._handles
        try:
            text = os.fsdecode(place)
        except TypeError:
            return False
        return text == self.root or text.startswith(self.root + os.sep)

    # Around the system's functions ---------------------------------------------------------------

    def __enter__(self):
        for name in BY_PATH:
            self._patch(os, name, self._by_path(name, getattr(os, name)))
        for name in BY_HANDLE:
            self._patch(os, name, self._by_handle(name, getattr(os, name)))
        self._patch(os, "open", self._open(os.open))
        self._patch(os, "close", self._close(os.close))
        self._patch(fcntl, "flock", self._by_handle("flock", fcntl.flock))
        opening = self._open_file(io.open)
        self._patch(io, "open", opening)
        self._patch(builtins, "open", opening)
        return self

    def __exit__(self, *_):
        for module, name, original in reversed(self._before):
            setattr(module, name, original)
        self._before.clear()

    def _patch(self, module, name, other):
        self._before.append((module, name, getattr(module, name)))
        setattr(module, name, other)

    def _by_path(self, name, original):
        def call(*places, **options):
            folder = options.get("dir_fd")
            if any(map(self._is_ours, places)) or (folder is not None and self._is_ours(folder)):
                self.hit(name)
            return original(*places, **options)

        return call

    def _by_handle(self, name, original):
        def call(handle, *others):
            if not self._is_ours(handle):
                return original(handle, *others)
            is_short = self.hit(name)
            if is_short:
                others = (others[0][: max(len(others[0]) // 2, 1)],)
            found = original(handle, *others)
            if name == "dup":
                self._handles.add(found)
            return found

        return call

    def _open(self, original):
        def call(place, flags, *mode, dir_fd=None, **options):
            ours = self._is_ours(place) or (dir_fd is not None and self._is_ours(dir_fd))
            if ours:
                self.hit(_opening(place, flags, dir_fd))
            handle = original(place, flags, *mode, dir_fd=dir_fd, **options)
            if ours:
                self._handles.add(handle)
            return handle

        return call

    def _close(self, original):
        def call(handle):
            ours = handle in self._handles
            self._handles.discard(handle)
            original(handle)  # it is closed, also where that says that something went wrong
            if ours:
                self.hit("close")

        return call

    def _open_file(self, original):
        def call(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, **others):
            if not self._is_ours(file):
                return original(file, mode, buffering, encoding, errors, newline, **others)
            if not isinstance(file, int):
                reads = mode.strip("bt") == "r"
                self.hit(_opening(file, 0 if reads else os.O_CREAT | os.O_WRONLY))
            raw = _Raw(self, file, mode.replace("b", "").replace("t", ""))
            self._handles.add(raw.fileno())
            kinds = {"r": io.BufferedReader, "+": io.BufferedRandom}
            kind = kinds.get("+" if "+" in mode else mode[0], io.BufferedWriter)
            if "b" in mode:
                return raw if buffering == 0 else kind(raw)
            return io.TextIOWrapper(kind(raw), encoding, errors, newline, buffering == 1)

        return call


def _opening(place, flags, folder=None):
    """Return what opening a file is called."""
    if flags & os.O_CREAT and not os.access(place, os.F_OK, dir_fd=folder):
        return "create"
    return "open to write" if flags & (os.O_WRONLY | os.O_RDWR) else "open"


class _Raw(io.FileIO):
    """A file whose calls count."""

    def __init__(self, faults, file, mode):
        self._faults = faults
        super().__init__(file, mode)

    def write(self, data):
        is_short = self._faults.hit("write")
        return super().write(memoryview(data)[: max(len(data) // 2, 1)] if is_short else data)

    def truncate(self, size=None):
        self._faults.hit("ftruncate")
        return super().truncate(size)

    def readinto(self, buffer):
        self._faults.hit("read")
        return super().readinto(buffer)

    def readall(self):
        self._faults.hit("read")
        return super().readall()

    def close(self):
        if not self.closed:
            self._faults._handles.discard(self.fileno())
            super().close()
            self._faults.hit("close")
