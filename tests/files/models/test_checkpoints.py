"""Checkpoints as training scripts keep them: the network in the nest, odd things beside it."""

from __future__ import annotations

import sys
import warnings
from unittest.mock import patch

import pytest
import safetensors.torch
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import prune
from torch.optim.swa_utils import AveragedModel

from nngui.core.errors import NnguiError
from nngui.files.models.errors import (
    ModelTooLargeError,
    SeveralNetworksError,
    UnsupportedModelError,
)
from nngui.files.models.reader import read_model
from tests.core.helpers import same_parameters
from tests.core.networks.layer_cases import LAYER_CASES, build, predictions, samples, tutorial_net
from tests.files.models import odd_things
from tests.files.models.containers import torch_file
from tests.files.models.odd_things import ODD_THINGS, OWN
from tests.files.models.pickles import called, named, ordered, tensor
from tests.files.models.test_reader import notes_of, refusal_of, save

ASIDE = "What the file holds under {} was opened; the rest was left aside."
PIECES = "What {} keeps in two pieces was put together, and is plain from now on: 0.weight."
ATTENTION = "not safe"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "net.pth"


def opens_in_torch(path):
    try:
        torch.load(path, weights_only=True)
    except Exception:  # noqa: BLE001 - whatever PyTorch says of it
        return False
    return True


def quantized(value):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.quantize_per_tensor(value, 0.1, 0, torch.qint8)


# --- What stands beside --------------------------------------------------------------------------


@pytest.mark.parametrize("thing", [*ODD_THINGS, "quantized tensor"])
@pytest.mark.parametrize("protocol", [2, 5])
def test_that_odd_things_beside_the_parameters_are_left_aside(thing, protocol, path):
    state = tutorial_net().state_dict()
    odd = ODD_THINGS[thing] if thing in ODD_THINGS else quantized(torch.ones(3))
    with path.open("wb") as file:
        torch.save({"odd": odd, "state_dict": state}, file, pickle_protocol=protocol)
    found = read_model(path)
    assert same_parameters(found.parameters, state)
    assert notes_of(found) == [ASIDE.format("state_dict")]


def test_that_at_least_as_many_open_as_in_pytorch(path):
    opened = {}
    for thing, odd in ODD_THINGS.items():
        save({"odd": odd, "state_dict": tutorial_net().state_dict()}, path)
        opened[thing] = opens_in_torch(path)
        read_model(path)
    assert 21 <= sum(opened.values()) < len(opened)


@pytest.mark.parametrize("thing", OWN)
def test_that_objects_of_a_script_s_own_classes_are_left_aside(thing, path):
    main = sys.modules["__main__"]
    kind = type(OWN[thing])
    with (
        patch.object(main, kind.__name__, kind, create=True),
        patch.object(kind, "__module__", "__main__"),
    ):
        save({"odd": OWN[thing], "state_dict": tutorial_net().state_dict()}, path)
    assert odd_things.__name__.encode() not in path.read_bytes()
    assert notes_of(read_model(path)) == [ASIDE.format("state_dict")]


@pytest.mark.parametrize(
    ("callee", "arguments"),
    [
        (("os", "system"), ("true",)),
        (("builtins", "eval"), ("1",)),
        (("builtins", "getattr"), (named("os", "path"), "join")),
        (("subprocess", "run"), ("true",)),
        (("collections", "defaultdict"), (named("os", "getcwd"),)),
        (("torch._tensor", "_rebuild_from_type_v2"), (named("os", "system"), 1, ("true",), 2)),
        (("copyreg", "_reconstructor"), (named("os", "system"), 1, 2)),
        (("__main__", "os.system"), ("true",)),
        (("functools", "partial"), (1,)),
    ],
)
def test_that_a_foreign_call_beside_is_not_safe(callee, arguments, path):
    odd = called(named(*callee), *arguments)
    path.write_bytes(torch_file({"odd": odd, "state_dict": ordered({"0.weight": tensor()})}))
    assert ATTENTION in refusal_of(path, UnsupportedModelError)


