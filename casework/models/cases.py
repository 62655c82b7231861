"""A case at rest: its key for the team, its card, its records and their keys."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import TABLE_FORM, Base, Id


class CaseKey(Base):
    """The case seed, wrapped to the team. Without this row nothing of the case opens.

    `shelf`: 0 under the team's key, 1 under its archive key, which asks for the password again.
    """

    __tablename__ = "case_key"
    __table_args__ = (Index("ix_case_key_team_epoch", "team_id", "epoch"), TABLE_FORM)

    case_id: Mapped[Id]
    team_id: Mapped[bytes] = mapped_column(ForeignKey("team.id"))
    epoch: Mapped[int]
    shelf: Mapped[int]
    wrap: Mapped[bytes] = mapped_column(LargeBinary)


class Card(Base):
    """What lists need; its key is wrapped under the team's symmetric key."""

    __tablename__ = "card"
    __table_args__ = (Index("ix_card_team_epoch", "team_id", "epoch"), TABLE_FORM)

    case_id: Mapped[bytes] = mapped_column(ForeignKey("case_key.case_id"), primary_key=True)
    team_id: Mapped[bytes] = mapped_column(ForeignKey("team.id"))
    epoch: Mapped[int]
    revision: Mapped[int]
    key_wrap: Mapped[bytes] = mapped_column(LargeBinary)
    box: Mapped[bytes] = mapped_column(LargeBinary)


class Record(Base):
    """One sealed document; its kind stands inside the box."""

    __tablename__ = "record"
    __table_args__ = TABLE_FORM

    id: Mapped[Id]
    case_id: Mapped[bytes] = mapped_column(ForeignKey("case_key.case_id"), index=True)
    box: Mapped[bytes] = mapped_column(LargeBinary)


class Attachment(Base):
    """Which case a file in the folder belongs to, so that it goes with the case.

    Its name, size and key stand inside a record; this row does not say which.
    """

    __tablename__ = "attachment"
    __table_args__ = TABLE_FORM

    id: Mapped[Id]
    case_id: Mapped[bytes] = mapped_column(ForeignKey("case_key.case_id"), index=True)


class RecordKey(Base):
    """A record's key for one audience: the case, or the reporter's mailbox."""

    __tablename__ = "record_key"
    __table_args__ = TABLE_FORM

    record_id: Mapped[bytes] = mapped_column(ForeignKey("record.id"), primary_key=True)
    audience: Mapped[str] = mapped_column(primary_key=True)
    wrap: Mapped[bytes] = mapped_column(LargeBinary)
