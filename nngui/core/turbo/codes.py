"""The numbers by which the compiled step of turbo calls activations, losses and optimizers."""

from __future__ import annotations

import numpy as np

IDENTITY, RELU, LEAKY_RELU, TANH, SIGMOID = range(5)
ACTIVATION_CODES = {
    "Identity": IDENTITY,
    "ReLU": RELU,
    "LeakyReLU": LEAKY_RELU,
    "Tanh": TANH,
    "Sigmoid": SIGMOID,
}
LEAKY_SLOPE = np.float32(0.01)  # PyTorch's default, and the form's

MSE, L1, HUBER, CROSS_ENTROPY = range(4)
LOSS_CODES = {"mse": MSE, "l1": L1, "huber": HUBER, "cross_entropy": CROSS_ENTROPY}

SGD, ADAGRAD, RMSPROP, ADAM, ADAMW = range(5)
RULE_CODES = {
    "sgd": SGD,
    "momentum": SGD,
    "nesterov": SGD,
    "adagrad": ADAGRAD,
    "rmsprop": RMSPROP,
    "adam": ADAM,
    "adamw": ADAMW,
}

# What an optimizer's options are, a row a variant. FIRST is the momentum, RMSprop's alpha or
# Adam's beta 1; SECOND is Adam's beta 2.
# BASE_LR is what a schedule multiplies; L1, CLIP and CLIP_AT are as in `OptimizerSpec`.
LR, DECAY, FIRST, SECOND, EPS, NESTEROV, BASE_LR, L1_PENALTY, CLIP, CLIP_AT = range(10)
HYPERPARAMS = 10
CLIP_CODES = {"none": 0.0, "norm": 1.0, "value": 2.0}

# How the learning rate goes: what its factors are counted by, the first of these numbers in the
# list of factors, and the epochs without gain that it bears.
COUNTED_BY, FROM, BEARS = range(3)
PACE = 3
STEPS_TAKEN, EPOCHS_DONE, PLATEAUS = range(3)  # PLATEAUS: the only factor is each cut's
# What a variant's plateau is, as in `rates.Plateau`.
LOWEST, BAD, CUTS, TOTAL, COUNT = range(5)

# What lies in memory for each variant, a row of as many numbers as it has parameters.
WEIGHTS, GRADIENT, SUM, SQUARES, GOOD, BEST = range(6)
MEMORIES = 6

# How a variant stands: as in `Variant` and `Best`; STEPS are those that its optimizer has counted.
FIRST_LOSS, LAST_LOSS, STEPS, OUT, BEST_LOSS, BEST_EPOCH, BEST_STEP = range(7)
STATE = 7
IN_TRAINING, REJECTED, DROPPED_OUT = 0.0, 1.0, 2.0  # REJECTED: in the last step

# Stopping early: as in the schedule and `RunState`; KEEP says whether best weights are kept.
PATIENCE, KEEP, PATIENT_FROM = range(3)

# Health: the step to begin with, whether the last look found no gradient, whether it is dead.
BEGIN, DEAD_BEFORE, DEAD = range(3)

# Where in the data a run is. BATCH is the batch size, 0 for all points at once; the others are as
# in `data.Batches`.
POSITION, EPOCH, BATCH, DROP_LAST, SHUFFLE = range(5)
CURSOR = 5
