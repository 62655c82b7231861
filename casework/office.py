"""An office's folder: its secrets that open nothing stored, the lock of its keys, its database."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import NamedTuple, Self

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import Member, Team
from casework.storage import make_engine, sqlite_address, upgrade
from casework.teamlock import TeamLock
from casework.vocabulary import TeamKind
from crypto.primitives import hmac_sha256, random_bytes

_FILE_BYTES = 32
DATABASE_FILE = "office.sqlite"
SECRET_FILES = ("door.key", "desk.key", "receipt.salt")
LOCK_FILE = "teams.lock"
NAME_MAX = 200


class OfficeFiles(NamedTuple):
    """Secrets that open nothing stored: they make forms, name marks and receipt salts."""

    data_dir: Path
    door_key: bytes
    desk_key: bytes
    receipt_salt: bytes

    @property
    def database(self) -> str:
        return sqlite_address(self.data_dir / DATABASE_FILE)

    @property
    def lock(self) -> TeamLock:
        """Which keys this office seals to, written down outside the database."""
        return TeamLock(self.data_dir / LOCK_FILE)

    @classmethod
    def load(cls, data_dir: Path) -> Self:
        """The files of an office that exists; `FileNotFoundError` if there is none."""
        read = [(data_dir / name).read_bytes() for name in SECRET_FILES]
        return cls(data_dir.resolve(), *read)

    @classmethod
    def for_reporters(cls, data_dir: Path) -> Self:
        """The same without the desk's key: the reporters' door never holds it."""
        door_key, salt = ((data_dir / n).read_bytes() for n in ("door.key", "receipt.salt"))
        return cls(data_dir.resolve(), door_key, b"", salt)

    @classmethod
    def create(cls, data_dir: Path) -> Self:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        data_dir.chmod(0o700)
        for name in SECRET_FILES:
            handle = os.open(data_dir / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(random_bytes(_FILE_BYTES))
        return cls.load(data_dir)


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
    teams = session.scalars(select(Team.takes_reports).where(Team.kind != TeamKind.AUDIT)).all()
    people = session.scalar(select(func.count()).select_from(Member)) or 0
    return HeadCount(len(teams), people, sum(teams))


def name_mark(desk_key: bytes, name: str) -> bytes:
    """How a member is found by name: a keyed hash, so that the table shows no names.

    What is longer than any name is cut first: Unicode's canonical order takes time that grows
    with the square of a run of combining signs.
    """
    spelled = unicodedata.normalize("NFKC", name[:NAME_MAX]).strip().casefold()
    return hmac_sha256(desk_key, b"drcm/v1/staff-name" + spelled.encode("utf-8", "replace"))[:16]
