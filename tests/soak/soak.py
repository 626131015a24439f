"""Somebody who clicks at random, for a long time: what breaks, what grows, what is promised?

    python tests/soak/soak.py [--minutes 30] [--seed 1] [--busy 2] [--json FILE]

A seeded monkey uses the real window on the present display (Xvfb will do; offscreen, too): tabs,
runs, pauses, settings, experiments, undo, buttons, studies, menus, languages, themes, clicks and
keys anywhere, files opened and saved. It says which exceptions and Qt warnings came, and how
memory, threads, open files, timers, widgets and processes went. Now and then what is promised is
looked at: a run's losses are those that its exported script prints, bit for bit, and a kept run
goes on as the one it was kept from. Its exit code is 1 when a promise was broken, when there was
any exception or warning, or when more was in use than the bounds below say after the first sixth
of the time. What rare
features load at their first use is loaded before: else exporting a program (torch.export: 40 MB)
or the scores of a table (torchmetrics: 70 MB), which come to the monkey once in ten minutes or so,
would look like a leak.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import logging
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

EVERY = 25  # ms between two deeds
SETTLED = 1 / 6  # of the time, after which memory should not grow: 5 of 30 minutes
MAX_GROWTH = 0.05  # of the memory
MAX_MORE = {"threads": 4, "files": 12, "timers": 8, "widgets": 1000, "processes": 2}
PROMISES_EVERY_S = 120.0  # seconds between two looks at what is promised
STEPS = 60  # of the run whose script is compared
PATIENCE_S = 60.0  # seconds for such a run
TABLE = "a,b,kind\n" + "".join(f"{i},{i * 7 % 13},{'xy'[i % 2]}\n" for i in range(60))
WEIGHTY = ("torchmetrics.functional", "PIL.Image", "tensorboard", "openpyxl", "pyarrow")
BENIGN = ("This plugin does not support", "propagateSizeHints")  # what offscreen always says


class Monkey:
    """Does one thing at a time, each drawn from its own generator of random numbers.

    Attributes
    ----------
    done : Counter
        How often it did what.
    """

    def __init__(self, window, seed: int, folder: Path) -> None:
        self.window, self.random, self.folder = window, random.Random(seed), folder
        self.done: Counter[str] = Counter()
        self.last = ""
        actions = window.actions_
        for action in (actions.quit, actions.open_log):  # the one ends it, the other leaves it
            action.setEnabled(False)
        (folder / "table.csv").write_text(TABLE)
        (folder / "broken.pkl").write_bytes(b"no model")
        self.deeds = {
            self.change_tab: 4,
            self.steer: 10,
            self.set_pace: 3,
            self.edit_a_setting: 12,
            self.choose_an_experiment: 3,
            self.undo_or_redo: 5,
            self.click_somewhere: 10,
            self.press_a_button: 6,
            self.press_a_key: 8,
            self.trigger_an_action: 4,
            self.open_a_file: 2,
            self.resize: 1,
        }

    def act(self) -> None:
        """Do something; what stands in front of the window first."""
        front = self.in_front()
        if front is not None:
            self.answer(front)
            return
        deed = self.random.choices(list(self.deeds), list(self.deeds.values()))[0]
        self.last = deed.__name__
        self.done[deed.__name__] += 1
        deed()

    # What stands in front ------------------------------------------------------------------------

    def in_front(self):
        """Return the popup or dialog that has to be answered first, if there is one."""
        from PySide6.QtWidgets import QApplication

        popup = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if popup is not None:
            return popup
        own = QApplication.topLevelWidgets()
        others = [w for w in own if w.isVisible() and w.isWindow() and w is not self.window]
        return self.random.choice(others) if others else None

    def answer(self, front) -> None:
        """Click in it, press Enter, or make it go away."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QFileDialog, QLineEdit

        self.done[type(front).__name__] += 1
        self.last = f"answer {type(front).__name__} {front.windowTitle()!r}"
        if isinstance(front, QFileDialog):
            if self.random.random() < 0.5:
                line = front.findChild(QLineEdit)
                files = [*self.folder.iterdir(), self.folder / f"{self.random.randrange(20)}.pkl"]
                line.setText(str(self.random.choice(files)))
                QTest.keyClick(line, Qt.Key.Key_Return)
            if front.isVisible():
                QTest.keyClick(front, Qt.Key.Key_Escape)
            return
        kind = self.random.random()
        if kind < 0.45:
            self.click_in(front)
        elif kind < 0.6:
            QTest.keyClick(front, Qt.Key.Key_Return)
        elif kind < 0.7:
            QTest.keyClicks(front, self.random.choice(("ab", "le", "1", "th")))
        else:
            QTest.keyClick(front, Qt.Key.Key_Escape)
            if self.random.random() < 0.2 and front.isVisible():
                front.close()

    # What it does with the window ----------------------------------------------------------------

    def change_tab(self) -> None:
        """Open one of the tabs."""
        self.window.open_task(self.random.choice(self.window.tasks).name)

    def steer(self) -> None:
        """Press one of the toolbar's buttons."""
        bar = self.window.toolbar
        buttons = (bar.train, bar.train, bar.train, bar.step, bar.reset, bar.new_weights, bar.turbo)
        self.random.choice(buttons).click()

    def set_pace(self) -> None:
        """Move the pace, mostly to the fast end."""
        slider = self.window.toolbar.pace
        slider.setValue(self.random.choice((slider.maximum(), self.random.randrange(7))))

    def edit_a_setting(self) -> None:
        """Change a field that can be seen: by some steps, another choice, a click."""
        from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox

        form = self.window.tab.form
        fields = [field for field in form.fields.values() if field.isVisibleTo(form)]
        control = self.random.choice(fields).control
        if isinstance(control, QComboBox):
            index = self.random.randrange(control.count())
            control.setCurrentIndex(index)
            control.activated.emit(index)
        elif isinstance(control, QAbstractSpinBox):
            control.stepBy(self.random.randint(-3, 3))
            control.editingFinished.emit()
        elif isinstance(control, QCheckBox):
            control.click()

    def choose_an_experiment(self) -> None:
        """Take an experiment, or the tutorial's settings."""
        self.window.tab.take_preset(self.random.choice([None, *self.window.tab.task.presets]))

    def undo_or_redo(self) -> None:
        """Go back, or forth."""
        actions = self.window.actions_
        self.random.choice((actions.undo, actions.undo, actions.redo)).trigger()

    def click_somewhere(self) -> None:
        """Click, or drag a little, anywhere in the window."""
        self.click_in(self.window)

    def press_a_button(self) -> None:
        """Press a button that can be seen: pages, studies, folds, exports of cards."""
        from PySide6.QtWidgets import QAbstractButton

        buttons = self.window.findChildren(QAbstractButton)
        seen = [b for b in buttons if b.isVisible() and b.isEnabled() and b.window() is self.window]
        self.random.choice(seen).click()

    def click_in(self, widget) -> None:
        """Click anywhere in a widget."""
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QAbstractButton

        place = QPoint(
            self.random.randrange(max(widget.width(), 1)),
            self.random.randrange(max(widget.height(), 1)),
        )
        target = widget.childAt(place) or widget
        here = target.mapFrom(widget, place) if target is not widget else place
        button = self.random.choice([Qt.MouseButton.LeftButton] * 4 + [Qt.MouseButton.RightButton])
        QTest.mousePress(target, button, pos=here)
        drags = not isinstance(target, QAbstractButton)  # a drag out of the program would block it
        if drags and self.random.random() < 0.3:
            shift = QPoint(self.random.randint(-60, 60), self.random.randint(-60, 60))
            QTest.mouseMove(target, here + shift)
            here += shift
        QTest.mouseRelease(target, button, pos=here)

    def press_a_key(self) -> None:
        """Press one of the keys that mean something, wherever the focus is."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        keys, control = Qt.Key, Qt.KeyboardModifier.ControlModifier
        plain = [keys.Key_Space, keys.Key_S, keys.Key_R, keys.Key_N, keys.Key_T, keys.Key_L]
        plain += [keys.Key_BracketLeft, keys.Key_BracketRight, keys.Key_F9, keys.Key_Tab]
        plain += [keys.Key_Left, keys.Key_Up, keys.Key_Down, keys.Key_Delete, keys.Key_Return]
        chord = [keys.Key_Z, keys.Key_N, keys.Key_O, keys.Key_S, keys.Key_D, keys.Key_L, keys.Key_R]
        where = QApplication.focusWidget() or self.window
        if self.random.random() < 0.75:
            QTest.keyClick(where, self.random.choice(plain))
        else:
            QTest.keyClick(where, self.random.choice(chord), control)

    def trigger_an_action(self) -> None:
        """Choose something in the menus."""
        from PySide6.QtGui import QAction

        found = [a for a in self.window.actions_.findChildren(QAction) if a.isEnabled()]
        chosen = self.random.choice(found)
        self.last += f" {chosen.text()}"
        chosen.trigger()

    def open_a_file(self) -> None:
        """Open a table, a model, or what is none."""
        self.window.open_any.open(self.random.choice(sorted(self.folder.iterdir())))

    def resize(self) -> None:
        """Make the window another size."""
        self.window.resize(self.random.randint(900, 1500), self.random.randint(560, 950))


class Promises:
    """Looks now and then whether the window keeps what it promises.

    Attributes
    ----------
    kept : Counter
        How often which one was.
    broken : list of str
        What was not.
    """

    def __init__(self, app, window, folder: Path) -> None:
        self.app, self.window, self.folder = app, window, folder
        self.kept: Counter[str] = Counter()
        self.broken: list[str] = []

    def look(self, number: int) -> None:
        """Train a short run of the present settings, and compare it with what it should be."""
        from PySide6.QtWidgets import QApplication

        from nngui.core.spec.toml import with_settings

        for other in QApplication.topLevelWidgets():
            if other is not self.window and other.isVisible():
                other.close()
        run = self.window.open_task(("regression", "classification")[number % 2]).run
        run.pause()
        self.window.turbo.set_on(False)
        if run.spec.network.weights or run.spec.data.kind == "table":
            self.window.tab.take_preset(None)
        length = {"schedule.steps": STEPS, "schedule.epochs": 0}
        run.apply(with_settings(run.spec, length))
        run.set_pace(6)
        run.reset()
        run.train()
        if self.wait_until(lambda: run.state.name in ("ENDED", "FAILED")):
            self.compare(run, f"{run.task.name} {number}")
        else:
            self.broken.append(f"a run did not end: {run.state} {run.spec}")

    def compare(self, run, name: str) -> None:
        """Hold a run that has ended against its script, and against its own copy on the disk."""
        from nngui.core.script import script

        if run.state.name == "FAILED" or run.steps_done != len(run.history):
            self.kept["failed, in words"] += 1
            return
        place = self.folder / name.replace(" ", "-")
        place.mkdir()
        file = place / "script.py"
        file.write_text(script(run.task, run.spec), encoding="utf-8")
        result = subprocess.run(
            [sys.executable, "-I", str(file)], capture_output=True, text=True, cwd=place
        )
        printed = [float(line) for line in result.stdout.split() if is_number(line)]
        own = run.history.exact(0, len(run.history))[:, 0].tolist()
        if not same(printed[: len(own)], own) or result.returncode:
            text = f"script: {printed[:3]} {own[:3]} {len(printed)} {len(own)} {result.stderr}"
            self.broken.append(f"{text} {run.spec}")
        else:
            self.kept["script"] += 1
        self.compare_with_kept(run)

    def compare_with_kept(self, run) -> None:
        """Read the run from the list of runs; have it and a copy of it go on for some steps."""
        import torch

        from nngui.core.trainer import Trainer
        from nngui.files.runs.recovery import read_recovery, trainer_of

        store, newest = self.window.runs.store, []

        def is_there() -> bool:
            newest[:] = [r for r in store.runs() if r.task == run.task.name and r.can_reopen][:1]
            return bool(newest) and newest[0].spec == run.spec

        if not self.wait_until(is_there):
            self.broken.append(f"kept: not in the list {run.spec}")
            return
        recovery = read_recovery(store.path_of(newest[0]), run.task)
        restored, plain = trainer_of(recovery, run.task), Trainer(run.task, run.spec, "cpu", None)
        torch.set_num_threads(1)
        while plain.ending is None:
            plain.advance(1.0)
        pairs = zip(restored.variants, plain.variants, strict=True)
        states = [(a.net.state_dict(), b.net.state_dict()) for a, b in pairs]
        if all(torch.equal(a[key], b[key]) for a, b in states for key in a):
            self.kept["restored"] += 1
        else:
            self.broken.append(f"kept: other parameters {run.spec}")

    def wait_until(self, condition) -> bool:
        """Let the window live until something is so; return whether it came to that."""
        until = time.monotonic() + PATIENCE_S
        while not condition() and time.monotonic() < until:
            self.app.processEvents()
            time.sleep(0.005)
        return bool(condition())


def is_number(text: str) -> bool:
    """Return whether a word that was printed is a loss."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def same(one: list[float], other: list[float]) -> bool:
    """Return whether these are the same numbers, to the last bit; NaN is one."""
    return [x.hex() for x in one] == [x.hex() for x in other]


