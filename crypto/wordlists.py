"""Bytes in words of our lists, 11 bits a word, and the way back from what people type."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

from crypto.errors import WordsMistyped

LANGUAGES = ("de", "en")
BITS_A_WORD = 11
LONGEST_TYPED = 600
_PREFIX = 4
_BETWEEN = re.compile(r"[\W_]+")


@cache
def word_list(language: str) -> tuple[str, ...]:
    text = files("crypto").joinpath("words", f"{language}.txt").read_text(encoding="ascii")
    return tuple(text.split())


@cache
def _by_prefix(language: str) -> dict[str, int]:
    return {word[:_PREFIX]: index for index, word in enumerate(word_list(language))}


def number_words(number: int, count: int, language: str) -> tuple[str, ...]:
    """A number of at most 11 bits a word; a language without a list of its own gets English."""
    listed = word_list(language if language in LANGUAGES else "en")
    shifts = range((count - 1) * BITS_A_WORD, -1, -BITS_A_WORD)
    return tuple(listed[number >> shift & 0x7FF] for shift in shifts)


def typed_parts(text: str, mistyped: type[WordsMistyped]) -> list[str]:
    """The words or groups of digits in a text, in one case; `mistyped` if there are none.

    Very long texts are refused before anything else: Unicode's canonical order takes time that
    grows with the square of a run of combining signs.
    """
    if len(text) > LONGEST_TYPED:
        raise mistyped("wrong_count")
    plain = unicodedata.normalize("NFKC", text).casefold()
    parts = [part for part in _BETWEEN.split(plain) if part]
    if not parts:
        raise mistyped("empty")
    return parts


def word_numbers(parts: list[str], count: int, mistyped: type[WordsMistyped]) -> list[int]:
    """The numbers that `count` words stand for: one, or two if every word is in both lists.

    Four letters are enough. `mistyped` tells an unknown word by its place, another number of
    words, or words that no one list has all of.
    """
    if len(parts) > count * 2:
        raise mistyped("wrong_count")
    found = {language: [_index(part, language) for part in parts] for language in LANGUAGES}
    for position in range(len(parts)):
        if all(indexes[position] is None for indexes in found.values()):
            raise mistyped("unknown_word", position + 1)
    if len(parts) != count:
        raise mistyped("wrong_count")
    numbers = [_number(indexes) for indexes in found.values()]
    whole = [number for number in numbers if number is not None]
    if not whole:
        raise mistyped("mixed_languages")
    return whole


def _index(part: str, language: str) -> int | None:
    index = _by_prefix(language).get(part[:_PREFIX])
    if index is None or len(part) < _PREFIX:
        return None
    return index if word_list(language)[index].startswith(part) else None


def _number(indexes: list[int | None]) -> int | None:
    number = 0
    for index in indexes:
        if index is None:
            return None
        number = number << BITS_A_WORD | index
    return number