@pytest.mark.parametrize(
    "callee",
    [("torch", "load"), ("torch.hub", "load"), ("torch.storage", "_load_from_bytes"),
     ("numpy", "load"), ("collections", "namedtuple"), ("torch", "compile"),
     ("numpy.testing._private.utils", "runstring")],
)  # fmt: skip
def test_that_an_unknown_call_of_pytorch_s_is_named_and_not_called_unsafe(callee, path):
    odd = called(named(*callee), "x", {})
    path.write_bytes(torch_file({"odd": odd, "state_dict": ordered({"0.weight": tensor()})}))
    said = refusal_of(path, UnsupportedModelError)
    assert f"it calls {'.'.join(callee)}, and what that does is not known here" in said
    assert ATTENTION not in said
    path.write_bytes(torch_file(called(
        named("torch._tensor", "_rebuild_from_type_v2"), named(*callee), 1, ("x",), 2
    )))  # fmt: skip
    assert "what that does is not known here" in refusal_of(path, UnsupportedModelError)


# --- Where the network is ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nest", "name"),
    [
        (lambda s: {"params": s}, "params"),
        (lambda s: {"weight": s, "train_loss": [1.0]}, "weight"),
        (lambda s: {"a": {"b": [1, {"c": s}]}}, "a.b.1.c"),
        (lambda s: [s, {"epoch": 3}], "0"),
        (lambda s: ({"epoch": 3}, s), "1"),
        (lambda s: {3: s}, "3"),
        (lambda s: {"state": {"model": s}, "ema": {"net": 3}}, "state.model"),
        (lambda s: {"model": s, "optimizer": odd_things.trained().state_dict()}, "model"),
    ],
)
def test_that_the_only_network_in_the_nest_is_opened_and_named(nest, name, path):
    state = tutorial_net().state_dict()
    file = read_model(save(nest(state), path))
    assert same_parameters(file.parameters, state)
    assert notes_of(file) == [ASIDE.format(name)]


plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
nests = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


@given(st.lists(st.tuples(st.sampled_from(["dict", "list", "tuple"]), nests), max_size=6))
def test_that_a_network_is_found_anywhere_in_any_nest(tmp_path_factory, levels):
    path = tmp_path_factory.mktemp("nest") / "net.pth"
    state = tutorial_net().state_dict()
    value = state
    for kind, beside in levels:
        value = {
            "dict": {"x": beside, "here": value},
            "list": [beside, value],
            "tuple": (beside, value),
        }[kind]
    file = read_model(save(value, path))
    assert same_parameters(file.parameters, state)


def test_that_several_networks_are_named_and_one_is_chosen_behind_the_file_s_name(path):
    nets = {"generator": tutorial_net(), "discriminator": nn.Sequential(nn.Linear(3, 3))}
    save({name: net.state_dict() for name, net in nets.items()}, path)
    with pytest.raises(SeveralNetworksError) as caught:
        read_model(path)
    assert caught.value.parts == ("generator", "discriminator")
    assert str(caught.value) == (
        f"{path} holds several networks: generator, discriminator. Name one behind the file: "
        "net.pth::generator"
    )
    for name, net in nets.items():
        file = read_model(path.with_name(f"net.pth::{name}"))
        assert same_parameters(file.parameters, net.state_dict())
        assert (file.path, file.part, file.source) == (path, name, f"{path}::{name}")
    with pytest.raises(UnsupportedModelError, match=r"no network called x, but generator, discr"):
        read_model(path.with_name("net.pth::x"))


def test_that_the_usual_one_of_several_is_opened_and_the_others_are_named(path):
    nets = {"ema": tutorial_net(), "state_dict": tutorial_net()}
    file = read_model(save({k: net.state_dict() for k, net in nets.items()}, path))
    assert file.part == ""
    assert notes_of(file) == [
        "What the file holds under state_dict was opened; it also has ema: name it behind the "
        "file, as in net.pth::ema."
    ]


