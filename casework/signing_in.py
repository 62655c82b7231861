"""Signing in: the password opens the seed, the code works once; and asking again.

Nothing is stored to check a password against: opening the box is the check.
"""

from __future__ import annotations

import datetime as dt
from base64 import urlsafe_b64encode
from typing import NamedTuple

import msgspec
from sqlalchemy.orm import Session

from casework.errors import SignInRefused
from casework.members import (
    PASSWORD_MAX,
    Profile,
    keep_profile,
    keys_of,
    member_named,
    open_archive_seed,
    open_profile,
    open_seed,
)
from casework.models import Member
from casework.models import Sitting as SittingRow
from casework.records import pack
from casework.sitting import (
    Desk,
    Sitting,
    Unlocked,
    member_mark,
    read_row,
    row_of,
    sitting_of,
    team_seeds,
    write_row,
)
from casework.storage import begin_writing
from crypto.envelope import seal
from crypto.keys import derive
from crypto.primitives import key_pair, random_bytes, totp_step


class Typed(NamedTuple):
    """What somebody typed to sign in. `device_secret`: of the key card, where there is one."""

    name: str
    password: str
    code: str
    device_secret: bytes | None = None


def sign_in(session: Session, desk: Desk, typed: Typed, now: int) -> tuple[str, Sitting]:
    """A new sitting and its cookie, or `SignInRefused` without saying which part was wrong.

    Unknown names cost the same work; each code works once.
    """
    member = member_named(session, desk.files.desk_key, typed.name)
    keys = keys_of(member, typed.password, typed.device_secret)
    seed = open_seed(member, keys) if member and len(typed.password) <= PASSWORD_MAX else None
    if member is None or seed is None:
        raise SignInRefused
    profile = _spend_code(session, member.id, seed, typed.code, now)
    unlocked = _unlocked(session, member.id, seed, profile, now)
    cookie = urlsafe_b64encode(random_bytes(32)).decode().rstrip("=")
    row_id, key = row_of(desk.boot_secret, cookie)
    since = dt.datetime.fromtimestamp(now, dt.UTC).isoformat(timespec="minutes")
    label = seal(derive(seed, "sitting-label"), since.encode(), "label", row_id, floor=0)
    mark = member_mark(desk.boot_secret, member.id)
    box = seal(key, pack(unlocked), "sitting", row_id)
    session.add(SittingRow(id=row_id, member_mark=mark, box=box, label_box=label))
    session.commit()
    return cookie, sitting_of(unlocked, desk, now)


def _spend_code(session: Session, member_id: bytes, seed: bytes, code: str, now: int) -> Profile:
    begin_writing(session)
    member = session.get_one(Member, member_id, populate_existing=True)
    profile = open_profile(seed, member)
    step = totp_step(profile.totp_secret, code.replace(" ", ""), now)
    if step is None or step <= profile.last_totp_step:
        raise SignInRefused
    profile = msgspec.structs.replace(profile, last_totp_step=step)
    keep_profile(seed, member, profile)
    return profile


def _unlocked(
    session: Session, member_id: bytes, seed: bytes, profile: Profile, now: int
) -> Unlocked:
    teams = team_seeds(session, member_id, seed)
    form_key = random_bytes(32)
    return Unlocked(member_id, profile.name, profile.role, seed, teams, form_key, now, now)


def confirm_password(
    session: Session,
    boot_secret: bytes,
    cookie: str,
    password: str,
    device_secret: bytes | None,
    now: int,
) -> bool:
    """Ask again: the archive opens for ten minutes, and what needs it may be done."""
    unlocked = read_row(session, boot_secret, cookie)
    member = session.get(Member, unlocked.member_id) if unlocked else None
    if unlocked is None or member is None:
        return False
    archive = open_archive_seed(member, keys_of(member, password, device_secret))
    if archive is None:
        return False
    teams = team_seeds(session, unlocked.member_id, unlocked.seed, key_pair(archive))
    fresh = msgspec.structs.replace(
        unlocked, teams=teams, confirmed=now, seen=now, archive_seed=archive
    )
    write_row(session, boot_secret, cookie, fresh)
    return True
