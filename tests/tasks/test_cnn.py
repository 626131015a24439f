"""The convolutional network: its layers, its data, its training, its script, what views see."""

from __future__ import annotations

import itertools
import json
import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from nngui.cli import main
from nngui.core.data.augment import augment
from nngui.core.errors import DataError, NnguiError, SettingError
from nngui.core.inspectors import cnn
from nngui.core.inspectors.cnn import (
    FeatureMaps,
    Probabilities,
    TestInspector,
    Together,
    worst_mistakes,
)
from nngui.core.networks.cnn_spec import layer_rows
from nngui.core.networks.layers import describe
from nngui.core.spec.keys import restart_keys
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.files.images.survey import sample_images, survey_images
from nngui.files.models.reader import read_model
from nngui.files.models.writer import save_model
from nngui.files.script_files import write_script
from tests.core.helpers import FOREVER, TASKS, losses_of, run_python, spec_of, trainer_of
from tests.files.images.test_folder import write_folder, write_set

TASK = TASKS["cnn"]
SMALL = {"network.conv": [{"channels": 3, "kernel": 3, "padding": 1}], "network.hidden": [6]}
FEW = {**SMALL, "data.images": 60, "schedule.batch_size": 20, "schedule.epochs": 1}


def built(settings=(), shape=(1, 28, 28)):
    spec = with_settings(TASK.spec, {"data.kind": "fashion_mnist", **dict(settings)})
    return TASK.network.build(spec, shape, 10, "loss"), layer_rows(spec.network, shape, 10)


# --- The layers -----------------------------------------------------------------------------------


def test_that_the_default_network_is_the_one_of_the_tutorial_with_two_connected_layers():
    net, rows = built({"network.batch_norm": False})
    convolutions = ["conv1", "act1", "pool1", "conv2", "act2", "pool2"]
    names = [*convolutions, "flatten", "fc1", "fc1_act", "fc2", "fc2_act", "out"]
    assert [name for name, _ in net.named_children()] == names == [row.name for row in rows]
    assert repr(net.conv1) == "Conv2d(1, 16, kernel_size=(5, 5), stride=(1, 1), padding=(2, 2))"
    assert net.fc1.in_features == 32 * 7 * 7
    assert [row.shape for row in rows if row.name.startswith("pool")] == [(16, 14, 14), (32, 7, 7)]


VARIETY = {
    "as it is": {},
    "without batch norm": {"network.batch_norm": False},
    "average": {"network.conv": [{"pooling": "average", "pool_size": 3}]},
    "no pooling, a stride": {"network.conv": [{"pooling": "none", "stride": 3, "padding": 0}]},
    "dropout": {"network.dropout": 0.5},
    "dropout before the classifier": {"network.dropout": 0.5, "network.hidden": []},
    "three convolutions": {"network.conv": [{"kernel": 3}, {"kernel": 1, "padding": 0}, {}]},
    "no convolution": {"network.conv": []},
    "another activation": {"network.activation": "tanh"},
}


@pytest.mark.parametrize("case", VARIETY)
def test_that_each_shape_and_each_count_of_parameters_is_that_of_the_real_layer(case):
    net, rows = built(VARIETY[case])
    value = torch.zeros(2, 1, 28, 28)
    for row, layer in zip(rows, net, strict=True):
        assert tuple(value.shape[1:]) == row.before
        value = layer(value)
        assert tuple(value.shape[1:]) == row.shape
        assert sum(p.numel() for p in layer.parameters()) == row.parameters
        assert eval(f"nn.{row.code}", {"nn": nn}).extra_repr() == layer.extra_repr()
    assert rows[-1].shape == (10,)


@pytest.mark.parametrize("case", [case for case in VARIETY if case != "no convolution"])
def test_that_a_saved_network_tells_the_settings_that_it_was_built_from(case, tmp_path):
    spec = with_settings(TASK.spec, {"data.kind": "fashion_mnist", **VARIETY[case]})
    save_model(TASK.network.build(spec, (1, 28, 28), 10, "loss"), tmp_path / "net.pkl")
    told = TASK.network.spec_from_layers(read_model(tmp_path / "net.pkl").layer)
    assert (told.shape, told.outputs) == ((1, 28, 28), 10)
    fitting = TASK.for_network(TASK.spec, told.shape, told.outputs)
    again = with_settings(fitting, told.settings())
    wanted = spec.network.model_copy(update={"dropout": again.network.dropout})
    assert again.network == wanted
    assert again.data.kind == "fashion_mnist"


