"""What the views of the public door share: its state, its pages' frame, what was sent."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from flask import current_app, g, render_template, request
from flask_sqlalchemy_lite import SQLAlchemy

from app.config import Config
from app.filled import Filled
from app.locale import LANGUAGES, text_direction
from casework.office import OfficeFiles

# Argon2id needs memory: two at a time, the others wait their turn.
TURNS = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class DoorState:
    """What every view of this door needs."""

    config: Config
    files: OfficeFiles
    db: SQLAlchemy
    stylesheet: str
    log_waits: threading.Event = field(default_factory=threading.Event)


def door() -> DoorState:
    state: DoorState = current_app.extensions["door"]
    return state


def show(template: str, **values: object) -> str:
    state = door()
    language = g.get("language", state.config.office.languages[0])
    shown = {code: LANGUAGES[code] for code in state.config.office.languages}
    filled = values.get("filled")
    return render_template(
        template,
        lang=language,
        direction=text_direction(language),
        product=state.config.office.product,
        office=state.config.office.name,
        languages=shown,
        stylesheet=state.stylesheet,
        troubled=isinstance(filled, Filled) and filled.troubled,
        **values,
    )


def note(page: str, title: str, words: str) -> str:
    """A page that says one thing."""
    return show("reporter/note.html", page=page, title=title, text=words)


def sent_fields() -> dict[str, list[str]]:
    return {name: request.form.getlist(name) for name in request.form}
