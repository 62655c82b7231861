"""Somebody edits the database: at the next sign-in staff are told what does not fit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from casework.arrival import arrive
from casework.correspondence import answer
from casework.errors import MailboxKeySwapped, TeamKeyUnknown
from casework.mailbox import open_mailbox, withdraw
from casework.models import (
    AuditEntry,
    Card,
    CaseKey,
    Mailbox,
    Record,
    RecordKey,
    Registry,
    Team,
    Tombstone,
)
from casework.office import OfficeFiles
from casework.records import Answers, Message, Report
from casework.reporting import SentForm, send_report, store_record
from casework.sealing import CASE, MAILBOX
from casework.storage import make_engine
from casework.vocabulary import Channel, Notice, Side
from crypto.keys import new_id, new_seed, public_key
from tests.casework.conftest import NOW, TODAY, Office

AT = 4_000_000


def notices(office: Office, name: str = "lena", at: int = AT, device: bytes = b"") -> set[Notice]:
    """What the desk tells this person at sign-in; that no recovery exists yet is left aside."""
    cookie = office.cookie(name, at)
    sitting = office.sit(name, at + 60)
    arrived = arrive(office.session, office.desk, cookie, sitting, device, NOW)
    return {f.notice for f in arrived.findings} - {Notice.NO_RECOVERY}


def two_seen_cases(office: Office) -> list[str]:
    tokens = [office.form(), office.form()]
    for token in tokens:
        office.send(token)
    anna = office.sit("anna", AT - 5000)
    cases = [
        office.case(anna, key.case_id.hex()) for key in office.session.scalars(select(CaseKey))
    ]
    for case in cases:
        answer(office.session, anna, case, "Guten Tag", case.stored.revision, NOW)
    assert notices(office) == set()
    return [case.id_hex for case in cases]


def test_an_untouched_office_has_nothing_to_tell(office: Office) -> None:
    two_seen_cases(office)
    office.send(office.form())
    assert notices(office, at=AT + 1000) == set()


def remove_case(office: Office, case_id: bytes) -> None:
    records = select(Record.id).where(Record.case_id == case_id)
    office.session.execute(delete(RecordKey).where(RecordKey.record_id.in_(records)))
    for table in (Record, Card, Mailbox, CaseKey):
        office.session.execute(delete(table).where(table.case_id == case_id))


def remove_record(office: Office, case_id: bytes) -> None:
    row = office.session.scalars(select(Record).where(Record.case_id == case_id)).first()
    assert row is not None
    office.session.execute(delete(RecordKey).where(RecordKey.record_id == row.id))
    office.session.delete(row)


def alter_record(office: Office, case_id: bytes) -> None:
    row = office.session.scalars(select(Record).where(Record.case_id == case_id)).first()
    assert row is not None
    row.box = row.box[:-1] + bytes([row.box[-1] ^ 1])


def alter_key(office: Office, case_id: bytes) -> None:
    row = office.session.get_one(CaseKey, case_id)
    row.wrap = row.wrap[:-1] + bytes([row.wrap[-1] ^ 1])


def swap_mailbox_key(office: Office, case_id: bytes) -> None:
    row = office.session.scalars(select(Mailbox).where(Mailbox.case_id == case_id)).one()
    row.public_key = public_key(new_seed())


def roll_card_back(office: Office, case_id: bytes) -> None:
    office.session.get_one(Card, case_id).revision -= 1


def remove_registry_part(office: Office, case_id: bytes) -> None:
    office.session.execute(delete(Registry).where(Registry.part == case_id[0] % 64))


def remove_registry_head(office: Office, case_id: bytes) -> None:
    office.session.execute(delete(Registry).where(Registry.part == 64))


def remove_audit_entry(office: Office, case_id: bytes) -> None:
    office.session.execute(delete(AuditEntry).where(AuditEntry.seq == 2))


def reorder_audit(office: Office, case_id: bytes) -> None:
    first, second = office.session.get_one(AuditEntry, 1), office.session.get_one(AuditEntry, 2)
    first.box, second.box = second.box, first.box


def cut_audit(office: Office, case_id: bytes) -> None:
    office.session.execute(delete(AuditEntry).where(AuditEntry.seq > 2))


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        (remove_case, Notice.CASE_MISSING),
        (remove_record, Notice.CASE_CHANGED),
        (alter_record, Notice.CASE_CHANGED),
        (alter_key, Notice.CASE_CHANGED),
        (roll_card_back, Notice.CASE_CHANGED),
        (swap_mailbox_key, Notice.MAILBOX_KEY_CHANGED),
        (remove_registry_part, Notice.REGISTRY_CHANGED),
        (remove_registry_head, Notice.REGISTRY_CHANGED),
        (remove_audit_entry, Notice.AUDIT_BROKEN),
        (reorder_audit, Notice.AUDIT_BROKEN),
        (cut_audit, Notice.AUDIT_PUT_BACK),
    ],
)
def test_a_deed_in_the_database_is_told(office: Office, deed, told: Notice) -> None:
    case_id = bytes.fromhex(two_seen_cases(office)[0])
    deed(office, case_id)
    office.session.commit()
    assert told in notices(office, at=AT + 1000)


def test_a_team_key_of_somebody_else_stops_intake_and_is_told(office: Office) -> None:
    two_seen_cases(office)
    team = office.session.scalars(select(Team).where(Team.takes_reports == 1)).one()
    team.public_key = public_key(new_seed())
    office.session.commit()
    before = office.session.scalars(select(CaseKey)).all()
    with pytest.raises(TeamKeyUnknown):
        office.send(office.form())
    office.session.rollback()
    assert len(office.session.scalars(select(CaseKey)).all()) == len(before)
    assert Notice.TEAM_KEY_CHANGED in notices(office, at=AT + 1000)


def test_a_case_that_did_not_come_by_the_form_says_so(office: Office) -> None:
    forger = office.files._replace(door_key=b"f" * 32)
    form = SentForm(new_id(), None, TODAY)
    send_report(office.session, forger, form, Answers(what="Erfunden."), "de", TODAY)
    case = office.case(office.sit("anna"))
    assert not case.by_form
    office.send(office.form())
    others = office.session.scalars(select(CaseKey.case_id)).all()
    genuine = next(one for one in others if one != case.case_id)
    assert office.case(office.sit("lena"), genuine.hex()).by_form


def test_words_planted_on_either_side_are_not_shown_as_genuine(office: Office) -> None:
    token = office.form()
    office.send(token)
    box_row = office.session.scalars(select(Mailbox)).one()
    readers = {CASE: box_row.case_public_key, MAILBOX: box_row.public_key}
    for side in (Side.OFFICE, Side.REPORTER):
        planted = Message(side, "Kommen Sie allein.", TODAY, step=9)
        store_record(office.session, box_row.case_id, planted, readers)
    second = Report(Answers(what="Anders."), "de", Channel.WEB, TODAY)
    store_record(office.session, box_row.case_id, second, {CASE: box_row.case_public_key})
    office.session.commit()
    box = open_mailbox(office.session, office.files.receipt_salt, token.receipt)
    assert box is not None
    assert (box.answers, box.planted) == ((), 2)
    case = office.case(office.sit("anna"))
    assert case.messages == ()
    assert case.planted == 3


def test_a_replayed_answer_of_another_case_is_not_shown(office: Office) -> None:
    first, second = office.form(), office.form()
    for token in (first, second):
        office.send(token)
    anna = office.sit("anna")
    boxes = [
        open_mailbox(office.session, office.files.receipt_salt, token.receipt)
        for token in (first, second)
    ]
    assert boxes[0]
    assert boxes[1]
    case = office.case(anna, boxes[0].case_id.hex())
    answer(office.session, anna, case, "Guten Tag", case.stored.revision, NOW)
    office.session.execute(
        text("update record set case_id = :b where case_id = :a"),
        {"a": boxes[0].case_id, "b": boxes[1].case_id},
    )
    office.session.commit()
    moved = open_mailbox(office.session, office.files.receipt_salt, second.receipt)
    assert moved is not None
    assert moved.answers == ()
    assert moved.unreadable > 0


def test_no_answer_is_sealed_to_a_swapped_mailbox_key(office: Office) -> None:
    office.send(office.form())
    anna = office.sit("anna")
    case = office.case(anna)
    swap_mailbox_key(office, case.case_id)
    office.session.commit()
    count = len(office.session.scalars(select(Record)).all())
    with pytest.raises(MailboxKeySwapped):
        answer(office.session, anna, case, "Guten Tag", case.stored.revision, NOW)
    office.session.rollback()
    assert len(office.session.scalars(select(Record)).all()) == count


def test_a_whole_folder_put_back_one_day_is_told_by_the_device(
    office: Office, tmp_path: Path
) -> None:
    two_seen_cases(office)
    office.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    office.session.commit()
    shutil.copytree(office.files.data_dir, tmp_path / "yesterday")
    office.send(office.form())
    anna = office.sit("anna", AT + 2000)
    case = office.case(anna)
    answer(office.session, anna, case, "Noch etwas", case.stored.revision, NOW)
    cookie = office.cookie("lena", AT + 3000)
    sitting = office.sit("lena", AT + 3060)
    device = arrive(office.session, office.desk, cookie, sitting, b"", NOW).device_seen
    assert notices(office, at=AT + 6000, device=device) == set()
    files = OfficeFiles.load(tmp_path / "yesterday")
    engine = make_engine(files.database)
    with Session(engine) as session:
        put_back = Office(files, session)
        assert notices(put_back, at=AT + 9000) == set()
        told = notices(put_back, at=AT + 10_000, device=device)
    engine.dispose()
    assert {Notice.PUT_BACK, Notice.AUDIT_PUT_BACK} <= told


def test_a_withdrawn_case_leaves_a_tombstone_and_is_no_alarm(office: Office) -> None:
    token = office.form()
    office.send(token)
    office.case(office.sit("anna"))
    until = TODAY.replace(day=28)
    assert withdraw(office.session, office.files, token.receipt, until)
    assert len(office.session.scalars(select(Tombstone)).all()) == 1
    assert notices(office) == set()
    assert office.session.scalars(select(Tombstone)).all() == []
    assert notices(office, at=AT + 1000) == set()


def test_a_forged_tombstone_hides_no_removal(office: Office) -> None:
    gone = bytes.fromhex(two_seen_cases(office)[0])
    remove_case(office, gone)
    team = office.session.scalars(select(Team).where(Team.takes_reports == 1)).one()
    office.session.add(Tombstone(id=new_id(), team_id=team.id, wrap=b"x" * 1180, box=b"y" * 200))
    office.session.commit()
    assert Notice.CASE_MISSING in notices(office, at=AT + 1000)


def test_what_the_reporter_adds_is_no_alarm(office: Office) -> None:
    token = office.form()
    office.send(token)
    office.case(office.sit("anna"))
    box = open_mailbox(office.session, office.files.receipt_salt, token.receipt)
    assert box is not None
    office.send(token, what="Und noch etwas.")
    assert notices(office) == set()
    case = office.case(office.sit("anna", AT + 5000))
    assert (len(case.additions), case.planted, case.missing) == (1, 0, 0)
