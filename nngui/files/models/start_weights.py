"""The parameters that a run starts from, read from the file that its settings name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from nngui.core.spec import Spec


def start_weights(spec: Spec) -> dict[str, Tensor] | None:
    """Return the parameters in the file that ``network.weights`` names; None without one.

    Raises
    ------
    ModelFileError
        When the file cannot be opened as a model.
    """
    if not spec.network.weights:
        return None
    from nngui.files.models.reader import read_model

    return read_model(Path(spec.network.weights)).parameters
