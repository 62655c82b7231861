"""Alembic's entry: runs on the connection that `casework.storage.upgrade` brings."""

from __future__ import annotations

from alembic import context

from casework.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
