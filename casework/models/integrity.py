"""What lets staff notice that rows were removed, changed, planted or put back."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import TABLE_FORM, Base, Id


class Registry(Base):
    """One sealed part of a team's list of its cases, or (the last part) the head over all parts."""

    __tablename__ = "registry"
    __table_args__ = TABLE_FORM

    team_id: Mapped[bytes] = mapped_column(ForeignKey("team.id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[int]
    revision: Mapped[int]
    key_wrap: Mapped[bytes] = mapped_column(LargeBinary)
    box: Mapped[bytes] = mapped_column(LargeBinary)


class Tombstone(Base):
    """That a case was withdrawn, sealed to its team, until a sitting has entered it."""

    __tablename__ = "tombstone"
    __table_args__ = TABLE_FORM

    id: Mapped[Id]
    team_id: Mapped[bytes] = mapped_column(ForeignKey("team.id"), index=True)
    wrap: Mapped[bytes] = mapped_column(LargeBinary)
    box: Mapped[bytes] = mapped_column(LargeBinary)


class AuditEntry(Base):
    """One link of the chain: who did what, sealed to the auditors; `head` chains it to the last."""

    __tablename__ = "audit_entry"
    __table_args__ = TABLE_FORM

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    team_id: Mapped[bytes] = mapped_column(ForeignKey("team.id"), index=True)
    epoch: Mapped[int]
    wrap: Mapped[bytes] = mapped_column(LargeBinary)
    box: Mapped[bytes] = mapped_column(LargeBinary)
    head: Mapped[bytes] = mapped_column(LargeBinary)