OTHERS = {
    "a perceptron": nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)),
    "two activations": nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Conv2d(2, 2, 3), nn.Tanh(), nn.Flatten(), nn.Linear(2, 2)
    ),
    "an oblong kernel": nn.Sequential(
        nn.Conv2d(1, 2, (3, 1)), nn.ReLU(), nn.Flatten(), nn.Linear(2, 2)
    ),
    "overlapping pools": nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(), nn.Linear(2, 2)
    ),
    "nothing behind": nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU()),
    "nothing": nn.Sequential(),
}


@pytest.mark.parametrize("case", OTHERS)
def test_that_other_networks_are_not_taken_for_one_of_this_tab(case):
    with pytest.raises(NnguiError, match="more than the tab can train"):
        TASK.network.spec_from_layers(describe(OTHERS[case]))


def test_that_the_nested_network_of_the_tutorial_opens_here():
    def block(before, after):
        return nn.Sequential(nn.Conv2d(before, after, 5, 1, 2), nn.ReLU(), nn.MaxPool2d(2))

    parts = {"conv1": block(1, 16), "conv2": block(16, 32)}
    net = nn.Sequential()
    for name, part in (*parts.items(), ("flat", nn.Flatten()), ("out", nn.Linear(1568, 10))):
        net.add_module(name, part)
    told = TASK.network.spec_from_layers(describe(net))
    assert told.summary == "1–16–32–10"
    spec = with_settings(TASK.for_network(TASK.spec, told.shape, told.outputs), told.settings())
    weights = {name: value.clone() for name, value in net.state_dict().items()}
    trainer = Trainer(TASK, with_settings(spec, {"data.images": 100}), weights=weights)
    assert torch.equal(trainer.variants[0].net.out.weight, weights["out.weight"])


IMPOSSIBLE = {
    "a kernel larger than the image": (
        {"network.conv": [{"kernel": 9, "padding": 0}]},
        "The kernel of conv1 is 9 × 9, larger than the 8 × 8 that it is given (padding 0): make it "
        "smaller, or the padding larger.",
    ),
    "too many poolings": (
        {"network.conv": [{}, {}, {}, {}]},
        "pool4 keeps one value of 2 × 2, but is given only 1 × 1: make the pool size smaller, or "
        "take a pooling away.",
    ),
    "too many parameters": (
        {"network.hidden": [4096, 4096, 4096]},
        "at most 20,000,000 can be trained here",
    ),
    "too many values": (
        {"network.conv": [{"channels": 512, "padding": 40, "pool_size": 40}]},
        "values of one image: at most 2,097,152 are possible",
    ),
    "a kernel of 0": (
        {"network.conv": [{}, {"kernel": 0}]},
        "network.conv[1].kernel is 0, but must be a whole number from 1 to 64.",
    ),
    "half a channel": ({"network.conv": [{"channels": 2.5}]}, "must be a whole number"),
    "an unknown setting": ({"network.conv": [{"kernels": 3}]}, "network.conv[0].kernels"),
    "another pooling": ({"network.conv": [{"pooling": "min"}]}, "one of: max, average, none"),
    "too many layers": ({"network.conv": [{}] * 9}, "at most 8 are possible"),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_that_impossible_layers_are_refused_in_words_before_any_training(case):
    settings, words = IMPOSSIBLE[case]
    with pytest.raises(SettingError) as caught:
        spec_of("cnn", settings)
    assert words in str(caught.value)


# --- Data and training ----------------------------------------------------------------------------


def test_that_the_default_run_reaches_97_percent_on_images_that_it_never_saw(tmp_path, capsys):
    file = tmp_path / "h.csv"
    assert main(["train", "cnn", "--seed", "1", "--history", str(file)]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["val_accuracy"] >= 0.97
    assert summary["epochs"] == 10
    header, *rows = file.read_text(encoding="utf-8").splitlines()
    assert header == "step,loss,accuracy,val_loss,val_accuracy"
    assert len(rows) == 230
    assert [i for i, row in enumerate(rows, 1) if not row.endswith(",,")] == list(
        range(23, 231, 23)
    )


def test_that_fashion_mnist_is_learned_from_the_first_steps():
    settings = {"data.kind": "fashion_mnist", "data.images": 640, "schedule.epochs": 3}
    trainer = trainer_of(
        "cnn", {**SMALL, "network.hidden": [30], "optimizer.lr": 0.005, **settings}
    )
    assert trainer.advance(FOREVER)[-1, 3] > 0.5


def test_that_the_network_sees_pixels_with_mean_0_and_deviation_1_and_views_between_0_and_1():
    trainer = trainer_of("cnn", FEW)
    x = trainer.state.train_data[0]
    assert (x.mean().item(), x.std().item()) == pytest.approx((0, 1), abs=1e-5)
    view = trainer.view()
    assert view.x.shape == (60, 1, 8, 8)
    assert (view.x.min(), view.x.max()) == (0, 1)
    plain = trainer_of("cnn", {**FEW, "data.standardise": False})
    assert torch.equal(plain.state.train_data[0], plain.data.x)


def test_that_images_of_ones_own_are_trained_on(tmp_path):
    write_set(tmp_path / "idx", 40, 8)
    write_folder(tmp_path / "folder", n=20, mode="RGB")
    for name, shape in (("idx", (1, 6, 6)), ("folder", (3, 6, 6))):
        settings = {**FEW, "data.kind": "file", "data.path": str(tmp_path / name)}
        trainer = trainer_of("cnn", settings)
        assert trainer.view().x.shape[1:] == shape
        assert len(trainer.advance(FOREVER)) > 0


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"data.path": ""}, "No images are chosen yet"),
        ({"data.path": "nowhere"}, "holds no images that can be opened"),
    ],
)
def test_that_images_that_are_not_there_are_told_in_words(settings, words):
    with pytest.raises(NnguiError, match=words):
        trainer_of("cnn", {"data.kind": "file", **settings})


