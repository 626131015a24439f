"""What the documents say of the source is there: paths, modules, classes, links, the tree of rooms.

(The guide and its pictures are in test_guide, CONTRIBUTING's example of a task in test_new_task.)
"""

from __future__ import annotations

import ast
import importlib
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "nngui"
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/decisions.md"]
CONFIGURATIONS = [".pre-commit-config.yaml", ".github/ISSUE_TEMPLATE/bug_report.yml"]
ROOMS = ("core", "files", "gui", "tasks")  # paths may begin with these, or at the repository's root

EXAMPLE = re.compile(r"```python\n# nngui/\S+\n.*?```", re.DOTALL)  # of a task that is not there
FENCE = re.compile(r"```.*?```", re.DOTALL)
CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"\.?\w[\w.-]*(?:/[\w.-]+)+/?|[a-z]\w*\.py")
PLAIN_PATH = re.compile(r"(?<![\w/.`-])((?:nngui|packaging|tests|docs|\.ci|\.github)/[\w./-]*\w)")
MODULE = re.compile(r"\bnngui(?:\.[A-Za-z_]\w*)+")
NAME = re.compile(r"([A-Z][a-z]+[A-Z]?\w*)(?:\.(\w+))?(?:\(.*\))?")
BOLD_NAME = re.compile(r"\*\*([A-Z][a-z]+[A-Z]?\w*)\*\*")
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)

ELSEWHERE = {
    "nngui.toml",  # the file of a user's settings
    "nngui/tasks/growth.py",  # the example of a task, and what belongs to it
    "resources/lessons/en/growth.md",
    "resources/lessons/zh_CN/growth.md",
    "train.py",  # of an exported project
    ".venv/bin",  # on Windows it has another name
}
OTHERS_CLASSES = {"DataLoader", "Net", "QUndoStack", "Sequential"}  # the tutorial's, torch's, Qt's


def text_of(document):
    """The text of a document without the example of a task, of which nothing is there yet."""
    return EXAMPLE.sub("", (ROOT / document).read_text(encoding="utf-8"))


def prose_of(document):
    return FENCE.sub("", text_of(document))


def spans_of(document):
    return SPAN.findall(prose_of(document))


def is_there(path):
    """Whether a path is there: from the root or within the package, a module also without .py."""
    pattern = path.rstrip("/").replace("LANGUAGE", "*")  # what stands for each language
    if "/" not in pattern:
        return any(PACKAGE.rglob(pattern))
    places = [PACKAGE] if pattern.startswith(tuple(f"{room}/" for room in ROOMS)) else [ROOT]
    forms = [pattern] if path.endswith("/") else [pattern, f"{pattern}.py"]
    found = [place for base in places for form in forms for place in base.glob(form)]
    return any(place.is_dir() or not path.endswith("/") for place in found)


def paths_in(document):
    written = [span for span in spans_of(document) if PATH.fullmatch(span)]
    return sorted({*written, *PLAIN_PATH.findall(text_of(document))} - ELSEWHERE)


@cache
def classes():
    """The names of all classes of the package, and for each what its body and methods name."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, set()).update(_members(node))
    return found


def _members(node):
    for part in ast.walk(node):
        if isinstance(part, ast.FunctionDef):
            yield part.name
        elif isinstance(part, ast.Assign):
            yield from (target.id for target in part.targets if isinstance(target, ast.Name))
        elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            yield part.target.id
        elif isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
            yield part.attr


def is_known(name, member):
    known = classes()
    return name in OTHERS_CLASSES or (name in known and (not member or member in known[name]))


def is_module_or_name(dotted):
    """Whether ``nngui.a.b.Name.method`` can be imported, up to some attributes at the end."""
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def anchors_of(path):
    """The anchors that GitHub gives a document's headings."""
    headings = HEADING.findall(FENCE.sub("", path.read_text(encoding="utf-8")))
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {words.replace(" ", "-") for words in plain}


def is_link_good(document, target):
    path, _, anchor = target.partition("#")
    place = (ROOT / document).parent / path if path else ROOT / document
    return place.exists() and (not anchor or anchor in anchors_of(place))


