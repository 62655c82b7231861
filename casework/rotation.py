"""A new epoch of a team: fresh seeds for those who stay, every case re-wrapped, old wraps gone.

It begins in one transaction and goes on in portions; whatever interrupts it, each case has at
every moment exactly one wrap that the members can open, and the next sitting continues.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from casework.archive import archive_key
from casework.audit import write_audit
from casework.entries import key_hash
from casework.errors import (
    InCircle,
    PasswordNeeded,
    RewrapUnfinished,
    TooFewLeft,
)
from casework.models import AuditEntry, Card, CaseKey, Member, Membership, RecoverySecret, Team
from casework.models import Sitting as SittingRow
from casework.recovery import share_again
from casework.registry import RegistryBook
from casework.sealing import ARCHIVE, OPEN, Locked, open_case_seed, relock, wrap_case_seed
from casework.sitting import OpenTeam, Sitting, member_mark, newest_of
from casework.storage import begin_writing
from casework.teamlock import TeamLock
from casework.teams import (
    RosterEntry,
    TeamProfile,
    TeamSeeds,
    keep_team_profile,
    membership_for,
    team_profile,
)
from casework.vocabulary import Act, TeamKind
from crypto.envelope import unwrap, wrap
from crypto.keys import new_seed, public_key
from crypto.padding import CARD_FLOOR
from crypto.primitives import KeyPair, key_pair, sha256

AT_ONCE = 500
LEAST_MEMBERS = {TeamKind.CIRCLE: 2}


class Progress(NamedTuple):
    """How many rows have the new epoch's wrap, and how many still wait."""

    done: int
    left: int


def rotate(
    session: Session,
    sitting: Sitting,
    boot_secret: bytes,
    team_id: bytes,
    now: dt.datetime,
    without: bytes = b"",
) -> None:
    """Begin a new epoch and commit; `without`: the member who is removed, whose sittings end.

    Needs a fresh password (the archive's seeds). Then call `rewrap` until nothing is left. Who has
    no account any more is dropped from the roster.
    """
    team = newest_of(sitting, team_id)
    if not sitting.is_fresh or not team.archive_seed:
        raise PasswordNeeded
    begin_writing(session)
    row = session.get_one(Team, team_id, populate_existing=True)
    if row.epoch != team.epoch or _older(session, team_id, row.epoch).left:
        raise RewrapUnfinished
    profile = team_profile(team.seed, row)
    staying = tuple(entry for entry in profile.roster if entry.member_id != without)
    roster = with_account(session, staying)
    _refuse_too_few(session, team_id, without, len(roster), TeamKind(row.kind))
    archive_key(session, team)
    begin_epoch(session, sitting.lock, team, msgspec.structs.replace(profile, roster=roster))
    if without:
        _shut_out(session, boot_secret, team_id, without)
    act = Act.REMOVED if without else Act.ROTATED
    gone = profile.entry(without)
    write_audit(session, sitting, act, now, gone.name if gone else team.name)
    for lost in set(staying) - set(roster):
        write_audit(session, sitting, Act.REMOVED, now, lost.name)
    session.commit()


def _refuse_too_few(
    session: Session, team_id: bytes, without: bytes, left: int, kind: TeamKind
) -> None:
    if left < LEAST_MEMBERS.get(kind, 1):
        raise TooFewLeft
    if without and kind is TeamKind.TEAM:
        circles = (
            select(func.count())
            .select_from(Membership)
            .join(Team, Team.id == Membership.team_id)
            .where(Membership.member_id == without, Team.kind == TeamKind.CIRCLE)
        )
        if session.scalar(circles):
            raise InCircle


def with_account(session: Session, roster: tuple[RosterEntry, ...]) -> tuple[RosterEntry, ...]:
    """Those of a roster whose row is still there: nobody can wrap a key to a lost one."""
    return tuple(entry for entry in roster if session.get(Member, entry.member_id))


def begin_epoch(session: Session, lock: TeamLock, team: OpenTeam, profile: TeamProfile) -> OpenTeam:
    """Fresh seeds for everybody of the roster, in the running transaction; the new epoch.

    `MemberKeySwapped` if a row has other keys than the roster knows.
    """
    row = session.get_one(Team, team.team_id)
    seeds = TeamSeeds(team.team_id, team.epoch + 1, new_seed(), new_seed())
    lock.add(team.team_id, public_key(seeds.seed))
    row.epoch, row.public_key = seeds.epoch, public_key(seeds.seed)
    row.archive_public_key = public_key(seeds.archive_seed)
    profile = msgspec.structs.replace(profile, archive_hash=sha256(row.archive_public_key))
    keep_team_profile(row, seeds, profile)
    for entry in profile.roster:
        member = session.get_one(Member, entry.member_id, populate_existing=True)
        session.add(membership_for(seeds, member, entry))
    session.flush()
    share_again(session, seeds, profile, team.seeds)
    heir = OpenTeam(team.team_id, seeds.epoch, team.name, seeds.seed, seeds.archive_seed, team.kind)
    if team.kind is not TeamKind.AUDIT:
        RegistryBook(session, team).hand_to(heir)
    return heir


