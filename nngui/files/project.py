"""A folder with all that it takes to go on without this program."""

from __future__ import annotations

import os
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from nngui.core.data.image_preparation import ImagePreparation
from nngui.core.errors import FileError
from nngui.core.journal.journal import Journal
from nngui.core.spec.table import TabularData
from nngui.core.spec.toml import to_toml, with_settings
from nngui.core.text import mark, printable
from nngui.files.atomic import new_folder, write_text
from nngui.files.images.script_code import predict_script as predict_pictures_script
from nngui.files.models.assumed import assumptions_behind
from nngui.files.models.writer import save_model, save_parameters
from nngui.files.project_report import changes_section, missing_section, report_section
from nngui.files.script_files import write_script
from nngui.files.tables.predict_script import predict_script as predict_rows_script
from nngui.files.tables.training_data import predicts_classes, table_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from torch import nn

    from nngui.core.data.preparation import Preparation
    from nngui.core.errors import NnguiError
    from nngui.core.spec import Spec
    from nngui.core.task import Task

MAX_PROJECTS = 1000  # projects of one name in a folder
README = """\
# {title}

Trained with nngui {version}. Training and loading take nothing of it.

| file | what it is |
|---|---|
| `train.py` | trains the network anew: plain PyTorch, prints each step's loss, writes {writes} |
{table}\
| `model.pkl` | the trained network: `torch.load("model.pkl", weights_only=False)` |
| `parameters.pkl` | its parameters alone, for `net.load_state_dict(torch.load(...))` |
{preparation}\
| `settings.toml` | {settings}, for `nngui train {task} --config settings.toml` |
| `requirements.txt` | the versions of the packages |

## Run it

    python -m venv .venv
    .venv/bin/pip install -r requirements.txt      # Windows: .venv\\Scripts\\pip
    .venv/bin/python train.py

On the same machine the losses are the same as in the program, to the last bit; on another one the
last bits may differ, because sums are taken in another order.
{missing}{changed}{assumed}{shared}{predict}"""
ENDED = "# What the run ended with: it was changed on the way, and train.py has the changes.\n"
ASSUMED = """
## Assumed

The training began with a model file that leaves something open:

{lines}
"""
SHARED = """
## Several processes, or several GPUs

    .venv/bin/torchrun --nproc-per-node=2 train.py

Each process takes its part of every batch, and the gradients are averaged (DistributedDataParallel;
NCCL where there are GPUs, else Gloo). The batches are those of one process, so the losses are the
same but for rounding; with dropout or batch norm each process has its own.
"""
PREDICT = """
## Predict

    .venv/bin/python predict.py new.csv > predicted.csv

It takes pandas and torch alone, and gives what `nngui predict model.pkl --data new.csv` gives, to
the last bit; that also says what is another than in training. The model takes numbers that were
prepared: `preparation.json` says, for each input, what fills a gap (`fill`), what is subtracted
(`mean`) and divided by (`std`). First come the columns under `numbers`, then a column of 0 and 1
for each value of each of the `categories`. {outputs}
"""
WRITES_BOTH = "`model.pkl` and `preparation.json`"
PREDICT_IMAGES = """
## Predict

    .venv/bin/python predict.py PICTURE_OR_FOLDER > predicted.csv

It takes torch and Pillow alone, and gives what `nngui predict model.pkl --data PICTURE_OR_FOLDER`
gives, to the last bit. `preparation.json` says what the network takes: pictures of `width` ×
`height` pixels, grey or coloured (`channels`), between 0 and 1, less the `mean`, divided by `std`.
The outputs, after a softmax, are the probabilities of the `classes`.
"""
NOTES = """
## What was said of the data

{notes}
"""
OUT_CLASSES = "The outputs, after a softmax, are the probabilities of the `classes`."
OUT_NUMBER = "The output is multiplied by `y_std`, and `y_mean` is added."


