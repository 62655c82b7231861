"""A team whose people all lost their passwords: enough cards, a new lead, a new epoch by force.

It is one transaction: whatever stops it, nothing has changed. Then every case is re-wrapped, so
that what the cards opened is worth nothing any more.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import NamedTuple

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from casework.audit import write_audit
from casework.errors import NameTaken, PasswordTooShort
from casework.members import (
    PASSWORD_MIN,
    NewMember,
    add_member,
    keys_of,
    member_named,
    open_archive_seed,
    open_seed,
)
from casework.models import JoinRequest, Member, Membership, Team
from casework.models import Sitting as SittingRow
from casework.office import OfficeFiles
from casework.recovery import holders_fit, recover_epochs
from casework.rotation import begin_epoch, progress, rewrap, rewrap_portion
from casework.sitting import Desk, OpenTeam, Sitting, Unlocked, newest_of, sitting_of, team_seeds
from casework.storage import begin_writing
from casework.teams import (
    RosterEntry,
    TeamProfile,
    TeamSeeds,
    join_team,
    member_key_hash,
    team_profile,
)
from casework.vocabulary import Act, TeamKind
from crypto.errors import CannotOpen
from crypto.primitives import key_pair


class Recovered(NamedTuple):
    """What a recovery did, to be told at once.

    `dropped`: colleagues whose account is lost or has other keys than the team knows; they are
    invited anew. `other_teams`: how many other teams the closed account was in. `auditors`: how
    many people open the audit chain, None without a chain. `cards_hold`: the same cards are good
    for the new epoch. `left`: rows that still wait for the new key.
    """

    team: str
    dropped: tuple[str, ...]
    other_teams: int
    auditors: int | None
    cards_hold: bool
    left: int


class _Lead(NamedTuple):
    member: Member
    new: NewMember
    seed: bytes
    archive_seed: bytes


def recover_team(
    session: Session,
    files: OfficeFiles,
    team_id: bytes,
    cards: tuple[bytes, ...],
    new: NewMember,
    now: dt.datetime,
) -> Recovered:
    """Let a new person in by the cards, begin a new epoch, re-wrap every case; commits.

    A name of the team's own roster is that person's new account: the old one is closed. Refused
    with nothing changed: as `recover_epochs`, or `NameTaken`, `PasswordTooShort`.
    """
    if len(new.password) < PASSWORD_MIN:
        raise PasswordTooShort(PASSWORD_MIN)
    begin_writing(session)
    team = session.get_one(Team, team_id, populate_existing=True)
    epochs = recover_epochs(session, team, tuple(dict.fromkeys(cards)))
    before = team_profile(epochs[0].seed, team)
    closed, other_teams = _close_account(session, files, team_id, before, new.profile.name)
    lead = _join(session, files, epochs[0], new, now)
    sitting = _sitting(session, files, lead, now)
    _finish_earlier(session, epochs[1:], newest_of(sitting, team_id))
    profile, gone = _new_profile(session, team, epochs[0], now)
    begin_epoch(session, files.lock, newest_of(sitting, team_id), profile)
    session.execute(delete(SittingRow))
    write_audit(session, sitting, Act.RECOVERED, now, before.name)
    for entry in gone:
        write_audit(session, sitting, Act.REMOVED, now, entry.name)
    auditors, cards_hold = _auditors(session), bool(profile.holders)
    session.commit()
    left = _rewrap_all(session, _sitting(session, files, lead, now), team_id)
    dropped = tuple(entry.name for entry in gone if entry.member_id != closed)
    return Recovered(before.name, dropped, other_teams, auditors, cards_hold, left)


def _close_account(
    session: Session, files: OfficeFiles, team_id: bytes, profile: TeamProfile, name: str
) -> tuple[bytes, int]:
    """Remove the account that a member of this team forgot; its id, and its other teams' number."""
    old = member_named(session, files.desk_key, name)
    if old is None:
        return b"", 0
    if profile.entry(old.id) is None:
        raise NameTaken
    own = select(Membership.team_id).where(Membership.member_id == old.id)
    old_id, others = old.id, set(session.scalars(own)) - {team_id}
    for table in (Membership, JoinRequest):
        session.execute(delete(table).where(table.member_id == old.id))
    session.delete(old)
    session.flush()
    return old_id, len(others)


def _join(
    session: Session, files: OfficeFiles, seeds: TeamSeeds, new: NewMember, now: dt.datetime
) -> _Lead:
    """The new lead in the epoch of the cards, with keys opened by the password just chosen."""
    member = add_member(session, files.desk_key, new)
    join_team(session, seeds, member, new.profile.name, new.profile.role, now.date())
    keys = keys_of(member, new.password, new.device_secret)
    seed, archive_seed = open_seed(member, keys), open_archive_seed(member, keys)
    if seed is None or archive_seed is None:
        raise CannotOpen
    return _Lead(member, new, seed, archive_seed)


def _sitting(session: Session, files: OfficeFiles, lead: _Lead, now: dt.datetime) -> Sitting:
    """The new lead at work: a fresh sitting that is stored nowhere and ends with the call."""
    at, profile = int(now.timestamp()), lead.new.profile
    teams = team_seeds(session, lead.member.id, lead.seed, key_pair(lead.archive_seed))
    unlocked = Unlocked(
        lead.member.id, profile.name, profile.role, lead.seed, teams, b"", at, at, confirmed=at
    )
    return sitting_of(unlocked, Desk(files, b""), at)


def _finish_earlier(session: Session, earlier: tuple[TeamSeeds, ...], newest: OpenTeam) -> None:
    """Everybody was lost while cases were being re-wrapped: go on with that first.

    A damaged row must not stop the recovery: then these rows wait, and it is told.
    """
    olds = tuple(
        newest._replace(epoch=one.epoch, seed=one.seed, archive_seed=one.archive_seed)
        for one in earlier
    )
    with suppress(CannotOpen), session.begin_nested():
        rewrap_portion(session, olds, newest, progress(session, newest.team_id).left)


def _new_profile(
    session: Session, team: Team, seeds: TeamSeeds, now: dt.datetime
) -> tuple[TeamProfile, tuple[RosterEntry, ...]]:
    """The team's profile with the day of the recovery, and who cannot stay in its roster."""
    known = team_profile(seeds.seed, team)
    staying = tuple(entry for entry in known.roster if _is_as_known(session, entry))
    gone = tuple(entry for entry in known.roster if entry not in staying)
    profile = msgspec.structs.replace(known, roster=staying, recovered=now.date())
    if not holders_fit(session, team.id, profile):
        profile = msgspec.structs.replace(profile, holders=(), threshold=0)
    return profile, gone


def _is_as_known(session: Session, entry: RosterEntry) -> bool:
    member = session.get(Member, entry.member_id, populate_existing=True)
    return member is not None and member_key_hash(member) == entry.key_hash


def _auditors(session: Session) -> int | None:
    """How many people have the audit chain's key; None where there is no chain."""
    chain = session.scalars(select(Team.id).where(Team.kind == TeamKind.AUDIT)).one_or_none()
    if chain is None:
        return None
    counted = select(func.count(Membership.member_id.distinct()))
    return session.scalar(counted.where(Membership.team_id == chain)) or 0


def _rewrap_all(session: Session, sitting: Sitting, team_id: bytes) -> int:
    """Portion by portion; how many rows wait because a damaged one stands in the way."""
    left = progress(session, team_id).left
    with suppress(CannotOpen):
        while (now_left := rewrap(session, sitting, team_id).left) and now_left < left:
            left = now_left
    session.rollback()
    return progress(session, team_id).left
