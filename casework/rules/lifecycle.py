"""Which status may follow which."""

from __future__ import annotations

from casework.errors import MoveRefused
from casework.vocabulary import Status

MOVES: dict[Status, frozenset[Status]] = {
    Status.RECEIVED: frozenset({Status.IN_COUNSEL, Status.REFERRED, Status.CLOSED}),
    Status.IN_COUNSEL: frozenset({Status.REFERRED, Status.CLOSED}),
    Status.REFERRED: frozenset({Status.IN_COUNSEL, Status.CLOSED}),
    Status.CLOSED: frozenset({Status.IN_COUNSEL}),  # reopened
}


def move(current: Status, wanted: Status) -> Status:
    """The status the case now has, or `MoveRefused`."""
    if wanted not in MOVES[current]:
        raise MoveRefused(current, wanted)
    return wanted
