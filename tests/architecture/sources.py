"""The program's own source files, parsed once for all architecture tests."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("crypto", "casework", "app")


@cache
def source_files() -> tuple[Path, ...]:
    """Every Python file of the three floors, migrations' versions left out."""
    found = (path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py")))
    return tuple(path for path in found if "versions" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def module_name(path: Path) -> str:
    """casework/rules/__init__.py -> casework.rules"""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
