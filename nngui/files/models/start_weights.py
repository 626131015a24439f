"""What a run starts from, read from the model file that its settings name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nngui.core.errors import NnguiError, SettingError
from nngui.core.spec.keys import flat
from nngui.core.spec.refusals import short_text
from nngui.core.spec.toml import with_settings
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Container

    from torch import Tensor

    from nngui.core.spec import Spec
    from nngui.core.task import Task


def start_weights(spec: Spec) -> dict[str, Tensor] | None:
    """Return the parameters in the file that ``network.weights`` names; None without one.

    Raises
    ------
    ModelFileError
        When the file cannot be opened as a model, or shares parameters between layers.
    """
    if not spec.network.weights:
        return None
    from nngui.files.models.reader import check_not_tied, read_model

    model = read_model(Path(spec.network.weights))
    check_not_tied(model)
    return model.parameters


def start_network(
    task: Task, spec: Spec, given: Container[str]
) -> tuple[Spec, tuple[NnguiError, ...]]:
    """Return settings with the network in the file that ``network.weights`` names.

    A file with the layers of its network brings them: the same parameters behind another activation
    are another function. A file with nothing but parameters brings none, and neither does no file.

    Parameters
    ----------
    given : container of str
        The keys of what was asked for: that has to agree with the file.

    Returns
    -------
    Spec, tuple of NnguiError
        The settings; and what has to be said of the file, a sentence each.

    Raises
    ------
    ModelFileError
        When the file cannot be opened as a model, or shares parameters between layers.
    SettingError
        When something else was asked for than the file holds, or it holds a network of another kind
        than the task's.
    """
    path = spec.network.weights
    if not path:
        return spec, ()
    from nngui.files.models.reader import check_not_tied, read_model

    model = read_model(Path(path))
    if model.layer is None:
        return spec, tuple(model.notes)
    check_not_tied(model)
    try:
        found = task.network.spec_from_layers(model.layer)
    except NnguiError as error:
        text = mark(
            "core",
            "{path} holds a network that {task} cannot train ({why}). Its parameters alone, saved "
            "as a state_dict, can be started from.",
        )
        raise SettingError(text, path=path, task=task.name, why=str(error).rstrip(".")) from error

    # What was not asked for is the file's; what was asked for must be the same there.
    wanted, new = flat(spec), with_settings(spec, found.settings())
    for key, value in flat(new).items():
        if key in given and value != wanted[key]:
            text = mark(
                "core",
                "{key} is {value}, but the network in {path} has {other}: leave the setting out, "
                "or take another file.",
            )
            ours, theirs = (short_text(_as_written(one)) for one in (wanted[key], value))
            raise SettingError(text, key=key, value=ours, path=path, other=theirs)
    return new, (*model.notes, *found.notes)


def _as_written(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
