"""What it takes to start a task's run from a model file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nngui.core.errors import NnguiError

if TYPE_CHECKING:
    from torch import nn

    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.files.models.reader import ModelFile


@dataclass(frozen=True)
class ModelPlan:
    """A model file, and what a task's run needs in order to start from it."""

    file: ModelFile
    task: Task
    shape: tuple[int, ...]
    outputs: int
    settings: dict[str, Any]
    notes: tuple[NnguiError, ...]
    summary: str = ""

    def spec(self, now: Spec) -> Spec:
        """Return the settings of a run that starts from it; the others stay as they are now."""
        fitting = self.task.for_network(now, self.shape, self.outputs, self.settings)
        assert fitting is not None  # it was asked before: the task has data for such networks
        return fitting

    def takes_data_of(self, now: Spec) -> bool:
        """Return whether it can be asked about the data that are there now."""
        try:
            return self.task.sample_shape(now) == (self.shape, self.outputs)
        except NnguiError:  # there are no such data
            return False

    def network(self, now: Spec) -> nn.Module:
        """Return the opened network as this program builds it, with the file's parameters."""
        from nngui.core.networks.matching import matched, shapes_of
        from nngui.core.training.outline import outline

        net = outline(self.task, self.spec(now), self.shape, self.outputs)
        found = matched(self.file.parameters, shapes_of(net.state_dict()))
        net.load_state_dict(found, assign=True)
        return net
