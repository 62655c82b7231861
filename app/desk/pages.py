"""The desk's pages: sign in, the list, one case, and what is done with it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.desk.guards import for_casework, open_to_all
from app.desk.room import own_form, room, show
from app.labels import AREA_LABELS, GROUND_LABELS, PHENOMENON_LABELS, STATUS_LABELS, WISH_LABELS
from casework.access import OpenCase, case_for
from casework.casebook import list_cases
from casework.correspondence import answer
from casework.errors import CaseClosed, NothingSaid, NoWayBack, Refused, SignInRefused, TooLong
from casework.municipalities import MUNICIPALITIES
from casework.rules.lifecycle import MOVES
from casework.sitting import Sitting, end_sitting, sign_in
from casework.status import assign_to_me, move_case
from casework.vocabulary import Status

desk = Blueprint("desk", __name__)
WHY = {
    NothingSaid: "Please write something before you send.",
    TooLong: "This text is too long. Please shorten it.",
    NoWayBack: "This report was sent without a way back. Nobody can be answered.",
    CaseClosed: "A closed case takes no answers. Reopen it first.",
}


@desk.get("/healthz")
@open_to_all
def healthz() -> Response:
    return Response("ok", mimetype="text/plain")


@desk.get("/")
@open_to_all
def front() -> AnyResponse:
    return redirect("/cases", 303)


@desk.get("/login")
@open_to_all
def login_page() -> str:
    return show("desk/login.html", name="", wrong=False)


@desk.post("/login")
@open_to_all
def login() -> AnyResponse | tuple[str, int]:
    state, typed = room(), request.form
    try:
        cookie, _ = sign_in(
            state.db.session,
            state.files.desk_key,
            state.boot_secret,
            typed.get("name", ""),
            typed.get("password", ""),
            typed.get("totp", ""),
            clock.epoch_seconds(),
        )
    except SignInRefused:
        return show("desk/login.html", name=typed.get("name", ""), wrong=True), 401
    response = redirect("/cases", 303)
    safe = state.cookie.startswith("__Host-")
    response.set_cookie(state.cookie, cookie, secure=safe, httponly=True, samesite="Strict")
    return response


@desk.post("/logout")
@for_casework
def logout(sitting: Sitting) -> AnyResponse:
    own_form(sitting)
    end_sitting(room().db.session, room().boot_secret, request.cookies.get(room().cookie, ""))
    response = redirect("/login", 303)
    response.delete_cookie(room().cookie)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@desk.get("/cases")
@for_casework
def cases(sitting: Sitting) -> str:
    wanted = request.args.get("status", "")
    status = Status(wanted) if wanted in set(Status) else None
    page = list_cases(room().db.session, sitting, status, request.args.get("page", 1, int))
    return show("desk/cases.html", sitting, book=page, status=status, labels=STATUS_LABELS)


def _case_page(
    sitting: Sitting, case: OpenCase, typed: str = "", problem: str = "", code: int = 200
) -> tuple[str, int]:
    labels: dict[str, str] = {}
    for listed in (STATUS_LABELS, AREA_LABELS, GROUND_LABELS, PHENOMENON_LABELS, WISH_LABELS):
        labels.update({str(code): label for code, label in listed.items()})
    page = show(
        "desk/case.html",
        sitting,
        case=case,
        typed=typed,
        problem=problem,
        labels=labels,
        places=MUNICIPALITIES,
        moves=sorted(MOVES[case.stored.card.status]),
    )
    return page, code


@desk.get("/cases/<case_id>")
@for_casework
def one_case(sitting: Sitting, case_id: str) -> tuple[str, int]:
    case = case_for(room().db.session, sitting, case_id)
    room().db.session.commit()
    return _case_page(sitting, case)


@desk.post("/cases/<case_id>/answer")
@for_casework
def write_answer(sitting: Sitting, case_id: str) -> AnyResponse | tuple[str, int]:
    own_form(sitting)
    session, typed = room().db.session, request.form.get("text", "")
    case = case_for(session, sitting, case_id)
    session.commit()
    try:
        answer(session, sitting, case, typed, clock.now())
    except (NothingSaid, TooLong, NoWayBack, CaseClosed) as refusal:
        session.rollback()
        return _case_page(sitting, case, typed, WHY[type(refusal)], 400)
    return redirect(f"/cases/{case_id}", 303)


@desk.post("/cases/<case_id>/status")
@for_casework
def move(sitting: Sitting, case_id: str) -> AnyResponse | tuple[str, int]:
    return _change(sitting, case_id, request.form.get("status", ""))


@desk.post("/cases/<case_id>/assignee")
@for_casework
def take(sitting: Sitting, case_id: str) -> AnyResponse | tuple[str, int]:
    return _change(sitting, case_id, None)


def _change(sitting: Sitting, case_id: str, wanted: str | None) -> AnyResponse | tuple[str, int]:
    own_form(sitting)
    session = room().db.session
    case = case_for(session, sitting, case_id)
    session.commit()
    revision = request.form.get("revision", 0, int)
    try:
        if wanted is None:
            assign_to_me(session, sitting, case, revision, clock.now())
        else:
            move_case(session, sitting, case, Status(wanted), revision, clock.now())
    except (Refused, ValueError):
        session.rollback()
        problem = "This was not done: the case has changed meanwhile, or the step is not possible."
        return _case_page(sitting, case_for(session, sitting, case_id), "", problem, 409)
    return redirect(f"/cases/{case_id}", 303)
