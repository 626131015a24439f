"""The table of layers, held against PyTorch: options, names, parameters and shapes."""

from __future__ import annotations

import math
import warnings

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from nngui.core.networks.input_shape import input_shape
from nngui.core.networks.layers import (
    LAYERS,
    Layer,
    LayerError,
    check_name,
    checked,
    describe,
    leaves,
    module,
    output_shape,
    tensor_shapes,
)
from tests.core.networks.layer_cases import LAYER_CASES, build, samples, tutorial_cnn, tutorial_net


def layer_of(kind, **options):
    """A layer's checked description; what is not said is PyTorch's default."""
    return Layer(kind, checked(kind, "it", options))


def shape_by_torch(net, shape):
    """The shape that PyTorch makes of a sample; None where it refuses."""
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # of even kernels with padding="same"
        try:
            return tuple(net.eval()(samples(shape, 11)).shape[1:])  # as no layer asks for
        except (RuntimeError, ValueError, IndexError):
            return None


def shape_by_us(kind, options, shape):
    try:
        return output_shape(layer_of(kind, **options), shape)
    except LayerError:
        return None


def torch_layer(kind, options):
    """PyTorch's own layer, or None where its constructor refuses."""
    try:
        return getattr(nn, kind)(**options)
    except (RuntimeError, ValueError):
        return None


def both_shapes(kind, options, shape):
    net = torch_layer(kind, options)
    return shape_by_us(kind, options, shape), net and shape_by_torch(net, shape)


# --- Every entry of the table ---------------------------------------------------------------------


def test_that_every_layer_of_the_table_is_tried_below():
    tried = {type(part).__name__ for source in LAYER_CASES for part in build(source).modules()}
    assert tried == set(LAYERS)


@pytest.mark.parametrize("source", LAYER_CASES)
def test_that_a_layer_described_and_built_again_is_the_same(source):
    net = build(source)
    layer = describe(net)
    again = module(layer)
    assert repr(again) == repr(net)
    assert [name for name, _ in again.named_modules()] == [name for name, _ in net.named_modules()]
    assert describe(again) == layer
    state = net.state_dict()
    assert tensor_shapes(layer) == {name: tuple(t.shape) for name, t in state.items()}
    again.load_state_dict(state, assign=True)
    shape = LAYER_CASES[source]
    assert output_shape(layer, shape) == shape_by_torch(net, shape)
    assert torch.equal(again.eval()(samples(shape)), net.eval()(samples(shape)))


@pytest.mark.parametrize("source", LAYER_CASES)
def test_that_a_layer_finds_a_sample_that_goes_through_it(source):
    net = build(source)
    layer = describe(net)
    shape = input_shape(layer)
    assert None not in shape
    assert output_shape(layer, shape) == shape_by_torch(net, shape)


def test_that_building_draws_no_random_numbers_and_allocates_nothing():
    layers = [describe(build(source)) for source in LAYER_CASES]
    before = torch.get_rng_state()
    for layer in layers:
        net = module(layer)
        assert all(t.is_meta for t in [*net.parameters(), *net.buffers()])
    width = 10_000_000
    huge = module(layer_of("Linear", in_features=width, out_features=width))  # 400 terabytes
    assert huge.weight.shape == (width, width)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("kind", ["Softmax", "LogSoftmax"])
def test_that_a_softmax_that_does_not_say_over_what_is_over_the_classes(kind):
    net = module(layer_of(kind))
    assert repr(net) == f"{kind}(dim=1)"
    assert net(torch.zeros(2, 4)).exp().sum(1).shape == (2,)
    for shape in [(3,), (3, 4, 4)]:
        with pytest.warns(UserWarning, match="Implicit dimension choice"):
            expected = getattr(nn, kind)()(samples(shape))
        assert torch.equal(net(samples(shape)), expected)
    with pytest.raises(LayerError, match="cannot take a sample of the shape 3 × 4"):
        output_shape(layer_of(kind), (3, 4))


