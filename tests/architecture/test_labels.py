"""Every code that people can see has its words."""

from enum import StrEnum

import pytest

from app import labels
from casework import vocabulary

# Which side wrote is told by the message's place, never by a word for the code.
WITHOUT_LABELS = {"MessageSide"}
ENUMS = [
    thing
    for thing in vars(vocabulary).values()
    if isinstance(thing, type) and issubclass(thing, StrEnum) and thing is not StrEnum
]
DICTIONARIES = [thing for thing in vars(labels).values() if isinstance(thing, dict) and thing]


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_every_member_has_a_label(kind: type[StrEnum]) -> None:
    if kind.__name__ in WITHOUT_LABELS:
        return
    fitting = [d for d in DICTIONARIES if any(isinstance(key, kind) for key in d)]
    assert fitting, f"no labels for {kind.__name__}"
    assert any(set(kind) <= set(d) and all(d.values()) for d in fitting)
