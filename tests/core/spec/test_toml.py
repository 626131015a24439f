"""Settings as text: TOML there and back, KEY=VALUE, and a sentence for what is not valid."""

from __future__ import annotations

import types
from typing import Annotated, Literal, get_args, get_origin

import pytest
import tomli_w
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from nngui.core.errors import SettingError
from nngui.core.spec.keys import flat
from nngui.core.spec.table import ENCODINGS
from nngui.core.spec.toml import parse_assignment, to_toml, with_settings
from nngui.core.spec.toml_text import read_toml
from tests.core.helpers import TASKS, spec_of

# --- Any valid Spec -------------------------------------------------------------------------------


def limits(metadata):
    names = ("ge", "gt", "le", "lt")
    return {name: getattr(m, name) for m in metadata for name in names if hasattr(m, name)}


def values_of(kind, metadata=()):
    """Values that a field of this type and with these bounds takes."""
    if get_origin(kind) is Annotated:
        kind, *more = get_args(kind)
        metadata = [m for info in more for m in getattr(info, "metadata", [info])]
    bounds = limits(metadata)
    if isinstance(kind, type) and not isinstance(kind, types.GenericAlias):
        if issubclass(kind, BaseModel):
            return st.fixed_dictionaries(
                {n: values_of(f.annotation, f.metadata) for n, f in kind.model_fields.items()}
            )
        if kind is bool:
            return st.booleans()
        if kind is str:  # a file's name; half a surrogate pair is no text
            longest = [note.max_length for note in metadata if hasattr(note, "max_length")]
            return st.text(st.characters(exclude_categories=["Cs"]), max_size=min([40, *longest]))
        if kind is int:
            return st.integers(bounds.get("ge"), bounds.get("le"))
        if kind is float:
            return st.floats(
                bounds.get("ge", bounds.get("gt")),
                bounds.get("le", bounds.get("lt")),
                exclude_min="gt" in bounds,
                exclude_max="lt" in bounds,
                allow_nan=False,
                allow_infinity=False,
            )
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    assert get_origin(kind) is tuple, kind
    inner = get_args(kind)
    if inner[-1] is Ellipsis:
        return st.lists(values_of(inner[0]), max_size=4).map(tuple)
    return st.tuples(*(values_of(part) for part in inner))


