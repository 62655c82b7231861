"""A secret that a few holders bring back together: XOR shares for every allowed subset.

No sharing over fields (security rule: no mathematics of our own). For each subset of `threshold`
holders the secret is split anew into random parts whose XOR is the secret, and each part is
wrapped to its holder's public key: 2 of 3 are 6 wraps, 3 of 5 are 30. Fewer holders learn nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import combinations
from typing import NamedTuple

from crypto.envelope import unwrap, wrap
from crypto.errors import CannotOpen, CryptoError
from crypto.keys import derive, framed, key_id
from crypto.primitives import SEED_BYTES, KeyPair, equal, key_pair, random_bytes, sha256

MOST_HOLDERS = 5
LEAST_TOGETHER = 2
HOLDER_CARD_BYTES = 16
_PURPOSE = "recovery-share"


class TooFewHolders(CryptoError):
    """Fewer cards than needed. `present` of `needed` are there."""

    def __init__(self, needed: int, present: int) -> None:
        super().__init__(f"{present} of {needed} cards")
        self.needed = needed
        self.present = present


class WrongEpoch(CryptoError):
    """A share belongs to another generation of the key than the one asked for."""

    def __init__(self, wanted: int, found: int) -> None:
        super().__init__(f"share of epoch {found}, wanted {wanted}")
        self.wanted = wanted
        self.found = found


class Share(NamedTuple):
    """One holder's part for one subset. `subset`: bit n-1 stands for holder n (from 1)."""

    epoch: int
    subset: int
    holder: int
    wrap: bytes


class RecoverySet(NamedTuple):
    """All that is stored; none of it is secret. `commitment` tells a right secret from a wrong."""

    threshold: int
    commitment: bytes
    shares: tuple[Share, ...]


def new_card() -> bytes:
    """What a holder's card carries: 16 random bytes, printed as 12 words."""
    return random_bytes(HOLDER_CARD_BYTES)


def card_keys(card: bytes) -> KeyPair:
    """The key pair of a holder's card. Only its public half is stored."""
    if len(card) != HOLDER_CARD_BYTES:
        raise ValueError("a holder's card has exactly 16 bytes")
    return key_pair(derive(card, "recovery-card"))


def split(
    secret: bytes, threshold: int, holders: Sequence[bytes], team_id: bytes, epoch: int
) -> RecoverySet:
    """Shares of a 32-byte secret for holders 1, 2, …, given by their public keys.

    `ValueError` for another length of secret, or unless 2 ≤ threshold ≤ holders ≤ 5, all different.
    """
    if len(secret) != SEED_BYTES:
        raise ValueError("a recovery set carries exactly 32 bytes")
    if not LEAST_TOGETHER <= threshold <= len(holders) <= MOST_HOLDERS:
        raise ValueError("two to five holders, at least two of them together")
    if len(set(holders)) != len(holders):
        raise ValueError("each holder needs a key of their own")
    numbered = dict(enumerate(holders, 1))
    shares = tuple(
        share
        for subset in combinations(numbered, threshold)
        for share in _subset_shares(secret, subset, numbered, team_id, epoch)
    )
    return RecoverySet(threshold, _commitment(secret, team_id, epoch), shares)


def combine(cards: Mapping[int, KeyPair], kept: RecoverySet, team_id: bytes, epoch: int) -> bytes:
    """The secret, from the cards of enough holders (by number).

    `TooFewHolders`; `WrongEpoch` if a share is of another generation; `CannotOpen` if no subset of
    the cards gives the committed secret: a wrong card, or changed shares. One wrong card among
    enough right ones does no harm. The caller still compares the secret's public key with the one
    in use: whoever writes the database can plant a whole set of their own.
    """
    if len(cards) < kept.threshold:
        raise TooFewHolders(kept.threshold, len(cards))
    for share in kept.shares:
        if share.epoch != epoch:
            raise WrongEpoch(epoch, share.epoch)
    for subset in combinations(sorted(cards), kept.threshold):
        secret = _opened(subset, cards, kept, team_id)
        if secret is not None and equal(kept.commitment, _commitment(secret, team_id, epoch)):
            return secret
    raise CannotOpen


def holder_number(keys: KeyPair, kept: RecoverySet) -> int | None:
    """Whose card this is, by the key id that stands in the wraps; `None` if nobody's."""
    named = key_id(keys.public)
    return next((share.holder for share in kept.shares if share.wrap[4:12] == named), None)


def _subset_shares(
    secret: bytes,
    subset: tuple[int, ...],
    holders: Mapping[int, bytes],
    team_id: bytes,
    epoch: int,
) -> Iterator[Share]:
    parts = [random_bytes(SEED_BYTES) for _ in subset[1:]]
    parts.append(reduce(_xor, parts, secret))
    bits = _bits(subset)
    for holder, part in zip(subset, parts, strict=True):
        place = _place(team_id, epoch, bits, holder)
        yield Share(epoch, bits, holder, wrap(holders[holder], part, _PURPOSE, *place))


def _opened(
    subset: tuple[int, ...], cards: Mapping[int, KeyPair], kept: RecoverySet, team_id: bytes
) -> bytes | None:
    bits = _bits(subset)
    shares = {share.holder: share for share in kept.shares if share.subset == bits}
    try:
        parts = [
            unwrap(
                cards[holder],
                shares[holder].wrap,
                _PURPOSE,
                *_place(team_id, shares[holder].epoch, bits, holder),
            )
            for holder in subset
        ]
    except (CannotOpen, KeyError):
        return None
    return reduce(_xor, parts)


def _place(team_id: bytes, epoch: int, bits: int, holder: int) -> tuple[bytes, ...]:
    return team_id, epoch.to_bytes(8, "big"), bytes([bits]), bytes([holder])


def _commitment(secret: bytes, team_id: bytes, epoch: int) -> bytes:
    return sha256(framed((b"drcm/v1/recovery", team_id, epoch.to_bytes(8, "big"), secret)))


def _bits(subset: tuple[int, ...]) -> int:
    return sum(1 << holder - 1 for holder in subset)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
