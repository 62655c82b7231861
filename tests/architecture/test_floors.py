"""Imports look down only, go in no circle, and the lower floors know nothing of the web."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.architecture.sources import FLOORS, module_name, source_files, tree

WEB = {"flask", "werkzeug", "wtforms", "flask_wtf", "babel", "jinja2", "granian", "click"}


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    name = module_name(path)
    package = name.split(".") if path.stem == "__init__" else name.split(".")[:-1]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return found


def test_there_are_sources() -> None:
    assert len(source_files()) > 10


@pytest.mark.parametrize("path", source_files(), ids=module_name)
def test_imports_look_down(path: Path) -> None:
    floor = FLOORS.index(module_name(path).split(".")[0])
    tops = {name.split(".")[0] for name in imports(path)}
    assert not tops & set(FLOORS[floor + 1 :])
    if floor < FLOORS.index("app"):
        assert not tops & WEB


def test_no_circles() -> None:
    known = {module_name(path) for path in source_files()}
    graph = {
        module_name(path): (imports(path) & known) - {module_name(path)} for path in source_files()
    }
    # A package's name stands for its parts too: "from package import part" needs no edge to it.
    for name, needed in graph.items():
        graph[name] = {n for n in needed if not any(m.startswith(f"{n}.") for m in needed)}
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as problem:
        pytest.fail(f"imports in a circle: {' -> '.join(problem.args[1])}")


@pytest.mark.parametrize("path", source_files(), ids=module_name)
def test_no_imports_inside_functions(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert not inner, f"{node.name} imports inside"


def test_neither_door_imports_the_other() -> None:
    for door, other in (("app.reporter", "app.desk"), ("app.desk", "app.reporter")):
        for path in source_files():
            if module_name(path).startswith(door):
                assert not any(name.startswith(other) for name in imports(path)), path


def test_only_one_file_imports_the_crypto_library() -> None:
    users = [module_name(p) for p in source_files() if any_starts(imports(p), "cryptography")]
    assert users == ["crypto.primitives"]


def test_only_one_file_reads_the_clock() -> None:
    readers = {
        module_name(path)
        for path in source_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today", "time_ns"}
        if isinstance(node.value, ast.Name) and node.value.id in {"datetime", "date", "dt", "time"}
    }
    assert readers == {"app.clock"}


def any_starts(names: set[str], top: str) -> bool:
    return any(name.split(".")[0] == top for name in names)
