"""What the documents name is there: decisions, files, make targets, commands and their options."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import click
import pytest

from app.cli.main import commands
from tests.architecture.sources import ROOT

README = ROOT / "README.md"
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
DOCUMENTS = [README, *sorted((ROOT / "docs").rglob("*.md"))]
HEADINGS = ["Context", "Options", "Decision", "Consequences"]
LINES_OF_A_PAGE = 60
LARGEST_PICTURE = 150 * 1024
LINK = re.compile(r"\]\(([^)\s]+)\)")
# Code stands indented or between backticks; "make" is also an English word.
CODE = re.compile(r"^ {4}(.+)$|`([^`]+)`", re.MULTILINE)


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def code_of(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [indented or quoted for indented, quoted in CODE.findall(text)]


def anchors(path: Path) -> set[str]:
    """The names that a heading may be linked by."""
    heads = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head).strip().lower().replace(" ", "-") for head in heads}


def command_of(name: str, rest: str) -> click.Command:
    """The command that is named, or the one of a group that stands behind its name."""
    command = commands.commands[name]
    words = rest.split()
    if isinstance(command, click.Group) and words:
        return command.commands[words[0]]
    return command


def test_there_are_decisions() -> None:
    assert len(DECISIONS) >= 10
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_one_page_with_four_headings(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# {int(path.name[:4])}. ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert len(text.splitlines()) <= LINES_OF_A_PAGE


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_in_the_index_by_its_title(path: Path) -> None:
    number, title = path.read_text(encoding="utf-8").splitlines()[0][2:].split(". ", 1)
    index = (path.parent / "README.md").read_text(encoding="utf-8")
    assert f"| {number} | [{title}]({path.name}) |" in index


@pytest.mark.parametrize("path", DOCUMENTS, ids=shown)
def test_every_link_leads_somewhere(path: Path) -> None:
    for link in LINK.findall(path.read_text(encoding="utf-8")):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        target, _, anchor = link.partition("#")
        goal = (path.parent / target).resolve() if target else path
        assert goal.exists(), link
        assert goal.is_relative_to(ROOT), link
        if anchor:
            assert anchor in anchors(goal), link


@pytest.mark.parametrize("path", DOCUMENTS, ids=shown)
def test_every_make_target_exists(path: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))
    named = {t for code in code_of(path) for t in re.findall(r"\bmake ([a-z][\w-]*)", code)}
    assert named - targets == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=shown)
def test_every_command_and_option_exists(path: Path) -> None:
    for code in code_of(path):
        for name, rest in re.findall(r"\bhinsehen ([a-z][\w-]*)(.*)", code):
            assert name in commands.commands, code
            options = {o for p in command_of(name, rest).params for o in p.opts}
            assert set(re.findall(r"(?<!\S)--[\w-]+", rest)) <= options, code


@pytest.mark.parametrize("name", sorted(commands.commands))
def test_the_readme_names_every_command(name: str) -> None:
    assert isinstance(commands.commands[name], click.Command)
    assert any(f"hinsehen {name}" in code for code in code_of(README))


def test_the_readme_shows_both_doors() -> None:
    links = LINK.findall(README.read_text(encoding="utf-8"))
    for door in ("docs/pictures/reporter.png", "docs/pictures/desk.png"):
        assert door in links
        picture = (ROOT / door).read_bytes()
        width, height = struct.unpack(">II", picture[16:24])
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        assert width >= 600
        assert height >= 400
        assert len(picture) < LARGEST_PICTURE
