"""The reporter door: public, without session, cookie, script or state on the server."""

from __future__ import annotations

import sys

from flask import Response, current_app, g, request
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from app.config import Config
from app.headers import set_headers
from app.labels import msg
from app.locale import install_words
from app.reporter.door import DoorState, door, note
from app.reporter.files import files as files_pages
from app.reporter.files import files_not_stored
from app.reporter.mailbox import fold_log_again, mailbox, words_not_stored
from app.reporter.pages import before_each, form_not_stored, pages, read_language
from app.stateless import StatelessApp, stateless_app
from app.stylesheet import serve_stylesheet
from app.wire import finish_page, read_the_rest, takes_gzip
from casework.errors import NoTeam, TeamKeyUnknown
from casework.office import OfficeFiles

db = SQLAlchemy(require_default_engine=True)


def create_reporter_app(config: Config, files: OfficeFiles) -> StatelessApp:
    """The public application; it holds public keys only."""
    app = stateless_app("app.reporter", config, files, db)
    sheet = serve_stylesheet(app)
    app.extensions["door"] = DoorState(config, files, db, sheet.address)
    install_words(app, lambda: str(g.get("language", config.office.languages[0])))
    app.url_value_preprocessor(read_language)
    app.before_request(before_each)
    app.register_blueprint(pages)
    app.register_blueprint(mailbox)
    app.register_blueprint(files_pages)
    app.register_error_handler(SQLAlchemyError, _not_stored)
    app.register_error_handler(NoTeam, _not_stored)
    app.register_error_handler(TeamKeyUnknown, _not_stored)
    app.register_error_handler(HTTPException, _error_page)
    app.after_request(_finish)
    return app


_ERRORS = {
    404: (msg("Page not found"), msg("There is no page at this address.")),
    405: (msg("This does not work here"), msg("Please go back to the start page.")),
    413: (
        msg("That was too much at once"),
        msg(
            "This was far longer than we can take in one go, so nothing of it arrived. Please "
            "send at most 20,000 characters, and the rest later with your 8 words."
        ),
    ),
    415: (msg("This does not work here"), msg("Please send the form from its own page.")),
}
_OTHER = (
    msg("Something went wrong"),
    msg("Please try again. Nothing of what you wrote was kept here."),
)


def _not_stored(_error: Exception) -> tuple[str, int]:
    current_app.log_exception(sys.exc_info())
    filled_again = {
        "reporter.send": form_not_stored,
        "mailbox.write": words_not_stored,
        "files.add": files_not_stored,
    }
    again = filled_again.get(request.endpoint or "")
    if again:
        return again()
    return note("error.503", *_OTHER), 503


def _error_page(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    if code == 413:
        read_the_rest(request)
    title, text = _ERRORS.get(code, _OTHER)
    return note(f"error.{code}", title, text), code


def _finish(response: Response) -> Response:
    fold_log_again()
    set_headers(response, "reporter", door().config.reporter.public_url)
    return finish_page(response, takes_gzip(request), pad=True)
