"""Rows that were removed, altered, swapped or put back are noticed."""

from __future__ import annotations

import hashlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.chain import (
    START,
    Entry,
    Head,
    RowsDigest,
    following,
    rows_digest,
    verify,
)

KEY = b"\3" * 32
rows = st.lists(st.tuples(st.binary(min_size=1, max_size=20), st.binary(max_size=40)), unique=True)


def chained(*ciphertexts: bytes) -> list[Entry]:
    head, entries = START, []
    for ciphertext in ciphertexts:
        head = following(head, ciphertext)
        entries.append(Entry(head.seq, ciphertext, head.digest))
    return entries


def head_of(entries: list[Entry]) -> Head:
    return Head(entries[-1].seq, entries[-1].digest)


LOG = chained(b"one", b"two", b"three", b"four", b"five")


def test_the_hash_of_an_entry_is_as_written() -> None:
    linked = b"drcm/v1/log" + bytes(7) + b"\1" + bytes(32) + b"\0\0\0\3one"
    assert following(START, b"one") == Head(1, hashlib.sha256(linked).digest())
    assert LOG[0] == (1, b"one", hashlib.sha256(linked).digest())


@given(st.lists(st.binary(max_size=30), max_size=8))
def test_a_whole_chain_is_whole_for_every_head_it_had(ciphertexts: list[bytes]) -> None:
    entries = chained(*ciphertexts)
    assert verify(entries) is None
    for entry in entries:
        assert verify(entries, Head(entry.seq, entry.digest)) is None


@pytest.mark.parametrize("at", range(5))
def test_an_altered_entry_is_named(at: int) -> None:
    altered = [*LOG]
    altered[at] = altered[at]._replace(ciphertext=b"other")
    assert verify(altered) == at + 1


@pytest.mark.parametrize("at", range(4))
def test_a_removed_entry_is_named_by_the_number_that_is_missing(at: int) -> None:
    assert verify(LOG[:at] + LOG[at + 1 :]) == at + 1


def test_swapped_entries_are_named() -> None:
    assert verify([LOG[0], LOG[2], LOG[1], *LOG[3:]]) == 2


def test_swapped_contents_under_right_numbers_are_named() -> None:
    swapped = [*LOG]
    swapped[1] = LOG[1]._replace(ciphertext=LOG[2].ciphertext)
    swapped[2] = LOG[2]._replace(ciphertext=LOG[1].ciphertext)
    assert verify(swapped) == 2


def test_a_doubled_entry_is_named() -> None:
    assert verify([LOG[0], LOG[0], *LOG[1:]]) == 2


def test_a_renumbered_entry_is_named() -> None:
    assert verify([LOG[0]._replace(seq=2)]) == 1


def test_an_altered_hash_is_named() -> None:
    assert verify([LOG[0], LOG[1]._replace(digest=bytes(32)), *LOG[2:]]) == 2


def test_a_shortened_chain_is_noticed_by_the_known_head_alone() -> None:
    assert verify(LOG[:3]) is None
    assert verify(LOG[:3], head_of(LOG)) == 4
    assert verify([], head_of(LOG)) == 1
    assert verify(LOG, head_of(LOG)) is None


def test_a_longer_chain_extends_the_known_head() -> None:
    assert verify(chained(b"one", b"two", b"three"), Head(2, LOG[1].digest)) is None


def test_a_chain_written_anew_is_noticed_by_the_known_head_alone() -> None:
    forged = chained(b"one", b"forged", b"three", b"four", b"five", b"six")
    assert verify(forged) is None
    assert verify(forged, head_of(LOG)) == 5
    assert verify(forged, Head(2, LOG[1].digest)) == 2


def test_an_empty_chain_is_whole() -> None:
    assert verify([]) is None
    assert (START.seq, START.digest) == (0, bytes(32))


def test_borders_inside_a_chain_cannot_be_moved() -> None:
    assert following(following(START, b"ab"), b"c") != following(following(START, b"a"), b"bc")


@given(rows, st.randoms(use_true_random=False))
def test_the_digest_does_not_depend_on_the_order(listed: list, random: Random) -> None:
    shuffled = [*listed]
    random.shuffle(shuffled)
    assert rows_digest(KEY, listed) == rows_digest(KEY, shuffled)


@given(rows, rows)
def test_adding_and_removing_row_by_row_gives_the_digest_of_what_is_left(
    stay: list, go: list
) -> None:
    summed = RowsDigest(KEY)
    for row in stay + go:
        summed.add(*row)
    assert summed.count == len(stay) + len(go)
    for row in go:
        summed.remove(*row)
    assert summed.digest() == rows_digest(KEY, stay)
    assert summed.count == len(stay)


def test_a_digest_goes_on_where_it_stopped() -> None:
    summed = RowsDigest(KEY, rows_digest(KEY, [(b"1", b"a"), (b"2", b"b")]))
    summed.add(b"3", b"c")
    assert summed.digest() == rows_digest(KEY, [(b"3", b"c"), (b"1", b"a"), (b"2", b"b")])


CHANGED = {
    "removed": [(b"1", b"a"), (b"2", b"b")],
    "altered": [(b"1", b"a"), (b"2", b"b"), (b"3", b"d")],
    "swapped": [(b"1", b"b"), (b"2", b"a"), (b"3", b"c")],
    "added": [(b"1", b"a"), (b"2", b"b"), (b"3", b"c"), (b"4", b"")],
    "replaced": [(b"1", b"a"), (b"2", b"b"), (b"4", b"c")],
    "border moved": [(b"1a", b""), (b"2", b"b"), (b"3", b"c")],
    "column added": [(b"1", b"a", b""), (b"2", b"b"), (b"3", b"c")],
    "doubled": [(b"1", b"a"), (b"1", b"a"), (b"2", b"b"), (b"3", b"c")],
    "emptied": [],
}


@pytest.mark.parametrize("changed", CHANGED.values(), ids=CHANGED)
def test_changed_rows_have_another_digest(changed: list) -> None:
    right = rows_digest(KEY, [(b"1", b"a"), (b"2", b"b"), (b"3", b"c")])
    assert rows_digest(KEY, changed) != right


def test_another_key_gives_another_digest() -> None:
    assert rows_digest(KEY, [(b"1", b"a")]) != rows_digest(b"\4" * 32, [(b"1", b"a")])


def test_no_row_is_forty_zero_bytes() -> None:
    assert rows_digest(KEY, []) == RowsDigest(KEY).digest() == bytes(40)


def test_the_sum_wraps_around_and_comes_back() -> None:
    largest = RowsDigest(KEY, (1).to_bytes(8, "big") + b"\xff" * 32)
    largest.add(b"row")
    assert len(largest.digest()) == 40
    largest.remove(b"row")
    assert largest.digest() == (1).to_bytes(8, "big") + b"\xff" * 32
    largest.remove(b"row")
    assert len(largest.digest()) == 40


def test_no_row_is_removed_from_none() -> None:
    with pytest.raises(ValueError, match=r"^there is no row to remove$"):
        RowsDigest(KEY).remove(b"row")


@pytest.mark.parametrize("size", [0, 39, 41])
def test_a_digest_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=r"^a digest of rows has exactly 40 bytes$"):
        RowsDigest(KEY, bytes(size))
