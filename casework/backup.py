"""A backup of a running office: two files, each sealed to the backup card.

Both are read in one transaction, which no writer waits for. Nothing is written in the open:
rows go from the database straight into the sealed stream.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Table, func, select

from casework.backup_attachments import pieces_in
from casework.backup_card import backup_key
from casework.backup_file import Frame, Manifest, Rows, StoredFile, write_backup
from casework.backup_folder import Retention, drop_old, file_name, note_folder
from casework.backup_parts import KEY_FILES, Part, columns_of, stored_tables
from casework.filefolder import FileFolder
from casework.models import Attachment
from casework.office import LOCK_FILE, OfficeFiles
from casework.storage import make_engine, schema_revision, wipe_log
from crypto.keys import framed, new_id
from crypto.primitives import sha256

_DRAFTS = ".being-made"
_ROWS_A_FRAME = 64


class MadeBackup(NamedTuple):
    """Both files, how many cases they hold, and the older files that went."""

    content: Path
    keys: Path
    cases: int
    dropped: list[Path]


class _Snapshot(NamedTuple):
    """The office at one moment: an open transaction, and the files that fit it."""

    connection: Connection
    attached: FileFolder
    files: dict[str, bytes]
    revision: str


def office_mark(receipt_salt: bytes) -> bytes:
    """By which both files of one office are known to belong together."""
    return sha256(framed((b"drcm/v1/office", receipt_salt)))[:16]


def back_up(
    data_dir: Path, folder: Path, now: dt.datetime, keep: Retention | None = None
) -> MadeBackup:
    """Write both files, then remove what is too old. `now` is the office's wall clock.

    A second backup of a day replaces the first. `BackupRefused` when no backup card was made yet;
    `FileNotFoundError` when there is no office.
    """
    public, office = backup_key(data_dir), OfficeFiles.load(data_dir)
    drafts = folder / _DRAFTS
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.rmtree(drafts, ignore_errors=True)
    drafts.mkdir(mode=0o700)
    engine = make_engine(office.database)
    try:
        with engine.connect() as connection:
            counts = _write_both(drafts, public, _snapshot(connection, data_dir), now)
        content, keys = (_publish(drafts, folder, part, now) for part in Part)
        # While a reader was there, deleted bytes could not leave the write-ahead log.
        wipe_log(engine)
    finally:
        engine.dispose()
        shutil.rmtree(drafts, ignore_errors=True)
    note_folder(data_dir, folder)
    gone = drop_old(folder, now.date(), keep or Retention())
    return MadeBackup(content, keys, counts.get("case_key", 0), gone)


def _snapshot(connection: Connection, data_dir: Path) -> _Snapshot:
    """Begin reading. The lock is read on both sides of the beginning, for a rotation changes it."""
    while True:
        before = _read_files(data_dir)
        revision = schema_revision(connection)
        if _read_files(data_dir)[LOCK_FILE] == before[LOCK_FILE]:
            return _Snapshot(connection, FileFolder(data_dir), before, revision)
        connection.rollback()


def _read_files(data_dir: Path) -> dict[str, bytes]:
    return {name: (data_dir / name).read_bytes() for name in KEY_FILES}


def _write_both(
    drafts: Path, public: bytes, snapshot: _Snapshot, now: dt.datetime
) -> dict[str, int]:
    """Both files as drafts; how many rows each table has."""
    tables = stored_tables(snapshot.connection)
    counts = {str(t.name): _count(snapshot.connection, t) for t in tables}
    mark, backup_id = office_mark(snapshot.files["receipt.salt"]), new_id()
    for part in Part:
        kept = {str(t.name): counts[t.name] for t in tables if columns_of(t, part)}
        manifest = Manifest(now.date(), snapshot.revision, mark, kept)
        handle = os.open(drafts / part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            write_backup(file, public, part, backup_id, _frames(part, manifest, snapshot, tables))
            file.flush()
            os.fsync(file.fileno())
    return counts


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _frames(
    part: Part, manifest: Manifest, snapshot: _Snapshot, tables: list[Table]
) -> Iterator[Frame]:
    yield manifest
    if part is Part.KEYS:
        for name, data in snapshot.files.items():
            yield StoredFile(name, data)
    for table in tables:
        if columns := columns_of(table, part):
            chosen = select(*columns).execution_options(yield_per=_ROWS_A_FRAME)
            names = [str(column.name) for column in columns]
            for rows in snapshot.connection.execute(chosen).partitions():
                yield Rows(str(table.name), names, [tuple(row) for row in rows])
    if part is Part.CONTENT:
        named = snapshot.connection.scalars(select(Attachment.id).order_by(Attachment.id)).all()
        yield from pieces_in(snapshot.attached, named)


def _publish(drafts: Path, folder: Path, part: Part, now: dt.datetime) -> Path:
    """Give a draft its name. Its time is that of the reading: what was erased since is in it."""
    file = folder / file_name(now.date(), part)
    moment = now.timestamp()
    os.utime(drafts / part, (moment, moment))
    return (drafts / part).replace(file)
