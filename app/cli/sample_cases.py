"""Invented reports: the twelve narratives as they are, or many by variation for measuring."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.resources import files as resources
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from app import clock
from casework.municipalities import MUNICIPALITIES
from casework.office import OfficeFiles
from casework.records import Answers
from casework.reporting import SentForm, send_report
from casework.vocabulary import Area, Ground, Phenomenon, Role, Wish
from crypto.keys import new_id
from crypto.receipt import new_receipt

DAYS_BACK = 730
AT_ONCE = 1000


def narratives() -> list[dict[str, Any]]:
    """The invented reports that ship with the program."""
    text = resources("app.cli").joinpath("narratives.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def answers_of(one: dict[str, Any]) -> Answers:
    return Answers(
        what=one["text"],
        when=one["date"],
        municipality=one["ags"] or "online",
        grounds=tuple(Ground(code) for code in one["grounds"]),
        phenomena=tuple(Phenomenon(code) for code in one["phen"]),
        area=Area(one["area"]),
        role=Role(one["role"]),
        wishes=tuple(Wish(code) for code in one["wish"]),
    )


def send_samples(session: Session, office: OfficeFiles) -> None:
    """The narratives, each with a receipt, coded as given."""
    for one in narratives():
        form = SentForm(new_id(), new_receipt(), clock.today())
        day = min(date.fromisoformat(one["date"]), clock.today())
        send_report(session, office, form, answers_of(one), one["lang"], day)


def variations(today: date, seed: int = 1) -> Iterator[tuple[Answers, str, date]]:
    """Endless cases, alike for one seed: other days, places, areas, grounds and roles.

    Not for secrets: `random` gives the same cases each time, so that measurements compare.
    """
    chance = random.Random(seed)  # noqa: S311
    told = narratives()
    while True:
        one = chance.choice(told)
        day = today - timedelta(days=chance.randrange(DAYS_BACK))
        answers = Answers(
            what=one["text"],
            when=day.isoformat(),
            municipality=chance.choice([*MUNICIPALITIES, "online", "unknown"]),
            grounds=tuple(chance.sample(list(Ground)[:-2], chance.choice((1, 1, 2, 3)))),
            phenomena=tuple(chance.sample(list(Phenomenon)[:-3], chance.choice((0, 1, 1, 2)))),
            area=chance.choice(list(Area)),
            role=chance.choice(list(Role)),
            wishes=tuple(chance.sample(list(Wish)[:-2], chance.choice((0, 1, 2)))),
        )
        yield answers, one["lang"], day


def send_variations(session: Session, office: OfficeFiles, count: int) -> None:
    """So many cases by the same verb, without a way back: no Argon2id, hundreds a second."""
    for number, (answers, language, day) in enumerate(islice(variations(clock.today()), count), 1):
        form = SentForm(new_id(), None, clock.today())
        send_report(session, office, form, answers, language, day)
        if number % AT_ONCE == 0:
            session.expunge_all()
            print(f"{number} of {count} cases", file=sys.stderr)
