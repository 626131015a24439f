"""What the window writes is whole, whichever call to the system fails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.files.faults.sample import faults_of, folder_for
from tests.gui.fault_writers import WRITERS


@pytest.mark.skipif(os.name != "posix", reason="needs locks on files")
@pytest.mark.parametrize("name", WRITERS)
def test_that_what_the_window_writes_is_whole_whichever_call_fails(tmp_path, name):
    with folder_for(tmp_path) as folder:
        assert faults_of(WRITERS[name], Path(folder)) == []
