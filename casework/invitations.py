"""A new colleague: invited by a one-time code, let in when a member has compared eight words."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.audit import write_audit
from casework.errors import (
    CaseNotFound,
    InvitationUnknown,
    NameTaken,
    PasswordNeeded,
    PasswordTooShort,
)
from casework.members import (
    PASSWORD_MIN,
    TOTP_SECRET_BYTES,
    NewMember,
    Profile,
    add_member,
    member_named,
)
from casework.models import Invitation, JoinRequest, Member, Team
from casework.office import OfficeFiles
from casework.records import pack, unpack
from casework.registry import RegistryBook
from casework.sitting import OpenTeam, Sitting, newest_of
from casework.storage import begin_writing
from casework.teams import join_team, member_key_hash
from casework.vocabulary import Act, StaffRole, TeamKind
from crypto.envelope import seal, unseal, unwrap, wrap
from crypto.errors import CannotOpen
from crypto.keys import derive, new_seed
from crypto.primitives import random_bytes, sha256
from crypto.wordcode import fingerprint

INVITATION_DAYS = 7


class Invited(msgspec.Struct, frozen=True):
    """Who is asked to join what. `with_card`: whether they get a key card."""

    name: str
    role: StaffRole
    team_ids: tuple[bytes, ...]
    with_card: bool = False


class Newcomer(NamedTuple):
    """What a person who has just joined is shown once."""

    name: str
    totp_secret: bytes
    words: tuple[str, ...]
    device_secret: bytes | None


class Waiting(NamedTuple):
    """A person whom a member may let in after comparing the eight words."""

    member_id: bytes
    team_id: bytes
    name: str
    role: StaffRole
    words: tuple[str, ...]


def _mark(code: bytes) -> bytes:
    return sha256(b"drcm/v1/invitation" + code)[:16]


def invite(
    session: Session, sitting: Sitting, code: bytes, invited: Invited, now: dt.datetime
) -> None:
    """Keep an invitation under its code (at least 10 random bytes) for a week, and commit."""
    begin_writing(session)
    forget_old_invitations(session, now.date())
    mark, until = _mark(code), now.date() + dt.timedelta(days=INVITATION_DAYS)
    box = seal(_box_key(code), pack(invited), "invitation", mark, floor=512)
    session.add(Invitation(mark=mark, until_day=until.toordinal(), box=box))
    write_audit(session, sitting, Act.INVITED, now, invited.name)
    session.commit()


def _box_key(code: bytes) -> bytes:
    return derive(sha256(b"drcm/v1/invitation-key" + code), "invitation")


def forget_old_invitations(session: Session, today: dt.date) -> None:
    session.execute(delete(Invitation).where(Invitation.until_day < today.toordinal()))


def read_invitation(session: Session, code: bytes, today: dt.date) -> Invited:
    row = session.get(Invitation, _mark(code), populate_existing=True)
    if row is None or row.until_day < today.toordinal():
        raise InvitationUnknown
    try:
        return unpack(unseal(_box_key(code), row.box, "invitation", row.mark), Invited)
    except CannotOpen:
        raise InvitationUnknown from None


def join(
    session: Session, files: OfficeFiles, code: bytes, password: str, language: str, today: dt.date
) -> Newcomer:
    """Make the invited person's keys and ask their teams to let them in; the code is spent."""
    if len(password) < PASSWORD_MIN:
        raise PasswordTooShort(PASSWORD_MIN)
    begin_writing(session)
    invited = read_invitation(session, code, today)
    if member_named(session, files.desk_key, invited.name):
        raise NameTaken
    secret = new_seed() if invited.with_card else None
    profile = Profile(invited.name, invited.role, random_bytes(TOTP_SECRET_BYTES))
    member = add_member(session, files.desk_key, NewMember(profile, password, secret))
    for team_id in invited.team_ids:
        _ask_team(session, team_id, member, invited)
    session.execute(delete(Invitation).where(Invitation.mark == _mark(code)))
    session.commit()
    words = fingerprint(member_key_hash(member), language)
    return Newcomer(invited.name, profile.totp_secret, words, secret)


def _ask_team(session: Session, team_id: bytes, member: Member, invited: Invited) -> None:
    team, key = session.get(Team, team_id), new_seed()
    if team is None:
        return
    place = (team_id, member.id)
    request = JoinRequest(
        member_id=member.id,
        team_id=team_id,
        wrap=wrap(team.public_key, key, "join-key", *place),
        box=seal(key, pack(invited), "join", *place, floor=512),
    )
    session.add(request)
    session.flush()


def waiting_for(session: Session, team: OpenTeam, language: str) -> tuple[Waiting, ...]:
    """Who asks to be let into this team."""
    rows = session.execute(
        select(JoinRequest, Member)
        .join(Member, Member.id == JoinRequest.member_id)
        .where(JoinRequest.team_id == team.team_id)
    )
    found = []
    for request, member in rows:
        invited = _opened(team, request)
        if invited:
            words = fingerprint(member_key_hash(member), language)
            found.append(Waiting(member.id, team.team_id, invited.name, invited.role, words))
    return tuple(found)


def _opened(team: OpenTeam, request: JoinRequest) -> Invited | None:
    place = (request.team_id, request.member_id)
    try:
        key = unwrap(team.keys, request.wrap, "join-key", *place)
        return unpack(unseal(key, request.box, "join", *place), Invited)
    except CannotOpen:
        return None


def let_in(
    session: Session, sitting: Sitting, team_id: bytes, member_id: bytes, now: dt.datetime
) -> None:
    """Wrap the team's seeds to a person whose eight words were compared, and commit.

    Needs a fresh password, for the archive's seed is wrapped too.
    """
    team = newest_of(sitting, team_id)
    if not sitting.is_fresh or not team.archive_seed:
        raise PasswordNeeded
    begin_writing(session)
    request = session.get(JoinRequest, (member_id, team_id), populate_existing=True)
    member = session.get(Member, member_id, populate_existing=True)
    invited = _opened(team, request) if request else None
    if request is None or member is None or invited is None:
        raise CaseNotFound
    join_team(session, team.seeds, member, invited.name, invited.role, now.date())
    session.delete(request)
    if team.kind is not TeamKind.AUDIT:
        RegistryBook(session, team).save()
    write_audit(session, sitting, Act.CONFIRMED, now, invited.name)
    session.commit()
