"""The list of erased cases, outside the database and outside every backup.

Random ids only. A restored office forgets again, before it answers, what was erased since.
"""

from __future__ import annotations

import os
from pathlib import Path

ERASURE_FILE = "erased.list"
_LINE_BYTES = 33


class ErasureList:
    """The file: one case id a line, in hex; only ever appended to."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / ERASURE_FILE

    def add(self, case_id: bytes) -> None:
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(case_id.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())

    def all(self) -> frozenset[bytes]:
        if not self._path.exists():
            return frozenset()
        return frozenset(bytes.fromhex(line) for line in self._path.read_text("ascii").split())