def _shut_out(session: Session, boot_secret: bytes, team_id: bytes, member_id: bytes) -> None:
    own = (Membership.member_id == member_id, Membership.team_id == team_id)
    session.execute(delete(Membership).where(*own))
    mark = member_mark(boot_secret, member_id)
    session.execute(delete(SittingRow).where(SittingRow.member_mark == mark))


def _older(session: Session, team_id: bytes, epoch: int) -> Progress:
    done = left = 0
    for table in (CaseKey, AuditEntry):
        rows = select(table.epoch == epoch, func.count()).where(table.team_id == team_id)
        for is_new, count in session.execute(rows.group_by(table.epoch == epoch)):
            done, left = (done + count, left) if is_new else (done, left + count)
    return Progress(done, left)


def progress(session: Session, team_id: bytes) -> Progress:
    """Where the re-wrapping of a team stands."""
    return _older(session, team_id, session.get_one(Team, team_id, populate_existing=True).epoch)


def rewrap(session: Session, sitting: Sitting, team_id: bytes, at_most: int = AT_ONCE) -> Progress:
    """Re-wrap a portion and commit. Archived cases wait for a sitting with a fresh password.

    When nothing is left, the old epoch's wraps of the seeds are destroyed.
    """
    heir = newest_of(sitting, team_id)
    begin_writing(session)
    olds = tuple(t for t in sitting.teams if t.team_id == team_id and t.epoch < heir.epoch)
    rewrap_portion(session, olds, heir, at_most)
    where = progress(session, team_id)
    if not where.left:
        _destroy_old(session, sitting.lock, heir)
    session.commit()
    return where


def rewrap_portion(
    session: Session, olds: tuple[OpenTeam, ...], heir: OpenTeam, at_most: int
) -> None:
    """At most so many rows of earlier epochs to the heir's, in the running transaction."""
    for old in olds:
        at_most -= _rewrap_cases(session, old, heir, at_most)
        at_most -= _rewrap_audit(session, old, heir, max(at_most, 0))


def _rewrap_cases(session: Session, old: OpenTeam, heir: OpenTeam, at_most: int) -> int:
    shelves = [OPEN] + ([ARCHIVE] if old.archive_seed and heir.archive_seed else [])
    chosen = (
        select(CaseKey)
        .where(CaseKey.team_id == old.team_id, CaseKey.epoch == old.epoch)
        .where(CaseKey.shelf.in_(shelves))
        .limit(max(at_most, 0))
    )
    keys = session.scalars(chosen).all()
    if not keys:
        return 0
    openers = {OPEN: old.keys, ARCHIVE: key_pair(old.archive_seed or old.seed)}
    publics = {OPEN: heir.keys.public, ARCHIVE: public_key(heir.archive_seed or heir.seed)}
    cards = _cards_of(session, [key.case_id for key in keys])
    book = RegistryBook(session, heir)
    # One flush for the whole portion: a flush a row costs more than all its cryptography.
    with session.no_autoflush:
        for key in keys:
            _rewrap_case(key, old, heir, openers[key.shelf], publics[key.shelf])
            _hand_card(cards.get(key.case_id), old, heir)
            entry = book.entry(key.case_id)
            if entry:
                book.put(key.case_id, msgspec.structs.replace(entry, key_hash=key_hash(key)))
    session.flush()
    book.save()
    return len(keys)


def _rewrap_case(
    key: CaseKey, old: OpenTeam, heir: OpenTeam, opener: KeyPair, public: bytes
) -> None:
    seed = open_case_seed(opener, old.team_id, old.epoch, key.case_id, key.wrap, key.shelf)
    key.wrap = wrap_case_seed(public, heir.team_id, heir.epoch, key.case_id, seed, key.shelf)
    key.epoch = heir.epoch


def _cards_of(session: Session, case_ids: list[bytes]) -> dict[bytes, Card]:
    rows = session.scalars(select(Card).where(Card.case_id.in_(case_ids)))
    return {row.case_id: row for row in rows}


def _hand_card(row: Card | None, old: OpenTeam, heir: OpenTeam) -> None:
    if row is not None:
        sealed = Locked(row.key_wrap, row.box)
        place, revision = row.case_id, row.revision
        keys = (old.card_key, heir.card_key)
        new = relock(*keys, sealed, "card", place, revision=revision, floor=CARD_FLOOR)
        row.key_wrap, row.box, row.epoch = new.key_wrap, new.box, heir.epoch


def _rewrap_audit(session: Session, old: OpenTeam, heir: OpenTeam, at_most: int) -> int:
    """Entries get wraps for the new auditors' key; the boxes, and so the chain, stay."""
    own = (AuditEntry.team_id == old.team_id, AuditEntry.epoch == old.epoch)
    rows = session.scalars(select(AuditEntry).where(*own).limit(at_most)).all()
    keys, public = old.keys, heir.keys.public
    for row in rows:
        place = (row.team_id, row.seq.to_bytes(8, "big"))
        key = unwrap(keys, row.wrap, "audit-key", *place)
        row.wrap, row.epoch = wrap(public, key, "audit-key", *place), heir.epoch
    return len(rows)


def _destroy_old(session: Session, lock: TeamLock, heir: OpenTeam) -> None:
    for table in (Membership, RecoverySecret):
        older = (table.team_id == heir.team_id, table.epoch < heir.epoch)
        session.execute(delete(table).where(*older))
    lock.settle(heir.team_id, heir.keys.public)