def test_that_a_batch_that_would_fill_the_memory_is_refused_with_one_that_fits():
    wide = [{"channels": 256, "pooling": "none"}]
    settings = {"data.kind": "fashion_mnist", "network.conv": wide, "network.hidden": [8]}
    with pytest.raises(SettingError, match="GB of memory: set the batch size to 668 or less"):
        trainer_of("cnn", {**settings, "schedule.batch_size": 0})


def test_that_images_of_one_colour_are_refused(tmp_path):
    write_folder(tmp_path)
    from PIL import Image

    for file in tmp_path.glob("*/*.png"):
        Image.new("L", (6, 6), 9).save(file)
    with pytest.raises(DataError, match="one even colour"):
        trainer_of("cnn", {**SMALL, "data.kind": "file", "data.path": str(tmp_path)})


# --- Augmentation ---------------------------------------------------------------------------------


def test_that_a_shift_moves_whole_pixels_and_lets_black_in():
    x = torch.rand(50, 2, 7, 5) + 1
    torch.manual_seed(0)
    moved = augment(x, 1, 0.0, -3.0)
    torch.manual_seed(0)
    right, down = torch.randint(-1, 2, (2, 50)).tolist()
    wide = nn.functional.pad(x, (1, 1, 1, 1), value=-3.0)
    for i in range(50):
        expected = wide[i, :, 1 + down[i] : 8 + down[i], 1 + right[i] : 6 + right[i]]
        assert torch.allclose(moved[i], expected, atol=1e-4)


def test_that_images_turn_about_their_middle_and_by_no_more_than_asked():
    x = torch.zeros(200, 1, 31, 31)
    x[:, :, 15, 29] = 1.0  # to the right of the middle
    x = nn.functional.avg_pool2d(x, 3, 1, 1)
    turned = augment(x, 0, 30.0, 0.0)[:, 0]
    places = torch.arange(31.0) - 15
    mass = turned.sum((1, 2))
    across = (turned.sum(1) * places).sum(1) / mass
    down = (turned.sum(2) * places).sum(1) / mass
    angles = torch.atan2(down, across) * 180 / math.pi
    assert torch.hypot(across, down).median() == pytest.approx(14, abs=0.3)
    assert 25 < angles.abs().max() < 31
    assert abs(angles.mean()) < 5


def test_that_augmentation_can_be_turned_on_in_mid_run_and_off_again():
    spec = spec_of("cnn", {**FEW, "schedule.epochs": 4})
    changed = with_settings(spec, {"data.shift": 1})
    assert restart_keys(spec, changed) == []
    trainer, plain = Trainer(TASK, spec), Trainer(TASK, spec)
    first = trainer.advance(FOREVER, 2)
    trainer.change(changed)
    second = trainer.advance(FOREVER, 3)
    expected = plain.advance(FOREVER, 5)
    assert np.array_equal(first, expected[:2], equal_nan=True)
    assert not np.array_equal(second[:, 0], expected[2:, 0])
    trainer.change(spec)
    assert len(trainer.advance(FOREVER)) == 7


# --- The script -----------------------------------------------------------------------------------

