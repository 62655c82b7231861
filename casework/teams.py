"""A team: two seeds of one epoch, wrapped to each member, and who its members are."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import msgspec
from sqlalchemy.orm import Session

from casework.errors import MemberKeySwapped
from casework.models import Member, Membership, Team
from casework.records import pack, unpack
from casework.sealing import Locked, lock, unlock
from casework.teamlock import TeamLock
from casework.vocabulary import StaffRole, TeamKind
from crypto.envelope import unwrap, wrap
from crypto.keys import derive, new_id, new_seed, public_key
from crypto.primitives import KeyPair, key_pair, sha256


class RosterEntry(msgspec.Struct, frozen=True):
    """A member as the team knows them. `key_hash` is what was compared by eight words."""

    member_id: bytes
    name: str
    role: StaffRole
    key_hash: bytes
    since: dt.date


class TeamProfile(msgspec.Struct, frozen=True):
    """What only members open.

    `archive_hash`: SHA-256 of the archive's public key. `parent`: the team that a circle belongs
    to. `holders`: key hashes of the recovery cards. `recovered`: the day of the last recovery.
    """

    name: str
    archive_hash: bytes
    roster: tuple[RosterEntry, ...] = ()
    parent: bytes = b""
    holders: tuple[bytes, ...] = ()
    threshold: int = 0
    recovered: dt.date | None = None

    def entry(self, member_id: bytes) -> RosterEntry | None:
        return next((e for e in self.roster if e.member_id == member_id), None)


class TeamSeeds(NamedTuple):
    """Both secrets of one epoch: for open cases, and for the archive of closed ones."""

    team_id: bytes
    epoch: int
    seed: bytes
    archive_seed: bytes

    @property
    def keys(self) -> KeyPair:
        return key_pair(self.seed)


def member_key_hash(member: Member) -> bytes:
    """What eight words are made of: both public keys of a person."""
    return sha256(b"drcm/v1/member" + member.public_key + member.archive_public_key)


def add_team(
    session: Session,
    lock_file: TeamLock,
    name: str,
    takes_reports: bool,
    kind: TeamKind = TeamKind.TEAM,
    parent: bytes = b"",
) -> TeamSeeds:
    """A new team without members, in the running transaction; its key is written in the lock."""
    seeds = TeamSeeds(new_id(), 1, new_seed(), new_seed())
    archive_public = public_key(seeds.archive_seed)
    profile = seal_team_profile(seeds, TeamProfile(name, sha256(archive_public), parent=parent))
    team = Team(
        id=seeds.team_id,
        kind=kind,
        epoch=seeds.epoch,
        takes_reports=int(takes_reports),
        public_key=public_key(seeds.seed),
        archive_public_key=archive_public,
        profile_key=profile.key_wrap,
        profile_box=profile.box,
    )
    lock_file.add(team.id, team.public_key)
    session.add(team)
    session.flush()
    return seeds


def seal_team_profile(seeds: TeamSeeds, profile: TeamProfile) -> Locked:
    place = (seeds.team_id, seeds.epoch.to_bytes(4, "big"))
    return lock(derive(seeds.seed, "team-profile"), pack(profile), "team", *place)


def team_profile(seed: bytes, team: Team) -> TeamProfile:
    place = (team.id, team.epoch.to_bytes(4, "big"))
    sealed = Locked(team.profile_key, team.profile_box)
    return unpack(unlock(derive(seed, "team-profile"), sealed, "team", *place), TeamProfile)


def keep_team_profile(team: Team, seeds: TeamSeeds, profile: TeamProfile) -> None:
    sealed = seal_team_profile(seeds, profile)
    team.profile_key, team.profile_box = sealed.key_wrap, sealed.box


def join_team(
    session: Session, seeds: TeamSeeds, member: Member, name: str, role: StaffRole, today: dt.date
) -> None:
    """Wrap the team's seeds to a person and write them into the roster, in the transaction."""
    team = session.get_one(Team, seeds.team_id)
    profile = team_profile(seeds.seed, team)
    others = tuple(e for e in profile.roster if e.member_id != member.id)
    entry = RosterEntry(member.id, name, role, member_key_hash(member), today)
    keep_team_profile(team, seeds, msgspec.structs.replace(profile, roster=(*others, entry)))
    session.merge(membership_for(seeds, member, entry))
    session.flush()


def membership_for(seeds: TeamSeeds, member: Member, entry: RosterEntry) -> Membership:
    """Both seeds for one person; `MemberKeySwapped` if the row has other keys than the roster."""
    if member_key_hash(member) != entry.key_hash:
        raise MemberKeySwapped(entry.name)
    place = _place(seeds.team_id, seeds.epoch, member.id)
    return Membership(
        member_id=member.id,
        team_id=seeds.team_id,
        epoch=seeds.epoch,
        wrap=wrap(member.public_key, seeds.seed, "team-seed", *place),
        archive_wrap=wrap(member.archive_public_key, seeds.archive_seed, "archive-seed", *place),
    )


def _place(team_id: bytes, epoch: int, member_id: bytes) -> tuple[bytes, ...]:
    return team_id, epoch.to_bytes(4, "big"), member_id


def open_membership(keys: KeyPair, membership: Membership) -> bytes:
    place = _place(membership.team_id, membership.epoch, membership.member_id)
    return unwrap(keys, membership.wrap, "team-seed", *place)


def open_archive(keys: KeyPair, membership: Membership) -> bytes:
    place = _place(membership.team_id, membership.epoch, membership.member_id)
    return unwrap(keys, membership.archive_wrap, "archive-seed", *place)
