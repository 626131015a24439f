"""What the experiments promise, sentence by sentence: claims, cures, and where to look."""

from __future__ import annotations

import numpy as np

from tests.core.remedies.records import Claim, NoPromise, Outcome, Remedy

RACERS = ("sgd", "momentum", "adagrad", "rmsprop", "adam")
KEEP_BEST = {"schedule.keep": "best"}
LAYER = {"width": 20}


def _rises(run):
    found = run().validation
    return found[-1] > 1.25 * found.min()


def _ends(run, **more):
    return dict(zip(RACERS, run(**more).losses, strict=True))


def _race_is_too_fast(run):
    high, own = _ends(run), _ends(run, own=True)
    return min(high["rmsprop"], high["adam"]) > max(own["rmsprop"], own["adam"])


def _slow_ones_gain(run):
    high, own = _ends(run), _ends(run, own=True)
    return high["adagrad"] < own["adagrad"]


def _race_is_too_slow(run):
    low, own = _ends(run), _ends(run, own=True)
    worse = all(low[name] > own[name] for name in RACERS)
    fast = max(low["rmsprop"], low["adam"])
    return worse and fast < min(low["sgd"], low["momentum"]) and low["adagrad"] > 2 * fast


def _spread(run: Outcome) -> float:
    return max(run.losses) / min(run.losses)


def _batches_tremble(run):
    one, some = run().columns["loss"], run({"schedule.batch_size": 32}).columns["loss"]
    return (
        one[-100:].std() > 0.5 * some[-20:].std()
        and run().loss < run({"schedule.batch_size": 32}).loss
    )


def _dropout_trembles(run):
    half, none = run().columns, run({"network.layers": (LAYER, LAYER)}).columns
    apart = not np.array_equal(half["class"], half["sequential"])
    return apart and np.diff(half["class"]).std() > 3 * np.diff(none["class"])[20:].std()


def _is_alike(run: Outcome) -> bool:
    weight = run.trainer.variants[0].net[0].weight
    return bool((weight - weight[0]).abs().max() < 1e-4)


def _first(run, settings, column):
    return run(settings).first(column, 0.99)


