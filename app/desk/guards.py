"""Who may see a desk page, said on the view itself; the guard hands the sitting to the view."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort, redirect, request

from app.desk.room import show, sitting_of_request
from app.labels import msg
from casework.rules.permissions import Right, may

View = Callable[..., Any]


def open_to_all(view: View) -> View:
    """Anybody may see this page."""
    view.guard = "open_to_all"  # type: ignore[attr-defined]
    return view


def for_staff(view: View) -> View:
    """Whoever is signed in."""
    return _guarded(view, "for_staff", None)


def for_casework(view: View) -> View:
    """Only who works cases; to all others signed in the page is not there."""
    return _guarded(view, "for_casework", Right.WORK_CASES)


def for_leads(view: View) -> View:
    """Only who leads a team."""
    return _guarded(view, "for_leads", Right.LEAD_TEAM)


def for_auditors(view: View) -> View:
    """Only who reads the audit chain."""
    return _guarded(view, "for_auditors", Right.READ_AUDIT)


def for_admin(view: View) -> View:
    """Only who keeps the accounts."""
    return _guarded(view, "for_admin", Right.KEEP_ACCOUNTS)


def _guarded(view: View, name: str, right: Right | None) -> View:
    @wraps(view)
    def guarded(**values: Any) -> Any:
        sitting = sitting_of_request()
        if sitting is None:
            return _ask_to_sign_in()
        if right is not None and not may(sitting.role, right):
            abort(404)
        return view(sitting, **values)

    guarded.guard = name  # type: ignore[attr-defined]
    return guarded


def _ask_to_sign_in() -> Any:
    """Reading: to the sign-in page. Writing: the words come back to whoever typed them."""
    if request.method != "POST":
        return redirect("/login", 303)
    return typed_again(
        title=msg("Your sitting has ended"),
        reason=msg("This was not done: nobody is signed in here any more."),
    ), 401


def typed_again(title: str, reason: str, onward: str = "") -> str:
    """A page that gives back the words of a form that could not be taken.

    `onward`: where its button leads.
    """
    typed = [value for name in ("text", "what") for value in request.form.getlist(name) if value]
    return show(
        "desk/ended.html", title=title, reason=reason, onward=onward, typed="\n\n".join(typed)
    )
