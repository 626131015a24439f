"""Convolution and pooling in numpy, against PyTorch's own; drawings made like the data."""

from __future__ import annotations

import numpy as np
import pytest

from nngui.core.data.drawing import fit_drawing, scaled
from nngui.core.errors import SettingError
from nngui.core.microscope.convolution import (
    CLASSICS,
    Sliding,
    classic,
    convolve,
    pool,
    result_of,
)

random = np.random.default_rng(1)


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (1, 2), (2, 1), (3, 0)])
@pytest.mark.parametrize("channels", [1, 3])
def test_that_convolutions_are_those_of_torch(channels, stride, padding):
    import torch
    from torch.nn.functional import conv2d

    image = random.standard_normal((channels, 9, 7)).astype(np.float32)
    kernel = random.standard_normal((channels, 3, 2)).astype(np.float32)
    sliding = Sliding("convolution", (3, 2), stride, padding)
    ours = convolve(image, kernel, 0.5, sliding)
    arguments = torch.from_numpy(image)[None], torch.from_numpy(kernel)[None], torch.tensor([0.5])
    theirs = conv2d(*arguments, stride=stride, padding=padding)[0, 0].numpy()
    assert ours.shape == sliding.output(9, 7) == theirs.shape
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize(("size", "stride", "padding"), [(2, 2, 0), (3, 2, 1), (3, 1, 0)])
@pytest.mark.parametrize("operation", ["max", "average"])
def test_that_poolings_are_those_of_torch(operation, size, stride, padding):
    import torch
    from torch.nn.functional import avg_pool2d, max_pool2d

    image = random.standard_normal((2, 8, 9)).astype(np.float32)
    ours = pool(image, Sliding(operation, (size, size), stride, padding))
    theirs = (max_pool2d if operation == "max" else avg_pool2d)(
        torch.from_numpy(image)[None], size, stride, padding
    )[0].numpy()
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_that_each_cell_is_the_sum_of_its_window_s_products():
    image, kernel = random.random((1, 6, 6)), classic("vertical")
    sliding = Sliding("convolution", (3, 3), 2, 1)
    windows, result = sliding.windows(image), convolve(image, kernel, 0.25, sliding)
    for row, column in np.ndindex(result.shape):
        products = windows[0, row, column] * kernel[0]
        assert result[row, column] == pytest.approx(products.sum() + 0.25)
    assert sliding.place(1, 2) == (1, 3)


def test_that_windows_without_a_place_are_refused_in_words():
    with pytest.raises(SettingError) as error:
        convolve(np.zeros((1, 4, 4)), np.zeros((1, 5, 5)), 0, Sliding("convolution", (5, 5)))
    assert str(error.value) == (
        "A window of 5×5 pixels finds no place in an image of 4×4: make it smaller, or add padding."
    )
    with pytest.raises(SettingError, match="more than half the window"):
        pool(np.zeros((1, 4, 4)), Sliding("max", (2, 2), 2, 2))


def test_that_blurs_keep_the_brightness_and_edges_ignore_it():
    flat = np.full((1, 5, 5), 0.7, np.float32)
    for name in CLASSICS:
        result = convolve(flat, classic(name), 0, Sliding("convolution", (3, 3)))
        keeps = name in ("blur", "gauss", "sharpen", "identity")
        np.testing.assert_allclose(result, 0.7 if keeps else 0, atol=1e-6)


# --- Drawings -------------------------------------------------------------------------------------


def stroke(top, bottom, left, right, side=224):
    canvas = np.zeros((side, side), np.float32)
    canvas[top:bottom, left:right] = 1
    return canvas


def test_that_a_drawing_fills_the_digits_height_wherever_it_was_drawn():
    first = fit_drawing(stroke(20, 120, 10, 40), (1, 8, 8))
    second = fit_drawing(stroke(100, 200, 170, 200), (1, 8, 8))
    assert first.shape == (1, 8, 8)
    np.testing.assert_array_equal(first, second)
    assert first[0].any(1).all(), "all eight rows hold ink, as in the digits"
    np.testing.assert_allclose(first * 16, np.round(first * 16))  # counts of 4x4 pixels
    np.testing.assert_array_equal(first[0, :, 0], 0)


