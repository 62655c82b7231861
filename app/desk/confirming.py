"""Asking for the password again: closed cases, membership, recovery and deletion need it."""

from __future__ import annotations

import re

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.desk.device import device_secret
from app.desk.forms import PasswordForm
from app.desk.guards import for_staff, typed_again
from app.desk.room import TURNS, cookie_sent, room, show
from app.labels import msg
from casework.signing_in import confirm_password
from casework.sitting import Sitting

confirming = Blueprint("confirming", __name__)
OWN_PATH = re.compile(r"/(cases|team|account)(/[0-9a-z-]+)*")
WRONG = msg("This password is not right.")
TOO_OFTEN = msg("The password was tried too often. Please wait five minutes.")


def ask_again(_error: Exception) -> AnyResponse | tuple[str, int]:
    """Reading: to the question and back. Writing: the words come back, then the question."""
    room().session.rollback()
    if request.method == "GET":
        return redirect(f"/confirm?to={request.path}", 303)
    return typed_again(
        title=msg("Your password is needed again"),
        reason=msg("This was not done. Please enter your password, then do it once more."),
        onward="/confirm?to=" + own_path(request.path.rpartition("/")[0]),
    ), 403


def own_path(wanted: str) -> str:
    """An address of this door alone; anything else leads to the start."""
    return wanted if OWN_PATH.fullmatch(wanted) else "/"


def _page(form: PasswordForm, problem: str) -> str:
    return show(
        "desk/confirm.html",
        form=form,
        to=own_path(request.args.get("to", "")),
        problem=problem,
        troubled=bool(problem),
    )


@confirming.get("/confirm")
@for_staff
def question(_sitting: Sitting) -> str:
    return _page(PasswordForm(formdata=None), "")


@confirming.post("/confirm")
@for_staff
def confirm(sitting: Sitting) -> AnyResponse | tuple[str, int]:
    state, form = room(), PasswordForm()
    if not form.is_ours:
        return _page(form, WRONG), 403
    mark = b"confirm" + sitting.member_id
    with TURNS.turn():
        if not state.throttle.is_open(mark):
            return _page(form, TOO_OFTEN), 429
        password, now = form.password.data or "", clock.epoch_seconds()
        secret = device_secret("")
        if not confirm_password(
            state.session, state.boot_secret, cookie_sent(), password, secret, now
        ):
            state.throttle.count_wrong(mark)
            return _page(form, WRONG), 401
    state.throttle.forget(mark)
    return redirect(own_path(request.args.get("to", "")), 303)
