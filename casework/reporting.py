"""A report comes in: sealed to the team with public keys only; sending twice gives one report."""

from __future__ import annotations

import datetime as dt
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.errors import NoTeam, ReportWithdrawn, TeamKeyUnknown
from casework.genuine import door_mark, marked, say_key
from casework.models import CaseKey, FormUse, Mailbox, Record, RecordKey, Team
from casework.office import OfficeFiles
from casework.records import Addition, Answers, Heard, Message, Report, StatusNotice, pack
from casework.records import Record as Document
from casework.sealing import CASE, MAILBOX, OPEN, seal_record, wrap_case_seed
from casework.storage import begin_writing
from casework.vocabulary import Channel, Status, TeamKind
from crypto.keys import derive, framed, new_id, new_seed, public_key
from crypto.passphrase import mailbox_auth, mailbox_locator, mailbox_seed, receipt_root
from crypto.primitives import equal, hmac_sha256, sha256


class SentForm(NamedTuple):
    """The form a report came by: the receipt it carried, and whether that was kept.

    `receipt` is None where no page ever showed one. `reader`: the office's team, or the
    ombudsperson's outside the office, chosen before anything is sealed.
    """

    form_id: bytes
    receipt: bytes | None
    expires: dt.date
    way_back: bool = True
    reader: TeamKind = TeamKind.TEAM


class Sent(NamedTuple):
    """What became of the form. `way_back`: whether its receipt opens a mailbox.

    `locator` and `auth`: of that mailbox, for a token to send files to it.
    """

    kind: Literal["new", "same", "addition"]
    case_id: bytes
    way_back: bool
    locator: bytes = b""
    auth: bytes = b""


class _WayBack(NamedTuple):
    locator: bytes
    public: bytes
    auth: bytes
    content_mark: bytes


def send_report(
    session: Session,
    files: OfficeFiles,
    form: SentForm,
    answers: Answers,
    language: str,
    today: dt.date,
    channel: Channel = Channel.WEB,
) -> Sent:
    """Store one report in one transaction and commit it.

    The same form again: equal content is the same report, whichever way it is sent; different
    content is an addition to it, or a report of its own where the first had no way back.
    Raises `ReportWithdrawn` for a withdrawn receipt, `NoTeam` where nobody could read the report,
    `TeamKeyUnknown` where the team's key is not the one that the office wrote down.
    """
    content = pack(answers)
    back = _way_back(
        files.receipt_salt, form.receipt, content
    )  # costly: before the database is locked
    begin_writing(session)
    _forget_old_forms(session, today)
    if back and session.get(FormUse, back.locator):
        raise ReportWithdrawn
    mark = sha256(framed((b"drcm/v1/form", form.form_id, content)))[:16]
    if session.get(FormUse, mark):
        return Sent("same", b"", False)
    earlier = session.get(Mailbox, back.locator) if back else None
    if back and earlier:
        sent = _send_again(session, earlier, back, answers, today)
    else:
        kept = back if form.way_back else None
        report = Report(answers, language, channel, today)
        sent = _store_new(session, files, report, kept, form.reader)
        if not kept:
            session.add(FormUse(mark=mark, until_day=form.expires.toordinal()))
    session.commit()
    if back and sent.way_back:
        sent = sent._replace(locator=back.locator, auth=back.auth)
    return sent


def _way_back(salt: bytes, receipt: bytes | None, content: bytes) -> _WayBack | None:
    if receipt is None:
        return None
    root = receipt_root(receipt, salt)
    mark = hmac_sha256(derive(root, "content"), content)
    keys = public_key(mailbox_seed(root))
    return _WayBack(mailbox_locator(root), keys, mailbox_auth(root), mark)


def _forget_old_forms(session: Session, today: dt.date) -> None:
    session.execute(delete(FormUse).where(FormUse.until_day < today.toordinal()))


def reading_team(session: Session, files: OfficeFiles, kind: TeamKind) -> Team:
    """The team that reports of this kind are sealed to, its key checked against the lock."""
    wanted = select(Team).where(Team.takes_reports == 1, Team.kind == kind).limit(1)
    team = session.scalars(wanted).one_or_none()
    if team is None:
        raise NoTeam
    if not files.lock.holds(team):
        raise TeamKeyUnknown
    return team


def _store_new(
    session: Session, files: OfficeFiles, report: Report, back: _WayBack | None, kind: TeamKind
) -> Sent:
    team = reading_team(session, files, kind)
    case_id, seed = new_id(), new_seed()
    case_public = public_key(seed)
    sealed_seed = wrap_case_seed(team.public_key, team.id, team.epoch, case_id, seed)
    session.add(
        CaseKey(case_id=case_id, team_id=team.id, epoch=team.epoch, shelf=OPEN, wrap=sealed_seed)
    )
    session.flush()
    proof = door_mark(files.door_key, case_id, report.answers)
    report = msgspec.structs.replace(report, door_mark=proof)
    if back:
        report = msgspec.structs.replace(
            report, mailbox_key_hash=sha256(back.public), mailbox_auth=back.auth
        )
    store_record(session, case_id, report, {CASE: case_public})
    if back:
        _add_mailbox(session, case_id, case_public, back, report.received)
    return Sent("new", case_id, back is not None)


def _add_mailbox(
    session: Session, case_id: bytes, case_public: bytes, back: _WayBack, today: dt.date
) -> None:
    session.add(
        Mailbox(
            locator=back.locator,
            case_id=case_id,
            public_key=back.public,
            case_public_key=case_public,
            content_mark=back.content_mark,
        )
    )
    record_id = new_id()
    notice = StatusNotice(Status.RECEIVED, today)
    notice = marked(say_key(back.auth, record_id), case_id, record_id, notice)
    readers = {CASE: case_public, MAILBOX: back.public}
    store_record(session, case_id, notice, readers, record_id)


def _send_again(
    session: Session, box: Mailbox, back: _WayBack, answers: Answers, today: dt.date
) -> Sent:
    if equal(box.content_mark, back.content_mark):
        return Sent("same", box.case_id, True)
    record_id = new_id()
    store_words(session, box, Addition(answers, today), say_key(back.auth, record_id), record_id)
    box.content_mark = back.content_mark
    return Sent("addition", box.case_id, True)


def store_words(
    session: Session, box: Mailbox, words: Addition | Message, key: bytes, record_id: bytes
) -> None:
    """The reporter's own words, for the case alone: whoever holds the receipt learns the day.

    `key`: of this record, from the receipt (`say_key`); it proves that they are the reporter's.
    """
    document = marked(key, box.case_id, record_id, words)
    store_record(session, box.case_id, document, {CASE: box.case_public_key}, record_id)
    readers = {CASE: box.case_public_key, MAILBOX: box.public_key}
    store_record(session, box.case_id, Heard(words.date), readers)


def store_record(
    session: Session,
    case_id: bytes,
    document: Document,
    readers: dict[str, bytes],
    record_id: bytes | None = None,
) -> bytes:
    """Seal one document for its readers and store it; returns the record's id."""
    sealed = seal_record(case_id, document, readers, record_id)
    session.add(Record(id=sealed.record_id, case_id=case_id, box=sealed.box))
    session.flush()
    for audience, wrapped in sealed.wraps.items():
        session.add(RecordKey(record_id=sealed.record_id, audience=audience, wrap=wrapped))
    session.flush()
    return sealed.record_id
