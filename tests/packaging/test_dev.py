"""packaging/dev.py: which commands it gives, and what it says; nothing is installed here."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

DEV = Path(__file__).resolve().parents[2] / "packaging" / "dev.py"
MISSING_EGL = (
    'Traceback (most recent call last):\n  File "<string>", line 2, in <module>\n'
    "ImportError: libEGL.so.1: cannot open shared object file: No such file or directory\n"
)


class Calls(list):
    """Stands in for `dev.call`: notes the commands, answers with exit codes in turn."""

    def __init__(self):
        super().__init__()
        self.environments = []
        self.codes = []

    def __call__(self, command, folder, **environment):
        self.append([Path(command[0]).stem, *command[1:]])
        self.environments.append(environment)
        return self.codes.pop(0) if self.codes else 0


@pytest.fixture
def dev(tmp_path, monkeypatch):
    """The module, in a project of its own, with a complete environment as far as it can see."""
    spec = importlib.util.spec_from_file_location("dev_under_test", DEV)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "stamp")
    monkeypatch.setattr(module, "require_qt", lambda window: None)
    (tmp_path / "packaging").mkdir()
    (tmp_path / "packaging" / "constraints.txt").write_text("torch==2.13.0\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    python = Path(module.venv_python())
    python.parent.mkdir(parents=True)
    python.touch()
    module.STAMP.write_text(module.wanted_stamp())
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    return module


@pytest.fixture
def calls(dev, monkeypatch):
    recorder = Calls()
    monkeypatch.setattr(dev, "call", recorder)
    return recorder


def names(calls):
    """What each command is about: venv, pip, nngui, pytest or the check's name."""
    return [call[2] if call[1:2] == ["-m"] else call[0] for call in calls]


def test_that_nothing_is_installed_while_the_stamp_matches(dev, calls):
    assert dev.main(["test"]) == 0
    assert names(calls) == ["pytest"]


@pytest.mark.parametrize("name", ["pyproject.toml", "packaging/constraints.txt"])
def test_that_a_changed_list_of_packages_is_installed_and_then_stamped(
    dev, calls, name, monkeypatch
):
    monkeypatch.setattr(dev, "venv_is_usable", lambda: True)
    with (dev.ROOT / name).open("a") as file:
        file.write("# another\n")
    assert dev.main(["setup"]) == 0
    assert names(calls) == ["pip"]
    assert calls[0][-4:] == ["-c", str(Path("packaging/constraints.txt")), "-e", ".[test]"]
    calls.clear()
    assert dev.main(["setup"]) == 0
    assert names(calls) == []


def test_that_the_stamp_depends_on_the_python_version_and_the_folder(dev, monkeypatch):
    stamp = dev.wanted_stamp()
    with monkeypatch.context() as context:
        context.setattr(sys, "version_info", (3, 13, 0, "final", 0))
        assert dev.wanted_stamp() != stamp
    moved = dev.ROOT / "moved"
    (dev.ROOT / "packaging").rename(dev.ROOT / "kept")
    moved.mkdir()
    (dev.ROOT / "kept").rename(moved / "packaging")
    (dev.ROOT / "pyproject.toml").rename(moved / "pyproject.toml")
    monkeypatch.setattr(dev, "ROOT", moved)
    assert dev.wanted_stamp() != stamp


def test_that_an_environment_without_python_is_made_anew(dev, calls):
    Path(dev.venv_python()).unlink()
    assert dev.main(["setup"]) == 0
    assert names(calls) == ["venv", "pip"]
    assert "--clear" in calls[0]


def test_that_a_python_that_does_not_start_makes_the_environment_unusable(dev):
    Path(dev.venv_python()).write_text("#!/bin/sh\nexit 1\n")
    Path(dev.venv_python()).chmod(0o755)
    assert not dev.venv_is_usable()


def test_that_a_half_made_environment_is_completed(dev, calls, monkeypatch):
    monkeypatch.setattr(dev, "venv_is_usable", lambda: True)
    dev.STAMP.unlink()
    assert dev.main(["setup"]) == 0
    assert names(calls) == ["pip"]
    assert dev.STAMP.read_text() == dev.wanted_stamp()


