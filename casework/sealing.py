"""The only caller of the crypto floor's seal and open: which key, which place, which purpose.

A record has a random key of its own. That key is wrapped to the case's public key (and, for what
the reporter may read, to the mailbox key), so that the door needs public keys only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from casework.records import Card, Record, pack, unpack, unpack_record
from crypto.envelope import seal, unseal, unwrap, wrap
from crypto.errors import CannotOpen
from crypto.keys import derive, framed, new_id, new_seed
from crypto.padding import CARD_FLOOR, TEXT_FLOOR
from crypto.primitives import KeyPair, hmac_sha256

OPEN, ARCHIVE = 0, 1
CASE = "case"
MAILBOX = "mailbox"


class SealedRecord(NamedTuple):
    record_id: bytes
    box: bytes
    wraps: dict[str, bytes]


class Locked(NamedTuple):
    """A box under a key of its own, and what makes that key together with the parent key.

    The two lie apart: once `key_wrap` is destroyed, no copy of the box opens again.
    """

    key_wrap: bytes
    box: bytes


def seal_record(
    case_id: bytes, document: Record, readers: dict[str, bytes], record_id: bytes | None = None
) -> SealedRecord:
    """A record for the readers named (audience → public key), under a fresh id or the given."""
    record_id, key = record_id or new_id(), new_seed()
    box = seal(key, pack(document), "record", case_id, record_id)
    wraps = {
        audience: wrap(public, key, "record-key", case_id, record_id, audience.encode())
        for audience, public in readers.items()
    }
    return SealedRecord(record_id, box, wraps)


def open_record(
    keys: KeyPair, audience: str, case_id: bytes, record_id: bytes, wrapped: bytes, box: bytes
) -> Record:
    key = unwrap(keys, wrapped, "record-key", case_id, record_id, audience.encode())
    return unpack_record(unseal(key, box, "record", case_id, record_id))


def rewrap_record_key(
    keys: KeyPair, public: bytes, audience: str, case_id: bytes, record_id: bytes, wrapped: bytes
) -> bytes:
    """The same record for another public key of the same audience."""
    place = (case_id, record_id, audience.encode())
    return wrap(public, unwrap(keys, wrapped, "record-key", *place), "record-key", *place)


class OpenedRecords(NamedTuple):
    """What opened (by record id), and how many rows did not: one damaged row hides no other."""

    by_id: dict[bytes, Record]
    unreadable: int

    @property
    def documents(self) -> tuple[Record, ...]:
        return tuple(self.by_id.values())


def open_records(
    keys: KeyPair, audience: str, case_id: bytes, rows: Iterable[tuple[bytes, bytes, bytes]]
) -> OpenedRecords:
    """`rows`: (record id, wrap for this audience, box)."""
    by_id, unreadable = {}, 0
    for record_id, wrapped, box in rows:
        try:
            by_id[record_id] = open_record(keys, audience, case_id, record_id, wrapped, box)
        except CannotOpen:
            unreadable += 1
    return OpenedRecords(by_id, unreadable)


_SHELVES = {OPEN: "case-seed", ARCHIVE: "archived-case-seed"}


def wrap_case_seed(
    public: bytes, team_id: bytes, epoch: int, case_id: bytes, seed: bytes, shelf: int = OPEN
) -> bytes:
    """`public`: the team's key, or for the archive shelf its archive key."""
    return wrap(public, seed, _SHELVES[shelf], team_id, epoch.to_bytes(4, "big"), case_id)


def open_case_seed(
    keys: KeyPair, team_id: bytes, epoch: int, case_id: bytes, wrapped: bytes, shelf: int = OPEN
) -> bytes:
    return unwrap(keys, wrapped, _SHELVES[shelf], team_id, epoch.to_bytes(4, "big"), case_id)


def card_key(team_seed: bytes) -> bytes:
    """The team's symmetric key for the keys of cards."""
    return derive(team_seed, "card-keys")


def _own_key(
    parent: bytes, salt: bytes, kind: str, place: tuple[bytes, ...], revision: int
) -> bytes:
    label = (b"drcm/v1/own-key", kind.encode(), salt, revision.to_bytes(8, "big"), *place)
    return hmac_sha256(parent, framed(label))


def lock(
    parent: bytes,
    data: bytes,
    kind: str,
    *place: bytes,
    revision: int = 0,
    floor: int = TEXT_FLOOR,
) -> Locked:
    """Seal data under a key of its own, bound to its place.

    The key is made of `parent` and 32 random bytes, which stand in for a wrap: who has only one
    of the two cannot make it, and once the random bytes are destroyed nobody can. It is one HMAC
    where a wrapped key would be a second box: a list opens ten thousand of these.
    """
    salt = new_seed()
    key = _own_key(parent, salt, kind, place, revision)
    return Locked(salt, seal(key, data, kind, *place, revision=revision, floor=floor))


def unlock(parent: bytes, locked: Locked, kind: str, *place: bytes, revision: int = 0) -> bytes:
    key = _own_key(parent, locked.key_wrap, kind, place, revision)
    return unseal(key, locked.box, kind, *place, revision=revision)


def relock(
    parent: bytes,
    heir: bytes,
    locked: Locked,
    kind: str,
    *place: bytes,
    revision: int = 0,
    floor: int = TEXT_FLOOR,
) -> Locked:
    """The same data under another parent: what a new epoch of a team needs."""
    data = unlock(parent, locked, kind, *place, revision=revision)
    return lock(heir, data, kind, *place, revision=revision, floor=floor)


def seal_card(team_card_key: bytes, case_id: bytes, card: Card, revision: int) -> Locked:
    return lock(team_card_key, pack(card), "card", case_id, revision=revision, floor=CARD_FLOOR)


def open_card(team_card_key: bytes, case_id: bytes, revision: int, sealed: Locked) -> Card:
    return unpack(unlock(team_card_key, sealed, "card", case_id, revision=revision), Card)