def test_that_a_drawing_becomes_as_tall_as_mnist_s_with_its_mass_in_the_middle():
    canvas = stroke(20, 120, 10, 40) + stroke(90, 120, 40, 90)  # an L: heavier at the lower left
    image = fit_drawing(canvas, (1, 28, 28))[0]
    rows = np.flatnonzero(image.any(1))
    assert rows[-1] - rows[0] + 1 == 20
    down, right = np.mgrid[:28, :28]
    assert (image * down).sum() / image.sum() == pytest.approx(13.5, abs=0.6)
    assert (image * right).sum() / image.sum() == pytest.approx(13.5, abs=0.6)
    assert image.max() == 1


def test_that_an_empty_or_hostile_canvas_gives_an_image_all_the_same():
    assert not fit_drawing(np.zeros((224, 224)), (1, 28, 28)).any()
    odd = np.full((50, 3), np.nan)
    assert not fit_drawing(odd, (3, 10, 12)).any()
    odd[:] = np.inf
    assert fit_drawing(odd, (3, 10, 12)).shape == (3, 10, 12)
    one = np.zeros((224, 224))
    one[7, 200] = 1
    assert fit_drawing(one, (1, 1, 1)).shape == (1, 1, 1)
    assert fit_drawing(one, (1, 8, 8)).max() == 1


def test_that_real_digits_drawn_large_come_back_nearly_as_they_were():
    from nngui.files.images.reader import shipped_images

    likeness = []
    for digit in shipped_images("digits").x[:40, 0] / 16:
        large = scaled(np.kron(digit, np.ones((35, 35))), 224, 224)
        again = fit_drawing(large > 0.5, (1, 8, 8))[0]
        likeness.append(np.corrcoef(digit.ravel(), again.ravel())[0, 1])
    assert np.median(likeness) > 0.85


def test_that_scaling_keeps_the_mean():
    image = random.random((9, 14))
    assert scaled(image, 4, 5).mean() == pytest.approx(image.mean(), rel=0.03)
    np.testing.assert_allclose(scaled(image, 9, 14), image)


def test_that_pooling_is_of_the_chosen_channel_and_a_convolution_of_all():
    import torch
    from torch.nn.functional import avg_pool2d, conv2d

    image = random.standard_normal((4, 6, 5)).astype(np.float32)
    kernel = random.standard_normal((4, 3, 3)).astype(np.float32)
    pooled = avg_pool2d(torch.from_numpy(image)[None], 2, 1)[0].numpy()
    convolved = conv2d(torch.from_numpy(image)[None], torch.from_numpy(kernel)[None])[0, 0].numpy()
    for channel in range(4):
        found = result_of(image, kernel, 0.0, Sliding("average", (2, 2)), channel)
        np.testing.assert_allclose(found, pooled[channel], atol=1e-6)
        found = result_of(image, kernel, 0.5, Sliding("convolution", (3, 3)), channel)
        np.testing.assert_allclose(found, convolved + 0.5, atol=1e-5)


def test_that_a_window_s_size_and_padding_have_bounds():
    assert Sliding("max", (2, 2), 1, 1).output(2, 2) == (3, 3)
    with pytest.raises(SettingError, match="more than half the window"):
        Sliding("max", (3, 2), 1, 2).output(9, 9)
    assert Sliding("convolution", (5, 5), 1, 3).output(1, 1) == (3, 3)
    assert Sliding("convolution", (4, 4)).output(4, 4) == (1, 1)
    with pytest.raises(SettingError, match="finds no place"):
        Sliding("convolution", (4, 5)).output(4, 4)
    padded = Sliding("max", (3, 3), 1, 1).padded(np.ones((1, 2, 2)))
    assert np.isneginf(padded[0, 0]).all()
    assert Sliding("average", (3, 3), 1, 1).padded(np.ones((1, 2, 2))).sum() == 4
