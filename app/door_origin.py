"""Whether a form was sent from this door's own pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request


def own_origin() -> bool:
    """False when the browser says that another site sent the form (Fetch standard, Origin)."""
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:
        return False
