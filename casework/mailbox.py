"""The reporter's mailbox: open it by receipt, add words by token, withdraw everything."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.answers import WHAT_MAX, is_text
from casework.doortokens import WriteToken
from casework.errors import NothingSaid, NotText, TooLong
from casework.models import Card, CaseKey, FormUse, Mailbox, Record, RecordKey
from casework.records import Heard, Message, StatusNotice
from casework.reporting import store_words
from casework.sealing import MAILBOX, open_records
from casework.storage import begin_writing, count_records, sealed_rows
from casework.vocabulary import Side, Status
from crypto.passphrase import mailbox_locator, mailbox_seed, receipt_root
from crypto.primitives import key_pair


class OpenMailbox(NamedTuple):
    """What the receipt opens. `unreadable`: rows that were changed or damaged."""

    locator: bytes
    case_id: bytes
    status: Status
    status_day: dt.date | None
    answers: tuple[Message, ...]
    own_days: tuple[dt.date, ...]
    unreadable: int = 0


def open_mailbox(session: Session, salt: bytes, receipt: bytes) -> OpenMailbox | None:
    """Answers and the neutral status; never the report nor the reporter's own words."""
    root = receipt_root(receipt, salt)
    keys = key_pair(mailbox_seed(root))
    box = session.get(Mailbox, mailbox_locator(root))
    if box is None:
        return None
    opened = open_records(keys, MAILBOX, box.case_id, sealed_rows(session, box.case_id, MAILBOX))
    documents = opened.documents
    notices = [d for d in documents if isinstance(d, StatusNotice)]
    last = max(notices, key=lambda n: (n.date, n.status != Status.RECEIVED, n.step), default=None)
    answers = [d for d in documents if isinstance(d, Message)]
    return OpenMailbox(
        box.locator,
        box.case_id,
        last.status if last else Status.RECEIVED,
        last.date if last else None,
        tuple(sorted(answers, key=lambda m: (m.date, m.step))),
        tuple(sorted(d.date for d in documents if isinstance(d, Heard))),
        opened.unreadable,
    )


def add_words(session: Session, token: WriteToken, text: str, today: dt.date) -> bool:
    """One more message of the reporter. The token's nonce is the row: a replay adds nothing.

    False when the mailbox is gone (withdrawn meanwhile).
    """
    said = checked_words(text)
    begin_writing(session)
    box = session.get(Mailbox, token.locator)
    if box is None:
        return False
    if session.get(Record, token.nonce) is None:
        step = count_records(session, box.case_id)
        message = Message(Side.REPORTER, said, today, step=step)
        store_words(session, box, message, token.nonce)
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


def withdraw(session: Session, salt: bytes, receipt: bytes, refused_until: dt.date) -> bool:
    """Destroy the case's keys first, then its rows, and commit.

    Until `refused_until`, the last day of any form that carries this receipt, no page can bring
    the report back.
    """
    locator = mailbox_locator(receipt_root(receipt, salt))
    begin_writing(session)
    box = session.get(Mailbox, locator)
    if box is None:
        return False
    case_id = box.case_id
    records = select(Record.id).where(Record.case_id == case_id)
    session.execute(delete(RecordKey).where(RecordKey.record_id.in_(records)))
    session.execute(delete(Record).where(Record.case_id == case_id))
    session.execute(delete(Card).where(Card.case_id == case_id))
    session.execute(delete(Mailbox).where(Mailbox.case_id == case_id))
    session.execute(delete(CaseKey).where(CaseKey.case_id == case_id))
    session.merge(FormUse(mark=locator, until_day=refused_until.toordinal()))
    session.commit()
    return True
