"""When nobody of a team can sign in any more: enough printed cards bring its keys back.

The cards lie with people outside the office and its management. Each epoch has a secret of its
own, shared among them; the team's seeds are wrapped to it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

import msgspec
from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from casework.audit import write_audit
from casework.errors import NoRecovery, PasswordNeeded, RewrapUnfinished, TeamKeyUnknown
from casework.models import RecoveryHolder, RecoverySecret, RecoveryShare, Team
from casework.registry import RegistryBook
from casework.sitting import OpenTeam, Sitting, newest_of
from casework.storage import begin_writing
from casework.teams import TeamProfile, TeamSeeds, keep_team_profile, team_profile
from casework.vocabulary import Act, TeamKind
from crypto.envelope import unwrap, wrap
from crypto.errors import CannotOpen
from crypto.keys import new_seed, public_key
from crypto.primitives import KeyPair, equal, key_pair, sha256
from crypto.recovery import RecoverySet, Share, card_keys, combine, holder_number, new_card, split


class RecoveryPlan(NamedTuple):
    """So many cards of so many."""

    threshold: int
    holders: int


PLANS = {"2-of-3": RecoveryPlan(2, 3), "3-of-5": RecoveryPlan(3, 5)}


def set_up_recovery(
    session: Session, sitting: Sitting, team_id: bytes, plan: RecoveryPlan, now: dt.datetime
) -> tuple[bytes, ...]:
    """New cards for new holders, and commit; earlier cards open nothing from now on.

    Returns what each card carries (16 bytes), to be printed once and kept nowhere else.
    `RewrapUnfinished` while cases still lie under the epoch before.
    """
    team = newest_of(sitting, team_id)
    if not team.archive_seed:
        raise PasswordNeeded
    begin_writing(session)
    epoch = session.get_one(Team, team_id, populate_existing=True).epoch
    if epoch != team.epoch or any(t.team_id == team_id and t != team for t in sitting.teams):
        raise RewrapUnfinished
    cards = found_recovery(session, team.seeds, plan)
    if team.kind is not TeamKind.AUDIT:
        RegistryBook(session, team).save()
    write_audit(session, sitting, Act.RECOVERY_SET_UP, now, team.name)
    session.commit()
    return cards


def found_recovery(session: Session, seeds: TeamSeeds, plan: RecoveryPlan) -> tuple[bytes, ...]:
    """The same in a running transaction, for an office that is just being made."""
    cards = tuple(new_card() for _ in range(plan.holders))
    publics = [card_keys(card).public for card in cards]
    session.execute(delete(RecoveryHolder).where(RecoveryHolder.team_id == seeds.team_id))
    session.execute(delete(RecoverySecret).where(RecoverySecret.team_id == seeds.team_id))
    for number, public in enumerate(publics, 1):
        session.add(RecoveryHolder(team_id=seeds.team_id, number=number, public_key=public))
    row = session.get_one(Team, seeds.team_id, populate_existing=True)
    profile = msgspec.structs.replace(
        team_profile(seeds.seed, row),
        holders=tuple(sha256(public) for public in publics),
        threshold=plan.threshold,
    )
    keep_team_profile(row, seeds, profile)
    session.flush()
    share_again(session, seeds, profile)
    return cards


def share_again(
    session: Session, seeds: TeamSeeds, profile: TeamProfile, before: TeamSeeds | None = None
) -> None:
    """Fresh shares of a fresh secret for the epoch, in the running transaction.

    `before`: the epoch that still has cases until they are re-wrapped; the same secret opens it.
    Needs the holders' public keys alone, each checked against what the team's own box knows;
    `CannotOpen` when one was changed.
    """
    if not profile.holders:
        return
    publics = _holders(session, seeds.team_id, profile)
    secret = new_seed()
    kept = split(secret, profile.threshold, publics, seeds.team_id, seeds.epoch)
    for table in (RecoveryShare, RecoverySecret):
        session.execute(delete(table).where(table.team_id == seeds.team_id))
    for one in (seeds, before) if before else (seeds,):
        session.add(_secret_row(one, public_key(secret), kept))
    session.add_all(
        RecoveryShare(
            team_id=seeds.team_id, epoch=s.epoch, subset=s.subset, number=s.holder, wrap=s.wrap
        )
        for s in kept.shares
    )
    session.flush()


def _secret_row(seeds: TeamSeeds, public: bytes, kept: RecoverySet) -> RecoverySecret:
    place = (seeds.team_id, seeds.epoch.to_bytes(4, "big"))
    return RecoverySecret(
        team_id=seeds.team_id,
        epoch=seeds.epoch,
        threshold=kept.threshold,
        wrap=wrap(public, seeds.seed, "recovery-seed", *place),
        archive_wrap=wrap(public, seeds.archive_seed, "recovery-archive", *place),
        commitment=kept.commitment,
    )


def holders_fit(session: Session, team_id: bytes, profile: TeamProfile) -> bool:
    """Whether the cards' public keys are still those that the team knows."""
    try:
        _holders(session, team_id, profile)
    except CannotOpen:
        return False
    return True


