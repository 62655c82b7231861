"""The boxes of attached files, into a backup and out of it, in pieces."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from typing import BinaryIO

from casework.backup_file import FilePiece
from casework.errors import BackupUnreadable
from casework.filefolder import FileFolder
from crypto.stream import pieces_of


def pieces_in(folder: FileFolder, file_ids: Iterable[bytes]) -> Iterator[FilePiece]:
    """Every box, piece by piece. One that was deleted since its row was read is left out."""
    for file_id in file_ids:
        try:
            box = folder.open(file_id)
        except FileNotFoundError:
            continue
        with box:
            for piece in pieces_of(box):
                yield FilePiece(file_id, bytes(piece))


class AttachmentLoader:
    """Writes the boxes that a row names; the others are left out. `loaded`: which are there.

    Pieces of one box come one after the other: a box that begins again is `BackupUnreadable`.
    """

    def __init__(self, folder: FileFolder, named: Collection[bytes]) -> None:
        self._folder, self._named = folder, named
        self._file: BinaryIO | None = None
        self._file_id = b""
        self.loaded: set[bytes] = set()

    def load(self, piece: FilePiece) -> None:
        if piece.file_id not in self._named:
            return
        if piece.file_id != self._file_id or self._file is None:
            self._begin(piece.file_id)
        if self._file:
            self._file.write(piece.data)

    def _begin(self, file_id: bytes) -> None:
        self.close()
        if file_id in self.loaded:
            raise BackupUnreadable
        self._file, self._file_id = self._folder.create(file_id), file_id
        self.loaded.add(file_id)

    def close(self) -> None:
        """After the last piece, or when something failed."""
        if self._file:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        self._file = None
