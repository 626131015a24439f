"""Saved and exported models, opened by plain PyTorch and other libraries, without this program."""

from __future__ import annotations

import copy
import json
import sys
from collections import OrderedDict

import pytest
import safetensors.torch
import torch
from torch import nn

from nngui.core.errors import FileError
from nngui.core.networks.layers import LayerError
from nngui.files.models.errors import ModelFileError
from nngui.files.models.export import export_model
from nngui.files.models.reader import read_model
from nngui.files.models.writer import save_model, save_parameters
from tests.core.helpers import run_python, same_parameters
from tests.core.networks.layer_cases import (
    CNN,
    LAYER_CASES,
    NET,
    build,
    predictions,
    samples,
    tutorial_cnn,
    tutorial_net,
)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# --- In plain scripts, which cannot import nngui --------------------------------------------------

PLAIN = f"""
import json, sys, warnings
sys.modules["nngui"] = None
import safetensors.torch, torch
from torch import nn
warnings.simplefilter("error")
{NET}
{CNN}

def same(net, x, y):
    with torch.no_grad():
        return torch.equal(net.eval()(x.clone()), y)  # some layers work in place

result = {{}}
for file, kinds, x, y in torch.load("cases"):
    whole = torch.load(file, weights_only=False)
    result[file, "whole"] = [type(whole).__name__, whole.training, same(whole, x, y)]
    with torch.serialization.safe_globals([getattr(nn, kind) for kind in kinds]):
        result[file, "allowed"] = same(torch.load(file, weights_only=True), x, y)

for name, net in [("net", Net(2, 10, 3)), ("cnn", CNN())]:
    x, y = torch.load(name + ".predictions")
    keys = str(net.load_state_dict(torch.load(name + ".pkl", weights_only=True)))
    result[name, "parameters"] = [keys, same(net, x, y)]
    with safetensors.safe_open(name + ".safetensors", "pt") as file:
        result[name, "metadata"] = sorted(file.metadata())
    keys = str(net.load_state_dict(safetensors.torch.load_file(name + ".safetensors")))
    result[name, "safetensors"] = [keys, same(net, x, y)]
print(json.dumps([[*key, value] for key, value in result.items()]))
"""
ODD_NAMES = ("my net.pkl", "网络.pkl", "ネット 😀.pt", 'it\'s "quoted" & more')


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """What plain PyTorch found in files of ours, by name and way of opening."""
    folder = tmp_path_factory.mktemp("saved")
    cases = []
    sources = {f"{i}.pkl": source for i, source in enumerate(LAYER_CASES)}
    for file, source in [*sources.items(), *[(name, "Linear(3, 4)") for name in ODD_NAMES]]:
        net, shape = build(source), LAYER_CASES[source]
        save_model(net, folder / file)
        kinds = sorted({type(layer).__name__ for layer in net.modules()})
        cases.append((file, kinds, samples(shape), predictions(net, shape)))
    torch.save(cases, folder / "cases")
    nets = {"net": (tutorial_net(2, 10, 3), (2,)), "cnn": (tutorial_cnn(), (1, 28, 28))}
    for name, (net, shape) in nets.items():
        save_parameters(net, folder / f"{name}.pkl")
        save_parameters(net, folder / f"{name}.safetensors")
        torch.save((samples(shape), predictions(net, shape)), folder / f"{name}.predictions")
    (folder / "plain.py").write_text(PLAIN, encoding="utf-8")
    result = run_python("-I", "plain.py", folder=folder)
    assert (result.returncode, result.stderr) == (0, "")
    return {(file, how): value for file, how, value in json.loads(result.stdout)}


@pytest.mark.parametrize("source", LAYER_CASES)
def test_that_a_whole_model_opens_in_a_plain_script_and_predicts_the_same(source, opened):
    file = f"{list(LAYER_CASES).index(source)}.pkl"
    assert opened[file, "whole"] == [source.partition("(")[0], True, True]
    assert opened[file, "allowed"] is True


@pytest.mark.parametrize("name", ODD_NAMES)
def test_that_a_model_may_be_saved_under_any_name(name, opened):
    assert opened[name, "whole"] == ["Linear", True, True]
    assert opened[name, "allowed"] is True


