"""The training loop of an exported script, as lines of source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.code_text import float_text, indented
from nngui.core.script_racers import ALL_OUT, none_out, race_step
from nngui.core.script_stepping import gradient_lists, learning, rate_code
from nngui.core.script_stopping import (
    best_back,
    best_so_far,
    last_gain,
    patience,
    stops_early,
    validates,
    validating,
)

if TYPE_CHECKING:
    from nngui.core.spec import Spec


def sharing(spec: Spec) -> list[str]:
    """Return the lines that let processes share the gradients."""
    return [
        "net.to(device)",
        *(["loss_func.to(device)"] if spec.balances_classes else []),
        "model = net",
        "if world > 1:",
        "    model = torch.nn.parallel.DistributedDataParallel(net)",
        *(_pairs(spec) if spec.network.needs_pairs else []),
        "",
    ]


def _pairs(spec: Spec) -> list[str]:
    """Return the lines that refuse batches of which a process would get a single point."""
    size, smallest = spec.schedule.batch_size, "len(x)"
    if size:
        smallest = str(size) if spec.schedule.loading["drop_last"] else f"len(x) % {size} or {size}"
    return [
        f"smallest = {smallest}  # of the batches",
        "if smallest // world < 2:",
        '    sys.exit("BatchNorm takes no single point: larger batches, or fewer processes")',
    ]


def loop(spec: Spec, seen: str, rows: int, *, shared: bool = False) -> list[str]:
    """Return the tutorial's training loop.

    Parameters
    ----------
    seen : str
        How the network sees a batch: an expression with ``{x}`` in it.
    rows : int
        How many points are validated at once; 0: all of them.
    shared : bool
        Whether several processes may share the work (see `sharing`).
    """
    schedule, early, rate = spec.schedule, stops_early(spec), rate_code(spec)
    by_loader, by_epochs = bool(schedule.batch_size), bool(schedule.epochs)
    step = (_shared_step if shared else _step)(
        spec, seen.format(x="batch_x" if by_loader else "x"), "batch_y" if by_loader else "y"
    )
    step += rate.each_step
    target = _endings(spec)
    counted = by_loader and (not by_epochs or bool(early and target))
    if by_loader:
        ends = " or ".join([*target, *([] if by_epochs else ["step == steps"])])
        within = [*step, *(["step += 1"] if counted else [])]
        within += [f"if {ends}:  # also within an epoch", "    break"] if ends else []
        step = [*rate.epoch_begins, "for batch_x, batch_y in loader:", *indented(within)]
    if validates(spec):
        judging = validating(spec, rows, rate.validated, shared=shared)
        if counted and (target or not by_epochs):
            judging = ["if step % len(loader) == 0:  # a whole epoch", *indented(judging)]
        step += judging
    step += rate.epoch_ends
    step += last_gain(spec) if early else []
    ends = " or ".join([*target, *(patience(spec) if early else [])])
    step += [f"if {ends}:", "    break"] if ends else []
    begin = best_so_far(spec) if early else []
    return [
        *(_loader(spec) if by_loader else []),
        *begin,
        *none_out(spec),
        *gradient_lists(spec)[0],
        *rate.before,
        *_head(spec, early=early, counted=counted),
        *indented(step),
        *(best_back(spec, shared=shared) if early else []),
    ]


def _head(spec: Spec, *, early: bool, counted: bool) -> list[str]:
    """Return how the outer loop begins: by epochs, or by steps."""
    schedule = spec.schedule
    if schedule.batch_size and not schedule.epochs:
        begin = [f"step, steps = 0, {schedule.steps}"]
        if not early:
            return [*begin, "while step < steps:"]
        return [*begin, "epoch = 0", "while step < steps:", "    epoch += 1"]
    passes = schedule.epochs or schedule.steps
    begin = ["step = 0"] if counted else []
    if early:  # epochs are told to the user, who counts from 1
        return [*begin, f"for epoch in range(1, {passes + 1}):"]
    return [*begin, f"for {'epoch' if schedule.epochs else 'step'} in range({passes}):"]


def passes(spec: Spec) -> list[str]:
    """Return the loop that goes through the batches and prints them, as the tutorial does."""
    schedule = spec.schedule
    shown = [
        "print(",
        "    'Epoch:', epoch, '| Step:', step,",
        "    '| batch x:', batch_x.numpy(), '| batch y:', batch_y.numpy(),",
        ")",
    ]
    inner = ["for step, (batch_x, batch_y) in enumerate(loader):", *indented(shown)]
    if schedule.epochs:
        return [*_loader(spec), f"for epoch in range({schedule.epochs}):", *indented(inner)]
    stop = ["steps -= 1", "if not steps:  # also within an epoch", "    raise SystemExit"]
    return [
        *_loader(spec),
        f"steps = {schedule.steps}",
        "for epoch in range(steps):",
        *indented([*inner, *indented(stop)]),
    ]


def _loader(spec: Spec) -> list[str]:
    options = spec.schedule.loading
    lines = [f"    TensorDataset(x, y), batch_size={spec.schedule.batch_size}, shuffle=True"]
    if not options["shuffle"]:
        lines = [lines[0].replace("True", "False")]
    more = ["    drop_last=True,"] if options["drop_last"] else []
    more += [f"    num_workers={worker_count(spec)},"] if worker_count(spec) else []
    if more:
        lines = [f"{lines[0]},", *more]
    return ["loader = DataLoader(", *lines, ")"]


def worker_count(spec: Spec) -> int:
    """Return how many processes fetch the batches of the script; 0: the script itself."""
    schedule = spec.schedule
    return schedule.worker_processes if schedule.batch_size else 0


def _endings(spec: Spec) -> list[str]:
    """Return the conditions on which the loop ends before its time."""
    several, target = len(spec.optimizers()) > 1, spec.schedule.target_loss
    found = [ALL_OUT] if several else []
    if target and several:  # a loss may be NaN, which `min` may or may not see
        found += [f"any(loss <= {float_text(target)} for loss in losses)"]
    elif target:
        found += [f"loss.item() <= {float_text(target)}"]
    return found


def _step(spec: Spec, x: str, y: str) -> list[str]:
    predicting = [f"prediction = net({x})", f"loss = loss_func(prediction, {y})"]
    if len(spec.optimizers()) == 1:
        return [*predicting, *learning(spec), "print(repr(loss.item()))"]
    lists = {"net": "nets", "optimizer": "optimizers"} | gradient_lists(spec)[1]
    return race_step(lists, predicting, learning(spec))


def _shared_step(spec: Spec, x: str, y: str) -> list[str]:
    """Return a step of which each process takes its part; alone it is the whole, bit for bit."""
    return [
        f"part_x = {x}[rank::world].to(device)",
        f"part_y = {y}[rank::world].to(device)",
        "prediction = model(part_x)",
        "loss = prediction.sum()  # of nothing, where a batch is too small for all",
        "if len(part_y):",
        f"    share = {_share(spec, y)}",
        "    loss = loss_func(prediction, part_y) * share",
        *learning(spec),
        "loss = loss.detach() / world",
        "if world > 1:",
        "    torch.distributed.all_reduce(loss)",
        "if rank == 0:",
        "    print(repr(loss.item()))",
    ]


def _share(spec: Spec, y: str) -> str:
    """Return what a process's part of a batch is worth, so that the sum is the mean over all."""
    if spec.balances_classes:  # whose mean is one of weights
        return f"class_weights[{y}[rank::world]].sum() * world / class_weights[{y}].sum()"
    return f"len(part_y) * world / len({y})"
