"""tests/conftest.py: what a test leaves running is caught, named, and cleaned up after."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("PySide6", reason="there is nothing of Qt to leak in this run")

TESTS = Path(__file__).parent


@pytest.fixture
def run(pytester, monkeypatch):
    """Run tests in a process of their own, under our conftest and our settings of pytest."""
    pytester.makeconftest((TESTS / "conftest.py").read_text(encoding="utf-8"))
    monkeypatch.setenv("PYTHONPATH", str(TESTS.parent))  # its plugins
    settings = (TESTS.parent / "pyproject.toml").read_text(encoding="utf-8")
    pytester.makepyprojecttoml(settings.replace('testpaths = ["tests"]', ""))

    def run(tests: str):
        pytester.makepyfile(tests)
        return pytester.runpytest_subprocess("-p", "no:cacheprovider")

    return run


def test_that_a_leaked_thread_is_caught_and_where_it_started(run):
    result = run("""
        import threading

        def test_leak():
            threading.Thread(target=threading.Event().wait, name="stray", daemon=True).start()
    """)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "The test left behind:",
            "thread Thread 'stray', started at",
            "*.py*, line 4, in test_leak",
        ]
    )


def test_that_a_leaked_qthread_is_caught_and_ended(run):
    result = run("""
        from PySide6.QtCore import QThread

        threads = []

        def test_leak(qapp):
            threads.append(QThread(objectName="trainer"))
            threads[-1].start()

        def test_next():
            assert threads[-1].isFinished()
    """)
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(
        ["QThread QThread 'trainer', started at", "*.py*, line 7, in test_leak"]
    )
    assert result.ret == 1


def test_that_a_leaked_timer_is_caught_and_stopped(run):
    result = run("""
        from PySide6.QtCore import QTimer

        timers = []

        def test_leak(qapp):
            timers.append(QTimer())
            timers[-1].start(16)

        def test_next():
            assert not timers[-1].isActive()
    """)
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["active QTimer QTimer, started at", "*, line 7, in test_leak"])


def test_that_a_leaked_window_is_caught_and_closed(run):
    result = run("""
        from PySide6.QtWidgets import QApplication, QWidget

        windows = []

        def test_leak(qapp):
            windows.append(QWidget(windowTitle="forgotten"))
            windows[-1].show()

        def test_next():
            assert QApplication.topLevelWidgets() == []
    """)
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["top-level widget QWidget 'forgotten' (visible)"])


def test_that_what_is_ended_closed_or_collected_is_no_leak(run):
    result = run("""
        import threading
        import pyqtgraph
        from PySide6.QtCore import QThread, QTimer
        from PySide6.QtWidgets import QMainWindow, QWidget

        def test_thread():
            threading.Thread(target=threading.Event().wait, args=[0.1]).start()

        def test_qthread(qapp):
            thread = QThread()
            thread.start()
            thread.quit()
            thread.wait()

        def test_timer(qapp):
            window = QWidget()
            timer = QTimer(window)
            timer.start(16)

        def test_window(qtbot):
            window = QMainWindow()
            qtbot.addWidget(window)
            window.setCentralWidget(pyqtgraph.PlotWidget(window))
            window.cycle = window
            window.show()

        def test_collected(qapp):
            plot = pyqtgraph.PlotWidget()
            plot.show()
            plot.close()

        def test_single_shot(qtbot):
            fired = []
            QTimer.singleShot(1, lambda: fired.append(True))
            qtbot.waitUntil(lambda: fired == [True])
    """)
    result.assert_outcomes(passed=6)


def test_that_a_failed_test_is_not_blamed_for_what_its_traceback_holds(run):
    result = run("""
        from PySide6.QtWidgets import QWidget

        def test_fails(qapp):
            window = QWidget()
            raise ValueError("as expected")
    """)
    result.assert_outcomes(failed=1)


def test_that_each_test_has_settings_of_its_own_in_english(run):
    result = run("""
        import os
        from pathlib import Path
        import pytest

        @pytest.mark.parametrize("name", ["NNGUI_CONFIG_DIR", "NNGUI_DATA_DIR"] * 2)
        def test_settings(name):
            folder = Path(os.environ[name])
            assert not folder.exists()
            folder.mkdir(parents=True)
            assert os.environ["NNGUI_LANG"] == "en"
            assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
    """)
    result.assert_outcomes(passed=4)
