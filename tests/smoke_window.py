"""Open the real window on the present display, let it train, close it: quietly and with code 0.

    python tests/smoke_window.py

It runs ``nngui --task regression --train`` in a process of its own, reads in its status bar that
the steps go up, and closes the window as a user does. A word on stderr is a failure.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PATIENCE = 90  # seconds, most of them for importing torch on a busy machine
STEPS = re.compile(r"Step ([\d,]+) of [\d,]+")


def main() -> int:
    """Run the program, and judge what it did."""
    with tempfile.TemporaryDirectory(prefix="nngui-smoke-") as folder:
        result = subprocess.run(
            [sys.executable, __file__, "--inside"],
            capture_output=True,
            text=True,
            env=environment(Path(folder)),
            timeout=2 * PATIENCE,
        )
    print(result.stdout, end="")
    if result.stderr:
        print(f"It wrote to stderr:\n{result.stderr}")
    if result.returncode != 0:
        print(f"It ended with code {result.returncode}.")
    return 1 if result.stderr or result.returncode != 0 else 0


def environment(folder: Path) -> dict[str, str]:
    """Return the variables of a first start, in English, on a real display."""
    (folder / "runtime").mkdir(mode=0o700)
    changes = {
        "NNGUI_CONFIG_DIR": str(folder / "config"),
        "NNGUI_DATA_DIR": str(folder / "data"),
        "NNGUI_LANG": "en",
        "XDG_RUNTIME_DIR": str(folder / "runtime"),
        "PYTHONWARNINGS": "default",
    }
    kept = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
    return kept | changes


def inside() -> int:
    """Run nngui with somebody who watches the status bar and then closes the window."""
    from PySide6.QtCore import QObject, QTimer, Slot
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

    from nngui.cli import main as nngui

    class User(QObject):
        def __init__(self):
            super().__init__()
            self.seen = set()
            self.deadline = time.monotonic() + PATIENCE
            self.timer = QTimer(self)
            self.timer.timeout.connect(self.look)
            self.timer.start(50)

        @Slot()
        def look(self):
            windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMainWindow)]
            for window in windows:
                for label in window.findChildren(QLabel):
                    match = STEPS.fullmatch(label.text())
                    if match and label.isVisible() and window.windowHandle().isExposed():
                        self.seen.add(int(match[1].replace(",", "")))
            if len(self.seen - {0}) >= 2:  # it went on between two looks
                self.timer.stop()
                size = f"{windows[0].width()}x{windows[0].height()}"
                where = QGuiApplication.platformName()
                print(f"A window of {size} on {where} was seen at step {max(self.seen)}.")
                windows[0].close()
            elif time.monotonic() > self.deadline:
                print(f"After {PATIENCE} s it did not train; windows: {windows}, {self.seen}.")
                os._exit(3)

    run_events = QApplication.exec

    def watched() -> int:
        user = User()
        code = run_events()
        assert not user.timer.isActive(), "the window closed by itself"
        return code

    QApplication.exec = staticmethod(watched)
    return nngui(["--task", "regression", "--train"])


if __name__ == "__main__":
    sys.exit(inside() if "--inside" in sys.argv else main())
