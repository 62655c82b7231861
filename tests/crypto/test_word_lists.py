"""The word lists: easy to tell apart, and nothing in them that hurts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crypto.receipt import LANGUAGES, word_list

HERE = Path(__file__).parent


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_has_2048_short_plain_words(language: str) -> None:
    words = word_list(language)
    assert len(words) == 2048
    assert list(words) == sorted(words)
    assert all(re.fullmatch("[a-z]{4,8}", word) for word in words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_four_letters_tell_every_word(language: str) -> None:
    assert len({word[:4] for word in word_list(language)}) == 2048


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_hurts_or_frightens(language: str) -> None:
    stems = (HERE / f"barred_words_{language}.txt").read_text().split()
    long = tuple(stem for stem in stems if len(stem) > 4)
    assert [w for w in word_list(language) if w in stems or w.startswith(long)] == []
