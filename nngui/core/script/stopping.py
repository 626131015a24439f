"""Stopping early in an exported script, as lines of source: validation, patience, best weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nngui.core.code_text import indented

if TYPE_CHECKING:
    from nngui.core.script.course import Change, Course
    from nngui.core.spec import Spec

MAX_ROWS = 200_000  # points that are kept out of training, as scripts are made for


def stops_early(course: Course) -> bool:
    """Return whether a script looks for the best validation loss: to stop, or to keep weights."""
    return bool(course.last.schedule.patience_in_use) or course.keeps_best


def validates(course: Course) -> bool:
    """Return whether a script looks at what is held out; a rate may also go by that."""
    schedule = course.last.schedule
    return stops_early(course) or bool(schedule.rate == "plateau" and schedule.validation)


def best_so_far(course: Course) -> list[str]:
    """Return the lines that begin to look for the smallest validation loss."""
    count, keeps = len(course.last.optimizers()), course.keeps_best
    if count == 1:
        return ["best_loss, best_epoch = math.inf, 0"]
    lines = [f"best_losses, best_epochs = [math.inf] * {count}, [0] * {count}"]
    return [*lines, f"best = [None] * {count}"] if keeps else lines


def validating(course: Course, rows: int, then: list[str], *, shared: bool) -> list[str]:
    """Return what is done when an epoch ends: validate, and remember the best.

    Parameters
    ----------
    rows : int
        How many points at once; 0: all of them.
    then : list of str
        What else is done with ``val_loss``, of several networks with that of number ``i``.
    shared : bool
        Whether several processes share the work: all go by what the first one finds.
    """
    place = ".to(device)" if shared else ""
    said = f"net(x_val{place})"
    if rows:
        said = f"torch.cat([net(part{place}) for part in x_val.split({rows})])"
    lines = [
        "net.eval()",
        "with torch.no_grad():",
        f"    val_loss = loss_func({said}, y_val{place})",
        "net.train()",
        *(["if world > 1:", "    torch.distributed.broadcast(val_loss, 0)"] if shared else []),
    ]
    several = len(course.last.optimizers()) > 1
    loss, epoch = ("best_losses[i]", "best_epochs[i]") if several else ("best_loss", "best_epoch")
    gain = [f"{loss}, {epoch} = val_loss.item(), epoch"]
    if course.keeps_best:
        gain += [f"best{'[i]' if several else ''} = copy.deepcopy(net.state_dict())"]
    if stops_early(course):
        still = f"not diverged{'[i]' if several else ''} and " if several or course.revives else ""
        lines += [f"if {still}val_loss.item() < {loss}:", *indented(gain)]
    lines += then
    return ["for i, net in enumerate(nets):", *indented(lines)] if several else lines


def last_gain(spec: Spec) -> list[str]:
    """Return the lines that say in which epoch any of several networks found its best."""
    if len(spec.optimizers()) == 1:
        return []
    return [
        "gains = [gain for gain, out in zip(best_epochs, diverged) if not out]",
        "last_gain = max(gains, default=0)",
    ]


def patience(spec: Spec, since: str = "") -> list[str]:
    """Return the condition on which it stops early, if it does (see `last_gain`).

    Parameters
    ----------
    since : str
        The epoch from which the patience counts anew; empty: the start.
    """
    epochs = spec.schedule.patience_in_use
    last = "best_epoch" if len(spec.optimizers()) == 1 else "last_gain"
    last = f"max({last}, {since})" if since else last
    return [f"epoch - {last} >= {epochs}"] if epochs else []


def begun_anew(course: Course, change: Change) -> list[str]:
    """Return the lines by which another validation loss is the best, of other data or weights."""
    return best_so_far(course) if change.begins_anew and stops_early(course) else []


def best_back(spec: Spec, *, shared: bool) -> list[str]:
    """Return the lines behind the loop: the best weights put back, and where it stopped."""
    several = len(spec.optimizers()) > 1
    last = "last_gain" if several else "best_epoch"
    told = f'print(f"stopped at epoch {{epoch}}: best was {{{last}}}", file=sys.stderr)'
    told_once = ["if rank == 0:", f"    {told}"] if shared else [told]
    if not spec.schedule.keeps_best:
        return told_once
    if several:
        back = ["for net, weights in zip(nets, best):", "    if weights:"]
        return [*back, "        net.load_state_dict(weights)", *told_once]
    return ["if best_epoch:", "    net.load_state_dict(best)", *told_once]
