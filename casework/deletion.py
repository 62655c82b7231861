"""The end of a case: its keys first, then its rows, then a tombstone that only its team opens.

Destroying the wraps is what deletes: boxes that lie in older backups never open again once no
backup holds these wraps.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.erasures import ErasureList
from casework.models import Attachment, Card, CaseKey, Mailbox, Record, RecordKey, Team, Tombstone
from casework.office import OfficeFiles
from casework.records import pack, unpack
from casework.sitting import OpenTeam
from crypto.envelope import seal, unseal, unwrap, wrap
from crypto.errors import CannotOpen
from crypto.keys import framed, new_id, new_seed
from crypto.primitives import equal, hmac_sha256


class Burial(msgspec.Struct, frozen=True):
    """What a tombstone says. `proof`: that this office's program wrote it."""

    case_id: bytes
    proof: bytes


def bury(session: Session, files: OfficeFiles, case_id: bytes) -> tuple[bytes, ...]:
    """Delete a case for good, in the running transaction; the erasure list is written first.

    Returns the ids of its files, to be removed from their folder once this is committed.
    """
    ErasureList(files.data_dir).add(case_id)
    return remove_case(session, files, case_id)


def remove_case(session: Session, files: OfficeFiles, case_id: bytes) -> tuple[bytes, ...]:
    """Destroy the case's wraps, then its rows, and leave a tombstone: for a case on the list.

    Returns the ids of its files.
    """
    own_files = session.scalars(select(Attachment.id).where(Attachment.case_id == case_id))
    file_ids = tuple(own_files)
    key = session.get(CaseKey, case_id)
    team = session.get(Team, key.team_id) if key else None
    records = select(Record.id).where(Record.case_id == case_id)
    session.execute(delete(RecordKey).where(RecordKey.record_id.in_(records)))
    session.execute(delete(Record).where(Record.case_id == case_id))
    session.execute(delete(Attachment).where(Attachment.case_id == case_id))
    session.execute(delete(Card).where(Card.case_id == case_id))
    session.execute(delete(Mailbox).where(Mailbox.case_id == case_id))
    session.execute(delete(CaseKey).where(CaseKey.case_id == case_id))
    if team is not None and files.lock.holds(team):
        session.add(_tombstone(files.door_key, team, case_id))
    session.flush()
    return file_ids


def _proof(door_key: bytes, case_id: bytes) -> bytes:
    return hmac_sha256(door_key, framed((b"drcm/v1/buried", case_id)))


def _tombstone(door_key: bytes, team: Team, case_id: bytes) -> Tombstone:
    stone_id, key = new_id(), new_seed()
    said = pack(Burial(case_id, _proof(door_key, case_id)))
    place = (team.id, stone_id)
    return Tombstone(
        id=stone_id,
        team_id=team.id,
        wrap=wrap(team.public_key, key, "tombstone-key", *place),
        box=seal(key, said, "tombstone", *place, floor=128),
    )


def buried_cases(session: Session, teams: tuple[OpenTeam, ...], door_key: bytes) -> set[bytes]:
    """Cases whose tombstones are genuine, of every epoch of one team."""
    found = set()
    for stone in session.scalars(select(Tombstone).where(Tombstone.team_id == teams[0].team_id)):
        for team in teams:
            burial = _read(team, stone)
            if burial and equal(burial.proof, _proof(door_key, burial.case_id)):
                found.add(burial.case_id)
    return found


def _read(team: OpenTeam, stone: Tombstone) -> Burial | None:
    place = (stone.team_id, stone.id)
    try:
        key = unwrap(team.keys, stone.wrap, "tombstone-key", *place)
        return unpack(unseal(key, stone.box, "tombstone", *place), Burial)
    except CannotOpen:
        return None


def remove_tombstones(session: Session, case_id: bytes, team: OpenTeam, door_key: bytes) -> None:
    """Once the registry knows of the burial, in the running transaction."""
    for stone in session.scalars(select(Tombstone).where(Tombstone.team_id == team.team_id)):
        burial = _read(team, stone)
        if burial and burial.case_id == case_id and equal(burial.proof, _proof(door_key, case_id)):
            session.delete(stone)
    session.flush()
