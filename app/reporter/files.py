"""Files, sent after the text is safe: sealed while they arrive, all of a sending kept or none."""

from __future__ import annotations

import sys
from typing import cast

from flask import Blueprint, current_app, g, request
from werkzeug.exceptions import RequestEntityTooLarge

from app import clock
from app.door_origin import own_origin
from app.filled import Filled
from app.labels import msg
from app.locale import gettext_of, say_size
from app.reporter.door import door, sent_fields, show
from app.reporter.guards import needs_receipt
from app.stateless import InMemoryRequest
from app.wire import read_the_rest
from casework.answers import Problem
from casework.attachments import add_files
from casework.doortokens import TokenState, WriteToken, read_write
from casework.errors import (
    EmptyFile,
    FilesTooLarge,
    FileTooLarge,
    NoFile,
    Refused,
    TooManyFiles,
)
from casework.filefolder import FileFolder
from casework.incoming import FileLimits, IncomingFiles

files = Blueprint("files", __name__)
# A form that is too large is read to its end, and dropped: its answer then shows the form again.
TIMES_READ = 4
WHY: dict[type[Refused], tuple[str, int]] = {
    NoFile: (msg("Please choose a file first, then send."), 400),
    EmptyFile: (msg("One of these files is empty. Nothing was kept: please choose again."), 400),
    TooManyFiles: (
        msg("These are more than %(count)s files. Nothing was kept: please send fewer at once."),
        400,
    ),
    FileTooLarge: (
        msg(
            "One of these files is larger than %(each)s. Nothing was kept: please send a smaller "
            "one, or the others without it."
        ),
        413,
    ),
    FilesTooLarge: (
        msg(
            "Together these files are larger than %(together)s. Nothing was kept: please send "
            "them one after the other."
        ),
        413,
    ),
}
NOT_STORED = (
    msg(
        "Your files could not be stored just now. Your report is safe. Please send them again in "
        "a few minutes."
    ),
    503,
)


def files_form(write: str) -> dict[str, object]:
    """What the template of the form needs. `write`: the page's signed field."""
    limits = _limits()
    return {
        "write": write,
        "count": limits.files,
        "each": say_size(limits.each, g.language),
        "together": say_size(limits.together, g.language),
    }


def _limits() -> FileLimits:
    wanted = door().config.files
    return FileLimits(wanted.max_count, wanted.max_bytes_each, wanted.max_bytes)


def _seal_while_arriving() -> IncomingFiles:
    """From here on the form's files go to sealed boxes. Before the form is looked at."""
    limits, folder = _limits(), FileFolder(door().files.data_dir)
    incoming = IncomingFiles(folder, limits, clock.today(), request.content_length)
    g.incoming = incoming
    cast(InMemoryRequest, request).take_file = incoming.begin
    request.max_content_length = TIMES_READ * limits.together
    return incoming


@files.teardown_request
def remove_what_is_not_kept(_error: BaseException | None) -> None:
    """Whatever broke: a box without a row does not stay."""
    incoming: IncomingFiles | None = g.pop("incoming", None)
    if incoming:
        incoming.discard()


@files.post("/<lang>/mailbox/files")
@needs_receipt
def add() -> str | tuple[str, int]:
    incoming = _seal_while_arriving()
    try:
        write = "".join(sent_fields().get("write", []))
        token = _token(write)
        if token is None or not own_origin():
            return _ask_for_words("files_expired")
        added = add_files(door().db.session, token, incoming, clock.today())
    except tuple(WHY) as refusal:
        return _page(write, *WHY[type(refusal)])
    except RequestEntityTooLarge:
        read_the_rest(request)
        return _page("", *WHY[FilesTooLarge])
    except OSError:
        current_app.log_exception(sys.exc_info())
        return files_not_stored()
    return _page(write) if added else _ask_for_words("no_mailbox")


def _token(write: str) -> WriteToken | None:
    state, token = read_write(door().files.door_key, {"write": write}, clock.epoch_seconds())
    return token if state is TokenState.VALID else None


def _ask_for_words(problem: str) -> tuple[str, int]:
    filled = Filled(gettext_of(g.language), None, [Problem("receipt", problem)])
    return show("reporter/enter.html", filled=filled), 400


def _page(write: str, problem: str = "", code: int = 200) -> tuple[str, int]:
    """The form again, for more files or for others."""
    form = files_form(write)
    said = gettext_of(g.language)(problem) % form if problem else ""
    return show("reporter/files.html", files=form, problem=said), code


def files_not_stored() -> tuple[str, int]:
    """Disk or database could not take them. A form that broke has no field to show again."""
    door().db.session.rollback()
    write = "".join(request.form.getlist("write")) if "form" in request.__dict__ else ""
    return _page(write, *NOT_STORED)
