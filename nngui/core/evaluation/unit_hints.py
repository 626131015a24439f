"""Advice about units that answer to no row, and so get no gradient from any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from nngui.core.evaluation.hint import GOOD_FIT, Hint, Offer
from nngui.core.evaluation.rate_hints import faster_offers, gentler_offers
from nngui.core.forward import evaluating
from nngui.core.spec import MlpSpec
from nngui.core.text import mark
from nngui.core.training.endings import ALL_ZERO, DEAD

if TYPE_CHECKING:
    from nngui.core.evaluation.hint import Evidence

DEAD_SHARE = 0.5  # of the hidden units
MAX_WIDTH = 4096  # of a layer


def all_zero(run: Evidence) -> Hint | None:
    """Notice hidden layers that started from zeros: no gradient ever reaches them."""
    if run.spec.network.init != "zeros" or not _is_zero(run.trainer.variants[0].net):
        return None
    words, own = mark("core", "Use PyTorch's weights"), {"network.init": "pytorch"}
    return Hint("dead", ALL_ZERO.sentence, {}, words, own)


def _is_zero(net: nn.Module) -> bool:
    """Return whether all weights in front of the last layer are 0, and so nothing reaches them."""
    weights = [part.weight for part in net.modules() if isinstance(part, nn.Linear)]
    return len(weights) > 1 and not any(bool(weight.any()) for weight in weights[:-1])


def dead(run: Evidence) -> Hint | None:
    """Notice a network without gradients, or half of its units without, that does not fit."""
    if run.ended_by("diverged"):
        return None
    is_dead = run.trainer.state.health.hint is DEAD
    if is_dead:  # all of it: it was told in mid-run, in these words
        offer = run.best_offer(gentler_offers(run))
        if offer is not None:
            return Hint("dead", DEAD.sentence, offer.values, offer.remedy, offer.settings)
    counted = _dead_units(run)
    if counted is None or run.fit >= GOOD_FIT:
        return Hint("dead", DEAD.sentence, dict(DEAD.values)) if is_dead else None
    rates = [*gentler_offers(run)[:2], *faster_offers(run)[:1]]
    offer = run.best_offer([*_other_units(run), *rates])
    if offer is None:  # nothing that was tried does better: they are not what is wrong
        return Hint("dead", DEAD.sentence, dict(DEAD.values)) if is_dead else None
    text = mark(
        "core",
        "{dead} of {units} hidden units are dead: their ReLU is 0 for every point, and no gradient "
        "reaches them.",
    )
    values = {"dead": counted[0], "units": counted[1]} | offer.values
    return Hint("dead", text, values, offer.remedy, offer.settings)


def _dead_units(run: Evidence) -> tuple[int, int] | None:
    """Return how many units are dead, and of how many; None where it is less than half."""
    network = run.spec.network
    if not isinstance(network, MlpSpec) or network.activation != "relu":
        return None
    out, _ = run.sample()
    net, found, units = run.trainer.variants[0].net, 0, 0
    with evaluating(net):
        for layer in net.children():
            out = layer(out)
            if isinstance(layer, nn.ReLU):
                found += int((out == 0).all(dim=0).sum())
                units += out.shape[1]
    return (found, units) if units and found >= DEAD_SHARE * units else None


def _other_units(run: Evidence) -> list[Offer]:
    """Return what is to be had of the network itself: more units, or such as do not die."""
    network = run.spec.network
    if not isinstance(network, MlpSpec):
        return []
    wider = tuple(min(2 * width, MAX_WIDTH) for width in network.hidden)
    offers = [
        Offer(
            {"network.hidden": wider},
            mark("core", "Twice as many units: {wider}"),
            {"wider": ", ".join(str(width) for width in wider)},
        )
    ]
    if network.activation == "relu":
        use = mark("core", "Use LeakyReLU")
        offers.append(Offer({"network.activation": "leaky_relu"}, use))
    return offers if wider else []
