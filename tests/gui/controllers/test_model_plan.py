"""What a model file is planned to be opened with, when the settings change meanwhile."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from nngui.core.errors import NnguiError
from nngui.gui.controllers.model_plan import ModelPlan
from tests.core.helpers import TASKS


def test_that_data_that_no_longer_go_with_a_model_are_refused_in_words():
    task = replace(TASKS["regression"], data_for_network=lambda *_: None)
    file = SimpleNamespace(path=Path("net.pkl"))
    plan = ModelPlan(file, task, (7,), 3, {}, ())
    with pytest.raises(NnguiError, match=r"net\.pkl cannot be opened in a tab: no tab has data"):
        plan.spec(task.spec)
