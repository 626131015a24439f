"""What the views of the convolutional network ask a run (see `Inspector`), and the answers.

The answers are frozen records of numpy arrays. Images are in the data's own units: 0 is black, 1 is
white. torch is imported where a question is asked: in the thread that trains.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor, nn

    from nngui.core.arrays import Floats
    from nngui.core.inspectors.inspector import Inspector
    from nngui.core.trainer import Trainer

    Numbers = NDArray[np.int64]

SHARE = 10  # the test set is gone through for at most a tenth of the time


@dataclass(frozen=True, slots=True, eq=False)
class LayerMaps:
    """What one layer makes of an image.

    Attributes
    ----------
    name, kind : str
        As in `cnn_spec.CnnLayerRow`.
    shape : tuple of int
        Of its output, without the batch.
    maps : ndarray
        Its output: shape (channels, height, width), or (neurons,).
    filters : ndarray or None
        A convolution's weights, shape (channels, channels before, kernel, kernel).
    bias : ndarray or None
        A convolution's, shape (channels,).
    stride, padding : int
        A convolution's, across and down alike.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    maps: Floats
    filters: Floats | None = None
    bias: Floats | None = None
    stride: int = 1
    padding: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Maps:
    """The way of an image through the network.

    Attributes
    ----------
    step : int
        Steps done by then.
    image : ndarray
        Shape (channels, height, width), in the data's own units.
    seen : ndarray
        The same as the network sees it: standardised, where the settings say so.
    layers : tuple of LayerMaps
        In their order.
    probabilities : ndarray
        Shape (classes,).
    """

    step: int
    image: Floats
    seen: Floats
    layers: tuple[LayerMaps, ...]
    probabilities: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Guess:
    """What the network says of an image: probabilities of shape (classes,)."""

    step: int
    probabilities: Floats


@dataclass(frozen=True, slots=True, eq=False)
class TestResult:
    """How the network does on the images that it never trained on.

    Attributes
    ----------
    step : int
        Steps done by then.
    images : ndarray
        Shape (n, channels, height, width), in the data's own units.
    labels, predicted : ndarray
        The true classes and those that the network says, shape (n,).
    true_probability, probability : ndarray
        The network's probabilities of these, shape (n,).
    confusion : ndarray
        Shape (classes, classes): how many images of each true class (row) were said to be of each
        class (column).
    accuracy, loss : float
        The share that is right; the mean cross-entropy.
    """

    __test__ = False  # no test case, whatever pytest makes of its name

    step: int
    images: Floats
    labels: Numbers
    predicted: Numbers
    true_probability: Floats
    probability: Floats
    confusion: Numbers
    accuracy: float
    loss: float


def worst_mistakes(result: TestResult, most: int = 24) -> Numbers:
    """Return which test images were got wrong, those where it was surest first; at most so many."""
    wrong = np.flatnonzero(result.labels != result.predicted)
    order = np.argsort(-result.probability[wrong], kind="stable")
    chosen: Numbers = wrong[order][:most]
    return chosen


class FeatureMaps:
    """Asks what each layer makes of an image.

    Parameters
    ----------
    image : ndarray
        Shape (channels, height, width), in the data's own units.
    """

    def __init__(self, image: Floats) -> None:
        self._image = image

    def __call__(self, trainer: Trainer) -> Maps | None:
        """Return the maps; None where the image is none of the run's."""
        from nngui.core.forward import evaluating

        if not _fits(trainer, self._image):
            return None
        net = trainer.variants[0].net
        seen = _seen(trainer, self._image[None])
        value, layers = seen, []
        with evaluating(net):
            for name, layer in net.named_children():
                value = layer(value)
                layers.append(_layer_maps(name, layer, value[0]))
            probabilities = value[0].softmax(0)
        image = _array(seen[0])
        return Maps(trainer.step_count, self._image, image, tuple(layers), _array(probabilities))


class Probabilities:
    """Asks which classes an image may be of (see `FeatureMaps`)."""

    def __init__(self, image: Floats) -> None:
        self._image = image

    def __call__(self, trainer: Trainer) -> Guess | None:
        """Return the probabilities; None where the image is none of the run's."""
        if not _fits(trainer, self._image):
            return None
        return Guess(trainer.step_count, trainer.predict(self._image[None])[0][0])


