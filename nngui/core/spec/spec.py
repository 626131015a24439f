"""What to train, and nothing else: frozen, validated, readable. Two equal Specs train alike.

The bounds, titles and hints of the fields become the form's ranges, labels and tooltips.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict, override

from nngui.core.spec.torch_names import (
    ACTIVATIONS,
    OPTIMIZER_NAMES,
    WITH_BETAS,
    WITH_MOMENTUM,
)
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic.fields import FieldInfo

MAX_POINTS = 1_000_000
MAX_STEPS = 100_000_000

Activation = Literal[
    "relu",
    "tanh",
    "sigmoid",
    "leaky_relu",
    "elu",
    "gelu",
    "silu",
    "softplus",
    "relu6",
    "identity",
]
OptimizerName = Literal[
    "sgd",
    "momentum",
    "nesterov",
    "adagrad",
    "rmsprop",
    "adam",
    "adamw",
    "adamax",
    "nadam",
    "radam",
]
LossName = Literal["mse", "l1", "huber", "cross_entropy"]
Width = Annotated[int, Field(ge=1, le=4096)]


def setting(
    default: Any,
    title: str,
    hint: str = "",
    *,
    live: bool = False,
    when: Mapping[str, tuple[str, ...]] | None = None,
    labels: Mapping[str, str] | None = None,
    zero: str = "",
    slider: tuple[float, float] | None = None,
    order_last: bool = False,
    derived: bool = False,
    result_neutral: bool = False,
    **bounds: Any,
) -> Any:
    r"""Describe one field of a Spec.

    Parameters
    ----------
    title, hint : str
        The label and the tooltip in the form.
    live : bool
        Whether a change takes effect in mid-run; otherwise it restarts the run.
    when : mapping of field name to values, optional
        The field matters only while its neighbours have one of these values.
    labels : mapping of value to text, optional
        How the choices are called.
    zero : str
        What a value of zero means, where it is special (``all at once``).
    slider : (low, high), optional
        A range to play in, by decades: the form gives it a slider.
    \    order_last : bool
        It stands behind the fields that a subclass adds.
    \    derived : bool
        It follows from other settings: the form does not ask for it.
    \    result_neutral : bool
        It changes how, not what: the numbers of a run are the same with any value.
    **bounds
        ``ge``, ``le``, ``gt``, ``max_length``: checked here, and the form's ranges.
    """
    extra: dict[str, Any] = {
        "live": live,
        "when": dict(when or {}),
        "labels": dict(labels or {}),
        "zero": zero,
        "slider": slider,
        "order_last": order_last,
        "derived": derived,
        "result_neutral": result_neutral,
    }
    return Field(default, title=title, description=hint, json_schema_extra=extra, **bounds)


class Frozen(BaseModel):
    """The common ground of all parts of a Spec: immutable, no unknown keys, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class DataSpec(Frozen):
    """Where the data come from. Each task has a subclass of its own, with its kinds."""

    kind: str = ""


class NetworkSpec(Frozen):
    """What every network has. Each kind of network has a subclass of its own."""

    weights: str = setting(
        "",
        mark("core", "Start from"),
        mark("core", "The model file whose parameters the run starts from."),
        order_last=True,
        max_length=4096,
    )

    @property
    def uses_random(self) -> bool:
        """Whether the network draws random numbers while it trains."""
        return False

    @property
    def work(self) -> int:
        """Multiply-adds for a sample, roughly: what decides where to compute."""
        return 0

    @property
    def layout(self) -> object:
        """What the shapes of the parameters depend on, apart from the data."""
        return self.model_copy(update={"weights": ""})


class MlpSpec(NetworkSpec):
    """A multi-layer perceptron: its hidden layers, in order, and what stands between them."""

    hidden: tuple[Width, ...] = setting(
        (10,),
        mark("core", "Hidden"),
        mark("core", "Neurons in each hidden layer: 10, or 20, 20 for two layers; empty for none."),
        max_length=32,
    )
    activation: Activation = setting(
        "relu",
        mark("core", "Activation"),
        mark("core", "The function behind each hidden layer: without it, layers only make a line."),
        labels=ACTIVATIONS,
    )
    dropout: float = setting(
        0.0,
        mark("core", "Dropout"),
        mark("core", "The share of hidden neurons switched off at random in each training step."),
        ge=0,
        le=0.9,
        zero=mark("core", "off"),
    )

    @property
    @override
    def uses_random(self) -> bool:
        return bool(self.dropout)

    @property
    @override
    def work(self) -> int:
        widths = (2, *self.hidden, 2)
        return sum(a * b for a, b in itertools.pairwise(widths))

    @property
    @override
    def layout(self) -> object:
        return self.hidden


