"""Section 2: tell classes apart. A network learns which of two clouds a point belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from nngui.core.code_text import DataCode, function_code, points_code
from nngui.core.data.curves import SHAPE_NAMES, ShapeName
from nngui.core.networks.mlp import Mlp
from nngui.core.preset import Preset
from nngui.core.spec import MlpSpec, OptimizerSpec, Spec, setting
from nngui.core.spec.spec import ClassWeights, class_weights_setting
from nngui.core.spec.table import TabularData
from nngui.core.task import Task
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nngui.core.data.data import Data

Kind = Literal[ShapeName, "iris", "wine", "table", "hand"]
MADE = {"kind": tuple(SHAPE_NAMES)}
KINDS = {
    **SHAPE_NAMES,
    "iris": mark("core", "Iris"),
    "wine": mark("core", "Wine"),
    "table": mark("core", "Own table"),
    "hand": mark("core", "By hand"),
}
IRIS = (mark("core", "petal length (cm)"), mark("core", "petal width (cm)"))
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
    """The settings of this section; the defaults are the tutorial's."""

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
    optimizer: OptimizerSpec = OptimizerSpec(lr=0.02)


def make_data(spec: ClassificationSpec) -> Data:
    """Draw the points: x holds the two coordinates, y the number of the class."""
    import torch

    from nngui.core.data import shapes
    from nngui.core.data.data import Data

    d = spec.data
    if d.kind in MADE["kind"]:
        x, y = getattr(shapes, d.kind)(*_arguments(d))
        return Data(x, y, ("x", "y"), "class", tuple(str(i) for i in range(int(y.max()) + 1)))
    if d.kind == "table":
        from nngui.files.tables.training_data import training_data  # imports pandas

        return training_data(d.table, classes=True, standardise=d.standardise)
    points = torch.tensor(_points(d), dtype=torch.float32).reshape(-1, 3)
    x, y = points[:, :2], points[:, 2].long()
    features, classes = _names(d)
    return Data(x, y, features, "class", classes, standardise=d.standardise or d.kind != "hand")


def data_code(spec: ClassificationSpec) -> DataCode:
    """Return the lines that draw the same points in a plain script."""
    d = spec.data
    if d.kind in MADE["kind"]:
        values = ", ".join(str(value) for value in _arguments(d))
        function = function_code("nngui.core.data.shapes", d.kind)
        outputs = d.classes if d.kind == "blobs" else 2
        return DataCode([*function, f"x, y = {d.kind}({values})"], (2,), outputs)
    if d.kind == "table":
        from nngui.files.tables.script_code import table_code  # imports pandas

        return table_code(spec, d.table, classes=True, standardise=d.standardise)
    lines = [*points_code("points", _points(d)), "x, y = points[:, :2], points[:, 2].long()"]
    standardise = ("x",) if d.standardise or d.kind != "hand" else ()
    return DataCode(lines, (2,), len(_names(d)[1]), standardise)


def for_network(
    spec: ClassificationSpec, shape: tuple[int, ...], outputs: int
) -> ClassificationSpec | None:
    """Return the settings for two inputs and so many classes, if need be with other data."""
    code = data_code(spec)
    if (code.shape, code.outputs) == (shape, outputs):
        return spec
    if shape != (2,) or not 2 <= outputs <= MAX_CLASSES:
        return None
    kind = "clouds" if outputs == 2 else "blobs"
    return spec.changed("data", kind=kind, classes=outputs)


def _arguments(d: ClassificationData) -> list[float]:
    return [d.points, d.noise, d.classes] if d.kind == "blobs" else [d.points, d.noise]


def _columns(d: ClassificationData) -> tuple[str, str]:
    return (d.horizontal, d.vertical) if d.kind == "wine" else IRIS


def _points(d: ClassificationData) -> Sequence[tuple[float, float, int]]:
    if d.kind == "hand":
        return d.placed
    from nngui.files.tables.examples import read_dataset  # imports numpy

    data = read_dataset(d.kind)
    x, y = (data.columns.index(name) for name in _columns(d))
    assert data.labels is not None
    rows = zip(data.values, data.labels, strict=True)
    return [(float(row[x]), float(row[y]), int(label)) for row, label in rows]


def _names(d: ClassificationData) -> tuple[tuple[str, str], tuple[str, ...]]:
    """Return what the two inputs and the classes are called."""
    if d.kind == "hand":
        return ("x", "y"), tuple(str(i) for i in range(d.classes))
    from nngui.files.tables.examples import read_dataset  # imports numpy

    return _columns(d), read_dataset(d.kind).classes


PRESETS = (
    Preset(
        "straight-line",
        mark("core", "A line is not enough"),
        mark(
            "core",
            "Without a hidden layer the boundary is a straight line, and a circle cannot be cut out by one. Add a hidden layer.",
        ),
        {"data.kind": "circles", "network.hidden": (), "schedule.steps": 300},
    ),
    Preset(
        "spirals",
        mark("core", "Spirals"),
        mark(
            "core",
            "Two layers and Adam wind the boundary between the spirals. Take a layer away, or train by SGD, and see how much longer it takes.",
        ),
        {
            "data.kind": "spirals",
            "network.hidden": (20, 20),
            "optimizer.name": "adam",
            "optimizer.lr": 0.01,
            "schedule.steps": 1000,
        },
    ),
    Preset(
        "vanishing-gradients",
        mark("core", "Vanishing gradients"),
        mark(
            "core",
            "Five layers of sigmoids: the gradient shrinks on its way through each, and the first layers learn nothing. Take ReLU, or fewer layers.",
        ),
        {
            "network.hidden": (10, 10, 10, 10, 10),
            "network.activation": "sigmoid",
            "schedule.steps": 300,
        },
    ),
    Preset(
        "overfitting",
        mark("core", "Overfitting"),
        mark(
            "core",
            "The classes overlap, and a large network draws an island around every stray point: the validation loss rises. Try weight decay, dropout or a smaller network.",
        ),
        {
            "data.noise": 2.5,
            "network.hidden": (100, 100),
            "optimizer.name": "adam",
            "optimizer.lr": 0.01,
            "schedule.steps": 500,
            "schedule.validation": 0.3,
        },
    ),
)


TASK = Task(
    name="classification",
    title=mark("core", "Classification"),
    order=2,
    icon="mdi6.scatter-plot",
    spec=ClassificationSpec(),
    network=Mlp("out"),
    redraw_every=2,
    make_data=make_data,
    data_code=data_code,
    for_network=for_network,
    presets=PRESETS,
)