class Progress(logging.Handler):
    """Counts what was written into the log as an error, and what Qt warned of."""

    def __init__(self, monkey: Monkey) -> None:
        super().__init__(logging.ERROR)
        self.monkey = monkey
        self.exceptions: list[str] = []
        self.warnings: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        self.exceptions.append(f"after {self.monkey.last}: {text}")
        print(self.exceptions[-1], file=sys.stderr)

    def on_qt(self, kind, _context, text: str) -> None:
        """Take what Qt says."""
        if not any(words in text for words in BENIGN):
            self.warnings[f"{text} (after {self.monkey.last})"] += 1

    def on_exception(self, kind, error, trace) -> None:
        """Take an exception that nobody caught."""
        import traceback

        text = "".join(traceback.format_exception(kind, error, trace))
        self.exceptions.append(f"after {self.monkey.last}: {text}")
        print(self.exceptions[-1], file=sys.stderr)


def load_everything(folder: Path) -> None:
    """Have loaded what the program loads only when it is asked for."""
    from torch import nn

    from nngui.core.turbo import cache as turbo_cache
    from nngui.files.models.export import export_onnx, export_pt2
    from nngui.files.models.onnx_packages import has_onnx

    for name in WEIGHTY:
        if importlib.util.find_spec(name.partition(".")[0]) is not None:  # some are extras
            importlib.import_module(name)
    turbo_cache.kernel()
    folder.mkdir()
    net = nn.Sequential(nn.Linear(1, 3), nn.ReLU(), nn.Linear(3, 1))
    export_pt2(net, (1,), folder / "net.pt2")
    if has_onnx():
        export_onnx(net, (1,), folder / "net.onnx")


