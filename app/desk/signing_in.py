"""Signing in and out, and the two health addresses."""

from __future__ import annotations

from base64 import b32decode

from flask import Blueprint, Response, redirect, request
from sqlalchemy import text
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.desk.forms import SignInForm, SignOutForm
from app.desk.guards import for_staff, open_to_all
from app.desk.room import TURNS, room, show, sitting_of_request
from app.labels import msg
from casework.errors import SignInRefused
from casework.office import name_mark
from casework.rules.permissions import Right, may
from casework.sitting import Sitting, end_sitting, sign_in
from crypto.primitives import totp_code

signing_in = Blueprint("signing_in", __name__)
WRONG = msg("Name, password or code is not right. Each code works once: wait for the next one.")
TOO_OFTEN = msg("This name was tried too often. Please wait five minutes.")


@signing_in.get("/healthz")
@open_to_all
def healthz() -> Response:
    return Response("ok", mimetype="text/plain")


@signing_in.get("/readyz")
@open_to_all
def readyz() -> Response:
    room().session.execute(text("select 1 from team limit 1"))
    return Response("ok", mimetype="text/plain")


@signing_in.get("/")
@open_to_all
def front() -> AnyResponse:
    return redirect(_first_page(sitting_of_request()), 303)


def _first_page(sitting: Sitting | None) -> str:
    if sitting is None:
        return "/login"
    return "/cases" if may(sitting.role, Right.WORK_CASES) else "/admin"


@signing_in.get("/login")
@open_to_all
def login_page() -> AnyResponse | str:
    if sitting_of_request():
        return redirect("/", 303)
    return _sign_in_page(SignInForm(formdata=None), "")


def _sign_in_page(form: SignInForm, problem: str) -> str:
    now = clock.epoch_seconds()
    codes = {name: totp_code(b32decode(secret), now) for name, secret in room().demo_accounts}
    return show("desk/login.html", form=form, problem=problem, codes=codes, troubled=bool(problem))


@signing_in.post("/login")
@open_to_all
def login() -> AnyResponse | tuple[str, int]:
    state, form = room(), SignInForm()
    name, password, code = (field.data or "" for field in (form.name, form.password, form.totp))
    mark = name_mark(state.files.desk_key, name)
    with TURNS:
        if not state.throttle.is_open(mark):
            return _sign_in_page(form, TOO_OFTEN), 429
        try:
            cookie, sitting = sign_in(
                state.session,
                state.files.desk_key,
                state.boot_secret,
                name,
                password,
                code,
                clock.epoch_seconds(),
            )
        except SignInRefused:
            state.session.rollback()
            state.throttle.count_wrong(mark)
            return _sign_in_page(form, WRONG), 401
    state.throttle.forget(mark)
    # A sitting that this browser still had is over: two cookies of one name cannot be kept.
    end_sitting(state.session, state.boot_secret, request.cookies.get(state.cookie, ""))
    response = redirect(_first_page(sitting), 303)
    safe = state.cookie.startswith("__Host-")
    response.set_cookie(state.cookie, cookie, secure=safe, httponly=True, samesite="Strict")
    return response


@signing_in.post("/logout")
@for_staff
def logout(sitting: Sitting) -> AnyResponse | tuple[str, int]:
    state = room()
    if not SignOutForm().is_ours:
        return show("desk/account.html", person=sitting), 403
    end_sitting(state.session, state.boot_secret, request.cookies.get(state.cookie, ""))
    response = redirect("/login", 303)
    safe = state.cookie.startswith("__Host-")
    response.delete_cookie(state.cookie, secure=safe, httponly=True, samesite="Strict")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
