"""Which column lies in which of the two backup files.

Contents are what is large and written once: boxes of records, each under a random key of its own,
so that an old file of them fits every later file of keys. Everything else lies among the keys,
which are kept for 14 days at most: wraps, plain columns, the boxes that are written anew with each
change (cards, registry, profiles: an old one would not fit its newer wrap), and the audit chain,
which is broken as soon as one end is older than the other.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Column, Connection, MetaData, Table

from casework.backup_card import BACKUP_KEY_FILE
from casework.office import LOCK_FILE, SECRET_FILES


class Part(StrEnum):
    """One of the two files of a backup."""

    CONTENT = "content"
    KEYS = "keys"


CONTENT_COLUMNS = frozenset({"record.box"})
# Named, so that whoever adds a table decides about its boxes: a test knows no third place.
BOXES_AMONG_KEYS = frozenset(
    {
        "audit_entry.box",
        "card.box",
        "invitation.box",
        "join_request.box",
        "member.archive_seed_box",
        "member.profile_box",
        "member.seed_box",
        "registry.box",
        "team.profile_box",
        "tombstone.box",
    }
)
# Sittings end with a restart; the schema's revision stands in the manifest.
LEFT_OUT = frozenset({"alembic_version", "sitting"})
KEY_FILES = (LOCK_FILE, BACKUP_KEY_FILE, *SECRET_FILES)


def part_of(table: str, column: str) -> Part | None:
    """Where a column's values lie; None where they are in no backup. Row keys are also contents."""
    if table in LEFT_OUT:
        return None
    return Part.CONTENT if f"{table}.{column}" in CONTENT_COLUMNS else Part.KEYS


def columns_of(table: Table, part: Part) -> list[Column[object]]:
    """The columns of a table that a file of this part holds; contents come with their row key."""
    own = [c for c in table.columns if part_of(table.name, c.name) is part]
    if part is Part.CONTENT and own:
        return [*table.primary_key.columns, *own]
    return own


def stored_tables(connection: Connection) -> list[Table]:
    """The tables as they are in this database, whatever its revision; referenced ones first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name not in LEFT_OUT]
