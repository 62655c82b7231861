"""Files that belong to a case: stored after the text is safe, given out only when nothing is amiss.

A file's key stands inside its sealed record: whoever destroys the record's wraps, shreds the file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from io import BufferedReader

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.doortokens import WriteToken
from casework.errors import FileDamaged
from casework.filefolder import FileFolder
from casework.genuine import marked
from casework.incoming import FILE_BOX, IncomingFiles, SealedFile
from casework.models import Attachment as AttachmentRow
from casework.models import Mailbox, Record
from casework.records import Attachment, Heard
from casework.reporting import store_record
from casework.sealing import CASE, MAILBOX
from casework.storage import begin_writing, count_records
from casework.vocabulary import Side
from crypto.errors import CannotOpen
from crypto.keys import framed
from crypto.primitives import equal, hmac_sha256
from crypto.stream import open_pieces, open_to


def add_files(session: Session, token: WriteToken, incoming: IncomingFiles, today: dt.date) -> bool:
    """Store the reporter's files for the case alone, all or none, and commit.

    The same file by the same page again is the same row. False when the mailbox is gone. What
    the files lack is a `Refused`.
    """
    sealed = incoming.whole()
    begin_writing(session)
    box = session.get(Mailbox, token.locator)
    if box is None:
        return False
    added = [one.file_id for one in sealed if _store(session, box, token, one, today)]
    if added:
        readers = {CASE: box.case_public_key, MAILBOX: box.public_key}
        store_record(session, box.case_id, Heard(today), readers)
    session.commit()
    incoming.keep(added)
    return True


def _store(
    session: Session, box: Mailbox, token: WriteToken, file: SealedFile, today: dt.date
) -> bool:
    record_id = _record_of(token, file)
    if session.get(Record, record_id) is not None:
        return False
    step = count_records(session, box.case_id)
    said = Attachment(*file, date=today, side=Side.REPORTER, sent_with=token.nonce, step=step)
    said = marked(token.say_key, box.case_id, record_id, said)
    session.add(AttachmentRow(id=file.file_id, case_id=box.case_id))
    store_record(session, box.case_id, said, {CASE: box.case_public_key}, record_id)
    return True


def _record_of(token: WriteToken, file: SealedFile) -> bytes:
    """Another file by the same page is never taken for a replay: the id comes of the content."""
    parts = (b"drcm/v1/file", token.nonce, file.sha256)
    return hmac_sha256(token.say_key, framed(parts))[:16]


class _Nowhere:
    """Takes what is only read to be verified."""

    def write(self, data: memoryview, /) -> int:
        return len(data)

    def tell(self) -> int:
        return 0

    def seek(self, offset: int, /) -> int:
        return offset

    def truncate(self) -> int:
        return 0


def open_verified(folder: FileFolder, document: Attachment) -> BufferedReader:
    """The file's box, read once to its end and found whole; `FileDamaged` otherwise.

    Whoever gets it closes it.
    """
    try:
        box = folder.open(document.file_id)
    except OSError:
        raise FileDamaged from None
    try:
        found = open_to(document.key, box, _Nowhere(), FILE_BOX, document.file_id)
        whole = equal(found.sha256, document.sha256) and found.length == document.size
    except (CannotOpen, OSError):
        whole = False
    if not whole:
        box.close()
        raise FileDamaged
    box.seek(0)
    return box


def plain_pieces(box: BufferedReader, document: Attachment) -> Iterator[bytes]:
    """The plain bytes of a verified box, piece by piece; closes it at the end."""
    with box:
        yield from open_pieces(document.key, box, FILE_BOX, document.file_id)


def remove_left_over_files(session: Session, folder: FileFolder) -> int:
    """Remove boxes that no row names, of broken sendings; to be called while no door is open."""
    return folder.remove_all_but(set(session.scalars(select(AttachmentRow.id))))
