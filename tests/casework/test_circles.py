"""A case that concerns a colleague: a circle of two or more keeps it, the others see nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.circles import circles_of, hand_to_team, make_circle
from casework.correspondence import answer
from casework.doortokens import WriteToken
from casework.errors import CaseNotFound, InCircle, NoTeam, TooFewLeft
from casework.genuine import say_key
from casework.mailbox import add_words, open_mailbox
from casework.models import CaseKey, Team
from casework.records import Answers
from casework.reporting import SentForm, send_report
from casework.rotation import rotate
from casework.sealing import CASE, open_case_seed, open_record
from casework.storage import sealed_rows
from casework.teams import add_team, team_profile
from casework.vocabulary import TeamKind
from crypto.errors import CannotOpen
from crypto.keys import new_id
from crypto.primitives import key_pair
from tests.casework.conftest import BOOT, NOW, TODAY, Office

AT = 7_000_000


def circle(office: Office):
    """A circle of Lena and Anna, as Lena sees it."""
    lena = office.sit_fresh("lena", AT)
    team = lena.teams[0] if lena.teams[0].kind is TeamKind.TEAM else lena.teams[1]
    roster = team_profile(team.seed, office.session.get_one(Team, team.team_id)).roster
    ids = tuple(entry.member_id for entry in roster)
    seeds = make_circle(office.session, lena, team.team_id, ids, "Vertraulich", NOW)
    return office.sit("lena", AT + 1000), team, seeds


def test_a_circle_needs_two(office: Office) -> None:
    lena = office.sit_fresh("lena", AT)
    with pytest.raises(TooFewLeft):
        make_circle(
            office.session, lena, lena.teams[0].team_id, (lena.member_id,) * 2, "Allein", NOW
        )


def test_a_case_handed_to_a_circle_leaves_the_team(office: Office) -> None:
    token = office.form()
    office.send(token)
    lena, team, seeds = circle(office)
    case = office.case(lena)
    old_keys = case.keys
    hand_to_team(office.session, lena, case, seeds.team_id, case.stored.revision, NOW)
    assert office.book(lena).total == 1
    handed = office.case(lena, case.id_hex)
    assert handed.report.answers.what == "Es ist etwas passiert."
    assert handed.by_form
    key = office.session.scalars(select(CaseKey)).one()
    with pytest.raises(CannotOpen):
        open_case_seed(key_pair(team.seed), team.team_id, 1, key.case_id, key.wrap)
    for record_id, wrapped, box in sealed_rows(office.session, case.case_id, CASE):
        with pytest.raises(CannotOpen):
            open_record(old_keys, CASE, case.case_id, record_id, wrapped, box)


def test_the_talk_goes_on_in_the_circle(office: Office) -> None:
    token = office.form()
    office.send(token)
    lena, _, seeds = circle(office)
    case = office.case(lena)
    hand_to_team(office.session, lena, case, seeds.team_id, case.stored.revision, NOW)
    case = office.case(lena, case.id_hex)
    answer(office.session, lena, case, "Guten Tag", case.stored.revision, NOW)
    box = open_mailbox(office.session, office.files.receipt_salt, token.receipt)
    assert box is not None
    assert [m.text for m in box.answers] == ["Guten Tag"]
    nonce = new_id()
    write = WriteToken(box.locator, nonce, say_key(box.auth, nonce), 5)
    assert add_words(office.session, write, "Danke.", TODAY)
    case = office.case(lena, case.id_hex)
    assert [m.text for m in case.messages] == ["Guten Tag", "Danke."]
    assert (case.planted, case.unreadable, case.missing) == (0, 0, 0)


def test_a_restricted_case_looks_like_any_other(office: Office) -> None:
    for _ in range(2):
        office.send(office.form())
    lena, _, seeds = circle(office)
    case = office.case(lena)
    hand_to_team(office.session, lena, case, seeds.team_id, case.stored.revision, NOW)
    rows = office.session.scalars(select(CaseKey)).all()
    assert len({len(row.wrap) for row in rows}) == 1
    assert len({len(row.team_id) for row in rows}) == 1


def test_who_is_in_a_circle_is_not_removed_from_the_team_first(office: Office) -> None:
    lena, team, seeds = circle(office)
    anna = office.sit("anna")
    fresh = office.sit_fresh("lena", AT + 3000)
    with pytest.raises(InCircle):
        rotate(office.session, fresh, BOOT, team.team_id, NOW, without=anna.member_id)
    office.session.rollback()
    with pytest.raises(TooFewLeft):
        rotate(office.session, fresh, BOOT, seeds.team_id, NOW, without=anna.member_id)
    assert [c.name for c in circles_of(office.session, lena, team.team_id)] == ["Vertraulich"]


def test_nobody_outside_hands_a_case_to_a_circle_or_sees_it(office: Office) -> None:
    office.send(office.form())
    lena, _, seeds = circle(office)
    case = office.case(lena)
    ben = office.sit("ben")
    with pytest.raises(CaseNotFound):
        hand_to_team(office.session, ben, case, seeds.team_id, case.stored.revision, NOW)
    with pytest.raises(CaseNotFound):
        office.case(ben, case.id_hex)


def test_the_reporter_chooses_the_ombudsperson_before_anything_is_sealed(office: Office) -> None:
    form = SentForm(new_id(), None, TODAY, reader=TeamKind.OMBUDS)
    said = Answers(what="Es geht um jemanden aus der Stelle.")
    with pytest.raises(NoTeam):
        send_report(office.session, office.files, form, said, "de", TODAY)
    office.session.rollback()
    seeds = add_team(office.session, office.files.lock, "Ombud", True, TeamKind.OMBUDS)
    office.session.commit()
    send_report(office.session, office.files, form, said, "de", TODAY)
    key = office.session.scalars(select(CaseKey)).one()
    assert key.team_id == seeds.team_id
    for name in ("anna", "lena", "ben"):
        assert office.book(office.sit(name)).total == 0
