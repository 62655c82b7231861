"""The audit chain for its readers: who did what and when, never what somebody wrote."""

from __future__ import annotations

from flask import Blueprint, request

from app.desk.guards import for_auditors
from app.desk.room import language, room, show
from app.labels import ACT_LABELS
from app.locale import say_moment
from casework.audit import chain_end, first_break, read_audit
from casework.sitting import Sitting
from casework.vocabulary import TeamKind

audit = Blueprint("audit", __name__)
PAGE_SIZE = 100


@audit.get("/audit")
@for_auditors
def entries(sitting: Sitting) -> str:
    session, lang = room().session, language()
    team = next((t for t in sitting.teams if t.kind is TeamKind.AUDIT), None)
    newest = request.args.get("newest", None, int)
    found = read_audit(session, team, newest, PAGE_SIZE) if team else ()
    return show(
        "desk/audit.html",
        entries=found,
        end=chain_end(session),
        broken=first_break(session),
        acts=ACT_LABELS,
        older=found[-1].seq - 1 if len(found) == PAGE_SIZE else 0,
        say_moment=lambda at: say_moment(at, lang),
    )
