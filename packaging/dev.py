"""Set up, run, test and check nngui, with nothing but Python before it.

    python packaging/dev.py run [arguments of nngui]
    python packaging/dev.py test [--quick] [arguments of pytest]
    python packaging/dev.py check
    python packaging/dev.py setup
    python packaging/dev.py bundle [--check]
    python packaging/dev.py screenshots [--sheet FOLDER]
    python packaging/dev.py mutation [arguments of tests/mutation/run.py]

Each makes ``.venv`` with everything in it first, and skips that when nothing has changed since.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "nngui-setup.stamp"
CONSTRAINTS = Path("packaging") / "constraints.txt"
OLDEST, NEWEST = (3, 11), (3, 14)  # of Python: what torch, numpy and PySide6 are built for

CHECKS = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "--output-format", "concise", "."),
    ("mypy",),
    ("lint-imports", "--no-logo", "--no-cache"),  # its cache goes by times: a checkout has others
    ("lint-imports", "--no-logo", "--no-cache", "--config", "packaging/imports_at_run_time.ini"),
)

SIDE_BY_SIDE = ("-n", "auto", "--dist", "loadfile")  # what a file made for its tests is made once
ALONE = ("-n", "--numprocesses", "--dist", "--pdb", "--trace", "-s", "--co", "--collect-only", "-h")
CORE_MINUTES = 24  # that all tests take on one core

QT_LIBRARIES = "libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0"
WINDOW_LIBRARIES = (
    "libxkbcommon-x11-0 libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 "
    "libxcb-render-util0 libxcb-shape0 libxcb-xkb1"
)
# Importing QtWidgets shows what every Qt program lacks; the plugin, what a window lacks besides.
TRY_QT = """\
import ctypes, pathlib, sys
import PySide6.QtWidgets
if "window" in sys.argv:
    plugin = pathlib.Path(PySide6.__file__).parent / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    if plugin.exists():
        ctypes.CDLL(str(plugin))
