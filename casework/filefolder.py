"""The folder of sealed files: random names, and times that tell no more than the week."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection, Iterable
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

FOLDER = "files"


class FileFolder:
    """Boxes of files, each named by its random id in hex. Nothing here opens one."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FOLDER

    def create(self, file_id: bytes) -> BinaryIO:
        """A new, empty file to write to; `FileExistsError` if there is one of this id."""
        self._path.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(self._of(file_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        return os.fdopen(handle, "wb")

    def settle(self, file_id: bytes, day: dt.date) -> None:
        """Give a whole file the time of its week's Monday, and its name to the disk for good."""
        monday = day - dt.timedelta(days=day.weekday())
        moment = dt.datetime.combine(monday, dt.time(), dt.UTC).timestamp()
        os.utime(self._of(file_id), (moment, moment))
        handle = os.open(self._path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def open(self, file_id: bytes) -> BufferedReader:
        """The box of a file; `FileNotFoundError` if it is gone."""
        return self._of(file_id).open("rb")

    def remove(self, file_ids: Iterable[bytes]) -> None:
        """Remove files whose keys are gone. One that stays is removed at the next start."""
        for file_id in file_ids:
            with suppress(OSError):
                self._of(file_id).unlink()

    def remove_all_but(self, named: Collection[bytes]) -> int:
        """Remove what no row names; returns how many files that were."""
        if not self._path.is_dir():
            return 0
        kept = {file_id.hex() for file_id in named}
        left_over = [path for path in self._path.iterdir() if path.name not in kept]
        for path in left_over:
            path.unlink()
        return len(left_over)

    def _of(self, file_id: bytes) -> Path:
        return self._path / file_id.hex()
