"""Who may see a desk page, said on the view itself; the guard hands the sitting to the view."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import abort, redirect

from app.desk.room import sitting_of_request
from casework.rules.permissions import Right, may

View = Callable[..., Any]


def open_to_all(view: View) -> View:
    """Anybody may see this page."""
    view.guard = "open_to_all"  # type: ignore[attr-defined]
    return view


def for_casework(view: View) -> View:
    """Only who works cases; to all others signed in the page is not there."""

    @wraps(view)
    def guarded(**values: Any) -> Any:
        sitting = sitting_of_request()
        if sitting is None:
            return redirect("/login", 303)
        if not may(sitting.role, Right.WORK_CASES):
            abort(404)
        return view(sitting, **values)

    guarded.guard = "for_casework"  # type: ignore[attr-defined]
    return guarded
