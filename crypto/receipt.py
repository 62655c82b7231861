"""The reporter's receipt: 80 random bits and 8 check bits, as 8 words or 27 digits.

The same number in two spellings. Reading takes words of any one list (first four letters are
enough) or digits of any script, any case and spacing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

from crypto.errors import ReceiptMistyped
from crypto.primitives import random_bytes, sha256

RANDOM_BYTES = 10
RECEIPT_BYTES = 11
WORDS = 8
DIGITS = 27
LANGUAGES = ("de", "en")
_BITS_A_WORD = 11
_PREFIX = 4
_BETWEEN = re.compile(r"[\W_]+")


def _check(entropy: bytes) -> bytes:
    return sha256(b"drcm/v1/rc" + entropy)[:1]


def new_receipt() -> bytes:
    """A fresh receipt: 11 bytes, the last one is the check."""
    entropy = random_bytes(RANDOM_BYTES)
    return entropy + _check(entropy)


def is_whole(receipt: bytes) -> bool:
    return (
        len(receipt) == RECEIPT_BYTES and _check(receipt[:RANDOM_BYTES]) == receipt[RANDOM_BYTES:]
    )


@cache
def word_list(language: str) -> tuple[str, ...]:
    text = files("crypto").joinpath("words", f"{language}.txt").read_text(encoding="ascii")
    return tuple(text.split())


@cache
def _by_prefix(language: str) -> dict[str, int]:
    return {word[:_PREFIX]: index for index, word in enumerate(word_list(language))}


def words(receipt: bytes, language: str) -> tuple[str, ...]:
    """The eight words of a receipt; a language without a list of its own gets the English one."""
    listed = word_list(language if language in LANGUAGES else "en")
    number = int.from_bytes(receipt, "big")
    shifts = range((WORDS - 1) * _BITS_A_WORD, -1, -_BITS_A_WORD)
    return tuple(listed[number >> shift & 0x7FF] for shift in shifts)


def digits(receipt: bytes) -> str:
    """The 27 digits of a receipt in nine groups of three."""
    plain = str(int.from_bytes(receipt, "big")).zfill(DIGITS)
    return " ".join(plain[start : start + 3] for start in range(0, DIGITS, 3))


def read(text: str) -> bytes:
    """The receipt that was typed, or `ReceiptMistyped` saying how it is wrong.

    Typing errors end here, before any costly derivation: the check byte refuses 99.6 % of them.
    """
    parts = [
        part for part in _BETWEEN.split(unicodedata.normalize("NFKC", text).casefold()) if part
    ]
    if not parts:
        raise ReceiptMistyped("empty")
    joined = "".join(parts)
    number = _from_digits(joined) if joined.isdecimal() else _from_words(parts)
    receipt = number.to_bytes(RECEIPT_BYTES + 1, "big")
    if receipt[0] or not is_whole(receipt[1:]):
        raise ReceiptMistyped("checksum")
    return receipt[1:]


def _from_digits(joined: str) -> int:
    if len(joined) != DIGITS:
        raise ReceiptMistyped("wrong_count")
    return int("".join(str(unicodedata.decimal(sign)) for sign in joined))


def _from_words(parts: list[str]) -> int:
    if len(parts) > WORDS * 2:
        raise ReceiptMistyped("wrong_count")
    found = {language: [_index(part, language) for part in parts] for language in LANGUAGES}
    for position in range(len(parts)):
        if all(indexes[position] is None for indexes in found.values()):
            raise ReceiptMistyped("unknown_word", position + 1)
    if len(parts) != WORDS:
        raise ReceiptMistyped("wrong_count")
    numbers = [_number(indexes) for indexes in found.values()]
    whole = [number for number in numbers if number is not None]
    if not whole:
        raise ReceiptMistyped("mixed_languages")
    # All eight may stand in both lists; the check byte then tells which one was meant.
    return next((n for n in whole if is_whole(n.to_bytes(RECEIPT_BYTES, "big"))), whole[0])


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
        number = number << _BITS_A_WORD | index
    return number
