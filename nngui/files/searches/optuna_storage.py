"""A search by TPE as a study of Optuna's, for its dashboard and its other tools.

The journal is where trials are shared and found again, with any sampler; beside it, the trials that
have ended are kept in a `JournalStorage` of Optuna's, which needs no server either.
"""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING

from nngui.core.search.trials import ENDED

if TYPE_CHECKING:
    from pathlib import Path

    from nngui.files.searches.journal import Journal

SUFFIX = ".optuna"
log = logging.getLogger(__name__)


def storage_path(journal: Path) -> Path:
    """Return where Optuna's storage of a search lies: beside its journal."""
    return journal.with_name(journal.name + SUFFIX)


def write_study(journal: Journal) -> None:
    """Add to Optuna's storage the trials that have ended and are not there.

    Whoever works on the search may call it at any time: the journal's own lock is held meanwhile.
    """
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    from nngui.core.search.tpe import NUMBER, direction, told

    plan = journal.plan
    with journal.alone(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that its interface may change
        storage = JournalStorage(JournalFileBackend(str(storage_path(journal.path))))
        study = optuna.create_study(
            study_name=f"nngui {plan.task.name}",
            storage=storage,
            direction=direction(plan),
            load_if_exists=True,
        )
        known = {trial.user_attrs.get(NUMBER) for trial in study.get_trials(deepcopy=False)}
        ended = [trial for trial in journal.board.in_order if trial.state in ENDED]
        study.add_trials(
            [trial for trial in told(plan, ended) if trial.user_attrs[NUMBER] not in known]
        )
