"""Model files as strangers bring them, by the command line: what happens, and what is said."""

from __future__ import annotations

import sys
import warnings
import zipfile
from collections import OrderedDict
from unittest.mock import patch

import numpy as np
import pytest
import torch
from torch import nn

from nngui import cli
from tests.core.networks.layer_cases import build, tutorial_net
from tests.files.models.odd_things import ODD_THINGS
from tests.files.models.test_checkpoints import tied, weight_norm, without_counters
from tests.files.models.test_reader import save

MLP = "Sequential(Linear(1, 10), ReLU(), Linear(10, 1))"
BATCH_NORM = "Sequential(Linear(1, 8), BatchNorm1d(8), ReLU(), Dropout(0.3), Linear(8, 1))"
COUNTER = "Its BatchNorm layers have no num_batches_tracked, as before PyTorch 0.4.1: it starts at"
MORE = "This network is more than the tabs can train: they know Linear layers"


def state():
    return build(MLP).state_dict()


def gan(path):
    second = build("Sequential(Linear(2, 8), ReLU(), Linear(8, 1))")
    save({"generator": state(), "discriminator": second.state_dict()}, path)


def at_protocol(value, path, protocol):
    torch.save(value, path, pickle_protocol=protocol)


def whole_weight_norm(path):
    net = build(MLP)
    weight_norm(net)
    net(torch.zeros(1, 1))
    save(net, path)


