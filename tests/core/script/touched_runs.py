"""Runs that were touched at random places, in all tasks: what scripts have to tell."""

from __future__ import annotations

import contextlib
import io
import random
import runpy
import warnings

import torch

from nngui.core.errors import NnguiError
from nngui.core.spec.keys import restart_keys
from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.files.script_files import write_script
from tests.core.helpers import FOREVER, TASKS

RULES = (
    *("sgd", "momentum", "nesterov", "adagrad", "rmsprop"),
    *("adam", "adamw", "adamax", "nadam", "radam"),
)
RATES = ("step", "exponential", "cosine", "one_cycle", "warm_up", "plateau")
BY_HAND = ("regression", "classification")


class TouchedRun:
    """A run, what it gave, and what it is touched with."""

    def __init__(self, name, settings):
        self.task = TASKS[name]
        self.trainer = Trainer(self.task, with_settings(self.task.spec, settings))
        self.rows = []

    def advance(self, steps=None):
        columns = len(self.trainer.variants) or 1
        self.rows += self.trainer.advance(FOREVER, steps)[:, :columns].tolist()

    def change(self, settings, *, goes_on=False):
        """Change what can be changed in mid-run, points by hand among it; else leave it."""
        trainer = self.trainer
        try:
            spec = with_settings(trainer.spec, settings)
            needs_start = [key for key in restart_keys(trainer.spec, spec) if key[:5] != "data."]
            is_new = spec != trainer.spec or goes_on or trainer.ending is not None
            if is_new and not needs_start and not leaves_one_alone(trainer, spec):
                trainer.change(spec)
        except NnguiError:  # such as too large batches
            pass


def leaves_one_alone(trainer, spec):
    """Whether a batch norm would get a single point in the pass that is going on."""
    size, left = spec.schedule.batch_size, len(trainer.batches.x) - trainer.batches.position
    return bool(size) and left % size == 1 and spec.network.needs_pairs


def points(rng, count, classes):
    """Points by hand, the first two of different classes."""
    kinds = [0, 1, *(rng.randrange(classes or 1) for _ in range(count))]
    places = [(round(rng.uniform(-2, 2), 2), round(rng.uniform(-2, 2), 2)) for _ in range(count)]
    if not classes:
        return tuple(places)
    return tuple((*place, kind) for place, kind in zip(places, kinds, strict=False))


def beginning(rng, name):
    """Settings of a task that are quickly trained."""
    settings = {
        "seed": rng.randrange(10**6),
        "schedule.steps": rng.randint(8, 30),
        "schedule.validation": rng.choice((0.0, 0.0, 0.2, 0.3)),
        "schedule.rate": rng.choice(("constant", "constant", *RATES)),
        "schedule.rate_every": rng.randint(1, 3),
        "schedule.rate_factor": 0.5,
        "schedule.rate_decay": 0.9,
        "schedule.rate_patience": rng.randint(0, 2),
        "schedule.rate_warm_up": rng.randint(2, 9),
        "schedule.patience": rng.choice((0, 0, 2, 3)),
        "schedule.keep": rng.choice(("last", "best")),
        "schedule.target_loss": rng.choice((0.0, 0.0, 0.05)),
        "schedule.batch_size": rng.choice((0, 0, 7, 16)),
        "schedule.epochs": rng.choice((0, 0, 3, 5)),
    }
    if name not in ("quick_build", "cnn"):
        settings["network.hidden"] = [rng.randint(2, 6) for _ in range(rng.randint(1, 2))]
        settings["network.dropout"] = rng.choice((0.0, 0.0, 0.3))
        settings["network.norm"] = rng.choice(("none", "none", "layer", "batch"))
    if name == "optimizers":
        racers = rng.sample(RULES, rng.randint(2, 5))
        settings |= {"race.optimizers": racers, "data.points": rng.randint(30, 60)}
        wild = [racer for racer in racers if rng.random() < 0.4]
        settings |= {f"racers.{one}.lr": rng.choice((0.001, 0.1, 30.0, 1000.0)) for one in wild}
    else:
        settings["optimizer.name"] = rng.choice(RULES)
        settings["optimizer.lr"] = rng.choice((0.001, 0.02, 0.1, 0.1, 3.0, 50.0))
        settings["optimizer.weight_decay"] = rng.choice((0.0, 0.0, 0.01))
    return settings | data_of(rng, name, settings)


def data_of(rng, name, settings):
    """The data of these settings, and batches that go with them."""
    if name in ("regression", "save_restore"):
        found = {"data.points": rng.randint(20, 40)}
    elif name == "classification":
        found = {"data.points": rng.randint(10, 20), "data.classes": 2}
        found["data.kind"] = rng.choice(("clouds", "moons"))
        found["class_weights"] = rng.choice(("equal", "balanced"))
    elif name == "quick_build":
        found = {"data.points": 12, "data.kind": rng.choice(("clouds", "square", "moons"))}
    elif name == "batch_training":
        found = {"data.kind": "points", "data.points": 20}
        found["schedule.batch_size"] = rng.choice((3, 4, 7))
        found["schedule.shuffle"] = rng.random() < 0.6
        found["schedule.drop_last"] = rng.random() < 0.4
    elif name == "cnn":
        found = {"data.images": 40, "network.conv": [{"channels": 2}]}
        found |= {"schedule.batch_size": rng.choice((0, 8, 13)), "schedule.steps": 6}
        found |= {"schedule.epochs": rng.choice((0, 2))}
        found |= {"data.shift": rng.choice((0, 1)), "data.rotate": rng.choice((0.0, 5.0))}
    else:
        found = {}
    if name in BY_HAND and rng.random() < 0.6:
        placed = points(rng, rng.randint(8, 14), 2 * (name == "classification"))
        found |= {"data.kind": "hand", "data.placed": placed}
        found["data.standardise"] = rng.random() < 0.4
        found["schedule.batch_size"] = settings["schedule.batch_size"] and rng.choice((2, 3, 4))
    return found