@pytest.mark.parametrize("name", ["net", "cnn"])
@pytest.mark.parametrize("form", ["parameters", "safetensors"])
def test_that_parameters_load_into_the_tutorial_s_own_classes(name, form, opened):
    assert opened[name, form] == ["<All keys matched successfully>", True]


def test_that_safetensors_say_their_layers_and_a_checksum(opened):
    assert opened["net", "metadata"] == ["nngui.layers", "nngui.sha256"]


# --- Back here ------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", LAYER_CASES)
def test_that_saved_and_opened_again_a_model_stays_itself_for_ever(source, tmp_path):
    net, one, two = build(source), tmp_path / "one.pkl", tmp_path / "two.pkl"
    save_model(net, one)
    save_model(read_model(one).net, two)
    first, second = read_model(one), read_model(two)
    assert first.layer == second.layer
    assert first.notes == second.notes == ()
    assert same_parameters(first.parameters, net.state_dict())
    assert same_parameters(second.parameters, net.state_dict())
    if net.state_dict():
        save_parameters(net, one)
        assert same_parameters(read_model(one).parameters, net.state_dict())
    assert names(tmp_path) == ["one.pkl", "two.pkl"]


def test_that_the_same_network_makes_the_same_file(tmp_path):
    for name in ("a.pkl", "b.pkl"):
        save_model(tutorial_net(), tmp_path / name)
    assert (tmp_path / "a.pkl").read_bytes() == (tmp_path / "b.pkl").read_bytes()


def test_that_the_suffix_of_safetensors_may_be_in_capitals(tmp_path):
    save_parameters(tutorial_net(), tmp_path / "P.SafeTensors")
    assert read_model(tmp_path / "P.SafeTensors").format == "safetensors"


def test_that_numbers_that_are_not_finite_are_saved_as_they_are(tmp_path):
    net = tutorial_net()
    net.hidden.bias.data[:3] = torch.tensor([float("nan"), float("inf"), -0.0])
    for name in ("n.pkl", "n.safetensors"):
        save_parameters(net, tmp_path / name)
        found = read_model(tmp_path / name).parameters["hidden.bias"]
        assert found.view(torch.int32).equal(net.hidden.bias.data.view(torch.int32))


def test_that_a_changed_byte_of_safetensors_is_noticed_wherever_it_is(tmp_path):
    path = tmp_path / "p.safetensors"
    save_parameters(tutorial_net(1, 3, 1), path)
    whole = path.read_bytes()
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1 << at % 8
        path.write_bytes(changed)
        with pytest.raises(ModelFileError):
            read_model(path)
    path.write_bytes(whole)
    assert read_model(path).notes == ()


def test_that_a_changed_number_of_a_model_is_noticed(tmp_path):
    net, path = tutorial_net(), tmp_path / "net.pkl"
    for save in (save_model, save_parameters):
        save(net, path)
        whole = path.read_bytes()
        numbers = net.hidden.weight.detach().numpy().tobytes()
        start = whole.index(numbers)
        for at in range(start, start + len(numbers)):
            changed = bytearray(whole)
            changed[at] ^= 1 << at % 8
            path.write_bytes(changed)
            with pytest.raises(ModelFileError, match="a checksum does not match"):
                read_model(path)


# --- What is saved is what was meant, and nothing else changes ------------------------------------


def other_numbers(value):
    if isinstance(value, nn.Module):
        value = copy.deepcopy(value)
        with torch.no_grad():
            value.hidden.bias[0] += 1
        return value
    return {name: tensor + 1 for name, tensor in value.items()}


