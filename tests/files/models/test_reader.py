"""Model files that PyTorch wrote, opened: the same layers, numbers and predictions.

(What the reader withstands is tested with the hostile files.)
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections import OrderedDict

import pytest
import safetensors.torch
import torch
from torch import nn

from nngui.core.networks.layers import describe
from nngui.files.models.errors import (
    CorruptedModelError,
    InconsistentModelError,
    ModelFileError,
    NotAModelFileError,
    UnreadableModelError,
    UnsupportedModelError,
)
from nngui.files.models.reader import read_model
from nngui.files.models.writer import save_model, save_parameters
from tests.core.helpers import run_python, same_parameters
from tests.core.networks.layer_cases import (
    CNN,
    LAYER_CASES,
    NET,
    build,
    predictions,
    samples,
    tutorial_cnn,
    tutorial_net,
)

NO_CHECKSUM = "The file carries no checksum: damage to its numbers would not show."
FORMATS = {"zip": True, "legacy": False}


def save(value, path, form="zip"):
    with path.open("wb") as file:
        torch.save(value, file, _use_new_zipfile_serialization=FORMATS[form])
    return path


def notes_of(file):
    return [str(note) for note in file.notes]


def refusal_of(path, kind):
    """The sentence of a file that is not opened: of this kind, and naming the file."""
    with pytest.raises(ModelFileError) as caught:
        read_model(path)
    assert type(caught.value) is kind
    sentence = str(caught.value)
    assert sentence.startswith(str(path))
    assert sentence.endswith(".")
    return sentence.removeprefix(str(path)).strip()


@pytest.fixture(params=FORMATS)
def form(request):
    return request.param


@pytest.fixture
def path(tmp_path):
    return tmp_path / "net.pkl"


# --- Whole models ---------------------------------------------------------------------------------


@pytest.mark.parametrize("source", LAYER_CASES)
def test_that_a_whole_model_predicts_the_same_bit_for_bit(source, path, form):
    net, shape = build(source), LAYER_CASES[source]
    save(net, path, form)
    file = read_model(path)
    assert (file.kind, file.format, file.path) == ("model", form, path)
    assert file.size == path.stat().st_size
    assert file.notes == ()
    assert repr(file.net) == repr(net)
    assert file.layer == describe(net)
    assert list(file.parameters) == list(net.state_dict())
    assert same_parameters(file.parameters, net.state_dict())
    assert torch.equal(predictions(file.net, shape), predictions(net, shape))


def test_that_an_opened_model_trains_on_as_the_saved_one_does(path, form):
    def train(net):
        torch.manual_seed(3)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        for _ in range(3):
            loss = net(samples((2,), 8)).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return net.state_dict()

    net = nn.Sequential(
        nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 1)
    ).eval()
    net[0].weight.requires_grad_(False)
    save(net, path, form)
    file = read_model(path)
    assert all(module.training for module in file.net.modules())
    net.train()[0].weight.requires_grad_(True)
    assert same_parameters(train(file.net), train(net))


def test_that_opening_draws_no_random_numbers(path):
    save(tutorial_cnn(), path)
    before = torch.get_rng_state()
    read_model(path)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    ("net", "sample"), [(tutorial_net(2, 10, 2, "out"), (2,)), (tutorial_cnn(), (1, 28, 28))]
)
def test_that_the_sample_that_a_model_takes_is_told(net, sample, path):
    assert read_model(save(net, path)).input == sample


def test_that_modules_and_parameters_in_two_places_are_in_both(path, form):
    linear, act = nn.Linear(3, 3), nn.Tanh()
    net = nn.Sequential(linear, act, linear, act, nn.Linear(3, 3))
    net[4].weight = linear.weight
    file = read_model(save(net, path, form))
    assert same_parameters(file.parameters, net.state_dict())
    assert torch.equal(predictions(file.net, (3,)), predictions(net, (3,)))


def test_that_parameters_lie_as_they_like_in_the_saved_memory(path, form):
    memory = torch.arange(40.0)
    net = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 4), nn.Linear(4, 2))
    net[0].weight = nn.Parameter(memory[1:7].reshape(2, 3))
    net[0].bias = nn.Parameter(memory[3:9:5])  # within the weight, with a gap
    net[1].weight = nn.Parameter(torch.rand(2, 4).t())
    net[2].weight = nn.Parameter(memory[20:].reshape(5, 4)[1:5:3])
    file = read_model(save(net, path, form))
    assert same_parameters(file.parameters, net.state_dict())
    assert all(tensor.is_contiguous() for tensor in file.parameters.values())
    # The sums of a product may be taken in another order where parameters lie otherwise.
    torch.testing.assert_close(predictions(file.net, (3,)), predictions(net, (3,)))
    with torch.no_grad():
        file.net[0].weight.zero_()  # and each has memory of its own
    assert torch.equal(file.net[0].bias, net[0].bias)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16])
def test_that_other_precisions_become_float32_and_this_is_said(dtype, path, form):
    net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1)).to(dtype)
    file = read_model(save(net, path, form))
    kind = str(dtype).removeprefix("torch.")
    assert notes_of(file) == [f"Its numbers were {kind}; they became float32."]
    assert same_parameters(file.parameters, net.float().state_dict())
    assert file.parameters["1.num_batches_tracked"].dtype == torch.int64
    assert torch.equal(predictions(file.net, (2,)), predictions(net, (2,)))


def test_that_several_precisions_are_told_together(path):
    net = nn.Sequential(nn.Linear(2, 3).double(), nn.Linear(3, 1).half(), nn.Linear(1, 1))
    assert notes_of(read_model(save(net, path))) == [
        "Its numbers were float16, float64; they became float32."
    ]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_that_numbers_that_are_not_finite_are_told(value, path):
    net = tutorial_net()
    net.hidden.bias.data[3] = value
    for saved in (net, net.state_dict()):
        file = read_model(save(saved, path))
        assert notes_of(file) == ["Some of its numbers are not finite."]
        assert str(file.parameters["hidden.bias"][3].item()) == str(value)


@pytest.mark.parametrize("whole", [True, False])
def test_that_what_was_saved_on_a_gpu_opens_on_the_cpu(whole, path, form, monkeypatch):
    net = tutorial_cnn()
    with monkeypatch.context() as patch:
        patch.setattr(torch.serialization, "location_tag", lambda _: "cuda:0")
        save(net if whole else net.state_dict(), path, form)
    with pytest.raises(RuntimeError, match="CUDA"):
        torch.load(path, weights_only=False)
    file = read_model(path)
    assert file.notes == ()
    assert same_parameters(file.parameters, net.state_dict())
    assert {tensor.device.type for tensor in file.parameters.values()} == {"cpu"}


@pytest.mark.gpu
def test_that_what_a_gpu_really_saved_opens_on_the_cpu(path, form):
    net = tutorial_cnn()
    file = read_model(save(net.to(torch.accelerator.current_accelerator()), path, form))
    assert same_parameters(file.parameters, net.cpu().state_dict())


# --- Older versions of PyTorch --------------------------------------------------------------------


class ThnnBackend:
    """What every layer held before PyTorch 1.3; pickled as a call of this function."""

    def __reduce__(self):
        from torch.nn.backends.thnn import _get_thnn_function_backend

        return _get_thnn_function_backend, ()


def aged(net):
    """Give layers the attributes that those of early versions had, and no others."""
    backend = ThnnBackend()
    since = ("_hooks_with_kwargs", "_hooks_always_called", "_non_persistent_buffers_set",
             "_state_dict_pre_hooks", "_load_state_dict", "_is_full_backward_hook",
             "_backward_pre_hooks", "approximate", "padding_mode", "_reversed_padding",
             "divisor_override")  # fmt: skip
    for layer in net.modules():
        for name in list(vars(layer)):
            if any(part in name for part in since):
                del layer.__dict__[name]
            elif isinstance(vars(layer)[name], dict):
                layer.__dict__[name] = OrderedDict(vars(layer)[name])
        layer.__dict__["_backend"] = backend
    return net


def test_that_a_whole_model_of_an_early_version_opens(path, form):
    def network():
        torch.manual_seed(5)
        conv = nn.Sequential(nn.Conv2d(1, 2, 5, padding=2), nn.ReLU6(), nn.AvgPool2d(2))
        return nn.Sequential(conv, nn.Flatten(), nn.Linear(18, 4), nn.GELU(), nn.Linear(4, 2))

    net, old = network(), aged(network())
    old[0][1].min_val, old[0][1].max_val = 0, 6
    save(old, path, form)
    torch.load(path, weights_only=False)  # as PyTorch itself does
    file = read_model(path)
    assert file.notes == ()
    assert repr(file.net) == repr(net)
    assert file.input == (1, 6, 6)
    assert torch.equal(predictions(file.net, (1, 6, 6)), predictions(net, (1, 6, 6)))


def test_that_parameters_of_the_first_versions_open(path):
    """Of early versions: tensors say nothing of gradients, and there are no metadata."""
    net = tutorial_net()

    class Tensor:
        def __init__(self, tensor):
            self.tensor = tensor

        def __reduce__(self):
            t = self.tensor
            storage = t._typed_storage()
            return torch._utils._rebuild_tensor, (storage, 0, tuple(t.shape), t.stride())

    old = OrderedDict((name, Tensor(t)) for name, t in net.state_dict().items())
    save(old, path, "legacy")
    assert same_parameters(torch.load(path, weights_only=False), net.state_dict())
    file = read_model(path)
    assert (file.kind, file.format, file.notes) == ("parameters", "legacy", ())
    assert same_parameters(file.parameters, net.state_dict())


def test_that_the_first_zip_files_open(path):
    """Of PyTorch 1.6: no byte order, no alignment said, nothing but the pickle and the numbers."""
    net = tutorial_net()
    save(net, path)
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    kept = {name: data for name, data in parts.items() if "/data" in name or "version" in name}
    assert len(kept) < len(parts)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in kept.items():
            archive.writestr(name, data)
    file = read_model(path)
    assert same_parameters(file.parameters, net.state_dict())


# --- Parameters -----------------------------------------------------------------------------------


def test_that_parameters_open_with_their_names_in_their_order(path, form):
    net = tutorial_cnn()
    net.append(nn.BatchNorm1d(10))
    file = read_model(save(net.state_dict(), path, form))
    assert (file.kind, file.format, file.notes) == ("parameters", form, ())
    assert (file.layer, file.net, file.input) == (None, None, None)
    assert list(file.parameters) == list(net.state_dict())
    assert same_parameters(file.parameters, net.state_dict())


@pytest.mark.parametrize(
    "collect",
    [
        lambda net: net.state_dict(keep_vars=True),
        lambda net: dict(net.named_parameters()),
        lambda net: OrderedDict(reversed(net.state_dict().items())),
        lambda net: {"an odd name, with ü": net.hidden.weight.detach()},
    ],
)
def test_that_any_mapping_of_names_to_tensors_opens(collect, path, form):
    found = collect(tutorial_net())
    file = read_model(save(found, path, form))
    assert file.kind == "parameters"
    assert list(file.parameters) == list(found)
    assert same_parameters(file.parameters, found)
    assert not any(tensor.requires_grad for tensor in file.parameters.values())


@pytest.mark.parametrize("key", ["state_dict", "model_state_dict", "model", "net", "network"])
@pytest.mark.parametrize("whole", [True, False])
def test_that_what_training_scripts_wrap_is_found_and_this_is_said(key, whole, path, form):
    net = tutorial_net()
    optimizer = torch.optim.Adam(net.parameters())
    net(samples((1,))).sum().backward()
    optimizer.step()
    saved = net if whole else net.state_dict()
    rest = {"epoch": 3, "loss": 0.25, "optimizer": optimizer.state_dict(), "note": None,
            "history": [1.0, 2.5], "big": 10**12, "shape": torch.Size([2])}  # fmt: skip
    file = read_model(save({**rest, key: saved}, path, form))
    assert file.kind == ("model" if whole else "parameters")
    assert same_parameters(file.parameters, net.state_dict())
    assert notes_of(file) == [
        f"What the file holds under {key} was opened; the rest was left aside."
    ]


def test_that_the_names_of_data_parallel_lose_their_beginning_and_this_is_said(path, form):
    net = tutorial_net()
    saved = nn.DataParallel(net).state_dict()
    assert next(iter(saved)) == "module.hidden.weight"
    said = "The names began with module., as DataParallel saves them."
    file = read_model(save(saved, path, form))
    assert same_parameters(file.parameters, net.state_dict())
    assert notes_of(file) == [said]
    file = read_model(save({"epoch": 1, "state_dict": saved}, path, form))
    assert same_parameters(file.parameters, net.state_dict())
    assert notes_of(file)[1:] == [said]


# --- safetensors ----------------------------------------------------------------------------------


def test_that_safetensors_of_others_open_with_a_word_on_the_missing_checksum(tmp_path):
    net = tutorial_cnn()
    path = tmp_path / "p.safetensors"
    for metadata in (None, {"format": "pt"}):
        safetensors.torch.save_file(net.state_dict(), path, metadata)
        file = read_model(path)
        assert (file.kind, file.format) == ("parameters", "safetensors")
        assert notes_of(file) == [NO_CHECKSUM]
        assert list(file.parameters) == list(net.state_dict())
        assert same_parameters(file.parameters, net.state_dict())


def test_that_safetensors_of_our_own_are_whole_models(tmp_path):
    path = tmp_path / "p.safetensors"
    for source, shape in LAYER_CASES.items():
        net = build(source)
        if not list(net.children()) and not net.state_dict():
            continue
        save_parameters(net, path)
        file = read_model(path)
        assert (file.kind, file.format, file.notes) == ("model", "safetensors", ())
        assert file.layer == describe(net)
        assert torch.equal(predictions(file.net, shape), predictions(net, shape))


def test_that_safetensors_of_our_own_keep_the_order_of_the_layers(tmp_path):
    net = nn.Sequential(
        OrderedDict(z=nn.Linear(2, 2), y=nn.BatchNorm1d(2), b=nn.Linear(2, 2), a=nn.Linear(2, 2))
    )
    save_parameters(net, tmp_path / "p.safetensors")
    file = read_model(tmp_path / "p.safetensors")
    assert list(file.parameters) == list(net.state_dict())


def test_that_numbered_layers_of_safetensors_come_in_the_order_of_their_numbers(tmp_path):
    net = nn.Sequential(*[nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1)) for _ in range(11)])
    safetensors.torch.save_file(net.state_dict(), tmp_path / "p.safetensors")
    assert list(read_model(tmp_path / "p.safetensors").parameters) == list(net.state_dict())


@pytest.mark.parametrize(
    "dtype", [torch.float64, torch.float16, torch.bfloat16, torch.int32, torch.uint8, torch.bool]
)
def test_that_safetensors_of_other_kinds_of_numbers_open(dtype, tmp_path):
    tensor = torch.tensor([[0, 1, 2], [1, 0, 1]]).to(dtype)
    tensors = {"w": tensor, "none": torch.empty(0, 3, dtype=dtype)}
    safetensors.torch.save_file(tensors, tmp_path / "p.safetensors")
    file = read_model(tmp_path / "p.safetensors")
    floats = dtype.is_floating_point
    wanted = {name: t.float() if floats else t for name, t in tensors.items()}
    assert same_parameters(file.parameters, wanted)
    kind = str(dtype).removeprefix("torch.")
    said = [f"Its numbers were {kind}; they became float32."] * floats
    assert notes_of(file) == [NO_CHECKSUM, *said]


def test_that_safetensors_whose_layers_lost_their_checksum_are_damaged(tmp_path):
    path = tmp_path / "p.safetensors"
    save_parameters(tutorial_net(), path)
    path.write_bytes(path.read_bytes().replace(b"nngui.sha256", b"nngui.sha257"))
    assert "a checksum" in refusal_of(path, CorruptedModelError)


# --- A class of somebody's own --------------------------------------------------------------------

SCRIPT = f"""
import sys, torch
{NET}
{CNN}
class Classifier(Net):
    pass

