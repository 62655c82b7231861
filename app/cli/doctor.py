"""`hinsehen doctor`: one line a finding, with the command that mends it."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from pathlib import Path
from typing import NamedTuple

import click
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app import clock
from app.config import Config
from casework.backup_folder import noted_folder
from casework.finality import BackupState, backup_state
from casework.office import DATABASE_FILE, SECRET_FILES, head_count
from casework.storage import STRICT_FORM, is_at_head, make_engine, sqlite_address

LEAST_FREE = 0.1
OLDEST_BACKUP = dt.timedelta(days=7)


class Finding(NamedTuple):
    """What is wrong and what mends it. `serious`: reports or secrets are at risk."""

    serious: bool
    what: str
    mend: str


def run_doctor(config: Config) -> int:
    """0 when nothing serious was found."""
    folder = config.storage.folder
    findings = [*_files(folder), *_disk(folder)]
    if not any(f.serious for f in findings):
        findings += [*_database(folder), *_backups(folder)]
    for finding in findings:
        word = "wrong" if finding.serious else "look at"
        click.echo(f"{word}: {finding.what}; {finding.mend}")
    if not findings:
        click.echo(f"All is well in {folder}.")
    return 1 if any(f.serious for f in findings) else 0


def _files(folder: Path) -> list[Finding]:
    if not folder.is_dir():
        return [Finding(True, f"no folder {folder}", f"run hinsehen init --data {folder}")]
    found = []
    private = (*SECRET_FILES, DATABASE_FILE)
    for path, wanted in [(folder, 0o700), *((folder / name, 0o600) for name in private)]:
        if not path.exists():
            found.append(Finding(True, f"{path} is missing", "restore it from your backup"))
        elif path.stat().st_mode & 0o077:
            mend = f"run chmod {wanted:o} {path}"
            found.append(Finding(True, f"{path} can be read by others", mend))
    return found


def _disk(folder: Path) -> list[Finding]:
    found = []
    there = folder if folder.is_dir() else Path.cwd()
    usage = shutil.disk_usage(there)
    if usage.free < usage.total * LEAST_FREE:
        found.append(Finding(False, "the disk is more than 90 % full", "free some space"))
    swaps = Path("/proc/swaps")
    if swaps.exists() and len(swaps.read_text("ascii").splitlines()) > 1:
        found.append(
            Finding(
                False, "swap is on: memory may be written to disk", "run swapoff -a, or encrypt it"
            )
        )
    return found


def _database(folder: Path) -> list[Finding]:
    file = folder / DATABASE_FILE
    if not file.is_file():
        return [Finding(True, f"{file} is missing", "restore it from your backup")]
    engine = make_engine(sqlite_address(file))
    try:
        if not is_at_head(engine):
            return [Finding(True, "the tables are of another version", "run hinsehen serve once")]
        with Session(engine) as session:
            return [*_tables(session), *_people(session)]
    except (DatabaseError, sqlite3.DatabaseError):
        return [Finding(True, f"{file} is damaged", "restore it from your backup")]
    finally:
        engine.dispose()


def _tables(session: Session) -> list[Finding]:
    found = []
    if session.scalar(text("PRAGMA integrity_check")) != "ok":
        found.append(Finding(True, "the database is damaged", "restore it from your backup"))
    rows = session.execute(text("select name, sql from sqlite_master where type = 'table'"))
    for name, made in rows:
        if name != "alembic_version" and not all(mark in made for mark in STRICT_FORM):
            mend = "it was made by another program: restore the database from your backup"
            found.append(Finding(True, f"table {name} keeps the order of arrival", mend))
    return found


def _people(session: Session) -> list[Finding]:
    heads = head_count(session)
    if not heads.intake_teams:
        return [Finding(True, "no team takes reports", "run hinsehen init in a new folder")]
    return []


def _backups(folder: Path) -> list[Finding]:
    there = noted_folder(folder)
    state = backup_state(folder, there)
    if not state.has_card:
        mend = f"run hinsehen backup-card --data {folder}"
        return [Finding(False, "there is no backup card yet, so no backup", mend)]
    mend = f"run hinsehen backup --data {folder}"
    found = _not_final(state, mend)
    if state.newest is None:
        found.append(Finding(False, f"there is no backup in {there}", mend))
    elif clock.today() - state.newest > OLDEST_BACKUP:
        found.append(Finding(False, f"the newest backup in {there} is of {state.newest}", mend))
    return found


def _not_final(state: BackupState, mend: str) -> list[Finding]:
    if not state.not_final:
        return []
    days = ", ".join(day.isoformat() for day in state.not_final)
    what = f"erased cases are still in the backup of their keys of {days}"
    if state.newest_not_final:
        what += ", which stays until there is a newer one"
    return [Finding(False, what, f"{mend} --keep-keys 0, or daily for 14 days")]
