"""Files and functions stay small enough to read at once."""

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import module_name, source_files, tree


@pytest.mark.parametrize("path", source_files(), ids=module_name)
def test_sizes(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, node.name
