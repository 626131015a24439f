"""Layers as settings: read from words, named, counted, and refused before they are built."""

from __future__ import annotations

import pytest

from nngui.core.errors import SettingError
from nngui.core.networks.quick_spec import (
    LayerSpec,
    QuickNetwork,
    layer_rows,
    misfit,
    shown_neurons,
)
from nngui.core.spec import Spec
from nngui.core.spec.toml import parse_assignment, to_toml, with_settings
from nngui.core.spec.toml_text import read_toml


class QuickSpec(Spec):
    network: QuickNetwork = QuickNetwork()


def layers_of(text):
    return with_settings(QuickSpec(), dict([parse_assignment(text)])).network.layers


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("[{width=10,activation=relu}]", (LayerSpec(),)),
        ("[10, 20]", (LayerSpec(), LayerSpec(width=20))),
        ("[]", ()),
        (
            "[ {width = 5, activation = leaky_relu, dropout = 0.5}, {inputs=7} ]",
            (LayerSpec(width=5, activation="leaky_relu", dropout=0.5), LayerSpec(inputs=7)),
        ),
        (
            """[{activation="tanh"}, {activation='elu'}]""",
            (LayerSpec(activation="tanh"), LayerSpec(activation="elu")),
        ),
    ],
)
def test_that_layers_are_read_from_words(text, layers):
    assert layers_of(f"network.layers={text}") == layers


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[{width=0}]", "network.layers[0].width is 0, but must be a whole number from 1 to 4096."),
        (
            "[3, {widht=3}]",
            "There is no setting network.layers[1].widht. Did you mean network.layers[1].width?",
        ),
        (
            "[wide]",
            "network.layers[0] is wide, but must be a table of settings: "
            "width, activation, dropout, inputs.",
        ),
        ("[{dropout=1}]", "network.layers[0].dropout is 1, but must be a number from 0 to 0.9."),
        ("7", "network.layers is 7, but must be a list, such as [10] or [20, 20]."),
        (
            "[1,1,1,1,1,1,1,1,1,1,1,1,1]",
            "network.layers has too many entries: at most 12 are possible.",
        ),
        ("[{", "network.layers is [{, but must be a list, such as [10] or [20, 20]."),
    ],
)
def test_that_bad_layers_are_refused_in_a_sentence(text, sentence):
    with pytest.raises(SettingError) as caught:
        layers_of(f"network.layers={text}")
    assert str(caught.value) == sentence


def test_that_layers_come_back_from_toml():
    spec = QuickSpec(network=QuickNetwork(layers=(LayerSpec(width=3, dropout=0.25), LayerSpec())))
    document = read_toml(to_toml("quick_build", spec))
    document.pop("task")
    assert with_settings(QuickSpec(), document) == spec


def test_that_rows_have_the_names_of_both_ways_and_count_their_parameters():
    layers = [
        LayerSpec(width=8, dropout=0.5),
        LayerSpec(width=6, activation="identity"),
        LayerSpec(width=4),
    ]
    rows = layer_rows(layers, 2, 3, "out")
    assert [row.name for row in rows] == ["hidden1", "hidden2", "hidden3", "out"]
    assert [row.number for row in rows] == [0, 3, 4, 6]
    assert [(row.inputs, row.outputs) for row in rows] == [(2, 8), (8, 6), (6, 4), (4, 3)]
    assert [row.parameters for row in rows] == [24, 54, 28, 15]
    assert [row.name for row in layer_rows([LayerSpec()], 1, 1, "predict")] == ["hidden", "predict"]
    assert misfit(rows) is None


def test_that_a_layer_that_does_not_fit_is_named_with_both_numbers():
    first = misfit(layer_rows([LayerSpec(inputs=13)], 2, 2, "out"))
    assert str(first) == (
        "hidden takes 13 numbers, but each sample of the data has 2: the shapes do not fit. "
        "Set its inputs to 2, or to auto."
    )
    second = misfit(layer_rows([LayerSpec(width=20), LayerSpec(inputs=10)], 2, 2, "out"))
    assert str(second) == (
        "hidden2 takes 10 numbers, but hidden1 gives 20: the shapes do not fit. "
        "Set its inputs to 20, or to auto."
    )


def test_that_of_a_wide_layer_the_first_and_the_last_neurons_are_drawn():
    assert shown_neurons(12) == list(range(12))
    assert shown_neurons(13, 12) == [0, 1, 2, 3, 4, None, 7, 8, 9, 10, 11, 12]
    assert shown_neurons(4096, 5) == [0, 1, None, 4094, 4095]
