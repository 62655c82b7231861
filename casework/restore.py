"""An office out of its two backup files, in a folder that holds none.

What was erased since is removed before the office can answer; what is missing is counted and
written down, so that staff can be told calmly. A refused restore leaves nothing behind.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import Engine, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from casework.backup import office_mark
from casework.backup_attachments import AttachmentLoader
from casework.backup_file import FilePiece, ReadBackup, Rows, StoredFile, read_backup
from casework.backup_loading import Missing, RowLoader, drop_incomplete
from casework.backup_parts import KEY_FILES, Part
from casework.deletion import remove_case
from casework.erasures import ERASURE_FILE, ErasureList, read_erasures, write_erasures
from casework.errors import BackupRefused, BackupUnreadable
from casework.filefolder import FOLDER, FileFolder
from casework.models import Attachment, CaseKey
from casework.office import DATABASE_FILE, SECRET_FILES, OfficeFiles, is_office
from casework.storage import (
    begin_writing,
    is_known_revision,
    make_engine,
    sqlite_address,
    upgrade,
    wipe_log,
)
from crypto.errors import CannotOpen

NOTE_FILE = "restored.json"
_DRAFT = ".being-restored"


class RestoreNote(msgspec.Struct, frozen=True):
    """When an office was restored, from backups of which days, and what is missing: counts only.

    `same_backup`: both files were made together. `unused_contents`: boxes whose keys are gone,
    mostly of cases that were erased. `erased_again`: cases that the erasure list took out.
    """

    restored_on: dt.date
    contents_of: dt.date
    keys_of: dt.date
    same_backup: bool
    missing_records: int
    missing_cases: int
    missing_files: int
    unused_contents: int
    erased_again: int


class BackupFiles(NamedTuple):
    """Where both files lie; the contents may be older or newer than the keys."""

    content: Path
    keys: Path


def restore(
    secret: bytes,
    files: BackupFiles,
    target: Path,
    today: dt.date,
    erased: Path | None = None,
) -> RestoreNote:
    """Make the office in `target`, with the backup card's secret (32 bytes).

    `erased`: the erasure list of the old office; a list that lies in `target` is applied as well.
    `BackupRefused` over another office, for a backup of a newer program, or when `erased` is no
    list; `BackupUnreadable` for everything that does not open. Nothing is left behind then.
    """
    if is_office(target) or (target / FOLDER).exists():
        raise BackupRefused(f"There is already an office in {target}: restore into another folder.")
    forgotten = _erasures(target, erased)
    with _draft_in(target) as draft:
        note = _fill(draft, secret, files, today, forgotten)
        write_erasures(draft / ERASURE_FILE, forgotten)
        _write_note(draft / NOTE_FILE, note)
        _move_in(draft, target)
    return note


def read_note(data_dir: Path) -> RestoreNote | None:
    """What to tell staff of the last restore; None in an office that was never restored."""
    file = data_dir / NOTE_FILE
    return msgspec.json.decode(file.read_bytes(), type=RestoreNote) if file.exists() else None


def _erasures(target: Path, erased: Path | None) -> frozenset[bytes]:
    try:
        given = read_erasures(erased) if erased else frozenset()
        return given | ErasureList(target).all()
    except ValueError:
        raise BackupRefused("The erasure list is damaged: give an undamaged copy of it.") from None


@contextmanager
def _draft_in(target: Path) -> Iterator[Path]:
    """A folder within the target, gone afterwards; so is the target, if it was made for this."""
    made = not target.exists()
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target / _DRAFT
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        if made and not any(target.iterdir()):
            target.rmdir()


def _fill(
    draft: Path, secret: bytes, files: BackupFiles, today: dt.date, forgotten: frozenset[bytes]
) -> RestoreNote:
    engine = make_engine(sqlite_address(draft / DATABASE_FILE))
    try:
        with ExitStack() as opened:
            keys = read_backup(opened.enter_context(files.keys.open("rb")), secret, Part.KEYS)
            source = opened.enter_context(files.content.open("rb"))
            contents = read_backup(source, secret, Part.CONTENT)
            loaded = _load(engine, draft, keys, contents)
        upgrade(engine)
        again, missing = _clear(engine, OfficeFiles.load(draft), forgotten, loaded.files)
        wipe_log(engine)
    except (CannotOpen, msgspec.DecodeError, StatementError):
        raise BackupUnreadable from None
    finally:
        engine.dispose()
    together = keys.backup_id == contents.backup_id
    days = (today, contents.manifest.date, keys.manifest.date)
    return RestoreNote(*days, together, *missing, loaded.unused, again)


class _Loaded(NamedTuple):
    """Contents that no key is for, how many; and the attached files that are there."""

    unused: int
    files: set[bytes]


def _load(engine: Engine, draft: Path, keys: ReadBackup, contents: ReadBackup) -> _Loaded:
    """Files and rows of both, in one transaction."""
    _refuse_newer(keys, contents)
    (draft / DATABASE_FILE).touch(mode=0o600)
    upgrade(engine, keys.manifest.revision)
    with engine.begin() as connection:
        loader = RowLoader(connection)
        _load_keys(loader, draft, keys)
        if contents.manifest.office != keys.manifest.office:
            raise BackupUnreadable
        named = set(connection.scalars(select(Attachment.id)))
        attachments = AttachmentLoader(FileFolder(draft), named)
        with closing(attachments):
            _load_contents(loader, attachments, contents)
    return _Loaded(loader.unused, attachments.loaded)


def _load_keys(loader: RowLoader, draft: Path, keys: ReadBackup) -> None:
    for frame in keys.frames:
        if isinstance(frame, Rows):
            loader.load(Part.KEYS, frame)
        elif isinstance(frame, StoredFile):
            _write_file(draft, frame)
    loader.compare(keys.manifest.counts)
    if not all((draft / name).is_file() for name in KEY_FILES):
        raise BackupUnreadable
    if office_mark((draft / "receipt.salt").read_bytes()) != keys.manifest.office:
        raise BackupUnreadable


def _load_contents(loader: RowLoader, attachments: AttachmentLoader, contents: ReadBackup) -> None:
    for frame in contents.frames:
        if isinstance(frame, Rows):
            loader.load(Part.CONTENT, frame)
        elif isinstance(frame, FilePiece):
            attachments.load(frame)
    loader.compare(contents.manifest.counts)


def _refuse_newer(*backups: ReadBackup) -> None:
    if not all(is_known_revision(backup.manifest.revision) for backup in backups):
        raise BackupRefused("This backup was made by a newer version of hinsehen: use that one.")


def _write_file(draft: Path, file: StoredFile) -> None:
    if file.name not in KEY_FILES or (draft / file.name).exists():
        raise BackupUnreadable
    handle = os.open(draft / file.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as opened:
        opened.write(file.data)
        opened.flush()
        os.fsync(opened.fileno())


def _clear(
    engine: Engine, office: OfficeFiles, forgotten: frozenset[bytes], files: set[bytes]
) -> tuple[int, Missing]:
    """Remove what was erased since, then what is incomplete. Tombstones tell the teams."""
    with Session(engine) as session:
        begin_writing(session)
        present = [i for i in sorted(forgotten) if session.get(CaseKey, i) is not None]
        for case_id in present:
            remove_case(session, office, case_id)
        missing = drop_incomplete(session, files)
        FileFolder(office.data_dir).remove_all_but(set(session.scalars(select(Attachment.id))))
        session.commit()
    return len(present), missing


def _write_note(file: Path, note: RestoreNote) -> None:
    file.write_bytes(msgspec.json.format(msgspec.json.encode(note)) + b"\n")
    file.chmod(0o600)


def _move_in(draft: Path, target: Path) -> None:
    """The erasure list first and the secrets last: before all of them are there, no door opens."""
    order = (ERASURE_FILE, NOTE_FILE, DATABASE_FILE, *KEY_FILES)
    if (draft / FOLDER).is_dir():
        (draft / FOLDER).replace(target / FOLDER)
    for name in sorted(order, key=lambda name: name in SECRET_FILES):
        (draft / name).replace(target / name)
    target.chmod(0o700)
