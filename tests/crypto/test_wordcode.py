"""Cards and fingerprints in words: read as receipts are, wrong ones told without what was typed."""

from __future__ import annotations

import hashlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import CodeMistyped, ReceiptMistyped
from crypto.receipt import LANGUAGES, new_receipt, word_list, words
from crypto.wordcode import (
    BACKUP_CARD,
    HOLDER_CARD,
    KEY_CARD,
    Card,
    card_words,
    fingerprint,
    fingerprint_bytes,
    is_fingerprint,
    read_card,
)

CARDS = [KEY_CARD, BACKUP_CARD, HOLDER_CARD]
kinds = st.sampled_from(CARDS)
PUBLIC = bytes(range(256)) * 4 + bytes(192)


@given(kinds, st.binary(min_size=32, max_size=32), st.sampled_from(LANGUAGES))
def test_words_lead_back_to_the_secret(card: Card, drawn: bytes, language: str) -> None:
    secret = drawn[: card.secret_bytes]
    shown = card_words(card, secret, language)
    assert len(shown) == card.words
    assert read_card(card, " ".join(shown)) == secret
    assert read_card(card, "\n-".join(word[:4].upper() for word in shown) + ".") == secret


def test_cards_have_the_sizes_that_are_printed() -> None:
    sizes = [(card.words, card.secret_bytes, card.check_bits) for card in CARDS]
    assert sizes == [(24, 32, 8), (24, 32, 8), (12, 16, 4)]


def test_golden_cards_read_for_ever() -> None:
    assert card_words(KEY_CARD, bytes(32), "en")[:2] == (word_list("en")[0],) * 2
    check = hashlib.sha256(b"drcm/v1/key-card" + bytes(32)).digest()[0]
    assert card_words(KEY_CARD, bytes(32), "de")[-1] == word_list("de")[check]
    four = hashlib.sha256(b"drcm/v1/holder-card" + bytes(16)).digest()[0] >> 4
    assert card_words(HOLDER_CARD, bytes(16), "de")[-1] == word_list("de")[four]
    assert card_words(HOLDER_CARD, b"\xff" * 16, "en")[0] == word_list("en")[2047]


def test_a_language_without_a_list_gets_english() -> None:
    assert card_words(HOLDER_CARD, bytes(16), "ar") == card_words(HOLDER_CARD, bytes(16), "en")
    assert fingerprint(PUBLIC, "ar") == fingerprint(PUBLIC, "en")


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("wrong", [-1, 1])
def test_a_secret_of_another_size_is_not_printed(card: Card, wrong: int) -> None:
    with pytest.raises(ValueError, match=f"exactly {card.secret_bytes} bytes"):
        card_words(card, bytes(card.secret_bytes + wrong), "de")


def test_a_backup_card_is_not_taken_for_a_key_card() -> None:
    """Both have 24 words; 8 bits of check under another label tell them apart, 255 times of 256."""
    taken = 0
    for number in range(256):
        secret = hashlib.sha256(bytes([number])).digest()
        with suppress(CodeMistyped):
            read_card(KEY_CARD, " ".join(card_words(BACKUP_CARD, secret, "de")))
            taken += 1
    assert taken <= 5


@pytest.mark.parametrize(("card", "fewest"), [(KEY_CARD, 245), (HOLDER_CARD, 220)])
def test_most_exchanged_words_are_noticed(card: Card, fewest: int) -> None:
    noticed = 0
    for number in range(256):
        secret = hashlib.sha256(bytes([number])).digest()[: card.secret_bytes]
        shown = list(card_words(card, secret, "en"))
        shown[number % card.words] = word_list("en")[number * 7]
        try:
            noticed += read_card(card, " ".join(shown)) == secret
        except CodeMistyped as mistyped:
            noticed += mistyped.kind == "checksum"
    assert noticed >= fewest


def test_an_unknown_word_is_named_by_its_place_and_not_by_its_text() -> None:
    shown = [*card_words(KEY_CARD, bytes(32), "de")]
    shown[16] = "geheimnisvoll"
    with pytest.raises(CodeMistyped) as mistyped:
        read_card(KEY_CARD, " ".join(shown))
    assert (mistyped.value.kind, mistyped.value.position) == ("unknown_word", 17)
    assert "geheim" not in str(mistyped.value) + repr(mistyped.value.__dict__)


def _only(language: str, other: str) -> list[str]:
    prefixes = {word[:4] for word in word_list(other)}
    return [word for word in word_list(language) if word[:4] not in prefixes]


MISTYPED = {
    "nothing": ("", "empty", 0),
    "signs alone": (" -- ", "empty", 0),
    "a word too few": ("aal " * 11, "wrong_count", 0),
    "a word too many": ("aal " * 13, "wrong_count", 0),
    "a whole page": ("qqqq " * 25, "wrong_count", 0),
    "a page of which a word is unknown": ("aal " * 23 + "qqqq", "unknown_word", 24),
    "three letters": ("aal " * 3 + "zzz", "unknown_word", 4),
    "two languages": (
        " ".join(_only("de", "en")[:6] + _only("en", "de")[:6]),
        "mixed_languages",
        0,
    ),
}


@pytest.mark.parametrize(("text", "kind", "position"), MISTYPED.values(), ids=MISTYPED)
def test_a_mistyped_card_is_told_how(text: str, kind: str, position: int) -> None:
    first = word_list("de")[0]
    with pytest.raises(CodeMistyped) as mistyped:
        read_card(HOLDER_CARD, text.replace("aal", first))
    assert (mistyped.value.kind, mistyped.value.position) == (kind, position)


@given(kinds, st.text(max_size=300))
def test_anything_typed_is_a_card_or_one_clear_error(card: Card, text: str) -> None:
    with suppress(CodeMistyped):
        assert len(read_card(card, text)) == card.secret_bytes


def test_a_receipt_is_no_card_and_a_card_error_no_receipt_error() -> None:
    with pytest.raises(CodeMistyped, match="wrong_count"):
        read_card(HOLDER_CARD, " ".join(words(new_receipt(), "de")))
    assert not issubclass(CodeMistyped, ReceiptMistyped)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fingerprint_is_eight_words_of_the_key(language: str) -> None:
    shown = fingerprint(PUBLIC, language)
    assert len(shown) == 8
    assert len(fingerprint_bytes(PUBLIC)) == 11
    assert is_fingerprint(" ".join(shown), PUBLIC)
    assert is_fingerprint("/".join(word[:4].title() for word in shown), PUBLIC)


@given(st.integers(0, 1215), st.integers(1, 255))
def test_another_key_has_another_fingerprint(at: int, change: int) -> None:
    other = bytearray(PUBLIC)
    other[at] ^= change
    assert fingerprint(bytes(other), "de") != fingerprint(PUBLIC, "de")
    assert not is_fingerprint(" ".join(fingerprint(bytes(other), "de")), PUBLIC)


def test_words_that_are_no_fingerprint_are_told_so() -> None:
    with pytest.raises(CodeMistyped, match="wrong_count"):
        is_fingerprint(" ".join(fingerprint(PUBLIC, "de")[:7]), PUBLIC)
    with pytest.raises(CodeMistyped, match="empty"):
        is_fingerprint("", PUBLIC)
