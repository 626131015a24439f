"""The CNN: the program's rates against a plain loop of PyTorch on all cores.

    python tests/benchmarks/cnn.py [--rounds 5] [--seconds 3] [--kind digits] [--json]

Run it on a screen, or with QT_QPA_PLATFORM=offscreen. The yardstick is the tutorial's loop with as
many threads as there are cores, in this process, without a window. Beside it: the program's plain
loop (one thread, bit for bit its script), turbo, and turbo with the window live at unlimited pace.
Threads that have to share a core are slower by far: let nothing else run on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from typing import TYPE_CHECKING

import torch
from live import live_rate

from nngui.core.spec.toml import with_settings
from nngui.core.trainer import Trainer
from nngui.core.turbo import cache as turbo_cache
from nngui.gui.app import start

if TYPE_CHECKING:
    from nngui.core.spec import Spec
    from nngui.core.task import Task


def bare_rate(task: Task, spec: Spec, seconds: float) -> float:
    """Return steps per second of the tutorial's loop on all cores."""
    trainer = Trainer(task, spec)  # for its data, network and optimizer
    torch.set_num_threads(os.cpu_count() or 1)
    net, optimizer = trainer.variants[0].net, trainer.variants[0].optimizer
    (x, y), size = trainer.state.train_data, spec.schedule.batch_size
    steps, until = 0, time.perf_counter() + seconds
    began = time.perf_counter()
    while time.perf_counter() < until:
        order = torch.randperm(len(x))
        for first in range(0, len(x), size):
            chosen = order[first : first + size]
            loss = trainer.state.loss_func(net(x[chosen]), y[chosen])
            loss.item()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            steps += 1
            if time.perf_counter() >= until:
                break
    rate = steps / (time.perf_counter() - began)
    torch.set_num_threads(1)
    return rate


def our_rate(task: Task, spec: Spec, seconds: float, engine: str) -> float:
    """Return steps per second of the program's loop, without a window."""
    trainer = Trainer(task, spec)
    trainer.set_engine(engine)
    trainer.advance(0.5)
    before, began = trainer.step_count, time.perf_counter()
    while time.perf_counter() < began + seconds:
        trainer.advance(0.05)
    return (trainer.step_count - before) / (time.perf_counter() - began)


def main() -> None:
    """Measure in turns, and print a line for each rate, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--kind", default="digits", choices=("digits", "fashion_mnist"))
    parser.add_argument("--json", action="store_true", help="JSON in place of lines")
    options = parser.parse_args()
    turbo_cache.kernel()  # else the window would not have turbo yet
    window = start("en", "light", remember=False).window
    window.open_task("cnn")
    window.show()
    window.wake()
    task = window.tab.task
    spec = with_settings(task.spec, {"data.kind": options.kind, "schedule.epochs": 100_000})
    rates: dict[str, list[float]] = {}
    for _ in range(options.rounds):
        window.hide()
        bare = bare_rate(task, spec, options.seconds)
        found = {
            "plain": our_rate(task, spec, options.seconds, "torch"),
            "turbo": our_rate(task, spec, options.seconds, "turbo"),
        }
        window.show()
        for name, on in (("plain, live", False), ("turbo, live", True)):
            window.tab.run.set_turbo(on)
            found[name] = live_rate(window, spec, options.seconds).rate
        rates.setdefault("bare loop, all cores, steps/s", []).append(bare)
        for name, rate in found.items():
            rates.setdefault(f"{name}, of the bare loop", []).append(rate / bare)
    window.close()
    result = {
        name: {
            "median": float(f"{statistics.median(values):.3g}"),
            "spread": [float(f"{min(values):.3g}"), float(f"{max(values):.3g}")],
        }
        for name, values in rates.items()
    }
    if options.json:
        print(json.dumps({options.kind: result}))
        return
    for name, value in result.items():
        print(f"{name:>34}  {value}")


if __name__ == "__main__":
    main()