@pytest.mark.parametrize("document", [*DOCUMENTS, *CONFIGURATIONS])
def test_that_every_path_that_a_document_names_is_there(document):
    assert [path for path in paths_in(document) if not is_there(path)] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_that_every_module_that_a_document_names_can_be_imported(document):
    named = set(MODULE.findall(text_of(document))) - ELSEWHERE
    assert [name for name in sorted(named) if not is_module_or_name(name)] == []


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "docs/decisions.md"])
def test_that_every_class_that_a_document_names_is_one(document):
    named = {match.groups() for span in spans_of(document) if (match := NAME.fullmatch(span))}
    named |= {(name, None) for name in BOLD_NAME.findall(prose_of(document))}
    assert len(named) > 3
    assert [pair for pair in sorted(named, key=str) if not is_known(*pair)] == []


@pytest.mark.parametrize("document", [*DOCUMENTS, "docs/guide.md", "docs/guide_zh_CN.md"])
def test_that_links_within_the_repository_lead_somewhere(document):
    targets = [link for link in LINK.findall(prose_of(document)) if "://" not in link]
    assert [target for target in targets if not is_link_good(document, target)] == []


def test_that_the_tree_of_rooms_is_that_of_the_source():
    lines = text_of("CONTRIBUTING.md").split("### The rooms\n\n")[1].split("\n\n")[0].splitlines()
    above, shown = [], set()
    for line in lines:
        indent, name = re.match(r" {4}( *)(\w+)/ ", line).groups()
        above[len(indent) // 2 :] = [name]
        shown.add("/".join(above))
    inner = [*PACKAGE.glob("*/__init__.py"), *PACKAGE.glob("[!t]*/*/__init__.py")]  # but for tasks
    rooms = {path.parent.relative_to(ROOT).as_posix() for path in inner}
    assert shown == {"nngui", "tests", *rooms}


def test_that_the_loop_in_contributing_trains(capsys):
    (code,) = CODE.findall(text_of("CONTRIBUTING.md"))
    scope = {}
    exec(code, scope)
    assert len(scope["rows"]) == scope["trainer"].step_count > 0
    assert "loss" in capsys.readouterr().out


def test_that_every_decision_has_its_date_and_every_subject_its_place_in_the_list():
    text = text_of("docs/decisions.md")
    subjects = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert subjects == re.findall(r"^- \[(.+)\]\(#", text, re.MULTILINE)
    decisions = [part for part in text.split("\n\n") if part.startswith("**")]
    assert len(decisions) > 60
    dated = re.compile(r"\*\*[^*]+\*\* \(\d{4}-\d\d-\d\d[;)]", re.DOTALL)
    assert [part[:60] for part in decisions if not dated.match(part)] == []


# --- The rules themselves -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("core/trainer.py", True),
        ("core/no_such_trainer.py", False),
        ("nngui/core/trainer.py", True),
        ("core/records/", True),
        ("core/trainer/", False),
        ("tasks/regression", True),
        ("tasks/no_such_task", False),
        ("trainer.py", True),
        ("no_such_module.py", False),
        ("resources/lessons/LANGUAGE/", True),
        ("docs/guide_LANGUAGE.md", True),
    ],
)
def test_what_counts_as_a_path_that_is_there(path, there):
    assert is_there(path) is there


def test_what_counts_as_a_module_a_class_and_a_link():
    assert is_module_or_name("nngui.core.trainer.Trainer.advance")
    assert not is_module_or_name("nngui.core.trainer.Trainer.no_such_method")
    assert not is_module_or_name("nngui.core.no_such_module")
    assert is_known("Trainer", "advance")
    assert not is_known("Trainer", "no_such_method")
    assert not is_known("NoSuchClass", None)
    assert is_link_good("CONTRIBUTING.md", "docs/decisions.md#rooms-and-names")
    assert not is_link_good("CONTRIBUTING.md", "docs/decisions.md#no-such-heading")
    assert not is_link_good("CONTRIBUTING.md", "decisions.md")
