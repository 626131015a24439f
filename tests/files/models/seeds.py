"""Good model files to begin with: every kind of layer, every format, the same bytes each time."""

from __future__ import annotations

import io
import json
import sys
import warnings
from collections import OrderedDict
from functools import cache
from unittest.mock import patch

import safetensors.torch
import torch
from torch import nn
from torch.nn.utils import prune

from nngui.files.models.writer import save_parameters
from tests.files.models.containers import as_legacy, safetensors_file
from tests.files.models.hostile import corpus
from tests.files.models.odd_things import ODD_THINGS

NOT_THE_SAME_TWICE = ("whole optimizer", "optimizer", "old optimizer", "set")  # random, or ids


class Net(nn.Module):
    """The tutorial's network for regression, as somebody's own class."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(2, 3)
        self.predict = nn.Linear(3, 1)


class CNN(nn.Module):
    """The tutorial's network for pictures."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
        self.conv2 = nn.Sequential(nn.Conv2d(2, 2, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
        self.out = nn.Linear(8, 2)


def networks():
    """Return small networks in which every kind of layer occurs."""
    names = ("hidden", "act", "predict")
    named = nn.Sequential(
        OrderedDict(zip(names, [nn.Linear(1, 4), nn.ReLU(), nn.Linear(4, 1)], strict=True))
    )
    activations = [nn.ReLU(), nn.ReLU6(), nn.Tanh(), nn.Sigmoid(), nn.LeakyReLU(), nn.ELU(),
                   nn.GELU(), nn.SiLU(), nn.Softplus()]  # fmt: skip
    return {
        "named": named,
        "activations": nn.Sequential(nn.Linear(2, 2), *activations, nn.Softmax(dim=1)),
        "norms": nn.Sequential(
            nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Identity(), nn.Dropout(0.2), nn.LayerNorm(4),
            nn.Linear(4, 3, bias=False), nn.LogSoftmax(dim=-1),
        ),
        "pictures": nn.Sequential(
            nn.Conv2d(1, 2, 3, padding=1), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(2, 2, 3, padding=1, groups=2), nn.AvgPool2d(2), nn.Dropout2d(0.1),
            nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(8, 2),
        ),
        "series": nn.Sequential(nn.Conv1d(1, 2, 3), nn.MaxPool1d(2), nn.Flatten(), nn.Linear(2, 1)),
        "nested": nn.Sequential(
            nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Tanh(), nn.Linear(2, 2)))
        ),
        "linear": nn.Linear(2, 1),
        "double": nn.Sequential(nn.Linear(2, 2).double(), nn.ReLU()).eval(),
        "Net": Net(),
        "CNN": CNN(),
    }  # fmt: skip


def saved(value, protocol=2):
    """Return what torch.save writes of a value; the classes here as those of a script."""
    file, main = io.BytesIO(), sys.modules["__main__"]
    with patch.multiple(main, Net=Net, CNN=CNN, create=True):
        names = {kind: kind.__module__ for kind in (Net, CNN)}
        for kind in names:
            kind.__module__ = "__main__"
        try:
            torch.save(value, file, pickle_protocol=protocol)
        finally:
            for kind, name in names.items():
                kind.__module__ = name
    return file.getvalue()


def in_order(data):
    """Return a safetensors file with its metadata in order, which the library leaves to chance."""
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    text = json.dumps(header, sort_keys=True).encode()
    return safetensors_file(text, data[8 + length :])


@cache
def good_files(folder):
    """Return the good files by name; `folder` is where the program's own writer may write."""
    files = {}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        nets = networks()
    for name, net in nets.items():
        files[name] = saved(net)
        files[f"{name}, state"] = saved(net.state_dict())
        if name in ("norms", "CNN"):
            files[f"{name}, wrapped"] = saved({"epoch": 3, "state_dict": net.state_dict()})
        if name in ("named", "pictures", "Net"):
            files[f"{name}, legacy"] = as_legacy(files[name])
            files[f"{name}, state, legacy"] = as_legacy(files[f"{name}, state"])
        if name not in ("Net", "CNN", "double"):
            path = folder / "seed.safetensors"
            save_parameters(net, path)
            files[f"{name}, safetensors"] = in_order(path.read_bytes())
            path.unlink()
        if name in ("norms", "CNN"):
            files[f"{name}, plain safetensors"] = in_order(safetensors.torch.save(net.state_dict()))
    return files | checkpoints(nets["named"])


def checkpoints(net):
    """Return files as training scripts keep them: other protocols, odd things, split weights."""
    state = net.state_dict()
    odd = {name: ODD_THINGS[name] for name in ODD_THINGS if name not in NOT_THE_SAME_TWICE}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # weight_norm has become another one
        normed = nn.utils.weight_norm(nn.Linear(2, 3))
    nn.init.constant_(normed.weight_g, 1.0)
    nn.init.constant_(normed.weight_v, 0.5)
    nn.init.constant_(normed.bias, 0.25)
    normed(torch.zeros(1, 2))
    masked = nn.Linear(2, 3)
    nn.init.constant_(masked.weight, 0.5)
    nn.init.constant_(masked.bias, 0.25)
    prune.custom_from_mask(masked, "weight", torch.eye(3, 2))
    return {
        "protocol 5": saved(net, 5),
        "protocol 4, state": saved(state, 4),
        "odd things": saved({"state_dict": state, **odd}),
        "odd things, protocol 5": saved({"state_dict": state, **odd}, 5),
        "odd things, legacy": as_legacy(saved({"state_dict": state, "odd": odd["device"]})),
        "several": saved({"generator": net, "rest": [{"discriminator": net.state_dict()}]}),
        "several, one usual": saved({"model": net, "ema": {"net": state}}),
        "DataParallel": saved(nn.DataParallel(net)),
        "compiled, state": saved({f"_orig_mod.{name}": t for name, t in state.items()}),
        "weight_norm": saved(normed),
        "weight_norm, state": saved(normed.state_dict()),
        "pruned": saved(nn.Sequential(masked)),
    }


@cache
def small_corpus():
    """Return the hostile files of up to 20 kB, to be spoilt further."""
    cases = {case.name: case.content for case in corpus("nothing")}
    small = {n: data for n, data in cases.items() if isinstance(data, bytes)}
    return {name: data for name, data in small.items() if 40 < len(data) < 20_000}
