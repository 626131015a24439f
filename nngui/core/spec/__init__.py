"""What to train: the settings of a run, their text, and PyTorch's names for them."""

from nngui.core.spec.fields import Frozen, setting
from nngui.core.spec.network import MlpSpec, NetworkSpec
from nngui.core.spec.optimizer import OptimizerSpec
from nngui.core.spec.schedule import ScheduleSpec
from nngui.core.spec.spec import DataSpec, Spec

__all__ = [
    "DataSpec",
    "Frozen",
    "MlpSpec",
    "NetworkSpec",
    "OptimizerSpec",
    "ScheduleSpec",
    "Spec",
    "setting",
]
