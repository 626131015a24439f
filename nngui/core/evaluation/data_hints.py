"""Advice about the data: a column that is the target, inputs out of scale, a rare class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nngui.core.evaluation.hint import Hint
from nngui.core.forward import evaluating, forward_in_batches
from nngui.core.spec.keys import flat
from nngui.core.spec.spec import BALANCED
from nngui.core.text import mark

if TYPE_CHECKING:
    from nngui.core.evaluation.hint import Evidence

SAME = 0.9999  # a correlation from which one column is the other
LARGEST_INPUT = 100.0  # beyond it the first steps are dominated by the inputs' units
UNLIKE = 50.0  # times as wide as another input: no learning rate suits both
RARE = 0.7  # times the share that each of so many classes would have alike
MISSED = 0.25  # of a class's points are found at most
MIN_ROWS = 5  # of a class, to speak of how many are found
MAJORITY = 0.9  # the share of a class; where it is said of everything, a single other row is enough


def leak(run: Evidence) -> Hint | None:
    """Notice a feature of a table that is the target itself, or says the same."""
    columns = run.trainer.data.columns
    if columns is None:
        return None
    x, y = (part.cpu() for part in run.sample())  # not every device has float64
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


def scale(run: Evidence) -> Hint | None:
    """Notice inputs of other sizes than networks are made for."""
    if run.trainer.data.standardise or "data.standardise" not in flat(run.trainer.spec):
        return None
    x, _ = run.sample()
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


def imbalance(run: Evidence) -> Hint | None:
    """Notice a rare class that the network hardly ever finds, however high its accuracy.

    It is looked for among the points kept out of training, where enough of them are of the class.
    """
    classes, state = run.trainer.data.classes, run.trainer.state
    if len(classes) < 2:
        return None
    y_train = state.train_data[1]
    shares = y_train.bincount(minlength=len(classes)).double() / len(y_train)
    x, y = _looked_at(run, int(shares.argmin()))
    net = run.trainer.variants[0].net
    with evaluating(net):
        said = forward_in_batches(net, x).argmax(1)
    counts = y.bincount(minlength=len(classes)).double()
    found = y[said == y].bincount(minlength=len(classes)).double()
    recall = found / counts.clamp_min(1)
    only_one = bool((said == said[0]).all()) and float(shares.max()) >= MAJORITY
    enough = counts >= (1 if only_one else MIN_ROWS)
    rare = (shares < RARE / len(classes)) & enough & (recall < MISSED)
    if not bool(rare.any()):
        return None
    which = int(torch.where(rare, recall, 2.0).argmin())
    text = mark(
        "core",
        "Of {count} points of {name}, which {share} of all are, the network finds {found}: its "
        "accuracy of {accuracy} says little about them, and always saying {often} gives {always}.",
    )
    values = {
        "count": f"{counts[which]:,.0f}",
        "name": classes[which],
        "share": f"{shares[which]:.1%}",
        "found": f"{found[which]:,.0f}",
        "accuracy": f"{found.sum() / len(y):.1%}",
        "often": classes[int(counts.argmax())],
        "always": f"{counts.max() / len(y):.1%}",
    }
    if run.spec.balances_classes or "class_weights" not in type(run.spec).model_fields:
        return Hint("imbalance", text, values)
    words = mark("core", "Balance the classes")
    return Hint("imbalance", text, values, words, {"class_weights": BALANCED})


def _looked_at(run: Evidence, rarest: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the points kept out of training, if they tell of the rarest class; else the others."""
    held_out = run.trainer.state.held_out
    if held_out is not None and int((held_out[1] == rarest).sum()) >= MIN_ROWS:
        return held_out
    return run.sample()
