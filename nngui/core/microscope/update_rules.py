"""What an optimizer does to one parameter in one step, line by line, with its numbers.

The rules are those of `torch.optim` (its documentation, and `_single_tensor_*` in its source), in
float64 from the very numbers that torch had: gradient, parameter, and what the optimizer remembers.
They know no torch; the tests and `core/microscope.py` hold them against it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nngui.core.spec import OptimizerSpec

EPS_ADAGRAD, EPS = 1e-10, 1e-8  # torch's defaults
METHODS = ("sgd", "momentum", "adagrad", "rmsprop", "adam")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a rule: ``v ← μ·v + g``.

    Attributes
    ----------
    name : str
        What is worked out: ``p`` for the parameter, ``g`` for the gradient, ``k`` for how far it
        goes, and what the rules call ``v``, ``m``, ``s``.
    formula : str
        How, with names in braces: ``{mu}·{v} + {g}``.
    numbers : mapping of str to float
        What stands behind the names.
    value : float
        What comes out.
    """

    name: str
    formula: str
    numbers: Mapping[str, float]
    value: float


def rule(spec: OptimizerSpec, p: float, g: float, memory: Mapping[str, float]) -> tuple[Line, ...]:
    """Return the lines of a step.

    Parameters
    ----------
    spec : OptimizerSpec
        One of `METHODS`, with its settings.
    p, g : float
        The parameter before the step, and its gradient.
    memory : mapping of str to float
        What torch remembers from the steps before, by its names (``momentum_buffer``, ``sum``,
        ``square_avg``, ``exp_avg``, ``exp_avg_sq``, ``step``); empty before the first.

    Returns
    -------
    tuple of Line
        The last is the parameter's. Lines named as torch's memory is are what it remembers next.
    """
    lines: list[Line] = []
    if spec.weight_decay:
        numbers = {"g": g, "λ": spec.weight_decay, "p": p}
        g = g + spec.weight_decay * p
        lines.append(Line("g", "{g} + {λ}·{p}", numbers, g))
    lines += _RULES[spec.name](spec, p, g, memory)
    return tuple(lines)


def remembered(spec: OptimizerSpec, lines: tuple[Line, ...]) -> dict[str, float]:
    """Return what torch should remember after these lines, by its names."""
    if spec.name == "momentum" and not spec.momentum:
        return {}  # torch then keeps no buffer
    values = {line.name: line.value for line in lines}
    return {theirs: values[ours] for ours, theirs in NAMES[spec.name].items() if ours in values}


NAMES: dict[str, dict[str, str]] = {  # our letters, torch's names
    "sgd": {},
    "momentum": {"v": "momentum_buffer"},
    "adagrad": {"s": "sum"},
    "rmsprop": {"s": "square_avg"},
    "adam": {"m": "exp_avg", "v": "exp_avg_sq"},
}


def _sgd(spec: OptimizerSpec, p: float, g: float, _memory: Mapping[str, float]) -> list[Line]:
    numbers = {"p": p, "η": spec.lr, "g": g}
    return [Line("p", "{p} − {η}·{g}", numbers, p - spec.lr * g)]


def _momentum(spec: OptimizerSpec, p: float, g: float, memory: Mapping[str, float]) -> list[Line]:
    before = memory.get("momentum_buffer", 0.0)
    v = spec.momentum * before + g
    return [
        Line("v", "{μ}·{v} + {g}", {"μ": spec.momentum, "v": before, "g": g}, v),
        Line("p", "{p} − {η}·{v}", {"p": p, "η": spec.lr, "v": v}, p - spec.lr * v),
    ]


def _adagrad(spec: OptimizerSpec, p: float, g: float, memory: Mapping[str, float]) -> list[Line]:
    before = memory.get("sum", 0.0)
    s = before + g * g
    width = spec.lr / (math.sqrt(s) + EPS_ADAGRAD)
    return [
        Line("s", "{s} + {g}²", {"s": before, "g": g}, s),
        Line("k", "{η} / (√{s} + ε)", {"η": spec.lr, "s": s}, width),
        Line("p", "{p} − {k}·{g}", {"p": p, "k": width, "g": g}, p - width * g),
    ]


def _rmsprop(spec: OptimizerSpec, p: float, g: float, memory: Mapping[str, float]) -> list[Line]:
    before = memory.get("square_avg", 0.0)
    s = spec.alpha * before + (1 - spec.alpha) * g * g
    width = spec.lr / (math.sqrt(s) + EPS)
    rest = 1 - spec.alpha
    numbers = {"α": spec.alpha, "s": before, "1−α": rest, "g": g}
    return [
        Line("s", "{α}·{s} + {1−α}·{g}²", numbers, s),
        Line("k", "{η} / (√{s} + ε)", {"η": spec.lr, "s": s}, width),
        Line("p", "{p} − {k}·{g}", {"p": p, "k": width, "g": g}, p - width * g),
    ]


def _adam(spec: OptimizerSpec, p: float, g: float, memory: Mapping[str, float]) -> list[Line]:
    first, second = spec.beta1, spec.beta2
    step = memory.get("step", 0.0) + 1
    m_before, v_before = memory.get("exp_avg", 0.0), memory.get("exp_avg_sq", 0.0)
    m = first * m_before + (1 - first) * g
    v = second * v_before + (1 - second) * g * g
    m_hat, v_hat = m / (1 - first**step), v / (1 - second**step)
    after = p - spec.lr * m_hat / (math.sqrt(v_hat) + EPS)
    mean = {"β₁": first, "m": m_before, "1−β₁": 1 - first, "g": g}
    last = {"p": p, "η": spec.lr, "m̂": m_hat, "v̂": v_hat}
    square = {"β₂": second, "v": v_before, "1−β₂": 1 - second, "g": g}
    return [
        Line("m", "{β₁}·{m} + {1−β₁}·{g}", mean, m),
        Line("v", "{β₂}·{v} + {1−β₂}·{g}²", square, v),
        Line("m̂", "{m} / {1−β₁ᵗ}", {"m": m, "1−β₁ᵗ": 1 - first**step}, m_hat),
        Line("v̂", "{v} / {1−β₂ᵗ}", {"v": v, "1−β₂ᵗ": 1 - second**step}, v_hat),
        Line("p", "{p} − {η}·{m̂} / (√{v̂} + ε)", last, after),
    ]


_RULES: dict[str, Callable[[OptimizerSpec, float, float, Mapping[str, float]], list[Line]]] = {
    "sgd": _sgd,
    "momentum": _momentum,
    "adagrad": _adagrad,
    "rmsprop": _rmsprop,
    "adam": _adam,
}
