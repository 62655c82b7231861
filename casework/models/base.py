"""What all tables share: random 16-byte keys, STRICT, WITHOUT ROWID (no order of arrival)."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import LargeBinary, MetaData
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
TABLE_FORM = {"sqlite_with_rowid": False, "sqlite_strict": True}

Id = Annotated[bytes, mapped_column(LargeBinary(16), primary_key=True)]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
