"""What can be set in section 3: where the points come from; the loss follows."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator
from typing_extensions import override

from nngui.core.data.curves import CURVE_NAMES, CURVES, SHAPE_NAMES, CurveName, ShapeName
from nngui.core.networks.quick_build import CLASS, SEQUENTIAL
from nngui.core.networks.quick_spec import QuickNetwork
from nngui.core.spec import DataSpec, OptimizerSpec, Spec, setting
from nngui.core.spec.spec import label_smoothing_setting
from nngui.core.text import mark

Kind = Literal[ShapeName, "iris", "wine", CurveName, "diabetes"]
REAL = {"iris": (4, 3), "wine": (13, 3), "diabetes": (10, 1)}  # inputs, outputs
MADE = {"kind": (*SHAPE_NAMES, *CURVES)}
KINDS = {
    **SHAPE_NAMES,
    "iris": mark("core", "Iris"),
    "wine": mark("core", "Wine"),
    **CURVE_NAMES,
    "diabetes": mark("core", "Diabetes"),
}


class QuickData(DataSpec):
    """Classes to tell apart or a curve to fit; real data with all their columns."""

    kind: Kind = setting(
        "clouds",
        mark("core", "Data"),
        mark("core", "Classes (the first eight) or a curve: they decide the first and last sizes."),
        labels=KINDS,
    )
    points: int = setting(
        100,
        mark("core", "Points"),
        mark("core", "How many points: of each class, or on the curve."),
        ge=2,
        le=100_000,
        when=MADE,
    )
    noise: float = setting(
        1.0,
        mark("core", "Noise"),
        mark("core", "How far the points stray; a curve's by a fifth of it."),
        ge=0,
        le=20,
        when=MADE,
    )
    classes: int = setting(
        3,
        mark("core", "Classes"),
        mark("core", "How many classes there are."),
        ge=2,
        le=8,
        when={"kind": ("blobs",)},
    )

    @property
    def is_curve(self) -> bool:
        """Whether there are values to predict, not classes."""
        return self.kind in CURVES or self.kind == "diabetes"

    @property
    def sizes(self) -> tuple[int, int]:
        """How many numbers a sample has, and how many the network gives for it."""
        if self.kind in REAL:
            return REAL[self.kind]
        if self.is_curve:
            return 1, 1
        return 2, self.classes if self.kind == "blobs" else 2


class QuickSpec(Spec):
    """The settings of this section: the network of section 2, written twice."""

    data: QuickData = QuickData()
    network: QuickNetwork = QuickNetwork()
    loss: Literal["cross_entropy", "mse"] = setting(
        "cross_entropy",
        mark("core", "Loss"),
        mark("core", "It follows from the data: cross-entropy for classes, MSE for a curve."),
        labels={"cross_entropy": "CrossEntropy", "mse": "MSE"},
        derived=True,
    )
    label_smoothing: float = label_smoothing_setting()

    @model_validator(mode="before")
    @classmethod
    def _choose_loss(cls, values: Any) -> Any:
        """Give classes cross-entropy and curves the squared error, whatever was written."""
        if not isinstance(values, dict):
            return values
        data = values.get("data", {})
        kind = data.get("kind", "clouds") if isinstance(data, dict) else getattr(data, "kind", "")
        # A file may hold anything there; what is no kind is refused by the field itself.
        curve = isinstance(kind, str) and (kind in CURVES or kind == "diabetes")
        return {**values, "loss": "mse" if curve else "cross_entropy"}

    def optimizers(self) -> dict[str, OptimizerSpec]:
        """Return the two columns: the same optimizer for both networks."""
        return {CLASS: self.optimizer, SEQUENTIAL: self.optimizer}

    @property
    @override
    def idle(self) -> tuple[str, ...]:
        return super().idle if self.loss == "cross_entropy" else (*super().idle, "label_smoothing")

    @property
    def same_start(self) -> bool:
        """Whether the Sequential starts from the class's weights."""
        return self.network.same_weights
