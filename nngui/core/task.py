"""What a section of the tutorial says of itself. It imports no torch: the form comes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from nngui.core.code_text import DataCode
    from nngui.core.data import Data
    from nngui.core.spec import Spec


@dataclass(frozen=True)
class Task:
    """One section of the tutorial: its data, its network's last layer, its defaults.

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
    last_layer : str
        What the tutorial's `Net` calls its output layer.
    redraw_every : int
        Steps between two pictures at the tutorial's pace.
    make_data : callable of Spec
        Draws the data from torch's default generator.
    data_code : callable of Spec
        The same as lines of the exported script.
    for_network : callable of Spec, inputs, outputs
        The settings, with other data where these do not fit, for a network of so many inputs and
        outputs; None where there are no such data.
    """

    name: str
    title: str
    order: int
    icon: str
    spec: Spec
    last_layer: str
    redraw_every: int
    make_data: Callable[[Any], Data]
    data_code: Callable[[Any], DataCode]
    for_network: Callable[[Any, int, int], Spec | None]