def write_project(
    task: Task,
    run: Spec | Journal,
    net: nn.Module,
    preparation: Preparation | ImagePreparation | None,
    folder: Path,
    notes: Sequence[NnguiError] = (),
) -> Path:
    """Write script, data, model and a README into a new folder; return it.

    Parameters
    ----------
    run : Spec or Journal
        What happened; settings alone: a run that nobody touched.
    net : nn.Module
        The trained network, which nobody else changes.
    folder : Path
        Where the new folder is made.
    notes : sequence of NnguiError
        What is to be said of the data.

    Raises
    ------
    NnguiError
        When it cannot be written, or the settings make no script.
    """
    spec = run.now if isinstance(run, Journal) else run
    made = None
    if isinstance(spec.data, TabularData) and spec.data.kind == "table":
        made = table_data(spec.data.table, classes=predicts_classes(spec))
    with _folder(folder, f"nngui-{task.name}") as (place, inside):
        written = write_script(task, run, inside / "train.py", with_data=True, shared=True)
        save_model(net, inside / "model.pkl", preparation)
        save_parameters(net, inside / "parameters.pkl", preparation)
        changed = changes_section(run)
        text = to_toml(task.name, _beside(spec, written))
        write_text(inside / "settings.toml", f"{ENDED if changed else ''}{text}")
        source = written[0].read_text(encoding="utf-8")
        packages = _packages(source)
        if isinstance(preparation, ImagePreparation):
            write_text(inside / "predict.py", predict_pictures_script())
            packages.append("pillow")
        elif preparation is not None and made is not None:
            write_text(inside / "predict.py", predict_rows_script(made.table))
        lines = [f"{name}=={version(name).partition('+')[0]}\n" for name in packages]
        write_text(inside / "requirements.txt", "".join(lines))
        if preparation is not None:
            about = preparation.model_dump_json(indent=1) + "\n"
            write_text(inside / "preparation.json", about)
        assumed = "".join(f"- {printable(str(note))}\n" for note in assumptions_behind(spec))
        shared = "torch.distributed" in source
        told = (missing_section(run), changed, assumed)
        readme = _readme(task, written[1:], preparation, *told, is_shared=shared)
        if made is not None:
            readme += report_section(made.report)
        elif notes:
            said = "\n".join(f"- {printable(str(note))}" for note in notes)
            readme += NOTES.format(notes=said)
        write_text(inside / "README.md", readme)
    return place


def _packages(source: str) -> list[str]:
    """Return the packages that a script takes."""
    packages = [name for name in ("torch", "pandas", "numpy") if f"import {name}" in source]
    packages += ["openpyxl"] if "read_excel" in source else []
    packages += ["pyarrow"] if "read_parquet" in source else []
    return packages


def _beside(spec: Spec, written: list[Path]) -> Spec:
    """Return the settings with the files that lie in the project by their names alone."""
    names = {path.stem: path.name for path in written}
    changes = {}
    if isinstance(spec.data, TabularData) and spec.data.kind == "table" and "train_table" in names:
        changes["data.table.path"] = names["train_table"]
    if names.get("train_images", "").endswith(".npz"):
        changes["data.path"] = names["train_images"]
    if spec.network.weights and "train_start" in names:
        changes["network.weights"] = names["train_start"]
    return with_settings(spec, changes) if changes else spec


def _readme(
    task: Task,
    beside: list[Path],
    preparation: Preparation | ImagePreparation | None,
    missing: str,
    changed: str,
    assumed: str,
    *,
    is_shared: bool,
) -> str:
    rows = [f"| `{path.name}` | what `train.py` reads: {_what(path)} |\n" for path in beside]
    preparation_row = predict = ""
    if isinstance(preparation, ImagePreparation):
        preparation_row = "| `predict.py` | tells what the network makes of new pictures |\n"
        preparation_row += "| `preparation.json` | how a picture becomes an input |\n"
        predict = PREDICT_IMAGES
    elif preparation is not None:
        preparation_row = "| `predict.py` | tells what the network makes of new rows |\n"
        preparation_row += "| `preparation.json` | how a table's columns become inputs |\n"
        predict = PREDICT.format(outputs=OUT_CLASSES if preparation.classes else OUT_NUMBER)
    return README.format(
        title=task.title,
        version=version("nngui"),
        table="".join(rows),
        preparation=preparation_row,
        writes=WRITES_BOTH if preparation is not None else "`model.pkl`",
        task=task.name,
        settings="the settings that it ended with" if changed else "all settings",
        missing=missing,
        changed=changed,
        assumed=ASSUMED.format(lines=assumed.rstrip()) if assumed else "",
        shared=SHARED if is_shared else "",
        predict=predict,
    )


def _what(path: Path) -> str:
    """Return how large a file beside the script is, and what it is a copy of."""
    size = path.stat().st_size
    text = f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"
    copies = {
        "train_table": ", a copy of the table",
        "train_images": ", a copy of the images, of the size and colours that they are trained in",
    }
    return text + copies.get(path.stem, "")


@contextmanager
def _folder(folder: Path, name: str) -> Iterator[tuple[Path, Path]]:
    """Give the place of a new project, and the folder in which it is written until it is whole."""
    names = (name if number == 1 else f"{name}-{number}" for number in range(1, MAX_PROJECTS))
    free = (place for place in map(folder.joinpath, names) if not os.path.lexists(place))
    place = inside = next(free, folder)
    if place == folder:
        text = mark("core", "{path} holds too many projects of this name: choose another folder.")
        raise FileError(text, path=folder)
    try:
        with new_folder(place) as inside:
            yield place, inside
    except OSError as error:
        text = mark("core", "{path} could not be written: {why}. Choose another place.")
        raise FileError(text, path=place, why=error.strerror or str(error)) from error
    except FileError as error:
        values = {key: _moved(value, inside, place) for key, value in error.values.items()}
        raise FileError(error.sentence, **values) from error


def _moved(value: object, inside: Path, place: Path) -> object:
    """Return a file of the folder as it would have been called in its place."""
    if isinstance(value, Path) and value.is_relative_to(inside):
        return place / value.relative_to(inside)
    return value