CLAIMS = (
    # Regression
    Claim(
        "Each step overshoots the valley, and the loss grows instead of falling.",
        "regression",
        "rate-too-high",
        lambda run: run().trainer.ending.kind == "diverged",
    ),
    Claim(
        "One large step pushes ReLUs to where they are 0 for every point: no gradient reaches them "
        "again, and the curve stays flat.",
        "regression",
        "dead-relus",
        lambda run: run().loss > 0.05 and "dead" in run().kinds,
    ),
    Claim(
        "LeakyReLU does not help here: the step is too large for it, too.",
        "regression",
        "dead-relus",
        lambda run: run({"network.activation": "leaky_relu"}).loss > 3 * run(own=True).loss,
    ),
    Claim(
        "Few noisy points and a large network: the training loss goes to nothing while the "
        "validation loss rises.",
        "regression",
        "overfitting",
        lambda run: _rises(run) and run().loss < 0.1 * run().validation[-1],
    ),
    Claim(
        "The curve goes through the middle of the points, and the loss stops falling near the "
        "noise: what strays at random cannot be learned.",
        "regression",
        "noisy-data",  # from 0 to 2, evenly: 2² / 12
        lambda run: 0.7 * 4 / 12 < run().loss < 1.3 * 4 / 12,
    ),
    Claim(
        "Two hidden units bend the curve twice at most: a wave does not fit.",
        "regression",
        "too-small",
        lambda run: run().loss > 0.3,
    ),
    Claim(
        "A hundredth of PyTorch's weights: the curve starts flat, the gradient of a layer is as "
        "small as the weights behind it, and the loss stays on a plateau.",
        "regression",
        "small-weights",
        lambda run: run().loss > 5 * run({"network.init": "pytorch"}).loss,
    ),
    # Classification
    Claim(
        "Without a hidden layer the boundary is a straight line, and a circle cannot be cut out by "
        "one.",
        "classification",
        "straight-line",
        lambda run: run().misses > 0.3,
    ),
    Claim(
        "Two layers and Adam wind the boundary between the spirals.",
        "classification",
        "spirals",
        lambda run: run().misses < 0.01,
    ),
    Claim(
        "Take a layer away, or train by SGD, and see how much longer it takes.",
        "classification",
        "spirals",
        lambda run: (
            min(
                _first(run, {"network.hidden": (20,)}, "accuracy"),
                _first(run, {"optimizer.name": "sgd", "optimizer.lr": 0.1}, "accuracy"),
            )
            > 2 * _first(run, {}, "accuracy")
        ),
    ),
    Claim(
        "Five layers of sigmoids: the gradient shrinks on its way through each, and the first "
        "layers learn nothing.",
        "classification",
        "vanishing-gradients",
        lambda run: run().loss > 0.68,  # ln 2 is a guess between two
    ),
    Claim(
        "The classes overlap, and a large network draws an island around every stray point: the "
        "validation loss rises.",
        "classification",
        "overfitting",
        lambda run: _rises(run) and run().misses < 0.06,
    ),
    Claim(
        "Eight hidden units that start alike get the same gradient and stay alike: they do what "
        "one would, and the boundary stays a straight line.",
        "classification",
        "all-zero",
        lambda run: run().misses > 0.25 and _is_alike(run()),
    ),
    Claim(
        "A hundred times PyTorch's weights: Tanh is at its flat ends for nearly every point, and "
        "what chance drew first is hardly changed by training.",
        "classification",
        "large-weights",
        lambda run: run().misses > 0.1 and run().loss > 1,
    ),
    Claim(
        "Five layers of sigmoids, each behind a BatchNorm that brings what comes to where a "
        "sigmoid is steep: the gradient reaches the first layer.",
        "classification",
        "batch-norm",
        lambda run: run().loss < 0.3,
        costly=True,
    ),
    Claim(
        "Without the norm the loss stays where it began.",
        "classification",
        "batch-norm",
        lambda run: run({"network.norm": "none"}).loss > 0.68,
    ),
    # Quick build
    Claim(
        "Class and Sequential are the same network: only the random weights that they begin with "
        "differ here, and with them the losses.",
        "quick_build",
        "other-weights",
        lambda run: (
            run().columns["class"][0] != run().columns["sequential"][0]
            and np.array_equal(*(run(own=True).columns[name] for name in ("class", "sequential")))
        ),
    ),
    Claim(
        "Two linear layers after each other are one linear layer: the boundary stays a line "
        "however many there are.",
        "quick_build",
        "no-activation",
        lambda run: run().misses > 0.3,
    ),
    Claim(
        "The second layer bends what the first has bent.",
        "quick_build",
        "two-layers",
        lambda run: run().misses < 0.01,
    ),
    Claim(
        "Remove it: one layer gets there, too, in two or more times as many steps.",
        "quick_build",
        "two-layers",
        lambda run: (
            np.inf
            > _first(run, {"network.layers": (LAYER,), "schedule.steps": 3000}, "class_accuracy")
            > 2 * _first(run, {}, "class_accuracy")
        ),
    ),
    Claim(
        "Half of the units are left out of each step, others each time: the loss trembles, and "
        "both networks tremble in their own way.",
        "quick_build",
        "dropout",
        _dropout_trembles,
        costly=True,
    ),
    # Save and restore
    Claim(
        "A network is saved as it stands: after 200 steps the copy fits no better than the network "
        "did.",
        "save_restore",
        "half-trained",
        lambda run: run({"schedule.steps": 2000}).loss < 0.6 * run().loss,
    ),
    Claim(
        "ReLU puts the curve together from straight pieces.",
        "save_restore",
        "relu",
        lambda run: run().loss < 0.1,
    ),
    Claim(
        "Adam comes to the loss of thousands of steps within hundreds.",
        "save_restore",
        "adam",
        lambda run: (
            run({"schedule.steps": 900}).loss
            < 1.15 * run({"optimizer.name": "sgd", "optimizer.lr": 0.05}).loss
        ),
    ),
    # Batch training
    Claim(
        "Ten numbers in batches of 8: the second batch of each epoch has two.",
        "batch_training",
        "last-batch",
        lambda run: run().trainer.batches.steps_per_epoch == 2,
    ),
    Claim(
        "Tick Drop last, and it is left out.",
        "batch_training",
        "last-batch",
        lambda run: run({"schedule.drop_last": True}).trainer.batches.steps_per_epoch == 1,
    ),
    Claim(
        "The points come from left to right in every epoch: the network forgets the left while it "
        "learns the right, and the loss goes up and down.",
        "batch_training",
        "not-shuffled",
        lambda run: (
            run().columns["loss"][-32:].std()
            > 3 * run({"schedule.shuffle": True}).columns["loss"][-32:].std()
        ),
    ),
    Claim(
        "A step for each point follows every stray one: fast at first, restless for ever.",
        "batch_training",
        "one-by-one",
        _batches_tremble,
    ),
    Claim(
        "One step an epoch: the loss falls smoothly, and far more slowly for the same work.",
        "batch_training",
        "all-at-once",
        lambda run: (
            (np.diff(run().columns["loss"]) < 0).all()
            and run().loss > 3 * run({"schedule.batch_size": 32}).loss
        ),
    ),
    # The race
    Claim(
        "At 0.5 RMSprop and Adam jump about, and end worse than at 0.01.",
        "optimizers",
        "rate-too-high",
        _race_is_too_fast,
    ),
    Claim(
        "AdaGrad, slow before, ends better, and mostly SGD, too.",
        "optimizers",
        "rate-too-high",
        _slow_ones_gain,
    ),
    Claim(
        "At 0.0005 hardly anybody moves: what RMSprop and Adam do with the gradient's size makes "
        "up for much of it, AdaGrad brakes.",
        "optimizers",
        "rate-too-low",
        _race_is_too_slow,
    ),
    Claim(
        "With a learning rate that suits each of them, the five end close together: much of the "
        "tutorial's lead is the choice of the rate.",
        "optimizers",
        "own-rates",
        lambda run: _spread(run()) < 2 < 3 < _spread(run(own=True)),
    ),
    Claim(
        "Each network begins with weights of its own, as in the tutorial: who leads may only have "
        "begun nearer to the goal.",
        "optimizers",
        "unfair-start",
        lambda run: len({run().columns[name][0] for name in RACERS}) == len(RACERS),
    ),
    # Images
    Claim(
        "A single layer sees pixels, not strokes: it needs longer and ends lower.",
        "cnn",
        "no-convolution",
        lambda run: run().columns["val_accuracy"][-1] < run(own=True).columns["val_accuracy"][-1],
        costly=True,
    ),
    Claim(
        "At 0.1 Adam throws the weights about, and the network ends by guessing: one in ten is "
        "right.",
        "cnn",
        "rate-too-high",
        lambda run: run().columns["val_accuracy"][-1] < 0.2,
        costly=True,
    ),
    Claim(
        "With 200 images all of the training images are soon right, and the others are not: it "
        "learns them by heart.",
        "cnn",
        "few-images",
        lambda run: (
            run().columns["accuracy"][-7:].mean() > 0.95 and run().columns["val_accuracy"][-1] < 0.9
        ),
        costly=True,
    ),
    Claim(
        "Shifting and rotating them does not make up for that.",
        "cnn",
        "few-images",
        lambda run: run({"data.shift": 1, "data.rotate": 10.0}).columns["val_accuracy"][-1] < 0.9,
        costly=True,
    ),
    Claim(
        "Digits turned by any angle are harder: a 6 becomes a 9.",
        "cnn",
        "turned",
        lambda run: (
            run().columns["val_accuracy"][-1] < run(own=True).columns["val_accuracy"][-1] - 0.03
        ),
        costly=True,
    ),
)

