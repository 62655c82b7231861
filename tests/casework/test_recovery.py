"""Everybody of a team forgot: enough printed cards bring every case back, fewer bring nothing."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import select

from casework.errors import NoRecovery, PasswordNeeded, TeamKeyUnknown
from casework.models import CaseKey, RecoveryHolder, RecoverySecret, RecoveryShare, Team
from casework.recovery import PLANS, recover, set_up_recovery
from casework.rotation import rewrap, rotate
from casework.sealing import open_case_seed
from crypto.errors import CannotOpen
from crypto.keys import new_seed, public_key
from crypto.primitives import key_pair
from crypto.recovery import TooFewHolders, WrongEpoch, card_keys, new_card
from tests.casework.conftest import BOOT, NOW, Office

AT = 6_000_000


def team_of(office: Office) -> Team:
    office.session.expire_all()
    return office.session.scalars(select(Team).where(Team.takes_reports == 1)).one()


def with_cards(office: Office, plan: str = "2-of-3") -> tuple[bytes, ...]:
    office.send(office.form())
    lena = office.sit_fresh("lena", AT)
    return set_up_recovery(office.session, lena, lena.teams[0].team_id, PLANS[plan], NOW)


@pytest.mark.parametrize("plan", list(PLANS))
def test_any_so_many_cards_open_every_case(office: Office, plan: str) -> None:
    cards, threshold = with_cards(office, plan), PLANS[plan].threshold
    team, key = team_of(office), office.session.scalars(select(CaseKey)).one()
    for chosen in itertools.combinations(cards, threshold):
        seeds = recover(office.session, team, chosen)
        assert open_case_seed(seeds.keys, team.id, team.epoch, key.case_id, key.wrap)
        assert public_key(seeds.archive_seed) == team.archive_public_key


@pytest.mark.parametrize("plan", list(PLANS))
def test_one_card_too_few_opens_nothing(office: Office, plan: str) -> None:
    cards = with_cards(office, plan)
    with pytest.raises(TooFewHolders):
        recover(office.session, team_of(office), cards[: PLANS[plan].threshold - 1])


def test_a_wrong_card_is_refused(office: Office) -> None:
    cards = with_cards(office)
    with pytest.raises(CannotOpen):
        recover(office.session, team_of(office), (cards[0], new_card()))


def test_cards_made_anew_put_the_old_ones_out_of_use(office: Office) -> None:
    old = with_cards(office)
    lena = office.sit_fresh("lena", AT + 1000)
    set_up_recovery(office.session, lena, lena.teams[0].team_id, PLANS["2-of-3"], NOW)
    with pytest.raises(CannotOpen):
        recover(office.session, team_of(office), old[:2])


def test_cards_outlive_a_new_epoch_and_shares_of_another_epoch_are_refused(office: Office) -> None:
    cards = with_cards(office)
    old = [
        (s.epoch, s.subset, s.number, s.wrap) for s in office.session.scalars(select(RecoveryShare))
    ]
    lena = office.sit_fresh("lena", AT + 1000)
    team_id = lena.teams[0].team_id
    rotate(office.session, lena, BOOT, team_id, NOW)
    lena = office.sit_fresh("lena", AT + 2000)
    assert rewrap(office.session, lena, team_id).left == 0
    assert recover(office.session, team_of(office), cards[1:]).epoch == 2
    for epoch, subset, number, wrapped in old:
        share = office.session.get_one(RecoveryShare, (team_id, 2, subset, number))
        office.session.delete(share)
        office.session.flush()
        office.session.add(
            RecoveryShare(team_id=team_id, epoch=epoch, subset=subset, number=number, wrap=wrapped)
        )
    office.session.flush()
    with pytest.raises(WrongEpoch):
        recover(office.session, team_of(office), cards[1:])


def test_a_holders_key_that_was_swapped_stops_the_new_epoch(office: Office) -> None:
    with_cards(office)
    row = office.session.scalars(select(RecoveryHolder)).first()
    assert row is not None
    row.public_key = card_keys(new_card()).public
    office.session.commit()
    lena = office.sit_fresh("lena", AT + 1000)
    with pytest.raises(CannotOpen):
        rotate(office.session, lena, BOOT, lena.teams[0].team_id, NOW)


def test_a_planted_secret_is_not_taken_for_the_teams(office: Office) -> None:
    cards = with_cards(office)
    team = team_of(office)
    team.public_key = public_key(new_seed())
    with pytest.raises(TeamKeyUnknown):
        recover(office.session, team, cards[:2])


def test_without_cards_the_desk_says_that_there_is_no_recovery(office: Office) -> None:
    with pytest.raises(NoRecovery):
        recover(office.session, team_of(office), (new_card(), new_card()))


def test_new_cards_need_a_fresh_password(office: Office) -> None:
    lena = office.sit("lena", AT)
    with pytest.raises(PasswordNeeded):
        set_up_recovery(office.session, lena, lena.teams[0].team_id, PLANS["2-of-3"], NOW)


def test_what_is_stored_of_a_recovery_holds_no_seed(office: Office) -> None:
    cards = with_cards(office)
    seeds = recover(office.session, team_of(office), cards[:2])
    row = office.session.scalars(select(RecoverySecret)).one()
    stored = row.wrap + row.archive_wrap + row.commitment
    for share in office.session.scalars(select(RecoveryShare)):
        stored += share.wrap
    assert seeds.seed not in stored
    assert key_pair(seeds.seed).public not in stored
