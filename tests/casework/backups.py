"""What the tests of backup and restore share: one card, a backup of a day, a restored office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.arrival import arrive
from casework.backup import MadeBackup, back_up
from casework.backup_card import BACKUP_KEY_FILE
from casework.backup_folder import Retention
from casework.backup_parts import LEFT_OUT
from casework.correspondence import answer
from casework.filefolder import FileFolder
from casework.mailbox import open_mailbox
from casework.models import Attachment, Base
from casework.office import OfficeFiles
from casework.restore import BackupFiles, RestoreNote, restore
from casework.storage import make_engine
from casework.vocabulary import Notice
from crypto.keys import new_id, public_key
from tests.casework.conftest import NOW, TODAY, Office

AT = 6_000_000
CARD = b"c" * 32


def saved(office: Office, days: int = 0, keep: Retention | None = None) -> MadeBackup:
    """A backup of the office, so many days later, in a folder beside it."""
    office.session.rollback()
    (office.files.data_dir / BACKUP_KEY_FILE).write_bytes(public_key(CARD))
    folder = office.files.data_dir.parent / "backups"
    return back_up(office.files.data_dir, folder, NOW + dt.timedelta(days=days), keep)


def restored(
    content: MadeBackup,
    keys: MadeBackup,
    target: Path,
    erased: Path | None = None,
    secret: bytes = CARD,
) -> RestoreNote:
    return restore(secret, BackupFiles(content.content, keys.keys), target, TODAY, erased)


@contextmanager
def office_in(folder: Path) -> Iterator[Office]:
    files = OfficeFiles.load(folder)
    engine = make_engine(files.database)
    with Session(engine) as session:
        yield Office(files, session)
    engine.dispose()


def attached(office: Office, case_id: bytes, box: bytes) -> bytes:
    """A file of a case, as its box lies in the folder; its id."""
    file_id = new_id()
    with FileFolder(office.files.data_dir).create(file_id) as file:
        file.write(box)
    office.session.add(Attachment(id=file_id, case_id=case_id))
    office.session.commit()
    return file_id


def answered_case(office: Office, said: str = "Guten Tag", at: int = 1_000_000) -> bytes:
    """A report that was answered; its receipt."""
    token = office.form()
    case_id = office.send(token).case_id.hex()
    anna = office.sit("anna", at)
    case = office.case(anna, case_id)
    answer(office.session, anna, case, said, case.stored.revision, NOW)
    return token.receipt


def case_of(office: Office, receipt: bytes) -> bytes:
    box = open_mailbox(office.session, office.files.receipt_salt, receipt)
    assert box is not None
    return box.case_id


def notices(office: Office, name: str = "lena", at: int = AT) -> set[Notice]:
    cookie = office.cookie(name, at)
    sitting = office.sit(name, at + 60)
    arrived = arrive(office.session, office.desk, cookie, sitting, b"", NOW)
    return {f.notice for f in arrived.findings} - {Notice.NO_RECOVERY}


def everything(office: Office) -> dict[str, set[tuple[object, ...]]]:
    office.session.rollback()
    return {
        table.name: {tuple(row) for row in office.session.execute(select(table))}
        for table in Base.metadata.sorted_tables
        if table.name not in LEFT_OUT
    }


def boxes_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "files").glob("*")}