def test_that_a_half_made_environment_that_pip_cannot_complete_is_made_anew(
    dev, calls, monkeypatch
):
    monkeypatch.setattr(dev, "venv_is_usable", lambda: True)
    dev.STAMP.unlink()
    calls.codes = [1]
    assert dev.main(["setup"]) == 0
    assert names(calls) == ["pip", "venv", "pip"]


def test_that_a_failing_pip_leaves_a_complete_environment_in_place_but_unstamped(
    dev, calls, monkeypatch, capsys
):
    monkeypatch.setattr(dev, "venv_is_usable", lambda: True)
    before = (dev.ROOT / "pyproject.toml").read_text()
    (dev.ROOT / "pyproject.toml").write_text("changed")
    calls.codes = [1]
    assert dev.main(["test"]) == 1
    assert names(calls) == ["pip"]
    error = capsys.readouterr().err
    assert error.startswith("error: pip could not install the packages")
    assert "Traceback" not in error
    (dev.ROOT / "pyproject.toml").write_text(before)
    assert dev.found_stamp() != dev.wanted_stamp()


@pytest.mark.parametrize("version", [(3, 10), (3, 15), (2, 7)])
def test_that_an_unsupported_python_is_named_in_a_sentence(dev, version):
    with pytest.raises(dev.SetupProblemError, match=r"needs Python 3\.11 to 3\.14, and this is "):
        dev.require_python(version)


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_that_a_python_without_its_venv_is_told_how_to_get_it(
    dev, calls, module, monkeypatch, capsys
):
    Path(dev.venv_python()).unlink()
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == module else real(name)
    )
    assert dev.main(["setup"]) == 1
    package = f"python3.{sys.version_info[1]}-venv"
    assert f"apt-get install {package}" in capsys.readouterr().err
    assert names(calls) == []


def test_that_a_missing_system_library_is_answered_with_the_apt_line(
    dev, calls, monkeypatch, capsys
):
    def fail(window):
        raise dev.SetupProblemError(dev.qt_problem(MISSING_EGL))

    dev.STAMP.unlink()
    monkeypatch.setattr(dev, "venv_is_usable", lambda: True)
    monkeypatch.setattr(dev, "require_qt", fail)
    assert dev.main(["run"]) == 1
    error = capsys.readouterr().err
    assert "libEGL.so.1" in error
    assert "apt-get install libegl1 libgl1 libxkbcommon0" in error
    assert "libxcb-cursor0" in error
    assert "Traceback" not in error
    assert names(calls) == ["pip"]
    assert not dev.STAMP.exists()


def test_that_another_failure_of_qt_is_not_taken_for_a_missing_library(dev):
    text = dev.qt_problem("Traceback\nImportError: cannot import name 'QtWidgets'\n")
    assert "cannot import name 'QtWidgets'" in text
    assert "apt-get" not in text


def test_that_the_window_opens_where_there_is_a_display(dev, calls, monkeypatch):
    monkeypatch.setenv("DISPLAY", ":0")
    assert dev.main(["run", "--task", "regression"]) == 0
    assert calls == [["python", "-m", "nngui", "--task", "regression"]]
    assert calls.environments == [{}]


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_that_windows_and_macos_need_no_display_variable(dev, calls, platform, monkeypatch):
    monkeypatch.setattr(sys, "platform", platform)
    assert dev.has_display()


def test_that_without_a_display_a_demo_runs_and_says_where_its_picture_is(dev, calls, capsys):
    assert dev.main(["run", "--task", "cnn"]) == 0
    output = capsys.readouterr().out
    picture = calls[0][-1]
    assert calls[0][:-1] == [
        *("python", "-m", "nngui", "screenshot", "regression", "--steps", "100", "-o")
    ]
    assert calls.environments == [{"QT_QPA_PLATFORM": "offscreen"}]
    assert "no display" in output.splitlines()[0]
    assert Path(picture).name == "nngui-demo.png"
    assert picture in output
    Path(picture).parent.rmdir()


def test_that_a_failed_demo_names_no_picture(dev, calls, capsys):
    calls.codes = [3]
    assert dev.main(["run"]) == 3
    assert "nngui-demo.png" not in capsys.readouterr().out
    Path(calls[0][-1]).parent.rmdir()


@pytest.mark.parametrize("arguments", [["tasks"], ["train", "regression"], ["--help"]])
def test_that_what_opens_no_window_needs_no_display(dev, calls, arguments):
    assert dev.main(["run", *arguments]) == 0
    assert calls == [["python", "-m", "nngui", *arguments]]


