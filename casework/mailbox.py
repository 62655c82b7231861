"""The reporter's mailbox: open it by receipt, add words by token, withdraw everything."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlalchemy.orm import Session

from casework.answers import WHAT_MAX, is_text
from casework.deletion import bury
from casework.doortokens import WriteToken
from casework.errors import NothingSaid, NotText, TooLong
from casework.filefolder import FileFolder
from casework.genuine import is_genuine
from casework.models import FormUse, Mailbox, Record
from casework.office import OfficeFiles
from casework.records import Attachment, Heard, Message, StatusNotice
from casework.records import Record as Document
from casework.reporting import store_words
from casework.sealing import MAILBOX, open_records
from casework.storage import begin_writing, count_records, sealed_rows
from casework.vocabulary import Side, Status
from crypto.passphrase import mailbox_auth, mailbox_locator, mailbox_seed, receipt_root
from crypto.primitives import hmac_sha256, key_pair


class OpenMailbox(NamedTuple):
    """What the receipt opens.

    `unreadable`: rows that were changed or damaged; `planted`: answers that the office did not
    write, which are not shown.
    """

    locator: bytes
    case_id: bytes
    auth: bytes
    status: Status
    status_day: dt.date | None
    answers: tuple[Message, ...]
    own_days: tuple[dt.date, ...]
    unreadable: int = 0
    planted: int = 0


def open_mailbox(session: Session, salt: bytes, receipt: bytes) -> OpenMailbox | None:
    """Answers and the neutral status; never the report nor the reporter's own words."""
    root = receipt_root(receipt, salt)
    keys, auth = key_pair(mailbox_seed(root)), mailbox_auth(root)
    box = session.get(Mailbox, mailbox_locator(root))
    if box is None:
        return None
    opened = open_records(keys, MAILBOX, box.case_id, sealed_rows(session, box.case_id, MAILBOX))
    genuine, planted = _genuine(auth, box.case_id, opened.by_id)
    notices = [d for d in genuine if isinstance(d, StatusNotice)]
    last = max(notices, key=lambda n: (n.date, n.step), default=None)
    answers = [d for d in genuine if isinstance(d, Message)]
    return OpenMailbox(
        box.locator,
        box.case_id,
        auth,
        last.status if last else Status.RECEIVED,
        last.date if last else None,
        tuple(sorted(answers, key=lambda m: (m.date, m.step))),
        tuple(sorted(d.date for d in opened.documents if isinstance(d, Heard))),
        opened.unreadable,
        planted,
    )


def _genuine(
    auth: bytes, case_id: bytes, by_id: dict[bytes, Document]
) -> tuple[list[Message | StatusNotice | Attachment], int]:
    """What carries the office's mark, and how many answers, notices and files do not."""
    said = {i: d for i, d in by_id.items() if isinstance(d, Message | StatusNotice | Attachment)}
    genuine = [d for i, d in said.items() if is_genuine(auth, case_id, i, d)]
    return genuine, len(said) - len(genuine)


def add_words(session: Session, token: WriteToken, text: str, today: dt.date) -> bool:
    """One more message of the reporter. Page and words make the row: a replay adds nothing, other
    words by the same page are a message of their own.

    False when the mailbox is gone (withdrawn meanwhile).
    """
    said = checked_words(text)
    begin_writing(session)
    box = session.get(Mailbox, token.locator)
    if box is None:
        return False
    record_id = hmac_sha256(token.say_key, token.nonce + said.encode())[:16]
    if session.get(Record, record_id) is None:
        step = count_records(session, box.case_id)
        message = Message(Side.REPORTER, said, today, step=step, sent_with=token.nonce)
        store_words(session, box, message, token.say_key, record_id)
    session.commit()
    return True


def checked_words(text: str) -> str:
    said = text.replace("\r\n", "\n").strip()
    if not is_text(said):
        raise NotText
    if not said:
        raise NothingSaid
    if len(said) > WHAT_MAX:
        raise TooLong(WHAT_MAX)
    return said


def withdraw(session: Session, files: OfficeFiles, receipt: bytes, refused_until: dt.date) -> bool:
    """Destroy the case's keys first, then its rows, leave a tombstone, commit; then its files.

    Until `refused_until`, the last day of any form that carries this receipt, no page can bring
    the report back.
    """
    locator = mailbox_locator(receipt_root(receipt, files.receipt_salt))
    begin_writing(session)
    box = session.get(Mailbox, locator)
    if box is None:
        return False
    file_ids = bury(session, files, box.case_id)
    session.merge(FormUse(mark=locator, until_day=refused_until.toordinal()))
    session.commit()
    FileFolder(files.data_dir).remove(file_ids)
    return True
