"""Threads that nobody waits for do not keep the process, and it ends as it would without them."""

from __future__ import annotations

import threading

import pytest

from nngui.core.abandoned import abandon, wait_for_abandoned
from tests.core.helpers import run_python

PROGRAM = """\
import logging.handlers
import sys
import threading

from nngui import cli, commands
from nngui.core.abandoned import abandon


def open_window(options):
    late = logging.handlers.MemoryHandler(100, target=logging.StreamHandler())
    logging.getLogger().addHandler(late)
    logging.getLogger().warning("said at the end")
    thread = threading.Thread(target=threading.Event().wait, daemon=True)
    thread.start()
    abandon([thread])
    print("abandoned")
    if options.demo:
        raise RuntimeError("eels")
    return 7


commands.open_window = open_window
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.parametrize(("options", "code"), [((), 7), (("--demo",), 1)])
def test_that_the_process_ends_with_its_own_exit_code(tmp_path, options, code):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    result = run_python(program, *options, folder=tmp_path)
    assert (result.returncode, result.stdout) == (code, "abandoned\n")
    assert ("RuntimeError" in result.stderr) == bool(options)
    assert "said at the end" in result.stderr


def test_that_one_can_still_wait_for_them():
    may_end = threading.Event()
    thread = threading.Thread(target=may_end.wait)
    thread.start()
    abandon([thread])
    assert not wait_for_abandoned(0.01)
    may_end.set()
    assert wait_for_abandoned(10)
    assert not thread.is_alive()


IN_TIME = """\
import faulthandler, threading
from nngui.core import abandoned
faulthandler.dump_traceback_later(15, exit=True)  # where it waits for all that time
abandoned.EXIT_TIMEOUT_S = 1e5
thread = threading.Thread(target=threading.Event().wait, daemon=True)
thread.start()
abandoned.abandon([thread])
abandoned.note_exit_code(3)
abandoned.end_within(0.1)
"""


def test_that_the_end_is_waited_for_no_longer_than_was_said(tmp_path):
    assert run_python("-c", IN_TIME, folder=tmp_path).returncode == 3
