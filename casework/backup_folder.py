"""A folder of backups: what the files are called, and which of them have to go."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import NamedTuple

from casework.backup_parts import Part

KEYS_DAYS = 14
CONTENT_DAYS = 90
_FOLDER_NOTE = "backup.folder"
_NAME = re.compile(r"hinsehen-(\d{4}-\d{2}-\d{2})-(content|keys)\.backup")


class Retention(NamedTuple):
    """How many days files stay. A file that is so old goes at the next backup."""

    keys_days: int = KEYS_DAYS
    content_days: int = CONTENT_DAYS

    def days(self, part: Part) -> int:
        return self.keys_days if part is Part.KEYS else self.content_days


class StoredBackup(NamedTuple):
    """One file, by what its name says."""

    date: dt.date
    part: Part
    path: Path


def file_name(date: dt.date, part: Part) -> str:
    return f"hinsehen-{date.isoformat()}-{part}.backup"


def stored_backups(folder: Path, part: Part) -> list[StoredBackup]:
    """The files of this part, oldest first; names that are no backup's are passed over."""
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        named = _NAME.fullmatch(path.name)
        date = _date(named[1]) if named and named[2] == part else None
        if date:
            found.append(StoredBackup(date, part, path))
    return sorted(found)


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def drop_old(folder: Path, today: dt.date, keep: Retention) -> list[Path]:
    """Remove what is too old; of each part the newest file is never removed. Gives what went.

    A file with a date to come is left alone: the clock was wrong once, then or now.
    """
    gone = []
    for part in Part:
        until_today = [b for b in stored_backups(folder, part) if b.date <= today]
        for old in until_today[:-1]:
            if (today - old.date).days >= keep.days(part):
                old.path.unlink()
                gone.append(old.path)
    return gone


def note_folder(data_dir: Path, folder: Path) -> None:
    """Write down where the last backup went, so that the office can look after it."""
    (data_dir / _FOLDER_NOTE).write_text(f"{folder.resolve()}\n", encoding="utf-8")


def noted_folder(data_dir: Path) -> Path:
    """Where the last backup went; before the first, the folder `backups` among the office's."""
    note = data_dir / _FOLDER_NOTE
    if note.is_file():
        return Path(note.read_text(encoding="utf-8").removesuffix("\n"))
    return data_dir / "backups"