@pytest.mark.parametrize(
    "instead",
    [
        other_numbers,
        lambda value: tutorial_net(1, 9, 1),
        lambda value: dict(list(getattr(value, "state_dict", lambda: value)().items())[:-1]),
        lambda value: nn.Sequential(*value) if isinstance(value, nn.Module) else {},
        lambda value: "nothing",
    ],
    ids=["other numbers", "another network", "less", "other names", "nothing"],
)
@pytest.mark.parametrize("save", [save_model, save_parameters])
def test_that_a_file_that_reads_back_differently_is_refused_and_the_old_one_stays(
    save, instead, tmp_path, monkeypatch
):
    path = tmp_path / "net.pkl"
    save(tutorial_net(), path)
    old = path.read_bytes()
    write = torch.save
    net = tutorial_net(2, 5, 2)
    with monkeypatch.context() as patch:
        patch.setattr(torch, "save", lambda value, file: write(instead(value), file))
        with pytest.raises(FileError, match="was not saved: ") as caught:
            save(net, path)
    assert str(caught.value).startswith(str(path))
    assert path.read_bytes() == old
    assert names(tmp_path) == ["net.pkl"]
    save(net, path)
    assert same_parameters(read_model(path).parameters, net.state_dict())


def test_that_safetensors_that_read_back_differently_are_refused(tmp_path, monkeypatch):
    path = tmp_path / "p.safetensors"
    path.write_bytes(b"old")
    write = safetensors.torch.save
    for spoil in (
        lambda state, metadata: write({k: t + 1 for k, t in state.items()}, metadata),
        lambda state, metadata: write(state, metadata)[:-1],
    ):
        with monkeypatch.context() as patch:
            patch.setattr(safetensors.torch, "save", spoil)
            with pytest.raises(FileError, match="was not saved: "):
                save_parameters(tutorial_net(), path)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["p.safetensors"]


def test_that_a_network_with_a_layer_that_is_not_known_is_not_saved_whole(tmp_path):
    net = nn.Sequential(nn.Linear(1, 2), nn.PReLU())
    with pytest.raises((FileError, LayerError)):
        save_model(net, tmp_path / "net.pkl")
    assert names(tmp_path) == []
    save_parameters(net, tmp_path / "net.pkl")
    assert same_parameters(read_model(tmp_path / "net.pkl").parameters, net.state_dict())


@pytest.mark.parametrize("name", ["n.pkl", "n.safetensors", "p.pkl"])
def test_that_saving_does_not_touch_the_network(name, tmp_path):
    net = nn.Sequential(OrderedDict(a=nn.Linear(2, 4), b=nn.BatchNorm1d(4), c=nn.Dropout()))
    net.a.bias.requires_grad_(False)
    net.b.eval()
    net(samples((2,))).sum().backward()

    def look():
        parameters = [(id(p), p.data_ptr(), p.requires_grad, p._version) for p in net.parameters()]
        grads = [None if p.grad is None else p.grad.tolist() for p in net.parameters()]
        modes = [module.training for module in net.modules()]
        numbers = [t.tolist() for t in net.state_dict().values()]
        return parameters, grads, modes, numbers, torch.get_rng_state().tolist()

    before = look()
    (save_model if name == "n.pkl" else save_parameters)(net, tmp_path / name)
    assert look() == before
    saved = read_model(tmp_path / name)
    with torch.no_grad():
        net.a.weight.zero_()
    assert not saved.parameters["a.weight"].eq(0).any()


# --- Exports --------------------------------------------------------------------------------------