def inline(value):
    """A value as it stands in TOML, on one line."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(inline, value))}]"
    if isinstance(value, BaseModel):
        return "{" + ", ".join(f"{n} = {inline(v)}" for n, v in value) + "}"
    return tomli_w.dumps({"value": value}).partition("=")[2].strip()


@st.composite
def specs(draw, name):
    kind = type(TASKS[name].spec)
    values = draw(values_of(kind))
    if "table" in values["data"]:
        values["data"]["table"]["encoding"] = draw(st.sampled_from(["", *ENCODINGS]))
    if "low" in values["data"]:
        assume(values["data"]["low"] < values["data"]["high"])
    if values["network"].get("norm") == "layer":  # of one neuron nothing would be left
        values["network"]["hidden"] = tuple(max(n, 2) for n in values["network"]["hidden"])
    if "race" in values:  # no racer twice, at least one, and each by its own rule
        names = dict.fromkeys(values["race"]["optimizers"] or ("sgd",))
        values["race"]["optimizers"] = tuple(names)
        for racer, settings in values["racers"].items():
            settings["name"] = racer
        del values["optimizer"]
    if name == "batch_training":  # a loader has batches, and keeps one of them at least
        values["schedule"]["batch_size"] = max(values["schedule"]["batch_size"], 1)
        values["schedule"]["drop_last"] = False
    if name == "cnn":  # any layers: they are only refused where the images are known
        values["data"]["kind"] = "file"
    return kind.model_validate(values)


@pytest.mark.parametrize("name", TASKS)
def test_that_any_spec_comes_back_from_toml_as_it_was(name):
    @given(specs(name))
    @settings(max_examples=50)
    def check(spec):
        text = to_toml(name, spec)
        document = read_toml(text)
        assert document.pop("task") == name
        again = with_settings(spec_of(name), document)
        assert again == spec
        assert to_toml(name, again) == text

    check()


@pytest.mark.parametrize("name", TASKS)
def test_that_any_spec_can_be_set_key_by_key(name):
    @given(specs(name))
    @settings(max_examples=30)
    def check(spec):
        changes = {}
        for key, value in flat(spec).items():
            changes |= [parse_assignment(f"{key}={inline(value)}")]
        assert with_settings(spec_of(name), changes) == spec

    check()


def test_that_a_document_may_leave_out_what_stays_as_it_is():
    document = read_toml("seed = 5\n[optimizer]\nlr = 1\n")
    spec = with_settings(spec_of("regression"), document)
    assert spec == spec_of("regression", {"seed": 5, "optimizer.lr": 1.0})
    assert with_settings(spec, {}) == spec


# --- KEY=VALUE ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("optimizer.lr=0.05", "optimizer.lr", 0.05),
        ("optimizer.lr=1", "optimizer.lr", 1.0),
        ("optimizer.lr=1e-3", "optimizer.lr", 0.001),
        (" optimizer.lr = 0.05 ", "optimizer.lr", 0.05),
        ("data.noise=0", "data.noise", 0.0),
        ("data.low=-2", "data.low", -2.0),
        ("data.points=1_000", "data.points", 1000),
        ("optimizer.name=adam", "optimizer.name", "adam"),
        ('optimizer.name="adam"', "optimizer.name", "adam"),
        ("optimizer.name='adam'", "optimizer.name", "adam"),
        ("network.hidden=[20,20]", "network.hidden", (20, 20)),
        ("network.hidden=[20, 20]", "network.hidden", (20, 20)),
        ("network.hidden=[]", "network.hidden", ()),
        ("network.hidden=[7]", "network.hidden", (7,)),
        ("data.placed=[[0, 1], [2, 3.5]]", "data.placed", ((0.0, 1.0), (2.0, 3.5))),
        ("data.standardise=true", "data.standardise", True),
        ("seed=0", "seed", 0),
        ("seed=4294967295", "seed", 2**32 - 1),
    ],
)
def test_that_a_setting_is_read_from_a_word_of_the_command_line(text, key, value):
    spec = with_settings(spec_of("regression"), dict([parse_assignment(text)]))
    assert flat(spec)[key] == value
    assert type(flat(spec)[key]) is type(value)


def test_that_columns_with_odd_names_can_be_set():
    name = "od280/od315 of diluted wines"
    for text in (f"data.vertical={name}", f'data.vertical="{name}"'):
        changes = dict([parse_assignment(text)])
        assert with_settings(spec_of("classification"), changes).data.vertical == name


@pytest.mark.parametrize("text", ["seed", "", "=5", " = 5", "network.hidden"])
def test_that_what_is_no_assignment_is_refused_with_an_example(text):
    with pytest.raises(SettingError, match=r"write KEY=VALUE, such as optimizer\.lr=0\.05"):
        parse_assignment(text)


# --- What is not valid ----------------------------------------------------------------------------

SENTENCES = {
    "optimizer.lr=0": "optimizer.lr is 0, but must be a number above 0, at most 1000.",
    "optimizer.lr=1001": "optimizer.lr is 1001, but must be a number above 0, at most 1000.",
    "optimizer.lr=1e-400": "optimizer.lr is 0.0, but must be a number above 0, at most 1000.",
    "optimizer.lr=fast": "optimizer.lr is fast, but must be a number above 0, at most 1000.",
    "optimizer.lr=": 'optimizer.lr is "", but must be a number above 0, at most 1000.',
    "optimizer.lr=[1]": "optimizer.lr is [1], but must be a number above 0, at most 1000.",
    "optimizer.lr=true": "optimizer.lr is true, but must be a number above 0, at most 1000.",
    "optimizer.lr=nan": "optimizer.lr is nan, but must be a finite number.",
    "optimizer.lr=inf": "optimizer.lr is inf, but must be a finite number.",
    "optimizer.beta1=1": "optimizer.beta1 is 1, but must be a number from 0 to below 1.",
    "optimizer.momentum=-0.1": "optimizer.momentum is -0.1, but must be a number from 0 to 1.",
    "network.dropout=0.95": "network.dropout is 0.95, but must be a number from 0 to 0.9.",
    "seed=-1": "seed is -1, but must be a whole number from 0 to 4294967295.",
    "seed=1.5": "seed is 1.5, but must be a whole number from 0 to 4294967295.",
    "seed=4294967296": "seed is 4294967296, but must be a whole number from 0 to 4294967295.",
    "seed=now": "seed is now, but must be a whole number from 0 to 4294967295.",
    "seed=false": "seed is false, but must be a whole number from 0 to 4294967295.",
    "data.points=1": "data.points is 1, but must be a whole number from 2 to 1000000.",
    "data.points=1000001": "data.points is 1000001, but must be a whole number from 2 to 1000000.",
    "schedule.steps=0": "schedule.steps is 0, but must be a whole number from 1 to 100000000.",
    "schedule.validation=1": "schedule.validation is 1, but must be a number from 0 to 0.9.",
    "data.standardise=maybe": "data.standardise is maybe, but must be true or false.",
    "data.kind=cube": (
        "data.kind is cube, but must be one of: "
        "square, sine, cubic, step, abs, x_sin_x, diabetes, table, hand."
    ),
    "loss=cross_entropy": "loss is cross_entropy, but must be one of: mse, l1, huber.",
    "optimizer.name=5": (
        "optimizer.name is 5, but must be one of: sgd, momentum, nesterov, adagrad, rmsprop, "
        "adam, adamw, adamax, nadam, radam."
    ),
    "network.hidden=20": "network.hidden is 20, but must be a list, such as [10] or [20, 20].",
    "network.hidden=2,2": "network.hidden is 2,2, but must be a list, such as [10] or [20, 20].",
    "network.hidden=[20,0]": "network.hidden[1] is 0, but must be a whole number from 1 to 4096.",
    "network.hidden=[4097]": (
        "network.hidden[0] is 4097, but must be a whole number from 1 to 4096."
    ),
    "network.hidden=[1.5]": "network.hidden[0] is 1.5, but must be a whole number from 1 to 4096.",
    "network.hidden=[wide]": (
        "network.hidden[0] is wide, but must be a whole number from 1 to 4096."
    ),
    f"network.hidden={[1] * 33}": "network.hidden has too many entries: at most 32 are possible.",
    "data.placed=5": "data.placed is 5, but must be a list, such as [10] or [20, 20].",
    "data.placed=[5]": "data.placed[0] is 5, but must be a point, such as [0.5, 1.0].",
    "data.placed=[[1, 2], [3]]": "data.placed[1] is [3], but must be a point, such as [0.5, 1.0].",
    "data.placed=[[1, 2, 3]]": (
        "data.placed[0] is [1, 2, 3], but must be a point, such as [0.5, 1.0]."
    ),
    'data.placed=[[1, "up"]]': "data.placed[0][1] is up, but must be a number.",
    "data.placed=[[1, nan]]": "data.placed[0][1] is nan, but must be a finite number.",
    f"data.placed={[[1, 2]] * 5001}": (
        "data.placed has too many entries: at most 5000 are possible."
    ),
    "data.low=1": "data.low is 1.0, but must be less than data.high, which is 1.0.",
    "data.high=-3": "data.low is -1.0, but must be less than data.high, which is -3.0.",
    "data.low=-1001": "data.low is -1001, but must be a number from -1000 to 1000.",
    "optimizer=adam": (
        "optimizer is a group of settings: set one of them, such as optimizer.name."
    ),
}


@pytest.mark.parametrize("text", SENTENCES, ids=lambda text: text[:40])
def test_that_a_bad_value_is_refused_in_a_sentence_with_key_value_and_bounds(text):
    with pytest.raises(SettingError) as caught:
        with_settings(spec_of("regression"), dict([parse_assignment(text)]))
    assert str(caught.value) == SENTENCES[text]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[1, 2]]", "data.placed[0] is [1, 2], but must be a point, such as [0.5, 1.0, 0]."),
        ("[[1, 2, 8]]", "data.placed[0][2] is 8, but must be a whole number from 0 to 7."),
        ("[[1, 2, -1]]", "data.placed[0][2] is -1, but must be a whole number from 0 to 7."),
    ],
)
def test_that_a_point_of_no_class_is_refused(text, sentence):
    with pytest.raises(SettingError) as caught:
        with_settings(spec_of("classification"), dict([parse_assignment(f"data.placed={text}")]))
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("optimizer.lrr", "optimizer.lr"),
        ("optimizr.lr", "optimizer.lr"),
        ("lr", "optimizer.lr"),
        ("steps", "schedule.steps"),
        ("batch", "schedule.batch_size"),
        ("network.hiden", "network.hidden"),
        ("hidden", "network.hidden"),
        ("data.noize", "data.noise"),
        ("epoch", "schedule.epochs"),
        ("sed", "seed"),
        ("Seed", "seed"),
        ("a", "data.a"),
    ],
)
def test_that_an_unknown_key_suggests_the_nearest(key, near):
    for changes in ({key: 1}, dict([parse_assignment(f"{key}=1")])):
        with pytest.raises(SettingError) as caught:
            with_settings(spec_of("regression"), changes)
        assert str(caught.value) == f"There is no setting {key}. Did you mean {near}?"


def test_that_a_key_like_no_other_names_all():
    with pytest.raises(SettingError, match=r"no setting qqq. The settings are: seed, data.kind, "):
        with_settings(spec_of("regression"), {"qqq": 1})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[optimizer]\nlrr = 1", "There is no setting optimizer.lrr. Did you mean optimizer.lr?"),
        ("[optimiser]\nlr = 1", "There is no setting optimiser. "),
        ("[optimizer.lr]\nx = 1", "optimizer.lr is {'x': 1}, but must be a number above 0, "),
        ("[network.hidden]\nx = 1", "network.hidden is {'x': 1}, but must be a list, "),
        ('"" = 1', "There is no setting . The settings are: "),
        ("network = 5", "network is a group of settings: set one of them, "),
    ],
)
def test_that_what_does_not_belong_into_a_document_is_named(text, sentence):
    with pytest.raises(SettingError) as caught:
        with_settings(spec_of("regression"), read_toml(text))
    assert str(caught.value).startswith(sentence)


@given(
    st.sampled_from(sorted(flat(TASKS["classification"].spec))),
    st.recursive(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.floats(),
            st.text(max_size=8),
            st.dates(),
            st.sampled_from(["{", "{key}", "9" * 5000, "\x00", "NaN", "1e999"]),
        ),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=2)
        ),
        max_leaves=5,
    ),
)
@settings(max_examples=300)
def test_that_any_value_is_taken_or_refused_in_a_sentence(key, value):
    base, sentence = spec_of("classification"), f"{key} was taken."
    try:
        with_settings(base, {key: value})
    except SettingError as error:
        sentence = str(error)
    assert sentence.startswith(key)
    assert sentence.endswith(".")
    assert len(sentence) < 400


@pytest.mark.parametrize(
    "text",
    ["seed =", "= 5", "[optimizer", "seed = 1\nseed = 2", "a = [" * 5000, "seed = " + "9" * 5000],
    ids=lambda text: text[:20],
)
def test_that_a_broken_document_is_refused_in_a_sentence(text):
    with pytest.raises(SettingError, match="not valid TOML"):
        read_toml(text)


def test_that_brackets_and_digits_beyond_all_bounds_are_refused_in_a_sentence():
    for value in ("[" * 5000, "9" * 5000, "[" * 5000 + "]" * 5000):
        with pytest.raises(SettingError, match=r"seed is .*, but must be a whole number"):
            with_settings(spec_of("regression"), dict([parse_assignment(f"seed={value}")]))


def test_that_parts_without_a_change_are_shared():
    """Undo stacks and lists of runs hold thousands of settings."""
    base = spec_of("regression")
    other = with_settings(base, {"optimizer.lr": 0.5})
    assert other.optimizer.lr == 0.5
    assert other.data is base.data
    assert other.network is base.network
    assert with_settings(other, {"optimizer.lr": base.optimizer.lr}) == base
    race = spec_of("optimizers")
    faster = with_settings(race, {"racers.adam.lr": 0.5})
    assert faster.racers.adam.lr == 0.5
    assert faster.racers.sgd is race.racers.sgd
    assert with_settings(race, {}) is race
