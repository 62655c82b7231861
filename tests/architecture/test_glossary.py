"""One word for one thing: docs/glossary.md names what the code has, and no other words are used."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import polib
import pytest
from babel.messages.extract import extract_from_dir

from tests.architecture.sources import ROOT, module_name, source_files, tree

GLOSSARY = ROOT / "docs" / "glossary.md"
IN_CODE = re.compile(r"`([\w.]+)`")
KEYWORDS = {"_": None, "msg": None, "say": None, "gettext": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]


def rows(heading: str) -> list[tuple[str, str, str]]:
    """The three cells of every row under tables with this first heading."""
    found, inside = [], False
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 3 or not line.startswith("|"):
            inside = False
        elif cells[0] in {"word", "not"}:
            inside = cells[0] == heading
        elif inside and not set(cells[0]) <= {"-"}:
            found.append((cells[0], cells[1], cells[2]))
    return found


def named_in_code() -> set[str]:
    return {name for _, _, code in rows("word") for name in IN_CODE.findall(code)}


def defined(body: list[ast.stmt], before: str) -> set[str]:
    """Classes, functions and names of a module or class, with what stands inside its classes."""
    found: set[str] = set()
    for node in body:
        if isinstance(node, ast.ClassDef):
            found |= {f"{before}.{node.name}"} | defined(node.body, f"{before}.{node.name}")
        elif isinstance(node, ast.FunctionDef):
            found.add(f"{before}.{node.name}")
        elif isinstance(node, ast.Assign):
            found |= {f"{before}.{t.id}" for t in node.targets if isinstance(t, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(f"{before}.{node.target.id}")
    return found


@cache
def everything_defined() -> frozenset[str]:
    found = (defined(tree(path).body, module_name(path)) for path in source_files())
    return frozenset().union(*found)


def public_classes() -> set[str]:
    return {
        f"{module_name(path)}.{node.name}"
        for path in source_files()
        if module_name(path).startswith(("crypto", "casework"))
        for node in tree(path).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }


@cache
def visible_texts() -> tuple[str, ...]:
    """Every text for translation in both doors, and every German one."""
    found: list[str] = []
    for _, _, texts, _, _ in extract_from_dir(ROOT / "app", METHODS, keywords=KEYWORDS):
        found += [texts] if isinstance(texts, str) else list(texts)
    for catalogue in sorted((ROOT / "translations").rglob("*.po")):
        for entry in polib.pofile(str(catalogue)):
            if not entry.obsolete:
                found += [entry.msgstr, *entry.msgstr_plural.values()]
    return tuple(found)


def parts_of(name: str) -> set[str]:
    """signing_in -> signing, in; OpenCase -> open, case"""
    return {part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


@cache
def chosen_names() -> frozenset[str]:
    """Names that we gave: of modules and folders, classes and functions."""
    names: set[str] = set()
    for path in source_files():
        names |= set(module_name(path).split("."))
        names |= {
            node.name
            for node in ast.walk(tree(path))
            if isinstance(node, ast.ClassDef | ast.FunctionDef)
        }
    return frozenset(names)


def avoided(where: str) -> list[str]:
    return [word for word, _, place in rows("not") if place == where]


def test_every_public_class_is_in_the_glossary() -> None:
    assert len(public_classes()) > 50
    assert public_classes() - named_in_code() == set()


def test_every_name_in_the_glossary_exists() -> None:
    assert named_in_code() - everything_defined() == set()


def test_every_row_says_what_its_word_means() -> None:
    for word, meaning, code in rows("word"):
        assert meaning, word
        assert IN_CODE.search(code), word
    for word, instead, place in rows("not"):
        assert instead, word
        assert place in {"texts", "names"}, word


@pytest.mark.parametrize("word", avoided("texts"))
def test_no_text_uses_an_avoided_word(word: str) -> None:
    # Also as the start of a longer word, and capitalised; never lower-cased: "belegen" is a verb.
    pattern = re.compile(rf"\b(?:{word}|{word[:1].upper()}{word[1:]})")
    assert [text for text in visible_texts() if pattern.search(text)] == []


@pytest.mark.parametrize("word", avoided("names"))
def test_no_name_uses_an_avoided_word(word: str) -> None:
    assert [name for name in chosen_names() if word in parts_of(name)] == []


def test_reporters_read_of_their_8_words() -> None:
    german = polib.pofile(str(ROOT / "translations/de/LC_MESSAGES/messages.po"))
    assert {e.msgid: e.msgstr for e in german}["Your 8 words"] == "Ihre 8 Wörter"


def test_the_texts_of_both_doors_are_found() -> None:
    for text in ("Your 8 words", "Ihre 8 Wörter", "Sign in", "Please choose one of the answers"):
        assert any(found.startswith(text) for found in visible_texts()), text
    assert len(Path(GLOSSARY).read_text(encoding="utf-8").splitlines()) <= 300