def in_use(window) -> dict[str, int]:
    """Return how many there are of what may be left behind."""
    import threading

    import psutil
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    own = psutil.Process()
    return {
        "threads": threading.active_count(),
        "files": own.num_fds(),
        "timers": sum(timer.isActive() for timer in window.findChildren(QTimer)),
        "widgets": len(QApplication.allWidgets()),
        "processes": len(own.children(recursive=True)),
    }


def memory() -> float:
    """Return the memory in use, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def soak(minutes: float, seed: int) -> dict[str, object]:
    """Let the monkey loose for so long; return what came of it."""
    with tempfile.TemporaryDirectory(prefix="nngui-soak-") as name:
        folder = Path(name)
        (folder / "files").mkdir()
        os.environ["NNGUI_CONFIG_DIR"] = str(folder / "config")
        os.environ["NNGUI_DATA_DIR"] = str(folder / "data")
        return _soak(minutes, seed, folder / "files")


def _soak(minutes: float, seed: int, files: Path) -> dict[str, object]:
    from PySide6.QtCore import Qt, QTimer, qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from nngui.gui.app import start

    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    started = start("en", "light")
    load_everything(files.parent / "first")
    window = started.window
    window.documents.set_folder(files)
    monkey = Monkey(window, seed, files)
    watch = Progress(monkey)
    logging.getLogger("nngui").addHandler(watch)
    sys.excepthook = watch.on_exception
    qInstallMessageHandler(watch.on_qt)
    window.show()
    seconds, began = minutes * 60, time.monotonic()
    sizes: list[tuple[float, float]] = []
    counts: list[dict[str, int]] = []
    promises = Promises(started.app, window, files.parent / "promises")
    promises.folder.mkdir()
    looked = [began]

    def tick() -> None:
        if time.monotonic() - began > seconds:
            for other in QApplication.topLevelWidgets():
                other.close()
            started.app.quit()
            return
        # A timer of its own each time: what is asked in an event loop within this one is answered.
        if time.monotonic() - looked[-1] > PROMISES_EVERY_S and monkey.in_front() is None:
            looked.append(time.monotonic())
            promises.look(len(looked))
        QTimer.singleShot(EVERY, tick)
        monkey.act()

    def measure() -> None:
        sizes.append((time.monotonic() - began, memory()))
        counts.append(in_use(window))
        used = " ".join(f"{name} {number}" for name, number in counts[-1].items())
        print(f"{sizes[-1][0]:6.0f} s  {sizes[-1][1]:7.0f} MB  {used}  {monkey.last}", flush=True)

    meter = QTimer()
    meter.timeout.connect(measure)
    QTimer.singleShot(EVERY, tick)
    meter.start(round(1000 * max(seconds / 180, 1)))
    started.app.exec()
    settled = [size for past, size in sizes if past >= seconds * SETTLED]
    third = max(len(settled) // 5, 1)
    first, last = statistics.median(settled[:third]), statistics.median(settled[-third:])
    later = counts[-len(settled) :]
    more = {
        name: statistics.median(count[name] for count in later[-third:])
        - statistics.median(count[name] for count in later[:third])
        for name in MAX_MORE
    }
    return {
        "minutes": minutes,
        "seed": seed,
        "deeds": sum(monkey.done.values()),
        "done": dict(monkey.done.most_common()),
        "exceptions": watch.exceptions,
        "warnings": dict(watch.warnings),
        "memory_settled_mb": round(first),
        "memory_end_mb": round(last),
        "growth": round(last / first - 1, 4),
        "mb_by_the_minute": [round(size) for _, size in sizes[:: max(len(sizes) // 30, 1)]],
        "more": more,
        "in_use": counts[:: max(len(counts) // 10, 1)],
        "promises_kept": dict(promises.kept),
        "promises_broken": promises.broken,
    }


def main() -> int:
    """Run it, and judge what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--busy", type=int, default=0, help="busy loops beside it")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    busy = [subprocess.Popen([sys.executable, "-c", "while 1: pass"]) for _ in range(options.busy)]
    try:
        found = soak(options.minutes, options.seed)
    finally:
        for process in busy:
            process.kill()
    text = json.dumps(found, indent=1, ensure_ascii=False)
    print(text)
    if options.json:
        options.json.write_text(text)
    bad = found["exceptions"] or found["warnings"] or found["promises_broken"]
    bad = bad or float(found["growth"]) > MAX_GROWTH
    bad = bad or any(found["more"][name] > bound for name, bound in MAX_MORE.items())
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
