"""Nothing in the house tells where or with which tools it was built."""

import re

import pytest

from tests.architecture.sources import ROOT

TEXTS = {".py", ".md", ".toml", ".html", ".css", ".po", ".lock", ".txt", ".cfg", ".mako", ""}
SKIPPED = {
    ".git",
    ".venv",
    ".hypothesis",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
}
# Put together here so that this file does not find itself.
WORDS = re.compile(
    "|".join(("/" + "work/", "/" + "tmp/", "/" + "opt/", "file:" + "//", "/" + "root/"))
)


def test_no_paths_of_the_workplace() -> None:
    found = []
    for path in ROOT.rglob("*"):
        if SKIPPED & set(path.parts) or path.suffix not in TEXTS or not path.is_file():
            continue
        if WORDS.search(path.read_text(encoding="utf-8", errors="replace")):
            found.append(str(path.relative_to(ROOT)))
    if found:
        pytest.fail(f"paths of a workplace in {found}")
