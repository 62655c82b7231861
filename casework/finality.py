"""Whether what was erased is gone from the backups too, and how the backups stand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import NamedTuple

from casework.backup_card import BACKUP_KEY_FILE
from casework.backup_folder import StoredBackup, stored_backups
from casework.backup_parts import Part
from casework.erasures import ERASURE_FILE

# A backup that began in the moment of an erasure may still hold the case.
_MARGIN = dt.timedelta(minutes=1)
# The longest day of a file's name, anywhere on earth, in UTC.
_DAY = dt.timedelta(hours=26)


class BackupState(NamedTuple):
    """`newest`: the day of the newest whole backup. `not_final`: the days of keys files that were
    made before the last erasure, so that with the card an erased case could be restored from them;
    `newest_not_final`: the newest keys file is among these, and stays until there is a newer one.
    """

    has_card: bool
    newest: dt.date | None
    not_final: tuple[dt.date, ...]
    newest_not_final: bool


def backup_state(data_dir: Path, folder: Path) -> BackupState:
    """How the backups of an office stand, as far as its folder and this folder of backups tell.

    Erasures have no dates of their own: the time of the list is that of the last one.
    """
    keys = stored_backups(folder, Part.KEYS)
    before = _made_before(keys, data_dir / ERASURE_FILE)
    days = [{b.date for b in stored_backups(folder, part)} for part in Part]
    whole = set.intersection(*days)
    return BackupState(
        (data_dir / BACKUP_KEY_FILE).is_file(),
        max(whole, default=None),
        tuple(backup.date for backup in before),
        bool(keys) and keys[-1] in before,
    )


def _made_before(keys: list[StoredBackup], erasures: Path) -> list[StoredBackup]:
    if not erasures.exists() or not erasures.stat().st_size:
        return []
    last = _time_of(erasures) + _MARGIN
    return [backup for backup in keys if _made_at(backup) <= last]


def _made_at(backup: StoredBackup) -> dt.datetime:
    """A copied file has a new time, but keeps the day in its name."""
    midnight = dt.datetime.combine(backup.date, dt.time(), dt.UTC)
    return min(_time_of(backup.path), midnight + _DAY)


def _time_of(path: Path) -> dt.datetime:
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