"""


class SetupProblemError(Exception):
    """What keeps the program from being set up: one sentence, with what to do."""


def main(arguments: list[str]) -> int:
    """Do what the command line says, and return the exit code."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    commands = {"run": run, "test": test, "check": check, "setup": only_set_up}
    commands |= {"bundle": bundle, "screenshots": screenshots, "mutation": mutation}
    if command not in commands:
        asked = command in ("-h", "--help")
        print(__doc__.strip(), file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    try:
        set_up()
        return commands[command](rest)
    except SetupProblemError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"error: {error}. If it stays so, delete the folder {VENV}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


# --- The commands ---------------------------------------------------------------------------------


def run(arguments: list[str]) -> int:
    """Open the window, or train for a moment offscreen where there is no display."""
    if not opens_window(arguments) or "QT_QPA_PLATFORM" in os.environ:
        return nngui(arguments)
    if not has_display():
        return demo()
    if not os.environ.get("WAYLAND_DISPLAY"):
        require_qt(window=True)
    return nngui(arguments)


def opens_window(arguments: list[str]) -> bool:
    """Tell a call that opens the window from ``train``, ``tasks``, ``--help`` and their like."""
    if {"-h", "--help", "--version"} & set(arguments):
        return False
    return not arguments or arguments[0].startswith("-")


def has_display() -> bool:
    """Tell whether a window can open: always, but on a Linux without X and Wayland."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def demo() -> int:
    """Train a curve without a display, and say where its picture is."""
    say("There is no display here, so a short demo trains offscreen and leaves a picture.")
    picture = Path(tempfile.mkdtemp(prefix="nngui-")) / "nngui-demo.png"
    command = ["screenshot", "regression", "--steps", "100", "-o", str(picture)]
    code = nngui(command, QT_QPA_PLATFORM="offscreen")
    if code == 0:
        say(f"The picture of the trained network: {picture}")
    return code


def nngui(arguments: list[str], **environment: str) -> int:
    """Run nngui in the environment, in the folder of whoever asked for it."""
    return call([venv_python(), "-m", "nngui", *arguments], Path.cwd(), **environment)


def test(arguments: list[str]) -> int:
    """Run the tests, without a window unless one is asked for by QT_QPA_PLATFORM.

    They run side by side, unless the arguments name a file or say how, or a debugger is to be
    talked to.
    """
    platform = os.environ.get("QT_QPA_PLATFORM", "offscreen")
    alone = any(a.startswith(ALONE) or (ROOT / a.partition("::")[0]).is_file() for a in arguments)
    beside = () if alone else SIDE_BY_SIDE
    if "--quick" in arguments:
        say("Some tests of every file, side by side: a minute or so.")
    elif not arguments:
        cores = os.cpu_count() or 1
        minutes = max(3, round(CORE_MINUTES / cores))
        say(
            f"All tests, side by side on {cores} cores: about {minutes} minutes; with --quick, one."
        )
    return call(
        [venv_python(), "-m", "pytest", *beside, *arguments], ROOT, QT_QPA_PLATFORM=platform
    )


def check(_arguments: list[str]) -> int:
    """Run every check, also after one that failed."""
    failed = []
    for tool, *options in CHECKS:
        name = " ".join([tool, *options])
        say(f"--- {name}")
        if call([venv_program(tool), *options], ROOT) != 0:
            failed.append(name)
    say(f"These checks failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


def bundle(arguments: list[str]) -> int:
    """Build the folder that needs no Python, or check it."""
    return call([venv_python(), str(ROOT / "packaging" / "bundle.py"), *arguments], ROOT)


def screenshots(arguments: list[str]) -> int:
    """Make the pictures of README and guide, or a sheet of all tabs."""
    return call([venv_python(), str(ROOT / "packaging" / "screenshots.py"), *arguments], ROOT)


def mutation(arguments: list[str]) -> int:
    """Put faults into a copy of the code, and see whether the tests find them."""
    if not arguments:
        say("The faults of the table, one at a time: about 20 minutes.")
    platform = os.environ.get("QT_QPA_PLATFORM", "offscreen")
    script = str(ROOT / "tests" / "mutation" / "run.py")
    return call([venv_python(), script, *arguments], ROOT, QT_QPA_PLATFORM=platform)


def only_set_up(_arguments: list[str]) -> int:
    """Say where the environment is, now that it is there."""
    say(f"The environment is ready in {VENV}.")
    return 0


# --- The environment ------------------------------------------------------------------------------


def set_up() -> None:
    """Make the environment, or bring it up to date; at once when it already is.

    Raises
    ------
    SetupProblemError
        When this Python, its modules, the network or a system library keep it from being made.
    """
    require_python(sys.version_info[:2])
    stamp = wanted_stamp()
    if Path(venv_python()).exists() and found_stamp() == stamp:
        return
    say("Setting up .venv: a few minutes the first time, as PyTorch is large.")
    fill_venv()
    require_qt(window=False)
    STAMP.write_text(stamp, encoding="utf-8")


def fill_venv() -> None:
    """Install the packages; into a new environment where the one at hand is of no use."""
    usable, was_complete = venv_is_usable(), bool(found_stamp())
    if not usable:
        make_venv()
    elif was_complete:
        STAMP.write_text("unfinished", encoding="utf-8")  # what is cut off must not look complete
    installed = install()
    if not installed and usable and not was_complete:
        say("The half-made .venv can't be completed: beginning with an empty one.")
        make_venv()
        installed = install()
    if not installed:
        message = "pip could not install the packages (its own lines above say why): check the "
        raise SetupProblemError(message + "network and the free disk space, then try again.")


def require_python(version: tuple[int, ...]) -> None:
    """Stop with a sentence under a Python that the packages are not built for."""
    if not OLDEST <= version <= NEWEST:
        found, oldest, newest = (".".join(map(str, v)) for v in (version, OLDEST, NEWEST))
        message = f"nngui needs Python {oldest} to {newest}, and this is {found}: call "
        raise SetupProblemError(message + "packaging/dev.py with one of these, as in `python3.11`.")


def wanted_stamp() -> str:
    """Return what tells this set-up from one with other packages, Python or folder."""
    parts = [f"{sys.version_info[0]}.{sys.version_info[1]}".encode(), str(ROOT).encode()]
    parts += [(ROOT / name).read_bytes() for name in ("pyproject.toml", CONSTRAINTS)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def found_stamp() -> str:
    """Return the stamp of the last complete set-up, or an empty text."""
    return STAMP.read_text(encoding="utf-8") if STAMP.exists() else ""


def venv_is_usable() -> bool:
    """Tell whether the environment has this very Python version, and a pip that starts."""
    if not Path(venv_python()).exists():
        return False
    code = f"import pip, sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    return subprocess.run([venv_python(), "-c", code], capture_output=True).returncode == 0


def make_venv() -> None:
    """Make an empty environment in place of what may be there.

    Raises
    ------
    SetupProblemError
        When Python came without the modules for it, or they fail.
    """
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
            message = f"this Python came without its module {module}: install it (on Debian or "
            raise SetupProblemError(
                message + f"Ubuntu: apt-get install {package}), then try again."
            )
    if call([sys.executable, "-m", "venv", "--clear", str(VENV)], ROOT) != 0:
        message = f"Python could not make an environment in {VENV}: see whether the folder may be "
        raise SetupProblemError(message + "written to and the disk has room, then try again.")


def install() -> bool:
    """Install nngui as it lies here, with what it needs; tell whether pip succeeded."""
    pip = [venv_python(), "-m", "pip", "install", "--disable-pip-version-check"]
    return call([*pip, "-c", str(CONSTRAINTS), "-e", ".[test]"], ROOT) == 0


def require_qt(*, window: bool) -> None:
    """Stop with the missing libraries' names when Qt can't be loaded.

    Parameters
    ----------
    window : bool
        Whether an X window is to open, which needs more of them.
    """
    attempt = [venv_python(), "-c", TRY_QT, *(["window"] if window else [])]
    result = subprocess.run(attempt, capture_output=True, text=True)
    if result.returncode != 0:
        raise SetupProblemError(qt_problem(result.stderr))


def qt_problem(error: str) -> str:
    """Turn Python's traceback of a failed import of Qt into a sentence with what to do."""
    last = error.strip().splitlines()[-1] if error.strip() else "it ended without a word"
    if "cannot open shared object file" not in error:
        return f"Qt can't be loaded ({last}): delete the folder {VENV} and try again."
    return (
        f"Qt misses a library of the system ({last}). On Debian or Ubuntu, install them with:\n"
        f"  apt-get install {QT_LIBRARIES}\n"
        f"and, for a real window:\n"
        f"  apt-get install {WINDOW_LIBRARIES}"
    )


# --- Small helpers --------------------------------------------------------------------------------


def venv_program(name: str) -> str:
    """Return where the environment keeps a program."""
    windows = sys.platform == "win32"
    return str(VENV / ("Scripts" if windows else "bin") / (f"{name}.exe" if windows else name))


def venv_python() -> str:
    """Return the environment's Python."""
    return venv_program("python")


def call(command: list[str], folder: Path, **environment: str) -> int:
    """Run a program that shares this terminal, and return its exit code."""
    sys.stdout.flush()
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment})
    interrupted = False
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:  # it reached the program too, which may have files to finish
            interrupted = True
            continue
        if interrupted:
            raise KeyboardInterrupt
        return code


def say(text: str) -> None:
    """Print a line at once, so that it stands before what the next program prints."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
