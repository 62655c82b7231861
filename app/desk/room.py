"""What the desk's views share: the sitting, the form mark against foreign posts, the frame."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import abort, current_app, render_template, request
from flask_sqlalchemy_lite import SQLAlchemy

from app import clock
from app.config import Config
from casework.office import OfficeFiles
from casework.sitting import Sitting, open_sitting
from crypto.primitives import equal, hmac_sha256


@dataclass(frozen=True)
class Room:
    """What every view of the desk needs."""

    config: Config
    files: OfficeFiles
    db: SQLAlchemy
    boot_secret: bytes
    stylesheet: str

    @property
    def cookie(self) -> str:
        return "__Host-s" if self.config.desk.public_url.startswith("https") else "s"


def room() -> Room:
    state: Room = current_app.extensions["room"]
    return state


def sitting_of_request() -> Sitting | None:
    cookie = request.cookies.get(room().cookie, "")
    now = clock.epoch_seconds()
    return open_sitting(room().db.session, room().boot_secret, cookie, now)


def form_mark(sitting: Sitting) -> str:
    """Proof that a form came from this sitting's own page."""
    return hmac_sha256(sitting.form_key, b"drcm/v1/desk-form").hex()


def own_form(sitting: Sitting) -> None:
    """403 for a post that our own page did not make."""
    sent = request.form.get("mark", "").encode("utf-8", "replace")
    if not equal(sent, form_mark(sitting).encode()):
        abort(403)


def own_origin() -> None:
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin and urlsplit(origin).netloc != request.host:
        abort(403)


def show(template: str, sitting: Sitting | None = None, **values: object) -> str:
    state = room()
    mark = form_mark(sitting) if sitting else ""
    return render_template(
        template,
        product=state.config.office.product,
        stylesheet=state.stylesheet,
        sitting=sitting,
        mark=mark,
        **values,
    )