def test_that_a_file_whose_name_has_two_colons_is_opened_as_it_is(tmp_path):
    state = tutorial_net().state_dict()
    file = read_model(save(state, tmp_path / "a.pth::b"))
    assert (file.part, file.notes) == ("", ())


def test_that_a_step_among_the_parameters_is_left_aside(path):
    state = tutorial_net().state_dict()
    file = read_model(save({**state, "epoch": 3, "best": 0.5}, path))
    assert same_parameters(file.parameters, state)
    assert notes_of(file) == ["Beside the parameters the file has epoch, best: left aside."]


def test_that_long_names_are_cut_in_sentences(path):
    nets = {"a" * 150: tutorial_net().state_dict(), "b" * 150: tutorial_net().state_dict()}
    with pytest.raises(SeveralNetworksError) as caught:
        read_model(save(nets, path))
    assert "a" * 81 not in str(caught.value)
    assert caught.value.parts == tuple(nets)


# --- How parameters are named and kept -----------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("_orig_mod.", ["_orig_mod."]),
        ("module._orig_mod.", ["module.", "_orig_mod."]),
        ("_orig_mod.module.", ["_orig_mod.", "module."]),
    ],
)
@pytest.mark.parametrize("form", ["pth", "safetensors"])
def test_that_what_wrappers_put_before_names_is_taken_away(before, words, form, tmp_path):
    state = tutorial_net().state_dict()
    named_so = {before + name: t for name, t in state.items()}
    path = tmp_path / f"net.{form}"
    if form == "pth":
        save(named_so, path)
    else:
        safetensors.torch.save_file(named_so, path)
    file = read_model(path)
    assert same_parameters(file.parameters, state)
    said = [note for note in notes_of(file) if "names began with" in note]
    assert [note.split()[4].rstrip(",") for note in said] == words


def test_that_an_averaged_model_s_counter_is_left_aside(path):
    net = tutorial_net()
    file = read_model(save(AveragedModel(net).state_dict(), path))
    assert same_parameters(file.parameters, net.state_dict())
    assert "n_averaged was left aside: it counts what AveragedModel averaged." in notes_of(file)


def weight_norm(net):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has become another one
        nn.utils.weight_norm(net[0])


def pruned_twice(net):
    prune.random_unstructured(net[0], "weight", 0.3)
    prune.l1_unstructured(net[0], "weight", 0.5)


SPLIT = {
    "weight_norm": weight_norm,
    "weight_norm of all": lambda net: nn.utils.weight_norm(net[0], dim=None),
    "weight_norm of columns": lambda net: nn.utils.weight_norm(net[0], dim=1),
    "new weight_norm": lambda net: nn.utils.parametrizations.weight_norm(net[0]),
    "pruned": lambda net: prune.l1_unstructured(net[0], "weight", 0.5),
    "pruned twice": pruned_twice,
}


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning")
@pytest.mark.parametrize("how", SPLIT)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_that_a_weight_in_pieces_is_put_together_bit_for_bit(how, dtype, path):
    net = build("Sequential(Linear(4, 7), Tanh(), Linear(7, 2))").to(dtype)
    SPLIT[how](net)
    expected = net(samples((4,)).to(dtype)).detach()
    weight = net[0].weight.detach()
    files = [save(net.state_dict(), path)]
    if "new" not in how:  # PyTorch does not save these whole
        files.append(save(net, path.with_name("whole.pth")))
    said = PIECES.format("pruning" if "pruned" in how else "weight_norm")
    for file in map(read_model, files):
        assert torch.equal(file.parameters["0.weight"], weight.float())
        assert set(file.parameters) == {"0.weight", "0.bias", "2.weight", "2.bias"}
        assert said in notes_of(file)
        if file.net is not None and dtype is torch.float32:
            assert torch.equal(file.net(samples((4,))), expected)