OPTIONS = {
    "lr": (0.001, 0.05, 0.3, 2.0, 100.0),
    "momentum": (0.0, 0.5, 0.9),
    "alpha": (0.5,),
    "beta1": (0.3,),
    "beta2": (0.8,),
    "weight_decay": (0.0, 0.05),
    "l1": (0.0, 0.01),
    "clip": ("none", "norm", "value"),
    "clip_at": (0.05, 0.5),
}
SCHEDULE = {
    "steps": (5, 12, 25, 40),
    "epochs": (0, 2, 4, 6),
    "patience": (0, 1, 2),
    "keep": ("last", "best"),
    "target_loss": (0.0, 0.3),
}
RATE = {
    "rate_every": (1, 2, 4),
    "rate_decay": (0.8,),
    "rate_factor": (0.3,),
    "rate_patience": (0, 1, 3),
    "rate_warm_up": (1, 5, 12),
}


def touch(rng, run):
    """Change something of a run."""
    name, spec, settings = run.task.name, run.trainer.spec, {}
    kinds = ["optimizer", "optimizer", "schedule", "weight", "nothing"]
    kinds += ["rate"] if spec.schedule.rate != "constant" else []
    kinds += ["points"] * 3 if name in BY_HAND else []
    kinds += ["images"] * 2 if name == "cnn" else []
    kinds += ["batches"] if name != "batch_training" else []
    kinds += ["longer"] * 6 if run.trainer.ending is not None else []
    for kind in rng.sample(kinds, rng.randint(1, 2)):
        settings |= CHANGES[kind](rng, run)
    run.change(settings, goes_on=not settings)


def of_optimizer(rng, run):
    spec, key = run.trainer.spec, rng.choice(("lr", "lr", *OPTIONS))
    part = "optimizer" if run.task.name != "optimizers" else ""
    part = part or f"racers.{rng.choice(spec.race.optimizers)}"
    return {f"{part}.{key}": rng.choice(OPTIONS[key])}


def of_table(table):
    def change(rng, _run):
        key = rng.choice(list(table))
        return {f"schedule.{key}": rng.choice(table[key])}

    return change


def of_points(rng, run):
    data, classes = run.trainer.spec.data, 2 * (run.task.name == "classification")
    if data.kind != "hand":
        return {"data.kind": "hand", "data.placed": points(rng, 9, classes)}
    placed, what = list(data.placed), rng.choice(("add", "add", "move", "remove", "twice", "drawn"))
    if what == "drawn":
        return {"data.kind": "square" if not classes else "clouds"}
    if what == "twice":  # taken away and back, between two steps
        run.change({"data.placed": tuple(placed[:-1])})
    elif what == "remove" and len(placed) > 5:
        placed.pop(rng.randrange(len(placed)))
    elif what == "move":
        placed[rng.randrange(len(placed))] = rng.choice(points(rng, 2, classes))
    else:
        placed += points(rng, 2, classes)[:1]
    return {"data.placed": tuple(placed)}


def of_images(rng, _run):
    return {rng.choice(("data.shift", "data.rotate")): rng.choice((0, 1, 2))}


def of_batches(rng, _run):
    return {"schedule.batch_size": rng.choice((0, 2, 3, 5, 9))}


def of_weight(rng, run):
    number = rng.randrange(len(run.trainer.variants))
    name, tensor = rng.choice(list(run.trainer.variants[number].net.named_parameters()))
    place = tuple(rng.randrange(n) for n in tensor.shape)
    run.trainer.set_weight(number, name, place, round(rng.uniform(-1, 1), 3))
    return {}


def of_length(rng, run):
    schedule = run.trainer.spec.schedule
    if schedule.epochs:
        return {"schedule.epochs": schedule.epochs + rng.randint(1, 3)}
    return {"schedule.steps": run.trainer.step_count + rng.randint(3, 12)}


CHANGES = {
    "optimizer": of_optimizer,
    "schedule": of_table(SCHEDULE),
    "rate": of_table(RATE),
    "points": of_points,
    "images": of_images,
    "batches": of_batches,
    "weight": of_weight,
    "longer": of_length,
    "nothing": lambda _rng, _run: {},
}


def touched_run(seed):
    """A run of some task, touched up to five times, and trained to its end."""
    rng = random.Random(seed)
    name = list(TASKS)[seed % len(TASKS)]
    run = None
    while run is None:
        with contextlib.suppress(NnguiError):  # such as a batch norm's single point
            run = TouchedRun(name, beginning(rng, name))
    for _ in range(rng.randint(1, 5)):
        run.advance(rng.choice((1, 2, 3, 5, 9, 14)))
        touch(rng, run)
        if rng.random() < 0.2:
            touch(rng, run)
    run.advance()
    return run


def printed_by(task, run, path, **options):
    """What a script prints, run as plain Python runs it, and what its names stand for then."""
    write_script(task, run, path, **options)
    text, state = io.StringIO(), torch.get_rng_state()
    found = {}
    with (
        contextlib.redirect_stdout(text),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        # A scheduler that is made anew goes on to where the run is, before the next step.
        warnings.filterwarnings("ignore", "Detected call of `lr_scheduler.step")
        found = runpy.run_path(str(path), run_name="__main__")
    torch.set_rng_state(state)
    return text.getvalue().splitlines(), found