class OptimizerSpec(Frozen):
    """How the gradient becomes a step. The names and defaults are the tutorial's."""

    name: OptimizerName = setting(
        "sgd",
        mark("core", "Optimizer"),
        mark("core", "The rule that turns gradients into a step."),
        labels=OPTIMIZER_NAMES,
    )
    lr: float = setting(
        0.01,
        mark("core", "Learning rate"),
        mark(
            "core",
            "lr: how far each step goes. Too large and the loss explodes; too small and it crawls.",
        ),
        live=True,
        slider=(1e-4, 10.0),
        gt=0,
        le=1000,
    )
    momentum: float = setting(
        0.8,
        mark("core", "Momentum"),
        mark("core", "The share of the last step that is carried into the next one."),
        live=True,
        when={"name": WITH_MOMENTUM},
        ge=0,
        le=1,
    )
    alpha: float = setting(
        0.9,
        mark("core", "Alpha"),
        mark("core", "How slowly RMSprop's average of squared gradients forgets."),
        live=True,
        when={"name": ("rmsprop",)},
        ge=0,
        lt=1,
    )
    beta1: float = setting(
        0.9,
        mark("core", "Beta 1"),
        mark("core", "How slowly Adam's average of gradients forgets."),
        live=True,
        when={"name": WITH_BETAS},
        ge=0,
        lt=1,
    )
    beta2: float = setting(
        0.99,
        mark("core", "Beta 2"),
        mark("core", "How slowly Adam's average of squared gradients forgets."),
        live=True,
        when={"name": WITH_BETAS},
        ge=0,
        lt=1,
    )
    weight_decay: float = setting(
        0.0,
        mark("core", "Weight decay"),
        mark("core", "L2: pulls every weight towards zero, so that the network stays simple."),
        live=True,
        ge=0,
        le=10,
        zero=mark("core", "off"),
    )


class LoaderOptions(TypedDict):
    """How a loader makes its batches."""

    shuffle: bool
    drop_last: bool


class ScheduleSpec(Frozen):
    """How long to train, on how much at a time, and when to stop early."""

    steps: int = setting(
        100,
        mark("core", "Steps"),
        mark("core", "How many optimizer steps the run has."),
        live=True,
        ge=1,
        le=MAX_STEPS,
    )
    epochs: int = setting(
        0,
        mark("core", "Epochs"),
        mark("core", "Passes over all training data; when set, it replaces the number of steps."),
        live=True,
        ge=0,
        le=1_000_000,
        zero=mark("core", "by steps"),
    )
    batch_size: int = setting(
        0,
        mark("core", "Batch size"),
        mark("core", "Points in each step, drawn as the DataLoader shuffles them."),
        live=True,
        ge=0,
        le=MAX_POINTS,
        zero=mark("core", "all at once"),
    )
    validation: float = setting(
        0.0,
        mark("core", "Validation"),
        mark(
            "core",
            "The share of the points kept out of training, to test the network on.",
        ),
        ge=0,
        le=0.9,
        zero=mark("core", "off"),
    )
    target_loss: float = setting(
        0.0,
        mark("core", "Target loss"),
        mark("core", "Stop as soon as the training loss is this small."),
        live=True,
        ge=0,
        le=1e6,
        zero=mark("core", "off"),
    )

    @property
    def loading(self) -> LoaderOptions:
        """How the points come in batches: as the tutorial's loader brings them, shuffled."""
        return {"shuffle": True, "drop_last": False}

    @property
    def worker_processes(self) -> int:
        """How many processes fetch the batches; the batches are the same with any number."""
        return 0


ClassWeights = Literal["equal", "balanced"]
EQUAL: ClassWeights = "equal"
BALANCED: ClassWeights = "balanced"


def class_weights_setting() -> Any:
    """Return the field of a task that tells classes apart, by which they count in the loss."""
    return setting(
        EQUAL,
        mark("core", "Class weights"),
        mark(
            "core",
            "None: each point counts alike. Balanced: all classes count alike, so a point of a "
            "rare one counts for more.",
        ),
        labels={EQUAL: mark("core", "none"), BALANCED: mark("core", "balanced")},
    )


