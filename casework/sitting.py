"""A sitting: one signed-in person with unlocked keys, in a row that only their cookie opens.

The row's key is made of the cookie and a boot secret that lives in memory alone: a restart ends
every sitting, and a stolen disk with an old cookie opens nothing. 15 minutes idle, 8 hours at most.
What opens the archive is there only for ten minutes after the password was asked for again.
"""

from __future__ import annotations

import datetime as dt
from base64 import urlsafe_b64encode
from typing import NamedTuple

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.errors import CaseNotFound, SignInRefused
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
from casework.models import Member, Membership, Team
from casework.models import Sitting as SittingRow
from casework.office import OfficeFiles
from casework.records import pack, unpack
from casework.sealing import card_key
from casework.storage import begin_writing
from casework.teamlock import TeamLock
from casework.teams import TeamSeeds, open_archive, open_membership, team_profile
from casework.vocabulary import StaffRole, TeamKind
from crypto.envelope import seal, unseal
from crypto.errors import CannotOpen
from crypto.keys import derive
from crypto.primitives import (
    KeyPair,
    hmac_sha256,
    hmac_sha512,
    key_pair,
    random_bytes,
    sha256,
    totp_step,
)

IDLE_SECONDS = 15 * 60
LONGEST_SECONDS = 8 * 3600
FRESH_SECONDS = 10 * 60
_TOUCH_SECONDS = 60


class _TeamSeed(msgspec.Struct, frozen=True):
    team_id: bytes
    epoch: int
    name: str
    kind: TeamKind
    seed: bytes
    archive_seed: bytes = b""


class _Unlocked(msgspec.Struct, frozen=True):
    member_id: bytes
    name: str
    role: StaffRole
    seed: bytes
    teams: tuple[_TeamSeed, ...]
    form_key: bytes
    begun: int
    seen: int
    confirmed: int = 0
    archive_seed: bytes = b""
    notices: tuple[str, ...] = ()


class OpenTeam(NamedTuple):
    """A team of one epoch. `archive_seed` is empty until the password was asked for again."""

    team_id: bytes
    epoch: int
    name: str
    seed: bytes
    archive_seed: bytes = b""
    kind: TeamKind = TeamKind.TEAM

    @property
    def keys(self) -> KeyPair:
        return key_pair(self.seed)

    @property
    def card_key(self) -> bytes:
        return card_key(self.seed)

    @property
    def seeds(self) -> TeamSeeds:
        return TeamSeeds(self.team_id, self.epoch, self.seed, self.archive_seed)


class Sitting(NamedTuple):
    """`is_fresh`: the password was asked for within the last ten minutes."""

    member_id: bytes
    name: str
    role: StaffRole
    teams: tuple[OpenTeam, ...]
    form_key: bytes
    seed: bytes
    is_fresh: bool
    notices: tuple[str, ...]
    lock: TeamLock

    @property
    def case_teams(self) -> tuple[OpenTeam, ...]:
        """The teams whose cases this person works on."""
        return tuple(team for team in self.teams if team.kind is not TeamKind.AUDIT)

    def team(self, team_id: bytes, epoch: int) -> OpenTeam | None:
        wanted = (team_id, epoch)
        return next((t for t in self.teams if (t.team_id, t.epoch) == wanted), None)


def newest_of(sitting: Sitting, team_id: bytes) -> OpenTeam:
    """The team's newest epoch that this person holds; `CaseNotFound` for another's team.

    The registry always lies under the newest epoch, also while cases are being re-wrapped.
    """
    own = [team for team in sitting.teams if team.team_id == team_id]
    if not own:
        raise CaseNotFound
    return max(own, key=lambda team: team.epoch)


