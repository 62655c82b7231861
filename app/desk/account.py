"""A person's own page: role and teams, where they are signed in, a new password."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.desk.device import device_secret
from app.desk.forms import MarkedForm, NewPasswordForm
from app.desk.guards import for_admin, for_staff
from app.desk.room import TURNS, cookie_sent, language, room, show
from app.labels import STAFF_ROLE_LABELS, msg
from app.locale import say_moment
from casework.errors import PasswordTooShort, SignInRefused
from casework.members import PASSWORD_MIN
from casework.office import head_count
from casework.own_sittings import end_other_sittings, own_sittings
from casework.passwords import set_new_password
from casework.sitting import Sitting

account = Blueprint("account", __name__)
NOT_TWICE = msg("The new password was not typed the same twice.")
OLD_WRONG = msg("The old password is not right.")
TOO_SHORT = msg("A password has at least 12 signs, best several words. At most 256.")
TOO_OFTEN = msg("The password was tried too often. Please wait five minutes.")


def _page(sitting: Sitting, problem: str = "", done: str = "") -> str:
    state, lang = room(), language()
    return show(
        "desk/account.html",
        person=sitting,
        role=STAFF_ROLE_LABELS[sitting.role],
        sittings=own_sittings(state.session, state.boot_secret, cookie_sent(), sitting),
        form=NewPasswordForm(formdata=None),
        least=PASSWORD_MIN,
        problem=problem,
        troubled=bool(problem),
        done=done,
        say_moment=lambda at: say_moment(at, lang),
    )


@account.get("/account")
@for_staff
def own_account(sitting: Sitting) -> str:
    return _page(sitting)


@account.post("/account/sittings")
@for_staff
def end_others(sitting: Sitting) -> AnyResponse | tuple[str, int]:
    state = room()
    if not MarkedForm().is_ours:
        return _page(sitting), 403
    end_other_sittings(state.session, state.boot_secret, cookie_sent(), sitting.member_id)
    return redirect("/account", 303)


@account.post("/account/password")
@for_staff
def new_password(sitting: Sitting) -> str | tuple[str, int]:
    state, form = room(), NewPasswordForm()
    old, new, again = (f.data or "" for f in (form.password, form.new_password, form.again))
    if not form.is_ours:
        return _page(sitting), 403
    if new != again:
        return _page(sitting, NOT_TWICE), 400
    mark = b"confirm" + sitting.member_id
    with TURNS.turn():
        if not state.throttle.is_open(mark):
            return _page(sitting, TOO_OFTEN), 429
        try:
            set_new_password(
                state.session,
                sitting,
                state.boot_secret,
                cookie_sent(),
                old,
                new,
                device_secret(""),
                clock.office_now(),
            )
        except PasswordTooShort:
            return _page(sitting, TOO_SHORT), 400
        except SignInRefused:
            state.throttle.count_wrong(mark)
            return _page(sitting, OLD_WRONG), 401
    state.throttle.forget(mark)
    return _page(sitting, done=msg("Your new password holds from now on."))


@account.get("/admin")
@for_admin
def administration(_sitting: Sitting) -> str:
    return show("desk/admin.html", heads=head_count(room().session))
