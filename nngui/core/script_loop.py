"""The training loop of an exported script, as lines of source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.code_text import float_text

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
        "",
    ]


def loop(spec: Spec, seen: str, *, shared: bool = False) -> list[str]:
    """Return the tutorial's training loop.

    Parameters
    ----------
    seen : str
        How the network sees a batch: an expression with ``{x}`` in it.
    shared : bool
        Whether several processes may share the work (see `sharing`).
    """
    schedule = spec.schedule
    step = _shared_step if shared else _step
    if not schedule.batch_size:
        passes = schedule.epochs or schedule.steps
        head = [f"for {'epoch' if schedule.epochs else 'step'} in range({passes}):"]
        return [*head, *indented(step(spec, seen.format(x="x"), "y"))]
    loader = _loader(spec)
    inner = [
        "for batch_x, batch_y in loader:",
        *indented(step(spec, seen.format(x="batch_x"), "batch_y")),
    ]
    if schedule.epochs:
        return [*loader, f"for epoch in range({schedule.epochs}):", *indented(inner)]
    ends = "    if step == steps:  # also within an epoch"
    return [
        *loader,
        f"step, steps = 0, {schedule.steps}",
        "while step < steps:",
        *indented([*inner, "    step += 1", ends, "        break"]),
    ]


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


def _step(spec: Spec, x: str, y: str) -> list[str]:
    lines = [
        f"prediction = net({x})",
        f"loss = loss_func(prediction, {y})",
        "optimizer.zero_grad()",
        "loss.backward()",
        "optimizer.step()",
    ]
    target, found = float_text(spec.schedule.target_loss), "loss.item()"
    if len(spec.optimizers()) == 1:
        lines.append("print(repr(loss.item()))")
    else:
        found = "min(losses)"
        lines = [
            "losses = []",
            "for net, optimizer in zip(nets, optimizers):",
            *indented([*lines, "losses.append(loss.item())"]),
            "print(*map(repr, losses))",
        ]
    if spec.schedule.target_loss:
        lines += [f"if {found} <= {target}:", "    raise SystemExit"]
    return lines


def _shared_step(spec: Spec, x: str, y: str) -> list[str]:
    """Return a step of which each process takes its part; alone it is the whole, bit for bit."""
    lines = [
        f"part_x = {x}[rank::world].to(device)",
        f"part_y = {y}[rank::world].to(device)",
        "prediction = model(part_x)",
        "loss = prediction.sum()  # of nothing, where a batch is too small for all",
        "if len(part_y):",
        f"    share = {_share(spec, y)}",
        "    loss = loss_func(prediction, part_y) * share",
        "optimizer.zero_grad()",
        "loss.backward()",
        "optimizer.step()",
        "loss = loss.detach() / world",
        "if world > 1:",
        "    torch.distributed.all_reduce(loss)",
        "if rank == 0:",
        "    print(repr(loss.item()))",
    ]
    target = spec.schedule.target_loss
    if target:
        lines += [f"if loss.item() <= {float_text(target)}:", "    raise SystemExit"]
    return lines


def _share(spec: Spec, y: str) -> str:
    """Return what a process's part of a batch is worth, so that the sum is the mean over all."""
    if spec.balances_classes:  # whose mean is one of weights
        return f"class_weights[{y}[rank::world]].sum() * world / class_weights[{y}].sum()"
    return f"len(part_y) * world / len({y})"


def indented(lines: list[str]) -> list[str]:
    """Return lines a level further in."""
    return [f"    {line}" if line else line for line in lines]
