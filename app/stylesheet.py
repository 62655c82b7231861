"""The one stylesheet of both doors: read once, named by its content, kept for a year."""

import gzip
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, abort, request

from app.wire import takes_gzip

SOURCE = Path(__file__).resolve().parent / "static" / "app.css"
KEPT_FOR_A_YEAR = "public, max-age=31536000, immutable"


class Stylesheet:
    """The file's bytes, plain and compressed, and the address made of their digest."""

    def __init__(self, source: Path = SOURCE) -> None:
        self.plain = source.read_bytes()
        self.packed = gzip.compress(self.plain, mtime=0)
        self.digest = sha256(self.plain).hexdigest()[:16]
        self.address = f"/static/app-{self.digest}.css"

    def answer(self, digest: str) -> Response:
        """The stylesheet, or 404 for the name of another version."""
        if digest != self.digest:
            abort(404)
        packed = takes_gzip(request)
        response = Response(self.packed if packed else self.plain, mimetype="text/css")
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = KEPT_FOR_A_YEAR
        return response


def serve_stylesheet(app: Flask, guard: str = "open_to_all") -> Stylesheet:
    """Add the stylesheet's address to an app whose own static folder is switched off."""
    sheet = Stylesheet()

    def stylesheet(digest: str) -> Response:
        return sheet.answer(digest)

    stylesheet.guard = guard  # type: ignore[attr-defined]
    app.add_url_rule("/static/app-<digest>.css", "stylesheet", stylesheet)
    return sheet