def torchscript(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is not to be used any more
        torch.jit.save(torch.jit.script(build(MLP)), path)


def arrays(path):
    with path.open("wb") as file:
        np.savez(file, **{name: t.numpy() for name, t in state().items()})


def zip_in_zip(path):
    inner = path.with_name("inner.pkl")
    save(build(MLP), inner)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(inner, "net.pkl")


class NetTanh(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden, self.predict = nn.Linear(1, 10), nn.Linear(10, 1)


def own_class(path):
    with (
        patch.object(sys.modules["__main__"], "NetTanh", NetTanh, create=True),
        patch.object(NetTanh, "__module__", "__main__"),
    ):
        save(NetTanh(), path)


def early_batch_norm(path):
    """Save as PyTorch 0.3 did: fewer attributes, no counter, OrderedDicts, in the old format."""
    net = without_counters(build(BATCH_NORM.replace("Dropout(0.3), ", "")))
    for layer in net.modules():
        for name in list(vars(layer)):
            late = ("always_called", "with_kwargs", "non_persistent", "_pre_hooks", "is_full")
            if any(part in name for part in late) or name == "track_running_stats":
                del layer.__dict__[name]
            elif isinstance(vars(layer)[name], dict):
                layer.__dict__[name] = OrderedDict(vars(layer)[name])
    save(net, path, "legacy")


CASES = {  # how it is made; what inspect says; what train says, or None where it trains
    "numpy scalar": (
        lambda p: save({"model": state(), "best_acc": ODD_THINGS["numpy scalar"]}, p),
        "What the file holds under model was opened; the rest was left aside.",
        None,
    ),
    "key weight": (
        lambda p: save({"weight": state(), "train_loss": 0.5}, p),
        "What the file holds under weight was opened; the rest was left aside.",
        None,
    ),
    "gan": (
        gan,
        "SeveralNetworksError: {path} holds several networks: generator, discriminator. "
        "Name one behind the file: {path.name}::generator",
        "holds several networks: generator, discriminator. Name one behind the file",
    ),
    "protocol 4": (lambda p: at_protocol(build(MLP), p, 4), "Linear 1→10 · ReLU", None),
    "protocol 5": (lambda p: at_protocol(state(), p, 5), "0.weight", None),
    "weight_norm, whole": (
        whole_weight_norm,
        "What weight_norm keeps in two pieces was put together, and is plain from now on: 0.weight",
        None,
    ),
    "tied": (
        lambda p: save(tied(), p),
        "These are one parameter, and stay so (tied weights): 0.weight = 2.weight.",
        "it has tied weights (0.weight = 2.weight), which no task trains as one. "
        "Start from its state_dict: there each layer gets its own.",
    ),
    "batch norm": (lambda p: save(build(BATCH_NORM), p), "BatchNorm1d · ReLU · Dropout", None),
    "batch norm without counter": (
        lambda p: save(without_counters(build(BATCH_NORM)), p, "legacy"),
        COUNTER,
        None,
    ),
    "batch norm of 0.3": (early_batch_norm, COUNTER, None),
    "two norms": (
        lambda p: save(build(BATCH_NORM.replace("ReLU(),", "ReLU(), LayerNorm(8),")), p),
        "BatchNorm1d · ReLU · LayerNorm",
        MORE,
    ),
    "softmax over the batch": (
        lambda p: save(build("Sequential(Linear(2, 2), Softmax(0))"), p),
        "InconsistentModelError: {path} does not fit together: the layer 1 (Softmax) works across "
        "the samples of a batch (dim=0): it needs another dim. Have it saved once more.",
        "the layer 1 (Softmax) works across the samples of a batch (dim=0)",
    ),
    "torchscript": (
        torchscript,
        "UnsupportedModelError: {path} cannot be opened here: it is a TorchScript program. Load it "
        "by torch.jit.load, and save its state_dict by torch.save.",
        "it is a TorchScript program",
    ),
    "numpy arrays": (
        arrays,
        "UnsupportedModelError: {path} cannot be opened here: it holds NumPy arrays, not a network "
        "of PyTorch's. Make tensors of them by torch.from_numpy, and save these.",
        "it holds NumPy arrays",
    ),
    "zip in zip": (
        zip_in_zip,
        "UnsupportedModelError: {path} cannot be opened here: it is a zip archive with net.pkl in "
        "it. Unpack it, and open what was in it.",
        "it is a zip archive with net.pkl in it",
    ),
    "old optimizer by ids": (
        lambda p: save(
            {"model_state_dict": state(), "optimizer": ODD_THINGS["old optimizer"]}, p, "legacy"
        ),
        "What the file holds under model_state_dict was opened; the rest was left aside.",
        None,
    ),
    "device": (
        lambda p: save({"state_dict": state(), "device": torch.device("cpu")}, p),
        "What the file holds under state_dict was opened; the rest was left aside.",
        None,
    ),
    "a class of one's own": (
        own_class,
        "The file does not say how NetTanh computes. Assumed: its layers in order, with ReLU",
        None,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_that_a_stranger_s_file_opens_or_says_why_not_and_what_to_do(case, tmp_path, capsys):
    make, said, refused = CASES[case]
    path = tmp_path / "net.pth"
    make(path)
    said = said.replace("{path.name}", path.name).replace("{path}", str(path))
    fails = "Error: " in said
    assert cli.main(["inspect", str(path)]) == (2 if fails else 0)
    streams = capsys.readouterr()
    assert said in (streams.err if fails else streams.out)
    assert "not safe" not in streams.err

    settings = ["schedule.steps=1", f"network.weights={path}"]
    options = [word for setting in settings for word in ("--set", setting)]
    assert cli.main(["train", "regression", *options]) == (2 if refused else 0)
    streams = capsys.readouterr()
    assert (refused or (said if "note" in said else "")) in streams.err
    assert ('"steps": 1' in streams.out) == (refused is None)


def test_that_train_names_a_network_of_several_behind_the_file_s_name(tmp_path, capsys):
    path = tmp_path / "gan.pth"
    gan(path)
    begin = tmp_path / "begin.pth"
    save(state(), begin)
    losses = []
    for file in (f"{path}::generator", begin):
        settings = ["schedule.steps=1", "optimizer.lr=1e-9", f"network.weights={file}"]
        options = [word for setting in settings for word in ("--set", setting)]
        assert cli.main(["train", "regression", *options]) == 0
        losses.append(capsys.readouterr().out.split('"loss": ')[1].split(",")[0])
    assert losses[0] == losses[1]


def test_that_complex_parameters_are_not_taken_without_their_other_half(tmp_path, capsys):
    path = tmp_path / "net.pth"
    save({n: t.to(torch.complex64) for n, t in tutorial_net().state_dict().items()}, path)
    assert cli.main(["train", "regression", "--set", f"network.weights={path}"]) == 2
    assert "are complex: the network's are real" in capsys.readouterr().err
