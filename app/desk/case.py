"""One case: what was told, the talk, the next step, and who did what."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.desk.forms import AnswerForm, AssignForm, CaseForm, MoveForm
from app.desk.guards import for_casework
from app.desk.room import language, room, show
from app.desk.wording import CaseWording
from app.labels import msg
from casework.access import OpenCase, case_for
from casework.correspondence import answer
from casework.errors import (
    CaseClosed,
    MailboxKeySwapped,
    MoveRefused,
    NothingSaid,
    NotText,
    NoWayBack,
    Refused,
    StaleRevision,
    TooLong,
)
from casework.rules.lifecycle import MOVES
from casework.sitting import OpenTeam, Sitting, newest_of
from casework.status import assign_to_me, move_case
from casework.vocabulary import Status

case = Blueprint("case", __name__)
WHY: dict[type[Refused], tuple[str, int]] = {
    NothingSaid: (msg("Please write something before you send."), 400),
    NotText: (
        msg("This text contains signs that cannot be read. Please type it again."),
        400,
    ),
    TooLong: (msg("This text is too long. Please shorten it, or send it in parts."), 400),
    NoWayBack: (msg("This report was sent without a way back: nobody can be answered."), 409),
    CaseClosed: (msg("A closed case takes no answers. Reopen it first."), 409),
    MoveRefused: (msg("This case cannot take that step from where it stands."), 409),
    MailboxKeySwapped: (
        msg("The mailbox of this case was changed from outside. Do not answer; tell your lead."),
        409,
    ),
    StaleRevision: (
        msg(
            "Somebody changed this case after you had opened it. Below is how it stands now; "
            "what you typed is kept. Please look, then send again if it still fits."
        ),
        409,
    ),
}
FOREIGN = (msg("This page was from an earlier sitting. Your text is kept: please send again."), 403)


class Kept(NamedTuple):
    """What was typed or chosen in a form that was not taken, and why it was not."""

    problem: str = ""
    text: str = ""
    status: str = ""


def _keepers(sitting: Sitting, opened: OpenCase) -> list[OpenTeam]:
    """The other teams and circles that this person could give the case to."""
    ids = dict.fromkeys(t.team_id for t in sitting.case_teams if t.team_id != opened.team.team_id)
    return [] if opened.is_archived else [newest_of(sitting, team_id) for team_id in ids]


def _page(sitting: Sitting, opened: OpenCase, kept: Kept) -> str:
    card = opened.stored.card
    values = {"revision": opened.stored.revision}
    return show(
        "desk/case.html",
        case=opened,
        words=CaseWording(opened, language()),
        keepers=_keepers(sitting, opened),
        moves=[status for status in Status if status in MOVES[card.status]],
        kept=kept,
        troubled=bool(kept.problem),
        answering=AnswerForm(formdata=None, data=values),
        closed=card.status is Status.CLOSED,
    )


def _case(sitting: Sitting, case_id: str) -> OpenCase:
    state = room()
    return case_for(state.session, sitting, case_id, state.files.door_key, clock.office_now())


@case.get("/cases/<case_id>")
@for_casework
def one_case(sitting: Sitting, case_id: str) -> str:
    return _page(sitting, _case(sitting, case_id), Kept())


@case.post("/cases/<case_id>/answer")
@for_casework
def write_answer(sitting: Sitting, case_id: str) -> AnyResponse | tuple[str, int]:
    form = AnswerForm()

    def act(opened: OpenCase) -> None:
        now, words = clock.office_now(), form.text.data or ""
        answer(room().session, sitting, opened, words, form.shown_revision, now)

    return _act(sitting, case_id, form, Kept(text=form.text.data or ""), act)


@case.post("/cases/<case_id>/status")
@for_casework
def move(sitting: Sitting, case_id: str) -> AnyResponse | tuple[str, int]:
    form = MoveForm()
    wanted = form.status.data or ""

    def act(opened: OpenCase) -> None:
        current = opened.stored.card.status
        status = Status(wanted) if wanted in set(Status) else current
        now = clock.office_now()
        move_case(room().session, sitting, opened, status, form.shown_revision, now)

    return _act(sitting, case_id, form, Kept(status=wanted), act)


@case.post("/cases/<case_id>/assignee")
@for_casework
def take(sitting: Sitting, case_id: str) -> AnyResponse | tuple[str, int]:
    form = AssignForm()

    def act(opened: OpenCase) -> None:
        assign_to_me(room().session, sitting, opened, form.shown_revision, clock.office_now())

    return _act(sitting, case_id, form, Kept(), act)


def _act(
    sitting: Sitting, case_id: str, form: CaseForm, kept: Kept, act: Callable[[OpenCase], None]
) -> AnyResponse | tuple[str, int]:
    """Do one thing to a case. What is refused comes back with its reason and nothing lost."""
    session = room().session
    opened = _case(sitting, case_id)
    if not form.is_ours:
        return _page(sitting, opened, kept._replace(problem=FOREIGN[0])), FOREIGN[1]
    try:
        act(opened)
    except tuple(WHY) as refusal:
        session.rollback()
        problem, code = WHY[type(refusal)]
        now_standing = _case(sitting, case_id)
        return _page(sitting, now_standing, kept._replace(problem=problem)), code
    closed = isinstance(form, MoveForm) and form.status.data == Status.CLOSED
    # What was just closed opens only after the password was asked for again.
    return redirect("/cases" if closed else f"/cases/{opened.id_hex}", 303)
