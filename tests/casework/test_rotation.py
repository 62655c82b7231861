"""A new epoch: who leaves opens nothing new, every case stays open to those who remain."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.errors import CaseNotFound, PasswordNeeded, RewrapUnfinished, TooFewLeft
from casework.models import CaseKey, Membership, Team
from casework.models import Sitting as SittingRow
from casework.rotation import progress, rewrap, rotate
from casework.sealing import open_case_seed
from casework.sitting import Sitting, open_sitting
from casework.status import move_case
from casework.teams import open_membership, team_profile
from casework.vocabulary import Status
from crypto.errors import CannotOpen
from crypto.primitives import key_pair
from tests.casework.conftest import BOOT, NOW, Office

AT = 3_000_000


def fresh_lena(office: Office) -> Sitting:
    return office.sit_fresh("lena", AT)


def lena_again(office: Office, at: int) -> Sitting:
    return office.sit_fresh("lena", at)


def id_of(office: Office, sitting: Sitting, name: str) -> bytes:
    team = sitting.teams[0]
    row = office.session.get_one(Team, team.team_id, populate_existing=True)
    return next(e.member_id for e in team_profile(team.seed, row).roster if e.name == name)


def finish(office: Office, at: int) -> Sitting:
    lena = lena_again(office, at)
    while rewrap(office.session, lena, lena.teams[0].team_id, 3).left:
        pass
    return lena_again(office, at + 100)


def test_who_is_removed_opens_nothing_old_or_new(office: Office) -> None:
    for _ in range(5):
        office.send(office.form())
    anna, lena = office.sit("anna"), fresh_lena(office)
    team_id = lena.teams[0].team_id
    office.book(lena)
    saved = office.session.scalars(
        select(Membership).where(Membership.member_id == anna.member_id)
    ).one()
    old_seed = open_membership(key_pair(anna.seed), saved)
    rotate(office.session, lena, BOOT, team_id, NOW, without=id_of(office, lena, "anna"))
    lena = finish(office, AT + 1000)
    office.send(office.form())
    assert office.book(lena).total == 6
    for key in office.session.scalars(select(CaseKey)):
        assert key.epoch == 2
        for epoch in (1, 2):
            with pytest.raises(CannotOpen):
                open_case_seed(key_pair(old_seed), team_id, epoch, key.case_id, key.wrap)
    with pytest.raises(CaseNotFound):
        office.case(anna, office.book(lena).rows[0].id_hex)
    assert office.sit("anna", AT + 9000).teams == ()


def test_the_sittings_of_who_is_removed_end(office: Office) -> None:
    cookie = office.cookie("anna", AT)
    lena = fresh_lena(office)
    anna_id = id_of(office, lena, "anna")
    rotate(office.session, lena, BOOT, lena.teams[0].team_id, NOW, without=anna_id)
    assert open_sitting(office.session, office.desk, cookie, AT + 1) is None
    assert office.session.scalars(select(SittingRow)).all() != []


def test_an_interrupted_rewrapping_leaves_every_case_open_and_continues(office: Office) -> None:
    for _ in range(7):
        office.send(office.form())
    lena = fresh_lena(office)
    team_id = lena.teams[0].team_id
    office.book(lena)
    rotate(office.session, lena, BOOT, team_id, NOW)
    lena = lena_again(office, AT + 1000)
    assert rewrap(office.session, lena, team_id, 3).left == 4
    anna = office.sit("anna")
    assert {t.epoch for t in anna.teams} == {1, 2}
    book = office.book(anna)
    assert book.total == 7
    for row in book.rows:
        assert office.case(anna, row.id_hex).report.answers.what
    with pytest.raises(RewrapUnfinished):
        rotate(office.session, lena, BOOT, team_id, NOW)
    assert rewrap(office.session, anna, team_id, 100).left == 0
    assert progress(office.session, team_id).done == 7
    assert {
        m.epoch for m in office.session.scalars(select(Membership)) if m.team_id == team_id
    } == {2}


def test_closed_cases_wait_for_a_fresh_password(office: Office) -> None:
    office.send(office.form())
    anna = office.sit("anna")
    case = office.case(anna)
    move_case(office.session, anna, case, Status.CLOSED, case.stored.revision, NOW)
    lena = fresh_lena(office)
    team_id = lena.teams[0].team_id
    rotate(office.session, lena, BOOT, team_id, NOW)
    only_signed_in = office.sit("anna", AT + 500)
    assert rewrap(office.session, only_signed_in, team_id).left == 1
    lena = finish(office, AT + 1000)
    assert progress(office.session, team_id).left == 0
    assert office.case(lena, case.id_hex).report.answers.what


def test_a_new_epoch_needs_a_fresh_password(office: Office) -> None:
    lena = office.sit("lena")
    with pytest.raises(PasswordNeeded):
        rotate(office.session, lena, BOOT, lena.teams[0].team_id, NOW)


def test_a_team_keeps_at_least_one_member(office: Office) -> None:
    ben = office.sit_fresh("ben")
    with pytest.raises(TooFewLeft):
        rotate(office.session, ben, BOOT, ben.teams[0].team_id, NOW, without=ben.member_id)


def test_the_door_seals_to_the_new_key_at_once(office: Office) -> None:
    lena = fresh_lena(office)
    rotate(office.session, lena, BOOT, lena.teams[0].team_id, NOW)
    assert office.send(office.form()).kind == "new"
    key = office.session.scalars(select(CaseKey)).one()
    assert key.epoch == 2
    assert office.case(office.sit("anna")).report.answers.what
