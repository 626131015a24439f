"""What turbo covers, and why it does not cover the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from nngui.core.errors import NnguiError
from nngui.core.networks.quick_modules import Net
from nngui.core.spec.torch_names import LOSSES, OPTIMIZER_NAMES
from nngui.core.text import mark
from nngui.core.turbo.codes import ACTIVATION_CODES, LOSS_CODES, RULE_CODES

if TYPE_CHECKING:
    from nngui.core.training.run_state import RunState


# A layer's weights, and their multiply-adds in a step, from which PyTorch is faster: measured with
# 256-256 (0.5 of PyTorch's rate for 200 points, 1.1 for 32) and six layers of 64 (1.5 for 200).
WIDE, LARGE = 16_384, 3_000_000


def unsupported_reason(state: RunState) -> NnguiError | None:
    """Return why turbo cannot train this run; None when it can."""
    if not state.variants:
        return NnguiError(mark("core", "Turbo has nothing to do here: nothing is trained."))
    if state.device.type != "cpu":
        text = mark("core", "Turbo computes on the processor, and this run on {device}.")
        return NnguiError(text, device=str(state.device).upper())
    if sees_images(state):
        return None
    loss = _other_loss(state)
    if loss is not None:
        return loss
    for variant in state.variants:
        unknown = _unknown_layer(variant.net)
        if unknown:
            text = mark(
                "core",
                "Turbo does not know {name}: it trains Linear layers with ReLU, LeakyReLU, Tanh, "
                "Sigmoid or nothing between them.",
            )
            return NnguiError(text, name=unknown)
        if variant.settings.name not in RULE_CODES:
            text = mark("core", "Turbo does not know the optimizer {name}: PyTorch trains.")
            return NnguiError(text, name=OPTIMIZER_NAMES[variant.settings.name])
    if _is_large(state):
        return NnguiError(
            mark("core", "PyTorch is the faster one for steps as large as this network's.")
        )
    if len({_shape(variant.net) for variant in state.variants}) > 1:
        return NnguiError(
            mark("core", "Turbo trains several networks only if they are of the same shape.")
        )
    return None


def _other_loss(state: RunState) -> NnguiError | None:
    """Return why turbo does not make the run's loss smaller, if it does not."""
    if state.spec.loss not in LOSS_CODES:
        text = mark("core", "Turbo does not know the loss {name}: PyTorch trains.")
        return NnguiError(text, name=LOSSES[state.spec.loss])
    if state.spec.balances_classes:
        return NnguiError(mark("core", "Turbo counts all points alike: PyTorch trains."))
    if state.spec.smoothing:
        return NnguiError(mark("core", "Turbo does not know label smoothing: PyTorch trains."))
    return None


def sees_images(state: RunState) -> bool:
    """Return whether the steps are large: then PyTorch takes them, on all cores."""
    return state.train_data[0].ndim > 2


def _is_large(state: RunState) -> bool:
    """Return whether a step is a matter of large matrices: PyTorch's library multiplies faster."""
    points = len(state.batches.x)
    count = min(state.batches.batch_size or points, points)
    weights = max(
        (linear.weight.numel() for linear, _ in layers_of(state.variants[0].net)), default=0
    )
    return weights >= WIDE and weights * count >= LARGE


def layers_of(net: nn.Module) -> list[tuple[nn.Linear, str]]:
    """Return each Linear layer of a covered network, and the name of what stands behind it."""
    result: list[tuple[nn.Linear, str]] = []
    for module in _modules(net):
        if isinstance(module, nn.Linear):
            result.append((module, "Identity"))
        elif not isinstance(module, nn.Identity):
            result[-1] = result[-1][0], type(module).__name__
    return result


def _modules(net: nn.Module) -> list[nn.Module]:
    return net.parts() if isinstance(net, Net) else list(net.children())


def _unknown_layer(net: nn.Module) -> str:
    """Return the name of the first layer that is not covered where it stands; empty for none."""
    if not isinstance(net, nn.Sequential | Net):
        return type(net).__name__
    behind_linear = False
    for module in _modules(net):
        name = type(module).__name__
        if isinstance(module, nn.Linear):
            behind_linear = True
        elif name not in ACTIVATION_CODES or not behind_linear:
            return name
        elif name != "Identity":
            behind_linear = False
    return ""


def _shape(net: nn.Module) -> tuple[tuple[int, int, str], ...]:
    return tuple((a.in_features, a.out_features, name) for a, name in layers_of(net))
