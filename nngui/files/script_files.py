"""The exported script as a file, with the parameters that it starts from beside it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nngui.core.journal.journal import Journal
from nngui.core.script import images_file, script, specs_of, start_file
from nngui.files.atomic import replacing_bytes, write_text
from nngui.files.regular import open_regular

IMAGE_ARRAYS = ("x", "y", "x_test", "y_test")

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nngui.core.spec import Spec
    from nngui.core.task import Task


def write_script(
    task: Task, run: Spec | Journal, path: Path, *, with_data: bool = False, shared: bool = False
) -> list[Path]:
    """Write the script of a run, or of settings; return the files that were written.

    A run that starts from a model file, of whatever format, gets a second file: the parameters
    under the names of the script's own network, so that plain PyTorch can load them. Images that
    it trains on lie in a further one, and so does a table that comes with the program.

    Parameters
    ----------
    with_data : bool
        Whether a user's own table is copied too; otherwise the script reads it where it is. Own
        images are copied in any case: with this, as arrays that this program reads as well.
    shared : bool
        See `script.script`.

    Raises
    ------
    NnguiError
        When a file cannot be written, or the model file is gone or no longer fits.
    """
    written, spec = [path], run.spec if isinstance(run, Journal) else run
    start = path.with_name(start_file(path.stem))
    if spec.network.weights:
        _write_start(task, spec, start)
        written.append(start)
    images = path.with_name(images_file(path.stem))
    if task.script_data is not None:
        arrays = task.script_data(spec)
        if with_data and task.data_code(spec).are_own and _is_written(arrays, path):
            images = path.with_name(images_file(path.stem, ".npz"))
        else:
            _write_images(arrays, images)
        written.append(images)
    table = _copy_table(task, run, path, with_table=with_data)
    written += [table] if table is not None else []
    beside = table.name if table is not None else ""
    write_text(path, script(task, run, start.name, images.name, beside, shared=shared))
    return written


def write_page_script(
    task: Task, spec: Spec | None, make: Callable[[str], str], path: Path
) -> list[Path]:
    """Write the script of a page that does not show the run; return the files that were written.

    Parameters
    ----------
    spec : Spec or None
        Its settings; where they name a model file, its parameters are written beside the script.
    make : callable
        Returns the script, given the name of that file.

    Raises
    ------
    NnguiError
        When a file cannot be written, or the model file is gone or no longer fits.
    """
    written, start = [path], path.with_name(start_file(path.stem))
    if spec is not None and spec.network.weights:
        _write_start(task, spec, start)
        written.append(start)
    write_text(path, make(start.name))
    return written


def _is_written(arrays: dict[str, NDArray[Any]], path: Path) -> bool:
    """Write images as an archive of NumPy's, where the program would read them as they are."""
    import numpy as np  # not while a window is built

    from nngui.files.images.arrays import reads_back

    if not reads_back(arrays):
        return False
    with replacing_bytes(path.with_name(images_file(path.stem, ".npz"))) as file:
        np.savez(file, allow_pickle=False, **arrays)
    return True


def _copy_table(task: Task, run: Spec | Journal, path: Path, *, with_table: bool) -> Path | None:
    """Copy the table that the script reads to a place beside it, where that is wanted."""
    codes = [task.data_code(spec) for spec in specs_of(run)]
    code = next((one for one in codes if one.table), None)
    if code is None or not (with_table or code.is_beside):
        return None
    source = Path(code.table)
    place = path.with_name(f"{path.stem}_table{source.suffix}")
    if not place.exists() or not place.samefile(source):
        with replacing_bytes(place) as file, open_regular(source) as original:
            shutil.copyfileobj(original, file)
    return place


def _write_images(arrays: dict[str, NDArray[Any]], path: Path) -> None:
    import torch

    from nngui.files.models.writer import save_state

    tensors = {name: torch.from_numpy(arrays[name].copy()) for name in IMAGE_ARRAYS}
    save_state(tensors, path)


def _write_start(task: Task, spec: Spec, path: Path) -> None:
    from nngui.core.networks.matching import matched  # these import torch
    from nngui.core.training.outline import expected_shapes
    from nngui.files.models.start_weights import start_weights
    from nngui.files.models.writer import save_state

    found = start_weights(spec) or {}
    shapes = expected_shapes(task, spec, *task.sample_shape(spec))
    save_state(matched(found, shapes), path)
