"""What this device keeps for a member: the key card's secret, and what was seen last.

Both cookies are out of reach of scripts and never leave for another site. The second is sealed:
it tells when the whole office was put back to an older state.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

from flask import request
from werkzeug.wrappers import Response

from app.desk.room import room
from crypto.primitives import equal, hmac_sha256
from crypto.wordcode import KEY_CARD, read_card

SECONDS_KEPT = 34_560_000
CARD_COOKIE, SEEN_COOKIE, KNOWN_COOKIE = "gk", "seen", "known"


def _name(cookie: str) -> str:
    return f"__Host-{cookie}" if room().cookie.startswith("__Host-") else cookie


def _kept(cookie: str) -> bytes:
    try:
        return urlsafe_b64decode(request.cookies.get(_name(cookie), "").encode("ascii"))
    except ValueError:
        return b""


def _keep(response: Response, cookie: str, value: bytes) -> None:
    response.set_cookie(
        _name(cookie),
        urlsafe_b64encode(value).decode(),
        max_age=SECONDS_KEPT,
        secure=_name(cookie) != cookie,
        httponly=True,
        samesite="Strict",
    )


def device_secret(typed_words: str) -> bytes | None:
    """The key card's secret: typed now, else from this device; None where there is none.

    `CodeMistyped` when what was typed is no key card.
    """
    if typed_words.strip():
        return read_card(KEY_CARD, typed_words)
    kept = _kept(CARD_COOKIE)
    return kept if len(kept) == KEY_CARD.secret_bytes else None


def keep_device_secret(response: Response, secret: bytes) -> None:
    _keep(response, CARD_COOKIE, secret)


def device_seen() -> bytes:
    return _kept(SEEN_COOKIE)


def keep_device_seen(response: Response, box: bytes) -> None:
    _keep(response, SEEN_COOKIE, box)


def _known(mark: bytes) -> bytes:
    return hmac_sha256(room().files.desk_key, b"drcm/v1/known-device" + mark)


def is_known_device(mark: bytes) -> bool:
    """Whether this person signed in from here before: then strangers' tries do not count here."""
    return equal(_kept(KNOWN_COOKIE), _known(mark))


def keep_known_device(response: Response, mark: bytes) -> None:
    _keep(response, KNOWN_COOKIE, _known(mark))
