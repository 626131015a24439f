"""What a table gets from the settings it starts with, beside scikit-learn's networks.

    python tests/benchmarks/peers.py [NAME...] [--draws 3] [--seeds 5] [--without torch]
        [--table FILE TARGET regression|classification]...

A row for each table: the score on the rows held out for the test (R², or the accuracy), its mean
and deviation over the seeds of the training and, where a table can be drawn anew, over its own; and
the seconds of a training. All are given the same splits, those of the program. What is no network
of ours gets the validation part, too, to fit to: the early stopping of scikit-learn holds out a
part of its own.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import warnings
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from rich.console import Console
from rich.table import Table
from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor

from nngui.core.evaluation.evaluation import EvaluationInspector
from nngui.core.evaluation.metrics import ACCURACY, R2
from nngui.core.evaluation.parts import parts_of
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.files.tables.training_data import settings_for_table
from nngui.tasks import all_tasks

TASKS = {task.name: task for task in all_tasks()}
KINDS = "regression", "classification"


def frame(x, y, *, classes=False):
    """Return inputs and a target as a table."""
    result = pd.DataFrame(x, columns=[f"x{i + 1}" for i in range(x.shape[1])])
    result["y"] = [f"c{value}" for value in y] if classes else y
    return result


def friedman(seed):
    """Return five inputs of ten that count, two of them by their product."""
    return frame(*datasets.make_friedman1(1000, noise=1, random_state=seed))


def bumps(seed):
    """Return a target that no linear model sees anything of."""
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(10_000, 8))
    y = x[:, 1] * np.sin(2 * x[:, 0]) + np.abs(x[:, 2]) + x[:, 3] ** 2 / 2
    return frame(x, y + 0.2 * draw.normal(size=len(x)))


def moons(seed):
    """Return two half moons that reach into each other."""
    return frame(*datasets.make_moons(400, noise=0.2, random_state=seed), classes=True)


def shipped(load, classes, _seed):
    """Return a table that comes with scikit-learn: it cannot be drawn anew."""
    return frame(*load(return_X_y=True), classes=classes)


@dataclass(frozen=True)
class Case:
    """A table to train on: who makes it of a seed, or where it lies."""

    kind: str
    make: object = None
    path: str = ""
    target: str = "y"
    is_drawn: bool = False


CASES = {
    "friedman 1,000 x 10": Case("regression", friedman, is_drawn=True),
    "bumps 10,000 x 8": Case("regression", bumps, is_drawn=True),
    "diabetes": Case("regression", partial(shipped, datasets.load_diabetes, False)),
    "moons 400 x 2": Case("classification", moons, is_drawn=True),
    "digits 1,797 x 64": Case("classification", partial(shipped, datasets.load_digits, True)),
    "iris": Case("classification", partial(shipped, datasets.load_iris, True)),
    "wine": Case("classification", partial(shipped, datasets.load_wine, True)),
    "breast cancer": Case("classification", partial(shipped, datasets.load_breast_cancer, True)),
}


def by_us(engine, case, path, seed):
    """Train as the program does; return its score and seconds."""
    trainer = trainer_of(case, path, seed)
    trainer.set_engine(engine)
    began = time.perf_counter()
    while trainer.ending is None:
        trainer.advance(1.0)
    took = time.perf_counter() - began
    found = EvaluationInspector()(trainer)
    scores = found.scores["Network"][found.last]
    return scores[R2 if case.kind == "regression" else ACCURACY], took


def by_them(regressor, classifier, case, path, seed):
    """Fit a model of scikit-learn to the same rows but those of the test."""
    trainer = trainer_of(case, path, seed)
    training, validation, test = (
        (x.numpy(), y.numpy().ravel()) for x, y in parts_of(trainer).values()
    )
    x, y = (np.concatenate(both) for both in zip(training, validation, strict=True))
    model = (regressor if case.kind == "regression" else classifier)(seed)
    began = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(x, y)
    return model.score(*test), time.perf_counter() - began


def trainer_of(case, path, seed):
    """Return a run with the settings that such a table starts with."""
    task = TASKS[case.kind]
    spec = settings_for_table(task.spec, str(path), target=case.target)
    return Trainer(task, with_settings(spec, {"seed": seed}))


def mlp(kind, stopping, seed):
    """Return scikit-learn's network with its own defaults."""
    return kind(random_state=seed, early_stopping=stopping)


SIDES = {
    "torch": partial(by_us, "torch"),
    "turbo": partial(by_us, "turbo"),
    "MLP, stopping": partial(
        by_them, partial(mlp, MLPRegressor, True), partial(mlp, MLPClassifier, True)
    ),
    "MLP": partial(by_them, partial(mlp, MLPRegressor, False), partial(mlp, MLPClassifier, False)),
    "linear": partial(
        by_them, lambda _: LinearRegression(), lambda _: LogisticRegression(max_iter=5000)
    ),
}


def measured(case, side, folder, draws, seeds):
    """Return mean, deviation and seconds of a side on a table."""
    scores, seconds = [], []
    for draw in range(draws if case.is_drawn else 1):
        path = case.path
        if case.make is not None:
            path = folder / f"{draw}.csv"
            case.make(draw).to_csv(path, index=False)
        for seed in range(1, seeds + 1):
            score, took = SIDES[side](case, path, seed)
            scores.append(score)
            seconds.append(took)
    return f"{np.mean(scores):.3f} ± {np.std(scores):.3f}, {np.median(seconds):.2g} s"


def main():
    """Measure what is asked for, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="the first letters of the tables that are wanted")
    parser.add_argument("--draws", type=int, default=3, help="of a table that can be drawn anew")
    parser.add_argument("--seeds", type=int, default=5, help="of each training")
    parser.add_argument("--without", nargs="*", default=[], choices=SIDES)
    parser.add_argument(
        "--table", nargs=3, action="append", default=[], metavar=("FILE", "TARGET", "KIND")
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    cases = {
        name: case
        for name, case in CASES.items()
        if not options.names or name.startswith(tuple(options.names))
    }
    for path, target, kind in options.table:
        if kind not in KINDS:
            parser.error(f"{kind} is neither of {' and '.join(KINDS)}")
        cases[Path(path).name] = Case(kind, path=path, target=target)
    sides = [side for side in SIDES if side not in options.without]
    result = Table("table", *sides)
    for name, case in cases.items():
        with tempfile.TemporaryDirectory() as folder:
            result.add_row(
                name,
                *(
                    measured(case, side, Path(folder), options.draws, options.seeds)
                    for side in sides
                ),
            )
    Console(width=140).print(result)


if __name__ == "__main__":
    main()