class TestInspector:
    """Asks how the test set does; seldom enough that the training hardly notices.

    The answer is new at the end of an epoch and of a run, and otherwise as often as a tenth of the
    time allows; its step says which it is of. To have it at once, ask by a new one.
    """

    __test__ = False

    def __init__(self) -> None:
        self._result: TestResult | None = None
        self._trainer: Trainer | None = None
        self._next = 0.0  # when it may be asked again, by the clock

    def __call__(self, trainer: Trainer) -> TestResult | None:
        """Return the result; None without a test set."""
        if _test_set(trainer) is None:
            return None
        known = self._result
        if trainer is not self._trainer or known is None:
            return self._ask(trainer)
        epoch = trainer.batches.steps_per_epoch
        due = trainer.step_count // epoch != known.step // epoch or trainer.ending is not None
        due = due or time.perf_counter() >= self._next
        return self._ask(trainer) if known.step != trainer.step_count and due else known

    def _ask(self, trainer: Trainer) -> TestResult:
        began = time.perf_counter()
        self._result, self._trainer = _tested(trainer), trainer
        ended = time.perf_counter()
        self._next = ended + SHARE * (ended - began)
        return self._result


class Together:
    """Asks several questions; the answer is a tuple of theirs."""

    def __init__(self, *looks: Inspector) -> None:
        self._looks = looks

    def __call__(self, trainer: Trainer) -> tuple[object, ...]:
        """Return the answers, in the questions' order."""
        return tuple(look(trainer) for look in self._looks)


def _tested(trainer: Trainer) -> TestResult:
    """Go through the test set, which there must be."""
    from nngui.core.forward import evaluating, forward_in_batches

    test_set = _test_set(trainer)
    assert test_set is not None
    x, y = (part.to(trainer.state.device) for part in test_set)
    net = trainer.variants[0].net
    with evaluating(net):
        out = forward_in_batches(net, x)
        loss = float(trainer.state.loss_func(out, y))
        chances = out.softmax(1)
    labels: Numbers = y.cpu().numpy()
    predicted: Numbers = out.argmax(1).cpu().numpy()
    classes, rows = len(trainer.data.classes), np.arange(len(labels))
    confusion = np.bincount(labels * classes + predicted, minlength=classes**2)
    found = _array(chances)
    return TestResult(
        step=trainer.step_count,
        images=_test_images(trainer, x),
        labels=labels,
        predicted=predicted,
        true_probability=found[rows, labels],
        probability=found[rows, predicted],
        confusion=confusion.reshape(classes, classes),
        accuracy=float((labels == predicted).mean()),
        loss=loss,
    )


def _test_set(trainer: Trainer) -> tuple[Tensor, Tensor] | None:
    """Return what is for the test alone; else what is held out in its place, if anything is."""
    return trainer.state.prepared.test or trainer.state.held_out


def _test_images(trainer: Trainer, seen: Tensor) -> Floats:
    """Return the test images in the data's own units."""
    if trainer.data.held_out is not None:
        return _array(trainer.data.held_out[0])
    p = trainer.state.prepared
    return _array(seen.cpu() * p.x_std + p.x_mean)


def _fits(trainer: Trainer, image: Floats) -> bool:
    return image.shape == tuple(trainer.data.x.shape[1:])


def _seen(trainer: Trainer, images: Floats) -> Tensor:
    """Return images as the network sees them, on its device."""
    import torch

    p = trainer.state.prepared
    return ((torch.as_tensor(images, dtype=torch.float32) - p.x_mean) / p.x_std).to(
        trainer.state.device
    )


def _array(tensor: Tensor) -> Floats:
    result: Floats = tensor.detach().cpu().numpy()
    return result


def _layer_maps(name: str, layer: nn.Module, value: Tensor) -> LayerMaps:
    from torch import nn

    kind = type(layer).__name__
    maps = _array(value).copy()
    if not isinstance(layer, nn.Conv2d):
        return LayerMaps(name, kind, maps.shape, maps)
    filters, bias = (_array(part).copy() for part in layer.parameters())  # they train on
    stride, padding = layer.stride[0], int(layer.padding[0])
    return LayerMaps(name, kind, maps.shape, maps, filters, bias, stride, padding)
