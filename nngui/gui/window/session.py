"""Each tab's settings, from one start to the next."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from nngui.core.errors import NnguiError
from nngui.core.spec.toml import to_toml, with_settings
from nngui.core.spec.toml_text import read_toml
from nngui.core.text import mark
from nngui.files.atomic import read_text, write_text
from nngui.terminal import warn

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.gui.training.run import Run

log = logging.getLogger(__name__)


class Session:
    """Keeps the settings that are not the tutorial's in a folder, a file a task.

    Parameters
    ----------
    folder : Path, optional
        None: nothing is kept, and nothing comes back.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._forgotten: set[str] = set()

    def forget(self, task: str) -> None:
        """Have this task begin with the tutorial's settings in this session."""
        self._forgotten.add(task)

    def save(self, run: Run) -> None:
        """Keep a run's settings as they are now."""
        if self._folder is None:
            return
        file = self._file(run)
        try:
            if run.spec == run.task.spec:
                if run.task.name not in self._forgotten:  # else they are still the user's
                    file.unlink(missing_ok=True)
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            write_text(file, to_toml(run.task.name, run.spec))
        except (NnguiError, OSError) as error:  # the window closes: the terminal is left to tell
            log.warning("The settings of %s were not kept: %s", run.task.name, str(error))
            text = mark("core", "The settings of {task} are not kept for the next start: {why}")
            why = error.strerror if isinstance(error, OSError) else error.values.get("why", error)
            warn("nngui: " + text.format(task=run.task.name, why=why))

    def restore(self, run: Run) -> None:
        """Give a run that has not begun the settings of the last session, if there are any."""
        if self._folder is None or run.task.name in self._forgotten:
            return
        file = self._file(run)
        if not file.is_file():
            return
        try:
            document = read_toml(read_text(file))
            document.pop("task", None)
            run.apply(with_settings(run.task.spec, document))
        except NnguiError as error:  # of another version, or damaged: the tutorial's are there
            log.warning("The settings in %s were left out: %s", file, str(error))

    def _file(self, run: Run) -> Path:
        assert self._folder is not None
        return self._folder / f"{run.task.name}.nngui.toml"
