"""Staff: teams, members, what wraps which key for whom, and running sittings."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import TABLE_FORM, Base, Id


class Team(Base):
    """A team's public key by epoch; its name stands in a box that members open."""

    __tablename__ = "team"
    __table_args__ = TABLE_FORM

    id: Mapped[Id]
    epoch: Mapped[int]
    takes_reports: Mapped[int]
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
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
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    seed_box: Mapped[bytes] = mapped_column(LargeBinary)
    profile_box: Mapped[bytes] = mapped_column(LargeBinary)
    revision: Mapped[int]


class Membership(Base):
    """The team seed of one epoch, wrapped to one member."""

    __tablename__ = "membership"
    __table_args__ = TABLE_FORM

    member_id: Mapped[bytes] = mapped_column(ForeignKey("member.id"), primary_key=True)
    team_id: Mapped[bytes] = mapped_column(ForeignKey("team.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    wrap: Mapped[bytes] = mapped_column(LargeBinary)


class Sitting(Base):
    """Unlocked keys of one signed-in person, sealed under cookie key and boot secret."""

    __tablename__ = "sitting"
    __table_args__ = TABLE_FORM

    id: Mapped[Id]
    box: Mapped[bytes] = mapped_column(LargeBinary)
