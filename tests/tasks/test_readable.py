"""What a learner reads first: each section's data, network, loss and defaults, within 60 lines."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from pathlib import Path

import pytest

from nngui.core.spec.keys import flat
from tests.core.helpers import TASKS

LINES = 60
FOLDER = Path(sys.modules["nngui.tasks"].__path__[0])
PARTS = {"data", "network", "loss", "schedule"}
SIZES = {"layers": "width", "conv": "channels"}  # of networks whose layers are calls themselves


def source_of(name):
    """The text of the file in which a section's `TASK` stands."""
    module = sys.modules[f"nngui.tasks.{name}"]
    return Path(inspect.getfile(module)).read_text(encoding="utf-8")


def keywords(call):
    return {keyword.arg: keyword.value for keyword in call.keywords}


def task_call(text):
    """The last statement of a file: ``TASK = Task(...)``."""
    last = ast.parse(text).body[-1]
    assert isinstance(last, ast.Assign)
    assert [target.id for target in last.targets] == ["TASK"]
    assert last.value.func.id == "Task"
    return last.value


def test_that_every_section_is_held():
    found = {path.stem for path in FOLDER.iterdir() if path.stem not in ("__init__", "__pycache__")}
    assert found == set(TASKS)


@pytest.mark.parametrize("name", TASKS)
def test_that_all_of_a_section_is_said_within_the_first_lines(name):
    text = source_of(name)
    call = task_call(text)
    assert call.end_lineno <= LINES
    said = keywords(call)
    assert {"spec", "network", "make_data", "data_code", "presets"} <= said.keys()
    settings = keywords(said["spec"])
    assert settings.keys() >= PARTS
    assert settings.keys() & {"optimizer", "racers"}


@pytest.mark.parametrize("name", TASKS)
def test_that_the_defaults_are_written_down_as_numbers_and_words(name):
    """Each part says what of it makes the section: nothing there is left to another file."""
    spec = TASKS[name].spec
    settings = keywords(keywords(task_call(source_of(name)))["spec"])
    for part in PARTS - {"loss"}:
        for key, value in keywords(settings[part]).items():
            found = getattr(getattr(spec, part), key)
            if key not in SIZES:
                assert ast.literal_eval(value) == found
                continue
            for layer, built in zip(value.elts, found, strict=True):
                assert keywords(layer)[SIZES[key]].value == getattr(built, SIZES[key])
        assert keywords(settings[part]), f"{part} of {name}"
    assert settings["loss"].value == spec.loss


@pytest.mark.parametrize("name", TASKS)
def test_that_the_learning_rate_that_stands_there_is_each_optimizers(name):
    spec = TASKS[name].spec
    text = ast.get_source_segment(source_of(name), task_call(source_of(name)))
    (rate,) = re.findall(r"\blr=([\d.]+)", text)
    optimizers = spec.optimizers() or {"loss": spec.optimizer}
    assert {optimizer.lr for optimizer in optimizers.values()} == {float(rate)}


@pytest.mark.parametrize("name", TASKS)
def test_that_the_data_in_the_docstring_are_the_exported_scripts(name):
    task = TASKS[name]
    docstring = ast.get_docstring(ast.parse(source_of(name)))
    lines = [line.strip() for line in docstring.splitlines() if line.startswith("    ")]
    script = task.data_code(task.spec).lines
    assert any(line.startswith(("x = ", "x, y = ")) for line in lines)
    assert lines == [line for line in script if line in lines]


@pytest.mark.parametrize("name", TASKS)
def test_that_the_sections_settings_are_the_specs(name):
    """What is not said in the first lines is as the settings' own defaults have it."""
    spec = TASKS[name].spec
    settings = keywords(keywords(task_call(source_of(name)))["spec"])
    said = {f"{part}.{key}" for part in settings for key in keywords_of(settings[part])}
    plain = flat(type(spec)())
    others = {key for key, value in flat(spec).items() if value != plain[key]}
    parts = {key.partition(".")[0] for key in others - said}
    assert parts <= {"loss"}


def keywords_of(value):
    return keywords(value) if isinstance(value, ast.Call) else {}
