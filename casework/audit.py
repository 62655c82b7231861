"""The chain of what staff did: each entry sealed to the auditors, each link over the one before.

The plain part is the sequence number alone. Who, what, which case and which minute stand inside.
The reporters' door writes no entry, so that the chain does not count reports.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import AuditKeySwapped
from casework.models import AuditEntry, Team
from casework.records import pack, unpack
from casework.sitting import OpenTeam, Sitting
from casework.vocabulary import Act, TeamKind
from crypto.chain import START, Entry, Head, following, verify
from crypto.envelope import seal, unseal, unwrap, wrap
from crypto.errors import CannotOpen
from crypto.keys import new_seed


class AuditRecord(msgspec.Struct, frozen=True):
    """`about`: the short name of a case or of a colleague; never what somebody wrote."""

    who: str
    act: Act
    at: dt.datetime
    about: str = ""


def chain_end(session: Session) -> Head:
    last = session.execute(
        select(AuditEntry.seq, AuditEntry.head).order_by(AuditEntry.seq.desc()).limit(1)
    ).one_or_none()
    return Head(last.seq, last.head) if last else START


def write_audit(
    session: Session, sitting: Sitting, act: Act, now: dt.datetime, about: str = ""
) -> None:
    """Add one entry, in the running transaction. An office without auditors keeps no chain."""
    team = session.scalars(select(Team).where(Team.kind == TeamKind.AUDIT)).one_or_none()
    if team is None:
        return
    if not sitting.lock.holds(team):
        raise AuditKeySwapped
    end, key = chain_end(session), new_seed()
    place = (team.id, (end.seq + 1).to_bytes(8, "big"))
    record = AuditRecord(sitting.name, act, now.replace(second=0, microsecond=0), about)
    box = seal(key, pack(record), "audit", *place, floor=256)
    session.add(
        AuditEntry(
            seq=end.seq + 1,
            team_id=team.id,
            epoch=team.epoch,
            wrap=wrap(team.public_key, key, "audit-key", *place),
            box=box,
            head=following(end, box).digest,
        )
    )
    session.flush()


def first_break(session: Session, known: Head = START) -> int | None:
    """The first sequence number that does not continue the chain; None when all of it holds.

    `known`: a link that was noted elsewhere, on paper or in a profile; the chain must contain it.
    """
    rows = session.execute(
        select(AuditEntry.seq, AuditEntry.box, AuditEntry.head).order_by(AuditEntry.seq)
    )
    return verify((Entry(seq, box, head) for seq, box, head in rows), known)


class ReadEntry(NamedTuple):
    """`record` is None where the entry does not open: it was changed or is damaged."""

    seq: int
    record: AuditRecord | None


def read_audit(
    session: Session, team: OpenTeam, newest: int | None = None, count: int = 100
) -> tuple[ReadEntry, ...]:
    """A page of entries, newest first, at most `newest`."""
    chosen = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(count)
    if newest is not None:
        chosen = chosen.where(AuditEntry.seq <= newest)
    return tuple(ReadEntry(row.seq, _opened(team, row)) for row in session.scalars(chosen))


def _opened(team: OpenTeam, row: AuditEntry) -> AuditRecord | None:
    place = (row.team_id, row.seq.to_bytes(8, "big"))
    try:
        key = unwrap(team.keys, row.wrap, "audit-key", *place)
        return unpack(unseal(key, row.box, "audit", *place), AuditRecord)
    except CannotOpen:
        return None
