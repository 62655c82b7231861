"""One report end to end, below the web: sent, read, answered, moved, read again, withdrawn."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from casework.access import case_for
from casework.correspondence import answer
from casework.doortokens import TokenState, WriteToken, issue_write, read_form, read_write
from casework.errors import (
    CaseClosed,
    CaseNotFound,
    MoveRefused,
    NoWayBack,
    ReportWithdrawn,
    SignInRefused,
    StaleRevision,
)
from casework.genuine import say_key
from casework.mailbox import add_words, open_mailbox, withdraw
from casework.models import Record, RecordKey
from casework.sealing import MAILBOX, open_record
from casework.signing_in import Typed, sign_in
from casework.sitting import Desk, end_all_sittings, open_sitting
from casework.status import assign_to_me, move_case
from casework.vocabulary import Ground, Status
from crypto.keys import new_id
from crypto.passphrase import mailbox_seed, receipt_root
from crypto.primitives import key_pair, totp_code
from crypto.receipt import new_receipt
from tests.casework.conftest import NOW, TODAY, TOTP, Office

FORGOTTEN = TODAY + dt.timedelta(days=3)


def only_case(office: Office, sitting):
    return office.case(sitting)


def test_a_report_is_read_answered_and_moved(office: Office) -> None:
    token = office.form()
    office.send(token, grounds=(Ground.ORIGIN,))
    anna = office.sit("anna")
    case = only_case(office, anna)
    assert case.report.answers.grounds == (Ground.ORIGIN,)
    answer(office.session, anna, case, "Guten Tag", case.stored.revision, NOW)
    case = only_case(office, anna)
    move_case(office.session, anna, case, Status.IN_COUNSEL, case.stored.revision, NOW)
    case = only_case(office, anna)
    assign_to_me(office.session, anna, case, case.stored.revision, NOW)
    box = open_mailbox(office.session, office.files.receipt_salt, token.receipt)
    assert box is not None
    assert [m.text for m in box.answers] == ["Guten Tag"]
    assert box.status is Status.IN_COUNSEL
    case = only_case(office, anna)
    assert [entry.what for entry in case.history] == ["moved", "assigned"]
    assert case.stored.card.assignee_name == "anna"


def test_a_second_send_is_the_same_report(office: Office) -> None:
    token = office.form()
    assert office.send(token).kind == "new"
    assert office.send(token).kind == "same"
    assert office.book(office.sit("anna")).total == 1


@pytest.mark.parametrize("first", [True, False])
def test_the_same_form_sent_the_other_way_is_the_same_report(office: Office, first: bool) -> None:
    token = office.form()
    assert office.send(token, way_back=first).way_back is first
    again = office.send(token, way_back=not first)
    assert (again.kind, again.way_back) == ("same", first)
    assert office.book(office.sit("anna")).total == 1


def test_other_words_without_a_way_back_are_a_report_of_their_own(office: Office) -> None:
    token = office.form()
    office.send(token, way_back=False)
    assert office.send(token, way_back=False, what="Noch etwas.").kind == "new"
    assert office.book(office.sit("anna")).total == 2


def test_what_is_said_on_one_day_keeps_its_order(office: Office) -> None:
    token = office.form()
    office.send(token)
    anna = office.sit("anna")
    for number in range(6):
        case = only_case(office, anna)
        answer(office.session, anna, case, f"Antwort {number}", case.stored.revision, NOW)
        box = open_mailbox(office.session, office.files.receipt_salt, token.receipt)
        assert box is not None
        for part in "ab":
            nonce = new_id()
            write = WriteToken(box.locator, nonce, say_key(box.auth, nonce), 5)
            assert add_words(office.session, write, f"Zuruf {number}{part}", NOW.date())
    box = open_mailbox(office.session, office.files.receipt_salt, token.receipt)
    assert box is not None
    assert [m.text for m in box.answers] == [f"Antwort {number}" for number in range(6)]
    told = [
        text
        for number in range(6)
        for text in (f"Antwort {number}", f"Zuruf {number}a", f"Zuruf {number}b")
    ]
    assert [m.text for m in only_case(office, anna).messages] == told


def test_a_damaged_record_is_counted_and_hides_no_other(office: Office) -> None:
    token = office.form()
    office.send(token)
    anna = office.sit("anna")
    case = only_case(office, anna)
    answer(office.session, anna, case, "Guten Tag", case.stored.revision, NOW)
    notice = office.session.scalars(select(RecordKey).where(RecordKey.audience == MAILBOX)).first()
    assert notice is not None
    row = office.session.get_one(Record, notice.record_id)
    row.box = row.box[:-1] + bytes([row.box[-1] ^ 1])
    office.session.commit()
    assert only_case(office, anna).unreadable == 1
    box = open_mailbox(office.session, office.files.receipt_salt, token.receipt)
    assert box is not None
    assert (box.unreadable, len(box.answers)) in {(1, 1), (1, 0)}


def test_a_second_send_with_other_words_is_an_addition(office: Office) -> None:
    token = office.form()
    office.send(token)
    assert office.send(token, what="Und noch etwas.").kind == "addition"
    case = only_case(office, office.sit("anna"))
    assert [a.answers.what for a in case.additions] == ["Und noch etwas."]
    assert case.report.answers.what == "Es ist etwas passiert."
    box = open_mailbox(office.session, office.files.receipt_salt, token.receipt)
    assert box is not None
    assert box.own_days == (TODAY,)


def test_without_a_way_back_a_form_counts_once(office: Office) -> None:
    token = office.form()
    assert office.send(token, way_back=False).kind == "new"
    assert office.send(token, way_back=False).kind == "same"
    anna = office.sit("anna")
    with pytest.raises(NoWayBack):
        answer(office.session, anna, only_case(office, anna), "Hallo", 1, NOW)


def test_another_teams_counsellor_sees_nothing(office: Office) -> None:
    office.send(office.form())
    case = only_case(office, office.sit("anna"))
    ben = office.sit("ben")
    assert office.book(ben).total == 0
    with pytest.raises(CaseNotFound):
        office.case(ben, case.id_hex)


def test_an_admin_holds_no_team_key(office: Office) -> None:
    assert office.sit("uwe").teams == ()


@pytest.mark.parametrize("case_id", ["", "zz", "00" * 16, "ä"])
def test_a_case_that_is_not_there_looks_like_one_that_is_not_yours(
    office: Office, case_id: str
) -> None:
    with pytest.raises(CaseNotFound):
        case_for(office.session, office.sit("anna"), case_id, office.files.door_key, NOW)


def test_a_stale_write_is_refused(office: Office) -> None:
    office.send(office.form())
    anna = office.sit("anna")
    case = only_case(office, anna)
    move_case(office.session, anna, case, Status.IN_COUNSEL, case.stored.revision, NOW)
    with pytest.raises(StaleRevision):
        move_case(office.session, anna, case, Status.CLOSED, case.stored.revision, NOW)


def test_a_closed_case_refuses_messages_and_unlisted_moves(office: Office) -> None:
    office.send(office.form())
    anna = office.sit_fresh("anna")
    case = only_case(office, anna)
    move_case(office.session, anna, case, Status.CLOSED, case.stored.revision, NOW)
    case = only_case(office, anna)
    with pytest.raises(CaseClosed):
        answer(office.session, anna, case, "Hallo", case.stored.revision, NOW)
    with pytest.raises(MoveRefused):
        move_case(office.session, anna, case, Status.REFERRED, case.stored.revision, NOW)


def test_added_words_arrive_once_however_often_sent_and_other_words_too(office: Office) -> None:
    token = office.form()
    office.send(token)
    box = open_mailbox(office.session, office.files.receipt_salt, token.receipt)
    assert box is not None
    _, write = read_write(
        office.files.door_key, issue_write(office.files.door_key, box.locator, box.auth, 5), 6
    )
    assert write is not None
    for words in ("Noch etwas.", "Noch etwas.", "Und etwas anderes."):
        assert add_words(office.session, write, words, TODAY)
    case = only_case(office, office.sit("anna"))
    assert [m.text for m in case.messages] == ["Noch etwas.", "Und etwas anderes."]
    assert case.planted == 0
    box = open_mailbox(office.session, office.files.receipt_salt, token.receipt)
    assert box is not None
    assert (box.answers, box.own_days) == ((), (TODAY, TODAY))


def test_the_receipt_opens_neither_the_report_nor_own_words(office: Office) -> None:
    token = office.form()
    office.send(token)
    office.send(token, what="Und noch etwas.")
    box = open_mailbox(office.session, office.files.receipt_salt, token.receipt)
    assert box is not None
    _, write = read_write(
        office.files.door_key, issue_write(office.files.door_key, box.locator, box.auth, 5), 6
    )
    assert write is not None
    assert add_words(office.session, write, "Noch etwas.", TODAY)
    keys = key_pair(mailbox_seed(receipt_root(token.receipt, office.files.receipt_salt)))
    rows = office.session.execute(
        select(Record.id, Record.case_id, Record.box, RecordKey.wrap)
        .join(RecordKey, RecordKey.record_id == Record.id)
        .where(RecordKey.audience == MAILBOX)
    )
    kinds = [type(open_record(keys, MAILBOX, r.case_id, r.id, r.wrap, r.box)) for r in rows]
    assert sorted(kind.__name__ for kind in kinds) == ["Heard", "Heard", "StatusNotice"]


def test_a_withdrawn_report_is_gone_and_its_page_cannot_bring_it_back(office: Office) -> None:
    token = office.form()
    office.send(token)
    anna = office.sit("anna")
    case = only_case(office, anna)
    assert withdraw(office.session, office.files, token.receipt, FORGOTTEN)
    with pytest.raises(CaseNotFound):
        office.case(anna, case.id_hex)
    assert open_mailbox(office.session, office.files.receipt_salt, token.receipt) is None
    for way_back in (True, False):
        with pytest.raises(ReportWithdrawn):
            office.send(token, way_back=way_back)


def test_a_receipt_of_nobody_opens_nothing(office: Office) -> None:
    assert open_mailbox(office.session, office.files.receipt_salt, new_receipt()) is None


def test_only_our_own_forms_are_taken(office: Office) -> None:
    door_key, token = office.files.door_key, office.form()
    sent = token.fields()["form"]
    assert read_form(door_key, sent, 1001) == (TokenState.VALID, token)
    assert read_form(door_key, sent, 1000 + 90_000)[0] is TokenState.EXPIRED
    changed = ("B" if sent[0] == "A" else "A") + sent[1:]
    for other in ("", "ä", sent[:-1], changed, read_form.__name__):
        assert read_form(door_key, other, 1001)[0] is TokenState.FORGED
    assert read_form(b"z" * 32, sent, 1001)[0] is TokenState.FORGED


@pytest.mark.parametrize(("name", "password"), [("anna", "wrong"), ("nobody", "password")])
def test_wrong_name_and_wrong_password_are_told_alike(office: Office, name, password) -> None:
    code = totp_code(TOTP, 1000)
    with pytest.raises(SignInRefused):
        sign_in(office.session, office.desk, Typed(name, password, code), 1000)


def test_a_code_works_once(office: Office) -> None:
    office.sit("anna", 5000)
    with pytest.raises(SignInRefused):
        office.sit("anna", 5000)


def test_a_sitting_ends_by_time_and_by_restart(office: Office) -> None:
    session, other = office.session, Desk(office.files, b"c" * 32)
    cookie = office.cookie("anna", 9000)
    assert open_sitting(session, office.desk, cookie, 9000 + 899) is not None
    assert open_sitting(session, other, cookie, 9001) is None
    assert open_sitting(session, office.desk, cookie, 9000 + 899 + 901) is None
    cookie = office.cookie("anna", 20_000)
    end_all_sittings(session)
    assert open_sitting(session, office.desk, cookie, 20_001) is None
