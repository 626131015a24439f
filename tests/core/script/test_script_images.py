"""A script of images reads them as tensors, or as NumPy's arrays: nothing else is another."""

from __future__ import annotations

import ast

from nngui.core.script import script
from tests.core.helpers import TASKS


def test_that_arrays_are_read_in_place_of_tensors_and_all_else_stays():
    task = TASKS["cnn"]
    tensors, arrays = (script(task, task.spec, images=f"a{end}") for end in (".pt", ".npz"))
    ast.parse(arrays)
    one, other = tensors.splitlines(), arrays.splitlines()
    gone = [line for line in one if line not in other]
    come = [line for line in other if line not in one]
    assert gone == [
        "IMAGES = Path(__file__).with_name('a.pt')",
        "images = torch.load(IMAGES, weights_only=True)",
    ]
    assert come[:2] == ["import numpy as np", "IMAGES = Path(__file__).with_name('a.npz')"]
    assert come[2] == "arrays = np.load(IMAGES)"
    assert len(other) == len(one) + len(come) - len(gone)
