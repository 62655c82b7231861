"""The list of erased cases, outside the database and outside every backup.

Random ids only. A restored office forgets again, before it answers, what was erased since.
"""

from __future__ import annotations

import os
from pathlib import Path

ERASURE_FILE = "erased.list"


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
        return read_erasures(self._path) if self._path.exists() else frozenset()


def read_erasures(file: Path) -> frozenset[bytes]:
    """The case ids of a list. `ValueError` for a file that is none."""
    return frozenset(bytes.fromhex(line) for line in file.read_text("ascii").split())


def write_erasures(file: Path, case_ids: frozenset[bytes]) -> None:
    """A new list, sorted: it says nothing about the order of the erasures."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write("".join(f"{case_id.hex()}\n" for case_id in sorted(case_ids)))
        opened.flush()
        os.fsync(opened.fileno())
