"""What both doors are made of: no session, no temporary file, no log line about people."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from io import BytesIO
from types import TracebackType
from typing import IO, Protocol, cast

from flask import Flask, Request
from flask.sessions import NullSession, SessionInterface
from flask_sqlalchemy_lite import SQLAlchemy

from app.config import Config
from casework.office import OfficeFiles
from casework.storage import prepare

MAX_PARTS = 200

_Trouble = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


class PartTarget(Protocol):
    """What a form parser writes a file to, and rewinds once the part is whole."""

    def write(self, data: bytes, /) -> int: ...
    def seek(self, offset: int, whence: int = 0, /) -> int: ...
    def close(self) -> None: ...


class InMemoryRequest(Request):
    """No part of a form is ever written to a temporary file.

    `take_file`: makes what the next file of a form is written to, from the name it came by; a
    view that takes files sets it before it looks at the form.
    """

    take_file: Callable[[str], PartTarget] | None = None

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.take_file:
            return cast(IO[bytes], self.take_file(filename or ""))
        return BytesIO()


class NoSessions(SessionInterface):
    """There is nothing to remember, so nothing can leak."""

    def open_session(self, app: Flask, request: Request) -> NullSession:
        return NullSession()


class StatelessApp(Flask):
    """A Flask app that keeps nothing of its visitors."""

    request_class = InMemoryRequest
    session_interface = NoSessions()

    def log_exception(self, exc_info: _Trouble) -> None:
        """Where it broke and with which kind of error; the address and the words stay out."""
        kind, _, trace = exc_info
        last = traceback.extract_tb(trace)[-1] if trace else None
        place = f"{last.filename}:{last.lineno}" if last else "an unknown place"
        self.logger.error("%s at %s", kind.__name__ if kind else "error", place)


def stateless_app(name: str, config: Config, files: OfficeFiles, db: SQLAlchemy) -> StatelessApp:
    """An app on the office's database, with the limits of the configuration."""
    app = StatelessApp(name, template_folder="../templates", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=config.forms.max_bytes,
        MAX_FORM_MEMORY_SIZE=config.forms.max_bytes,
        MAX_FORM_PARTS=MAX_PARTS,
        SQLALCHEMY_ENGINES={"default": {"url": files.database, "hide_parameters": True}},
    )
    # No redirect that repeats the Host header: an odd address is simply not there.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    return app