SCRIPTS = {
    "digits": {},
    "everything on": {
        "data.shift": 1,
        "data.rotate": 12.5,
        "network.dropout": 0.25,
        "network.conv": [{"channels": 4, "pooling": "average"}, {"channels": 3, "stride": 2}],
    },
    "clothes, all at once, a part for validation": {
        "data.kind": "fashion_mnist",
        "data.standardise": False,
        "network.batch_norm": False,
        "schedule.batch_size": 0,
        "schedule.validation": 0.2,
    },
    "validation": {"schedule.validation": 0.25, "data.rotate": 5},
}


def test_that_the_script_prints_the_losses_of_the_run_bit_for_bit(tmp_path):
    runner = tmp_path / "runner.py"
    lines = ["import runpy, sys", "sys.modules['nngui'] = None"]
    for number, settings in enumerate(SCRIPTS.values()):
        path = tmp_path / f"script{number}.py"
        written = write_script(TASK, spec_of("cnn", {**FEW, **settings}), path)
        assert [file.name for file in written] == [path.name, f"script{number}_images.pt"]
        lines += [f"runpy.run_path({str(path)!r})", "print()"]
    runner.write_text("\n".join(lines), encoding="utf-8")
    result = run_python("-I", runner, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    printed = [[float(word) for word in part.split()] for part in result.stdout.split("\n\n")]
    for (case, settings), losses in zip(SCRIPTS.items(), printed, strict=False):
        assert losses == losses_of("cnn", {**FEW, **settings}), case
    assert result.stderr.count("test accuracy: 0.") == len(SCRIPTS)


def test_that_the_command_line_says_which_file_the_script_reads(capsys):
    assert main(["script", "cnn"]) == 0
    out, err = capsys.readouterr()
    assert "cnn_images.pt" in out
    assert err == "nngui: the script reads cnn_images.pt, which -o writes beside it.\n"


# --- What views see -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trained():
    trainer = trainer_of("cnn", {**FEW, "data.images": 0, "schedule.epochs": 3})
    trainer.advance(FOREVER)
    return trainer


def test_that_feature_maps_are_those_of_the_layers_and_change_nothing(trained):
    image = trained.view().x[7]
    before = {name: value.clone() for name, value in trained.variants[0].net.state_dict().items()}
    states = [state.clone() for state in trained.state.random.states]
    maps, guess = Together(FeatureMaps(image), Probabilities(image))(trained)
    net = trained.variants[0].net
    assert net.training
    assert [layer.name for layer in maps.layers] == [name for name, _ in net.named_children()]
    value = trained.state.train_data[0][7:8]
    np.testing.assert_allclose(maps.seen, value[0], rtol=1e-6)
    net.eval()
    with torch.no_grad():
        for layer, module in zip(maps.layers, net, strict=True):
            value = module(value)
            np.testing.assert_allclose(layer.maps, value[0], rtol=1e-4, atol=1e-6)
            assert layer.shape == tuple(value.shape[1:])
    net.train()
    assert maps.layers[0].filters.shape == (3, 1, 3, 3)
    assert maps.layers[0].bias.shape == (3,)
    assert maps.layers[1].filters is None
    np.testing.assert_allclose(maps.probabilities, value[0].softmax(0), rtol=1e-5)
    np.testing.assert_allclose(guess.probabilities, maps.probabilities, rtol=1e-4)
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert all(torch.equal(*pair) for pair in zip(states, trained.state.random.states, strict=True))


def test_that_an_image_of_another_size_is_not_asked_about(trained):
    assert FeatureMaps(np.zeros((1, 28, 28), np.float32))(trained) is None
    assert Probabilities(np.zeros((3, 8, 8), np.float32))(trained) is None


def test_that_the_test_result_counts_every_test_image(trained):
    result = TestInspector()(trained)
    chances = trained.predict(result.images)[0]
    labels = trained.state.held_out[1].numpy()
    np.testing.assert_array_equal(result.labels, labels)
    np.testing.assert_array_equal(result.predicted, chances.argmax(1))
    np.testing.assert_allclose(result.true_probability, chances[np.arange(355), labels], rtol=1e-4)
    assert result.confusion.sum() == 355
    for true, said in ((3, 3), (8, 1)):
        expected = ((labels == true) & (result.predicted == said)).sum()
        assert result.confusion[true, said] == expected
    assert result.confusion.trace() / 355 == pytest.approx(result.accuracy)
    assert (result.images.min(), result.images.max()) == (0, 1)


def test_that_the_worst_mistakes_are_wrong_and_the_surest_come_first(trained):
    result = TestInspector()(trained)
    worst = worst_mistakes(result, 5)
    assert 0 < len(worst) <= 5
    assert (result.labels[worst] != result.predicted[worst]).all()
    wrong = result.labels != result.predicted
    assert result.probability[worst[0]] == result.probability[wrong].max()
    assert (np.diff(result.probability[worst]) <= 0).all()


def test_that_the_test_set_is_asked_at_the_end_of_an_epoch_and_of_a_run_and_seldom_between():
    trainer = trainer_of("cnn", {**FEW, "data.images": 0, "schedule.epochs": 2})
    look = TestInspector()
    assert look(trainer).step == 0
    steps = set()
    while trainer.ending is None:
        trainer.advance(FOREVER, 1)
        steps.add(look(trainer).step)
    ends = {trainer.batches.steps_per_epoch, trainer.step_count}
    assert ends <= steps
    assert look(trainer) is look(trainer)


def test_that_between_the_ends_of_epochs_only_time_makes_it_due(monkeypatch):
    ticks = itertools.count()
    monkeypatch.setattr(cnn, "time", SimpleNamespace(perf_counter=lambda: float(next(ticks))))
    trainer = trainer_of("cnn", {**FEW, "schedule.epochs": 3})
    epoch, look = trainer.batches.steps_per_epoch, TestInspector()
    assert 2 <= epoch < cnn.SHARE
    told = [look(trainer).step]
    while trainer.ending is None:
        trainer.advance(FOREVER, 1)
        told.append(look(trainer).step)
    wanted = [step // epoch * epoch for step in range(3 * epoch + 1)]
    assert told == wanted


def write_few(folder, kind):
    """Two images of each class, of which none is kept to test on; one of a class has none alone."""
    folder.mkdir(parents=True)
    if kind == "folder":
        return write_folder(folder / "few", n=2)
    if kind == "idx":
        return write_set(folder, 8)
    labels = np.arange(8) % 4
    if kind == "npz":
        x = np.random.default_rng(0).integers(0, 256, (8, 6, 6), dtype=np.uint8)
        np.savez(folder / "few.npz", x=x, y=labels)
    return folder / "few.npz"


KINDS = ["folder", "idx", "npz"]


@pytest.mark.parametrize("kind", KINDS)
def test_that_without_a_test_set_there_is_no_result(tmp_path, kind):
    path = write_few(tmp_path / kind, kind)
    settings = {"data.kind": "file", "data.path": str(path), "schedule.batch_size": 4}
    for more in ({}, {"data.images": 6}, {"data.side": 12, "data.colours": "colour"}):
        trainer = trainer_of("cnn", {**FEW, **settings, **more})
        assert trainer.state.held_out is None
        assert TestInspector()(trainer) is None
        assert np.isfinite(trainer.advance(FOREVER)).all()
        assert TestInspector()(trainer) is None
    survey = survey_images(path)
    assert sum(survey.test) == 0
    assert survey.total == sum(survey.training) == (4 if kind == "folder" else 8)
    assert len(sample_images(survey, 4, 0, "auto").x) == 4


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_part_for_validation_is_kept_also_of_few_images(tmp_path, kind):
    path = write_few(tmp_path / kind, kind)
    settings = {"data.kind": "file", "data.path": str(path), "schedule.batch_size": 2}
    trainer = trainer_of("cnn", {**FEW, **settings, "schedule.validation": 0.25})
    trainer.advance(FOREVER)
    assert len(TestInspector()(trainer).labels) == (1 if kind == "folder" else 2)


@pytest.mark.parametrize("kind", KINDS)
def test_that_the_script_prints_no_score_of_a_test_without_images(tmp_path, kind):
    path = write_few(tmp_path / kind, kind)
    settings = {"data.kind": "file", "data.path": str(path), "schedule.batch_size": 4}
    write_script(TASK, spec_of("cnn", {**FEW, **settings}), tmp_path / "few.py")
    result = run_python("-I", tmp_path / "few.py", folder=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert [float(word) for word in result.stdout.split()] == losses_of("cnn", {**FEW, **settings})


def test_that_a_single_class_in_an_idx_file_is_refused_in_words(tmp_path):
    write_set(tmp_path / "one", 1)
    settings = {"data.kind": "file", "data.path": str(tmp_path / "one"), "schedule.batch_size": 0}
    with pytest.raises(NnguiError) as caught:
        trainer_of("cnn", {**FEW, **settings})
    assert str(caught.value).endswith(".")
