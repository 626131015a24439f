"""Whether a saved state fits a run, asked of states that come from a file.

`RunState.restore` trusts what it is given. A file may hold anything: what fits here can be put
back and trained on, and what does not is refused before anything of it is.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from nngui.core.errors import MISFIT, FileError
from nngui.core.training import optimizers
from nngui.core.training.best import Best
from nngui.core.training.endings import read_ending

if TYPE_CHECKING:
    from nngui.core.training.run_state import RunState
    from nngui.core.training.variant import Variant

LARGEST = 2**53  # a count that is still exact as a float


class _MisfitError(Exception):
    """Says what does not fit, for the log."""


def load_checked(run: RunState, state: dict[str, Any]) -> None:
    """Put a state into a newly built run, all of it or nothing.

    Raises
    ------
    FileError
        When it is not a state of a run of these settings; the run is as it was.
    """
    run.restore(_checked(run, state))


def checked_past(run: RunState, state: dict[str, Any]) -> dict[str, Any]:
    """Return a state of a run's past as it can be put back; its settings may have been others.

    Of an optimizer's options those of now are in it: who puts it back gives it those of then.

    Raises
    ------
    FileError
        When it is not a state of a run of such data and networks.
    """
    try:
        ours, theirs = run.capture()["optimizers"], state["optimizers"]
        options = [mine["param_groups"] for mine in ours]
        optimizers = [
            {**other, "param_groups": mine} for other, mine in zip(theirs, options, strict=True)
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise FileError(MISFIT) from error
    return _checked(run, state | {"optimizers": optimizers})


def _checked(run: RunState, state: dict[str, Any]) -> dict[str, Any]:
    """Return a state as it can be put back.

    Raises
    ------
    FileError
        When it is not a state of a run of these settings.
    """
    try:
        fresh = run.capture()
        state = _of_now(run, state)
        _check(run, fresh, state)
        ending = state["ending"]
        ours = None if ending is None else read_ending(ending).as_dict()
    except (_MisfitError, ValueError) as error:
        raise FileError(MISFIT) from error
    # The options follow from the settings: ours, as 1 equals True, and yet is something else.
    remembered = [
        {"state": theirs["state"], "param_groups": mine["param_groups"]}
        for theirs, mine in zip(state["optimizers"], fresh["optimizers"], strict=True)
    ]
    return state | {"ending": ours, "optimizers": remembered}


def _check(run: RunState, fresh: dict[str, Any], state: dict[str, Any]) -> None:
    _need(state.keys() == fresh.keys(), "other parts")
    for name in ("step", "epoch", "position", "patient_from"):
        value = state[name]
        _need(type(value) is int and 0 <= value < LARGEST, f"{name} is no count")
    for name in ("dead", "dead_before"):
        _need(type(state[name]) is bool, f"{name} is not yes or no")
    _check_place(run, state["order"], state["position"])
    if "rates" in fresh:
        _check_rates(fresh["rates"], state["rates"])
    _check_random(fresh["random"], state["random"], run.device)
    for name in ("networks", "optimizers", "last_finite", "first_loss", "last_loss", "out", "best"):
        parts = state[name]
        _need(isinstance(parts, list) and len(parts) == len(run.variants), f"other {name}")
    for i, variant in enumerate(run.variants):
        first, last = state["first_loss"][i], state["last_loss"][i]
        _need(type(first) is float and math.isfinite(first), "the first loss is no number")
        _need(type(last) is float, "the last loss is no number")
        _need(type(state["out"][i]) is bool, "out is not yes or no")
        _check_alike(fresh["networks"][i], state["networks"][i])
        kept = state["last_finite"][i]
        _need(isinstance(kept, list), "no list of parameters")
        _check_alike(dict(enumerate(fresh["last_finite"][i])), dict(enumerate(kept)))
        _check_best(fresh["networks"][i], state["best"][i])
        _check_optimizer(variant, fresh["optimizers"][i], state["optimizers"][i])


def _of_now(run: RunState, state: object) -> dict[str, Any]:
    """Return a state with what one of an older version of the program does not hold."""
    _need(isinstance(state, dict), "no state")
    assert isinstance(state, dict)
    none = [Best().capture() for _ in run.variants]
    return {"best": none, "patient_from": 0} | state


def _check_best(network: dict[str, Tensor], best: object) -> None:
    """Check where the validation loss was smallest, and the weights that were kept of there."""
    _need(isinstance(best, dict) and best.keys() == vars(Best()).keys(), "no best")
    assert isinstance(best, dict)
    _need(type(best["loss"]) is float and not math.isnan(best["loss"]), "its loss is no number")
    for name in ("epoch", "step"):
        _need(type(best[name]) is int and 0 <= best[name] < LARGEST, f"its {name} is no count")
    for name in ("weights", "latest"):
        if best[name] is not None:
            _check_alike(network, best[name])


def _need(fits: bool, what: str) -> None:
    if not fits:
        raise _MisfitError(what)


def _check_alike(ours: dict[Any, Tensor], theirs: object) -> None:
    """Check that two mappings hold tensors of the same names, shapes and kinds."""
    _need(isinstance(theirs, dict) and theirs.keys() == ours.keys(), "tensors of other names")
    assert isinstance(theirs, dict)
    for name, tensor in ours.items():
        other = theirs[name]
        alike = isinstance(other, Tensor) and other.shape == tensor.shape
        _need(alike and other.dtype == tensor.dtype, f"{name} is of another shape")


def _check_place(run: RunState, order: object, position: int) -> None:
    """Check the place in the pass over the data: a permutation, and how much of it was used."""
    batches, points = run.batches, len(run.batches.x)
    if order is None:
        _need(position == 0, "a place in no pass")
        return
    _need(bool(batches.batch_size), "a pass without batches")
    _need(isinstance(order, Tensor) and order.dtype == torch.int64, "no permutation")
    assert isinstance(order, Tensor)
    in_order = order.shape == (points,) and bool((order.sort().values.cpu() == _all(points)).all())
    _need(in_order, "no permutation of the points")
    _need(position < 2 * points, "a place beyond the pass")  # the last batch may reach over its end


def _check_rates(ours: list[tuple[Any, ...]], theirs: object) -> None:
    """Check what the rates depend on: a smallest loss, epochs, cuts, and losses of an epoch."""
    _need(isinstance(theirs, list) and len(theirs) == len(ours), "other rates")
    assert isinstance(theirs, list)
    for mine, other in zip(ours, theirs, strict=True):
        alike = isinstance(other, tuple | list) and [*map(type, other)] == [*map(type, mine)]
        _need(alike, "no plateau")
        counts = [value for value in other if type(value) is int]
        _need(all(0 <= count < LARGEST for count in counts), "impossible counts of a plateau")


def _all(points: int) -> Tensor:
    return torch.arange(points)


def _check_random(ours: list[Tensor], theirs: object, device: torch.device) -> None:
    """Check the generators' states, each by putting it into a generator of no consequence."""
    _need(isinstance(theirs, list) and len(theirs) == len(ours), "other generators")
    assert isinstance(theirs, list)
    _check_alike(dict(enumerate(ours)), dict(enumerate(theirs)))
    places = (torch.device("cpu"), device)[: len(ours)]
    for state, place in zip(theirs, places, strict=True):
        try:
            torch.Generator(place).set_state(state)
        except RuntimeError as error:
            raise _MisfitError("no state of a generator") from error


