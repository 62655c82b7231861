"""A case in words: every code as its label, every day and hour as people write them."""

from __future__ import annotations

import datetime as dt

from app.labels import (
    AREA_LABELS,
    CHANNEL_LABELS,
    GROUND_LABELS,
    PHENOMENON_LABELS,
    PLACE_LABELS,
    ROLE_LABELS,
    STATUS_LABELS,
    WISH_LABELS,
    msg,
)
from app.locale import LANGUAGES, gettext_of, say_day, say_moment
from casework.access import OpenCase
from casework.municipalities import MUNICIPALITIES
from casework.records import Answers, HistoryEntry

ASSIGNED = msg("%(who)s took the case over")
MOVED = msg("%(who)s moved the case: %(before)s → %(after)s")


class CaseWording:
    """`facts`: (name, value) pairs, only what was said. `history`: (moment, sentence) pairs."""

    def __init__(self, case: OpenCase, language: str) -> None:
        self._case, self._language, self._say = case, language, gettext_of(language)

    @property
    def status(self) -> str:
        return self._say(STATUS_LABELS[self._case.stored.card.status])

    def status_named(self, code: str) -> str:
        return self._say(next((v for k, v in STATUS_LABELS.items() if k == code), code))

    def day(self, day: dt.date) -> str:
        return say_day(day, self._language)

    def moment(self, at: dt.datetime) -> str:
        return say_moment(at, self._language)

    @property
    def facts(self) -> list[tuple[str, str]]:
        report, say, card = self._case.report, self._say, self._case.stored.card
        return [
            (say("Received on"), self.day(report.received)),
            (say("Came by"), say(CHANNEL_LABELS[report.channel])),
            (say("Language"), LANGUAGES.get(report.language, report.language)),
            (say("Assigned to"), card.assignee_name or say("nobody yet")),
            *self.facts_of(report.answers),
        ]

    def facts_of(self, said: Answers) -> list[tuple[str, str]]:
        """What was chosen in the form, in the form's order."""
        say = self._say
        place = MUNICIPALITIES.get(said.municipality) or PLACE_LABELS.get(said.municipality, "")
        phenomena = "; ".join(say(PHENOMENON_LABELS[code]) for code in said.phenomena)
        when = self.day(dt.date.fromisoformat(said.when)) if said.when else ""
        found = [
            (say("When"), "; ".join(filter(None, (when, said.when_roughly)))),
            (say("Place"), say(place) if place else ""),
            (say("Racism, antisemitism …"), phenomena),
            (say("Grounds"), "; ".join(say(GROUND_LABELS[code]) for code in said.grounds)),
            (say("Area of life"), say(AREA_LABELS[said.area]) if said.area else ""),
            (say("Who tells"), say(ROLE_LABELS[said.role]) if said.role else ""),
            (say("Wishes"), "; ".join(say(WISH_LABELS[code]) for code in said.wishes)),
        ]
        return [(name, value) for name, value in found if value]

    @property
    def history(self) -> list[tuple[str, str]]:
        return [(self.moment(entry.at), self._sentence(entry)) for entry in self._case.history]

    def _sentence(self, entry: HistoryEntry) -> str:
        before, _, after = entry.detail.partition(">")
        names = {
            "who": entry.by,
            "before": self.status_named(before),
            "after": self.status_named(after),
        }
        return self._say(MOVED if entry.what == "moved" else ASSIGNED) % names