def test_that_pieces_that_do_not_fit_are_refused(path):
    for state in (
        {"weight_g": torch.ones(3, 3), "weight_v": torch.ones(3, 3)},
        {"weight_g": torch.ones(3, dtype=torch.int8), "weight_v": torch.ones(3, dtype=torch.int8)},
        {"weight_orig": torch.ones(3), "weight_mask": torch.ones(2)},
    ):
        with pytest.raises(NnguiError, match="the pieces of a weight do not fit each other"):
            read_model(save(state, path))


def without_counters(net):
    for layer in net.modules():
        layer._buffers.pop("num_batches_tracked", None)
    return net


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("form", ["zip", "legacy"])
def test_that_batch_norm_of_before_0_4_1_gets_its_counter(whole, form, path):
    source = "Sequential(Linear(2, 8), BatchNorm1d(8), ReLU(), Linear(8, 2))"
    net, old = build(source), without_counters(build(source))
    file = read_model(save(old if whole else old.state_dict(), path, form))
    assert list(file.parameters) == list(net.state_dict())
    assert file.parameters["1.num_batches_tracked"] == torch.tensor(0)
    assert notes_of(file) == [
        "Its BatchNorm layers have no num_batches_tracked, as before PyTorch 0.4.1: it starts at 0."
    ]
    if whole:
        assert torch.equal(predictions(file.net, (2,)), predictions(old, (2,)))


@pytest.mark.parametrize("dtype", [torch.float8_e4m3fn, torch.float8_e5m2])
def test_that_float8_becomes_float32_and_this_is_said(dtype, path):
    state = {name: t.to(dtype) for name, t in tutorial_net().state_dict().items()}
    file = read_model(save(state, path))
    assert same_parameters(file.parameters, {name: t.float() for name, t in state.items()})
    kind = str(dtype).removeprefix("torch.")
    assert notes_of(file) == [f"Its numbers were {kind}; they became float32."]


@pytest.mark.filterwarnings("ignore:Complex modules:UserWarning")
def test_that_complex_numbers_open_and_go_into_no_network(path):
    state = {name: t.to(torch.complex64) for name, t in tutorial_net().state_dict().items()}
    file = read_model(save(state, path))
    assert same_parameters(file.parameters, state)
    assert notes_of(file) == ["Its numbers are complex: no network here takes them."]
    net = tutorial_net().to(torch.complex64)
    assert "its numbers are complex" in refusal_of(save(net, path), UnsupportedModelError)


def test_that_expanded_tensors_open_within_the_bounds(path):
    state = {"weight": torch.ones(1).expand(40, 50), "bias": torch.arange(3.0).expand(2, 3)}
    assert same_parameters(read_model(save(state, path)).parameters, state)
    save({"weight": torch.ones(1).expand(1000, 1000)}, path)
    assert "larger than the file itself, as expanded ones" in refusal_of(path, ModelTooLargeError)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (quantized, "its numbers are quantized"),
        (lambda t: t.to_sparse(), "its tensors are sparse"),
        (lambda t: t.to("meta"), "its tensors have no numbers"),
    ],
)
def test_that_tensors_that_are_not_read_are_told_with_the_way_out(make, words, path):
    state = {"weight": make(torch.ones(3, 3))}
    said = refusal_of(save(state, path), UnsupportedModelError)
    assert words in said
    assert said.endswith("Save it as plain tensors of float32: before it is quantized, or dense.")


# --- Whole models --------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", [3, 4, 5])
@pytest.mark.parametrize("source", LAYER_CASES)
def test_that_other_protocols_give_the_same_bits(source, protocol, path):
    net, shape = build(source), LAYER_CASES[source]
    torch.save(net, path, pickle_protocol=protocol)
    file = read_model(path)
    assert file.notes == ()
    assert repr(file.net) == repr(net)
    assert torch.equal(predictions(file.net, shape), predictions(net, shape))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # what torch.compile imports
@pytest.mark.parametrize("wrap", [nn.DataParallel, AveragedModel, torch.compile])
def test_that_a_wrapper_is_taken_off_and_this_is_said(wrap, path):
    net = tutorial_net()
    wrapped = wrap(net)
    torch.save(wrapped, path)
    file = read_model(path)
    kind = type(wrapped).__name__
    said = f"The network in {kind} was opened, without what that adds."
    assert notes_of(file) == [said]
    assert list(file.parameters) == list(tutorial_net().state_dict())
    assert torch.equal(file.net(samples((1,))), net(samples((1,))))


