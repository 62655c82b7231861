"""What the desk's views share: the sitting, the frame of a page, the language it speaks."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import abort, current_app, g, render_template, request
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy.orm import Session

from app import clock
from app.config import Config
from app.desk.forms import SignOutForm
from app.door_origin import own_origin
from app.filled import Filled
from app.labels import NOTICE_LABELS
from app.locale import DEFAULT_LANGUAGE, LANGUAGES, gettext_of, text_direction
from app.throttle import SignInThrottle, Turns
from casework.office import OfficeFiles
from casework.rules.permissions import RIGHTS
from casework.sitting import Desk, Sitting, open_sitting
from casework.vocabulary import Notice

# A password check takes 128 MiB for half a second: two at a time, the others wait their turn.
TURNS = Turns(at_once=2, waiting=6)


@dataclass(frozen=True)
class Room:
    """What every view of the desk needs. `demo_accounts`: (name, code secret), in a demo alone."""

    config: Config
    files: OfficeFiles
    db: SQLAlchemy
    boot_secret: bytes
    stylesheet: str
    demo_accounts: tuple[tuple[str, str], ...] = ()
    throttle: SignInThrottle = field(default_factory=SignInThrottle)

    @property
    def desk(self) -> Desk:
        return Desk(self.files, self.boot_secret)

    @property
    def session(self) -> Session:
        return self.db.session

    @property
    def cookie(self) -> str:
        return "__Host-s" if self.config.desk.public_url.startswith("https") else "s"


def room() -> Room:
    state: Room = current_app.extensions["room"]
    return state


def language() -> str:
    """Staff get the language their browser asks for, German by default."""
    if "page_language" in g:
        return str(g.page_language)
    return request.accept_languages.best_match(list(LANGUAGES)) or DEFAULT_LANGUAGE


def sitting_of_request() -> Sitting | None:
    """The sitting of the cookie, once for each request."""
    if "sitting" not in g:
        cookie = request.cookies.get(room().cookie, "")
        now = clock.epoch_seconds()
        g.sitting = open_sitting(room().session, room().desk, cookie, now)
    sitting: Sitting | None = g.sitting
    return sitting


def look_again() -> Sitting:
    """The sitting as it is after its keys have changed within this request."""
    g.pop("sitting", None)
    sitting = sitting_of_request()
    if sitting is None:
        abort(401)
    return sitting


def cookie_sent() -> str:
    return request.cookies.get(room().cookie, "")


def notices_of(sitting: Sitting) -> list[str]:
    """What does not fit in this office, in words."""
    say = gettext_of(language())
    found = []
    for noted in sitting.notices:
        code, _, about = noted.partition("|")
        found.append(say(NOTICE_LABELS[Notice(code)]) % {"about": about})
    return found


def refuse_foreign_origin() -> None:
    if request.method == "POST" and not own_origin():
        abort(403)


def show(template: str, **values: object) -> str:
    """A page in the frame of the desk; who is signed in sees their own links."""
    state, sitting, lang = room(), sitting_of_request(), language()
    filled = values.get("filled")
    values.setdefault("troubled", isinstance(filled, Filled) and filled.troubled)
    return render_template(
        template,
        lang=lang,
        direction=text_direction(lang),
        product=state.config.office.product,
        office=state.config.office.name,
        stylesheet=state.stylesheet,
        sitting=sitting,
        rights=RIGHTS[sitting.role] if sitting else frozenset(),
        notices=notices_of(sitting) if sitting else [],
        sign_out=SignOutForm(formdata=None) if sitting else None,
        **values,
    )
