"""How far points in the plane stray from their shape, by the noise that was asked for."""

from __future__ import annotations

import pytest
import torch

from nngui.core.data import shapes

SPREADS = {"clouds": 1.0, "blobs": 1.0, "moons": 0.3, "circles": 0.3, "spirals": 0.1, "xor": 0.3}


@pytest.mark.parametrize(("kind", "spread"), SPREADS.items())
@pytest.mark.parametrize("noise", [0.5, 2.0])
def test_that_points_stray_by_the_noise_in_the_size_of_their_shape(kind, spread, noise):
    def drawn(asked):
        torch.manual_seed(4)
        more = (3,) if kind == "blobs" else ()
        return getattr(shapes, kind)(2000, asked, *more)

    (clean, classes), (x, same) = drawn(0.0), drawn(noise)
    assert torch.equal(classes, same)
    strays = x - clean
    assert strays.std().item() == pytest.approx(spread * noise, rel=0.05)
    assert strays.mean(0).abs().max() < 0.1 * spread * noise
