"""The numbers of a model's tensors: as many as are said, and nothing beside them."""

from __future__ import annotations

import struct

import pytest
import torch
from safetensors.torch import save_file

from nngui.files.models.errors import CorruptedModelError, ModelFileError
from nngui.files.models.reader import read_model
from nngui.files.models.safetensors_format import looks_like_safetensors
from tests.files.models.containers import STORAGES, torch_file
from tests.files.models.pickles import ORDERED, called, linear, named, sequential, storage, tensor


def opened(tmp_path, storages=None, **parts):
    path = tmp_path / "net.pt"
    path.write_bytes(torch_file(sequential([linear(**parts)]), storages))
    return read_model(path)


def test_that_the_numbers_are_those_that_torch_reads(tmp_path):
    found = opened(tmp_path).parameters
    theirs = torch.load(tmp_path / "net.pt", weights_only=False).state_dict()
    assert found.keys() == theirs.keys()
    assert all(torch.equal(found[name], theirs[name]) for name in found)


@pytest.mark.parametrize(
    "numbers", [STORAGES["0"][:-1], STORAGES["0"] + b"\0", STORAGES["0"] * 2, b"", None]
)
def test_that_a_tensor_has_exactly_as_many_numbers_as_it_says(tmp_path, numbers):
    storages = {**STORAGES, "0": numbers}
    if numbers is None:
        del storages["0"]
    with pytest.raises(CorruptedModelError, match="the numbers of a tensor are missing"):
        opened(tmp_path, storages)


@pytest.mark.parametrize(("state", "told"), [(None, False), ({}, False), ({"scale": 2}, True)])
def test_that_what_a_parameter_carries_beside_its_numbers_is_told(tmp_path, state, told):
    rebuild = named("torch._utils", "_rebuild_parameter_with_state")
    weight = called(rebuild, tensor(), True, ORDERED, state)
    found = opened(tmp_path, weight=weight)
    assert bool(found.notes) == told, [str(note) for note in found.notes]
    assert found.parameters["0.weight"].flatten().tolist() == list(
        struct.unpack("<4f", STORAGES["0"])
    )


def test_that_a_tensor_that_does_not_say_what_numbers_it_has_is_refused(tmp_path):
    rebuild = named("torch._utils", "_rebuild_tensor_v3")
    weight = called(rebuild, storage(), 0, (2, 2), (2, 1), False, ORDERED)
    with pytest.raises(ModelFileError, match="numbers of an unusual kind"):
        opened(tmp_path, weight=weight)


def test_that_the_parameters_of_layers_come_before_those_of_the_network_itself(tmp_path):
    path = tmp_path / "p.safetensors"
    names = ["weight", "10.weight", "3.bias", "3.weight", "out.weight", "scale", "fc2.weight"]
    save_file({name: torch.ones(1) for name in names}, path)
    assert [*read_model(path).parameters] == [
        *("fc2.weight", "3.weight", "3.bias", "10.weight", "out.weight", "weight", "scale")
    ]


@pytest.mark.parametrize(
    ("length", "brace", "size", "is_one"),
    [
        (1, b"{", 10, False),  # no header is as short
        (2, b"{", 10, True),
        (9, b"{", 9, True),
        (10, b"{", 9, False),
        (2, b"[", 10, False),
        (2, b"", 10, False),
    ],
)
def test_that_safetensors_are_known_by_a_length_that_fits_and_a_brace(length, brace, size, is_one):
    assert looks_like_safetensors(length.to_bytes(8, "little") + brace, size) == is_one
