"""The step microscope's numbers are those of torch.optim."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nngui.core.microscope.records import loss_at
from nngui.core.microscope.settings import DEFAULTS, POINTS, START, MicroSettings
from nngui.core.microscope.steps import Microscope
from nngui.core.microscope.update_rules import METHODS, NAMES, remembered, rule
from nngui.core.spec import OptimizerSpec
from nngui.core.training import optimizers

share = st.floats(0, 0.999)
gradients = st.lists(
    st.floats(-100, 100).map(lambda g: float(np.float32(g))), min_size=1, max_size=6
)


@settings(max_examples=60)
@example("rmsprop", 1.0, 0.0, 0.0, 0.0, 0.0, 0.01, 0.0, [1.0, 0.0, -1.0, 0.0, 0.0])
@given(
    st.sampled_from(METHODS), st.floats(1e-4, 1), share, share, share, share,
    st.sampled_from([0.0, 0.01]), st.floats(-10, 10), gradients,
)  # fmt: skip
def test_that_the_rules_are_those_of_torch(name, lr, mu, alpha, beta1, beta2, decay, start, given):
    spec = OptimizerSpec(
        name=name, lr=lr, momentum=mu, alpha=alpha, beta1=beta1, beta2=beta2, weight_decay=decay
    )
    parameter = torch.nn.Parameter(torch.tensor([start], dtype=torch.float64))
    optimizer = optimizers.build(spec, [parameter])
    p, memory = start, {}
    for step, g in enumerate(given, start=1):
        lines = rule(spec, p, g, memory)
        parameter.grad = torch.tensor([g], dtype=torch.float64)
        optimizer.step()
        assert lines[-1].value == pytest.approx(parameter.item(), rel=1e-9, abs=1e-12)
        state = optimizer.state[parameter]
        memory = remembered(spec, lines)
        for key, value in memory.items():
            assert value == pytest.approx(state[key].item(), rel=1e-9, abs=1e-12)
        # Each step from torch's own numbers: near 0 a difference in the last bit is divided by
        # next to nothing, and grows a million times in the next step.
        memory = {key: state[key].item() for key in memory} | {"step": step}
        p = parameter.item()
    if mu:
        assert set(memory) == {*NAMES[name].values(), "step"}


def test_that_each_line_is_what_its_formula_says():
    """The formulas are shown to people: read as Python, they give the lines' values."""
    words = {"·": "*", "−": "-", "²": "**2", "√": "np.sqrt", "ε": "eps"}
    for name in METHODS:
        spec = DEFAULTS[name].model_copy(update={"weight_decay": 0.1})
        memory = dict.fromkeys(NAMES[name].values(), 0.7) | {"step": 3.0}
        for line in rule(spec, 1.25, -0.5, memory):
            text, numbers = line.formula, {}
            for index, (key, number) in enumerate(line.numbers.items()):
                numbers[f"n{index}"] = number
                text = text.replace(f"{{{key}}}", f"(n{index})")
            for word, python in words.items():
                text = text.replace(word, python)
            eps = 1e-10 if name == "adagrad" else 1e-8
            found = eval(text, {"np": np, "eps": eps}, numbers)
            assert found == pytest.approx(line.value, rel=1e-12), (name, line)


def test_that_every_step_is_the_one_that_torch_takes_by_itself():
    scope = Microscope(MicroSettings(seed=3))
    nets = {name: torch.nn.Linear(1, 1) for name in METHODS}
    with torch.no_grad():
        for net in nets.values():
            net.weight.fill_(START[0])
            net.bias.fill_(START[1])
    steppers = {n: optimizers.build(DEFAULTS[n], net.parameters()) for n, net in nets.items()}
    for _ in range(20):
        seen = scope.step()
        x, y = torch.tensor(seen.x[seen.batch, None]), torch.tensor(seen.y[seen.batch, None])
        assert len(seen.batch) == 4
        for name, net in nets.items():
            steppers[name].zero_grad()
            torch.nn.functional.mse_loss(net(x), y).backward()
            steppers[name].step()
            assert seen.paths[name][-1].tolist() == [net.weight.item(), net.bias.item()]
            assert seen.details[name].off < 1e-6
    assert {len(path) for path in seen.paths.values()} == {21}


def test_that_a_step_taken_back_and_taken_again_is_the_same():
    scope, other = Microscope(MicroSettings()), Microscope(MicroSettings())
    for _ in range(30):
        scope.step()
    for _ in range(15):
        scope.back()
    for _ in range(15):
        scope.step()
    for _ in range(30):
        other.step()
    for name in METHODS:
        assert np.array_equal(scope.now.paths[name], other.now.paths[name])
    for _ in range(40):
        scope.back()
    assert scope.now.step == 0
    assert not scope.goes_back


def test_that_all_points_at_once_leave_no_noise_in_the_gradient():
    scope = Microscope(MicroSettings(batch_size=0))
    losses = [scope.now.losses["sgd"]]
    for _ in range(30):
        losses.append(scope.step().losses["sgd"])
    assert len(scope.now.batch) == POINTS
    assert losses == sorted(losses, reverse=True)


def test_that_other_settings_count_from_the_next_step_on_and_after_going_back():
    scope = Microscope(MicroSettings())
    scope.step()
    scope.change({**DEFAULTS, "sgd": OptimizerSpec(name="sgd", lr=0.5)})
    for _ in range(2):
        before = scope.now.paths["sgd"][-1]
        after = scope.step()
        moved = before - after.paths["sgd"][-1]
        assert np.allclose(moved, 0.5 * after.details["sgd"].gradient, rtol=1e-4)
        scope.back()


def test_that_the_loss_of_a_line_is_its_mean_squared_error():
    now = Microscope(MicroSettings()).now
    expected = np.mean((0.7 * now.x.astype(float) - 0.2 - now.y) ** 2)
    assert loss_at(now.x, now.y, 0.7, -0.2) == pytest.approx(expected)


def test_that_one_that_leaves_for_good_stays_there_and_the_others_go_on():
    wild = {**DEFAULTS, "sgd": OptimizerSpec(name="sgd", lr=1000.0)}
    scope = Microscope(MicroSettings(optimizers=wild))
    for _ in range(30):
        now = scope.step()
    assert np.isfinite(now.paths["sgd"]).all()
    assert "sgd" not in now.details
    assert "adam" in now.details
    assert now.losses["adam"] < scope.back().losses["sgd"]
