"""Cases that concern a colleague or the office: kept by a circle of two or more of the team.

A circle is a team of its own, made beforehand, so that a restricted case looks like any other.
Handing a case over gives it a new seed: who could open it before cannot open what lies there now.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.access import OpenCase
from casework.audit import write_audit
from casework.cards import card_of, store_card
from casework.correspondence import still_there
from casework.entries import enter_case
from casework.errors import ArchiveClosed, CaseNotFound, StaleRevision, TooFewLeft
from casework.models import Card, CaseKey, Mailbox, Member, Record, RecordKey, Team
from casework.registry import RegistryBook
from casework.rotation import LEAST_MEMBERS
from casework.sealing import CASE, rewrap_record_key, wrap_case_seed
from casework.sitting import OpenTeam, Sitting, newest_of
from casework.storage import begin_writing
from casework.teams import TeamSeeds, add_team, join_team, team_profile
from casework.vocabulary import Act, TeamKind
from crypto.keys import new_seed, public_key


def make_circle(
    session: Session,
    sitting: Sitting,
    team_id: bytes,
    member_ids: tuple[bytes, ...],
    name: str,
    now: dt.datetime,
) -> TeamSeeds:
    """A circle of at least two members of the team, and commit. `TooFewLeft` for fewer."""
    team = newest_of(sitting, team_id)
    chosen = tuple(dict.fromkeys(member_ids))
    if len(chosen) < LEAST_MEMBERS[TeamKind.CIRCLE]:
        raise TooFewLeft
    begin_writing(session)
    roster = team_profile(team.seed, session.get_one(Team, team_id, populate_existing=True))
    seeds = add_team(session, sitting.lock, name, False, TeamKind.CIRCLE, team_id)
    for member_id in chosen:
        entry, member = roster.entry(member_id), session.get(Member, member_id)
        if entry is None or member is None:
            raise CaseNotFound
        join_team(session, seeds, member, entry.name, entry.role, now.date())
    circle = OpenTeam(seeds.team_id, 1, name, seeds.seed, seeds.archive_seed, TeamKind.CIRCLE)
    RegistryBook(session, circle).save()
    write_audit(session, sitting, Act.RESTRICTED, now, name)
    session.commit()
    return seeds


def circles_of(session: Session, sitting: Sitting, team_id: bytes) -> tuple[OpenTeam, ...]:
    """The circles of a team that this person is in, each in its newest epoch."""
    own = {t.team_id for t in sitting.teams if t.kind is TeamKind.CIRCLE}
    newest = (newest_of(sitting, one) for one in own)
    rows = {one.team_id: session.get_one(Team, one.team_id) for one in newest}
    circles = (newest_of(sitting, one) for one in rows)
    return tuple(c for c in circles if team_profile(c.seed, rows[c.team_id]).parent == team_id)


def hand_to_team(
    session: Session,
    sitting: Sitting,
    case: OpenCase,
    target_id: bytes,
    revision: int,
    now: dt.datetime,
) -> None:
    """Give an open case to another team or circle that this person is in, and commit."""
    target = newest_of(sitting, target_id)
    if target.kind is TeamKind.AUDIT or target_id == case.team.team_id:
        raise CaseNotFound
    if case.is_archived:
        raise ArchiveClosed
    begin_writing(session)
    key = still_there(session, case)
    stored = card_of(session, case.team, case.case_id)
    if stored is None or stored.revision != revision:
        raise StaleRevision
    _give_new_seed(session, case, key, target)
    session.delete(session.get_one(Card, case.case_id))
    session.flush()
    store_card(session, target, case.case_id, stored.card)
    _change_books(session, case, target)
    write_audit(session, sitting, Act.RESTRICTED, now, case.code)
    session.commit()


def _give_new_seed(session: Session, case: OpenCase, key: CaseKey, target: OpenTeam) -> None:
    seed = new_seed()
    public = public_key(seed)
    own = select(Record.id).where(Record.case_id == case.case_id)
    wraps = select(RecordKey).where(RecordKey.record_id.in_(own), RecordKey.audience == CASE)
    old = case.keys
    for row in session.scalars(wraps):
        row.wrap = rewrap_record_key(old, public, CASE, case.case_id, row.record_id, row.wrap)
    box = session.scalars(select(Mailbox).where(Mailbox.case_id == case.case_id)).one_or_none()
    if box is not None:
        box.case_public_key = public
    key.team_id, key.epoch = target.team_id, target.epoch
    key.wrap = wrap_case_seed(target.keys.public, target.team_id, target.epoch, case.case_id, seed)
    session.flush()


def _change_books(session: Session, case: OpenCase, target: OpenTeam) -> None:
    before, after = RegistryBook(session, case.book_team), RegistryBook(session, target)
    before.drop(case.case_id)
    before.save()
    enter_case(session, after, case.case_id, frozenset(case.by_id))
    after.save()
