"""From form fields to answers: every value checked, every problem named, nothing lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, TypeVar

from casework.municipalities import is_place
from casework.records import Answers
from casework.vocabulary import Area, Ground, Phenomenon, Role, Wish

WHAT_MAX = 20_000
ROUGHLY_MAX = 200
OLDEST_YEAR = 1900
FIELDS = (
    "what",
    "when",
    "when_roughly",
    "municipality",
    "phenomena",
    "grounds",
    "area",
    "role",
    "wishes",
)
_MANY = {"phenomena", "grounds", "wishes"}

_Code = TypeVar("_Code", bound=StrEnum)
Fields = Mapping[str, Sequence[str]]


class Problem(NamedTuple):
    """`kind`: nothing_said, too_long, unknown_choice, repeated, not_a_date, date_in_future
    or not_text. `position`: of the word that is meant, from 1, where one is.
    """

    field: str
    kind: str
    position: int = 0


class Parsed(NamedTuple):
    answers: Answers
    problems: tuple[Problem, ...]


class _Reading:
    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self.problems: list[Problem] = []

    def refuse(self, field: str, kind: str) -> None:
        self.problems.append(Problem(field, kind))

    def text(self, field: str, limit: int) -> str:
        value = self.one(field).replace("\r\n", "\n").replace("\r", "\n").strip()
        if not is_text(value):
            self.refuse(field, "not_text")
            return ""
        if len(value) > limit:
            self.refuse(field, "too_long")
        return value

    def one(self, field: str) -> str:
        values = self._fields.get(field, ())
        if len(values) > 1:
            self.refuse(field, "repeated")
        return values[0] if values else ""

    def date(self, field: str, today: dt.date) -> str:
        value = self.one(field).strip()
        if not value:
            return ""
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            self.refuse(field, "not_a_date")
            return ""
        if day > today:
            self.refuse(field, "date_in_future")
        elif day.year < OLDEST_YEAR:
            self.refuse(field, "not_a_date")
        return day.isoformat()

    def choice(self, field: str, kind: type[_Code]) -> _Code | None:
        value = self.one(field)
        return self._code(field, kind, value) if value else None

    def choices(self, field: str, kind: type[_Code]) -> tuple[_Code, ...]:
        values = [value for value in self._fields.get(field, ()) if value]
        if len(set(values)) < len(values):
            self.refuse(field, "repeated")
        codes = [self._code(field, kind, value) for value in dict.fromkeys(values)]
        return tuple(code for code in codes if code is not None)

    def _code(self, field: str, kind: type[_Code], value: str) -> _Code | None:
        try:
            return kind(value)
        except ValueError:
            self.refuse(field, "unknown_choice")
            return None


def is_text(value: str) -> bool:
    """Text that can be stored and shown: no NUL, no lone surrogates, no replacement signs."""
    if "\0" in value or "\ufffd" in value:
        return False
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def parse_answers(fields: Fields, today: dt.date) -> Parsed:
    """Answers and problems of a sent form; `fields` maps each name to all its values."""
    reading = _Reading(fields)
    place = reading.one("municipality")
    if place and not is_place(place):
        reading.refuse("municipality", "unknown_choice")
        place = ""
    answers = Answers(
        what=reading.text("what", WHAT_MAX),
        when=reading.date("when", today),
        when_roughly=reading.text("when_roughly", ROUGHLY_MAX),
        municipality=place,
        grounds=reading.choices("grounds", Ground),
        phenomena=reading.choices("phenomena", Phenomenon),
        area=reading.choice("area", Area),
        role=reading.choice("role", Role),
        wishes=reading.choices("wishes", Wish),
    )
    if answers.say_nothing() and not reading.problems:
        reading.refuse("what", "nothing_said")
    return Parsed(answers, tuple(reading.problems))
