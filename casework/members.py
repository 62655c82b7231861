"""A person of the office: keys of their own, opened by their password alone."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Member
from casework.office import name_mark
from casework.records import pack, unpack
from casework.sealing import Locked, lock, unlock
from casework.vocabulary import StaffRole
from crypto.chain import START
from crypto.envelope import seal, unseal
from crypto.errors import CannotOpen
from crypto.keys import derive, new_id, new_seed, public_key
from crypto.passphrase import PASSWORD_COST, PasswordKeys, password_keys
from crypto.primitives import Argon2Cost, random_bytes

PASSWORD_MIN, PASSWORD_MAX = 12, 256
TOTP_SECRET_BYTES = 20


class Seen(msgspec.Struct, frozen=True):
    """The newest state that a person has looked at: registry revisions by team id in hex, and the
    end of the audit chain. An office put back to an older state does not reach it.
    """

    registries: dict[str, int] = {}
    audit_seq: int = 0
    audit_head: bytes = START.digest

    def later(self, other: Seen) -> Seen:
        """What either has seen."""
        teams = self.registries.keys() | other.registries.keys()
        newest = {t: max(self.registries.get(t, 0), other.registries.get(t, 0)) for t in teams}
        chain = max(self, other, key=lambda seen: seen.audit_seq)
        return Seen(newest, chain.audit_seq, chain.audit_head)


class Profile(msgspec.Struct, frozen=True):
    """What only the member's own key opens."""

    name: str
    role: StaffRole
    totp_secret: bytes
    last_totp_step: int = 0
    seen: Seen = Seen()


class NewMember(NamedTuple):
    """A person who is not stored yet. `device_secret`: what stands on their key card."""

    profile: Profile
    password: str
    device_secret: bytes | None = None
    cost: Argon2Cost = PASSWORD_COST


def add_member(session: Session, desk_key: bytes, new: NewMember) -> Member:
    """Keys for a new person, in the running transaction. They open no team yet."""
    member_id, seed, archive_seed, salt = new_id(), new_seed(), new_seed(), random_bytes(16)
    keys = password_keys(new.password, salt, new.cost, new.device_secret)
    profile = seal_profile(seed, member_id, new.profile, 1)
    member = Member(
        id=member_id,
        name_mark=name_mark(desk_key, new.profile.name),
        salt=salt,
        memory_kib=new.cost.memory_kib,
        passes=new.cost.passes,
        needs_card=int(new.device_secret is not None),
        public_key=public_key(seed),
        seed_box=seal(keys.seed_key, seed, "userseed", member_id, floor=0),
        archive_public_key=public_key(archive_seed),
        archive_seed_box=seal(keys.archive_key, archive_seed, "archiveseed", member_id, floor=0),
        profile_key=profile.key_wrap,
        profile_box=profile.box,
        revision=1,
    )
    session.add(member)
    session.flush()
    return member


def member_named(session: Session, desk_key: bytes, name: str) -> Member | None:
    found = select(Member).where(Member.name_mark == name_mark(desk_key, name))
    return session.scalars(found.execution_options(populate_existing=True)).one_or_none()


def keys_of(member: Member | None, password: str, device_secret: bytes | None) -> PasswordKeys:
    """What the typed password gives; for nobody's name the same work."""
    cost, salt, secret = PASSWORD_COST, b"\0" * 16, None
    if member is not None:
        cost, salt = Argon2Cost(member.memory_kib, member.passes, 1), member.salt
        secret = (device_secret or b"\0" * 32) if member.needs_card else None
    return password_keys(password[:PASSWORD_MAX], salt, cost, secret)


def open_seed(member: Member, keys: PasswordKeys) -> bytes | None:
    """The member's seed, or None: opening the box is the password check."""
    return _opened(keys.seed_key, member.seed_box, "userseed", member.id)


def open_archive_seed(member: Member, keys: PasswordKeys) -> bytes | None:
    return _opened(keys.archive_key, member.archive_seed_box, "archiveseed", member.id)


def _opened(key: bytes, box: bytes, kind: str, member_id: bytes) -> bytes | None:
    try:
        return unseal(key, box, kind, member_id)
    except CannotOpen:
        return None


def change_password(
    member: Member, old: PasswordKeys, password: str, device_secret: bytes | None
) -> None:
    """Box both seeds anew, in the running transaction. Public keys and all wraps stay.

    `CannotOpen` when `old` does not open them.
    """
    seed = unseal(old.seed_key, member.seed_box, "userseed", member.id)
    archive = unseal(old.archive_key, member.archive_seed_box, "archiveseed", member.id)
    member.salt = random_bytes(16)
    member.memory_kib, member.passes, lanes = PASSWORD_COST
    secret = device_secret if member.needs_card else None
    keys = password_keys(password, member.salt, Argon2Cost(*PASSWORD_COST[:2], lanes), secret)
    member.seed_box = seal(keys.seed_key, seed, "userseed", member.id, floor=0)
    member.archive_seed_box = seal(keys.archive_key, archive, "archiveseed", member.id, floor=0)


def seal_profile(seed: bytes, member_id: bytes, profile: Profile, revision: int) -> Locked:
    return lock(derive(seed, "profile"), pack(profile), "profile", member_id, revision=revision)


def open_profile(seed: bytes, member: Member) -> Profile:
    sealed = Locked(member.profile_key, member.profile_box)
    key = derive(seed, "profile")
    return unpack(unlock(key, sealed, "profile", member.id, revision=member.revision), Profile)


def keep_profile(seed: bytes, member: Member, profile: Profile) -> None:
    """Write the profile over the one before, in the running transaction."""
    member.revision += 1
    sealed = seal_profile(seed, member.id, profile, member.revision)
    member.profile_key, member.profile_box = sealed.key_wrap, sealed.box


def note_seen(session: Session, member_id: bytes, seed: bytes, seen: Seen) -> None:
    """Keep what a person has seen in their profile, in the running transaction."""
    member = session.get_one(Member, member_id, populate_existing=True)
    profile = open_profile(seed, member)
    later = profile.seen.later(seen)
    if later != profile.seen:
        keep_profile(seed, member, msgspec.structs.replace(profile, seen=later))


def seal_seen(seed: bytes, member_id: bytes, seen: Seen) -> bytes:
    """For a device of this person: what the database cannot put back."""
    return seal(derive(seed, "seen"), pack(seen), "seen", member_id, floor=512)


def open_seen(seed: bytes, member_id: bytes, box: bytes) -> Seen:
    """What the device has seen; nothing if its box is not this person's."""
    try:
        return unpack(unseal(derive(seed, "seen"), box, "seen", member_id), Seen)
    except CannotOpen:
        return Seen()
