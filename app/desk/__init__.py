"""The desk door: staff only, one cookie that opens one sitting."""

from __future__ import annotations

import sys

from flask import Response, current_app, request
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, NotFound

from app.config import Config
from app.desk.account import account
from app.desk.audit import audit
from app.desk.case import case
from app.desk.casebook import casebook
from app.desk.confirming import ask_again, confirming
from app.desk.files import files as files_pages
from app.desk.guards import typed_again
from app.desk.handing import handing
from app.desk.intake import intake
from app.desk.joining import joining
from app.desk.room import Room, language, refuse_foreign_origin, room, show
from app.desk.signing_in import signing_in
from app.desk.team import team
from app.headers import set_headers
from app.labels import msg
from app.locale import install_words
from app.stateless import StatelessApp, stateless_app
from app.stylesheet import serve_stylesheet
from app.throttle import TooManyWait
from app.wire import read_the_rest
from casework.errors import (
    ArchiveClosed,
    ArchiveKeySwapped,
    AuditKeySwapped,
    CaseNotFound,
    NoTeam,
    PasswordNeeded,
    RegistryDamaged,
    TeamKeyUnknown,
)
from casework.office import OfficeFiles
from crypto.errors import CannotOpen

db = SQLAlchemy(require_default_engine=True)
PAGES = (
    signing_in,
    joining,
    confirming,
    casebook,
    intake,
    case,
    files_pages,
    handing,
    team,
    audit,
    account,
)


def create_desk_app(
    config: Config,
    files: OfficeFiles,
    boot_secret: bytes,
    demo_accounts: tuple[tuple[str, str], ...] = (),
) -> StatelessApp:
    """The staff application. `demo_accounts`: names and code secrets that the demo shows."""
    app = stateless_app("app.desk", config, files, db)
    sheet = serve_stylesheet(app)
    app.extensions["room"] = Room(config, files, db, boot_secret, sheet.address, demo_accounts)
    install_words(app, language)
    app.before_request(refuse_foreign_origin)
    for pages in PAGES:
        app.register_blueprint(pages)
    app.register_error_handler(CaseNotFound, lambda _error: _error_page(NotFound()))
    app.register_error_handler(ArchiveClosed, ask_again)
    app.register_error_handler(PasswordNeeded, ask_again)
    for changed in (RegistryDamaged, AuditKeySwapped, ArchiveKeySwapped, TeamKeyUnknown):
        app.register_error_handler(changed, lambda _error: _changed_page())
    app.register_error_handler(CannotOpen, lambda _error: _damaged_page())
    app.register_error_handler(TooManyWait, lambda _error: _wait_page())
    app.register_error_handler(SQLAlchemyError, _not_stored)
    app.register_error_handler(NoTeam, _not_stored)
    app.register_error_handler(HTTPException, _error_page)
    app.after_request(_finish)
    return app


_ERRORS = {
    403: (msg("This did not come from our own page"), msg("Please open the page anew.")),
    404: (msg("Page not found"), msg("There is no page at this address.")),
    405: (msg("This does not work here"), msg("Please go back to the start page.")),
    413: (
        msg("That was too much at once"),
        msg(
            "This was far longer than we can take in one go, so nothing of it arrived. "
            "Please send at most 20,000 characters, and the rest after that."
        ),
    ),
}
_OTHER = (
    msg("Something went wrong"),
    msg("Please try again. If it happens again, tell your administration the time."),
)


def _error_page(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    if code == 413:
        read_the_rest(request)
    title, text = _ERRORS.get(code, _OTHER)
    return show("desk/note.html", page=f"error.{code}", title=title, text=text), code


def _not_stored(_error: Exception) -> tuple[str, int]:
    current_app.log_exception(sys.exc_info())
    room().session.rollback()
    return typed_again(
        title=msg("This could not be stored"),
        reason=msg("Nothing was changed. Please try again in a few minutes."),
    ), 503


def _wait_page() -> tuple[str, int]:
    title = msg("Many are signing in just now")
    text = msg("Please go back and try again in a moment. Nothing is lost.")
    return show("desk/note.html", page="error.busy", title=title, text=text), 503


def _changed_page() -> tuple[str, int]:
    room().session.rollback()
    title = msg("The database was changed from outside")
    text = msg(
        "A key or a list in it is not the one that this office wrote down. Nothing was done. "
        "Please tell your lead and your administration."
    )
    return show("desk/note.html", page="error.changed", title=title, text=text), 409


def _damaged_page() -> tuple[str, int]:
    title = msg("This case cannot be opened")
    text = msg("Its rows were changed or are damaged. Nothing is shown. Please tell your lead.")
    return show("desk/note.html", page="error.damaged", title=title, text=text), 500


def _finish(response: Response) -> Response:
    return set_headers(response, "desk", room().config.desk.public_url)