def test_that_an_attribute_beside_the_layers_is_left_aside_and_named(path):
    net = tutorial_net()
    net.note, net.hidden.lr = "abc", 0.1
    file = read_model(save(net, path))
    assert torch.equal(predictions(file.net, (1,)), predictions(net, (1,)))
    assert notes_of(file) == [
        "Attributes that layers have of their own were left aside: note, hidden.lr."
    ]


@pytest.mark.parametrize("name", ["reset_parameters", "forward", "_conv_forward", "__len__"])
def test_that_an_attribute_in_a_method_s_place_is_not_safe(name, path):
    net = nn.Sequential(nn.Conv2d(1, 1, 3))
    net[0].__dict__[name] = "x"
    assert ATTENTION in refusal_of(save(net, path), UnsupportedModelError)


def test_that_an_attribute_that_may_be_a_misspelt_one_is_refused(path):
    net = nn.Sequential(nn.LayerNorm(3))
    net[0].__dict__["epz"] = net[0].__dict__.pop("eps")
    said = refusal_of(save(net, path), UnsupportedModelError)
    assert "a layer has the unknown attribute epz" in said


def test_that_hooks_of_pytorch_s_own_are_named_with_the_way_out(path):
    net = nn.Sequential(nn.utils.spectral_norm(nn.Linear(2, 2)))
    said = refusal_of(save(net, path), UnsupportedModelError)
    assert "a layer has the hook torch.nn.utils.spectral_norm.SpectralNorm" in said
    assert said.endswith("Ask for a file with the parameters only.")
    assert read_model(save(net.state_dict(), path)).kind == "parameters"


@pytest.mark.parametrize("kind", [nn.ModuleList, nn.Sequential])
def test_that_a_list_of_layers_is_refused_as_only_code_knows_their_order(kind, path):
    net = kind([nn.ModuleList([nn.Linear(1, 1)])]) if kind is nn.ModuleList else None
    net = net or kind(nn.ModuleList([nn.Linear(1, 1)]))
    said = refusal_of(save(net, path), UnsupportedModelError)
    assert "it keeps layers in a ModuleList, whose order only its code knows" in said


def test_that_softmax_over_the_batch_is_refused(path):
    for dim in (0, -2):
        net = nn.Sequential(nn.Linear(2, 2), nn.Softmax(dim=dim))
        with pytest.raises(NnguiError, match="works across the samples of a batch"):
            read_model(save(net, path))


def test_that_attributes_of_tensors_are_left_aside_and_this_is_said(path):
    net = tutorial_net()
    net.hidden.weight.tag = "x"
    for value in (net, dict(net.named_parameters())):
        file = read_model(save(value, path))
        assert same_parameters(file.parameters, net.state_dict())
        assert notes_of(file) == ["Attributes that its tensors carried were left aside."]


def tied():
    net = build("Sequential(Linear(4, 4), ReLU(), Linear(4, 4))")
    net[2].weight = net[0].weight
    return net


def test_that_tied_weights_are_named_and_stay_tied(path):
    file = read_model(save(tied(), path))
    assert file.tied == (("0.weight", "2.weight"),)
    assert notes_of(file) == [
        "These are one parameter, and stay so (tied weights): 0.weight = 2.weight."
    ]
    assert file.net[0].weight is file.net[2].weight
    file = read_model(save(tied().state_dict(), path))
    assert notes_of(file) == [
        "These were one parameter (tied weights), and are trained apart: 0.weight = 2.weight."
    ]


def test_that_a_tied_model_trains_as_in_pytorch(path):
    def train(net):
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            net(samples((4,), 8)).square().mean().backward()
            optimizer.step()
        return net.state_dict()

    file = read_model(save(tied(), path))
    assert same_parameters(train(file.net), train(tied()))
