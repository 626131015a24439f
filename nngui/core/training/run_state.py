"""The whole state of a run, taken and put back exactly.

Pausing, going back, branching and recovering from a crash stand on this one pair of functions.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from nngui.core.training import optimizers
from nngui.core.training.endings import DEAD, Ending

if TYPE_CHECKING:
    from nngui.core.trainer import Trainer


def take(trainer: Trainer) -> dict[str, Any]:
    """Return the whole state of a run: plain values and tensors, copied."""
    batches, variants = trainer.batches, trainer.variants
    return {
        "step": trainer.step_count,
        "epoch": batches.epoch,
        "position": batches.position,
        "order": None if batches.order is None else batches.order.clone(),
        "random": [state.clone() for state in trainer.random.states],
        "networks": [copy.deepcopy(v.net.state_dict()) for v in variants],
        "optimizers": [optimizers.state_of(v.optimizer) for v in variants],
        "last_finite": [[t.clone() for t in v.last_finite] for v in variants],
        "first_loss": [v.first_loss for v in variants],
        "last_loss": [v.last_loss for v in variants],
        "out": [v.out for v in variants],
        "dead_before": trainer.health.dead_before,
        "dead": trainer.health.hint is not None,
        "ending": None if trainer.ending is None else trainer.ending.as_dict(),
    }


def put_back(trainer: Trainer, state: dict[str, Any]) -> None:
    """Put back what `take` returned for a run of the same Spec, also in another process."""
    batches, variants = trainer.batches, trainer.variants
    trainer.step_count = state["step"]
    batches.epoch, batches.position = state["epoch"], state["position"]
    order = state["order"]
    batches.order = None if order is None else order.to(trainer.device, copy=True)
    trainer.random.states = [kept.clone() for kept in state["random"]]
    for i, variant in enumerate(variants):
        variant.net.load_state_dict(state["networks"][i])
        variant.optimizer.load_state_dict(copy.deepcopy(state["optimizers"][i]))
        variant.last_finite = [
            kept.to(trainer.device, copy=True) for kept in state["last_finite"][i]
        ]
        variant.first_loss, variant.last_loss = state["first_loss"][i], state["last_loss"][i]
        variant.out = state["out"][i]
    trainer.health.dead_before = state["dead_before"]
    trainer.health.hint = DEAD if state["dead"] else None
    trainer.ending = None if state["ending"] is None else Ending(**state["ending"])
