"""What went wrong with a run that has ended: with the evidence, and with settings that help."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from nngui.core.forward import evaluating, forward_in_batches
from nngui.core.spec import MlpSpec
from nngui.core.spec.keys import flat
from nngui.core.spec.spec import BALANCED
from nngui.core.text import mark
from nngui.core.training.endings import ALL_ZERO, DEAD

if TYPE_CHECKING:
    from nngui.core.arrays import Floats
    from nngui.core.records.history import History
    from nngui.core.trainer import Trainer

MAX_ROWS = 5000  # that are looked at
SAME = 0.9999  # a correlation from which one column is the other
LARGEST_INPUT = 100.0  # beyond it the first steps are dominated by the inputs' units
UNLIKE = 50.0  # times as wide as another input: no learning rate suits both
DEAD_SHARE = 0.5  # of the hidden units
GROWN = 1.5  # times the first loss: less is the noise of a run that began with a good network
RISEN = 1.25  # times the smallest validation loss
MIN_EPOCHS = 5  # with a validation loss, to speak of overfitting
STILL_FALLING = 0.4  # of all that the loss fell, in the second half
LITTLE, MUCH = 0.02, 0.5  # of the first loss: it fell more than little, and not much
MAJORITY = 0.9  # the share of the most frequent class
FASTEST = 1.0  # a learning rate that is suggested, at most


@dataclass(frozen=True)
class Hint:
    """Something to know about a run, and what to do.

    Attributes
    ----------
    kind : str
        ``leak``, ``diverged``, ``scale``, ``fast``, ``dead``, ``slow``, ``overfit`` or
        ``imbalance``.
    sentence : str
        English text with placeholders, marked for translation: what is so, with its evidence.
    values : dict
        What stands in the placeholders.
    remedy : str
        The words of the button that takes `settings`, marked, with the same placeholders.
    settings : dict
        For `toml.with_settings`; empty where no setting helps.
    """

    kind: str
    sentence: str
    values: dict[str, Any] = field(default_factory=dict)
    remedy: str = ""
    settings: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.sentence.format(**self.values)


def find_hints(trainer: Trainer, history: History) -> list[Hint]:
    """Return what there is to say of a run, the most important first.

    It draws no random number, and leaves the run as it is. Of several networks nothing is said:
    they are there to be compared.
    """
    if len(trainer.variants) != 1 or not len(history):
        return []
    losses = _epoch_losses(trainer, history)
    found = (
        _leak(trainer),
        _diverged(trainer),
        _scale(trainer),
        _fast(trainer, losses),
        _dead(trainer),
        _slow(trainer, losses),
        _overfit(trainer, history, losses),
        _imbalance(trainer),
    )
    return [hint for hint in found if hint is not None]


def _leak(trainer: Trainer) -> Hint | None:
    """Notice a feature of a table that is the target itself, or says the same."""
    columns = trainer.data.columns
    if columns is None:
        return None
    x, y = (part.cpu() for part in _sample(trainer))  # not every device has float64
    target = y.reshape(len(y)).double()
    for name, inputs in columns.features:
        if not _says_the_same(x[:, inputs].double(), target):
            continue
        text = mark(
            "core",
            "Column {name} says the same as the target {target}: a network that is told the answer "
            "learns nothing.",
        )
        values = {"name": name, "target": columns.target}
        others = [other for other, _ in columns.features if other != name]
        settings = {"data.table.features": others} if others else {}
        return Hint("leak", text, values, mark("core", "Leave it out"), settings)
    return None


def _says_the_same(x: torch.Tensor, y: torch.Tensor) -> bool:
    if x.shape[1] == 1:
        both = torch.stack((x[:, 0], y))
        if len(y) < 3 or bool((both.std(dim=1) == 0).any()):
            return False
        return bool(torch.corrcoef(both)[0, 1].abs() >= SAME)
    if not torch.equal(y, y.round()):
        return False
    given = x.argmax(1)  # of a category: is each of its names a class of its own?
    pairs = set(zip(given.tolist(), y.tolist(), strict=True))
    return len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs}) > 1


def _diverged(trainer: Trainer) -> Hint | None:
    ending, rate = trainer.ending, trainer.spec.optimizer.lr
    if ending is None or ending.kind != "diverged":
        return None
    lower = float(f"{rate / 10:.2g}")
    settings = {"optimizer.lr": lower}
    words = mark("core", "Use {lr}")
    return Hint("diverged", ending.sentence, ending.values | {"lr": f"{lower:g}"}, words, settings)


def _scale(trainer: Trainer) -> Hint | None:
    """Notice inputs of other sizes than networks are made for."""
    if trainer.data.standardise or "data.standardise" not in flat(trainer.spec):
        return None
    x, _ = _sample(trainer)
    if x.ndim != 2 or len(x) < 2:
        return None
    widths = x.std(dim=0)
    widths = widths[widths > 0]
    largest = float(x.abs().max())
    ratio = float(widths.max() / widths.min()) if len(widths) else 1.0
    if largest <= LARGEST_INPUT and ratio <= UNLIKE:
        return None
    text = mark(
        "core",
        "The inputs are not scaled: they reach {largest}, and the widest varies {ratio} times as "
        "much as the narrowest.",
    )
    values = {"largest": f"{largest:,.4g}", "ratio": f"{ratio:,.3g}"}
    words = mark("core", "Standardise the inputs")
    return Hint("scale", text, values, words, {"data.standardise": True})


def _fast(trainer: Trainer, losses: Floats) -> Hint | None:
    """Notice a loss that is larger at the end than it was at the beginning."""
    rate = trainer.spec.optimizer.lr
    diverged = trainer.ending is not None and trainer.ending.kind == "diverged"
    if diverged or len(losses) < MIN_EPOCHS or not losses[-1] > GROWN * losses[0]:
        return None
    text = mark("core", "The learning rate {rate} is high: the loss went from {first} to {last}.")
    lower = float(f"{rate / 10:.2g}")
    values = {"rate": f"{rate:g}", "first": f"{losses[0]:.3g}", "last": f"{losses[-1]:.3g}"}
    values["lr"] = f"{lower:g}"
    return Hint("fast", text, values, mark("core", "Use {lr}"), {"optimizer.lr": lower})


def _dead(trainer: Trainer) -> Hint | None:
    """Notice units that answer to no row, and so get no gradient from any."""
    network, rate = trainer.spec.network, trainer.spec.optimizer.lr
    if network.init == "zeros" and _is_zero(trainer.variants[0].net):
        words, own = mark("core", "Use PyTorch's weights"), {"network.init": "pytorch"}
        return Hint("dead", ALL_ZERO.sentence, {}, words, own)
    if trainer.state.health.hint is DEAD:  # all of it: it was told in mid-run, in these words
        lower = float(f"{rate / 10:.2g}")
        words, smaller = mark("core", "Use {lr}"), {"optimizer.lr": lower}
        return Hint("dead", DEAD.sentence, {"lr": f"{lower:g}"}, words, smaller)
    if not isinstance(network, MlpSpec) or network.activation != "relu":
        return None
    out, _ = _sample(trainer)
    net, dead, units = trainer.variants[0].net, 0, 0
    with evaluating(net):
        for layer in net.children():
            out = layer(out)
            if isinstance(layer, nn.ReLU):
                dead += int((out == 0).all(dim=0).sum())
                units += out.shape[1]
    if not units or dead < DEAD_SHARE * units:
        return None
    text = mark(
        "core",
        "{dead} of {units} hidden units are dead: their ReLU is 0 for every point, and no gradient "
        "reaches them.",
    )
    values = {"dead": dead, "units": units}
    settings = {"network.activation": "leaky_relu"}
    return Hint("dead", text, values, mark("core", "Use LeakyReLU"), settings)


def _is_zero(net: nn.Module) -> bool:
    """Return whether all weights in front of the last layer are 0, and so nothing reaches them."""
    weights = [part.weight for part in net.modules() if isinstance(part, nn.Linear)]
    return len(weights) > 1 and not any(bool(weight.any()) for weight in weights[:-1])


def _slow(trainer: Trainer, losses: Floats) -> Hint | None:
    """Notice a loss that was still falling evenly when the steps ran out."""
    rate = trainer.spec.optimizer.lr
    if trainer.ending is None or trainer.ending.kind != "steps" or 10 * rate > FASTEST:
        return None
    if len(losses) < 20:
        return None
    part = max(len(losses) // 20, 1)
    half = len(losses) // 2
    first, middle, last = (
        float(np.mean(losses[start : start + part]))
        for start in (0, half - part // 2, len(losses) - part)
    )
    fallen = first - last
    if not LITTLE * first < fallen < MUCH * first or middle - last < STILL_FALLING * fallen:
        return None
    text = mark(
        "core",
        "The learning rate {rate} is low: the loss went from {first} to {last}, and was falling as "
        "fast at the end as before.",
    )
    higher = float(f"{10 * rate:.2g}")
    values = {"rate": f"{rate:g}", "first": f"{first:.3g}", "last": f"{last:.3g}"}
    words = mark("core", "Use {lr}")
    values["lr"] = f"{higher:g}"
    return Hint("slow", text, values, words, {"optimizer.lr": higher})


def _overfit(trainer: Trainer, history: History, training: Floats) -> Hint | None:
    """Notice a validation loss that rises while the training loss falls."""
    if trainer.state.held_out is None or history.first_exact:
        return None
    validation = history.exact_column("val_loss")
    steps = np.flatnonzero(~np.isnan(validation))
    if len(steps) < MIN_EPOCHS:
        return None
    found = validation[steps]
    best = int(np.argmin(found))
    falls = best < len(training) and training[-1] < training[best]
    if not found[-1] > RISEN * found[best] or not falls:
        return None
    text = mark(
        "core",
        "The network overfits: the loss on validation points was smallest at epoch {epoch} "
        "({best}) and is {last} now, while the training loss fell on.",
    )
    values = {"epoch": best + 1, "best": f"{found[best]:.3g}", "last": f"{found[-1]:.3g}"}
    words = mark("core", "Stop at epoch {epoch}")
    stop = {"epochs": best + 1} if trainer.spec.schedule.epochs else {"steps": int(steps[best]) + 1}
    settings = {f"schedule.{name}": value for name, value in stop.items()}
    return Hint("overfit", text, values, words, settings)


def _imbalance(trainer: Trainer) -> Hint | None:
    """Notice that a network says the most frequent class of everything."""
    classes = trainer.data.classes
    if not classes:
        return None
    x, y = _sample(trainer)
    counts = y.bincount(minlength=len(classes))
    often = int(counts.argmax())
    share = float(counts[often]) / len(y)
    if share < MAJORITY:
        return None
    net = trainer.variants[0].net
    with evaluating(net):
        said = forward_in_batches(net, x).argmax(1)
    if bool((said != often).any()):
        return None
    text = mark(
        "core",
        "{share} of the points are {name}, and the network says {name} of all of them: its "
        "accuracy tells nothing. Let all classes count alike, or add points of the others.",
    )
    values = {"share": f"{share:.1%}", "name": classes[often]}
    if trainer.spec.balances_classes or "class_weights" not in type(trainer.spec).model_fields:
        return Hint("imbalance", text, values)
    settings = {"class_weights": BALANCED}
    return Hint("imbalance", text, values, mark("core", "Balance the classes"), settings)


def _sample(trainer: Trainer) -> tuple[torch.Tensor, torch.Tensor]:
    """Return an even sample of what is trained on, as the network sees it."""
    x, y = trainer.state.train_data
    if len(x) > MAX_ROWS:
        chosen = torch.linspace(0, len(x) - 1, MAX_ROWS).long().to(x.device)
        x, y = x[chosen], y[chosen]
    return x, y


def _epoch_losses(trainer: Trainer, history: History) -> Floats:
    """Return the mean training loss of each whole epoch, shape (epochs,).

    Of a run whose beginning is not known exactly any more there is none.
    """
    if history.first_exact:
        return np.empty(0)
    steps = trainer.batches.steps_per_epoch
    losses = history.exact_column("loss")
    whole = len(losses) // steps
    result: Floats = losses[: whole * steps].reshape(whole, steps).mean(axis=1)
    return result