class Own(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.n_hidden = 8
        self.conv = torch.nn.Conv2d(1, 2, 3)
        self.act = torch.nn.Tanh()
        self.pool = torch.nn.MaxPool2d(2)
        self.flatten = torch.nn.Flatten()
        self.fc1 = torch.nn.Linear(18, 8)
        self.fc2 = torch.nn.Linear(8, 2)

    def forward(self, x):
        x = self.flatten(self.pool(self.act(self.conv(x))))
        return self.fc2(self.fc1(x))

class Deep(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.body = Net(2, 3, 4)
        self.act = torch.nn.Linear(4, 4)
        self.out = torch.nn.Linear(4, 2)

    def forward(self, x):
        return self.out(torch.relu(self.act(self.body(x))))

class Bare(torch.nn.Module):
    def forward(self, x):
        return x

class Loose(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(2))
        self.fc = torch.nn.Linear(2, 2)

class Backwards(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.out = torch.nn.Linear(3, 1)
        self.hidden = torch.nn.Linear(2, 3)

class Recurrent(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = torch.nn.LSTM(28, 64)
        self.out = torch.nn.Linear(64, 10)

torch.manual_seed(1)
shapes = {{"Net": (1,), "Classifier": (1,), "CNN": (1, 28, 28), "Own": (1, 8, 8), "Deep": (2,)}}
for name in ["Net", "Classifier", "CNN", "Own", "Deep", "Bare", "Loose", "Backwards", "Recurrent"]:
    net = globals()[name]()
    torch.save(net, name + ".zip.pkl")
    torch.save(net, name + ".legacy.pkl", _use_new_zipfile_serialization=False)
    torch.save({{"model": net, "epoch": 7}}, name + ".wrapped.pkl")
    torch.save(net.state_dict(), name + ".parameters.pkl")
    if name in shapes:
        x = torch.randn(3, *shapes[name])
        torch.save((x, net(x).detach()), name + ".predictions")
"""


@pytest.fixture(scope="module")
def somebodys(tmp_path_factory):
    """A folder with files that a user's own script has saved."""
    folder = tmp_path_factory.mktemp("somebodys")
    (folder / "script.py").write_text(SCRIPT, encoding="utf-8")
    result = run_python("-W", "ignore", "script.py", folder=folder)
    assert (result.returncode, result.stderr) == (0, "")
    return folder


ASSUMED = "The file does not say how {} computes. Assumed: its layers in order"
TUTORIAL = ", with {} between them, as in the tutorial."


@pytest.mark.parametrize("suffix", ["zip", "legacy", "wrapped"])
@pytest.mark.parametrize(
    ("name", "added", "layers"),
    [
        ("Net", "ReLU", "hidden act predict"),
        ("Classifier", "ReLU", "hidden act predict"),
        ("CNN", "Flatten", "conv1 conv2 flatten out"),
        ("Own", "", "conv act pool flatten fc1 fc2"),
    ],
)
def test_that_a_class_of_one_s_own_opens_by_its_layers_and_says_what_was_assumed(
    suffix, name, added, layers, somebodys
):
    file = read_model(somebodys / f"{name}.{suffix}.pkl")
    assert file.kind == "model"
    said = ASSUMED.format(name) + (TUTORIAL.format(added) if added else ".")
    assert notes_of(file)[-1] == said
    assert len(file.notes) == (2 if suffix == "wrapped" else 1)
    assert [name for name, _ in file.net.named_children()] == layers.split()
    x, y = torch.load(somebodys / f"{name}.predictions")
    assert file.input == tuple(x.shape[1:])
    assert torch.equal(file.net(x), y)
    parameters = read_model(somebodys / f"{name}.parameters.pkl").parameters
    assert same_parameters(file.parameters, parameters)


def test_that_a_class_within_a_class_opens_too_each_with_its_assumption(somebodys):
    file = read_model(somebodys / "Deep.zip.pkl")
    assert notes_of(file) == [
        ASSUMED.format("Net") + TUTORIAL.format("ReLU"),
        ASSUMED.format("Deep") + TUTORIAL.format("ReLU"),
    ]
    names = [name for name, _ in file.net.named_children()]
    assert names == ["body", "act", "act_", "out"]  # "act" was taken
    x, y = torch.load(somebodys / "Deep.predictions")
    assert torch.equal(file.net(x), y)


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("Bare", UnsupportedModelError, "its class __main__.Bare has no layers"),
        ("Loose", UnsupportedModelError, "it has parameters outside of its layers"),
        ("Backwards", InconsistentModelError, "(Linear) takes 2 values, but is given 1"),
        ("Recurrent", UnsupportedModelError, "the layer LSTM is not known here"),
    ],
)
def test_that_a_class_that_does_not_tell_its_network_is_refused_by_name(
    name, kind, words, somebodys
):
    assert words in refusal_of(somebodys / f"{name}.zip.pkl", kind)
    if name in {"Loose", "Backwards", "Recurrent"}:  # "Ask for a file with the parameters only."
        assert read_model(somebodys / f"{name}.parameters.pkl").kind == "parameters"


# --- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "net",
    [nn.LSTM(2, 3), nn.PReLU(), nn.ConvTranspose2d(1, 1, 3), nn.Bilinear(1, 2, 3)],
)  # fmt: skip
def test_that_layers_that_are_not_known_are_named(net, path, form):
    sentence = refusal_of(save(nn.Sequential(nn.ReLU(), net), path, form), UnsupportedModelError)
    assert sentence == (
        f"cannot be opened here: the layer {type(net).__name__} is not known here. "
        "Ask for a file with the parameters only."
    )


@pytest.mark.parametrize(
    ("net", "words"),
    [
        (nn.Conv2d(1, 1, 3, padding=1, padding_mode="circular"), "an unusual padding_mode"),
        (nn.MaxPool2d(2, return_indices=True), "an unusual return_indices"),
        (nn.AvgPool2d(2, divisor_override=3), "an unusual divisor_override"),
    ],
)
def test_that_options_that_are_not_known_are_named(net, words, path, form):
    sentence = refusal_of(save(nn.Sequential(net), path, form), UnsupportedModelError)
    assert f"the layer 0 ({type(net).__name__}) has {words}" in sentence


def test_that_layers_that_do_not_fit_each_other_are_named(path, form):
    net = nn.Sequential(OrderedDict(hidden=nn.Linear(1, 10), predict=nn.Linear(9, 1)))
    sentence = refusal_of(save(net, path, form), InconsistentModelError)
    assert sentence == (
        "does not fit together: the layer predict (Linear) takes 9 values, but is given 10. "
        "Have it saved once more."
    )


def test_that_parameters_that_are_not_those_of_their_layer_are_told(path, form):
    net = tutorial_net()
    net.hidden.out_features = 11
    sentence = refusal_of(save(net, path, form), InconsistentModelError)
    assert "hidden.weight should have the shape [11, 1], but has [10, 1]" in sentence
    net = tutorial_net()
    net.hidden.register_parameter("scale", nn.Parameter(torch.ones(1)))
    sentence = refusal_of(save(net, path, form), InconsistentModelError)
    assert "the layer hidden (Linear) lacks parameters, or has others" in sentence


def test_that_hooks_are_refused_as_they_would_be_called(path, form):
    net = tutorial_net()
    net.hidden.register_forward_hook(print)
    assert "is not safe: it would run " in refusal_of(save(net, path, form), UnsupportedModelError)


@pytest.mark.parametrize(
    "value", [{}, [], torch.zeros(3), 3, "net", None, {"a": 1}, {"epoch": 3, "losses": [1.0]},
              [torch.zeros(2)], {1: torch.zeros(2)}, {"a": torch.zeros(1), "b": 2}],
    ids=repr,
)  # fmt: skip
def test_that_a_file_that_holds_no_network_is_told_so(value, path, form):
    sentence = refusal_of(save(value, path, form), UnsupportedModelError)
    assert "it holds neither a network nor parameters" in sentence


def png():
    return b"\x89PNG\r\n\x1a\n" + bytes(100)


def other_zip():
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("words/document.xml", "<a/>")
    return memory.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b"step,loss\n1,0.5\n", b"[optimizer]\nlr = 0.1\n", b"{}", png(), other_zip(),
     struct.pack("<Q", 10) + b"[]", "网络".encode("utf-16"), bytes(100)],
    ids=["empty", "a letter", "history", "settings", "json", "png", "zip", "list", "text", "zeros"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["net.pkl", "p.safetensors", "网络 😀.pt"])
