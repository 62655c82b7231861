"""Nobody of a team can sign in any more: enough cards let a new lead in, and nothing less does."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import delete, func, select, text

from casework.arrival import arrive
from casework.audit import read_audit
from casework.errors import NameTaken, NoRecovery, PasswordTooShort, SignInRefused, TeamKeyUnknown
from casework.members import NewMember, Profile
from casework.models import AuditEntry, CaseKey, Member, Membership, RecoveryHolder, Team
from casework.models import Sitting as SittingRow
from casework.recovering import Recovered, recover_team
from casework.recovery import PLANS, recover, set_up_recovery, team_of_card
from casework.rotation import progress, rewrap, rotate
from casework.sealing import ARCHIVE, OPEN, open_case_seed
from casework.signing_in import Typed, confirm_password, sign_in
from casework.sitting import Sitting, newest_of, open_sitting
from casework.status import move_case
from casework.team_counts import count_teams
from casework.teams import team_profile
from casework.vocabulary import Act, Notice, StaffRole, Status
from crypto.errors import CannotOpen, CryptoError
from crypto.keys import new_seed, public_key
from crypto.primitives import key_pair, totp_code
from crypto.recovery import TooFewHolders, card_keys, new_card
from tests.casework.conftest import BOOT, LIGHT, NOW, TOTP, Office

AT = 7_000_000
LATER = AT + 50_000
PASSWORD = "ein langes neues Passwort"


def with_cards(office: Office) -> tuple[bytes, ...]:
    """One open and one closed case, and cards 2 of 3."""
    office.send(office.form())
    office.send(office.form(), what="Das hier ist abgeschlossen.")
    anna = office.sit("anna", 500_000)
    case = office.case(anna)
    move_case(office.session, anna, case, Status.CLOSED, case.stored.revision, NOW)
    lena = office.sit_fresh("lena", AT)
    team_id = lena.case_teams[0].team_id
    return set_up_recovery(office.session, lena, team_id, PLANS["2-of-3"], NOW)


def team_of(office: Office) -> Team:
    office.session.rollback()
    office.session.expire_all()
    return office.session.scalars(select(Team).where(Team.takes_reports == 1)).one()


def account(name: str, password: str = PASSWORD) -> NewMember:
    return NewMember(Profile(name, StaffRole.LEAD, TOTP), password, None, LIGHT)


def recovered(office: Office, cards: tuple[bytes, ...], name: str = "nora") -> Recovered:
    team = team_of(office)
    return recover_team(office.session, office.files, team.id, cards, account(name), NOW)


def sit(office: Office, name: str, at: int = LATER) -> Sitting:
    """Signed in with the new password, and asked for it again."""
    typed = Typed(name, PASSWORD, totp_code(TOTP, at))
    cookie, _ = sign_in(office.session, office.desk, typed, at)
    assert confirm_password(office.session, BOOT, cookie, PASSWORD, None, at)
    sitting = open_sitting(office.session, office.desk, cookie, at)
    assert sitting is not None
    return sitting


def state(office: Office) -> list[tuple[object, ...]]:
    """Every row of every table but the sittings, and the lock."""
    office.session.rollback()
    tables = office.session.execute(
        text("select name from sqlite_master where type = 'table' and name != 'sitting'")
    ).scalars()
    rows = [
        (table, *row)
        for table in tables.all()
        for row in office.session.execute(text(f"select * from {table}"))
    ]
    return [*sorted(rows, key=repr), ((office.files.data_dir / "teams.lock").read_bytes(),)]


def notices(office: Office, sitting: Sitting, days: int) -> set[Notice]:
    now = NOW + dt.timedelta(days=days)
    found = arrive(office.session, office.desk, "", sitting, b"", now).findings
    return {finding.notice for finding in found}


def test_two_cards_bring_back_every_case_also_a_closed_one(office: Office) -> None:
    cards = with_cards(office)
    done = recovered(office, (cards[2], cards[0]))
    assert done == Recovered("A", (), 0, 1, cards_hold=True, left=0)
    nora = sit(office, "nora")
    assert nora.role is StaffRole.LEAD
    rows = office.session.scalars(select(CaseKey)).all()
    assert {(key.epoch, key.shelf) for key in rows} == {(2, OPEN), (2, ARCHIVE)}
    texts = {office.case(nora, key.case_id.hex()).report.answers.what for key in rows}
    assert texts == {"Es ist etwas passiert.", "Das hier ist abgeschlossen."}
    assert notices(office, nora, 0) == {Notice.RECOVERED}


def test_members_who_remember_their_password_stay_and_their_sittings_end(office: Office) -> None:
    cards = with_cards(office)
    office.cookie("anna", AT)
    recovered(office, cards[:2])
    assert office.session.scalars(select(SittingRow)).all() == []
    anna = office.sit("anna", LATER)
    assert {team.epoch for team in anna.teams} == {2}
    assert len(office.book(anna).rows) == 2


def test_what_the_cards_opened_before_opens_nothing_after(office: Office) -> None:
    cards = with_cards(office)
    team = team_of(office)
    old = recover(office.session, team, cards[:2])
    recovered(office, cards[:2])
    for key in office.session.scalars(select(CaseKey)):
        seed = old.archive_seed if key.shelf == ARCHIVE else old.seed
        for epoch in (1, 2):
            with pytest.raises(CannotOpen):
                open_case_seed(key_pair(seed), team.id, epoch, key.case_id, key.wrap, key.shelf)
    assert set(office.session.scalars(select(CaseKey.epoch))) == {2}
    assert old.keys.public != team_of(office).public_key


def test_the_same_cards_hold_for_the_next_time(office: Office) -> None:
    cards = with_cards(office)
    recovered(office, cards[:2])
    assert recovered(office, cards[1:], "otto").cards_hold
    assert len(office.book(sit(office, "otto")).rows) == 2
    assert team_of(office).epoch == 3


def test_a_recovery_that_was_interrupted_is_done_again_under_the_same_name(
    office: Office,
) -> None:
    cards = with_cards(office)
    recovered(office, cards[:2])
    nora = sit(office, "nora")
    rotate(office.session, nora, BOOT, nora.teams[0].team_id, NOW)
    assert progress(office.session, nora.teams[0].team_id).left == 2
    assert recovered(office, cards[:2]).left == 0
    again = sit(office, "nora", LATER + 100)
    assert again.member_id != nora.member_id
    keys = office.session.scalars(select(CaseKey)).all()
    assert all(office.case(again, key.case_id.hex()).report for key in keys)


def test_the_notice_is_shown_to_every_member_for_30_days(office: Office) -> None:
    cards = with_cards(office)
    recovered(office, cards[:2])
    anna = office.sit("anna", LATER)
    assert Notice.RECOVERED in notices(office, anna, 0)
    assert Notice.RECOVERED in notices(office, anna, 30)
    assert Notice.RECOVERED not in notices(office, anna, 31)


def test_the_auditors_read_that_a_team_was_recovered(office: Office) -> None:
    cards = with_cards(office)
    recovered(office, cards[:2])
    record = read_audit(office.session, office.sit("dora", LATER).teams[0], count=1)[0].record
    assert record is not None
    assert (record.who, record.act, record.about) == ("nora", Act.RECOVERED, "A")


@pytest.mark.parametrize("which", ["one card", "one card twice", "another set", "wrong card"])
def test_refused_with_the_reason_and_nothing_changed(office: Office, which: str) -> None:
    earlier = with_cards(office)
    lena = office.sit_fresh("lena", AT + 1000)
    plan, team_id = PLANS["2-of-3"], lena.case_teams[0].team_id
    cards = set_up_recovery(office.session, lena, team_id, plan, NOW)
    tried: dict[str, tuple[tuple[bytes, ...], type[CryptoError]]] = {
        "one card": (cards[:1], TooFewHolders),
        "one card twice": ((cards[0], cards[0]), TooFewHolders),
        "another set": ((cards[0], earlier[1]), CannotOpen),
        "wrong card": ((cards[0], new_card()), CannotOpen),
    }
    chosen, reason = tried[which]
    before = state(office)
    with pytest.raises(reason):
        recovered(office, chosen)
    assert state(office) == before


def test_a_planted_key_is_not_recovered(office: Office) -> None:
    cards = with_cards(office)
    team_of(office).public_key = public_key(new_seed())
    office.session.commit()
    before = state(office)
    with pytest.raises(TeamKeyUnknown):
        recovered(office, cards[:2])
    assert state(office) == before


def test_an_account_of_another_team_is_never_replaced(office: Office) -> None:
    cards = with_cards(office)
    before = state(office)
    for name in ("ben", "uwe"):
        with pytest.raises(NameTaken):
            recovered(office, cards[:2], name)
    team = team_of(office)
    with pytest.raises(PasswordTooShort):
        recover_team(office.session, office.files, team.id, cards, account("nora", "kurz"), NOW)
    assert state(office) == before


def test_who_forgot_gets_a_new_account_and_the_old_one_is_closed(office: Office) -> None:
    cards = with_cards(office)
    old_id = office.sit("lena", AT + 1000).member_id
    assert recovered(office, cards[:2], "LENA").dropped == ()
    assert office.session.get(Member, old_id) is None
    with pytest.raises(SignInRefused):
        office.cookie("lena", LATER)
    lena = sit(office, "lena", LATER + 100)
    assert len(office.book(lena).rows) == 2
    roster = team_profile(lena.teams[0].seed, team_of(office)).roster
    assert sorted(entry.name for entry in roster) == ["LENA", "anna"]


def test_who_lost_the_row_or_has_other_keys_is_dropped_and_named(office: Office) -> None:
    cards = with_cards(office)
    lena, anna = office.sit("lena", AT + 1000), office.sit("anna", AT + 1000)
    office.session.execute(delete(Membership).where(Membership.member_id == lena.member_id))
    office.session.execute(delete(Member).where(Member.id == lena.member_id))
    office.session.get_one(Member, anna.member_id).public_key = public_key(new_seed())
    office.session.commit()
    assert sorted(recovered(office, cards[:2]).dropped) == ["anna", "lena"]
    seed = sit(office, "nora").teams[0].seed
    assert [e.name for e in team_profile(seed, team_of(office)).roster] == ["nora"]


def test_a_new_epoch_leaves_out_who_has_no_row_any_more(office: Office) -> None:
    with_cards(office)
    anna = office.sit("anna", AT + 1000)
    office.session.execute(delete(Membership).where(Membership.member_id == anna.member_id))
    office.session.execute(delete(Member).where(Member.id == anna.member_id))
    office.session.commit()
    lena = office.sit_fresh("lena", AT + 2000)
    rotate(office.session, lena, BOOT, lena.teams[0].team_id, NOW)
    lena = office.sit_fresh("lena", AT + 3000)
    assert rewrap(office.session, lena, lena.teams[0].team_id).left == 0
    seed = newest_of(lena, lena.teams[0].team_id).seed
    assert [e.name for e in team_profile(seed, team_of(office)).roster] == ["lena"]


def test_everybody_lost_while_cases_were_being_rewrapped(office: Office) -> None:
    cards = with_cards(office)
    lena = office.sit_fresh("lena", AT + 1000)
    team_id = lena.case_teams[0].team_id
    rotate(office.session, lena, BOOT, team_id, NOW)
    lena = office.sit_fresh("lena", AT + 2000)
    assert rewrap(office.session, lena, team_id, 1).left == 1
    assert recovered(office, cards[:2]).left == 0
    nora = sit(office, "nora")
    for key in office.session.scalars(select(CaseKey)).all():
        assert key.epoch == 3
        assert office.case(nora, key.case_id.hex()).report.answers.what


def test_changed_holders_do_not_stop_a_recovery_but_the_cards_are_out_of_use(
    office: Office,
) -> None:
    cards = with_cards(office)
    row = office.session.scalars(select(RecoveryHolder)).first()
    assert row is not None
    row.public_key = card_keys(new_card()).public
    office.session.commit()
    done = recovered(office, cards[:2])
    assert (done.cards_hold, done.left) == (False, 0)
    assert Notice.NO_RECOVERY in notices(office, sit(office, "nora"), 0)
    with pytest.raises(NoRecovery):
        recovered(office, cards[:2], "otto")


def test_that_nobody_reads_the_audit_chain_any_more_is_told(office: Office) -> None:
    cards = with_cards(office)
    dora = office.sit("dora", AT)
    office.session.execute(delete(Membership).where(Membership.member_id == dora.member_id))
    office.session.commit()
    entries = select(func.count()).select_from(AuditEntry)
    before = office.session.scalar(entries) or 0
    assert recovered(office, cards[:2]).auditors == 0
    assert office.session.scalar(entries) == before + 1


def test_a_card_says_which_team_it_belongs_to(office: Office) -> None:
    with pytest.raises(NoRecovery):
        team_of_card(office.session, new_card())
    cards = with_cards(office)
    ben = office.sit_fresh("ben", AT)
    others = set_up_recovery(office.session, ben, ben.teams[0].team_id, PLANS["2-of-3"], NOW)
    assert team_of_card(office.session, cards[1]).takes_reports == 1
    assert team_of_card(office.session, others[2]).id == ben.teams[0].team_id
    with pytest.raises(CannotOpen):
        team_of_card(office.session, new_card())


def test_teams_are_counted_without_a_key(office: Office) -> None:
    with_cards(office)
    counts = {(one.kind.value, one.members): one for one in count_teams(office.session)}
    assert set(counts) == {("team", 2), ("team", 1), ("audit", 1)}
    team = counts["team", 2]
    assert (team.epoch, tuple(team.rewrapping)) == (1, (2, 0))
    assert (team.cards_needed, team.cards) == (2, 3)
    assert counts["team", 1].cards == 0
