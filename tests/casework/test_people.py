"""People come and change: invited by a code, let in by eight words, a new password, a key card."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.audit import read_audit
from casework.errors import (
    CaseNotFound,
    InvitationUnknown,
    MemberKeySwapped,
    NameTaken,
    PasswordNeeded,
    PasswordTooShort,
    SignInRefused,
)
from casework.founding import add_person
from casework.invitations import INVITATION_DAYS, Invited, invite, join, let_in, waiting_for
from casework.members import NewMember, Profile, change_password, keys_of
from casework.models import Invitation, Member, Membership
from casework.own_sittings import end_other_sittings, own_sittings
from casework.rotation import rotate
from casework.signing_in import Typed, sign_in
from casework.sitting import open_sitting
from casework.storage import begin_writing
from casework.teams import member_key_hash
from casework.vocabulary import Act, StaffRole
from crypto.errors import CannotOpen
from crypto.keys import new_seed, public_key
from crypto.primitives import totp_code
from crypto.wordcode import is_fingerprint
from tests.casework.conftest import BOOT, LIGHT, NOW, TODAY, TOTP, Office

CODE, PASSWORD, AT = b"c" * 11, "ein langes Passwort", 5_000_000


def invited_eva(office: Office, with_card: bool = False):
    lena = office.sit_fresh("lena", AT)
    team_id = lena.teams[0].team_id
    eva = Invited("eva", StaffRole.COUNSELLOR, (team_id,), with_card)
    invite(office.session, lena, CODE, eva, NOW)
    return lena, team_id


def joined_eva(office: Office, with_card: bool = False):
    lena, team_id = invited_eva(office, with_card)
    newcomer = join(office.session, office.files, CODE, PASSWORD, "de", TODAY)
    return lena, team_id, newcomer


def eva_signs_in(office: Office, newcomer, secret: bytes | None = None, at: int = AT):
    typed = Typed("eva", PASSWORD, totp_code(newcomer.totp_secret, at), secret)
    return sign_in(office.session, office.desk, typed, at)[1]


def test_an_invited_person_opens_nothing_until_a_member_let_them_in(office: Office) -> None:
    office.send(office.form())
    lena, team_id, newcomer = joined_eva(office)
    assert eva_signs_in(office, newcomer).teams == ()
    waiting = waiting_for(office.session, lena.teams[0], "de")
    assert [(w.name, w.words) for w in waiting] == [("eva", newcomer.words)]
    let_in(office.session, lena, team_id, waiting[0].member_id, NOW)
    eva = eva_signs_in(office, newcomer, at=AT + 60)
    assert office.case(eva).report.answers.what == "Es ist etwas passiert."
    assert waiting_for(office.session, lena.teams[0], "de") == ()


def test_the_eight_words_are_of_the_keys_that_are_wrapped_to(office: Office) -> None:
    _, _, newcomer = joined_eva(office)
    member = office.session.scalars(select(Member)).all()
    assert sum(is_fingerprint(" ".join(newcomer.words), member_key_hash(m)) for m in member) == 1


def test_a_code_works_once_and_for_a_week(office: Office) -> None:
    invited_eva(office)
    late = TODAY.fromordinal(TODAY.toordinal() + INVITATION_DAYS + 1)
    for code, day in ((CODE, late), (b"d" * 11, TODAY)):
        with pytest.raises(InvitationUnknown):
            join(office.session, office.files, code, PASSWORD, "de", day)
        office.session.rollback()
    join(office.session, office.files, CODE, PASSWORD, "de", TODAY)
    assert office.session.scalars(select(Invitation)).all() == []
    with pytest.raises(InvitationUnknown):
        join(office.session, office.files, CODE, PASSWORD, "de", TODAY)


def test_a_short_password_and_a_taken_name_are_refused_and_spend_no_code(office: Office) -> None:
    lena, team_id = invited_eva(office)
    with pytest.raises(PasswordTooShort):
        join(office.session, office.files, CODE, "kurz", "de", TODAY)
    taken = Invited("ANNA", StaffRole.COUNSELLOR, (team_id,))
    invite(office.session, lena, b"e" * 11, taken, NOW)
    with pytest.raises(NameTaken):
        join(office.session, office.files, b"e" * 11, PASSWORD, "de", TODAY)
    office.session.rollback()
    assert join(office.session, office.files, CODE, PASSWORD, "de", TODAY).name == "eva"


def test_an_admin_invites_but_has_no_key_to_let_in_with(office: Office) -> None:
    lena = office.sit("lena")
    uwe = office.sit("uwe")
    eva = Invited("eva", StaffRole.COUNSELLOR, (lena.teams[0].team_id,))
    invite(office.session, uwe, CODE, eva, NOW)
    join(office.session, office.files, CODE, PASSWORD, "de", TODAY)
    waiting = waiting_for(office.session, lena.teams[0], "de")
    with pytest.raises(CaseNotFound):
        let_in(office.session, uwe, lena.teams[0].team_id, waiting[0].member_id, NOW)


def test_letting_in_needs_a_fresh_password(office: Office) -> None:
    _, team_id, _ = joined_eva(office)
    lena = office.sit("lena", AT + 5000)
    waiting = waiting_for(office.session, lena.teams[0], "de")
    with pytest.raises(PasswordNeeded):
        let_in(office.session, lena, team_id, waiting[0].member_id, NOW)


def test_a_members_key_that_was_swapped_gets_no_new_epoch(office: Office) -> None:
    lena = office.sit_fresh("lena", AT)
    anna = office.session.get_one(Member, office.sit("anna").member_id)
    anna.public_key = public_key(new_seed())
    office.session.commit()
    with pytest.raises(MemberKeySwapped):
        rotate(office.session, lena, BOOT, lena.teams[0].team_id, NOW)
    office.session.rollback()
    assert {m.epoch for m in office.session.scalars(select(Membership))} == {1}


def test_a_new_password_keeps_every_key(office: Office) -> None:
    office.send(office.form())
    anna = office.sit("anna")
    begin_writing(office.session)
    member = office.session.get_one(Member, anna.member_id)
    with pytest.raises(CannotOpen):
        change_password(member, keys_of(member, "wrong", None), PASSWORD, None)
    change_password(member, keys_of(member, "password", None), PASSWORD, None)
    office.session.commit()
    with pytest.raises(SignInRefused):
        office.sit("anna", AT)
    office.session.rollback()
    typed = Typed("anna", PASSWORD, totp_code(TOTP, AT + 60))
    _, sitting = sign_in(office.session, office.desk, typed, AT + 60)
    assert office.case(sitting).report.answers.what


def test_without_the_key_card_the_right_password_opens_nothing(office: Office) -> None:
    secret = b"s" * 32
    new = NewMember(Profile("kim", StaffRole.COUNSELLOR, TOTP), "password", secret, LIGHT)
    begin_writing(office.session)
    add_person(office.session, office.files, new, (), TODAY)
    office.session.commit()
    for wrong in (None, b"t" * 32):
        typed = Typed("kim", "password", totp_code(TOTP, AT), wrong)
        with pytest.raises(SignInRefused):
            sign_in(office.session, office.desk, typed, AT)
        office.session.rollback()
    typed = Typed("kim", "password", totp_code(TOTP, AT), secret)
    assert sign_in(office.session, office.desk, typed, AT)[1].name == "kim"


def test_an_invitation_with_key_card_gives_its_secret_once(office: Office) -> None:
    _, _, newcomer = joined_eva(office, with_card=True)
    assert newcomer.device_secret is not None
    with pytest.raises(SignInRefused):
        eva_signs_in(office, newcomer)
    office.session.rollback()
    assert eva_signs_in(office, newcomer, newcomer.device_secret, AT + 60).name == "eva"


def test_a_person_sees_and_ends_their_own_sittings(office: Office) -> None:
    first, second = office.cookie("anna", AT), office.cookie("anna", AT + 60)
    office.cookie("lena", AT)
    anna = open_sitting(office.session, office.desk, second, AT + 61)
    assert anna is not None
    own = own_sittings(office.session, BOOT, second, anna)
    assert [one.is_this for one in own] == [False, True]
    assert end_other_sittings(office.session, BOOT, second, anna.member_id) == 1
    assert open_sitting(office.session, office.desk, first, AT + 61) is None
    assert open_sitting(office.session, office.desk, second, AT + 61) is not None


def test_the_auditor_reads_who_did_what_and_no_contents(office: Office) -> None:
    office.send(office.form())
    office.case(office.sit("anna"))
    joined_eva(office)
    dora = office.sit("dora")
    entries = [e.record for e in read_audit(office.session, dora.teams[0])]
    told = [(r.who, r.act, r.about) for r in entries if r]
    assert ("lena", Act.INVITED, "eva") in told
    assert [act for _, act, _ in told].count(Act.OPENED) == 1
    assert "passiert" not in str(told)
    with pytest.raises(CaseNotFound):
        office.case(dora, "00" * 16)