def test_that_tests_run_offscreen_unless_told_otherwise(dev, calls, monkeypatch):
    dev.main(["test", "-k", "loss"])
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    dev.main(["test"])
    side_by_side = ["python", "-m", "pytest", "-n", "auto", "--dist", "loadfile"]
    assert calls == [[*side_by_side, "-k", "loss"], side_by_side]
    assert [e["QT_QPA_PLATFORM"] for e in calls.environments] == ["offscreen", "xcb"]


def test_that_all_tests_are_said_to_take_so_long(dev, calls, capsys, monkeypatch):
    monkeypatch.setattr(dev.os, "cpu_count", lambda: 4)
    dev.main(["test"])
    assert (
        "All tests, side by side on 4 cores: about 6 minutes; with --quick, one."
        in capsys.readouterr().out
    )
    dev.main(["test", "--quick"])
    assert "a minute or so" in capsys.readouterr().out
    assert calls[1] == ["python", "-m", "pytest", "-n", "auto", "--dist", "loadfile", "--quick"]


@pytest.mark.parametrize(
    "arguments", [["-n0"], ["-n", "4"], ["--pdb", "-k", "x"], ["tests/a.py"], ["tests/a.py::b"]]
)
def test_that_tests_run_alone_where_a_file_or_a_debugger_is_named(dev, calls, arguments):
    (dev.ROOT / "tests").mkdir()
    (dev.ROOT / "tests" / "a.py").touch()
    dev.main(["test", *arguments])
    assert calls == [["python", "-m", "pytest", *arguments]]


def test_that_every_check_runs_and_one_failure_fails_them_all(dev, calls, capsys):
    calls.codes = [1, 0, 0, 1]
    assert dev.main(["check"]) == 1
    assert names(calls) == ["ruff", "ruff", "mypy", "lint-imports", "lint-imports"]
    assert (
        "These checks failed: ruff format --check ., lint-imports --no-logo --no-cache."
        in capsys.readouterr().out
    )


def test_that_the_bundle_is_built_and_checked_by_a_script_of_its_own(dev, calls):
    assert dev.main(["bundle"]) == 0
    assert dev.main(["bundle", "--check"]) == 0
    script = str(dev.ROOT / "packaging" / "bundle.py")
    assert [call[1:] for call in calls] == [[script], [script, "--check"]]


def test_that_faults_are_put_in_offscreen_by_a_script_of_their_own(dev, calls, capsys, monkeypatch):
    assert dev.main(["mutation"]) == 0
    assert "faults" in capsys.readouterr().out
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    calls.codes = [1]
    assert dev.main(["mutation", "--sample", "map.json"]) == 1
    script = str(dev.ROOT / "tests" / "mutation" / "run.py")
    assert [call[1:] for call in calls] == [[script], [script, "--sample", "map.json"]]
    assert [e["QT_QPA_PLATFORM"] for e in calls.environments] == ["offscreen", "xcb"]


def test_that_programs_lie_in_scripts_on_windows(dev, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert Path(dev.venv_program("lint-imports")) == dev.VENV / "Scripts" / "lint-imports.exe"
    assert Path(dev.venv_python()) == dev.VENV / "Scripts" / "python.exe"


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["fly"], 2), (["--help"], 0)])
def test_that_the_commands_are_listed_for_whoever_names_none(dev, calls, arguments, code, capsys):
    assert dev.main(arguments) == code
    assert "packaging/dev.py run" in "".join(capsys.readouterr())
    assert calls == []


def test_that_an_unwritable_folder_is_told_in_a_sentence(dev, monkeypatch, capsys):
    def refuse():
        raise PermissionError(13, "Permission denied", str(dev.VENV))

    monkeypatch.setattr(dev, "set_up", refuse)
    assert dev.main(["setup"]) == 1
    error = capsys.readouterr().err
    assert "Permission denied" in error
    assert "Traceback" not in error


def test_that_the_script_runs_on_its_own_with_nothing_installed():
    command = [sys.executable, "-I", "-S", str(DEV), "--help"]
    result = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ))
    assert (result.returncode, result.stderr) == (0, "")
    assert "packaging/dev.py test" in result.stdout
