"""Staff: teams, members, what wraps which key for whom, invitations, and running sittings."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import TABLE_FORM, Base, Id


class Team(Base):
    """A team's public keys by epoch: one for open cases, one for the archive of closed ones."""

    __tablename__ = "team"
    __table_args__ = TABLE_FORM

    id: Mapped[Id]
    kind: Mapped[str]
    epoch: Mapped[int]
    takes_reports: Mapped[int]
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    archive_public_key: Mapped[bytes] = mapped_column(LargeBinary)
    profile_key: Mapped[bytes] = mapped_column(LargeBinary)
    profile_box: Mapped[bytes] = mapped_column(LargeBinary)


class Member(Base):
    """A person: opening `seed_box` with the password is the password check."""

    __tablename__ = "member"
    __table_args__ = TABLE_FORM

    id: Mapped[Id]
    name_mark: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    memory_kib: Mapped[int]
    passes: Mapped[int]
    needs_card: Mapped[int]
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    seed_box: Mapped[bytes] = mapped_column(LargeBinary)
    archive_public_key: Mapped[bytes] = mapped_column(LargeBinary)
    archive_seed_box: Mapped[bytes] = mapped_column(LargeBinary)
    profile_key: Mapped[bytes] = mapped_column(LargeBinary)
    profile_box: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int]


class Membership(Base):
    """A team's two seeds of one epoch, wrapped to one member's two keys."""

    __tablename__ = "membership"
    __table_args__ = TABLE_FORM

    member_id: Mapped[bytes] = mapped_column(ForeignKey("member.id"), primary_key=True)
    team_id: Mapped[bytes] = mapped_column(ForeignKey("team.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    wrap: Mapped[bytes] = mapped_column(LargeBinary)
    archive_wrap: Mapped[bytes] = mapped_column(LargeBinary)


class Invitation(Base):
    """Who was asked to join, sealed under the one-time code; gone when used or too old."""

    __tablename__ = "invitation"
    __table_args__ = TABLE_FORM

    mark: Mapped[Id]
    until_day: Mapped[int]
    box: Mapped[bytes] = mapped_column(LargeBinary)


class JoinRequest(Base):
    """A new person's name for one team, until a member has compared the eight words."""

    __tablename__ = "join_request"
    __table_args__ = TABLE_FORM

    member_id: Mapped[bytes] = mapped_column(ForeignKey("member.id"), primary_key=True)
    team_id: Mapped[bytes] = mapped_column(ForeignKey("team.id"), primary_key=True)
    wrap: Mapped[bytes] = mapped_column(LargeBinary)
    box: Mapped[bytes] = mapped_column(LargeBinary)


class Sitting(Base):
    """Unlocked keys of one signed-in person, sealed under cookie key and boot secret.

    `member_mark` is keyed by the boot secret too: on the disk it names nobody.
    """

    __tablename__ = "sitting"
    __table_args__ = TABLE_FORM

    id: Mapped[Id]
    member_mark: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    box: Mapped[bytes] = mapped_column(LargeBinary)
    label_box: Mapped[bytes] = mapped_column(LargeBinary)
