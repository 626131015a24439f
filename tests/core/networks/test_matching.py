"""Whether saved parameters, or a saved network, fit what the form can describe."""

from __future__ import annotations

from collections import OrderedDict

import pytest
import torch
from torch import nn

from nngui.core.errors import NnguiError
from nngui.core.networks.build import build_mlp
from nngui.core.networks.layers import describe
from nngui.core.networks.matching import MisfitError, Row, matched, shapes_of
from nngui.core.networks.mlp_from_file import Perceptron, spec_from_layers, spec_from_shapes
from nngui.core.spec import MlpSpec
from nngui.core.spec.toml import with_settings
from nngui.core.spec.torch_names import ACTIVATIONS
from nngui.core.training.outline import expected_shapes
from tests.core.helpers import TASKS, spec_of
from tests.core.networks.layer_cases import tutorial_cnn, tutorial_net

MORE = "This network is more than the tabs can train"
SPECS = [
    MlpSpec(hidden=hidden, dropout=dropout, activation=activation)
    for hidden in [(), (10,), (8, 6, 4)]
    for dropout in (0.0, 0.25)
    for activation in ("relu", "tanh", "identity")
]
SPECS += [
    MlpSpec(hidden=hidden, norm=norm, dropout=dropout)
    for hidden in [(10,), (8, 6, 4), (2, 2)]
    for norm in ("batch", "layer")
    for dropout in (0.0, 0.25)
]


def told(*layers):
    return spec_from_layers(describe(nn.Sequential(*layers)))


# --- Parameters by name or by order ---------------------------------------------------------------


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_that_the_expected_parameters_are_those_of_the_network_that_is_built(spec):
    net = build_mlp(spec, 3, 2, "out")
    settings = spec_of("classification").model_copy(update={"network": spec})
    expected = expected_shapes(TASKS["classification"], settings, (3,), 2)
    assert expected == shapes_of(net.state_dict())
    assert list(expected) == list(net.state_dict())


def test_that_parameters_are_matched_by_name_in_whatever_order_they_stand():
    net = tutorial_net(2, 4, 4, "out")
    state = net.state_dict()
    backwards = dict(reversed(state.items()))
    result = matched(backwards, shapes_of(net.state_dict()))
    assert list(result) == list(state)
    assert all(result[name] is backwards[name] for name in state)


def test_that_parameters_of_other_names_are_matched_by_their_order():
    net = tutorial_net(2, 3, 3, "out")
    found = dict(zip(("0.weight", "0.bias", "2.weight", "2.bias"), net.state_dict().values(),
                     strict=True))  # fmt: skip
    result = matched(found, shapes_of(net.state_dict()))
    assert list(result) == ["hidden.weight", "hidden.bias", "out.weight", "out.bias"]
    assert [id(t) for t in result.values()] == [id(t) for t in found.values()]


@pytest.mark.parametrize("names", ["hidden predict", "0 2"])
def test_that_a_wrong_width_is_told_by_the_network_s_name_and_both_shapes(names):
    first, last = names.split()
    file = OrderedDict([(first, nn.Linear(1, 12)), ("act", nn.ReLU()), (last, nn.Linear(12, 1))])
    with pytest.raises(MisfitError) as caught:
        matched(nn.Sequential(file).state_dict(), shapes_of(tutorial_net().state_dict()))
    assert str(caught.value) == (
        "The saved parameters do not fit the network: hidden.weight should have the shape "
        "10 × 1, but the file has 12 × 1."
    )
    assert caught.value.rows == [
        Row("hidden.weight", (10, 1), (12, 1)),
        Row("hidden.bias", (10,), (12,)),
        Row("predict.weight", (1, 10), (1, 12)),
        Row("predict.bias", (1,), (1,)),
    ]
    assert [row.fits for row in caught.value.rows] == [False, False, False, True]


def test_that_too_few_and_too_many_parameters_are_told():
    one, two = tutorial_net(), build_mlp(MlpSpec(hidden=(10, 10)), 1, 1, "predict")
    with pytest.raises(MisfitError, match=r"the file lacks predict\.bias \(1\)\."):
        matched(dict(list(one.state_dict().items())[:-1]), shapes_of(one.state_dict()))
    with pytest.raises(MisfitError) as caught:
        matched(two.state_dict(), shapes_of(one.state_dict()))
    assert [row.name for row in caught.value.rows] == [*one.state_dict(), "predict.weight",
                                                       "predict.bias"]  # fmt: skip
    assert [row.expected for row in caught.value.rows][-2:] == [None, None]
    with pytest.raises(MisfitError):
        matched({}, shapes_of(one.state_dict()))


def test_that_one_number_is_called_so():
    with pytest.raises(MisfitError, match=r"shape 1, but the file has one number\."):
        matched({"bias": torch.tensor(1.0)}, {"bias": (1,)})


# --- Told from the parameters alone ---------------------------------------------------------------


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_that_the_widths_are_told_from_parameters_of_any_names(spec):
    net = build_mlp(spec, 3, 2, "out")
    expected = Perceptron(3, spec.hidden, 2, norm=spec.norm)
    assert spec_from_shapes(shapes_of(net.state_dict())) == expected
    numbered = {f"{i}.x": shape for i, shape in enumerate(shapes_of(net.state_dict()).values())}
    assert spec_from_shapes(numbered) == expected
    assert expected.settings() == {
        "network.hidden": list(spec.hidden),
        "network.dropout": 0.0,
        "network.norm": spec.norm,
    }


