"""The public pages: each view reads, calls one verb, and answers."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, g, redirect, render_template, request
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import text
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.config import Config
from app.labels import (
    AREA_LABELS,
    GROUND_LABELS,
    PHENOMENON_LABELS,
    REPORTER_STATUS_LABELS,
    ROLE_LABELS,
    WISH_LABELS,
)
from app.locale import LANGUAGES, gettext_of, say_day, text_direction
from app.reporter.filled import Filled
from app.reporter.guards import needs_receipt, open_to_all
from casework.answers import Problem, parse_answers
from casework.doortokens import (
    FormToken,
    TokenState,
    issue_form,
    issue_write,
    read_form,
    read_write,
)
from casework.errors import NothingSaid, ReportWithdrawn, TooLong
from casework.mailbox import OpenMailbox, add_words, open_mailbox, withdraw
from casework.municipalities import MUNICIPALITIES
from casework.office import OfficeFiles
from casework.reporting import SentForm, send_report
from casework.storage import wipe_log
from casework.vocabulary import SEED_GROUNDS, SEED_PHENOMENA, Ground, Phenomenon
from crypto.errors import ReceiptMistyped
from crypto.receipt import read

pages = Blueprint("reporter", __name__)
QUIET_PLACE = "https://www.wetter.de/"
ANSWER_DAYS = 7
PLACES_BESIDES = {
    "online": "On the internet",
    "outside": "Outside the district",
    "unknown": "I do not know",
    "not_said": "I would rather not say",
}
# Argon2id needs memory: two at a time, the others wait their turn.
_turns = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class DoorState:
    """What every view of this door needs."""

    config: Config
    files: OfficeFiles
    db: SQLAlchemy
    stylesheet: str


def _door() -> DoorState:
    state: DoorState = current_app.extensions["door"]
    return state


def _show(template: str, **values: object) -> str:
    door, language = _door(), g.get("language", _door().config.office.languages[0])
    shown = {code: LANGUAGES[code] for code in door.config.office.languages}
    filled = values.get("filled")
    return render_template(
        template,
        lang=language,
        direction=text_direction(language),
        product=door.config.office.product,
        office=door.config.office.name,
        languages=shown,
        stylesheet=door.stylesheet,
        troubled=isinstance(filled, Filled) and filled.troubled,
        **values,
    )


def note(page: str, title: str, words: str) -> str:
    """A page that says one thing."""
    return _show("reporter/note.html", page=page, title=title, text=words)


@pages.url_value_preprocessor
def _language(_endpoint: str | None, values: dict[str, str] | None) -> None:
    language = (values or {}).pop("lang", None)
    if language is not None:
        if language not in _door().config.office.languages:
            abort(404)
        g.language = language


@pages.before_request
def _multipart_only() -> None:
    if request.method == "POST" and request.mimetype != "multipart/form-data":
        abort(415)


def _own_origin() -> bool:
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _fields() -> dict[str, list[str]]:
    return {name: request.form.getlist(name) for name in request.form}


@pages.get("/")
@open_to_all
def front() -> AnyResponse:
    languages = _door().config.office.languages
    best = request.accept_languages.best_match(languages) or languages[0]
    return redirect(f"/{best}/", 303)


@pages.get("/<lang>/")
@open_to_all
def start() -> str:
    return _show("reporter/start.html")


@pages.get("/<lang>/help")
@open_to_all
def help_page() -> str:
    return _show("reporter/help.html")


@pages.get("/<lang>/privacy")
@open_to_all
def privacy() -> str:
    return _show("reporter/privacy.html")


@pages.get("/<lang>/accessibility")
@open_to_all
def accessibility() -> str:
    return _show("reporter/accessibility.html")


@pages.get("/leave")
@open_to_all
def leave() -> AnyResponse:
    response = redirect(QUIET_PLACE, 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@pages.get("/healthz")
@open_to_all
def healthz() -> Response:
    return Response("ok", mimetype="text/plain")


@pages.get("/readyz")
@open_to_all
def readyz() -> Response:
    _door().db.session.execute(text("select 1 from team limit 1"))
    return Response("ok", mimetype="text/plain")


def _form_page(token: FormToken, filled: Filled) -> str:
    say = gettext_of(g.language)
    first = [("phenomena", code, PHENOMENON_LABELS[code]) for code in SEED_PHENOMENA]
    first += [("grounds", code, GROUND_LABELS[code]) for code in SEED_GROUNDS]
    first += [("grounds", code, GROUND_LABELS[code]) for code in (Ground.UNKNOWN, Ground.NOT_SAID)]
    listed = {code for _, code, _ in first}
    places = [*MUNICIPALITIES.items(), *((c, say(n)) for c, n in PLACES_BESIDES.items())]
    return _show(
        "reporter/form.html",
        token=token,
        filled=filled,
        places=places,
        first_choices=first,
        more_grounds={c: GROUND_LABELS[c] for c in Ground if c not in listed},
        more_phenomena={c: PHENOMENON_LABELS[c] for c in Phenomenon if c not in SEED_PHENOMENA},
        areas=AREA_LABELS,
        roles=ROLE_LABELS,
        wishes=WISH_LABELS,
    )


def _fresh_token() -> FormToken:
    return issue_form(_door().files.door_key, clock.epoch_seconds())


@pages.get("/<lang>/report")
@open_to_all
def form() -> str:
    return _form_page(_fresh_token(), Filled(gettext_of(g.language)))


def _refused(
    fields: Mapping[str, Sequence[str]], problems: Sequence[Problem], token: FormToken | None
) -> tuple[str, int]:
    kept = dict(fields)
    if token is None:
        kept.pop("receipt_choice", None)  # new words were not kept yet
    filled = Filled(gettext_of(g.language), kept, problems)
    return _form_page(token or _fresh_token(), filled), 400


@pages.post("/<lang>/report")
@open_to_all
def send() -> str | tuple[str, int]:
    door, fields, today = _door(), _fields(), clock.today()
    parsed = parse_answers(fields, today)
    problems = list(parsed.problems)
    signed = fields.get("form", [])
    state, token = read_form(
        door.files.door_key, signed[0] if len(signed) == 1 else "", clock.epoch_seconds()
    )
    if state is not TokenState.VALID or token is None or not _own_origin():
        return _refused(fields, [*problems, Problem("receipt_choice", "fresh_form")], None)
    choice = fields.get("receipt_choice", [])
    if choice not in (["kept"], ["none"]):
        problems.append(Problem("receipt_choice", "choose"))
    if problems:
        return _refused(fields, problems, token)
    kept = choice == ["kept"]
    sent_form = SentForm(token.form_id, token.receipt if kept else None, token.expires)
    try:
        with _turns:
            sent = send_report(
                door.db.session,
                door.files.receipt_salt,
                sent_form,
                parsed.answers,
                g.language,
                today,
            )
    except ReportWithdrawn:
        return _refused(fields, [Problem("receipt_choice", "withdrawn")], None)
    return _show(
        "reporter/sent.html",
        token=token if kept else None,
        addition=sent.kind == "addition",
        come_back=say_day(today + timedelta(days=ANSWER_DAYS), g.language),
    )


@pages.get("/<lang>/mailbox")
@open_to_all
def enter() -> str:
    return _show("reporter/enter.html", filled=Filled(gettext_of(g.language)))


def _typed_receipt(fields: Mapping[str, Sequence[str]]) -> bytes | Problem:
    try:
        return read(" ".join(fields.get("receipt", ())))
    except ReceiptMistyped as mistyped:
        return Problem("receipt", mistyped.kind)


def _enter_again(
    template: str, fields: Mapping[str, Sequence[str]], problem: Problem
) -> tuple[str, int]:
    return _show(template, filled=Filled(gettext_of(g.language), fields, [problem])), 400


def _opened(fields: Mapping[str, Sequence[str]]) -> OpenMailbox | Problem:
    receipt, door = _typed_receipt(fields), _door()
    if isinstance(receipt, Problem):
        return receipt
    with _turns:
        box = open_mailbox(door.db.session, door.files.receipt_salt, receipt)
    return box or Problem("receipt", "no_mailbox")


def _mailbox_page(box: OpenMailbox, filled: Filled, added: bool = False) -> str:
    token = issue_write(
        _door().files.door_key, box.locator, len(box.answers), clock.epoch_seconds()
    )
    return _show(
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


@pages.post("/<lang>/mailbox")
@needs_receipt
def open_box() -> str | tuple[str, int]:
    fields = _fields()
    box = _opened(fields)
    if isinstance(box, Problem):
        return _enter_again("reporter/enter.html", fields, box)
    return _mailbox_page(box, Filled(gettext_of(g.language)))


@pages.post("/<lang>/mailbox/words")
@needs_receipt
def write() -> str | tuple[str, int]:
    """By the page's token; once that has run out, by the receipt, the typed text kept."""
    door, fields = _door(), _fields()
    signed = {name: values[0] for name, values in fields.items() if len(values) == 1}
    token = read_write(door.files.door_key, signed, clock.epoch_seconds())
    if token is None and fields.get("receipt"):
        box = _opened(fields)
        if isinstance(box, Problem):
            return _enter_again("reporter/enter.html", fields, box)
        fresh = issue_write(
            door.files.door_key, box.locator, len(box.answers), clock.epoch_seconds()
        )
        token = read_write(door.files.door_key, fresh, clock.epoch_seconds())
    if token is None or not _own_origin():
        return _enter_again("reporter/enter.html", fields, Problem("receipt", "write_expired"))
    try:
        said = add_words(
            door.db.session, token, "\n".join(fields.get("text", ())), clock.today()
        )
    except (NothingSaid, TooLong) as refusal:
        kind = "too_long" if isinstance(refusal, TooLong) else "nothing_said"
        return _enter_again("reporter/enter.html", fields, Problem("text", kind))
    if not said:
        return _enter_again("reporter/enter.html", fields, Problem("receipt", "no_mailbox"))
    return note("mailbox.added", "Thank you", "Your message has arrived.")


@pages.post("/<lang>/mailbox/withdraw")
@needs_receipt
def take_back() -> str | tuple[str, int]:
    door, fields = _door(), _fields()
    template = "reporter/withdraw.html"
    receipt = _typed_receipt(fields)
    if isinstance(receipt, Problem):
        return _enter_again(template, fields, receipt)
    if fields.get("withdraw") != ["yes"] or not _own_origin():
        return _enter_again(template, fields, Problem("withdraw", "tick"))
    with _turns:
        gone = withdraw(door.db.session, door.files.receipt_salt, receipt, clock.today())
    if not gone:
        return _enter_again(template, fields, Problem("receipt", "no_mailbox"))
    wipe_log(door.db.engine)
    return note("mailbox.withdrawn", "It is deleted", "Your report and all messages are gone.")
