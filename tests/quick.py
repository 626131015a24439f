"""``--quick``: some tests of nearly every file, enough to see in a minute that nothing is broken.

Of a file the first tests are taken, and of a test the first case. Files whose first tests take
seconds are left to the whole run.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parent
MAX_TESTS = 2  # of a file
SLOW = {  # they start programs, or train many runs
    "core/networks/test_start_weights.py",
    "core/test_memory.py",
    "core/training/test_memory_estimate.py",
    "core/training/test_trainer_state.py",
    "files/fuzz/test_fuzz.py",
    "files/models/test_hostile.py",
    "files/tables/test_takeaway.py",
    "files/test_bombs.py",
    "gui/controllers/test_images.py",
    "gui/controllers/test_tables.py",
    "gui/tabs/test_batch_sizes.py",
    "gui/tabs/test_folds.py",
    "gui/tabs/test_hints.py",
    "gui/tabs/test_looks.py",
    "gui/tabs/test_seeds.py",
    "gui/tabs/test_workers.py",
    "gui/test_crash.py",
    "gui/test_recovery.py",
    "gui/test_screenshot.py",
    "gui/training/test_lifecycle.py",
    "gui/window/test_accessibility.py",
    "gui/window/test_session.py",
    "gui/window/test_turbo.py",
    "tasks/test_optimizers.py",
    "tasks/test_picture_projects.py",
    "tasks/test_save_restore.py",
    "tasks/test_tables.py",
    "tasks/test_tutorial.py",
    "test_conftest_leaks.py",
    "test_new_task.py",
    "test_refusals.py",
}


def pytest_addoption(parser):
    parser.addoption("--quick", action="store_true", help="a selection that takes a minute or so")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--quick"):
        items[:] = some_of(items)


def some_of(items):
    taken, seen, of_file = [], set(), Counter()
    for item in items:
        test = item.path, item.originalname
        if is_slow(item.path) or test in seen or of_file[item.path] == MAX_TESTS:
            continue
        seen.add(test)
        of_file[item.path] += 1
        taken.append(item)
    return taken


def is_slow(path):
    return path.is_relative_to(TESTS) and path.relative_to(TESTS).as_posix() in SLOW
