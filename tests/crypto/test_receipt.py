"""Receipts: either spelling, any case, any spacing, four letters enough."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import ReceiptMistyped
from crypto.receipt import _check, digits, is_whole, new_receipt, read, word_list, words

receipts = st.binary(min_size=10, max_size=10).map(lambda entropy: entropy + _check(entropy))


@given(receipts, st.sampled_from(["de", "en"]))
def test_words_lead_back_to_the_receipt(receipt: bytes, language: str) -> None:
    shown = words(receipt, language)
    assert read(" ".join(shown)) == receipt
    assert read("-".join(word[:4].upper() for word in shown)) == receipt


@given(receipts)
def test_digits_lead_back_in_every_script(receipt: bytes) -> None:
    shown = digits(receipt)
    assert len(shown.replace(" ", "")) == 27
    assert read(shown) == receipt
    assert read(shown.translate({48 + n: 0x660 + n for n in range(10)})) == receipt
    assert read(shown.translate({48 + n: 0x6F0 + n for n in range(10)})) == receipt


@given(st.text(max_size=300))
def test_anything_typed_is_a_receipt_or_one_clear_error(text: str) -> None:
    with suppress(ReceiptMistyped):
        assert is_whole(read(text))


def test_an_unknown_word_is_named_by_its_place() -> None:
    shown = [*words(new_receipt(), "de")]
    shown[2] = "qqqq"
    with pytest.raises(ReceiptMistyped) as mistyped:
        read(" ".join(shown))
    assert (mistyped.value.kind, mistyped.value.position) == ("unknown_word", 3)


def test_half_a_receipt_is_told_so() -> None:
    with pytest.raises(ReceiptMistyped, match="wrong_count"):
        read(" ".join(words(new_receipt(), "en")[:4]))


def test_words_of_two_languages_are_told_so() -> None:
    only_german = [w for w in word_list("de") if w[:4] not in {e[:4] for e in word_list("en")}]
    only_english = [w for w in word_list("en") if w[:4] not in {d[:4] for d in word_list("de")}]
    with pytest.raises(ReceiptMistyped, match="mixed_languages"):
        read(" ".join(only_german[:4] + only_english[:4]))


def test_a_fresh_receipt_is_eleven_bytes_and_unlike_the_last() -> None:
    first, second = new_receipt(), new_receipt()
    assert (len(first), len(second)) == (11, 11)
    assert is_whole(first)
    assert first != second


@pytest.mark.parametrize("size", [0, 9, 11, 12, 32])
def test_a_receipt_of_another_size_is_not_whole(size: int) -> None:
    entropy = bytes(size)
    assert not is_whole(entropy + _check(entropy))
    assert not is_whole(entropy[:10])


def _kind(text: str) -> str:
    with pytest.raises(ReceiptMistyped) as mistyped:
        read(text)
    return mistyped.value.kind


def test_how_a_receipt_is_mistyped_is_told_by_one_word() -> None:
    receipt = bytes(10) + _check(bytes(10))
    wrong = bytes(10) + bytes([receipt[10] ^ 1])
    assert _kind(digits(wrong)) == "checksum"
    assert _kind(" ".join(words(wrong, "de"))) == "checksum"
    assert _kind(digits(receipt)[:-1]) == "wrong_count"
    assert _kind(digits(receipt) + "0") == "wrong_count"
    assert _kind("...") == "empty"


def test_a_number_beyond_88_bits_is_no_receipt_though_its_end_is_one() -> None:
    receipt = bytes(10) + _check(bytes(10))
    beyond = str(2**88 + int.from_bytes(receipt, "big"))
    assert len(beyond) == 27
    assert _kind(beyond) == "checksum"


def test_golden_receipt_reads_for_ever() -> None:
    receipt = bytes(10) + _check(bytes(10))
    assert read(digits(receipt)) == receipt
    assert digits(receipt) == "000 000 000 000 000 000 000 000 " + f"{_check(bytes(10))[0]:03d}"