def test_that_files_of_another_kind_are_told_apart(content, name, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal_of(path, NotAModelFileError) == (
        "is not a model file: open one that was saved by this program or by torch.save."
    )


def test_that_a_torchscript_program_is_told_so(path):
    archive = zipfile.ZipFile(path, "w")
    with archive:
        for name in ("data.pkl", "constants.pkl", "code/__torch__.py"):
            archive.writestr(f"net/{name}", b"\x80\x02N.")
    assert "it is a TorchScript program" in refusal_of(path, UnsupportedModelError)


def test_that_what_cannot_be_read_is_told_so(tmp_path):
    sentence = refusal_of(tmp_path / "missing.pkl", UnreadableModelError)
    assert sentence == "could not be read: No such file or directory. Check the name."
    sentence = refusal_of(tmp_path, UnreadableModelError)
    assert sentence == "could not be read: Is a directory. Check the name."


def test_that_a_file_may_be_called_anything(tmp_path):
    net = tutorial_net()
    for name in ("my net.pkl", "网络.pt", "😀.pth", "no suffix", "a.safetensors.bak"):
        torch.save(net, tmp_path / name)  # by name: PyTorch calls the folder within by it
        assert same_parameters(read_model(tmp_path / name).parameters, net.state_dict())
        save_model(net, tmp_path / name)
        assert same_parameters(read_model(tmp_path / name).parameters, net.state_dict())
