"""The desk door: staff only, one cookie that opens one sitting."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_sqlalchemy_lite import SQLAlchemy

from app.config import Config
from app.desk.pages import desk
from app.desk.room import Room, own_origin
from app.headers import set_headers
from app.locale import install_words
from app.reporter import InMemoryRequest, NoSessions
from app.stylesheet import serve_stylesheet
from casework.errors import CaseNotFound
from casework.office import OfficeFiles
from casework.storage import prepare

db = SQLAlchemy(require_default_engine=True)


def create_desk_app(config: Config, files: OfficeFiles, boot_secret: bytes) -> Flask:
    """The staff application."""
    app = Flask("app.desk", template_folder="../templates", static_folder=None)
    app.request_class = InMemoryRequest
    app.session_interface = NoSessions()
    app.config.update(
        MAX_CONTENT_LENGTH=config.forms.max_bytes,
        SQLALCHEMY_ENGINES={"default": {"url": files.database, "hide_parameters": True}},
    )
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    sheet = serve_stylesheet(app)
    app.extensions["room"] = Room(config, files, db, boot_secret, sheet.address)
    install_words(app, lambda: str(request.accept_languages.best_match(["de", "en"]) or "de"))
    app.before_request(own_origin)
    app.register_blueprint(desk)
    app.register_error_handler(CaseNotFound, _not_there)
    app.after_request(_finish)
    return app


def _not_there(_error: Exception) -> tuple[str, int]:
    return "Not found", 404


def _finish(response: Response) -> Response:
    set_headers(response, "desk")
    return response
