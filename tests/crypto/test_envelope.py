"""Wraps and boxes open in their own place and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.envelope import WRAP_BYTES, seal, unseal, unwrap, wrap
from crypto.errors import CannotOpen
from crypto.keys import new_id, new_seed
from crypto.padding import pad, padme, unpad
from crypto.primitives import bare_cipher, key_pair

KEYS = key_pair(b"\1" * 32)
OTHER = key_pair(b"\2" * 32)
SECRET = b"\7" * 32


def test_a_wrap_opens_for_its_key_purpose_and_place() -> None:
    sealed = wrap(KEYS.public, SECRET, "case-seed", b"team", b"case")
    assert len(sealed) == WRAP_BYTES == 1180
    assert unwrap(KEYS, sealed, "case-seed", b"team", b"case") == SECRET


@pytest.mark.parametrize(
    ("keys", "purpose", "place"),
    [
        (OTHER, "case-seed", (b"team", b"case")),
        (KEYS, "team-seed", (b"team", b"case")),
        (KEYS, "case-seed", (b"team", b"another")),
        (KEYS, "case-seed", (b"teamc", b"ase")),
    ],
)
def test_a_wrap_opens_nowhere_else(keys, purpose, place) -> None:
    sealed = wrap(KEYS.public, SECRET, "case-seed", b"team", b"case")
    with pytest.raises(CannotOpen):
        unwrap(keys, sealed, purpose, *place)


@settings(max_examples=60)
@given(st.integers(0, WRAP_BYTES - 1), st.integers(0, 7))
def test_one_changed_bit_closes_a_wrap(at: int, bit: int) -> None:
    sealed = bytearray(wrap(KEYS.public, SECRET, "case-seed", b"team"))
    sealed[at] ^= 1 << bit
    with pytest.raises(CannotOpen):
        unwrap(KEYS, bytes(sealed), "case-seed", b"team")


@given(st.binary(max_size=9000), st.integers(0, 2**40))
def test_a_box_gives_back_what_went_in(data: bytes, revision: int) -> None:
    box = seal(SECRET, data, "record", b"case", revision=revision)
    assert unseal(SECRET, box, "record", b"case", revision=revision) == data


@given(st.binary(max_size=3000))
def test_anything_else_is_one_error(junk: bytes) -> None:
    with pytest.raises(CannotOpen):
        unseal(SECRET, junk, "record", b"case")
    with pytest.raises(CannotOpen):
        unwrap(KEYS, junk, "case-seed")


@pytest.mark.parametrize("cut", [0, 1, 4, 28, 60, -1, -16])
def test_a_shortened_box_stays_shut(cut: int) -> None:
    box = seal(SECRET, b"words", "record", b"case")
    with pytest.raises(CannotOpen):
        unseal(SECRET, box[:cut], "record", b"case")


def test_an_older_revision_cannot_stand_in_for_a_newer_one() -> None:
    box = seal(SECRET, b"words", "card", b"case", revision=1)
    with pytest.raises(CannotOpen):
        unseal(SECRET, box, "card", b"case", revision=2)


def test_the_revision_is_zero_where_none_is_given() -> None:
    box = seal(SECRET, b"words", "card", b"case")
    assert unseal(SECRET, box, "card", b"case", revision=0) == b"words"
    assert unseal(SECRET, seal(SECRET, b"", "card", revision=0), "card") == b""


@pytest.mark.parametrize("padded", [b"", bytes(7), bytes(7) + b"\1", bytes(7) + b"\5abcd"])
def test_a_length_beyond_the_end_is_refused(padded: bytes) -> None:
    with pytest.raises(CannotOpen):
        unpad(padded)


def test_padding_is_the_length_the_data_and_zeros() -> None:
    assert pad(b"abc", 16) == bytes(7) + b"\3abc" + bytes(5)
    assert pad(b"abc", 0) == bytes(7) + b"\3abc\0"
    assert [padme(n) for n in range(12)] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 10, 12]


def test_ids_and_seeds_have_their_sizes() -> None:
    assert (len(new_id()), len(new_seed())) == (16, 32)
    assert new_id() != new_id()


def test_short_texts_have_one_size() -> None:
    assert len(seal(SECRET, b"", "record")) == len(seal(SECRET, b"x" * 4000, "record"))


@given(st.binary(max_size=5000), st.integers(0, 4096))
def test_padding_comes_off_again(data: bytes, floor: int) -> None:
    assert unpad(pad(data, floor)) == data


@pytest.mark.parametrize(("length", "padded"), [(100, 104), (5_000, 5_120), (1_000_000, 1_015_808)])
def test_padme_gives_the_published_sizes(length: int, padded: int) -> None:
    assert padme(length) == padded


def test_the_yardstick_of_the_benches_seals_with_a_key_that_is_lost() -> None:
    first, second = bare_cipher(), bare_cipher()
    assert len(first(b"words")) == 5 + 16
    assert first(b"words") == first(b"words") != second(b"words")
