"""The reporter door: public, without session, cookie, script or state on the server."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Flask, Request, Response, g, request
from flask.sessions import NullSession, SessionInterface
from flask_sqlalchemy_lite import SQLAlchemy
from werkzeug.exceptions import HTTPException

from app.config import Config
from app.headers import set_headers
from app.labels import msg
from app.locale import install_words
from app.reporter.door import DoorState, note
from app.reporter.mailbox import mailbox
from app.reporter.pages import before_each, pages, read_language
from app.stylesheet import serve_stylesheet
from app.wire import finish_page, takes_gzip
from casework.office import OfficeFiles
from casework.storage import prepare

MAX_PARTS = 200
MOST_READ_AWAY = 16 * 1024 * 1024


class InMemoryRequest(Request):
    """No part of a form is ever written to a temporary file."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


class NoSessions(SessionInterface):
    """There is nothing to remember, so nothing can leak."""

    def open_session(self, app: Flask, request: Request) -> NullSession:
        return NullSession()


db = SQLAlchemy(require_default_engine=True)


def create_reporter_app(config: Config, files: OfficeFiles) -> Flask:
    """The public application; it holds public keys only."""
    app = Flask("app.reporter", template_folder="../templates", static_folder=None)
    app.request_class = InMemoryRequest
    app.session_interface = NoSessions()
    app.config.update(
        MAX_CONTENT_LENGTH=config.forms.max_bytes,
        MAX_FORM_MEMORY_SIZE=config.forms.max_bytes,
        MAX_FORM_PARTS=MAX_PARTS,
        SQLALCHEMY_ENGINES={"default": {"url": files.database, "hide_parameters": True}},
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    sheet = serve_stylesheet(app)
    app.extensions["door"] = DoorState(config, files, db, sheet.address)
    install_words(app, lambda: str(g.get("language", config.office.languages[0])))
    app.url_value_preprocessor(read_language)
    app.before_request(before_each)
    app.register_blueprint(pages)
    app.register_blueprint(mailbox)
    app.register_error_handler(HTTPException, _error_page)
    app.after_request(_finish)
    return app


_ERRORS = {
    404: (msg("Page not found"), msg("There is no page at this address.")),
    405: (msg("This does not work here"), msg("Please go back to the start page.")),
    413: (
        msg("That was too much at once"),
        msg(
            "Your text is longer than we can take in one go. Please use your browser's Back "
            "button: your words are still there. Shorten them, or send the rest "
            "later as an addition."
        ),
    ),
    415: (msg("This does not work here"), msg("Please send the form from its own page.")),
}
_OTHER = (
    msg("Something went wrong"),
    msg("Please try again. Nothing of what you wrote was kept here."),
)


def _error_page(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    if code == 413:
        _read_the_rest()
    title, text = _ERRORS.get(code, _OTHER)
    return note(f"error.{code}", title, text), code


def _read_the_rest() -> None:
    """Take in what is too much before answering: a browser cut off while sending shows no page."""
    left = MOST_READ_AWAY
    while left > 0 and (chunk := request.environ["wsgi.input"].read(65536)):
        left -= len(chunk)


def _finish(response: Response) -> Response:
    set_headers(response, "reporter")
    return finish_page(response, takes_gzip(request), pad=True)
