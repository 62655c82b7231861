"""`teams.lock`: the fingerprints of the keys that this office seals to, outside the database.

Whoever can write the database but not this file cannot make the door seal to a key of their own.
One line a key: team id and SHA-256 of the public key, both in hex.
"""

from __future__ import annotations

import os
from pathlib import Path

from casework.models import Team
from crypto.primitives import equal, sha256


class TeamLock:
    """The file, read anew at each question, for another process may have changed it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _lines(self) -> list[str]:
        return self._path.read_text("ascii").split("\n") if self._path.exists() else []

    def holds(self, team: Team) -> bool:
        """Whether the team's public key in the database is the one that was written down."""
        wanted = _line(team.id, team.public_key).encode()
        return any(equal(line.encode(), wanted) for line in self._lines())

    def add(self, team_id: bytes, public: bytes) -> None:
        """Before a new key is used: the team's earlier keys stay valid until `settle`."""
        self._write([*self._lines(), _line(team_id, public)])

    def settle(self, team_id: bytes, public: bytes) -> None:
        """The team's only key from now on."""
        others = [line for line in self._lines() if not line.startswith(team_id.hex())]
        self._write([*others, _line(team_id, public)])

    def _write(self, lines: list[str]) -> None:
        draft = self._path.with_suffix(".draft")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write("\n".join(sorted({line for line in lines if line})) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)


def _line(team_id: bytes, public: bytes) -> str:
    return f"{team_id.hex()} {sha256(public).hex()}"
