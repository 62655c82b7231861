"""A team's sealed list of its cases: what each case's rows looked like when staff last wrote.

The list lies in parts (by the case id's first bits), so that one change writes little. The head
over all parts counts every change: rows that are removed, altered, planted or put back to an
older state no longer fit. Only members can read or write it.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy.orm import Session

from casework.errors import RegistryDamaged
from casework.models import Registry, Team
from casework.records import pack, unpack
from casework.sealing import Locked, lock, relock, unlock
from casework.sitting import OpenTeam
from crypto.errors import CannotOpen
from crypto.keys import derive, framed
from crypto.primitives import sha256

PARTS = 64
HEAD = PARTS
_SHORT = 10


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One case: its card's revision, hashes of its key rows, and of each record, sorted."""

    card_revision: int
    key_hash: bytes
    mailbox_hash: bytes = b""
    records: bytes = b""

    @property
    def record_hashes(self) -> frozenset[bytes]:
        return frozenset(
            self.records[at : at + _SHORT] for at in range(0, len(self.records), _SHORT)
        )


class BookHead(msgspec.Struct, frozen=True):
    revision: int
    parts: tuple[bytes, ...]
    team_hash: bytes


def record_hash(record_id: bytes, box: bytes) -> bytes:
    return sha256(record_id + sha256(box))[:_SHORT]


def joined(hashes: Iterable[bytes]) -> bytes:
    return b"".join(sorted(hashes))


def row_hash(*columns: bytes) -> bytes:
    return sha256(framed(columns))[:16]


def team_hash(team: Team) -> bytes:
    return row_hash(team.public_key, team.archive_public_key, team.profile_key, team.profile_box)


def _part_of(case_id: bytes) -> int:
    return case_id[0] % PARTS


class RegistryBook:
    """The list of one team, read part by part and saved once, in the running transaction."""

    def __init__(self, session: Session, team: OpenTeam) -> None:
        self._session, self._team = session, team
        self._key = derive(team.seed, "registry")
        self._parts: dict[int, dict[bytes, Entry]] = {}
        self._changed: set[int] = set()

    def _row(self, part: int) -> Registry | None:
        return self._session.get(
            Registry, (self._team.team_id, part), populate_existing=part not in self._parts
        )

    def _place(self, part: int) -> tuple[bytes, ...]:
        return self._team.team_id, part.to_bytes(2, "big")

    def _open(self, row: Registry) -> bytes:
        sealed = Locked(row.key_wrap, row.box)
        place = self._place(row.part)
        try:
            return unlock(self._key, sealed, "registry", *place, revision=row.revision)
        except CannotOpen:
            raise RegistryDamaged from None

    def head(self) -> BookHead | None:
        row = self._row(HEAD)
        return unpack(self._open(row), BookHead) if row else None

    def part(self, part: int) -> dict[bytes, Entry]:
        if part not in self._parts:
            row = self._row(part)
            opened = unpack(self._open(row), dict[bytes, Entry]) if row else {}
            self._parts[part] = opened
        return self._parts[part]

    def entry(self, case_id: bytes) -> Entry | None:
        return self.part(_part_of(case_id)).get(case_id)

    def put(self, case_id: bytes, entry: Entry) -> None:
        self.part(_part_of(case_id))[case_id] = entry
        self._changed.add(_part_of(case_id))

    def drop(self, case_id: bytes) -> None:
        if self.part(_part_of(case_id)).pop(case_id, None) is not None:
            self._changed.add(_part_of(case_id))

    def everything(self) -> dict[bytes, Entry]:
        return {case_id: e for part in range(PARTS) for case_id, e in self.part(part).items()}

    def fits(self, head: BookHead) -> bool:
        """Whether every stored part is the one that the head knows."""
        return all(self._stored_hash(part) == head.parts[part] for part in range(PARTS))

    def _stored_hash(self, part: int) -> bytes:
        row = self._row(part)
        return row_hash(row.key_wrap, row.box) if row else b""

    def save(self) -> int:
        """Write what changed and the head over it; the head's new revision."""
        before = self.head()
        hashes = list(before.parts) if before else [b""] * PARTS
        revision = before.revision + 1 if before else 1
        for part in sorted(self._changed):
            row = self._write(part, pack_part(self._parts[part]), revision)
            hashes[part] = row_hash(row.key_wrap, row.box)
        self._changed.clear()
        team = self._session.get_one(Team, self._team.team_id)
        head = BookHead(revision, tuple(hashes), team_hash(team))
        self._write(HEAD, pack(head), revision)
        self._session.flush()
        return revision

    def _write(self, part: int, data: bytes, revision: int) -> Registry:
        sealed = lock(self._key, data, "registry", *self._place(part), revision=revision)
        row = Registry(
            team_id=self._team.team_id,
            part=part,
            epoch=self._team.epoch,
            revision=revision,
            key_wrap=sealed.key_wrap,
            box=sealed.box,
        )
        return self._session.merge(row)

    def hand_to(self, heir: OpenTeam) -> None:
        """Every part and the head under the keys of the team's next epoch; contents stay."""
        heir_key = derive(heir.seed, "registry")
        for part in range(PARTS + 1):
            row = self._row(part)
            if row is None:
                continue
            sealed = Locked(row.key_wrap, row.box)
            place = self._place(part)
            new = relock(self._key, heir_key, sealed, "registry", *place, revision=row.revision)
            row.key_wrap, row.box, row.epoch = new.key_wrap, new.box, heir.epoch
        self._session.flush()
        self._after_handing(heir)

    def _after_handing(self, heir: OpenTeam) -> None:
        """Part rows have other wraps now, so the head is written anew."""
        book = RegistryBook(self._session, heir)
        book._changed = {part for part in range(PARTS) if book._row(part)}
        for part in book._changed:
            book.part(part)
        book.save()


def pack_part(part: dict[bytes, Entry]) -> bytes:
    return msgspec.msgpack.encode(part)
