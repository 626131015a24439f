"""What of all that PyInstaller found goes into the bundle: `bundle.spec` asks it file by file.

Left out are tools to compile extensions with, headers, tests, what of Qt a window with plain
widgets never loads, and then every library that nothing of the rest needs: PyInstaller collects
what a plugin needs before the plugin itself is left out.
"""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Entry = tuple[str, str, str]  # where it goes to, where it comes from, what kind it is of

# Modules that are never imported, or under terms that would bind the whole program.
# Never torch._inductor, torch.testing._internal or unittest.mock: PyTorch fails at its import or
# at the first optimizer without them.
EXCLUDED = [
    *("tkinter", "IPython", "matplotlib", "pytest", "sphinx", "setuptools", "pip"),
    *("readline", "rlcompleter", "_gdbm", "dbm.gnu", "_dbm", "dbm.ndbm"),  # GPL, or linked to it
    *("nis", "_curses", "_curses_panel"),  # they bring half a dozen libraries, and nobody asks
    *("PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtNetwork"),
    *("torch.utils.tensorboard", "tensorboard", "torchvision", "torchaudio"),
    "pyarrow",  # 157 MB: Parquet files stay with the installed program
    *("optuna", "alembic", "sqlalchemy"),  # TPE stays with the installed program
    *("scipy", "sklearn", "pyqtgraph.opengl", "pyqtgraph.examples", "numba.cuda.tests"),
]

# Parts of paths in the bundle.
LEFT_OUT = (
    *("torch/include/", "torch/share/", "torch/test/", "caffe2/"),
    *("libtorchbind_test", "libjitbackend_test", "libbackend_with_compiler"),
    # Of QtAwesome: the window has icons of one font.
    *("fonts/codicon", "fonts/elusiveicons", "fonts/fontawesome", "fonts/materialdesignicons5"),
    *("fonts/phosphor", "fonts/remixicon"),
    *("_avif", "libavif"),  # of Pillow: such images are not read
    *("libQt6Qml", "libQt6Quick", "libQt6VirtualKeyboard", "libQt6Network"),
    *("numba/cuda/tests/", "numba/tests/", "pandas/tests/"),
    "torch/testing/",  # the sources: its modules are in the program
    *(".dist-info/RECORD", ".dist-info/direct_url", ".dist-info/licenses/"),  # all in licences/
    *(".dist-info/sboms/", ".dist-info/LICEN", ".dist-info/INSTALLER", ".dist-info/REQUESTED"),
)

# Of Qt's plugins those that a window needs: where it is shown, what is typed, its pictures.
PLUGINS = (
    *("platforms/libqxcb", "platforms/libqwayland", "platforms/libqoffscreen"),
    *("platforms/qwindows", "platforms/qoffscreen", "platforms/libqcocoa"),
    *("platforminputcontexts/libcompose", "platforminputcontexts/libibus"),
    *("platformthemes/libqxdgdesktopportal", "xcbglintegrations/", "iconengines/", "styles/"),
    *("wayland-shell-integration/", "wayland-decoration-client/"),
    "wayland-graphics-integration-client/",
    *("imageformats/libqjpeg", "imageformats/libqsvg", "imageformats/libqico"),
    *("imageformats/qjpeg", "imageformats/qsvg", "imageformats/qico"),
)
LANGUAGES = ("qtbase_zh_CN.qm", "qtbase_en.qm")

# Folders whose libraries are there for others; what lies elsewhere is opened by its own name.
FOR_OTHERS = ("", "PySide6/Qt/lib", "pillow.libs", "numpy.libs")


def wanted(entry: Entry) -> bool:
    """Tell whether a file goes into the bundle, by its place there."""
    name = entry[0].replace("\\", "/")
    if "/translations/" in name and name.endswith(".qm"):
        return name.endswith(LANGUAGES) or "nngui" in name
    if "torch/bin/" in name:
        return "torch_shm_manager" in name  # looked for when torch is imported
    if "PySide6/" in name and "/plugins/" in name:
        return any(f"/plugins/{part}" in name for part in PLUGINS)
    return not any(part in name for part in LEFT_OUT)


def needed(binaries: Iterable[Entry], imports_of: Callable[[str], Iterable[str]]) -> list[Entry]:
    """Return what is opened by its own name, and the libraries that something of it needs.

    Parameters
    ----------
    imports_of : callable
        Gives the files that a library needs, and those that these need in their turn.
    """
    entries = list(binaries)
    names = {
        PurePosixPath(name).name
        for place, source, _ in entries
        if not is_for_others(place)
        for name in imports_of(source)
    }
    return [
        entry
        for entry in entries
        if not is_for_others(entry[0]) or PurePosixPath(entry[0]).name in names
    ]


def without_dangling(datas: Iterable[Entry], binaries: Iterable[Entry]) -> list[Entry]:
    """Return the files without the links to libraries that were left out."""
    entries = list(datas)
    places = {entry[0] for entry in [*entries, *binaries]}
    return [
        (name, source, kind)
        for name, source, kind in entries
        if kind != "SYMLINK"
        or posixpath.normpath(posixpath.join(posixpath.dirname(name), source)) in places
    ]


def is_for_others(name: str) -> bool:
    """Tell a library that only others open: on Linux, where they can be asked what they need."""
    place = PurePosixPath(name)
    folder = str(place.parent) if str(place.parent) != "." else ""
    shared = place.name.startswith("lib") and ".so" in place.name
    return shared and folder in FOR_OTHERS and not place.name.startswith("libpython")
