"""The reporter's receipt: 80 random bits and 8 check bits, as 8 words or 27 digits.

The same number in two spellings. Reading takes words of any one list (first four letters are
enough) or digits of any script, any case and spacing.
"""

from __future__ import annotations

import unicodedata

from crypto.errors import ReceiptMistyped
from crypto.primitives import random_bytes, sha256
from crypto.wordlists import LANGUAGES, number_words, typed_parts, word_list, word_numbers

__all__ = ["LANGUAGES", "digits", "is_whole", "new_receipt", "read", "word_list", "words"]

RANDOM_BYTES = 10
RECEIPT_BYTES = 11
WORDS = 8
DIGITS = 27


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


def words(receipt: bytes, language: str) -> tuple[str, ...]:
    """The eight words of a receipt; a language without a list of its own gets the English one."""
    return number_words(int.from_bytes(receipt, "big"), WORDS, language)


def digits(receipt: bytes) -> str:
    """The 27 digits of a receipt in nine groups of three."""
    plain = str(int.from_bytes(receipt, "big")).zfill(DIGITS)
    return " ".join(plain[start : start + 3] for start in range(0, DIGITS, 3))


def read(text: str) -> bytes:
    """The receipt that was typed, or `ReceiptMistyped` saying how it is wrong.

    Typing errors end here, before any costly derivation: the check byte refuses 99.6 % of them.
    """
    parts = typed_parts(text, ReceiptMistyped)
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
    numbers = word_numbers(parts, WORDS, ReceiptMistyped)
    # All eight may stand in both lists; the check byte then tells which one was meant.
    return next((n for n in numbers if is_whole(n.to_bytes(RECEIPT_BYTES, "big"))), numbers[0])
