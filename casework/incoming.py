"""Files on their way in: each is sealed while it arrives, so that no plain byte meets the disk.

The key of a file lives in memory alone until its record is stored; whatever breaks off before
leaves a box that nobody can open, and that is removed.
"""

from __future__ import annotations

import datetime as dt
import os
import unicodedata
from collections.abc import Callable, Iterable
from typing import BinaryIO, NamedTuple

from casework.errors import (
    EmptyFile,
    FilesTooLarge,
    FileTooLarge,
    NoFile,
    Refused,
    TooManyFiles,
)
from casework.filefolder import FileFolder
from crypto.keys import new_id, new_seed
from crypto.stream import StreamSealer

NAME_MAX = 200
FILE_BOX = "file"
# Control and format signs, lone surrogates, breaks of line and paragraph.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class FileLimits(NamedTuple):
    """For one sending: how many files, bytes of each, bytes of all together."""

    files: int
    each: int
    together: int


class SealedFile(NamedTuple):
    """A whole file in its box: `size` and `sha256` are those of the plain bytes."""

    file_id: bytes
    key: bytes
    name: str
    size: int
    sha256: bytes


def plain_name(name: str) -> str:
    """The last part of a file's name, without signs that cannot be seen, at most 200 signs."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = (sign for sign in last if unicodedata.category(sign) not in _UNSEEN)
    return "".join(seen).strip()[:NAME_MAX]


class IncomingFile:
    """Stands where a form parser wants a file to write to; what it writes is sealed at once.

    `may_keep` is asked before each piece: once it says no, what there is of the file is removed
    and the rest is dropped.
    """

    def __init__(
        self, folder: FileFolder, name: str, day: dt.date, may_keep: Callable[[IncomingFile], bool]
    ) -> None:
        self.name, self.size = plain_name(name), 0
        self.file_id, self._key = new_id(), new_seed()
        self._folder, self._day, self._may_keep = folder, day, may_keep
        self._file: BinaryIO | None = None
        self._sealer: StreamSealer | None = None
        self.sealed: SealedFile | None = None

    def write(self, data: bytes) -> int:
        """Seal the next bytes; nothing is made on the disk before the first."""
        self.size += len(data)
        if data and self._may_keep(self):
            self._begun().write(data)
        elif data:
            self.discard()
        return len(data)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """A form parser rewinds a part once it is whole: its box is finished. Gives 0."""
        if self._sealer and self._file and not self.sealed:
            done = self._sealer.finish()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._folder.settle(self.file_id, self._day)
            self.sealed = SealedFile(self.file_id, self._key, self.name, done.length, done.sha256)
            # Its buffers are not needed any more, and a form may bring many files.
            self._sealer = None
        return 0

    def close(self) -> None:
        """Let go of the file on the disk. Whether it is kept is said elsewhere."""
        if self._file:
            self._file.close()

    def discard(self) -> None:
        """Remove what there is of the file."""
        if self._file:
            self._file.close()
            self._folder.remove((self.file_id,))
        self._file = self._sealer = self.sealed = None

    def _begun(self) -> StreamSealer:
        if self._sealer is None:
            self._file = self._folder.create(self.file_id)
            self._sealer = StreamSealer(self._key, self._file, FILE_BOX, self.file_id)
        return self._sealer


class IncomingFiles:
    """All files of one form: all of them are kept, or none.

    `announced`: how many bytes the whole form has, as far as its sender said.
    """

    def __init__(
        self, folder: FileFolder, limits: FileLimits, day: dt.date, announced: int | None
    ) -> None:
        self._folder, self._limits, self._day = folder, limits, day
        self._files: list[IncomingFile] = []
        self._kept: frozenset[bytes] = frozenset()
        self._refusal: Refused | None = None
        if (announced or 0) > limits.together:
            self._refusal = FilesTooLarge()

    def begin(self, name: str) -> IncomingFile:
        """The next file of the form. A file too many is read, but not kept."""
        one = IncomingFile(self._folder, name, self._day, self._may_keep)
        self._files.append(one)
        return one

    def whole(self) -> tuple[SealedFile, ...]:
        """What arrived, or the reason why nothing is taken."""
        # A form without a chosen file has one part without a name and without bytes.
        chosen = [one for one in self._files if one.name or one.size]
        if self._refusal:
            raise self._refusal
        if not chosen:
            raise NoFile
        if len(chosen) > self._limits.files:
            raise TooManyFiles
        sealed = tuple(one.sealed for one in chosen if one.sealed)
        if len(sealed) < len(chosen):
            raise EmptyFile
        return sealed

    def keep(self, file_ids: Iterable[bytes]) -> None:
        """These have their rows now; the others go with `discard`."""
        self._kept = frozenset(file_ids)

    def discard(self) -> None:
        """Remove all that is not kept: to be called at the end, whatever happened."""
        for one in self._files:
            if one.file_id not in self._kept:
                one.discard()

    def _may_keep(self, one: IncomingFile) -> bool:
        limits = self._limits
        if self._refusal is None and one.size > limits.each:
            self._refusal = FileTooLarge()
        if self._refusal is None and sum(file.size for file in self._files) > limits.together:
            self._refusal = FilesTooLarge()
        if self._refusal is None and len(self._files) > limits.files:
            self._refusal = TooManyFiles()
        return self._refusal is None
