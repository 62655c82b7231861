"""The list of cases."""

from __future__ import annotations

from flask import Blueprint, request

from app.desk.guards import for_casework
from app.desk.room import language, room, show
from app.labels import AREA_LABELS, GROUND_LABELS, STATUS_LABELS
from app.locale import say_short_day
from casework.casebook import list_cases
from casework.sitting import Sitting
from casework.vocabulary import Status

casebook = Blueprint("casebook", __name__)


@casebook.get("/cases")
@for_casework
def cases(sitting: Sitting) -> str:
    wanted = request.args.get("status", "")
    status = Status(wanted) if wanted in set(Status) else None
    book = list_cases(
        room().session, sitting, room().files.door_key, status, request.args.get("page", 1, int)
    )
    lang = language()
    return show(
        "desk/cases.html",
        book=book,
        status=status,
        statuses=STATUS_LABELS,
        areas=AREA_LABELS,
        grounds=GROUND_LABELS,
        say_day=lambda day: say_short_day(day, lang),
    )
