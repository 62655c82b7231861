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
from app.reporter.guards import needs_receipt, open_to_all
from casework.answers import Problem
from casework.doortokens import issue_write, read_write
from casework.errors import NothingSaid, TooLong
from casework.mailbox import OpenMailbox, add_words, open_mailbox, withdraw
from casework.storage import wipe_log
from crypto.errors import ReceiptMistyped
from crypto.receipt import read

mailbox = Blueprint("mailbox", __name__)


@mailbox.get("/<lang>/mailbox")
@open_to_all
def enter() -> str:
    return show("reporter/enter.html", filled=Filled(gettext_of(g.language)))


def _typed_receipt(fields: Mapping[str, Sequence[str]]) -> bytes | Problem:
    try:
        return read(" ".join(fields.get("receipt", ())))
    except ReceiptMistyped as mistyped:
        return Problem("receipt", mistyped.kind)


def _enter_again(
    template: str, fields: Mapping[str, Sequence[str]], problem: Problem
) -> tuple[str, int]:
    return show(template, filled=Filled(gettext_of(g.language), fields, [problem])), 400


def _opened(fields: Mapping[str, Sequence[str]]) -> OpenMailbox | Problem:
    receipt, state = _typed_receipt(fields), door()
    if isinstance(receipt, Problem):
        return receipt
    with TURNS:
        box = open_mailbox(state.db.session, state.files.receipt_salt, receipt)
    return box or Problem("receipt", "no_mailbox")


def _mailbox_page(box: OpenMailbox, filled: Filled, added: bool = False) -> str:
    token = issue_write(door().files.door_key, box.locator, len(box.answers), clock.epoch_seconds())
    return show(
        "reporter/mailbox.html",
        status_label=REPORTER_STATUS_LABELS[box.status],
        status_day=say_day(box.status_day, g.language) if box.status_day else "",
        answers=box.answers,
        own_days=[say_day(day, g.language) for day in box.own_days],
        added=added,
        filled=filled,
        token=token,
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


@mailbox.post("/<lang>/mailbox/words")
@needs_receipt
def write() -> str | tuple[str, int]:
    """By the page's token; once that has run out, by the receipt, the typed text kept."""
    state, fields = door(), sent_fields()
    signed = {name: values[0] for name, values in fields.items() if len(values) == 1}
    token = read_write(state.files.door_key, signed, clock.epoch_seconds())
    if token is None and fields.get("receipt"):
        box = _opened(fields)
        if isinstance(box, Problem):
            return _enter_again("reporter/enter.html", fields, box)
        fresh = issue_write(
            state.files.door_key, box.locator, len(box.answers), clock.epoch_seconds()
        )
        token = read_write(state.files.door_key, fresh, clock.epoch_seconds())
    if token is None or not own_origin():
        return _enter_again("reporter/enter.html", fields, Problem("receipt", "write_expired"))
    try:
        said = add_words(state.db.session, token, "\n".join(fields.get("text", ())), clock.today())
    except (NothingSaid, TooLong) as refusal:
        kind = "too_long" if isinstance(refusal, TooLong) else "nothing_said"
        return _enter_again("reporter/enter.html", fields, Problem("text", kind))
    if not said:
        return _enter_again("reporter/enter.html", fields, Problem("receipt", "no_mailbox"))
    return note("mailbox.added", msg("Thank you"), msg("Your message has arrived."))


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
        gone = withdraw(state.db.session, state.files.receipt_salt, receipt, clock.today())
    if not gone:
        return _enter_again(template, fields, Problem("receipt", "no_mailbox"))
    wipe_log(state.db.engine)
    return note(
        "mailbox.withdrawn", msg("It is deleted"), msg("Your report and all messages are gone.")
    )
