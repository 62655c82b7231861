"""A sitting: one signed-in person with unlocked keys, in a row that only their cookie opens.

The row's key is made of the cookie and a boot secret that lives in memory alone: a restart ends
every sitting, and a stolen disk with an old cookie opens nothing. 15 minutes idle, 8 hours at most.
What opens the archive is there only for ten minutes after the password was asked for again.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.errors import CaseNotFound
from casework.models import Membership, Team
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
    sha256,
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


class Unlocked(msgspec.Struct, frozen=True):
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


def team_seeds(
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


def row_of(boot_secret: bytes, cookie: str) -> tuple[bytes, bytes]:
    token = cookie.encode("utf-8", "replace")
    row_id = sha256(derive(sha256(b"drcm/v1/cookie" + token), "sid"))[:16]
    return row_id, derive(hmac_sha512(boot_secret, token)[:32], "sess")


def sitting_of(unlocked: Unlocked, desk: Desk, now: int) -> Sitting:
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
    unlocked = read_row(session, desk.boot_secret, cookie)
    if unlocked is None:
        return None
    if now - unlocked.seen > IDLE_SECONDS or now - unlocked.begun > LONGEST_SECONDS:
        end_sitting(session, desk.boot_secret, cookie)
        return None
    current = _brought_up_to_date(session, unlocked, now)
    if current is not unlocked:
        write_row(session, desk.boot_secret, cookie, current)
    return sitting_of(current, desk, now)


def read_row(session: Session, boot_secret: bytes, cookie: str) -> Unlocked | None:
    row_id, key = row_of(boot_secret, cookie)
    row = session.get(SittingRow, row_id, populate_existing=True)
    if row is None:
        return None
    try:
        return unpack(unseal(key, row.box, "sitting", row_id), Unlocked)
    except CannotOpen:
        return None


def _brought_up_to_date(session: Session, unlocked: Unlocked, now: int) -> Unlocked:
    """Keys of a new epoch in, archive keys out after their ten minutes, the last look noted."""
    rows = select(Membership.team_id, Membership.epoch)
    own = rows.where(Membership.member_id == unlocked.member_id)
    held = {(team_id, epoch) for team_id, epoch in session.execute(own)}
    replace = msgspec.structs.replace
    if held != {(t.team_id, t.epoch) for t in unlocked.teams}:
        archive = key_pair(unlocked.archive_seed) if unlocked.archive_seed else None
        teams = team_seeds(session, unlocked.member_id, unlocked.seed, archive)
        unlocked = replace(unlocked, teams=teams)
    if unlocked.confirmed and now - unlocked.confirmed > FRESH_SECONDS:
        bare = tuple(replace(t, archive_seed=b"") for t in unlocked.teams)
        unlocked = replace(unlocked, teams=bare, confirmed=0, archive_seed=b"")
    if now - unlocked.seen >= _TOUCH_SECONDS:
        unlocked = replace(unlocked, seen=now)
    return unlocked


def write_row(session: Session, boot_secret: bytes, cookie: str, unlocked: Unlocked) -> None:
    row_id, key = row_of(boot_secret, cookie)
    begin_writing(session)
    row = session.get(SittingRow, row_id, populate_existing=True)
    if row is not None:
        row.box = seal(key, pack(unlocked), "sitting", row_id)
    session.commit()


def note_in_sitting(
    session: Session, boot_secret: bytes, cookie: str, notices: tuple[str, ...]
) -> None:
    """Keep what the look over the office found, for every page of this sitting."""
    unlocked = read_row(session, boot_secret, cookie)
    if unlocked is not None:
        write_row(session, boot_secret, cookie, msgspec.structs.replace(unlocked, notices=notices))


def end_sitting(session: Session, boot_secret: bytes, cookie: str) -> None:
    begin_writing(session)
    session.execute(delete(SittingRow).where(SittingRow.id == row_of(boot_secret, cookie)[0]))
    session.commit()


def end_all_sittings(session: Session) -> None:
    """At start: the boot secret is new, so no old row can ever open again."""
    begin_writing(session)
    session.execute(delete(SittingRow))
    session.commit()
