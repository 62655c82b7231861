"""Enough holders together bring a secret back; fewer, or the wrong ones, do not."""

from __future__ import annotations

from itertools import combinations
from math import comb

import pytest

from crypto.envelope import WRAP_BYTES, unwrap
from crypto.errors import CannotOpen
from crypto.keys import new_seed
from crypto.primitives import KeyPair, key_pair
from crypto.recovery import (
    HOLDER_CARD_BYTES,
    RecoverySet,
    Share,
    TooFewHolders,
    WrongEpoch,
    card_keys,
    combine,
    holder_number,
    new_card,
    split,
)

SECRET = bytes(range(32))
TEAM, EPOCH = b"team-of-sixteen-", 3
CARDS = {number: card_keys(bytes([number]) * 16) for number in range(1, 6)}
SCHEMES = [(k, n) for n in range(2, 6) for k in range(2, n + 1)]


def publics(count: int) -> list[bytes]:
    return [CARDS[number].public for number in range(1, count + 1)]


def kept(threshold: int = 2, holders: int = 3, epoch: int = EPOCH) -> RecoverySet:
    return split(SECRET, threshold, publics(holders), TEAM, epoch)


def some(*numbers: int) -> dict[int, KeyPair]:
    return {number: CARDS[number] for number in numbers}


@pytest.mark.parametrize(("threshold", "holders"), SCHEMES)
def test_any_allowed_holders_bring_it_back_and_fewer_do_not(threshold: int, holders: int) -> None:
    recovery = kept(threshold, holders)
    numbers = range(1, holders + 1)
    for present in range(holders + 1):
        for group in combinations(numbers, present):
            if present >= threshold:
                assert combine(some(*group), recovery, TEAM, EPOCH) == SECRET
            else:
                with pytest.raises(TooFewHolders) as few:
                    combine(some(*group), recovery, TEAM, EPOCH)
                assert (few.value.needed, few.value.present) == (threshold, present)
                assert str(few.value) == f"{present} of {threshold} cards"


@pytest.mark.parametrize(("threshold", "holders"), SCHEMES)
def test_each_subset_has_a_wrap_for_each_of_its_holders(threshold: int, holders: int) -> None:
    shares = kept(threshold, holders).shares
    assert len(shares) == comb(holders, threshold) * threshold
    assert {len(share.wrap) for share in shares} == {WRAP_BYTES}
    assert len({(share.subset, share.holder) for share in shares}) == len(shares)
    for share in shares:
        assert share.subset.bit_count() == threshold
        assert share.subset >> share.holder - 1 & 1


def test_two_of_three_are_six_wraps_and_three_of_five_thirty() -> None:
    assert len(kept(2, 3).shares) == 6
    assert len(kept(3, 5).shares) == 30
    assert sorted({share.subset for share in kept(2, 3).shares}) == [0b011, 0b101, 0b110]


def test_no_part_says_anything_about_the_secret_or_another_part() -> None:
    recovery = kept()
    parts = [
        unwrap(
            CARDS[share.holder],
            share.wrap,
            "recovery-share",
            TEAM,
            EPOCH.to_bytes(8, "big"),
            bytes([share.subset]),
            bytes([share.holder]),
        )
        for share in recovery.shares
    ]
    assert len(set(parts)) == 6
    assert SECRET not in parts
    again = kept()
    assert again.commitment == recovery.commitment
    assert {s.wrap for s in again.shares}.isdisjoint(s.wrap for s in recovery.shares)


@pytest.mark.parametrize("scheme", [(1, 3), (0, 2), (3, 2), (4, 3), (2, 1), (2, 6), (1, 1)])
def test_other_schemes_are_not_made(scheme: tuple[int, int]) -> None:
    threshold, holders = scheme
    six = [*publics(5), key_pair(new_seed()).public]
    with pytest.raises(ValueError, match=r"^two to five holders, at least two of them together$"):
        split(SECRET, threshold, six[:holders], TEAM, EPOCH)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_only_32_bytes_are_split(size: int) -> None:
    with pytest.raises(ValueError, match=r"^a recovery set carries exactly 32 bytes$"):
        split(bytes(size), 2, publics(3), TEAM, EPOCH)


def test_one_person_cannot_hold_two_cards() -> None:
    with pytest.raises(ValueError, match=r"^each holder needs a key of their own$"):
        split(SECRET, 2, [CARDS[1].public, CARDS[2].public, CARDS[1].public], TEAM, EPOCH)


def test_a_wrong_card_opens_nothing() -> None:
    with pytest.raises(CannotOpen):
        combine({1: CARDS[1], 2: CARDS[5]}, kept(), TEAM, EPOCH)