@pytest.mark.parametrize(
    "net",
    [
        nn.Sequential(),
        tutorial_cnn(),
        nn.Linear(2, 3, bias=False),
        nn.Sequential(nn.LayerNorm(2), nn.Linear(2, 3), nn.Linear(3, 1)),
        nn.Sequential(nn.Linear(2, 3), nn.LayerNorm(3), nn.Linear(3, 3), nn.Linear(3, 1)),
        nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3, affine=False), nn.Linear(3, 1)),
        nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1), nn.BatchNorm1d(1)),
        nn.Sequential(nn.Linear(2, 3), nn.Linear(4, 1)),
        nn.Sequential(nn.Linear(2, 4097), nn.Linear(4097, 1)),
        nn.Sequential(*[nn.Linear(1, 1) for _ in range(34)]),
    ],
)
def test_that_parameters_of_another_network_are_no_perceptron(net):
    assert spec_from_shapes(shapes_of(net.state_dict())) is None


def test_that_the_widest_and_deepest_that_the_form_takes_are_told():
    wide = nn.Sequential(nn.Linear(2, 4096), nn.Linear(4096, 5000))
    assert spec_from_shapes(shapes_of(wide.state_dict())) == Perceptron(2, (4096,), 5000)
    deep = nn.Sequential(*[nn.Linear(1, 1) for _ in range(33)])
    found = spec_from_shapes(shapes_of(deep.state_dict()))
    assert found.hidden == (1,) * 32
    for perceptron in (spec_from_shapes(shapes_of(wide.state_dict())), found):
        with_settings(spec_of("regression"), perceptron.settings())  # the form takes them


# --- Told from a whole network --------------------------------------------------------------------


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("dropout", [0.0, 0.3])
@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
def test_that_a_network_of_the_form_is_told_back(activation, dropout, norm):
    spec = MlpSpec(hidden=(5, 4), dropout=dropout, activation=activation, norm=norm)
    found = spec_from_layers(describe(build_mlp(spec, 2, 3, "out")))
    assert found == Perceptron(2, (5, 4), 3, activation, dropout, norm)
    again = with_settings(spec_of("classification"), found.settings()).network
    assert again == spec


def test_that_a_lone_linear_says_nothing_of_the_activation():
    found = told(nn.Linear(2, 3))
    assert found == Perceptron(2, (), 3)
    assert "network.activation" not in found.settings()


def test_that_linears_with_nothing_between_them_have_no_activation():
    assert told(nn.Linear(2, 3), nn.Linear(3, 1)) == Perceptron(2, (3,), 1, "identity")


@pytest.mark.parametrize("last", [nn.Softmax(1), nn.LogSoftmax(1)])
def test_that_a_softmax_at_the_end_is_left_out_and_this_is_said(last):
    found = told(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2), last)
    assert (found.hidden, found.activation) == ((3,), "tanh")
    name = type(last).__name__
    assert [str(note) for note in found.notes] == [
        f"Its last layer, {name}, is left out: the loss applies it here."
    ]


def test_that_layers_within_layers_and_inplace_make_no_difference():
    block = nn.Sequential(nn.Linear(2, 3), nn.ReLU(inplace=True))
    assert told(block, nn.Sequential(nn.Linear(3, 1))) == Perceptron(2, (3,), 1, "relu")


@pytest.mark.parametrize(
    "layers",
    [
        (),
        (nn.ReLU(),),
        (nn.Linear(2, 3), nn.ReLU()),
        (nn.ReLU(), nn.Linear(2, 3)),
        (nn.Linear(2, 3, bias=False),),
        (nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 1)),
        (nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 3), nn.Linear(3, 1)),
        (nn.Linear(2, 3), nn.Dropout(0.1), nn.ReLU(), nn.Linear(3, 1)),
        (nn.Linear(2, 3), nn.ReLU(), nn.Softmax(1), nn.Linear(3, 1)),
        (nn.Linear(2, 3), nn.LeakyReLU(0.2), nn.Linear(3, 1)),
        (nn.Linear(2, 3), nn.GELU("tanh"), nn.Linear(3, 1)),
        (nn.Linear(2, 3), nn.ReLU(), nn.BatchNorm1d(3), nn.Linear(3, 1)),
        (nn.Linear(2, 3), nn.BatchNorm1d(3, eps=1e-3), nn.ReLU(), nn.Linear(3, 1)),
        (nn.Linear(2, 3), nn.BatchNorm1d(3, momentum=None), nn.ReLU(), nn.Linear(3, 1)),
        (nn.Linear(2, 3), nn.BatchNorm1d(3, affine=False), nn.ReLU(), nn.Linear(3, 1)),
        (nn.Linear(2, 3), nn.LayerNorm(3, bias=False), nn.ReLU(), nn.Linear(3, 1)),
        (nn.BatchNorm1d(2), nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)),
        (nn.Linear(2, 3), nn.LayerNorm(3), nn.ReLU(), nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 1)),
        (
            *(nn.Linear(2, 3), nn.LayerNorm(3), nn.ReLU()),
            *(nn.Linear(3, 3), nn.BatchNorm1d(3), nn.ReLU(), nn.Linear(3, 1)),
        ),
        (nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 3), nn.ReLU(), nn.Dropout(0.2), nn.Linear(3, 1)),
        (nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(2, 1)),
        (nn.Softmax(1),),
    ],
    ids=str,
)
def test_that_a_network_that_is_more_than_a_perceptron_is_refused(layers):
    with pytest.raises(NnguiError, match=MORE):
        told(*layers)


def test_that_a_network_larger_than_the_form_takes_is_refused():
    with pytest.raises(NnguiError, match="This network is larger than the tabs can train"):
        told(nn.Linear(2, 5000), nn.ReLU(), nn.Linear(5000, 1))
    drop = nn.Dropout(0.95)
    with pytest.raises(NnguiError, match="than the tabs can train"):
        told(nn.Linear(2, 3), nn.ReLU(), drop, nn.Linear(3, 1))
