"""The office answers; the reporter reads it in the mailbox."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy.orm import Session

from casework.access import OpenCase
from casework.cards import card_of, change_card
from casework.errors import CaseClosed, CaseNotFound, MailboxKeySwapped, NoWayBack, StaleRevision
from casework.mailbox import checked_words
from casework.models import CaseKey, Mailbox
from casework.records import Card, HistoryEntry, Message, StatusNotice
from casework.reporting import store_record
from casework.sealing import CASE, MAILBOX
from casework.sitting import Sitting
from casework.storage import begin_writing, count_records
from casework.vocabulary import Side, Status
from crypto.primitives import equal, sha256


def mailbox_key(session: Session, case: OpenCase) -> bytes | None:
    """The reporter's public key, checked against the hash inside the sealed report."""
    if case.mailbox is None:
        return None
    box = session.get(Mailbox, case.mailbox.locator, populate_existing=True)
    if box is None:
        raise CaseNotFound
    if not equal(sha256(box.public_key), case.report.mailbox_key_hash):
        raise MailboxKeySwapped
    return box.public_key


def answer(
    session: Session,
    sitting: Sitting,
    case: OpenCase,
    text: str,
    revision: int,
    now: dt.datetime,
) -> None:
    """Seal words for the reporter and for the case, and commit.

    `now` is the office's wall clock. `StaleRevision` when a colleague wrote or moved meanwhile.
    """
    said = checked_words(text)
    begin_writing(session)
    still_there(session, case)
    reader = mailbox_key(session, case)
    stored = card_of(session, case.team, case.case_id) or case.stored
    if reader is None:
        raise NoWayBack
    if stored.card.status is Status.CLOSED:
        raise CaseClosed
    if stored.revision != revision:
        raise StaleRevision
    minute, step = now.replace(second=0, microsecond=0), count_records(session, case.case_id)
    message = Message(Side.OFFICE, said, now.date(), sitting.name, minute, step)
    store_record(session, case.case_id, message, {CASE: case.keys.public, MAILBOX: reader})
    seen = msgspec.structs.replace(stored.card, records_seen=len(case.documents) + 1)
    change_card(session, case.team, case.case_id, seen, revision)
    session.commit()


def still_there(session: Session, case: OpenCase) -> None:
    if session.get(CaseKey, case.case_id, populate_existing=True) is None:
        raise CaseNotFound


def write_history(
    session: Session, case: OpenCase, card: Card, revision: int, entry: HistoryEntry
) -> None:
    """Change the card, say so in the history, tell the mailbox of a new status. One transaction."""
    status = card.status
    notices = sum(isinstance(d, StatusNotice) for d in case.documents)
    moved = status is not case.stored.card.status
    reader = mailbox_key(session, case) if moved else None
    added = 2 if reader else 1
    card = msgspec.structs.replace(card, records_seen=len(case.documents) + added)
    change_card(session, case.team, case.case_id, card, revision)
    entry = msgspec.structs.replace(entry, step=len(case.documents))
    store_record(session, case.case_id, entry, {CASE: case.keys.public})
    if reader:
        notice = StatusNotice(status, entry.at.date(), notices)
        store_record(session, case.case_id, notice, {CASE: case.keys.public, MAILBOX: reader})
    session.commit()
