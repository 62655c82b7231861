"""How an office begins: teams with keys of their own, people with keys of theirs."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from casework.members import NewMember, add_member
from casework.models import Member
from casework.office import OfficeFiles
from casework.registry import RegistryBook
from casework.sitting import OpenTeam
from casework.teams import TeamSeeds, join_team
from casework.vocabulary import TeamKind


def add_person(
    session: Session,
    files: OfficeFiles,
    new: NewMember,
    teams: tuple[TeamSeeds, ...],
    today: dt.date,
) -> Member:
    """A person who opens these teams from the start, in the running transaction."""
    member = add_member(session, files.desk_key, new)
    for team in teams:
        join_team(session, team, member, new.profile.name, new.profile.role, today)
    return member


def open_books(session: Session, name: str, seeds: TeamSeeds, kind: TeamKind) -> OpenTeam:
    """The registry's first head, once the first members are in; the team as a sitting has it."""
    team = OpenTeam(seeds.team_id, seeds.epoch, name, seeds.seed, seeds.archive_seed, kind)
    if kind is not TeamKind.AUDIT:
        RegistryBook(session, team).save()
    return team
