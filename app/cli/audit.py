"""`hinsehen audit verify`: whether the audit chain is whole, without any key."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.cli.office_data import DATA, data_folder
from casework.audit import chain_end, first_break
from casework.office import DATABASE_FILE
from casework.storage import make_engine, sqlite_address
from crypto.chain import START, Head

HEAD_BYTES = 32


@click.group()
def audit() -> None:
    """Check the chain of what staff did."""


@audit.command()
@DATA
@click.option("--seq", type=click.IntRange(1), help="The entry noted on paper.")
@click.option("--head", help="What was noted with it, 64 signs.")
def verify(data: Path | None, seq: int | None, head: str | None) -> int:
    """Check the whole chain offline; with a noted entry, that it is in it."""
    noted = _noted(seq, head)
    engine = make_engine(sqlite_address(data_folder(data) / DATABASE_FILE))
    try:
        with Session(engine) as session:
            broken, end = first_break(session, noted), chain_end(session)
    finally:
        engine.dispose()
    if broken is not None:
        click.echo(f"The chain is broken at entry {broken}.")
        return 1
    if end == START:
        click.echo("The chain has no entry yet.")
        return 0
    click.echo(f"The chain is whole. Write down: --seq {end.seq} --head {end.digest.hex()}")
    return 0


def _noted(seq: int | None, head: str | None) -> Head:
    if seq is None and head is None:
        return START
    if seq is None or head is None:
        raise click.UsageError("--seq and --head belong together.")
    try:
        digest = bytes.fromhex(head)
    except ValueError:
        digest = b""
    if len(digest) != HEAD_BYTES:
        raise click.UsageError(f"--head has {HEAD_BYTES * 2} signs of 0-9 and a-f.")
    return Head(seq, digest)
