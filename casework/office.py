"""An office: its files of salts and door keys, its first teams and people."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import NamedTuple, Self

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import Member, Membership, Team
from casework.records import pack, unpack
from casework.storage import make_engine, sqlite_address, upgrade
from casework.vocabulary import StaffRole
from crypto.envelope import seal, unseal, unwrap, wrap
from crypto.keys import derive, new_id, new_seed, public_key
from crypto.passphrase import PASSWORD_COST, password_key
from crypto.primitives import Argon2Cost, KeyPair, hmac_sha256, random_bytes

TOTP_SECRET_BYTES = 20
_FILE_BYTES = 32
DATABASE_FILE = "office.sqlite"
SECRET_FILES = ("door.key", "desk.key", "receipt.salt")


class OfficeFiles(NamedTuple):
    """Secrets that open nothing stored: they make forms, name marks and receipt salts."""

    data_dir: Path
    door_key: bytes
    desk_key: bytes
    receipt_salt: bytes

    @property
    def database(self) -> str:
        return sqlite_address(self.data_dir / DATABASE_FILE)

    @classmethod
    def load(cls, data_dir: Path) -> Self:
        """The files of an office that exists; `FileNotFoundError` if there is none."""
        read = [(data_dir / name).read_bytes() for name in SECRET_FILES]
        return cls(data_dir, *read)

    @classmethod
    def for_reporters(cls, data_dir: Path) -> Self:
        """The same without the desk's key: the reporters' door never holds it."""
        door_key, salt = ((data_dir / n).read_bytes() for n in ("door.key", "receipt.salt"))
        return cls(data_dir, door_key, b"", salt)

    @classmethod
    def create(cls, data_dir: Path) -> Self:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        data_dir.chmod(0o700)
        for name in SECRET_FILES:
            handle = os.open(data_dir / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(random_bytes(_FILE_BYTES))
        return cls.load(data_dir)


class Profile(msgspec.Struct, frozen=True):
    """What only the member's own key opens."""

    name: str
    role: StaffRole
    totp_secret: bytes
    last_totp_step: int = 0


class TeamProfile(msgspec.Struct, frozen=True):
    name: str


class NewTeam(NamedTuple):
    team_id: bytes
    seed: bytes
    epoch: int


def is_office(data_dir: Path) -> bool:
    """Whether the folder holds an office, or a part of one."""
    return any((data_dir / name).exists() for name in (*SECRET_FILES, DATABASE_FILE))


def create_office(data_dir: Path) -> OfficeFiles:
    """New files and an empty database."""
    office = OfficeFiles.create(data_dir)
    # SQLite gives its -wal and -shm files the rights of the database file.
    (data_dir / DATABASE_FILE).touch(mode=0o600)
    upgrade(make_engine(office.database))
    return office


class HeadCount(NamedTuple):
    teams: int
    people: int
    intake_teams: int


def head_count(session: Session) -> HeadCount:
    """What an administration may know of an office: numbers, for names are sealed."""
    teams = session.scalars(select(Team.takes_reports)).all()
    people = session.scalar(select(func.count()).select_from(Member)) or 0
    return HeadCount(len(teams), people, sum(teams))


def name_mark(desk_key: bytes, name: str) -> bytes:
    """How a member is found by name: a keyed hash, so that the table shows no names."""
    spelled = unicodedata.normalize("NFKC", name).strip().casefold()
    return hmac_sha256(desk_key, b"drcm/v1/staff-name" + spelled.encode("utf-8", "replace"))[:16]


def add_team(session: Session, name: str, takes_reports: bool) -> NewTeam:
    team = NewTeam(new_id(), new_seed(), 1)
    box = seal(derive(team.seed, "team-profile"), pack(TeamProfile(name)), "team", team.team_id)
    session.add(
        Team(
            id=team.team_id,
            epoch=team.epoch,
            takes_reports=int(takes_reports),
            public_key=public_key(team.seed),
            profile_box=box,
        )
    )
    session.flush()
    return team


def team_name(seed: bytes, team: Team) -> str:
    opened = unseal(derive(seed, "team-profile"), team.profile_box, "team", team.id)
    return unpack(opened, TeamProfile).name


def seal_profile(seed: bytes, member_id: bytes, profile: Profile, revision: int) -> bytes:
    key = derive(seed, "profile")
    return seal(key, pack(profile), "profile", member_id, revision=revision)


def open_profile(seed: bytes, member: Member) -> Profile:
    key = derive(seed, "profile")
    opened = unseal(key, member.profile_box, "profile", member.id, revision=member.revision)
    return unpack(opened, Profile)


def add_member(
    session: Session,
    desk_key: bytes,
    profile: Profile,
    password: str,
    teams: tuple[NewTeam, ...] = (),
    cost: Argon2Cost = PASSWORD_COST,
) -> bytes:
    """A person with keys of their own and the seeds of the teams given. Returns the member id."""
    member_id, seed, salt = new_id(), new_seed(), random_bytes(16)
    member_public = public_key(seed)
    session.add(
        Member(
            id=member_id,
            name_mark=name_mark(desk_key, profile.name),
            salt=salt,
            memory_kib=cost.memory_kib,
            passes=cost.passes,
            public_key=member_public,
            seed_box=seal(password_key(password, salt, cost), seed, "userseed", member_id, floor=0),
            profile_box=seal_profile(seed, member_id, profile, 1),
            revision=1,
        )
    )
    session.flush()
    session.add_all(_membership(member_id, member_public, team) for team in teams)
    session.flush()
    return member_id


def _place(team_id: bytes, epoch: int, member_id: bytes) -> tuple[bytes, ...]:
    return team_id, epoch.to_bytes(4, "big"), member_id


def _membership(member_id: bytes, member_public: bytes, team: NewTeam) -> Membership:
    place = _place(team.team_id, team.epoch, member_id)
    sealed = wrap(member_public, team.seed, "team-seed", *place)
    return Membership(member_id=member_id, team_id=team.team_id, epoch=team.epoch, wrap=sealed)


def open_membership(keys: KeyPair, membership: Membership) -> bytes:
    place = _place(membership.team_id, membership.epoch, membership.member_id)
    return unwrap(keys, membership.wrap, "team-seed", *place)
