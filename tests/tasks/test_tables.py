"""A user's own table, from the file to the model that is taken away."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
import torch

from nngui.cli import main
from nngui.core.data.columns import TEST, TRAIN, VALIDATION
from nngui.core.data.preparation import read_preparation
from nngui.core.data.table_math import fill_values, split_off
from nngui.core.errors import DataError
from nngui.core.script import script
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.files.models.errors import ModelFileError
from nngui.files.models.reader import read_model
from nngui.files.script_files import write_script
from nngui.files.tables.training_data import settings_for_table
from tests.core.helpers import TASKS, run_python, run_scripts, some


@pytest.fixture(scope="module")
def messy(tmp_path_factory):
    """A table as it comes: semicolons, decimal commas, Chinese headers, gaps, another encoding."""
    rng = np.random.default_rng(1)
    lines = ["年龄;收入;城市;备注;批准"]
    for i in range(160):
        age, income = rng.uniform(20, 60), rng.uniform(1, 9)
        city = ("北京", "上海", "广州")[i % 3]
        yes = "是" if income + (city == "北京") * 3 > 6 else "否"
        cells = [f"{age:.1f}", f"{income:.2f}", city, f"row {i}", yes]
        for place in range(3):
            if rng.random() < 0.08:
                cells[place] = ""
        if i in (5, 77):
            cells[4] = ""
        lines.append(";".join(cells).replace(".", ","))
    path = tmp_path_factory.mktemp("messy") / "客户.csv"
    path.write_bytes("\n".join(lines).encode("gbk"))
    return path


def run_of(task, path, settings=(), **table):
    spec = settings_for_table(TASKS[task].spec, str(path), **table)
    return with_settings(spec, {"schedule.epochs": 20} | dict(settings))


# The script --------------------------------------------------------------------------------------


CASES = {
    "as it is": {},
    "gaps dropped": {"data.table.missing": "drop"},
    "not standardised": {"data.standardise": False},
    "nothing held out": {"data.table.test": 0.0, "schedule.validation": 0.0},
    "all at once": {"schedule.batch_size": 0, "schedule.epochs": 0, "schedule.steps": 20},
    "numbers that are names": {"data.table.categories": ["年龄"], "data.table.features": ["年龄"]},
}
OTHERS = "numbers alone"


@pytest.fixture(scope="module")
def scripts(messy, tmp_path_factory):
    """What the scripts printed, all run in one process, and their runs."""
    folder = tmp_path_factory.mktemp("scripts")
    rows = "".join(f"{i % 3},{i / 7:.3f},{i % 2}\n" for i in range(60))
    codes = folder / "codes.csv"
    codes.write_text("年龄,size,kind\n" + rows)
    files = dict.fromkeys(CASES, messy) | {"numbers that are names": codes}
    runs = {name: run_of("classification", files[name], CASES[name]) for name in CASES}
    sources = [script(TASKS["classification"], spec) for spec in runs.values()]
    runs[OTHERS] = run_of("regression", "example:diabetes")
    written = write_script(TASKS["regression"], runs[OTHERS], folder / "train.py")
    assert [path.name for path in written] == ["train.py", "train_table.csv"]
    sources.append(written[0].read_text(encoding="utf-8"))
    return {
        name: (spec, source, printed)
        for (name, spec), source, printed in zip(
            runs.items(), sources, run_scripts(sources, folder), strict=True
        )
    }


@pytest.mark.parametrize("name", [*CASES, OTHERS])
def test_that_the_script_of_a_table_gives_the_same_losses(scripts, name):
    spec, _, printed = scripts[name]
    task = "regression" if name == OTHERS else "classification"
    losses = Trainer(TASKS[task], spec).advance(1e9)[:, 0].tolist()
    assert [float(line) for line in printed.split()] == losses


def test_that_the_script_of_numbers_alone_is_short(scripts):
    _, text, _ = scripts[OTHERS]
    assert "def encode" not in text
    assert "def fill_values" not in text
    assert "train_table.csv" in text
    assert max(map(len, text.splitlines())) <= 100


def test_that_the_script_says_on_its_error_output_how_it_did(tmp_path):
    spec = run_of("classification", "example:iris", {"schedule.epochs": 3})
    trainer = Trainer(TASKS["classification"], spec)
    trainer.advance(1e9)
    x, y = trainer.state.prepared.test
    with torch.no_grad():
        right = (trainer.variants[0].net(x).argmax(1) == y).float().mean()
    path = tmp_path / "train.py"
    write_script(TASKS["classification"], spec, path)
    said = run_python(path, folder=tmp_path).stderr
    assert said.endswith(f"\ntest accuracy: {right:.4f}\n")


# The data ----------------------------------------------------------------------------------------


def test_that_what_is_filled_and_standardised_comes_from_the_training_rows_alone(messy):
    trainer = Trainer(TASKS["classification"], run_of("classification", messy))
    data, prepared = trainer.data, trainer.state.prepared
    assert data.features == ("年龄", "收入", "城市=上海", "城市=北京", "城市=广州")
    assert data.classes == ("否", "是")
    assert len(data.x) == 158
    parts = prepared.parts
    train = data.x[parts == TRAIN]
    mean = train[:, 0].nanmean()
    assert prepared.fill[0] == mean
    assert prepared.fill[2:].sum() == 1
    assert prepared.x_mean[2:].tolist() == [0, 0, 0]
    x, _ = prepared.train
    assert x[:, :2].mean(0).abs().max() < 1e-5
    assert (x[:, :2].std(0) - 1).abs().max() < 1e-5
    assert not any(part[0].isnan().any() for part in (prepared.train, prepared.test))
    assert set(parts.tolist()) == {TRAIN, VALIDATION, TEST}
    again = Trainer(TASKS["classification"], run_of("classification", messy))
    assert torch.equal(again.state.prepared.parts, parts)
    other = Trainer(TASKS["classification"], run_of("classification", messy, {"seed": 2}))
    assert not torch.equal(other.state.prepared.parts, parts)


def test_that_turbo_fills_gaps_in_what_it_predicts_as_the_network_does(messy):
    trainer = Trainer(TASKS["classification"], run_of("classification", messy))
    trainer.set_engine("turbo")
    trainer.advance(1e9, 3)
    asked = trainer.data.x.numpy()
    assert np.isnan(asked).any()
    (said,) = trainer.predict(asked)
    assert np.allclose(said, trainer.predict_with(trainer.variants[0].net, asked), atol=1e-5)
    assert not np.isnan(said).any()


def test_that_each_class_is_held_out_in_the_same_share():
    torch.manual_seed(1)
    y = torch.tensor([0] * 90 + [1] * 10)
    kept, held = split_off(y, 0.2, 2)
    assert y[held].bincount().tolist() == [18, 2]
    assert sorted([*kept.tolist(), *held.tolist()]) == list(range(100))


def test_that_a_gap_is_filled_by_the_most_frequent_category():
    nan = float("nan")
    x = torch.tensor([[1.0, 1, 0], [3.0, 0, 1], [nan, 0, 1], [2.0, nan, nan]])
    assert fill_values(x, [2]).tolist() == [2, 0, 1]


@pytest.mark.parametrize(
    ("task", "table", "sentence"),
    [
        (
            "regression",
            {"target": "城市"},
            r"城市 holds words, not numbers \(.*\): .* Classification",
        ),
        ("classification", {"target": "年龄"}, "年龄 has 1.. different values, and 100 classes"),
        ("classification", {"target": "price"}, "客户.csv has no column price: it has 年龄, 收入"),
        ("classification", {"features": ["批准"]}, "批准 is the target and a feature too"),
    ],
)
def test_that_what_cannot_be_learned_is_told_in_one_sentence(messy, task, table, sentence):
    with pytest.raises(DataError, match=sentence):
        run_of(task, messy, **table)


def test_that_a_small_table_is_trained_on_all_at_once(tmp_path):
    path = tmp_path / "ten.csv"
    path.write_text("a,b\n" + "".join(f"{i},{i * i}\n" for i in range(10)))
    spec = settings_for_table(TASKS["regression"].spec, str(path))
    trainer = Trainer(TASKS["regression"], spec)
    assert trainer.batches.steps_per_epoch == 1
    trainer.set_engine("turbo")
    trainer.advance(1e9)
    assert trainer.step_count > 100
    assert trainer.ending.kind in ("patience", "steps")


def test_that_a_table_too_small_to_split_is_told(tmp_path):
    path = tmp_path / "two.csv"
    path.write_text("a,b\n1,2\n2,3\n")
    spec = run_of("regression", path)
    with pytest.raises(DataError, match="2 rows are too few to keep 20% of them out"):
        Trainer(TASKS["regression"], spec)
    path.write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="has 1 rows with a value for b"):
        run_of("regression", path)


# The model ---------------------------------------------------------------------------------------


def train(capsys, *arguments):
    assert main(["train", *map(str, arguments)]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", ["net.pkl", "net.safetensors"])
def test_that_a_model_predicts_a_table_of_the_same_columns(messy, tmp_path, capsys, name):
    model, out = tmp_path / name, tmp_path / "out.csv"
    option = "--save-model" if name.endswith("pkl") else "--save-params"
    summary = train(capsys, "classification", "--data", messy, option, model)
    assert summary["test"]["Network"]["Accuracy"] > 0.8
    assert 0.5 < summary["test"]["Most frequent class"]["Accuracy"] < 0.6
    assert main(["predict", str(model), "--data", str(messy), "-o", str(out)]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 160
    assert list(rows[0])[:6] == ["年龄", "收入", "城市", "备注", "批准", "predicted 批准"]
    trainer = Trainer(TASKS["classification"], run_of("classification", messy))
    trainer.advance(1e9)
    probabilities = trainer.predict(trainer.data.x.numpy())[0]
    found = [(float(row["P(否)"]), float(row["P(是)"])) for row in rows]
    assert np.array_equal(
        np.float32(found)[trainer.data.rows.numpy()].argmax(1), probabilities.argmax(1)
    )
    assert np.allclose(np.array(found)[trainer.data.rows.numpy()], probabilities, atol=1e-6)
    assert main(["inspect", str(model)]) == 0
    assert "predicts: 批准 (否, 是)" in capsys.readouterr().out


def test_that_a_number_is_predicted_in_its_own_units(tmp_path, capsys):
    model = tmp_path / "net.pkl"
    train(capsys, "regression", "--data", "example:diabetes", "--save-model", model)
    table = tmp_path / "few.csv"
    table.write_text(
        "blood sugar,age,sex,body-mass index,blood pressure,total cholesterol,"
        "low-density lipoproteins,high-density lipoproteins,cholesterol ratio,log triglycerides\n"
        "87,59,2,32.1,101,157,93.2,38,4,4.86\n,48,1,21.6,87,183,103.2,70,3,3.89\n"
    )
    assert main(["predict", str(model), "--data", str(table)]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    first, second = (float(row["predicted disease progression"]) for row in rows)
    assert 120 < first < 280
    assert 20 < second < 140


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (
            "a,b\n1,2\n",
            "t.csv lacks columns that the model needs: sepal length (cm), sepal width (cm), ",
        ),
        (
            "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)\nlong,1,2,3\n",
            "The column sepal length (cm) holds 'long', where the model takes numbers",
        ),
    ],
)
def test_that_a_table_with_other_columns_is_refused(tmp_path, capsys, table, sentence):
    model, path = tmp_path / "net.pkl", tmp_path / "t.csv"
    train(capsys, "classification", "--data", "example:iris", "--save-model", model)
    path.write_text(table)
    assert main(["predict", str(model), "--data", str(path)]) == 2
    assert sentence in capsys.readouterr().err


def test_that_a_model_without_a_table_is_refused(tmp_path, capsys):
    model = tmp_path / "net.pkl"
    train(capsys, "regression", "--set", "schedule.steps=2", "--save-model", model)
    assert main(["predict", str(model), "--data", "x.csv"]) == 2
    assert "does not tell what it takes" in capsys.readouterr().err


def test_that_plain_pytorch_opens_the_model_and_a_lying_preparation_is_refused(tmp_path, capsys):
    model = tmp_path / "net.pkl"
    train(capsys, "classification", "--data", "example:iris", "--save-model", model)
    net = torch.load(model, weights_only=False)
    assert net(torch.zeros(1, 4)).shape == (1, 3)
    found = read_model(model).preparation
    assert found.outputs == 3
    for change in ({"mean": (0.0,)}, {"std": (0.0, 1, 1, 1)}, {"classes": ("a",)}, {"extra": 1}):
        text = json.dumps(json.loads(found.model_dump_json()) | change)
        with pytest.raises(Exception, match="description of the table makes no sense"):
            read_preparation(text)
    data = model.read_bytes()
    name = b'"numbers":["sepal'
    assert name in data
    model.write_bytes(data.replace(name, b'"numbers":["Sepal'))
    with pytest.raises(ModelFileError, match="checksum"):
        read_model(model)


# The project -------------------------------------------------------------------------------------


@pytest.mark.parametrize("weights", some(["balanced", "equal"], 1))
def test_that_a_project_trains_by_itself_and_in_two_processes(tmp_path, capsys, weights):
    history = tmp_path / "h.csv"
    options = ["--data", "example:iris", "--set", "schedule.epochs=3", "--history", history]
    smoothing = 0.1 if weights == "balanced" else 0.0
    options += ["--set", f"class_weights={weights}", "--set", f"label_smoothing={smoothing}"]
    train(capsys, "classification", *options, "--project", tmp_path)
    place = tmp_path / "nngui-classification"
    losses = [line.split(",")[1] for line in history.read_text("utf-8").splitlines()[1:]]
    alone = run_python(place / "train.py", folder=tmp_path)
    assert alone.stdout.split() == losses
    torchrun = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2")
    both = run_python(*torchrun, place / "train.py", folder=tmp_path)
    assert both.returncode == 0, both.stderr
    assert [float(loss) for loss in both.stdout.split()] == pytest.approx(
        [float(loss) for loss in losses], rel=1e-5
    )
    assert both.stderr.splitlines()[-1] == alone.stderr.splitlines()[-1]
    readme = (place / "README.md").read_text("utf-8")
    assert "torchrun --nproc-per-node=2 train.py" in readme
    assert (place / "requirements.txt").read_text("utf-8").startswith("torch==")


# The command line --------------------------------------------------------------------------------


def test_that_the_command_line_names_table_target_and_features(messy, tmp_path, capsys):
    history = tmp_path / "h.csv"
    options = ["--data", messy, "--target", "批准", "--features", "收入,城市", "--history", history]
    summary = train(capsys, "classification", *options)
    header = history.read_text(encoding="utf-8").splitlines()[0]
    assert header == "step,loss,accuracy,val_loss,val_accuracy"
    assert summary["val_accuracy"] >= 0.6
    assert main(["train", "optimizers", "--data", "x.csv"]) == 2
    assert "optimizers takes no table" in capsys.readouterr().err
    assert main(["train", "regression", "--set", "data.kind=table"]) == 2
    assert "No table is chosen yet" in capsys.readouterr().err
    assert main(["train", "regression", "--data", "example:moon"]) == 2
    assert "There is no data set moon: choose one of breast_cancer" in capsys.readouterr().err
