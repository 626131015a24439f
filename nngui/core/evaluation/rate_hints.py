"""Advice about a learning rate that was too large, or too small: tried before it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.evaluation.hint import GOOD_FIT, Hint, Offer
from nngui.core.text import mark
from nngui.core.training.usual_rate import LARGER, usual_rate

if TYPE_CHECKING:
    from nngui.core.evaluation.hint import Evidence

MIN_EPOCHS = 5  # with these settings, to speak of how the loss moved
GROWN = 1.5  # times the first loss: less is the noise of a run that began with a good network
MIN_COURSE, MIN_LOSSES = 10, 40  # epochs with a validation loss, or without: does it still fall?
FALLING = 0.05  # of the loss at the end: it fell by so much within the last fifth
LATE = 0.8  # of the run was done when the loss was smallest
EVENLY, LITTLE = 0.12, 0.02  # or by so much of all that it fell, which was not too little
FASTEST = 1.0  # a learning rate that is suggested, at most
USE = mark("core", "Use {lr}")


def diverged(run: Evidence) -> Hint | None:
    """Notice a loss that became no number: the ending says so, and a gentler rate is offered."""
    ending = run.trainer.ending
    if ending is None or ending.kind != "diverged":
        return None
    offer = run.best_offer(gentler_offers(run))
    if offer is None:
        return Hint("diverged", ending.sentence, ending.values)
    values = ending.values | offer.values
    return Hint("diverged", ending.sentence, values, offer.remedy, offer.settings)


def fast(run: Evidence) -> Hint | None:
    """Notice a loss that is larger at the end than it was at the beginning."""
    losses = run.losses
    if run.ended_by("diverged") or len(losses) < MIN_EPOCHS:
        return None
    if not losses[-1] > GROWN * losses[0] or run.fit >= GOOD_FIT:
        return None
    offer = run.best_offer(gentler_offers(run))
    if offer is None:
        return None
    text = mark("core", "The learning rate {rate} is high: the loss went from {first} to {last}.")
    values = _course(run) | offer.values
    return Hint("fast", text, values, offer.remedy, offer.settings)


def slow(run: Evidence) -> Hint | None:
    """Notice a loss that was still falling when the steps ran out, at less than the usual rate."""
    usual = usual_rate(run.trainer.state.task, run.spec)
    if usual <= LARGER * run.spec.optimizer.lr or run.fit >= GOOD_FIT or not is_falling(run):
        return None
    offer = run.best_offer(faster_offers(run))
    if offer is None:
        return None
    text = mark(
        "core",
        "The learning rate {rate} is low: the loss went from {first} to {last}, and was still "
        "falling at the end.",
    )
    return Hint("slow", text, _course(run) | offer.values, offer.remedy, offer.settings)


def is_falling(run: Evidence) -> bool:
    """Return whether the loss was still falling when all steps were done.

    Of validation points, where there are any: the other one falls nearly always.
    """
    found, _ = run.validation
    course = found if len(found) else run.losses
    least = MIN_COURSE if len(found) else MIN_LOSSES
    if not run.ended_by("steps") or len(course) < least:
        return False
    if course.argmin() < LATE * (len(course) - 1):
        return False
    tenth = max(len(course) // 10, 1)
    last = float(course[-tenth:].mean())
    before = float(course[-3 * tenth : -2 * tenth].mean())
    evenly = before - last > EVENLY * float(course[0] - last) > 0
    return before - last > FALLING * last or (evenly and last < (1 - LITTLE) * course[0])


def gentler_offers(run: Evidence) -> list[Offer]:
    """Return smaller rates, the likeliest first.

    The largest rate is to blame that the run has seen; of a run that has a smaller one by now, that
    one is offered from the start.
    """
    task, spec = run.trainer.state.task, run.spec
    seen = run.trainer.state.journal.known
    blamed = max(one.optimizer.lr for one in seen if one.optimizer.name == spec.optimizer.name)
    usual = usual_rate(task, spec)
    start = usual if blamed > LARGER * usual else blamed / 3
    rates = [start, blamed / 2, start / 3, start / 10]
    if spec.optimizer.lr < blamed:
        rates.insert(0, spec.optimizer.lr)
    return _offers([rate for rate in rates if rate < blamed])


def faster_offers(run: Evidence) -> list[Offer]:
    """Return larger rates, the likeliest first."""
    rate, usual = run.spec.optimizer.lr, usual_rate(run.trainer.state.task, run.spec)
    rates = [usual, 10 * rate, 3 * rate, 30 * rate]
    return _offers([other for other in rates if LARGER * rate < other <= FASTEST])


def _offers(rates: list[float]) -> list[Offer]:
    """Return an offer for each of some rates, as they are written."""
    written = dict.fromkeys(f"{rate:.2g}" for rate in rates)
    return [Offer({"optimizer.lr": float(text)}, USE, {"lr": text}) for text in written]


def _course(run: Evidence) -> dict[str, str]:
    first, last = f"{run.losses[0]:.3g}", f"{run.losses[-1]:.3g}"
    return {"rate": f"{run.spec.optimizer.lr:g}", "first": first, "last": last}
