"""The database: how it is opened, migrated and written to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, LargeBinary, String, create_engine, event, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session

from casework.models import Record, RecordKey

PRAGMAS = (
    "journal_mode=WAL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "synchronous=FULL",
    "temp_store=MEMORY",
    "trusted_schema=OFF",
    "busy_timeout=20000",
)
STRICT_FORM = ("STRICT", "WITHOUT ROWID")
_WRITES = "hinsehen_writes"


@compiles(String, "sqlite")
def _text(element: Any, compiler: Any, **options: Any) -> str:
    # STRICT tables know TEXT only; SQLAlchemy would write VARCHAR and SQLite refuse the table.
    return "TEXT"


@compiles(LargeBinary, "sqlite")
def _blob(element: Any, compiler: Any, **options: Any) -> str:
    return "BLOB"


def sqlite_address(file: Path) -> str:
    return f"sqlite:///{file}"


def prepare(engine: Engine) -> Engine:
    """Give every connection of the engine the house's SQLite settings."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    return engine


def make_engine(address: str) -> Engine:
    """An engine whose errors never quote what people wrote."""
    return prepare(create_engine(address, hide_parameters=True))


def _on_connect(connection: Any, _record: Any) -> None:
    # The driver's own transactions begin too late for IMMEDIATE; ours begin in `_on_begin`.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def begin_writing(session: Session) -> None:
    """Start the transaction as a writer: the first thing a writing verb does.

    A reader that turns writer half-way fails at once under WAL; a writer from the start waits.
    """
    if session.in_transaction():
        session.rollback()
    session.connection(execution_options={_WRITES: True})


def sealed_rows(
    session: Session, case_id: bytes, audience: str
) -> list[tuple[bytes, bytes, bytes]]:
    """(record id, wrap, box) of all that this audience may open of a case."""
    rows = session.execute(
        select(Record.id, RecordKey.wrap, Record.box)
        .join(RecordKey, RecordKey.record_id == Record.id)
        .where(Record.case_id == case_id, RecordKey.audience == audience)
    )
    return [(record_id, wrapped, box) for record_id, wrapped, box in rows]


def count_records(session: Session, case_id: bytes) -> int:
    """How many records a case has: the next one's place in their order."""
    counted = select(func.count()).select_from(Record).where(Record.case_id == case_id)
    return session.scalar(counted) or 0


def wipe_log(engine: Engine) -> bool:
    """Fold the write-ahead log back, so that deleted bytes stand nowhere (SQLite).

    False when somebody was reading at that moment: then it is to be tried again.
    """
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as connection:
        connection.commit()
        raw = connection.connection.driver_connection
        return raw is None or raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def settle(engine: Engine) -> bool:
    """Write every row anew in the order of its random key, and fold the log back (SQLite).

    Between two such moments the pages of the file show in which order rows came: SQLite hands
    out overflow pages one after the other. Nobody else may have the database open.
    """
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.commit()
            raw = connection.connection.driver_connection
            if raw is not None:
                raw.execute("VACUUM")
    return wipe_log(engine)


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def schema_revision(connection: Connection) -> str:
    """Which form the schema has; empty where there is none yet."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def is_at_head(engine: Engine) -> bool:
    """Whether the schema is the newest this program knows."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    with engine.connect() as connection:
        return schema_revision(connection) == head


def is_known_revision(revision: str) -> bool:
    """Whether this program knows how to make a schema of this form."""
    scripts = ScriptDirectory.from_config(alembic_config()).walk_revisions()
    return any(script.revision == revision for script in scripts)


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to its newest form, or to the one that is named."""
    config = alembic_config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