def _holders(session: Session, team_id: bytes, profile: TeamProfile) -> list[bytes]:
    rows = select(RecoveryHolder).where(RecoveryHolder.team_id == team_id)
    found = {row.number: row.public_key for row in session.scalars(rows)}
    publics = [found.get(number, b"") for number in range(1, len(profile.holders) + 1)]
    for public, known in zip(publics, profile.holders, strict=True):
        if not equal(sha256(public), known):
            raise CannotOpen
    return publics


def recovery_set(session: Session, team: Team) -> RecoverySet:
    """What is stored for the team's newest epoch; `NoRecovery` where no cards were ever made."""
    row = session.get(RecoverySecret, (team.id, team.epoch))
    if row is None:
        raise NoRecovery
    shares = session.scalars(select(RecoveryShare).where(RecoveryShare.team_id == team.id))
    return RecoverySet(
        row.threshold,
        row.commitment,
        tuple(Share(s.epoch, s.subset, s.number, s.wrap) for s in shares),
    )


def team_of_card(session: Session, card: bytes) -> Team:
    """Whose card this is, by the key that its shares name.

    `NoRecovery` where no team ever had cards, `CannotOpen` for a card of no team here.
    """
    newest = (RecoverySecret.team_id == Team.id, RecoverySecret.epoch == Team.epoch)
    teams = session.scalars(select(Team).join(RecoverySecret, and_(*newest))).all()
    if not teams:
        raise NoRecovery
    keys = card_keys(card)
    for team in teams:
        if holder_number(keys, recovery_set(session, team)) is not None:
            return team
    raise CannotOpen


def recover(session: Session, team: Team, cards: tuple[bytes, ...]) -> TeamSeeds:
    """The team's newest seeds from enough cards. Nothing is stored yet; errors as below."""
    return recover_epochs(session, team, cards)[0]


def recover_epochs(session: Session, team: Team, cards: tuple[bytes, ...]) -> tuple[TeamSeeds, ...]:
    """The seeds from enough cards, newest epoch first; the one before while it has cases.

    `TooFewHolders`, `WrongEpoch`, `CannotOpen` (a wrong card) or `TeamKeyUnknown` (the seeds are
    not those of the key in use) say why not.
    """
    kept = recovery_set(session, team)
    numbered: Mapping[int, KeyPair] = {
        number: keys
        for keys in map(card_keys, cards)
        if (number := holder_number(keys, kept)) is not None
    }
    if len(numbered) < len(cards):
        raise CannotOpen
    secret = key_pair(combine(numbered, kept, team.id, team.epoch))
    own = select(RecoverySecret).where(RecoverySecret.team_id == team.id)
    rows = session.scalars(own.order_by(RecoverySecret.epoch.desc())).all()
    epochs = tuple(_seeds_of(secret, row) for row in rows if row.epoch <= team.epoch)
    if not equal(public_key(epochs[0].seed), team.public_key):
        raise TeamKeyUnknown
    return epochs


def _seeds_of(secret: KeyPair, row: RecoverySecret) -> TeamSeeds:
    place = (row.team_id, row.epoch.to_bytes(4, "big"))
    return TeamSeeds(
        row.team_id,
        row.epoch,
        unwrap(secret, row.wrap, "recovery-seed", *place),
        unwrap(secret, row.archive_wrap, "recovery-archive", *place),
    )


def has_recovery(session: Session, team: OpenTeam) -> bool:
    return session.get(RecoverySecret, (team.team_id, team.epoch)) is not None