_BOTH_KEEP = "Take 200 points, or 10 units; or keep the best weights."
_DECAY = "Try weight decay 0.01, dropout 0.5 or Hidden 5; or keep the best weights."
_WEIGHTS = "Set the initial weights to PyTorch or Xavier."
_WEIGHTS_OR_NORM = "Set the initial weights to PyTorch or Xavier, or take BatchNorm."
_TANH = "Take Tanh, or a single layer."


def _cure(words, task, preset, after, margin, measure="loss", *, fits=False, costly=False):
    return Remedy(words, task, {}, after, margin, measure, preset, fits=fits, costly=costly)


REMEDIES = (
    _cure(
        "Drag the learning rate down to 0.2, and start again.",
        "regression",
        "rate-too-high",
        {"optimizer.lr": 0.2},
        0.1,
        fits=True,
    ),
    _cure(
        "Halve the rate, and start again.",
        "regression",
        "dead-relus",
        {"optimizer.lr": 0.45},
        0.1,
        fits=True,
    ),
    _cure(_BOTH_KEEP, "regression", "overfitting", {"data.points": 200}, 0.8, "score"),
    _cure(_BOTH_KEEP, "regression", "overfitting", {"network.hidden": (10,)}, 0.8, "score"),
    _cure(_BOTH_KEEP, "regression", "overfitting", KEEP_BEST, 0.5, "score"),
    _cure("Give the network 20 units.", "regression", "too-small", {"network.hidden": (20,)}, 0.5),
    _cure(
        "Add a hidden layer of 10.",
        "classification",
        "straight-line",
        {"network.hidden": (10,)},
        0.05,
        "misses",
    ),
    _cure(_TANH, "classification", "vanishing-gradients", {"network.activation": "tanh"}, 0.3),
    _cure(_TANH, "classification", "vanishing-gradients", {"network.hidden": (10,)}, 0.3),
    _cure(_DECAY, "classification", "overfitting", {"optimizer.weight_decay": 0.01}, 0.5, "score"),
    _cure(
        _DECAY,
        "classification",
        "overfitting",
        {"network.dropout": 0.5},
        0.5,
        "score",
        costly=True,
    ),
    _cure(_DECAY, "classification", "overfitting", {"network.hidden": (5,)}, 0.5, "score"),
    _cure(_DECAY, "classification", "overfitting", KEEP_BEST, 0.5, "score"),
    *(
        _cure(words, task, preset, {"network.init": init}, 0.3, measure)
        for words, task, preset, measure in (
            (_WEIGHTS, "classification", "all-zero", "misses"),
            (_WEIGHTS, "regression", "small-weights", "loss"),
            (_WEIGHTS_OR_NORM, "classification", "large-weights", "misses"),
        )
        for init in ("pytorch", "xavier")
    ),
    _cure(
        _WEIGHTS_OR_NORM,
        "classification",
        "large-weights",
        {"network.norm": "batch"},
        0.3,
        "misses",
        costly=True,
    ),
    _cure(
        "Give one of them an activation.",
        "quick_build",
        "no-activation",
        {"network.layers": ({"width": 10}, {"width": 10, "activation": "identity"})},
        0.5,
        "misses",
    ),
    _cure(
        "Add a convolution, and compare the accuracy on the test images.",
        "cnn",
        "no-convolution",
        {"network.conv": ({"channels": 16},)},
        0.8,
        "score",
        costly=True,
    ),
    _cure(
        "Divide the rate by 100.",
        "cnn",
        "rate-too-high",
        {"optimizer.lr": 0.001},
        0.2,
        "score",
        costly=True,
    ),
    _cure(
        "More images help most: take 800.",
        "cnn",
        "few-images",
        {"data.images": 800},
        0.4,
        "score",
        costly=True,
    ),
)

LOOKS = (
    NoPromise("Save, train on, and restore: the old curve is back."),
    NoPromise(
        "Parameters saved from Tanh fit this network too: only the activation tells them apart."
    ),
    NoPromise("The saved file does not tell who trained it."),
    NoPromise("Compare with batches of 32."),
    NoPromise("See in the confusion matrix which of them are taken for each other."),
)
