"""The office answers; the reporter reads it in the mailbox."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy.orm import Session

from casework.access import OpenCase, keep_in_registry
from casework.audit import write_audit
from casework.cards import card_of, change_card
from casework.errors import CaseClosed, CaseNotFound, MailboxKeySwapped, NoWayBack, StaleRevision
from casework.genuine import marked, say_key
from casework.mailbox import checked_words
from casework.models import CaseKey, Mailbox
from casework.records import Card, HistoryEntry, Message, StatusNotice
from casework.reporting import store_record
from casework.sealing import CASE, MAILBOX
from casework.sitting import Sitting
from casework.storage import begin_writing, count_records
from casework.vocabulary import Act, Side, Status
from crypto.keys import new_id
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
    added = tell_reporter(session, case, message, reader)
    seen = msgspec.structs.replace(stored.card, records_seen=step + 1)
    change_card(session, case.team, case.case_id, seen, revision)
    keep_in_registry(session, case, added)
    write_audit(session, sitting, Act.ANSWERED, now, case.code)
    session.commit()


def tell_reporter(
    session: Session, case: OpenCase, document: Message | StatusNotice, reader: bytes
) -> bytes:
    """Seal what the reporter may read, with the office's mark; returns the record's id."""
    record_id = new_id()
    key = say_key(case.report.mailbox_auth, record_id)
    proven = marked(key, case.case_id, record_id, document)
    readers = {CASE: case.keys.public, MAILBOX: reader}
    return store_record(session, case.case_id, proven, readers, record_id)


def still_there(session: Session, case: OpenCase) -> CaseKey:
    """The case's key row as it is now; `CaseNotFound` when it is gone or in other hands."""
    key = session.get(CaseKey, case.case_id, populate_existing=True)
    if key is None or (key.team_id, key.epoch) != (case.team.team_id, case.team.epoch):
        raise CaseNotFound
    return key


def write_history(
    session: Session, case: OpenCase, card: Card, revision: int, entry: HistoryEntry
) -> list[bytes]:
    """Change the card, say so in the history, tell the mailbox of a new status.

    In the running transaction; returns the ids of the records that were added.
    """
    step = count_records(session, case.case_id)
    reader = mailbox_key(session, case) if card.status is not case.stored.card.status else None
    entry = msgspec.structs.replace(entry, step=step)
    added = [store_record(session, case.case_id, entry, {CASE: case.keys.public})]
    if reader:
        notice = StatusNotice(card.status, entry.at.date(), step + 1)
        added.append(tell_reporter(session, case, notice, reader))
    card = msgspec.structs.replace(card, records_seen=step + len(added))
    change_card(session, case.team, case.case_id, card, revision)
    return added
