"""Kill trainings that are saved on the way, take them up, and compare them with whole ones.

    python tests/kill_runs.py [--kills N] [--seed N]

Each training is a process of its own, forked from this one, which has imported everything: so a
hundred kills take minutes. It goes on until it comes to its end; then its history and its
parameters have to be those of a run that was never interrupted, to the last bit.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import torch

from nngui import headless, headless_resume  # noqa: F401 - so that no process imports them
from nngui.cli import main as nngui
from nngui.files.models.reader import read_model
from nngui.files.runs.recovery import read_summary
from nngui.files.runs.store import RunStore
from nngui.tasks import all_tasks

CASES = (
    ("regression", ("schedule.steps=1500", "schedule.batch_size=16", "network.dropout=0.1")),
    (
        "classification",
        (
            "schedule.epochs=100",
            "schedule.batch_size=20",
            "schedule.validation=0.2",
            "schedule.patience=60",
            "schedule.keep=best",
            "schedule.rate=plateau",
        ),
    ),
    ("optimizers", ("schedule.epochs=12", "schedule.rate=cosine", "racers.momentum.lr=1000")),
    ("cnn", ("schedule.epochs=1", "data.shift=1")),
)
AUTOSAVE_S = 0.1
MAX_KILLS = 4  # of one run
SLACK_S = 20.0  # a busy machine may take so long to save
FILES = {"data", "log", "h.csv", "whole.csv", "p.pkl", "whole.pkl", "job.run", "job.run.before"}


class Training:
    """The command line in a process of its own."""

    def __init__(self, words: list[object], log: Path) -> None:
        self._code: int | None = None
        self.log = log
        log.write_text("")  # what an earlier one said counts no more
        self.number = os.fork()
        if not self.number:
            handle = os.open(log, os.O_WRONLY | os.O_APPEND)
            os.dup2(handle, 1)
            os.dup2(handle, 2)
            code = nngui([str(word) for word in words])
            sys.stdout.flush()
            os._exit(code)

    def poll(self) -> int | None:
        """Return its exit code; None while it runs."""
        if self._code is None:
            number, status = os.waitpid(self.number, os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if number else None
        return self._code

    def wait_until_saved(self) -> None:
        """Wait until it says that it is saved from now on, or ends."""
        while self.poll() is None and "saved every" not in self.log.read_text():
            time.sleep(0.005)

    def wait(self) -> int:
        """Wait for its end; return its exit code."""
        while (code := self.poll()) is None:
            time.sleep(0.01)
        return code

    def summary(self) -> dict[str, float]:
        """Return its line of JSON."""
        lines = self.log.read_text().splitlines()
        found: dict[str, float] = json.loads(next(line for line in lines if line[:1] == "{"))
        return found


def main() -> int:
    """Kill, compare, and judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    rng, kills, runs, worst_s = random.Random(options.seed), 0, 0, 0.0
    while kills < options.kills:
        case = CASES[runs % len(CASES)]
        with tempfile.TemporaryDirectory(prefix="nngui-kill-") as folder:
            most = min(MAX_KILLS, options.kills - kills)
            done, lost_s = one_run(Path(folder), case, rng, most, in_file=bool(runs % 2))
        kills, runs, worst_s = kills + done, runs + 1, max(worst_s, lost_s)
        print(f"{case[0]:<14} {done} kills, at most {lost_s:.2f} s lost", flush=True)
    print(f"{kills} kills of {runs} runs, at most {worst_s:.2f} s lost: all as if there were none")
    return 0


def one_run(
    folder: Path, case: tuple[str, tuple[str, ...]], rng: random.Random, most: int, *, in_file: bool
) -> tuple[int, float]:
    """Kill a run so often, unless it ends before; return how often, and what was lost at most."""
    task, sets = case
    os.environ["NNGUI_DATA_DIR"] = str(folder / "data")
    begin = ["train", task, "--seed", rng.randrange(1000)]
    begin += [word for one in sets for word in ("--set", one)]
    files = ["--history", folder / "whole.csv", "--save-params", folder / "whole.pkl"]
    whole = Training([*begin, *files], folder / "log")
    assert whole.wait() == 0, whole.log.read_text()
    longest = 0.7 * whole.summary()["seconds"]

    place = ["--run", folder / "job.run"] if in_file else []
    more = ["--history", folder / "h.csv", "--save-params", folder / "p.pkl"]
    more += ["--autosave", AUTOSAVE_S]
    words, done, lost_s, step = [*begin, *place, *more], 0, 0.0, 0
    while True:
        training = Training(words, folder / "log")
        if done < most:
            training.wait_until_saved()
            begun = datetime.now(UTC)
            time.sleep(rng.uniform(0, longest))
            if training.poll() is None:
                os.kill(training.number, signal.SIGKILL)
                killed = datetime.now(UTC)
        code = training.wait()
        if code != -signal.SIGKILL:
            break
        done += 1
        saved = read_summary(folder / "job.run" if in_file else state_in(folder / "data"))
        assert saved.step >= step, "an older state took the place of a newer one"
        step, lost_s = saved.step, max(lost_s, (killed - max(begun, saved.saved)).total_seconds())
        words = ["train", task, "--resume", folder / "job.run" if in_file else 1, *more]
    assert code == 0, training.log.read_text()
    assert lost_s < AUTOSAVE_S + SLACK_S
    assert (folder / "h.csv").read_bytes() == (folder / "whole.csv").read_bytes()
    ours, theirs = (read_model(folder / name).parameters for name in ("p.pkl", "whole.pkl"))
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)
    left = {path.name for path in folder.iterdir()} - FILES
    assert not left, left
    return done, lost_s


def state_in(data: Path) -> Path:
    """Return the state of the only run in a list."""
    store = RunStore(data / "runs", all_tasks())
    (run,) = store.runs()
    return store.path_of(run)


if __name__ == "__main__":
    sys.exit(main())
