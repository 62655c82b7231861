"""From the frames of both backup files to rows again; what has no counterpart is dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    Select,
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
)
from sqlalchemy import update as update_rows
from sqlalchemy.orm import Session

from casework.backup_file import Rows
from casework.backup_parts import Part, columns_of, stored_tables
from casework.errors import BackupUnreadable
from casework.models import Attachment, Card, CaseKey, Mailbox, Record, RecordKey

_EMPTY = b""


class Missing(NamedTuple):
    """Rows that had keys, but no contents, and were dropped: how many."""

    records: int
    cases: int
    files: int


class RowLoader:
    """Puts the rows of both files into the tables of a new database, the keys first.

    `unused` counts contents that no key is for. Names and numbers
    of columns that the tables do not have are `BackupUnreadable`.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = {table.name: table for table in stored_tables(connection)}
        self._loaded: Counter[str] = Counter()
        self.unused = 0

    def load(self, part: Part, rows: Rows) -> None:
        table, columns = self._checked(part, rows)
        if not rows.rows:
            return
        self._loaded[table.name] += len(rows.rows)
        if part is Part.KEYS:
            self._insert(table, rows)
        else:
            self.unused += len(rows.rows) - self._fill(table, columns, rows)

    def compare(self, counts: dict[str, int]) -> None:
        """Whether as many rows came as the manifest says; begins a new count."""
        if dict(self._loaded) != {table: count for table, count in counts.items() if count}:
            raise BackupUnreadable
        self._loaded.clear()

    def _checked(self, part: Part, rows: Rows) -> tuple[Table, list[Column[object]]]:
        table = self._tables.get(rows.table)
        columns = columns_of(table, part) if table is not None else []
        names = [column.name for column in columns]
        if table is None or not names or rows.columns != names:
            raise BackupUnreadable
        if any(len(row) != len(names) for row in rows.rows):
            raise BackupUnreadable
        return table, columns

    def _insert(self, table: Table, rows: Rows) -> None:
        awaited = [c.name for c in table.columns if c.name not in rows.columns]
        names, empty = [*rows.columns, *awaited], (_EMPTY,) * len(awaited)
        values = [dict(zip(names, (*row, *empty), strict=True)) for row in rows.rows]
        self._connection.execute(insert(table), values)

    def _fill(self, table: Table, columns: list[Column[object]], rows: Rows) -> int:
        """How many of the rows are there to be filled."""
        change = update_rows(table)
        for column in columns:
            if column.primary_key:
                change = change.where(column == bindparam(f"new_{column.name}"))
            else:
                change = change.values({column.name: bindparam(f"new_{column.name}")})
        names = [f"new_{name}" for name in rows.columns]
        values = [dict(zip(names, row, strict=True)) for row in rows.rows]
        return self._connection.execute(change, values).rowcount


def drop_incomplete(session: Session, files: Collection[bytes]) -> Missing:
    """Remove rows whose contents are in no backup, and cases of which no record is left.

    `files`: the ids of attached files that are there.
    """
    lost = [row for row in session.scalars(select(Attachment)) if row.id not in files]
    for row in lost:
        session.delete(row)
    session.flush()
    empty = select(Record.id).where(Record.box == _EMPTY)
    records = _count(session, empty)
    session.execute(delete(RecordKey).where(RecordKey.record_id.in_(empty)))
    session.execute(delete(Record).where(Record.box == _EMPTY))
    bare = select(CaseKey.case_id).where(~exists().where(Record.case_id == CaseKey.case_id))
    cases = _count(session, bare)
    session.execute(delete(Attachment).where(Attachment.case_id.in_(bare)))
    session.execute(delete(Card).where(Card.case_id.in_(bare)))
    session.execute(delete(Mailbox).where(Mailbox.case_id.in_(bare)))
    session.execute(delete(CaseKey).where(CaseKey.case_id.in_(bare)))
    return Missing(records, cases, len(lost))


def _count(session: Session, rows: Select[bytes]) -> int:
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0
