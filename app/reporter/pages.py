"""The public pages: each view reads, calls one verb, and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import Blueprint, Response, abort, g, redirect, request
from sqlalchemy import text
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.door_origin import own_origin
from app.filled import Filled
from app.locale import gettext_of, say_day
from app.report_choices import report_choices
from app.reporter.door import TURNS, door, sent_fields, show
from app.reporter.files import files_form
from app.reporter.guards import open_to_all
from casework.answers import Problem, parse_answers
from casework.doortokens import (
    FormToken,
    TokenState,
    issue_form,
    issue_write,
    read_form,
)
from casework.errors import NoTeam, ReportWithdrawn, TeamKeyUnknown
from casework.reporting import Sent, SentForm, reading_team, send_report
from casework.vocabulary import TeamKind

pages = Blueprint("reporter", __name__)
ANSWER_DAYS = 7


def read_language(_endpoint: str | None, values: dict[str, str] | None) -> None:
    """The language in the address, or 404."""
    language = (values or {}).pop("lang", None)
    if language is not None:
        if language not in door().config.office.languages:
            abort(404)
        g.language = language


def before_each() -> None:
    """Forms come as multipart: other forms escape the limit on a field's size."""
    if request.method == "POST" and request.mimetype != "multipart/form-data":
        abort(415)


@pages.get("/")
@open_to_all
def front() -> AnyResponse:
    languages = door().config.office.languages
    best = request.accept_languages.best_match(languages) or languages[0]
    return redirect(f"/{best}/", 303)


@pages.get("/<lang>/")
@open_to_all
def start() -> str:
    return show("reporter/start.html")


@pages.get("/<lang>/help")
@open_to_all
def help_page() -> str:
    return show("reporter/help.html")


@pages.get("/<lang>/privacy")
@open_to_all
def privacy() -> str:
    return show("reporter/privacy.html")


@pages.get("/<lang>/accessibility")
@open_to_all
def accessibility() -> str:
    return show("reporter/accessibility.html")


@pages.get("/leave")
@open_to_all
def leave() -> AnyResponse:
    response = redirect(door().config.office.quiet_place, 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@pages.get("/healthz")
@open_to_all
def healthz() -> Response:
    return Response("ok", mimetype="text/plain")


@pages.get("/readyz")
@open_to_all
def readyz() -> Response:
    door().db.session.execute(text("select 1 from team limit 1"))
    return Response("ok", mimetype="text/plain")


def _form_page(token: FormToken, filled: Filled) -> str:
    choices = report_choices(gettext_of(g.language))
    return show(
        "reporter/form.html", token=token, filled=filled, has_ombuds=_has_ombuds(), **choices
    )


def _has_ombuds() -> bool:
    """Whether somebody outside the office could read a report instead."""
    state = door()
    try:
        reading_team(state.db.session, state.files, TeamKind.OMBUDS)
    except (NoTeam, TeamKeyUnknown):
        return False
    return True


def _fresh_token() -> FormToken:
    return issue_form(door().files.door_key, clock.epoch_seconds())


@pages.get("/<lang>/report")
@open_to_all
def form() -> str:
    return _form_page(_fresh_token(), Filled(gettext_of(g.language)))


def _refused(
    fields: Mapping[str, Sequence[str]],
    problems: Sequence[Problem],
    token: FormToken | None,
    code: int = 400,
) -> tuple[str, int]:
    kept = dict(fields)
    if token is None:
        kept.pop("receipt_choice", None)  # new words were not kept yet
    filled = Filled(gettext_of(g.language), kept, problems)
    return _form_page(token or _fresh_token(), filled), code


def _sent_token(fields: Mapping[str, Sequence[str]]) -> tuple[TokenState, FormToken | None]:
    signed = fields.get("form", [])
    sent = signed[0] if len(signed) == 1 else ""
    life = door().config.forms.life_seconds
    return read_form(door().files.door_key, sent, clock.epoch_seconds(), life)


def form_not_stored() -> tuple[str, int]:
    """The database could not take the report: the page comes back with everything in it."""
    door().db.session.rollback()
    fields = sent_fields()
    return _refused(fields, [Problem("what", "not_stored")], _sent_token(fields)[1], 503)


@pages.post("/<lang>/report")
@open_to_all
def send() -> str | tuple[str, int]:
    office, fields, today = door(), sent_fields(), clock.today()
    parsed = parse_answers(fields, today)
    problems = list(parsed.problems)
    state, token = _sent_token(fields)
    if state is not TokenState.VALID or token is None or not own_origin():
        return _refused(fields, [*problems, Problem("receipt_choice", "fresh_form")], None)
    readers = fields.get("reader", [])
    if readers not in ([], ["office"], ["ombuds"]):
        problems.append(Problem("reader", "unknown_choice"))
    reader = TeamKind.OMBUDS if readers == ["ombuds"] else TeamKind.TEAM
    choice = fields.get("receipt_choice", [])
    if choice not in (["kept"], ["none"]):
        problems.append(Problem("receipt_choice", "choose"))
    if problems:
        return _refused(fields, problems, token)
    sent_form = SentForm(token.form_id, token.receipt, token.expires, choice == ["kept"], reader)
    try:
        with TURNS:
            sent = send_report(
                office.db.session,
                office.files,
                sent_form,
                parsed.answers,
                g.language,
                today,
            )
    except ReportWithdrawn:
        return _refused(fields, [Problem("receipt_choice", "withdrawn")], None)
    return show(
        "reporter/sent.html",
        token=token if sent.way_back else None,
        files=_files_form(sent) if sent.way_back else None,
        addition=sent.kind == "addition",
        come_back=say_day(today + timedelta(days=ANSWER_DAYS), g.language),
    )


def _files_form(sent: Sent) -> dict[str, object]:
    """The thank-you page takes files for an hour, without the words being typed."""
    key, now = door().files.door_key, clock.epoch_seconds()
    return files_form(issue_write(key, sent.locator, sent.auth, now)["write"])
