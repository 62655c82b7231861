"""A person who was invited makes their keys, and is shown once what they will need."""

from __future__ import annotations

from base64 import b32encode

from flask import Blueprint, make_response
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.desk.device import keep_device_secret
from app.desk.forms import JoinForm
from app.desk.guards import open_to_all
from app.desk.room import TURNS, language, room, show
from app.labels import msg
from casework.errors import InvitationUnknown, NameTaken, PasswordTooShort, Refused
from casework.invitations import join
from crypto.errors import ReceiptMistyped
from crypto.receipt import read
from crypto.wordcode import KEY_CARD, card_words

joining = Blueprint("joining", __name__)
UNKNOWN = msg("These 8 words are no invitation, or it was used already, or a week has passed.")
NOT_TWICE = msg("The password was not typed the same twice.")
WHY: dict[type[Refused], str] = {
    InvitationUnknown: UNKNOWN,
    NameTaken: msg("Somebody has this name already. Please ask for a new invitation."),
    PasswordTooShort: msg("A password has at least 12 signs, best several words. At most 256."),
}


def _page(form: JoinForm, problem: str = "") -> str:
    return show("desk/join.html", form=form, problem=problem, troubled=bool(problem))


@joining.get("/join")
@open_to_all
def join_page() -> str:
    return _page(JoinForm(formdata=None))


@joining.post("/join")
@open_to_all
def join_office() -> AnyResponse | tuple[str, int]:
    state, form, lang = room(), JoinForm(), language()
    password = form.password.data or ""
    try:
        code = read(form.code.data or "")
    except ReceiptMistyped:
        return _page(form, UNKNOWN), 400
    if password != form.again.data:
        return _page(form, NOT_TWICE), 400
    try:
        with TURNS.turn():
            new = join(state.session, state.files, code, password, lang, clock.today())
    except tuple(WHY) as refusal:
        state.session.rollback()
        return _page(form, WHY[type(refusal)]), 400
    card = " ".join(card_words(KEY_CARD, new.device_secret, lang)) if new.device_secret else ""
    secret = b32encode(new.totp_secret).decode()
    page = show("desk/joined.html", newcomer=new, secret=secret, card=card)
    response = make_response(page)
    if new.device_secret:
        keep_device_secret(response, new.device_secret)
    return response
