"""What a section of the tutorial says of itself. It imports no torch: the form comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol

from typing_extensions import TypeVar

from nngui.core.errors import SettingError
from nngui.core.spec.toml import with_settings
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray
    from torch import Tensor, nn

    from nngui.core.code_text import DataCode, NetworkCode
    from nngui.core.data.data import Data
    from nngui.core.errors import NnguiError
    from nngui.core.networks.layers import Layer
    from nngui.core.preset import Preset
    from nngui.core.spec import Spec

    Shape = tuple[int, ...]

# Without a type in brackets, nothing is said of the settings but that they are a Spec.
S = TypeVar("S", bound="Spec", default="Spec")
S_contra = TypeVar("S_contra", bound="Spec", contravariant=True, default="Spec")


class SpecFromFile(Protocol):
    """A network that was told from a saved one, in terms of the form."""

    @property
    def shape(self) -> Shape:
        """A sample's shape."""

    @property
    def outputs(self) -> int:
        """How many values it gives for a sample."""

    @property
    def notes(self) -> tuple[NnguiError, ...]:
        """What was left out, a sentence each."""

    @property
    def summary(self) -> str:
        """The network in a few characters: ``1–10–1``."""

    def takes(self, shape: Shape) -> bool:
        """Return whether samples of a shape go through it."""

    def settings(self) -> dict[str, Any]:
        """Return the settings of such a network, by their keys."""


class Architecture(Protocol[S_contra]):
    """A kind of network: how it is built, how a script writes it, how it is told from a file."""

    @property
    def kinds(self) -> frozenset[str]:
        """The layers that it may have, by their classes in `torch.nn`."""

    def build(self, spec: S_contra, shape: Shape, outputs: int, name: str) -> nn.Module:
        """Build the network of a loss column, its weights drawn from torch's default generator.

        Parameters
        ----------
        spec : Spec
        shape : tuple of int
            A sample's: (features,), or (channels, height, width).
        outputs : int
            How many values it gives for a sample.
        name : str
            The loss column (see `Spec.optimizers`).

        Raises
        ------
        NnguiError
            When no such sample goes through its layers.
        """

    def code(self, spec: S_contra, data: DataCode, name: str) -> NetworkCode:
        """Return the same as source text."""

    def spec_from_layers(self, network: Layer) -> SpecFromFile:
        """Return the settings of a saved whole network.

        Raises
        ------
        NnguiError
            When it is none of this kind.
        """

    def spec_from_shapes(self, found: dict[str, Shape]) -> SpecFromFile | None:
        """Return the settings of the network that has these parameters, where they tell it."""


@dataclass(frozen=True)
class Task(Generic[S]):
    """One section of the tutorial: its data, its network's last layer, its defaults.

    ``Task[RegressionSpec]`` has settings of that class, and its functions take them.

    Attributes
    ----------
    name : str
        As in the command line: ``regression``.
    title : str
        As on the tab, marked for translation.
    order : int
        The section's number in the tutorial; the tabs stand in this order.
    icon : str
        A qtawesome name.
    spec : Spec
        The tutorial's settings.
    network : Architecture
        Makes the networks.
    redraw_every : int
        Steps between two pictures at the tutorial's pace; 0 where it shows the end only.
    make_data : callable of Spec
        Draws the data from torch's default generator.
    data_code : callable of Spec
        The same as lines of the exported script.
    sample_shape : callable of Spec
        The shape of a sample, and how many values the network gives for it: of the data that the
        settings name, without making them. It may read a file.
    data_for_network : callable of Spec, shape, outputs
        What is to be changed in the settings, by key, for a network that takes samples of this
        shape and gives so many values: nothing where the data fit as they are; None where there are
        no such data.
    augmenter : callable of Spec, Tensor, optional
        Given the training inputs as the network sees them, what changes each batch at random, or
        None.
    shape_in_memory : callable of Spec, optional
        What `sample_shape` returns, told without reading a file and without waiting for anybody
        who reads it; None where that cannot be told. Left out where `sample_shape` reads none.
    script_data : callable of Spec, optional
        The arrays that the exported script reads from a file beside it, by name.
    presets : tuple of Preset
        Its experiments, in the order in which they are offered.
    """

    name: str
    title: str
    order: int
    icon: str
    spec: S
    network: Architecture[S]
    redraw_every: int
    make_data: Callable[[S], Data]
    data_code: Callable[[S], DataCode]
    sample_shape: Callable[[S], tuple[Shape, int]]
    data_for_network: Callable[[S, Shape, int], dict[str, Any] | None]
    augmenter: Callable[[S, Tensor], Callable[[Tensor], Tensor] | None] | None = None
    shape_in_memory: Callable[[S], tuple[Shape, int] | None] | None = None
    script_data: Callable[[S], dict[str, NDArray[Any]]] | None = None
    presets: tuple[Preset, ...] = ()

    def preset(self, name: str) -> Preset:
        """Return the experiment of a name.

        Raises
        ------
        SettingError
            When there is none.
        """
        for preset in self.presets:
            if preset.name == name:
                return preset
        names = " or ".join(preset.name for preset in self.presets)
        text = mark("core", "{task} has no experiment {name}: choose {all}.")
        raise SettingError(text, task=self.name, name=name, all=names)

    def known_shape(self, spec: S) -> tuple[Shape, int] | None:
        """Return what `sample_shape` does, at once; None where a file would have to be read first.

        The window's thread asks this, and never `sample_shape`.
        """
        return (self.shape_in_memory or self.sample_shape)(spec)

    def for_network(
        self, spec: S, shape: Shape, outputs: int, settings: Mapping[str, Any] | None = None
    ) -> S | None:
        """Return settings whose data fit a network, if need be with other data.

        Parameters
        ----------
        shape : tuple of int
            A sample's.
        outputs : int
            How many values the network gives for it.
        settings : mapping, optional
            What else is changed, such as the layers: data and network are validated together.

        Returns
        -------
        Spec or None
            None where the task has no such data.

        Notes
        -----
        It may read a file, as `sample_shape` may.
        """
        changes = self.data_for_network(spec, shape, outputs)
        return None if changes is None else with_settings(spec, {**changes, **(settings or {})})

    def spec_of(self, preset: Preset) -> S:
        """Return the settings of an experiment: the tutorial's, but for what it changes."""
        return with_settings(self.spec, preset.settings)
