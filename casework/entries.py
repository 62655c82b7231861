"""One case in the registry: what its rows must look like, and what of them is genuine."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.cards import report_of
from casework.genuine import door_mark, is_genuine
from casework.models import Card, CaseKey, Mailbox, Record
from casework.records import Addition, Attachment, Heard, Message, Report, StatusNotice
from casework.records import Record as Document
from casework.registry import Entry, RegistryBook, joined, record_hash, row_hash
from crypto.primitives import equal


class Checked(NamedTuple):
    """`genuine`: records that staff had entered before, or that the reporter proves as theirs.

    `by_form`: whether the report came through the door.
    """

    report: Report
    by_form: bool
    genuine: dict[bytes, Document]
    planted: int
    missing: int
    is_new: bool


def check_records(
    case_id: bytes,
    rows: list[tuple[bytes, bytes, bytes]],
    by_id: dict[bytes, Document],
    entry: Entry | None,
    door_key: bytes,
) -> Checked:
    """Sort a case's opened records; `entry` is None for a case that no sitting has seen yet."""
    hashes = {record_id: record_hash(record_id, box) for record_id, _, box in rows}
    known = entry.record_hashes if entry else frozenset()
    entered = tuple(d for i, d in by_id.items() if hashes[i] in known)
    report, by_form = _true_report(case_id, entered or tuple(by_id.values()), door_key)
    genuine = {
        record_id: document
        for record_id, document in by_id.items()
        if hashes[record_id] in known
        or _speaks_for_itself(report, case_id, record_id, document, entry is None)
    }
    missing = len(known - frozenset(hashes.values()))
    is_new = entry is None or any(hashes[one] not in known for one in genuine)
    return Checked(report, by_form, genuine, len(by_id) - len(genuine), missing, is_new)


def _true_report(
    case_id: bytes, documents: tuple[Document, ...], door_key: bytes
) -> tuple[Report, bool]:
    """The report that the door marked, be there others; else any, which then did not come by it."""
    for document in documents:
        if isinstance(document, Report):
            proof = door_mark(door_key, case_id, document.answers)
            if equal(proof, document.door_mark):
                return document, True
    return report_of(documents), False


def _speaks_for_itself(
    report: Report, case_id: bytes, record_id: bytes, document: Document, first: bool
) -> bool:
    """Whether a record that no sitting has entered yet can have come from the reporter."""
    if isinstance(document, Report):
        return first and document is report
    if isinstance(document, Heard):
        return True
    if isinstance(document, Message | Attachment) and document.side != "reporter":
        return False
    if isinstance(document, Message | Attachment | Addition | StatusNotice):
        auth = report.mailbox_auth
        return bool(auth) and is_genuine(auth, case_id, record_id, document)
    return False


def case_entry(session: Session, case_id: bytes, trusted: frozenset[bytes]) -> Entry:
    """The case's rows as they are now. `trusted`: ids of the records that count."""
    session.flush()
    boxes = session.execute(select(Record.id, Record.box).where(Record.case_id == case_id))
    records = joined(record_hash(i, box) for i, box in boxes if i in trusted)
    revision = session.scalar(select(Card.revision).where(Card.case_id == case_id)) or 0
    key, box = _key_rows(session, case_id)
    return Entry(revision, key, box, records)


def _key_rows(session: Session, case_id: bytes) -> tuple[bytes, bytes]:
    key = session.get_one(CaseKey, case_id)
    box = session.scalars(select(Mailbox).where(Mailbox.case_id == case_id)).one_or_none()
    return key_hash(key), mailbox_hash(box.public_key, box.case_public_key) if box else b""


def key_hash(key: CaseKey) -> bytes:
    return row_hash(key.wrap, bytes([key.shelf]))


def mailbox_hash(public: bytes, case_public: bytes) -> bytes:
    return row_hash(public, case_public)


def enter_case(
    session: Session, book: RegistryBook, case_id: bytes, trusted: frozenset[bytes]
) -> None:
    book.put(case_id, case_entry(session, case_id, trusted))
