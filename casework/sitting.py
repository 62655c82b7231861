"""A sitting: one signed-in person with unlocked keys, in a row that only their cookie opens.

The row's key is made of the cookie and a boot secret that lives in memory alone: a restart ends
every sitting, and a stolen disk with an old cookie opens nothing. 15 minutes idle, 8 hours at most.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import NamedTuple

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.errors import SignInRefused
from casework.models import Member, Membership, Team
from casework.models import Sitting as SittingRow
from casework.office import (
    Profile,
    name_mark,
    open_membership,
    open_profile,
    seal_profile,
    team_name,
)
from casework.records import pack, unpack
from casework.storage import begin_writing
from casework.vocabulary import StaffRole
from crypto.envelope import seal, unseal
from crypto.errors import CannotOpen
from crypto.keys import derive
from crypto.passphrase import PASSWORD_COST, password_key
from crypto.primitives import (
    Argon2Cost,
    KeyPair,
    hmac_sha512,
    key_pair,
    random_bytes,
    sha256,
    totp_step,
)

IDLE_SECONDS = 15 * 60
LONGEST_SECONDS = 8 * 3600
_TOUCH_SECONDS = 60
PASSWORD_MAX = 256


class _TeamSeed(msgspec.Struct, frozen=True):
    team_id: bytes
    epoch: int
    name: str
    seed: bytes


class _Unlocked(msgspec.Struct, frozen=True):
    member_id: bytes
    name: str
    role: StaffRole
    teams: tuple[_TeamSeed, ...]
    form_key: bytes
    begun: int
    seen: int


class OpenTeam(NamedTuple):
    team_id: bytes
    epoch: int
    name: str
    seed: bytes

    @property
    def keys(self) -> KeyPair:
        return key_pair(self.seed)


class Sitting(NamedTuple):
    member_id: bytes
    name: str
    role: StaffRole
    teams: tuple[OpenTeam, ...]
    form_key: bytes


def sign_in(
    session: Session,
    desk_key: bytes,
    boot_secret: bytes,
    name: str,
    password: str,
    code: str,
    now: int,
) -> tuple[str, Sitting]:
    """A new sitting and its cookie, or `SignInRefused` without saying which part was wrong.

    Unknown names cost the same work; each code works once.
    """
    member = session.scalars(
        select(Member).where(Member.name_mark == name_mark(desk_key, name))
    ).one_or_none()
    seed = _unlock(member, password)
    if member is None or seed is None:
        raise SignInRefused
    profile = _spend_code(session, member.id, seed, code, now)
    unlocked = _unlocked(session, member.id, seed, profile, now)
    cookie = urlsafe_b64encode(random_bytes(32)).decode().rstrip("=")
    row_id, key = _row(boot_secret, cookie)
    session.add(SittingRow(id=row_id, box=seal(key, pack(unlocked), "sitting", row_id)))
    session.commit()
    return cookie, _sitting(unlocked)


def _unlock(member: Member | None, password: str) -> bytes | None:
    cost, salt = PASSWORD_COST, b"\0" * 16
    if member is not None:
        cost, salt = Argon2Cost(member.memory_kib, member.passes, 1), member.salt
    key = password_key(password[:PASSWORD_MAX], salt, cost)
    if member is None or len(password) > PASSWORD_MAX:
        return None
    try:
        return unseal(key, member.seed_box, "userseed", member.id)
    except CannotOpen:
        return None


def _spend_code(session: Session, member_id: bytes, seed: bytes, code: str, now: int) -> Profile:
    begin_writing(session)
    member = session.get_one(Member, member_id, populate_existing=True)
    profile = open_profile(seed, member)
    step = totp_step(profile.totp_secret, code.replace(" ", ""), now)
    if step is None or step <= profile.last_totp_step:
        raise SignInRefused
    profile = msgspec.structs.replace(profile, last_totp_step=step)
    member.revision += 1
    member.profile_box = seal_profile(seed, member_id, profile, member.revision)
    return profile


def _unlocked(
    session: Session, member_id: bytes, seed: bytes, profile: Profile, now: int
) -> _Unlocked:
    keys = key_pair(seed)
    rows = session.execute(
        select(Membership, Team)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.member_id == member_id, Membership.epoch == Team.epoch)
    )
    teams = []
    for membership, team in rows:
        team_seed = open_membership(keys, membership)
        name = team_name(team_seed, team)
        teams.append(_TeamSeed(team.id, team.epoch, name, team_seed))
    form_key = random_bytes(32)
    return _Unlocked(member_id, profile.name, profile.role, tuple(teams), form_key, now, now)


def _row(boot_secret: bytes, cookie: str) -> tuple[bytes, bytes]:
    token = cookie.encode("utf-8", "replace")
    row_id = sha256(derive(sha256(b"drcm/v1/cookie" + token), "sid"))[:16]
    return row_id, derive(hmac_sha512(boot_secret, token)[:32], "sess")


def _sitting(unlocked: _Unlocked) -> Sitting:
    teams = tuple(OpenTeam(t.team_id, t.epoch, t.name, t.seed) for t in unlocked.teams)
    return Sitting(unlocked.member_id, unlocked.name, unlocked.role, teams, unlocked.form_key)


def open_sitting(session: Session, boot_secret: bytes, cookie: str, now: int) -> Sitting | None:
    """The sitting of a cookie, or None when there is none or its time is over."""
    row_id, key = _row(boot_secret, cookie)
    row = session.get(SittingRow, row_id)
    if row is None:
        return None
    try:
        unlocked = unpack(unseal(key, row.box, "sitting", row_id), _Unlocked)
    except CannotOpen:
        return None
    if now - unlocked.seen > IDLE_SECONDS or now - unlocked.begun > LONGEST_SECONDS:
        end_sitting(session, boot_secret, cookie)
        return None
    if now - unlocked.seen >= _TOUCH_SECONDS:
        fresh = msgspec.structs.replace(unlocked, seen=now)
        begin_writing(session)
        session.get_one(SittingRow, row_id).box = seal(key, pack(fresh), "sitting", row_id)
        session.commit()
    return _sitting(unlocked)


def end_sitting(session: Session, boot_secret: bytes, cookie: str) -> None:
    begin_writing(session)
    session.execute(delete(SittingRow).where(SittingRow.id == _row(boot_secret, cookie)[0]))
    session.commit()


def end_all_sittings(session: Session) -> None:
    """At start: the boot secret is new, so no old row can ever open again."""
    begin_writing(session)
    session.execute(delete(SittingRow))
    session.commit()