def test_that_a_layer_that_is_not_in_the_table_is_named():
    for net in (nn.LSTM(2, 3), nn.Sequential(nn.Linear(1, 2), nn.PReLU()), nn.Linear):
        with pytest.raises(LayerError, match="is not known here"):
            describe(net)

    class Linear(nn.Linear):
        """Of the same name, but somebody's own."""

    with pytest.raises(LayerError, match="the layer Linear is not known here"):
        describe(Linear(1, 2))


def test_that_a_layer_in_two_places_is_described_in_both():
    act, linear = nn.Tanh(), nn.Linear(3, 3)
    layer = describe(nn.Sequential(linear, act, linear, act))
    assert [name for name, _ in leaves(layer)] == ["0", "1", "2", "3"]
    assert list(tensor_shapes(layer)) == ["0.weight", "0.bias", "2.weight", "2.bias"]


# --- Shapes: what PyTorch does, and what it refuses -----------------------------------------------


def each(value, dimensions):
    """One value for all dimensions, or one for each."""
    return value | st.tuples(*[value] * dimensions)


@pytest.mark.parametrize("dimensions", [1, 2])
@settings(max_examples=60)
@given(data=st.data())
def test_that_a_convolution_makes_the_shape_that_pytorch_makes_or_is_refused_as_there(
    dimensions, data
):
    small = each(st.integers(1, 3), dimensions)
    options = {
        "in_channels": data.draw(st.integers(1, 4)),
        "out_channels": data.draw(st.integers(1, 4)),
        "kernel_size": data.draw(each(st.integers(1, 4), dimensions)),
        "stride": data.draw(small),
        "padding": data.draw(
            st.sampled_from(["same", "valid"]) | each(st.integers(0, 2), dimensions)
        ),
        "dilation": data.draw(small),
        "groups": data.draw(st.integers(1, 2)),
        "bias": data.draw(st.booleans()),
    }
    channels = data.draw(st.sampled_from([options["in_channels"]] * 4 + [5]))
    shape = (channels, *[data.draw(st.integers(1, 8)) for _ in range(dimensions)])
    ours, torchs = both_shapes(f"Conv{dimensions}d", options, shape)
    assert ours == torchs


@pytest.mark.parametrize("kind", ["MaxPool1d", "MaxPool2d", "AvgPool2d"])
@settings(max_examples=60)
@given(data=st.data())
def test_that_a_pool_makes_the_shape_that_pytorch_makes_or_is_refused_as_there(kind, data):
    dimensions = int(kind[-2])
    options = {
        "kernel_size": data.draw(each(st.integers(1, 4), dimensions)),
        "stride": data.draw(each(st.integers(1, 4), dimensions)),
        "padding": data.draw(each(st.integers(0, 2), dimensions)),
        "ceil_mode": data.draw(st.booleans()),
    }
    if kind != "AvgPool2d":
        options["dilation"] = data.draw(each(st.integers(1, 3), dimensions))
    shape = (2, *[data.draw(st.integers(1, 8)) for _ in range(dimensions)])
    ours, torchs = both_shapes(kind, options, shape)
    assert ours == torchs


@given(shape=st.lists(st.integers(1, 4), min_size=1, max_size=4), data=st.data())
def test_that_layers_for_any_shape_make_what_pytorch_makes_or_are_refused_as_there(shape, data):
    dim, sizes = st.integers(-6, 6), st.lists(st.integers(1, 4), min_size=1, max_size=3)
    layers = {
        "Linear": st.fixed_dictionaries(
            {"in_features": st.integers(1, 4), "out_features": st.integers(1, 4)}
        ),
        "Softmax": st.fixed_dictionaries({"dim": dim}),
        "LogSoftmax": st.fixed_dictionaries({"dim": dim}),
        "Flatten": st.fixed_dictionaries({"start_dim": dim, "end_dim": dim}),
        "LayerNorm": st.fixed_dictionaries({"normalized_shape": sizes}),
        "BatchNorm1d": st.fixed_dictionaries({"num_features": st.integers(1, 4)}),
        "BatchNorm2d": st.fixed_dictionaries({"num_features": st.integers(1, 4)}),
    }
    kind = data.draw(st.sampled_from(sorted(layers)))
    options = data.draw(layers[kind])
    if kind == "Flatten":  # samples may not be joined with each other: that is refused here only
        assume(options["start_dim"] % (len(shape) + 1) and options["end_dim"] % (len(shape) + 1))
    if "Softmax" in kind:  # nor may what is said of one depend on the others
        assume(options["dim"] not in (0, -len(shape) - 1))
    ours, torchs = both_shapes(kind, options, tuple(shape))
    assert ours == torchs