class Desk(NamedTuple):
    """What the desk knows besides the database: the office's files, the secret of this start."""

    files: OfficeFiles
    boot_secret: bytes


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
    row_id, key = _row(desk.boot_secret, cookie)
    since = dt.datetime.fromtimestamp(now, dt.UTC).isoformat(timespec="minutes")
    label = seal(derive(seed, "sitting-label"), since.encode(), "label", row_id, floor=0)
    mark = member_mark(desk.boot_secret, member.id)
    box = seal(key, pack(unlocked), "sitting", row_id)
    session.add(SittingRow(id=row_id, member_mark=mark, box=box, label_box=label))
    session.commit()
    return cookie, _sitting(unlocked, desk, now)


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
) -> _Unlocked:
    teams = _team_seeds(session, member_id, seed)
    form_key = random_bytes(32)
    return _Unlocked(member_id, profile.name, profile.role, seed, teams, form_key, now, now)


def _team_seeds(
    session: Session, member_id: bytes, seed: bytes, archive: KeyPair | None = None
) -> tuple[_TeamSeed, ...]:
    """Every epoch of every team that this person has wraps for; two while one is re-wrapped."""
    keys = key_pair(seed)
    rows = session.execute(
        select(Membership, Team)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.member_id == member_id)
    ).all()
    newest = {t.id: open_membership(keys, m) for m, t in rows if m.epoch == t.epoch}
    return tuple(
        _TeamSeed(
            team.id,
            membership.epoch,
            team_profile(newest[team.id], team).name,
            TeamKind(team.kind),
            open_membership(keys, membership),
            open_archive(archive, membership) if archive else b"",
        )
        for membership, team in rows
        if team.id in newest
    )


def member_mark(boot_secret: bytes, member_id: bytes) -> bytes:
    """How the sittings of one person are found; without the boot secret it names nobody."""
    return hmac_sha256(boot_secret, b"drcm/v1/sitting-of" + member_id)[:16]


def _row(boot_secret: bytes, cookie: str) -> tuple[bytes, bytes]:
    token = cookie.encode("utf-8", "replace")
    row_id = sha256(derive(sha256(b"drcm/v1/cookie" + token), "sid"))[:16]
    return row_id, derive(hmac_sha512(boot_secret, token)[:32], "sess")


def _sitting(unlocked: _Unlocked, desk: Desk, now: int) -> Sitting:
    fresh = now - unlocked.confirmed <= FRESH_SECONDS
    teams = tuple(
        OpenTeam(
            t.team_id, t.epoch, t.name, t.seed, t.archive_seed if fresh else b"", TeamKind(t.kind)
        )
        for t in unlocked.teams
    )
    return Sitting(
        unlocked.member_id,
        unlocked.name,
        unlocked.role,
        teams,
        unlocked.form_key,
        unlocked.seed,
        fresh,
        unlocked.notices,
        desk.files.lock,
    )


def open_sitting(session: Session, desk: Desk, cookie: str, now: int) -> Sitting | None:
    """The sitting of a cookie, or None when there is none or its time is over."""
    unlocked = _read(session, desk.boot_secret, cookie)
    if unlocked is None:
        return None
    if now - unlocked.seen > IDLE_SECONDS or now - unlocked.begun > LONGEST_SECONDS:
        end_sitting(session, desk.boot_secret, cookie)
        return None
    current = _brought_up_to_date(session, unlocked, now)
    if current is not unlocked:
        _write(session, desk.boot_secret, cookie, current)
    return _sitting(current, desk, now)


def _read(session: Session, boot_secret: bytes, cookie: str) -> _Unlocked | None:
    row_id, key = _row(boot_secret, cookie)
    row = session.get(SittingRow, row_id, populate_existing=True)
    if row is None:
        return None
    try:
        return unpack(unseal(key, row.box, "sitting", row_id), _Unlocked)
    except CannotOpen:
        return None


