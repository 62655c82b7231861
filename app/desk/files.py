"""A case's files, given out one at a time: as attachments, never as something to look at here."""

from __future__ import annotations

import re
from urllib.parse import quote

from flask import Blueprint, Response

from app import clock
from app.desk.guards import for_casework
from app.desk.room import language, room, show
from app.labels import SIDE_LABELS, msg
from app.locale import say_size
from casework.access import OpenCase, case_for
from casework.attachments import open_verified, plain_pieces
from casework.errors import CaseNotFound, FileDamaged
from casework.filefolder import FileFolder
from casework.records import Attachment
from casework.sitting import Sitting
from casework.vocabulary import Side

files = Blueprint("files", __name__)
# Kinds that people send as evidence and that no system runs when they are opened.
_HARMLESS = re.compile(
    r"\w[\w ().-]{0,100}\.(?:jpe?g|png|webp|heic|pdf|txt|mp3|m4a|ogg|mp4|docx|odt)", re.IGNORECASE
)


@files.app_template_filter("size_in_words")
def size_in_words(size: int) -> str:
    return say_size(size, language())


@files.app_template_filter("side_in_words")
def side_in_words(side: Side) -> str:
    return SIDE_LABELS[side]


@files.get("/cases/<case_id>/files/<record_id>")
@for_casework
def one_file(sitting: Sitting, case_id: str, record_id: str) -> Response | tuple[str, int]:
    """The plain bytes, after the whole box was verified once; before that nothing is sent."""
    state = room()
    opened = case_for(state.session, sitting, case_id, state.files.door_key, clock.office_now())
    number, document = _found(opened, record_id)
    try:
        box = open_verified(FileFolder(state.files.data_dir), document)
    except FileDamaged:
        return _damaged_page()
    answer = Response(plain_pieces(box, document), mimetype="application/octet-stream")
    answer.call_on_close(box.close)
    answer.headers["Content-Length"] = str(document.size)
    answer.headers["Content-Disposition"] = disposition(number, document.name)
    return answer


def _found(opened: OpenCase, record_id: str) -> tuple[int, Attachment]:
    for number, (own_id, document) in enumerate(opened.attachments, 1):
        if own_id == record_id:
            return number, document
    raise CaseNotFound


def disposition(number: int, name: str) -> str:
    """RFC 6266: a neutral name for all, the file's own only where it is harmless."""
    plain = f'attachment; filename="Anlage-{number}.bin"'
    if not _HARMLESS.fullmatch(name):
        return plain
    return f"{plain}; filename*=UTF-8''{quote(name, safe='')}"


def _damaged_page() -> tuple[str, int]:
    title = msg("This file cannot be opened")
    text = msg("It is gone, was changed or is damaged. Nothing of it is sent. Tell your lead.")
    return show("desk/note.html", page="error.file", title=title, text=text), 409
