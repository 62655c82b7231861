"""The reporter's side: mailboxes, and forms that may not be used twice."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import TABLE_FORM, Base, Id


class Mailbox(Base):
    """Where answers for one reporter lie. The locator says nothing about the key."""

    __tablename__ = "mailbox"
    __table_args__ = TABLE_FORM

    locator: Mapped[Id]
    case_id: Mapped[bytes] = mapped_column(ForeignKey("case_key.case_id"), index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    case_public_key: Mapped[bytes] = mapped_column(LargeBinary)
    content_mark: Mapped[bytes] = mapped_column(LargeBinary)


class FormUse(Base):
    """A form that was used without a way back, or a withdrawn locator: refused until its day."""

    __tablename__ = "form_use"
    __table_args__ = TABLE_FORM

    mark: Mapped[Id]
    until_day: Mapped[int]