@given(
    sides=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    hidden=st.tuples(st.booleans(), st.booleans(), st.booleans()),
    kernel=st.integers(1, 4),
)
def test_that_sizes_that_are_not_known_stay_so_or_become_the_right_ones(sides, hidden, kernel):
    net = nn.Sequential(
        nn.Conv2d(2, 3, kernel, 2, padding=1), nn.BatchNorm2d(3), nn.MaxPool2d(2, ceil_mode=True)
    )
    layer, shape = describe(net), (2, *sides)
    unknown = tuple(None if hide else size for hide, size in zip(hidden, shape, strict=True))
    try:
        known = output_shape(layer, shape)
    except LayerError:
        assume(False)
    result = output_shape(layer, unknown)
    assert len(result) == len(known)
    assert all(r in (None, k) for r, k in zip(result, known, strict=True))
    assert result[0] == 3
    assert output_shape(Layer("AdaptiveAvgPool2d", {"output_size": (2, 5)}), unknown)[1:] == (2, 5)


@pytest.mark.parametrize(("start", "end"), [(0, -1), (0, 0), (-4, 2), (2, 1)])
def test_that_samples_are_not_joined_with_each_other(start, end):
    with pytest.raises(LayerError, match="cannot take a sample of the shape 2 × 3 × 4"):
        output_shape(layer_of("Flatten", start_dim=start, end_dim=end), (2, 3, 4))


def test_that_a_layer_that_would_fill_the_memory_is_refused():
    pool = layer_of("AdaptiveAvgPool2d", output_size=(1000, 1000))
    assert output_shape(pool, (16, 1, 1)) == (16, 1000, 1000)
    with pytest.raises(LayerError, match="makes 17 × 1,000 × 1,000 values of one sample"):
        output_shape(pool, (17, 1, 1))


# --- Options and names that are refused -----------------------------------------------------------

CONV = {"in_channels": 4, "out_channels": 4, "kernel_size": 3}


