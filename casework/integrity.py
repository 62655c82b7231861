"""At sign-in: does everything still look as staff last left it?

What the team's sealed registry says is held against the rows; what a person last saw is held
against the registry and the audit chain. Nothing is repaired here: it is said.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.access import case_code
from casework.audit import chain_end, first_break
from casework.deletion import buried_cases, remove_tombstones
from casework.entries import key_hash, mailbox_hash
from casework.errors import RegistryDamaged
from casework.members import Seen, note_seen
from casework.models import Card, CaseKey, Mailbox, Record, Team
from casework.office import OfficeFiles
from casework.recovery import has_recovery
from casework.registry import BookHead, Entry, RegistryBook, record_hash, team_hash
from casework.sitting import OpenTeam, Sitting, newest_of
from casework.storage import begin_writing
from casework.teams import team_profile
from casework.vocabulary import Notice, TeamKind
from crypto.chain import Head as ChainHead
from crypto.primitives import equal, sha256

RECOVERY_SHOWN = dt.timedelta(days=30)


class Finding(NamedTuple):
    """`about`: the short name of a case or of a team."""

    notice: Notice
    about: str = ""


class Looked(NamedTuple):
    findings: tuple[Finding, ...]
    seen: Seen


def look_over(
    session: Session, files: OfficeFiles, sitting: Sitting, seen: Seen, today: dt.date
) -> Looked:
    """All that does not fit, and what this person has now seen; commits folded tombstones."""
    begin_writing(session)
    findings: list[Finding] = []
    registries = dict(seen.registries)
    for team_id in {t.team_id for t in sitting.case_teams}:
        team = newest_of(sitting, team_id)
        _fold_burials(session, files, sitting, team)
        last = registries.get(team_id.hex(), 0)
        found, revision = _look_at_team(session, files, team, last, today)
        findings += found
        registries[team_id.hex()] = max(last, revision)
    findings += _look_at_chain(session, ChainHead(seen.audit_seq, seen.audit_head))
    end = chain_end(session)
    session.commit()
    if seen.audit_seq > end.seq:
        return Looked(tuple(findings), Seen(registries, seen.audit_seq, seen.audit_head))
    return Looked(tuple(findings), Seen(registries, end.seq, end.digest))


def _fold_burials(session: Session, files: OfficeFiles, sitting: Sitting, team: OpenTeam) -> None:
    """Withdrawn cases leave the registry; their tombstones are done then."""
    epochs = tuple(t for t in sitting.teams if t.team_id == team.team_id)
    buried = buried_cases(session, epochs, files.door_key)
    if not buried:
        return
    try:
        book = RegistryBook(session, team)
        for case_id in buried:
            book.drop(case_id)
        book.save()
    except RegistryDamaged:
        return
    for case_id in buried:
        for epoch in epochs:
            remove_tombstones(session, case_id, epoch, files.door_key)


def _look_at_team(
    session: Session, files: OfficeFiles, team: OpenTeam, last: int, today: dt.date
) -> tuple[list[Finding], int]:
    row = session.get_one(Team, team.team_id, populate_existing=True)
    findings = []
    if not equal(row.public_key, team.keys.public) or not files.lock.holds(row):
        findings.append(Finding(Notice.TEAM_KEY_CHANGED, team.name))
    try:
        book = RegistryBook(session, team)
        head = book.head()
        if head is None:
            lost = last or _has_cards(session, team)
            return findings + ([Finding(Notice.REGISTRY_CHANGED, team.name)] if lost else []), 0
        findings += _look_at_head(session, book, head, row, team, last)
        findings += _look_at_cases(session, team, book.everything())
    except RegistryDamaged:
        return [*findings, Finding(Notice.REGISTRY_CHANGED, team.name)], 0
    return findings + _look_at_recovery(session, team, row, today), head.revision


def _has_cards(session: Session, team: OpenTeam) -> bool:
    return session.scalars(select(Card).where(Card.team_id == team.team_id)).first() is not None


def _look_at_head(
    session: Session, book: RegistryBook, head: BookHead, row: Team, team: OpenTeam, last: int
) -> list[Finding]:
    findings = []
    if head.revision < last:
        findings.append(Finding(Notice.PUT_BACK, team.name))
    if not book.fits(head):
        findings.append(Finding(Notice.REGISTRY_CHANGED, team.name))
    archive = team_profile(team.seed, row).archive_hash
    if head.team_hash != team_hash(row) or not equal(sha256(row.archive_public_key), archive):
        findings.append(Finding(Notice.TEAM_ROW_CHANGED, team.name))
    return findings


def _look_at_recovery(session: Session, team: OpenTeam, row: Team, today: dt.date) -> list[Finding]:
    findings = []
    recovered = team_profile(team.seed, row).recovered
    if recovered is not None and today - recovered <= RECOVERY_SHOWN:
        findings.append(Finding(Notice.RECOVERED, recovered.isoformat()))
    if team.kind is TeamKind.TEAM and not has_recovery(session, team):
        findings.append(Finding(Notice.NO_RECOVERY, team.name))
    return findings


def _look_at_cases(session: Session, team: OpenTeam, entries: dict[bytes, Entry]) -> list[Finding]:
    own = CaseKey.team_id == team.team_id
    keys = {key.case_id: key for key in session.scalars(select(CaseKey).where(own))}
    revisions = dict(
        session.execute(
            select(Card.case_id, Card.revision).where(Card.team_id == team.team_id)
        ).all()
    )
    boxes = {
        box.case_id: mailbox_hash(box.public_key, box.case_public_key)
        for box in session.scalars(select(Mailbox).join(CaseKey).where(own))
    }
    present = _records(session, team)
    findings = []
    for case_id, entry in entries.items():
        notice = _case_notice(entry, keys.get(case_id), revisions.get(case_id), boxes.get(case_id))
        if notice is None and not entry.record_hashes <= present.get(case_id, frozenset()):
            notice = Notice.CASE_CHANGED
        if notice:
            findings.append(Finding(notice, case_code(case_id)))
    return findings


def _records(session: Session, team: OpenTeam) -> dict[bytes, frozenset[bytes]]:
    rows = session.execute(
        select(Record.case_id, Record.id, Record.box)
        .join(CaseKey, CaseKey.case_id == Record.case_id)
        .where(CaseKey.team_id == team.team_id)
        .execution_options(yield_per=500)
    )
    found: dict[bytes, set[bytes]] = {}
    for case_id, record_id, box in rows:
        found.setdefault(case_id, set()).add(record_hash(record_id, box))
    return {case_id: frozenset(hashes) for case_id, hashes in found.items()}


def _case_notice(
    entry: Entry, key: CaseKey | None, revision: int | None, box: bytes | None
) -> Notice | None:
    if key is None:
        return Notice.CASE_MISSING
    if key_hash(key) != entry.key_hash or revision != entry.card_revision:
        return Notice.CASE_CHANGED
    if (box or b"") != entry.mailbox_hash:
        return Notice.MAILBOX_KEY_CHANGED
    return None


def _look_at_chain(session: Session, known: ChainHead) -> list[Finding]:
    if chain_end(session).seq < known.seq:
        return [Finding(Notice.AUDIT_PUT_BACK)]
    broken = first_break(session, known)
    return [Finding(Notice.AUDIT_BROKEN, str(broken))] if broken else []


def keep_seen(session: Session, sitting: Sitting, seen: Seen) -> None:
    """Note in the sealed profile what this person has seen, and commit."""
    begin_writing(session)
    note_seen(session, sitting.member_id, sitting.seed, seen)
    session.commit()
