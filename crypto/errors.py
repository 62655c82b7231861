"""What can go wrong on the crypto floor, and what the caller should do then."""

from __future__ import annotations

from typing import Literal


class CryptoError(Exception):
    """Base of every error of this floor."""


class CannotOpen(CryptoError):
    """Wrong key, wrong context, or bytes changed or cut short.

    Stop and show nothing. The reasons are one error on purpose:
    telling them apart helps an attacker.
    """

    def __init__(self) -> None:
        super().__init__("these bytes cannot be opened with this key in this place")


Mistake = Literal["empty", "wrong_count", "unknown_word", "mixed_languages", "checksum"]


class WordsMistyped(CryptoError):
    """What was typed is not what it should be. Say which word is unknown; nothing was looked up.

    `position` counts words from 1; the text that was typed is kept out of the error on purpose.
    """

    def __init__(self, kind: Mistake, position: int = 0) -> None:
        super().__init__(kind)
        self.kind = kind
        self.position = position


class ReceiptMistyped(WordsMistyped):
    """The words or digits are no receipt."""


class CodeMistyped(WordsMistyped):
    """The words are no card of the kind asked for, or no fingerprint."""