@pytest.mark.parametrize(
    ("kind", "options", "option"),
    [
        ("Linear", {"in_features": 0, "out_features": 1}, "in_features"),
        ("Linear", {"in_features": 1, "out_features": True}, "out_features"),
        ("Linear", {"in_features": 1.0, "out_features": 1}, "in_features"),
        ("Linear", {"in_features": 1, "out_features": 10_000_001}, "out_features"),
        ("Linear", {"out_features": 1}, "in_features"),
        ("Linear", {"in_features": 1, "out_features": 1, "bias": 1}, "bias"),
        ("ReLU", {"inplace": None}, "inplace"),
        ("LeakyReLU", {"negative_slope": math.nan}, "negative_slope"),
        ("ELU", {"alpha": "1"}, "alpha"),
        ("Softplus", {"beta": 0.0}, "beta"),
        ("Softplus", {"threshold": math.inf}, "threshold"),
        ("GELU", {"approximate": "sigmoid"}, "approximate"),
        ("GELU", {"approximate": ["none"]}, "approximate"),
        ("Dropout", {"p": 1.01}, "p"),
        ("Dropout", {"p": -0.1}, "p"),
        ("Softmax", {"dim": 1.0}, "dim"),
        ("Flatten", {"start_dim": 9}, "start_dim"),
        ("Flatten", {"end_dim": None}, "end_dim"),
        ("Conv2d", {**CONV, "kernel_size": 0}, "kernel_size"),
        ("Conv2d", {**CONV, "kernel_size": (3,)}, "kernel_size"),
        ("Conv2d", {**CONV, "kernel_size": 1025}, "kernel_size"),
        ("Conv2d", {**CONV, "stride": 0}, "stride"),
        ("Conv2d", {**CONV, "padding": -1}, "padding"),
        ("Conv2d", {**CONV, "padding": "full"}, "padding"),
        ("Conv1d", {**CONV, "dilation": (1, 1)}, "dilation"),
        ("MaxPool2d", {"kernel_size": "2", "stride": 2}, "kernel_size"),
        ("AdaptiveAvgPool2d", {"output_size": (None, 3)}, "output_size"),
        ("AdaptiveAvgPool2d", {"output_size": (1, 2, 3)}, "output_size"),
        ("BatchNorm1d", {"num_features": 3, "eps": -1e-5}, "eps"),
        ("BatchNorm1d", {"num_features": 3, "momentum": 2}, "momentum"),
        ("LayerNorm", {"normalized_shape": ()}, "normalized_shape"),
        ("LayerNorm", {"normalized_shape": [1] * 9}, "normalized_shape"),
        ("LayerNorm", {"normalized_shape": [3, 0]}, "normalized_shape"),
    ],
)
def test_that_an_option_that_makes_no_sense_is_named(kind, options, option):
    with pytest.raises(LayerError) as caught:
        checked(kind, "conv1.0", options)
    assert str(caught.value) == f"the layer conv1.0 ({kind}) has no usable {option}"


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("Conv2d", {**CONV, "groups": 3}),
        ("Conv2d", {**CONV, "out_channels": 3, "groups": 2}),
        ("Conv2d", {**CONV, "stride": 2, "padding": "same"}),
        ("MaxPool2d", {"kernel_size": 3, "stride": 1, "padding": 2}),
        ("AvgPool2d", {"kernel_size": (4, 3), "stride": 1, "padding": (2, 2)}),
    ],
)
def test_that_options_that_do_not_fit_each_other_are_refused(kind, options):
    with pytest.raises(LayerError) as caught:
        checked(kind, "it", options)
    assert str(caught.value) == f"the options of the layer it ({kind}) do not fit each other"


@pytest.mark.parametrize(
    "name",
    ["", "a.b", ".", "training", "forward", "append", "pop", "_modules", "__class__", "__dict__",
     "a\nb", "\x00", "x" * 201, None, 3, b"hidden", ("hidden",)],
)  # fmt: skip
def test_that_a_name_that_no_layer_can_have_is_refused(name):
    with pytest.raises(LayerError, match=r"^no layer can be called "):
        check_name(name)


@pytest.mark.parametrize(
    "name", ["0", "hidden", "act1", "a b", "Schicht ä", "隐藏层", "x" * 200, "weight", "self"]
)
def test_that_a_name_that_pytorch_takes_is_taken(name):
    check_name(name)
    net = nn.Sequential()
    net.add_module(name, nn.Linear(1, 2))
    assert list(tensor_shapes(describe(net))) == [f"{name}.weight", f"{name}.bias"]


def test_that_names_that_pytorch_refuses_are_refused():
    for name in dir(nn.Sequential()):
        with pytest.raises(KeyError):
            nn.Sequential().add_module(name, nn.ReLU())
        with pytest.raises(LayerError):
            check_name(name)


# --- What a network takes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("net", "sample", "result"),
    [
        (tutorial_net(), (1,), (1,)),
        (tutorial_net(2, 10, 3, "out"), (2,), (3,)),
        (tutorial_cnn(), (1, 28, 28), (10,)),
        (nn.Sequential(), (1,), (1,)),
        (nn.Sequential(nn.Flatten(), nn.Linear(784, 10)), (784,), (10,)),
        (nn.Sequential(nn.BatchNorm1d(5), nn.Tanh(), nn.Linear(5, 2)), (5,), (2,)),
        (nn.Sequential(nn.BatchNorm1d(2), nn.Conv1d(2, 3, 4)), (2, 4), (3, 1)),
        (nn.Sequential(nn.ReLU(), nn.Dropout2d(), nn.Conv2d(3, 1, 3)), (3, 3, 3), (1, 1, 1)),
        (nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), nn.Linear(9, 2)), (1, 6, 6), (2,)),
        (nn.Sequential(nn.LayerNorm([2, 3, 4]), nn.Conv2d(2, 1, 3)), (2, 3, 4), (1, 1, 2)),
    ],
)  # fmt: skip
def test_that_the_sample_that_a_network_takes_is_told_from_its_layers(net, sample, result):
    layer = describe(net)
    assert input_shape(layer) == sample
    assert output_shape(layer, sample) == result == shape_by_torch(net, sample)


