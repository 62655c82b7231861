"""Secrets on printed cards, and fingerprints of public keys, in words of our lists.

    key card, backup card   24 words = 32 bytes + 8 check bits
    holder's card           12 words = 16 bytes + 4 check bits
    fingerprint              8 words = 11 bytes, no check

The check bits are the first of SHA-256(label | secret); each kind of card has a label of its own,
so that the wrong card is told from the right one, for certain by the key it does not open.
"""

from __future__ import annotations

from typing import NamedTuple

from crypto.errors import CodeMistyped
from crypto.primitives import equal, sha256
from crypto.wordlists import BITS_A_WORD, number_words, typed_parts, word_numbers

FINGERPRINT_WORDS = 8
_FINGERPRINT_BYTES = 11


class Card(NamedTuple):
    """A kind of card: how many words, how many secret bytes, the label of its check bits."""

    words: int
    secret_bytes: int
    label: bytes

    @property
    def check_bits(self) -> int:
        return self.words * BITS_A_WORD - self.secret_bytes * 8


KEY_CARD = Card(24, 32, b"drcm/v1/key-card")
BACKUP_CARD = Card(24, 32, b"drcm/v1/backup-card")
HOLDER_CARD = Card(12, 16, b"drcm/v1/holder-card")


def card_words(card: Card, secret: bytes, language: str) -> tuple[str, ...]:
    """The words of a secret; a language without a list of its own gets the English one."""
    if len(secret) != card.secret_bytes:
        raise ValueError(f"this card carries exactly {card.secret_bytes} bytes")
    number = int.from_bytes(secret, "big") << card.check_bits | _check(card, secret)
    return number_words(number, card.words, language)


def read_card(card: Card, text: str) -> bytes:
    """The secret that was typed, or `CodeMistyped`: any case and spacing, four letters a word."""
    for number in word_numbers(typed_parts(text, CodeMistyped), card.words, CodeMistyped):
        secret = (number >> card.check_bits).to_bytes(card.secret_bytes, "big")
        if number & (1 << card.check_bits) - 1 == _check(card, secret):
            return secret
    raise CodeMistyped("checksum")


def fingerprint_bytes(public: bytes) -> bytes:
    """Eleven bytes by which people compare a public key; 2^88 keys to try for a second one."""
    return sha256(b"drcm/v1/fingerprint" + public)[:_FINGERPRINT_BYTES]


def fingerprint(public: bytes, language: str) -> tuple[str, ...]:
    """The eight words of a public key, to read out on the telephone."""
    number = int.from_bytes(fingerprint_bytes(public), "big")
    return number_words(number, FINGERPRINT_WORDS, language)


def is_fingerprint(text: str, public: bytes) -> bool:
    """Whether the words typed are those of this public key. `CodeMistyped` if they are no words."""
    numbers = word_numbers(typed_parts(text, CodeMistyped), FINGERPRINT_WORDS, CodeMistyped)
    right = fingerprint_bytes(public)
    return any(equal(number.to_bytes(_FINGERPRINT_BYTES, "big"), right) for number in numbers)


def _check(card: Card, secret: bytes) -> int:
    return sha256(card.label + secret)[0] >> 8 - card.check_bits