def _brought_up_to_date(session: Session, unlocked: _Unlocked, now: int) -> _Unlocked:
    """Keys of a new epoch in, archive keys out after their ten minutes, the last look noted."""
    rows = select(Membership.team_id, Membership.epoch)
    own = rows.where(Membership.member_id == unlocked.member_id)
    held = {(team_id, epoch) for team_id, epoch in session.execute(own)}
    replace = msgspec.structs.replace
    if held != {(t.team_id, t.epoch) for t in unlocked.teams}:
        archive = key_pair(unlocked.archive_seed) if unlocked.archive_seed else None
        teams = _team_seeds(session, unlocked.member_id, unlocked.seed, archive)
        unlocked = replace(unlocked, teams=teams)
    if unlocked.confirmed and now - unlocked.confirmed > FRESH_SECONDS:
        bare = tuple(replace(t, archive_seed=b"") for t in unlocked.teams)
        unlocked = replace(unlocked, teams=bare, confirmed=0, archive_seed=b"")
    if now - unlocked.seen >= _TOUCH_SECONDS:
        unlocked = replace(unlocked, seen=now)
    return unlocked


def _write(session: Session, boot_secret: bytes, cookie: str, unlocked: _Unlocked) -> None:
    row_id, key = _row(boot_secret, cookie)
    begin_writing(session)
    row = session.get(SittingRow, row_id, populate_existing=True)
    if row is not None:
        row.box = seal(key, pack(unlocked), "sitting", row_id)
    session.commit()


def confirm_password(
    session: Session,
    boot_secret: bytes,
    cookie: str,
    password: str,
    device_secret: bytes | None,
    now: int,
) -> bool:
    """Ask again: the archive opens for ten minutes, and what needs it may be done."""
    unlocked = _read(session, boot_secret, cookie)
    member = session.get(Member, unlocked.member_id) if unlocked else None
    if unlocked is None or member is None:
        return False
    archive = open_archive_seed(member, keys_of(member, password, device_secret))
    if archive is None:
        return False
    teams = _team_seeds(session, unlocked.member_id, unlocked.seed, key_pair(archive))
    fresh = msgspec.structs.replace(
        unlocked, teams=teams, confirmed=now, seen=now, archive_seed=archive
    )
    _write(session, boot_secret, cookie, fresh)
    return True


def note_in_sitting(
    session: Session, boot_secret: bytes, cookie: str, notices: tuple[str, ...]
) -> None:
    """Keep what the look over the office found, for every page of this sitting."""
    unlocked = _read(session, boot_secret, cookie)
    if unlocked is not None:
        _write(session, boot_secret, cookie, msgspec.structs.replace(unlocked, notices=notices))


def end_sitting(session: Session, boot_secret: bytes, cookie: str) -> None:
    begin_writing(session)
    session.execute(delete(SittingRow).where(SittingRow.id == _row(boot_secret, cookie)[0]))
    session.commit()


def end_all_sittings(session: Session) -> None:
    """At start: the boot secret is new, so no old row can ever open again."""
    begin_writing(session)
    session.execute(delete(SittingRow))
    session.commit()


class OwnSitting(NamedTuple):
    """One place where a person is signed in. `since`: minute of signing in, UTC."""

    id_hex: str
    since: dt.datetime
    is_this: bool


def own_sittings(
    session: Session, boot_secret: bytes, cookie: str, sitting: Sitting
) -> tuple[OwnSitting, ...]:
    mark, here = member_mark(boot_secret, sitting.member_id), _row(boot_secret, cookie)[0]
    key = derive(sitting.seed, "sitting-label")
    found = []
    for row in session.scalars(select(SittingRow).where(SittingRow.member_mark == mark)):
        since = unseal(key, row.label_box, "label", row.id).decode()
        found.append(OwnSitting(row.id.hex(), dt.datetime.fromisoformat(since), row.id == here))
    return tuple(sorted(found, key=lambda one: one.since))


def end_other_sittings(session: Session, boot_secret: bytes, cookie: str, member_id: bytes) -> int:
    """End all of this person's sittings but the one of the cookie; how many ended."""
    begin_writing(session)
    mark, here = member_mark(boot_secret, member_id), _row(boot_secret, cookie)[0]
    others = delete(SittingRow).where(SittingRow.member_mark == mark, SittingRow.id != here)
    ended = session.execute(others).rowcount  # type: ignore[attr-defined]
    session.commit()
    return int(ended)