def test_a_card_under_the_number_of_another_opens_nothing() -> None:
    with pytest.raises(CannotOpen):
        combine({1: CARDS[2], 2: CARDS[1]}, kept(), TEAM, EPOCH)
    with pytest.raises(CannotOpen):
        combine({1: CARDS[1], 4: CARDS[4]}, kept(), TEAM, EPOCH)


def test_a_wrong_card_among_enough_right_ones_does_no_harm() -> None:
    cards = {1: CARDS[5], 2: CARDS[2], 3: CARDS[3]}
    assert combine(cards, kept(), TEAM, EPOCH) == SECRET


def test_parts_of_different_subsets_give_nothing() -> None:
    shares = list(kept().shares)
    first = next(s for s in shares if (s.subset, s.holder) == (0b011, 1))
    other = next(s for s in shares if (s.subset, s.holder) == (0b101, 1))
    swapped = [first._replace(wrap=other.wrap) if s == first else s for s in shares]
    with pytest.raises(CannotOpen):
        combine(some(1, 2), kept()._replace(shares=tuple(swapped)), TEAM, EPOCH)
    relabelled = [other._replace(subset=0b011), *(s for s in shares if s not in (first, other))]
    with pytest.raises(CannotOpen):
        combine(some(1, 2), kept()._replace(shares=tuple(relabelled)), TEAM, EPOCH)


def test_another_epoch_is_told_before_any_card_is_tried() -> None:
    with pytest.raises(WrongEpoch) as wrong:
        combine(some(1, 2), kept(epoch=2), TEAM, EPOCH)
    assert (wrong.value.wanted, wrong.value.found) == (3, 2)
    assert str(wrong.value) == "share of epoch 2, wanted 3"


def test_shares_of_two_epochs_are_told() -> None:
    older, newer = kept(epoch=2), kept()
    mixed = newer._replace(shares=newer.shares[:-1] + older.shares[-1:])
    with pytest.raises(WrongEpoch):
        combine(some(1, 2), mixed, TEAM, EPOCH)


def test_an_older_share_that_claims_the_new_epoch_opens_nothing() -> None:
    claimed = tuple(share._replace(epoch=EPOCH) for share in kept(epoch=2).shares)
    with pytest.raises(CannotOpen):
        combine(some(1, 2, 3), kept()._replace(shares=claimed), TEAM, EPOCH)


def test_the_shares_of_another_team_open_nothing() -> None:
    with pytest.raises(CannotOpen):
        combine(some(1, 2), kept(), b"another team", EPOCH)


def test_a_secret_that_was_not_committed_to_is_refused() -> None:
    other = split(new_seed(), 2, publics(3), TEAM, EPOCH)
    with pytest.raises(CannotOpen):
        combine(some(1, 2), other._replace(commitment=kept().commitment), TEAM, EPOCH)


def test_the_commitment_is_of_one_team_and_epoch() -> None:
    commitments = {
        kept().commitment,
        kept(epoch=4).commitment,
        split(SECRET, 2, publics(3), b"another team", EPOCH).commitment,
        split(new_seed(), 2, publics(3), TEAM, EPOCH).commitment,
    }
    assert len(commitments) == 4
    assert {len(commitment) for commitment in commitments} == {32}


def test_missing_shares_are_no_crash() -> None:
    recovery = kept()
    with pytest.raises(CannotOpen):
        combine(some(1, 2), recovery._replace(shares=()), TEAM, EPOCH)
    without = tuple(s for s in recovery.shares if s.subset != 0b011)
    with pytest.raises(CannotOpen):
        combine(some(1, 2), recovery._replace(shares=without), TEAM, EPOCH)
    assert combine(some(1, 3), recovery._replace(shares=without), TEAM, EPOCH) == SECRET


def test_a_changed_bit_in_a_share_opens_nothing() -> None:
    recovery = kept()
    for at in (0, 3, 5, 50, 1110, 1179):
        changed = []
        for share in recovery.shares:
            bad = bytearray(share.wrap)
            bad[at] ^= 1
            changed.append(share._replace(wrap=bytes(bad)))
        with pytest.raises(CannotOpen):
            combine(some(1, 2, 3), recovery._replace(shares=tuple(changed)), TEAM, EPOCH)


def test_a_card_is_sixteen_bytes_and_leads_to_one_key() -> None:
    card = new_card()
    assert len(card) == HOLDER_CARD_BYTES == 16
    assert card != new_card()
    assert card_keys(card).public == card_keys(card).public
    for size in (15, 17, 32):
        with pytest.raises(ValueError, match=r"^a holder's card has exactly 16 bytes$"):
            card_keys(bytes(size))


def test_a_card_tells_whose_it_is() -> None:
    recovery = kept()
    assert [holder_number(CARDS[number], recovery) for number in range(1, 6)] == [
        1,
        2,
        3,
        None,
        None,
    ]
    assert holder_number(CARDS[1], recovery._replace(shares=())) is None
    assert isinstance(recovery.shares[0], Share)
