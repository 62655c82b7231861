"""Recovery: holders outside the office, and their shares of one epoch's secret."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import TABLE_FORM, Base


class RecoverySecret(Base):
    """A team's seeds of one epoch, wrapped to the key that enough holders make together."""

    __tablename__ = "recovery_secret"
    __table_args__ = TABLE_FORM

    team_id: Mapped[bytes] = mapped_column(ForeignKey("team.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    threshold: Mapped[int]
    wrap: Mapped[bytes] = mapped_column(LargeBinary)
    archive_wrap: Mapped[bytes] = mapped_column(LargeBinary)
    commitment: Mapped[bytes] = mapped_column(LargeBinary)


class RecoveryHolder(Base):
    """The public key of one printed card."""

    __tablename__ = "recovery_holder"
    __table_args__ = TABLE_FORM

    team_id: Mapped[bytes] = mapped_column(ForeignKey("team.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)


class RecoveryShare(Base):
    """One holder's part in one subset of holders, wrapped to the holder's card."""

    __tablename__ = "recovery_share"
    __table_args__ = TABLE_FORM

    team_id: Mapped[bytes] = mapped_column(ForeignKey("team.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    subset: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    wrap: Mapped[bytes] = mapped_column(LargeBinary)
