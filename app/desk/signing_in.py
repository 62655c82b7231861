"""Signing in and out, and the two health addresses."""

from __future__ import annotations

from base64 import b32decode

from flask import Blueprint, Response, redirect, request
from sqlalchemy import text
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.desk.device import (
    device_secret,
    device_seen,
    is_known_device,
    keep_device_secret,
    keep_device_seen,
    keep_known_device,
)
from app.desk.forms import SignInForm, SignOutForm
from app.desk.guards import for_staff, open_to_all
from app.desk.room import TURNS, room, show, sitting_of_request
from app.labels import msg
from casework.arrival import arrive
from casework.errors import SignInRefused
from casework.office import name_mark
from casework.rules.permissions import Right, may
from casework.signing_in import Typed, sign_in
from casework.sitting import Sitting, end_sitting
from crypto.errors import CodeMistyped
from crypto.primitives import totp_code

signing_in = Blueprint("signing_in", __name__)
WRONG = msg("Name, password or code is not right. Each code works once: wait for the next one.")
NO_CARD = msg("These are not the 24 words of a key card. Please check them one by one.")
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
    if may(sitting.role, Right.WORK_CASES):
        return "/cases"
    return "/audit" if may(sitting.role, Right.READ_AUDIT) else "/admin"


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
    form = SignInForm()
    try:
        secret = device_secret(form.card.data or "")
    except CodeMistyped:
        return _sign_in_page(form, NO_CARD), 400
    typed = Typed(form.name.data or "", form.password.data or "", form.totp.data or "", secret)
    signed_in = _tried(typed)
    if isinstance(signed_in, str):
        return _sign_in_page(form, signed_in), 429 if signed_in == TOO_OFTEN else 401
    return _arrived(*signed_in, secret)


def _tried(typed: Typed) -> tuple[str, Sitting] | str:
    """The new sitting and its cookie, or what to say."""
    state = room()
    mark = name_mark(state.files.desk_key, typed.name)
    # Who signed in from this device before is counted apart: nobody can lock them out from afar.
    mark = b"known" + mark if is_known_device(mark) else mark
    with TURNS.turn():
        if not state.throttle.is_open(mark):
            return TOO_OFTEN
        try:
            done = sign_in(state.session, state.desk, typed, clock.epoch_seconds())
        except SignInRefused:
            state.session.rollback()
            state.throttle.count_wrong(mark)
            return WRONG
    state.throttle.forget(mark)
    return done


def _arrived(cookie: str, sitting: Sitting, secret: bytes | None) -> AnyResponse:
    state = room()
    now = clock.office_now()
    arrived = arrive(state.session, state.desk, cookie, sitting, device_seen(), now)
    # A sitting that this browser still had is over: two cookies of one name cannot be kept.
    end_sitting(state.session, state.boot_secret, request.cookies.get(state.cookie, ""))
    response = redirect(_first_page(sitting), 303)
    safe = state.cookie.startswith("__Host-")
    response.set_cookie(state.cookie, cookie, secure=safe, httponly=True, samesite="Strict")
    keep_device_seen(response, arrived.device_seen)
    keep_known_device(response, name_mark(state.files.desk_key, sitting.name))
    if secret is not None:
        keep_device_secret(response, secret)
    return response


@signing_in.post("/logout")
@for_staff
def logout(sitting: Sitting) -> AnyResponse | tuple[str, int]:
    state = room()
    if not SignOutForm().is_ours:
        return redirect("/account", 303)
    end_sitting(state.session, state.boot_secret, request.cookies.get(state.cookie, ""))
    response = redirect("/login", 303)
    safe = state.cookie.startswith("__Host-")
    response.delete_cookie(state.cookie, secure=safe, httponly=True, samesite="Strict")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
