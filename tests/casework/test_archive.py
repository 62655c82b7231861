"""Closed cases lie under a key that asks for the password again."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.errors import ArchiveClosed, ArchiveKeySwapped
from casework.mailbox import open_mailbox
from casework.models import CaseKey, Team
from casework.sealing import ARCHIVE, open_case_seed
from casework.signing_in import confirm_password
from casework.sitting import FRESH_SECONDS, open_sitting
from casework.status import move_case
from casework.vocabulary import Area, Status
from crypto.errors import CannotOpen
from crypto.keys import new_seed, public_key
from tests.casework.conftest import BOOT, NOW, Office


def close_one(office: Office, **answers: object) -> str:
    office.send(office.form(), **answers)
    anna = office.sit("anna", 500_000)
    case = office.case(anna)
    move_case(office.session, anna, case, Status.CLOSED, case.stored.revision, NOW)
    return case.id_hex


def test_signing_in_alone_never_opens_a_closed_case(office: Office) -> None:
    closed = close_one(office)
    anna = office.sit("anna")
    with pytest.raises(ArchiveClosed):
        office.case(anna, closed)
    key = office.session.get_one(CaseKey, bytes.fromhex(closed))
    for team in anna.teams:
        with pytest.raises(CannotOpen):
            open_case_seed(team.keys, team.team_id, team.epoch, key.case_id, key.wrap, ARCHIVE)


def test_the_password_opens_the_archive_for_ten_minutes(office: Office) -> None:
    closed = close_one(office)
    assert office.case(office.sit_fresh("anna"), closed).report.answers.what
    cookie = office.cookie("anna", 2_000_000)
    assert not confirm_password(office.session, BOOT, cookie, "wrong", None, 2_000_000)
    assert confirm_password(office.session, BOOT, cookie, "password", None, 2_000_000)
    late = 2_000_000 + FRESH_SECONDS + 1
    sitting = open_sitting(office.session, office.desk, cookie, late)
    assert sitting is not None
    assert not sitting.is_fresh
    with pytest.raises(ArchiveClosed):
        office.case(sitting, closed)


def test_the_list_keeps_a_bare_card_and_reopening_brings_the_full_one_back(office: Office) -> None:
    closed = close_one(office, area=Area.WORK)
    anna = office.sit_fresh("anna")
    row = office.book(anna).rows[0]
    assert (row.card.status, row.card.area, row.card.grounds) == (Status.CLOSED, None, ())
    case = office.case(anna, closed)
    move_case(office.session, anna, case, Status.IN_COUNSEL, case.stored.revision, NOW)
    reopened = office.case(office.sit("lena"), closed)
    assert (reopened.stored.card.status, reopened.stored.card.area) == (
        Status.IN_COUNSEL,
        Area.WORK,
    )


def test_the_reporter_reads_that_the_work_is_finished(office: Office) -> None:
    token = office.form()
    office.send(token)
    anna = office.sit("anna")
    case = office.case(anna)
    move_case(office.session, anna, case, Status.CLOSED, case.stored.revision, NOW)
    box = open_mailbox(office.session, office.files.receipt_salt, token.receipt)
    assert box is not None
    assert box.status is Status.CLOSED


def test_an_archive_key_that_was_swapped_is_not_sealed_to(office: Office) -> None:
    office.send(office.form())
    anna = office.sit("anna")
    case = office.case(anna)
    team = office.session.scalars(select(Team).where(Team.id == case.team.team_id)).one()
    team.archive_public_key = public_key(new_seed())
    office.session.commit()
    with pytest.raises(ArchiveKeySwapped):
        move_case(office.session, anna, case, Status.CLOSED, case.stored.revision, NOW)
    office.session.rollback()
    assert office.case(anna).stored.card.status is Status.RECEIVED
