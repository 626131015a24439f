"""A folder with all that it takes to go on without this program."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from nngui.core.data.image_preparation import ImagePreparation
from nngui.core.errors import FileError
from nngui.core.spec.table import TabularData
from nngui.core.spec.toml import to_toml, with_settings
from nngui.core.text import mark, printable
from nngui.files.atomic import write_text
from nngui.files.images.script_code import predict_script as predict_pictures_script
from nngui.files.models.assumed import assumptions_behind
from nngui.files.models.writer import save_model, save_parameters
from nngui.files.project_report import report_section
from nngui.files.script_files import write_script
from nngui.files.tables.predict_script import predict_script as predict_rows_script
from nngui.files.tables.training_data import predicts_classes, table_data

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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
| `train.py` | trains the network anew: plain PyTorch, prints each step's loss, writes `model.pkl` |
{table}\
| `model.pkl` | the trained network: `torch.load("model.pkl", weights_only=False)` |
| `parameters.pkl` | its parameters alone, for `net.load_state_dict(torch.load(...))` |
{preparation}\
| `settings.toml` | all settings, for `nngui train {task} --config settings.toml` |
| `requirements.txt` | the versions of the packages |

## Run it

    python -m venv .venv
    .venv/bin/pip install -r requirements.txt      # Windows: .venv\\Scripts\\pip
    .venv/bin/python train.py

On the same machine the losses are the same as in the program, to the last bit; on another one the
last bits may differ, because sums are taken in another order.
{assumed}{shared}{predict}"""
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
    spec: Spec,
    net: nn.Module,
    preparation: Preparation | ImagePreparation | None,
    folder: Path,
    notes: Sequence[NnguiError] = (),
) -> Path:
    """Write script, data, model and a README into a new folder; return it.

    Parameters
    ----------
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
    place = _new_folder(folder, f"nngui-{task.name}")
    written = write_script(task, spec, place / "train.py", with_table=True, shared=True)
    save_model(net, place / "model.pkl", preparation)
    save_parameters(net, place / "parameters.pkl", preparation)
    write_text(place / "settings.toml", to_toml(task.name, _beside(spec, written)))
    made = None
    if isinstance(spec.data, TabularData) and spec.data.kind == "table":
        made = table_data(spec.data.table, classes=predicts_classes(spec))  # read for the script
    source = written[0].read_text(encoding="utf-8")
    shared = "torch.distributed" in source
    packages = [name for name in ("torch", "pandas", "numpy") if f"import {name}" in source]
    packages += ["openpyxl"] if "read_excel" in source else []
    packages += ["pyarrow"] if "read_parquet" in source else []
    lines = [f"{name}=={version(name).partition('+')[0]}\n" for name in packages]
    if isinstance(preparation, ImagePreparation):
        write_text(place / "predict.py", predict_pictures_script())
        lines.append(f"pillow=={version('pillow')}\n")
    elif preparation is not None and made is not None:
        write_text(place / "predict.py", predict_rows_script(made.table))
    write_text(place / "requirements.txt", "".join(lines))
    if preparation is not None:
        write_text(place / "preparation.json", preparation.model_dump_json(indent=1) + "\n")
    assumed = "".join(f"- {printable(str(note))}\n" for note in assumptions_behind(spec))
    readme = _readme(task, written[1:], preparation, assumed, is_shared=shared)
    if made is not None:
        readme += report_section(made.report)
    elif notes:
        readme += NOTES.format(notes="\n".join(f"- {printable(str(note))}" for note in notes))
    write_text(place / "README.md", readme)
    return place


def _beside(spec: Spec, written: list[Path]) -> Spec:
    """Return the settings with the files that lie in the project by their names alone."""
    names = {path.stem: path.name for path in written}
    changes = {}
    if isinstance(spec.data, TabularData) and spec.data.kind == "table" and "train_table" in names:
        changes["data.table.path"] = names["train_table"]
    if spec.network.weights and "train_start" in names:
        changes["network.weights"] = names["train_start"]
    return with_settings(spec, changes) if changes else spec


def _readme(
    task: Task,
    beside: list[Path],
    preparation: Preparation | ImagePreparation | None,
    assumed: str,
    *,
    is_shared: bool,
) -> str:
    rows = [f"| `{path.name}` | what `train.py` reads |\n" for path in beside]
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
        task=task.name,
        assumed=ASSUMED.format(lines=assumed.rstrip()) if assumed else "",
        shared=SHARED if is_shared else "",
        predict=predict,
    )


def _new_folder(folder: Path, name: str) -> Path:
    for number in range(1, MAX_PROJECTS):
        place = folder / (name if number == 1 else f"{name}-{number}")
        try:
            place.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            text = mark("core", "{path} could not be written: {why}. Choose another place.")
            raise FileError(text, path=place, why=error.strerror or str(error)) from error
        return place
    text = mark("core", "{path} holds too many projects of this name: choose another folder.")
    raise FileError(text, path=folder)
