"""What can be set in section 2: where the points come from, and the loss."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from nngui.core.data.curves import SHAPE_NAMES, ShapeName
from nngui.core.spec import MlpSpec, Spec, setting
from nngui.core.spec.spec import (
    ClassWeights,
    class_weights_setting,
    label_smoothing_setting,
)
from nngui.core.spec.table import TabularData
from nngui.core.text import mark

Kind = Literal[ShapeName, "iris", "wine", "table", "hand"]
MADE = {"kind": tuple(SHAPE_NAMES)}
KINDS = {
    **SHAPE_NAMES,
    "iris": mark("core", "Iris"),
    "wine": mark("core", "Wine"),
    "table": mark("core", "Own table"),
    "hand": mark("core", "By hand"),
}
Column = Literal[
    "alcohol",
    "malic acid",
    "ash",
    "alcalinity of ash",
    "magnesium",
    "total phenols",
    "flavanoids",
    "nonflavanoid phenols",
    "proanthocyanins",
    "color intensity",
    "hue",
    "od280/od315 of diluted wines",
    "proline",
]
COLUMNS = {
    "alcohol": mark("core", "alcohol"),
    "malic acid": mark("core", "malic acid"),
    "ash": mark("core", "ash"),
    "alcalinity of ash": mark("core", "alcalinity of ash"),
    "magnesium": mark("core", "magnesium"),
    "total phenols": mark("core", "total phenols"),
    "flavanoids": mark("core", "flavanoids"),
    "nonflavanoid phenols": mark("core", "nonflavanoid phenols"),
    "proanthocyanins": mark("core", "proanthocyanins"),
    "color intensity": mark("core", "color intensity"),
    "hue": mark("core", "hue"),
    "od280/od315 of diluted wines": mark("core", "od280/od315 of diluted wines"),
    "proline": mark("core", "proline"),
}
MAX_CLASSES = 8
ClassNumber = Annotated[int, Field(ge=0, le=MAX_CLASSES - 1)]


class ClassificationData(TabularData):
    """Points, each of a class: drawn, real, of a table, or placed by hand."""

    kind: Kind = setting(
        "clouds",
        mark("core", "Data"),
        mark(
            "core",
            "Where the points lie: made, or real (iris, wine), or a table of your own. Click into the plot to place points.",
        ),
        labels=KINDS,
    )
    points: int = setting(
        100,
        mark("core", "Points"),
        mark("core", "How many points each class has."),
        ge=2,
        le=125_000,
        when=MADE,
    )
    noise: float = setting(
        1.0,
        mark("core", "Noise"),
        mark("core", "How far the points stray; 1 as in the tutorial."),
        ge=0,
        le=20,
        when=MADE,
    )
    classes: int = setting(
        3,
        mark("core", "Classes"),
        mark("core", "How many classes there are."),
        ge=2,
        le=MAX_CLASSES,
        when={"kind": ("blobs", "hand")},
    )
    horizontal: Column = setting(
        "alcohol",
        mark("core", "Horizontal"),
        mark("core", "The column along x."),
        labels=COLUMNS,
        when={"kind": ("wine",)},
    )
    vertical: Column = setting(
        "flavanoids",
        mark("core", "Vertical"),
        mark("core", "The column along y."),
        labels=COLUMNS,
        when={"kind": ("wine",)},
    )
    standardise: bool = setting(
        False,
        mark("core", "Standardise"),
        mark("core", "The network sees all columns of numbers with mean 0 and deviation 1."),
        when={"kind": ("hand", "table")},
    )
    placed: tuple[tuple[float, float, ClassNumber], ...] = setting(
        (),
        mark("core", "Placed"),
        mark("core", "Points placed by hand, as x, y and class."),
        live=True,
        max_length=5000,
        when={"kind": ("hand",)},
    )


class ClassificationSpec(Spec):
    """The settings of this section. `TASK` has the tutorial's values."""

    data: ClassificationData = ClassificationData()
    network: MlpSpec = MlpSpec()
    loss: Literal["cross_entropy"] = setting(
        "cross_entropy",
        mark("core", "Loss"),
        mark(
            "core",
            "Cross-entropy: the surprise at the true class, given the network's probabilities.",
        ),
        labels={"cross_entropy": "CrossEntropy"},
    )
    class_weights: ClassWeights = class_weights_setting()
    label_smoothing: float = label_smoothing_setting()