class Spec(Frozen):
    """All that decides a run. Each task has a subclass with its own data and defaults."""

    seed: int = setting(
        1,
        mark("core", "Seed"),
        mark(
            "core", "Where the random numbers start: the same seed gives the same run, bit for bit."
        ),
        ge=0,
        le=2**32 - 1,
    )
    data: DataSpec = DataSpec()
    network: NetworkSpec = NetworkSpec()
    loss: LossName = setting("mse", mark("core", "Loss"))
    optimizer: OptimizerSpec = OptimizerSpec()
    schedule: ScheduleSpec = ScheduleSpec()

    def optimizers(self) -> dict[str, OptimizerSpec]:
        """Return what is trained: a loss column, and the optimizer of its network.

        Most tasks train one network. Several train in lockstep, on the same batches; without any
        the batches are only gone through.
        """
        return {"loss": self.optimizer}

    @property
    def balances_classes(self) -> bool:
        """Whether all classes count alike in the loss, however many points they have."""
        weights: ClassWeights = getattr(self, "class_weights", EQUAL)
        return weights == BALANCED

    @property
    def same_start(self) -> bool:
        """Whether several networks start from the first one's parameters."""
        return True

    @classmethod
    def parts(cls) -> list[str]:
        """Return the fields that have a meaning in this task: those that the form shows."""
        return list(cls.model_fields)

    @property
    def idle(self) -> tuple[str, ...]:
        """The parts and keys that do nothing with the present settings: the form hides them."""
        return ()

    def changed(self, part: str, **values: object) -> Self:
        """Return a copy with fields of one part replaced, not yet validated again."""
        return self.model_copy(update={part: getattr(self, part).model_copy(update=values)})


def flat(spec: BaseModel, prefix: str = "") -> dict[str, Any]:
    """Return the settings of a Spec as ``{"optimizer.lr": 0.2, ...}``, in their order."""
    result: dict[str, Any] = {}
    for name in field_names(type(spec)):
        value = getattr(spec, name)
        if isinstance(value, BaseModel):
            result |= flat(value, f"{prefix}{name}.")
        else:
            result[prefix + name] = value
    return result


def field_names(part: type[BaseModel]) -> list[str]:
    """Return the fields of a part in the order of the form."""
    fields = part.model_fields
    return sorted(fields, key=lambda name: bool(_details(fields[name]).get("order_last")))


def field_info(spec_type: type[BaseModel], key: str) -> FieldInfo:
    """Return the field of a key such as ``optimizer.lr``: its title, its hint, its bounds."""
    part, _, rest = key.partition(".")
    info = spec_type.model_fields[part]
    if not rest:
        return info
    part_type = info.annotation
    assert isinstance(part_type, type)
    assert issubclass(part_type, BaseModel)
    return field_info(part_type, rest)


def field_details(spec_type: type[BaseModel], key: str) -> Mapping[str, Any]:
    """Return what `setting` noted about a key such as ``optimizer.lr``."""
    return _details(field_info(spec_type, key))


def _details(info: FieldInfo) -> Mapping[str, Any]:
    extra = info.json_schema_extra
    return extra if isinstance(extra, dict) else {}


def choice_label(spec: BaseModel, name: str) -> str:
    """Return what the present choice of a field is called, marked for translation."""
    value = getattr(spec, name)
    return str(field_details(type(spec), name)["labels"].get(value, value))


def changed_keys(old: Spec, new: Spec) -> list[str]:
    """Return the keys in which two Specs of the same task differ."""
    before, after = flat(old), flat(new)
    return [key for key in after if before[key] != after[key]]


def restart_keys(old: Spec, new: Spec) -> list[str]:
    """Return the changed keys that cannot take effect in mid-run.

    Points placed by hand can: they join the training at once. What does nothing, before and after
    the change, needs no new start either.
    """
    keys = [
        key
        for key in changed_keys(old, new)
        if not (is_inactive(old, key) and is_inactive(new, key))
    ]
    return [key for key in keys if not field_details(type(new), key).get("live")]


def affects_result(spec: Spec, key: str) -> bool:
    """Return whether a change of a key in mid-run makes a difference to the run's numbers."""
    return not (is_inactive(spec, key) or field_details(type(spec), key).get("result_neutral"))


def is_inactive(spec: Spec, key: str) -> bool:
    """Return whether a key such as ``optimizer.lr`` does nothing with the present settings."""
    return any(key == idle or key.startswith(f"{idle}.") for idle in spec.idle)
