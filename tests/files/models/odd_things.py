"""What people keep beside a state_dict in their checkpoints, by name."""

from __future__ import annotations

import argparse
import collections
import datetime
import decimal
import enum
import fractions
import pathlib
import random
import types
import uuid

import numpy as np
import torch
from torch import nn


class Mode(enum.Enum):
    TRAIN = 1


Point = collections.namedtuple("Point", "x y")


def trained(kind=torch.optim.Adam):
    net = nn.Sequential(nn.Linear(1, 10), nn.ReLU(), nn.Linear(10, 1))
    optimizer = kind(net.parameters())
    net(torch.ones(3, 1)).sum().backward()
    optimizer.step()
    return optimizer


def old_state(optimizer):
    """Return an optimizer's state as PyTorch up to 1.5 kept it: by the parameters' ids."""
    state = optimizer.state_dict()
    ids = {number: 94_359_156_261_632 + 160 * number for number in state["state"]}
    groups = [group | {"params": list(ids.values())} for group in state["param_groups"]]
    return {"state": {ids[n]: s for n, s in state["state"].items()}, "param_groups": groups}


NOW = datetime.datetime(2026, 11, 30, 12, tzinfo=datetime.UTC)
ODD_THINGS = {
    "numpy scalar": np.float64(0.9),
    "numpy integer": np.int64(3),
    "numpy bool": np.bool_(True),
    "numpy array": np.arange(3.0),
    "numpy texts": np.array(["a", "bc"]),
    "numpy dtype": np.dtype("f4"),
    "numpy state": np.random.RandomState(0).get_state(),
    "numpy random state": np.random.RandomState(0),
    "numpy generator": np.random.default_rng(0),
    "python state": random.Random(0).getstate(),
    "torch state": torch.Generator().get_state(),
    "torch generator": torch.Generator(),
    "device": torch.device("cuda", 1),
    "size": torch.Size([2]),
    "dtype": torch.float32,
    "layout": torch.strided,
    "path": pathlib.PurePosixPath("/a/b"),
    "windows path": pathlib.PureWindowsPath("a/b"),
    "date": NOW.date(),
    "time": NOW,
    "time delta": datetime.timedelta(1),
    "decimal": decimal.Decimal("1.5"),
    "fraction": fractions.Fraction(1, 3),
    "uuid": uuid.UUID(int=7),
    "complex number": 1j,
    "range": range(3),
    "bytes": b"abc\xff",
    "bytearray": bytearray(b"ab"),
    "set": {1, 2},
    "frozen set": frozenset({1}),
    "counter": collections.Counter("aab"),
    "defaultdict": collections.defaultdict(list, {"a": [1]}),
    "deque": collections.deque([1, 2], 3),
    "namespace": argparse.Namespace(lr=1),
    "simple namespace": types.SimpleNamespace(a=1),
    "optimizer": trained().state_dict(),
    "old optimizer": old_state(trained()),
    "whole optimizer": trained(),
    "negative keys": {-1: 2, -5: 1},
    "float keys": {0.5: 1, float("inf"): 2, float("nan"): 3},
    "keys of all kinds": {None: 1, True: 2, (1, 2): 3, b"a": 4, 2**70: 5, -(2**40): 6},
    "sparse tensor": torch.eye(3).to_sparse(),
    "complex tensor": torch.ones(2, dtype=torch.complex64),
    "float8 tensor": torch.ones(3).to(torch.float8_e4m3fn),
    "unsigned tensor": torch.zeros(3, dtype=torch.uint16),
    "meta tensor": torch.ones(2, device="meta"),
    "parameter": nn.Parameter(torch.ones(2)),
    "storage": torch.ones(2).untyped_storage(),
    "expanded tensor": torch.ones(1).expand(1000),
    "scalar loss": torch.tensor(0.5),
    "function": torch.relu,
    "class": nn.Linear,
    "criterion": nn.CrossEntropyLoss(weight=torch.ones(2)),
    "large number": 10**30,
    "ellipsis": ...,
}
OWN = {"enum": Mode.TRAIN, "named tuple": Point(1, 2)}
"""Of a class of the script's own: PyTorch opens these where that class is."""
