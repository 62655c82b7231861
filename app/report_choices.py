"""What a report's form offers, the same at both doors: places, grounds, areas, roles, wishes."""

from __future__ import annotations

from collections.abc import Callable

from app.labels import (
    AREA_LABELS,
    GROUND_LABELS,
    PHENOMENON_LABELS,
    PLACE_LABELS,
    ROLE_LABELS,
    WISH_LABELS,
)
from casework.municipalities import MUNICIPALITIES
from casework.vocabulary import SEED_GROUNDS, SEED_PHENOMENA, Ground, Phenomenon


def report_choices(say: Callable[[str], str]) -> dict[str, object]:
    """Values for the templates; racism, antisemitism and the guideline's grounds come first."""
    first: list[tuple[str, Phenomenon | Ground, str]] = [
        ("phenomena", code, PHENOMENON_LABELS[code]) for code in SEED_PHENOMENA
    ]
    first += [("grounds", code, GROUND_LABELS[code]) for code in SEED_GROUNDS]
    first += [("grounds", code, GROUND_LABELS[code]) for code in (Ground.UNKNOWN, Ground.NOT_SAID)]
    listed = {code for _, code, _ in first}
    return {
        "places": [*MUNICIPALITIES.items(), *((c, say(n)) for c, n in PLACE_LABELS.items())],
        "first_choices": first,
        "more_grounds": {c: GROUND_LABELS[c] for c in Ground if c not in listed},
        "more_phenomena": {c: PHENOMENON_LABELS[c] for c in Phenomenon if c not in SEED_PHENOMENA},
        "areas": AREA_LABELS,
        "roles": ROLE_LABELS,
        "wishes": WISH_LABELS,
    }