EXPORT = """
import json, sys
from nngui.cli import main

for name in ("cnn", "mixed"):
    for suffix in ("onnx", "pt2"):
        told = ["--sample", "1x28x28"] if name == "cnn" else []  # its file leaves that open
        assert main(["export", name + ".pkl", "-o", name + " 网络." + suffix, *told]) == 0
for module in [module for module in sys.modules if module.startswith("nngui")]:
    sys.modules[module] = None  # from here on there is none

import onnx, torch, warnings
from onnx.reference import ReferenceEvaluator

warnings.simplefilter("ignore")  # theirs
result = []
for name in ("cnn", "mixed"):
    model = onnx.load(name + " 网络.onnx")
    onnx.checker.check_model(model)
    runner = ReferenceEvaluator(model)
    program = torch.export.load(name + " 网络.pt2").module()
    for x, y in torch.load(name + ".predictions"):
        found, = runner.run(["prediction"], {"x": x.numpy()})
        near = torch.allclose(torch.from_numpy(found), y, rtol=1e-4, atol=1e-5)
        result.append([name, len(x), near, torch.equal(program(x), y)])
print(json.dumps(result))
"""
BATCHES = (1, 2, 7)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A folder with models and their exports, and what other libraries made of these."""
    folder = tmp_path_factory.mktemp("exported")
    mixed = nn.Sequential(
        nn.BatchNorm1d(3), nn.Linear(3, 8), nn.GELU(), nn.Dropout(0.5), nn.LayerNorm(8),
        nn.Linear(8, 4), nn.Softplus(), nn.LogSoftmax(1),
    )  # fmt: skip
    nets = {"cnn": (tutorial_cnn(), (1, 28, 28)), "mixed": (mixed, (3,))}
    for name, (net, shape) in nets.items():
        save_model(net, folder / f"{name}.pkl")
        with torch.no_grad():
            xs = [samples(shape, count) for count in BATCHES]
            torch.save([(x, net.eval()(x)) for x in xs], folder / f"{name}.predictions")
    (folder / "export.py").write_text(EXPORT, encoding="utf-8")
    result = run_python("export.py", folder=folder)
    assert (result.returncode, result.stderr) == (0, "")
    return folder, json.loads(result.stdout)


def test_that_exports_predict_the_same_elsewhere_for_any_number_of_samples(exported):
    _folder, found = exported
    assert found == [[name, count, True, True] for name in ("cnn", "mixed") for count in BATCHES]


def test_that_exports_leave_nothing_else_behind(exported):
    folder, _found = exported
    written = [name for name in names(folder) if "网络" in name or name.startswith(".")]
    assert written == sorted(f"{name} 网络.{suffix}" for name in ("cnn", "mixed")
                             for suffix in ("onnx", "pt2"))  # fmt: skip


def test_that_a_model_of_any_format_is_rewritten_in_another(tmp_path):
    net = tutorial_net()
    torch.save(net, tmp_path / "old.pkl", _use_new_zipfile_serialization=False)
    export_model(tmp_path / "old.pkl", tmp_path / "new.safetensors")
    export_model(tmp_path / "new.safetensors", tmp_path / "new.pkl")
    for name in ("new.safetensors", "new.pkl"):
        file = read_model(tmp_path / name)
        assert file.kind == "model"
        assert torch.equal(predictions(file.net, (1,)), predictions(net, (1,)))


def test_that_without_its_packages_onnx_is_a_sentence(tmp_path, monkeypatch):
    save_model(tutorial_net(), tmp_path / "net.pkl")
    for package in ("onnx", "onnxscript"):
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, package, None)
            with pytest.raises(FileError) as caught:
                export_model(tmp_path / "net.pkl", tmp_path / "net.onnx")
        assert str(caught.value) == (
            'ONNX needs two packages that are not here. Get them by: pip install "nngui[onnx]"'
        )
    assert names(tmp_path) == ["net.pkl"]


def test_that_what_cannot_be_exported_is_a_sentence(tmp_path):
    model, open_sides = tmp_path / "net.pkl", tmp_path / "open.pkl"
    save_parameters(tutorial_net(), model)
    with pytest.raises(FileError) as caught:
        export_model(model, tmp_path / "x.onnx")
    sentence = "holds parameters only: exporting takes a whole model."
    assert str(caught.value) == f"{model} {sentence}"
    save_model(nn.Sequential(nn.Conv2d(1, 1, 1), nn.Flatten(), nn.Linear(6, 1)), open_sides)
    for suffix in ("onnx", "pt2"):
        with pytest.raises(FileError, match="does not tell the size of its pictures"):
            export_model(open_sides, tmp_path / f"x.{suffix}")
    save_model(tutorial_net(), model)
    for name in ("x.doc", "x", "x.onnx.txt"):
        with pytest.raises(FileError) as caught:
            export_model(model, tmp_path / name)
        assert str(caught.value) == (
            f"{tmp_path / name} names no known format: let it end with one of "
            ".onnx, .pt2, .safetensors, .pkl."
        )
    for suffix in ("safetensors", "pkl"):
        with pytest.raises(FileError, match="could not be written: No such file"):
            export_model(model, tmp_path / "missing" / f"x.{suffix}")
    with pytest.raises(FileError, match="could not be read: No such file"):
        export_model(tmp_path / "missing.pkl", tmp_path / "x.pkl")
    assert names(tmp_path) == ["net.pkl", "open.pkl"]
