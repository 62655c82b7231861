"""What the command line may say of each team without any key: numbers, for names are sealed."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import Membership, RecoveryHolder, RecoverySecret, Team
from casework.rotation import Progress, progress
from casework.vocabulary import TeamKind


class TeamCount(NamedTuple):
    """`cards_needed` of `cards` bring the team back; both are 0 where no cards were made."""

    kind: TeamKind
    epoch: int
    members: int
    rewrapping: Progress
    cards_needed: int
    cards: int


def count_teams(session: Session) -> tuple[TeamCount, ...]:
    """Every team, in an order that stays and means nothing."""
    return tuple(_count(session, team) for team in session.scalars(select(Team).order_by(Team.id)))


def _count(session: Session, team: Team) -> TeamCount:
    own = (Membership.team_id == team.id, Membership.epoch == team.epoch)
    members = session.scalar(select(func.count()).select_from(Membership).where(*own)) or 0
    secret = session.get(RecoverySecret, (team.id, team.epoch))
    holders = select(func.count()).select_from(RecoveryHolder)
    cards = session.scalar(holders.where(RecoveryHolder.team_id == team.id)) or 0
    return TeamCount(
        TeamKind(team.kind),
        team.epoch,
        members,
        progress(session, team.id),
        secret.threshold if secret else 0,
        cards if secret else 0,
    )
