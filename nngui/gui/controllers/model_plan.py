"""What it takes to start a task's run from a model file: worked out beside the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from nngui.core.errors import NnguiError
from nngui.core.spec.keys import flat
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

    from nngui.core.data.image_preparation import ImagePreparation
    from nngui.core.networks.layers import Layer
    from nngui.core.networks.matching import MisfitError
    from nngui.core.spec import Spec
    from nngui.core.task import SpecFromFile, Task
    from nngui.files.models.reader import ModelFile

    Places: TypeAlias = list[tuple[Task, Spec]]

Unlike: TypeAlias = tuple[int, int]
ALIKE: Unlike = (-1, 0)  # the network itself was understood


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
        """Return the settings of a run that starts from it; the others stay as they are now.

        It may read the file of the data that are there now: not in the window's thread.

        Raises
        ------
        NnguiError
            When the settings were changed since it was asked, and no data go with it any more.
        """
        fitting = self.task.for_network(now, self.shape, self.outputs, self.settings)
        if fitting is None:
            raise _not_opened(self.file, _no_data(self.shape, self.outputs))
        return fitting

    def takes_data_of(self, now: Spec) -> bool:
        """Return whether it is known that it can be asked about the data that are there now."""
        try:
            return self.task.known_shape(now) == (self.shape, self.outputs)
        except NnguiError:  # there are no such data
            return False

    def network(self, now: Spec) -> nn.Module:
        """Return the opened network as this program builds it, with the file's parameters.

        As `spec`, it may read a file.
        """
        from nngui.core.networks.matching import matched, shapes_of
        from nngui.core.training.outline import outline

        net = outline(self.task, self.spec(now), self.shape, self.outputs)
        found = matched(self.file.parameters, shapes_of(net.state_dict()))
        net.load_state_dict(found, assign=True)
        return net


@dataclass(frozen=True)
class Misfit:
    """Parameters that are not those of the open tab's network, and where they would be.

    Attributes
    ----------
    file : ModelFile
    error : MisfitError
        It says of each parameter whether it fits.
    plan : ModelPlan or None
        The network that has such parameters, where they tell it.
    """

    file: ModelFile
    error: MisfitError
    plan: ModelPlan | None


def plan_for(file: ModelFile, places: Places) -> ModelPlan | Misfit:
    """Return where a model belongs: in the open tab if it fits there, else in another.

    It may read the files of the data that are there now: not in the window's thread.

    Parameters
    ----------
    places : list of Task, Spec
        The tasks with their settings of now, the open tab's first.

    Raises
    ------
    NnguiError
        When no tab can open it.
    """
    from nngui.core.networks.matching import MisfitError, shapes_of

    if file.layer is not None:
        from nngui.files.models.reader import check_not_tied

        check_not_tied(file)
        layer = file.layer
        return _plan_with(file, places, lambda task: task.network.spec_from_layers(layer))
    try:
        return _plan_here(file, *places[0])
    except MisfitError as error:
        found = shapes_of(file.parameters)
        try:
            plan = _plan_with(file, places, lambda task: task.network.spec_from_shapes(found))
        except NnguiError:
            return Misfit(file, error, None)  # the table alone says what is the matter
        return Misfit(file, error, plan)


def has_images_of(images: ImagePreparation, places: Places) -> bool:
    """Return whether there are images open of the classes and the size that a network takes.

    Those that come with the program count too. It may read files: not in the window's thread.
    """
    from nngui.files.images.reader import SHIPPED, shipped_images
    from nngui.tasks.cnn.data import images as images_of
    from nngui.tasks.cnn.settings import CnnSpec

    found = [shipped_images(name) for name in SHIPPED]
    for _task, spec in places:
        if isinstance(spec, CnnSpec) and spec.data.kind == "file":
            try:
                found.append(images_of(spec))
            except NnguiError:  # they are gone: nothing can be trained on
                continue
    return any((one.classes, one.x.shape[1:]) == (images.classes, images.shape) for one in found)


def _plan_here(file: ModelFile, task: Task, spec: Spec) -> ModelPlan:
    """Return the plan of a task whose network of now takes a file's parameters."""
    from nngui.core.networks.matching import matched
    from nngui.core.training.outline import expected_shapes

    shape, outputs = task.sample_shape(spec)
    matched(file.parameters, expected_shapes(task, spec, shape, outputs))
    # The form may be changed while it is asked: what they fit is the network of now.
    network = {key: value for key, value in flat(spec).items() if key.startswith("network.")}
    settings = network | {"network.weights": file.source}
    return ModelPlan(file, task, shape, outputs, settings, file.notes)


def _plan_with(
    file: ModelFile, places: Places, read: Callable[[Task], SpecFromFile | None]
) -> ModelPlan:
    """Return the plan of the first task that takes the network.

    Where none does, what is said is the refusal of the task whose networks are most like it.
    """
    refusals: list[tuple[Unlike, NnguiError]] = []
    for task, spec in places:
        try:
            found = read(task)
        except NnguiError as error:
            refusals.append((_unlike(task, file.layer), error))
            continue
        if found is None:
            continue
        shape = _shape_here(task, spec, found)
        if task.data_for_network(spec, shape, found.outputs) is None:
            refusals.append((ALIKE, _no_data(shape, found.outputs)))
            continue
        settings = found.settings() | {"network.weights": file.source}
        notes = (*file.notes, *found.notes)
        return ModelPlan(file, task, shape, found.outputs, settings, notes, found.summary)
    nearest = min(refusals, key=lambda refusal: refusal[0])[1] if refusals else ""
    raise _not_opened(file, nearest)


def _no_data(shape: tuple[int, ...], outputs: int) -> NnguiError:
    from nngui.core.networks.layer_shapes import sample_shape_text

    text = mark("core", "no tab has data for {inputs} inputs and {outputs} outputs")
    return NnguiError(text, inputs=sample_shape_text(shape), outputs=outputs)


def _not_opened(file: ModelFile, why: NnguiError | str) -> NnguiError:
    text = mark("core", "{path} cannot be opened in a tab: {why}.")
    return NnguiError(text, path=file.path, why=why)


def _shape_here(task: Task, spec: Spec, found: SpecFromFile) -> tuple[int, ...]:
    """Return the shape of a sample: that of the data here, where they go through the network.

    A file does not tell the size of its pictures: another guess would take the open ones away.
    """
    try:
        shape, _ = task.sample_shape(spec)
    except NnguiError:  # there are no such data
        return found.shape
    return shape if found.takes(shape) else found.shape


def _unlike(task: Task, network: Layer | None) -> Unlike:
    """Return how far a network is from those of a task.

    That is how many of its layers are of a kind that these never have; and, where that is the
    same, how many kinds these may have and it has not.
    """
    from nngui.core.networks.layers import leaves

    kinds = [leaf.kind for _, leaf in leaves(network)] if network is not None else []
    known = task.network.kinds
    return sum(kind not in known for kind in kinds), len(known - set(kinds))