def _check_optimizer(variant: Variant, fresh: dict[str, Any], saved: object) -> None:
    """Check an optimizer's memory: of every parameter, or of none where a new one has none."""
    _need(isinstance(saved, dict) and saved.keys() == fresh.keys(), "no optimizer's state")
    assert isinstance(saved, dict)
    try:
        same = bool(saved["param_groups"] == fresh["param_groups"])
    except RuntimeError:  # there are tensors among them
        same = False
    _need(same, "other options")
    memory = saved["state"]
    _need(isinstance(memory, dict), "no optimizer's memory")
    if not memory and not fresh["state"]:
        return
    wanted = _memory_after_a_step(variant)
    _need(memory.keys() == wanted.keys(), "other parameters")
    for number, entries in wanted.items():
        _check_alike(entries, memory[number])
        step = memory[number].get("step")
        _need(step is None or bool(torch.isfinite(step) and step >= 0), "no count of steps")


def _memory_after_a_step(variant: Variant) -> dict[int, Any]:
    """Return what a variant's optimizer remembers once it has taken a step."""
    parameters = variant.net.parameters()
    copies = [torch.nn.Parameter(torch.zeros_like(parameter)) for parameter in parameters]
    optimizer = optimizers.build(variant.settings, copies)
    for group in optimizer.param_groups:
        if "dampening" in group:  # SGD remembers with momentum only, which can change in mid-run
            group["momentum"] = 0.5
    for copy in copies:
        copy.grad = torch.zeros_like(copy)
    optimizer.step()
    memory: dict[int, Any] = optimizer.state_dict()["state"]
    return memory
