"""The reporter's mailbox: open it by receipt, add words by token, withdraw everything."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.answers import WHAT_MAX, is_text
from casework.doortokens import WriteToken
from casework.errors import NothingSaid, TooLong
from casework.models import Card, CaseKey, FormUse, Mailbox, Record, RecordKey
from casework.records import Heard, Message, StatusNotice
from casework.reporting import store_words
from casework.sealing import MAILBOX, open_record
from casework.storage import begin_writing
from casework.vocabulary import Side, Status
from crypto.passphrase import mailbox_locator, mailbox_seed, receipt_root
from crypto.primitives import KeyPair, key_pair

REFUSED_DAYS = 3


class OpenMailbox(NamedTuple):
    locator: bytes
    case_id: bytes
    status: Status
    status_day: dt.date | None
    answers: tuple[Message, ...]
    own_days: tuple[dt.date, ...]


def open_mailbox(session: Session, salt: bytes, receipt: bytes) -> OpenMailbox | None:
    """Answers and the neutral status; never the report nor the reporter's own words."""
    root = receipt_root(receipt, salt)
    keys = key_pair(mailbox_seed(root))
    box = session.get(Mailbox, mailbox_locator(root))
    if box is None:
        return None
    documents = _read(session, box, keys)
    notices = [d for d in documents if isinstance(d, StatusNotice)]
    last = max(notices, key=lambda n: (n.date, n.status != Status.RECEIVED, n.step), default=None)
    answers = [d for d in documents if isinstance(d, Message)]
    return OpenMailbox(
        box.locator,
        box.case_id,
        last.status if last else Status.RECEIVED,
        last.date if last else None,
        tuple(sorted(answers, key=lambda m: (m.date, str(m.at)))),
        tuple(sorted(d.date for d in documents if isinstance(d, Heard))),
    )


def _read(session: Session, box: Mailbox, keys: KeyPair) -> list[object]:
    rows = session.execute(
        select(Record.id, Record.box, RecordKey.wrap)
        .join(RecordKey, RecordKey.record_id == Record.id)
        .where(Record.case_id == box.case_id, RecordKey.audience == MAILBOX)
    )
    return [open_record(keys, MAILBOX, box.case_id, r.id, r.wrap, r.box) for r in rows]


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
        message = Message(Side.REPORTER, said, today, token.after)
        store_words(session, box, message, token.nonce)
    session.commit()
    return True


def checked_words(text: str) -> str:
    said = text.replace("\r\n", "\n").strip()
    if not said or not is_text(said):
        raise NothingSaid
    if len(said) > WHAT_MAX:
        raise TooLong(WHAT_MAX)
    return said


def withdraw(session: Session, salt: bytes, receipt: bytes, today: dt.date) -> bool:
    """Destroy the case's keys first, then its rows; the receipt's page cannot bring it back."""
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
    until = today.toordinal() + REFUSED_DAYS
    session.merge(FormUse(mark=locator, until_day=until))
    session.commit()
    return True
