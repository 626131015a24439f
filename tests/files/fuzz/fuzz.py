"""Read many spoilt files of all formats, and report every end that is no error of the family.

    python tests/files/fuzz/fuzz.py [N] [--seed S] [--seconds T] [--jobs 2] [--format parquet]
    python tests/files/fuzz/fuzz.py --only INDEX --seed S

The files are read in worker processes. One that hangs, or that dies, is started
again with the next file; what failed is written to a file and named with its seed and index.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from threading import Thread

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.files.fuzz import worker as fuzz_worker

MAX_FAILURES = 30
END = b"<"


class Job(Thread):
    """Runs one worker after the other until its share of the files has been read."""

    def __init__(self, options, first, folder):
        super().__init__()
        self.options, self.next, self.folder = options, first, folder / str(first)
        self.folder.mkdir()
        self.ends, self.failures, self.slowest = Counter(), [], (0.0, -1)

    def run(self):
        while self.next < self.options.count and len(self.failures) < MAX_FAILURES:
            if time.monotonic() > self.options.deadline:
                break
            self.run_worker()

    def run_worker(self):
        options = self.options
        command = [
            *(sys.executable, fuzz_worker.__file__, self.folder, self.next, options.count),
            *(options.jobs, options.seed, options.deadline, options.keep, options.format),
            options.plant,
        ]
        with tempfile.TemporaryFile() as told:
            worker = subprocess.Popen(map(str, command), stdout=subprocess.PIPE, stderr=told)
            with worker:
                index = self.follow(worker.stdout)
            if index is not None:
                told.seek(0)
                self.bury(index, worker.returncode, told.read().decode(errors="replace"))
            elif worker.returncode:
                told.seek(0)
                self.failures.append((self.next, "no file", told.read().decode(errors="replace")))
                self.next = options.count

    def follow(self, lines):
        """Note what a worker says; return the file that it was at when it died, if it died."""
        index = None
        for line in lines:
            if line.startswith(END):
                seconds, end = line[1:].decode().strip().split(" ", 1)
                self.slowest = max(self.slowest, (float(seconds), index))
                self.ends[end.partition(":")[0]] += 1
                if end.startswith("failed"):
                    self.failures.append((index, "exception", end.replace("\\n", "\n")))
                index = None
            else:
                index = int(line)
                self.next = index + self.options.jobs
        return index

    def bury(self, index, code, told):
        """Note a death; a hang only when it comes again, as the machine may be busy."""
        hung = "Timeout (" in told
        if hung and str(index) not in self.options.plant and not self.hangs_again(index):
            self.ends["slow once"] += 1
            return
        kind = "hang" if hung else "crash"
        self.ends[kind] += 1
        kept = fuzz_worker.kept_file(self.options.keep, self.options.seed, index)
        shutil.copy(self.folder / fuzz_worker.CASE, kept)
        self.failures.append((index, kind, f"exit code {code}\n{told[-3000:]}"))

    def hangs_again(self, index):
        command = [sys.executable, __file__, "--only", str(index), "--seed", str(self.options.seed)]
        command += ["--keep", str(self.folder), "--format", self.options.format]
        return subprocess.run(command, capture_output=True, check=False).returncode != 0


def run(options):
    """Read the files; return what they came to, and the failures as (index, kind, text)."""
    began = time.monotonic()
    options.deadline = began + options.seconds
    options.keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        jobs = [Job(options, first, Path(folder)) for first in range(options.jobs)]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join()
    ends = sum((job.ends for job in jobs), Counter())
    report(options, ends, max(job.slowest for job in jobs), time.monotonic() - began)
    return ends, sorted(failure for job in jobs for failure in job.failures)


def report(options, ends, slowest, seconds):
    print(f"{ends.total()} files in {seconds:.0f} s, {ends.total() / seconds:.0f} a second")
    for end, number in ends.most_common():
        print(f"{number:8} {end}")
    print(f"slowest: {slowest[0]:.2f} s, index {slowest[1]}, seed {options.seed}")


def parsed(arguments):
    parser = argparse.ArgumentParser(description="Read spoilt files.")
    parser.add_argument("count", nargs="?", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after so long")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--format", default="all", help="such as model, xlsx, picture")
    parser.add_argument("--only", type=int, help="read this one file here, and say all")
    parser.add_argument(
        "--keep", type=Path, default=Path(tempfile.gettempdir(), "nngui-fuzz"),
        help="where failing files are kept",
    )  # fmt: skip
    parser.add_argument("--plant", default="", help="to test this: 3=raise,5=hang")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parsed(arguments)
    if options.only is not None:
        return fuzz_worker.read_one(options)
    failures = run(options)[1]
    for index, kind, text in failures:
        print(f"\n{kind}: --only {index} --seed {options.seed}\n{text}")
        print(fuzz_worker.kept_file(options.keep, options.seed, index))
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
