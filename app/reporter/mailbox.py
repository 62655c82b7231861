"""The mailbox: opened by the receipt, written to by a short-lived token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, g

from app import clock
from app.door_origin import own_origin
from app.filled import Filled
from app.labels import REPORTER_STATUS_LABELS, msg
from app.locale import gettext_of, say_day
from app.reporter.door import TURNS, door, note, sent_fields, show
from app.reporter.files import files_form
from app.reporter.guards import needs_receipt, open_to_all
from casework.answers import Problem
from casework.doortokens import (
    TokenState,
    WriteToken,
    issue_write,
    last_day_of_forms,
    read_write,
)
from casework.errors import NothingSaid, NotText, Refused, TooLong
from casework.genuine import say_key
from casework.mailbox import OpenMailbox, add_words, open_mailbox, withdraw
from casework.storage import wipe_log
from crypto.errors import ReceiptMistyped
from crypto.keys import new_id
from crypto.receipt import read

mailbox = Blueprint("mailbox", __name__)
TEXT_PROBLEMS: dict[type[Refused], str] = {
    NothingSaid: "nothing_written",
    NotText: "not_text",
    TooLong: "too_long",
}


@mailbox.get("/<lang>/mailbox")
@open_to_all
def enter() -> str:
    return show("reporter/enter.html", filled=Filled(gettext_of(g.language)))


def _typed_receipt(fields: Mapping[str, Sequence[str]]) -> bytes | Problem:
    try:
        return read(" ".join(fields.get("receipt", ())))
    except ReceiptMistyped as mistyped:
        return Problem("receipt", mistyped.kind, mistyped.position)


def _enter_again(
    template: str,
    fields: Mapping[str, Sequence[str]],
    problem: Problem,
    token: WriteToken | None = None,
) -> tuple[str, int]:
    """The page again, filled. Whoever still holds a token need not type the receipt."""
    filled = Filled(gettext_of(g.language), fields, [problem])
    may_write = token is not None and not fields.get("receipt")
    return show(template, filled=filled, may_write=may_write), 400


def _opened(fields: Mapping[str, Sequence[str]]) -> OpenMailbox | Problem:
    receipt, state = _typed_receipt(fields), door()
    if isinstance(receipt, Problem):
        return receipt
    with TURNS:
        box = open_mailbox(state.db.session, state.files.receipt_salt, receipt)
    return box or Problem("receipt", "no_mailbox")


def _mailbox_page(box: OpenMailbox, filled: Filled) -> str:
    token = issue_write(door().files.door_key, box.locator, box.auth, clock.epoch_seconds())
    return show(
        "reporter/mailbox.html",
        status_label=REPORTER_STATUS_LABELS[box.status],
        status_day=say_day(box.status_day, g.language) if box.status_day else "",
        answers=box.answers,
        own_days=[say_day(day, g.language) for day in box.own_days],
        damaged=box.unreadable + box.planted,
        filled=filled,
        token=token,
        files=files_form(token["write"]),
        say_day=lambda day: say_day(day, g.language),
    )


@mailbox.post("/<lang>/mailbox")
@needs_receipt
def open_box() -> str | tuple[str, int]:
    fields = sent_fields()
    box = _opened(fields)
    if isinstance(box, Problem):
        return _enter_again("reporter/enter.html", fields, box)
    return _mailbox_page(box, Filled(gettext_of(g.language)))


def _may_write(fields: Mapping[str, Sequence[str]]) -> WriteToken | Problem:
    """The page's token; a late one counts with its receipt, so that sending twice stays one."""
    key, now = door().files.door_key, clock.epoch_seconds()
    signed = {name: values[0] for name, values in fields.items() if len(values) == 1}
    state, token = read_write(key, signed, now)
    if state is TokenState.VALID and token:
        return token
    if not fields.get("receipt"):
        return Problem("receipt", "write_expired")
    box = _opened(fields)
    if isinstance(box, Problem):
        return box
    if token and token.locator == box.locator:
        return token
    nonce = new_id()
    return WriteToken(box.locator, nonce, say_key(box.auth, nonce), now)


@mailbox.post("/<lang>/mailbox/words")
@needs_receipt
def write() -> str | tuple[str, int]:
    """By the page's token; once that has run out, by the receipt, the typed text kept."""
    state, fields = door(), sent_fields()
    token = _may_write(fields)
    if isinstance(token, Problem) or not own_origin():
        problem = token if isinstance(token, Problem) else Problem("receipt", "write_expired")
        return _enter_again("reporter/enter.html", fields, problem)
    try:
        said = add_words(state.db.session, token, "\n".join(fields.get("text", ())), clock.today())
    except tuple(TEXT_PROBLEMS) as refusal:
        problem = Problem("text", TEXT_PROBLEMS[type(refusal)])
        return _enter_again("reporter/enter.html", fields, problem, token)
    if not said:
        return _enter_again("reporter/enter.html", fields, Problem("receipt", "no_mailbox"))
    return note("mailbox.added", msg("Thank you"), msg("Your message has arrived."))


def words_not_stored() -> tuple[str, int]:
    """The database could not take the message: the page comes back with the text in it."""
    door().db.session.rollback()
    problem = Problem("text", "words_not_stored")
    return _enter_again("reporter/enter.html", sent_fields(), problem)[0], 503


def fold_log_again() -> None:
    """Deleted bytes leave the log; when somebody reads just then, the next visit tries again."""
    waits = door().log_waits
    if waits.is_set() and wipe_log(door().db.engine):
        waits.clear()


@mailbox.post("/<lang>/mailbox/withdraw")
@needs_receipt
def take_back() -> str | tuple[str, int]:
    state, fields = door(), sent_fields()
    template = "reporter/withdraw.html"
    receipt = _typed_receipt(fields)
    if isinstance(receipt, Problem):
        return _enter_again(template, fields, receipt)
    if fields.get("withdraw") != ["yes"] or not own_origin():
        return _enter_again(template, fields, Problem("withdraw", "tick"))
    with TURNS:
        until = last_day_of_forms(clock.epoch_seconds(), state.config.forms.life_seconds)
        gone = withdraw(state.db.session, state.files, receipt, until)
    if not gone:
        return _enter_again(template, fields, Problem("receipt", "no_mailbox"))
    door().log_waits.set()
    fold_log_again()
    return note(
        "mailbox.withdrawn", msg("It is deleted"), msg("Your report and all messages are gone.")
    )
