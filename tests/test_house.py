"""The house: no circles, no corridors, nothing that is too long without saying why."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from nngui.core.turbo import cache

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "nngui"

MAX_NAMES = 30  # modules and folders that a folder shows
MAX_LINES = 400
MAX_METHODS = 25


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources():
    return {module_name(path): ast.parse(path.read_text("utf-8")) for path in modules()}


def modules():
    return sorted(PACKAGE.rglob("*.py"))


def imports_of(trees):
    """Return which modules each imports, type-only imports and those within functions included."""
    return {
        name: {found for node in ast.walk(tree) for found in imported(node, trees)} - {name}
        for name, tree in trees.items()
    }


def imported(node, trees):
    """Return the modules that a statement imports: `from a import b` may mean the module a.b."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names} & trees.keys()
    if isinstance(node, ast.ImportFrom) and node.module in trees:
        names = {f"{node.module}.{alias.name}" for alias in node.names}
        found = names & trees.keys()
        return found if found == names else found | {node.module}
    return set()


def circles(graph):
    """Return the groups of modules that reach each other (Tarjan, SIAM J. Comput. 1, 1972)."""
    index, low, stack, found = {}, {}, [], []

    def visit(name):
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in sorted(graph[name]):
            if other not in index:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == index[name]:
            place = stack.index(name)
            group = stack[place:]
            del stack[place:]
            found.extend([sorted(group)] if len(group) > 1 else [])

    for name in graph:
        if name not in index:
            visit(name)
    return found


def test_that_a_circle_is_found_and_a_chain_is_none():
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}
    assert circles(graph) == [["b", "c"]]
    assert circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []


def test_that_type_only_imports_and_those_in_functions_count():
    source = "if TYPE_CHECKING:\n    from a import b\ndef f():\n    import c\n    from d import e\n"
    trees = {"m": ast.parse(source), "a": None, "a.b": None, "c": None, "d": None}
    found = {name for node in ast.walk(trees["m"]) for name in imported(node, trees)}
    assert found == {"a.b", "c", "d"}


def test_that_a_name_beside_a_module_is_of_the_package():
    node = ast.parse("from a import b, name\n").body[0]
    assert imported(node, {"a": None, "a.b": None}) == {"a", "a.b"}
    assert imported(node, {"a": None}) == {"a"}


def test_that_no_modules_import_each_other_in_a_circle():
    assert circles(imports_of(sources())) == []


def test_that_no_engine_knows_who_asks_for_steps():
    graph = imports_of(sources())
    rooms = ("nngui.core.training", "nngui.core.turbo", "nngui.core.engines")
    knowing = [
        name for name in graph if name.startswith(rooms) and "nngui.core.trainer" in graph[name]
    ]
    assert knowing == []


def test_that_no_folder_is_a_corridor():
    folders = {path.parent for path in modules()}
    shown = {
        str(folder.relative_to(ROOT)): len(
            [path for path in folder.iterdir() if path.suffix == ".py" or path in folders]
        )
        for folder in folders
    }
    assert {name: count for name, count in shown.items() if count > MAX_NAMES + 1} == {}


@pytest.mark.parametrize("path", modules(), ids=module_name)
def test_that_what_is_long_says_why(path):
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    if text.count("\n") > MAX_LINES:
        assert "It is longer than most" in (ast.get_docstring(tree) or ""), "say why it is so long"
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and methods_of(node) > MAX_METHODS:
            doc = " ".join((ast.get_docstring(node) or "").split())
            assert "It has more methods than most" in doc, f"say why {node.name} is so large"


def methods_of(node):
    return sum(isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) for part in node.body)


def test_that_each_folder_is_packed():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    listed = settings["tool"]["setuptools"]["packages"]
    own = [name for name in listed if not name.startswith("nngui.resources")]
    assert sorted(own) == sorted({module_name(path.parent / "__init__.py") for path in modules()})


def test_that_turbo_is_compiled_anew_when_any_of_its_sources_changes():
    graph, reached, waiting = imports_of(sources()), set(), {"nngui.core.turbo.kernel"}
    while waiting:
        reached.add(name := waiting.pop())
        if name.startswith("nngui.core.turbo"):  # what others import is not compiled in
            waiting |= graph[name] - reached
    assert set(cache.SOURCES) == reached


def test_that_a_source_of_turbo_that_was_moved_is_no_silence(monkeypatch):
    monkeypatch.setattr(cache, "SOURCES", (*cache.SOURCES, "nngui.core.turbo.moved"))
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    with pytest.raises(ModuleNotFoundError, match=r"nngui\.core\.turbo\.moved"):
        cache.folder()