def test_that_a_picture_of_unsaid_channels_leaves_them_open():
    net = nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(12, 1))
    assert shape_by_torch(net, (3, 9, 8)) == (1,)
    assert input_shape(describe(net)) == (None, None, None)


def test_that_a_picture_that_is_no_square_leaves_its_sides_open():
    net = nn.Sequential(nn.Conv2d(3, 2, 1), nn.Flatten(), nn.Linear(2 * 4 * 5, 1))
    assert shape_by_torch(net, (3, 4, 5)) == (1,)
    assert input_shape(describe(net)) == (3, None, None)


@pytest.mark.parametrize(
    ("net", "sentence"),
    [
        (
            nn.Sequential(nn.Linear(2, 10), nn.ReLU(), nn.Linear(9, 2)),
            "the layer 2 (Linear) takes 9 values, but is given 10",
        ),
        (
            nn.Sequential(nn.Conv2d(1, 16, 5), nn.Sequential(nn.ReLU(), nn.Conv2d(8, 4, 3))),
            "the layer 1.1 (Conv2d) takes 8 values, but is given 16",
        ),
        (
            nn.Sequential(nn.Linear(2, 3), nn.Conv2d(1, 1, 1)),
            "the layer 1 (Conv2d) cannot take a sample of the shape 3",
        ),
        (
            nn.Sequential(nn.Linear(1, 4), nn.BatchNorm1d(5)),
            "the layer 1 (BatchNorm1d) takes 5 values, but is given 4",
        ),
        (
            nn.Sequential(nn.Linear(1, 4), nn.LayerNorm([2, 4])),
            "the layer 1 (LayerNorm) cannot take a sample of the shape 4",
        ),
    ],
)
def test_that_the_layer_that_does_not_fit_the_one_before_it_is_named(net, sentence):
    with pytest.raises(LayerError) as caught:
        input_shape(describe(net))
    assert str(caught.value) == sentence


BLOCKS = {
    "Conv": lambda n: nn.Conv2d(n, n + 1, 3, padding=1),
    "shrink": lambda n: nn.Conv2d(n, n, 3, 2),
    "MaxPool": lambda _: nn.MaxPool2d(2),
    "BatchNorm": lambda n: nn.BatchNorm2d(n),
    "ReLU": lambda _: nn.ReLU(),
    "Adaptive": lambda _: nn.AdaptiveAvgPool2d(2),
}


@settings(max_examples=40)
@given(st.lists(st.sampled_from(sorted(BLOCKS)), max_size=5), st.integers(0, 3))
def test_that_a_picture_of_the_told_size_goes_through_and_no_smaller_square_does(blocks, linears):
    channels, net = 1, nn.Sequential(nn.Conv2d(1, 1, 1))
    for block in blocks:
        net.append(BLOCKS[block](channels))
        channels += block == "Conv"
    net.extend([nn.AdaptiveAvgPool2d(1), nn.Flatten()])
    net.extend([nn.Linear(channels + i, channels + i + 1) for i in range(linears)])
    layer = describe(net)
    try:
        shape = input_shape(layer)
    except LayerError:  # a picture of 2 x 2, however large the first one was
        assert all(shape_by_torch(net, (1, side, side)) is None for side in (2, 28, 100))
        return
    assert shape == (1, shape[1], shape[1])
    assert output_shape(layer, shape) == shape_by_torch(net, shape) == (channels + linears,)
    if shape[1] > 1:
        assert shape_by_torch(net, (1, shape[1] - 1, shape[1] - 1)) is None
