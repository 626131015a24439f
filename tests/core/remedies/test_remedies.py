"""Every remedy makes it better, and every experiment shows what it says, over several seeds.

A larger table of the same (`python tests/benchmarks/remedies.py`) has more seeds, and all of the
costly ones.
"""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import numpy as np
import pytest

from nngui.core.evaluation import course_hints, data_hints, rate_hints, unit_hints
from nngui.core.training import endings
from tests.core.remedies.advice import (
    ELSEWHERE,
    ENDINGS,
    ENDINGS_ELSEWHERE,
    FOUND,
    HINTS,
    LESSONS,
)
from tests.core.remedies.experiments import CLAIMS, LOOKS, REMEDIES
from tests.core.remedies.records import NO_WORSE, TASKS, Remedy, forget, outcome

ALL = (*REMEDIES, *HINTS, *ENDINGS, *LESSONS, *FOUND)
SEEDS, CLAIM_SEEDS, COSTLY_SEEDS = range(1, 6), range(1, 11), (1,)
MODULES = (rate_hints, unit_hints, course_hints, data_hints)
LESSON = Path(__file__).parents[3] / "resources" / "lessons" / "en"


@pytest.fixture(scope="module", autouse=True)
def _room():
    yield
    forget()


@pytest.mark.parametrize("remedy", ALL, ids=[f"{i}-{one.name}" for i, one in enumerate(ALL)])
def test_that_a_remedy_makes_it_better(remedy):
    rows = remedy.tried(COSTLY_SEEDS if remedy.costly else SEEDS)
    before, after, own = np.median(np.array(rows), axis=0)
    assert after <= remedy.margin * before, rows
    if remedy.fits:
        assert after <= NO_WORSE * own, rows


@pytest.mark.parametrize("remedy", [one for one in HINTS if one.after], ids=lambda one: one.name)
def test_that_the_hint_is_given_and_carries_the_words(remedy):
    for seed in remedy.seeds or SEEDS:
        run = outcome(remedy.task, remedy.before | {"seed": seed}, remedy.preset)
        given = [hint for hint in run.hints if hint.kind == remedy.kind and hint.settings]
        if given:
            assert "{" not in given[0].remedy.format(**given[0].values)
            assert str(given[0]).endswith(".")
            return
    pytest.fail("no seed has the hint")


@pytest.mark.parametrize("claim", CLAIMS, ids=[f"{one.preset}-{i}" for i, one in enumerate(CLAIMS)])
def test_that_an_experiment_shows_what_it_says_in_nine_of_ten_seeds(claim):
    seeds = COSTLY_SEEDS if claim.costly else CLAIM_SEEDS
    seen = claim.seen(seeds)
    assert sum(seen) >= 0.9 * len(seen), dict(zip(seeds, seen, strict=True))


# Nothing is promised without a record -----------------------------------------------------------


def sentences(text):
    return re.split(r"(?<=[.!?]) +(?=[A-Z])", text)


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_that_each_sentence_of_an_experiment_has_a_record(task):
    recorded = {one.words for one in (*CLAIMS, *REMEDIES, *LOOKS)}
    said = {sentence for preset in task.presets for sentence in sentences(preset.lesson)}
    assert said <= recorded


def test_that_no_record_is_of_what_nobody_says():
    said = {s for task in TASKS.values() for p in task.presets for s in sentences(p.lesson)}
    assert {one.words for one in (*CLAIMS, *REMEDIES, *LOOKS)} <= said


def marked(module):
    """The texts that a module marks for translation."""
    calls = [
        node
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "mark"
    ]
    return [ast.literal_eval(call.args[1]) for call in calls]


def test_that_each_button_of_a_hint_has_a_record():
    buttons = {text for module in MODULES for text in marked(module) if not text.endswith(".")}
    assert buttons == {one.words for one in HINTS} | ELSEWHERE.keys()


def test_that_each_cure_that_an_ending_names_has_a_record():
    cures = {s for text in marked(endings) for s in sentences(text)[1:]}
    assert cures == {one.words for one in ENDINGS} | ENDINGS_ELSEWHERE.keys()


def test_that_what_lessons_promise_stands_in_them():
    text = "\n".join(path.read_text(encoding="utf-8") for path in LESSON.glob("*.md"))
    for one in LESSONS:
        assert one.words in text
    # What mends a thing is said where it goes wrong: there each paragraph has a record.
    wrong = (LESSON / "regression.md").read_text(encoding="utf-8").split("## When it goes wrong")[1]
    dead = next(line for line in wrong.splitlines() if line.startswith("**Dead.**"))
    assert LESSONS[1].words in dead


def test_that_a_remedy_that_does_nothing_is_found_out():
    nothing = Remedy("?", "regression", {"optimizer.lr": 0.9}, {"optimizer.lr": 0.09}, 0.1)
    rows = np.array(nothing.tried(SEEDS))
    assert np.median(rows[:, 1]) > nothing.margin * np.median(rows[:, 0])
