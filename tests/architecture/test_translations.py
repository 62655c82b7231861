"""The German catalogues are complete and keep every placeholder."""

import re
from pathlib import Path

import polib
import pytest

from tests.architecture.sources import ROOT

CATALOGUES = sorted((ROOT / "translations").rglob("*.po"))
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")


def placeholders(text: str) -> list[str]:
    return sorted(set(PLACEHOLDER.findall(text)))


def test_there_is_a_german_catalogue() -> None:
    assert any("de" in path.parts for path in CATALOGUES)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_catalogue_is_complete(path: Path) -> None:
    catalogue = polib.pofile(str(path), check_for_duplicates=True)
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []
    for entry in catalogue:
        if entry.msgid_plural:
            wanted = placeholders(entry.msgid_plural)
            assert placeholders(entry.msgstr_plural[max(entry.msgstr_plural)]) == wanted
        elif not entry.obsolete:
            assert placeholders(entry.msgstr) == placeholders(entry.msgid), entry.msgid
