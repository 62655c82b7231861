"""What the door signs: forms with the receipt they carry, and tokens to write to a mailbox.

The door key opens nothing; it survives a restart and is shared by hosts.
"""

from __future__ import annotations

import binascii
import datetime as dt
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from casework.genuine import say_key
from crypto.keys import framed, new_id
from crypto.primitives import equal, hmac_sha256
from crypto.receipt import digits, is_whole, new_receipt, words

HOUR = 3600
FORM_LIFE = 24 * HOUR
WRITE_LIFE = 3600
_DAY = 86400


class TokenState(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    FORGED = "forged"


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return b""


class FormToken(NamedTuple):
    """A form: its id, when it was given out (seconds since 1970), the receipt it carries.

    `life`: for how many seconds it is taken; the office's setting, not signed.
    """

    form_id: bytes
    receipt: bytes
    issued: int
    mac: bytes
    life: int = FORM_LIFE

    def fields(self) -> dict[str, str]:
        """The hidden fields of the page."""
        whole = self.form_id + self.receipt + self.issued.to_bytes(8, "big") + self.mac
        return {"form": _text(whole)}

    def receipt_words(self, language: str) -> tuple[str, ...]:
        return words(self.receipt, language)

    @property
    def digits(self) -> str:
        return digits(self.receipt)

    @property
    def expires(self) -> dt.date:
        """The day after which neither the form nor what it marked is remembered."""
        return last_day_of_forms(self.issued, self.life)


def last_day_of_forms(issued: int, life: int = FORM_LIFE) -> dt.date:
    """The day after which no form given out at `issued` is taken, in any time zone."""
    return dt.datetime.fromtimestamp(issued + life + _DAY, dt.UTC).date()


def _form_mac(door_key: bytes, form_id: bytes, receipt: bytes, issued: int) -> bytes:
    parts = (b"drcm/v1/form", form_id, receipt, issued.to_bytes(8, "big"))
    return hmac_sha256(door_key, framed(parts))


def issue_form(door_key: bytes, now: int) -> FormToken:
    form_id, receipt = new_id(), new_receipt()
    return FormToken(form_id, receipt, now, _form_mac(door_key, form_id, receipt, now))


_FORM_BYTES = 16 + 11 + 8 + 32


def read_form(
    door_key: bytes, sent: str, now: int, life: int = FORM_LIFE
) -> tuple[TokenState, FormToken | None]:
    """The form that was sent. Only our own generator's receipts are taken."""
    raw = _bytes(sent)
    if len(raw) != _FORM_BYTES:
        return TokenState.FORGED, None
    issued = int.from_bytes(raw[27:35], "big")
    token = FormToken(raw[:16], raw[16:27], issued, raw[35:], life)
    real = equal(token.mac, _form_mac(door_key, token.form_id, token.receipt, issued))
    if not real or not is_whole(token.receipt) or issued > now + _DAY:
        return TokenState.FORGED, None
    if now - issued > life:
        return TokenState.EXPIRED, token
    return TokenState.VALID, token


class WriteToken(NamedTuple):
    """May add one message to one mailbox until its hour ends. Opens nothing.

    `say_key`: proves that this one message comes from who held the receipt.
    """

    locator: bytes
    nonce: bytes
    say_key: bytes
    issued: int


_WRITE_BODY = 16 + 16 + 32 + 8
_WRITE_BYTES = _WRITE_BODY + 32


def _write_mac(door_key: bytes, body: bytes) -> bytes:
    return hmac_sha256(door_key, framed((b"drcm/v1/write", body)))


def issue_write(door_key: bytes, locator: bytes, auth: bytes, now: int) -> dict[str, str]:
    """The hidden field of an opened mailbox. `auth`: what the receipt proves itself by."""
    nonce = new_id()
    body = locator + nonce + say_key(auth, nonce) + now.to_bytes(8, "big")
    return {"write": _text(body + _write_mac(door_key, body))}


def read_write(
    door_key: bytes, fields: Mapping[str, str], now: int
) -> tuple[TokenState, WriteToken | None]:
    """The token that was sent; one that is not ours is None."""
    raw = _bytes(fields.get("write", ""))
    if len(raw) != _WRITE_BYTES or not equal(
        raw[_WRITE_BODY:], _write_mac(door_key, raw[:_WRITE_BODY])
    ):
        return TokenState.FORGED, None
    issued = int.from_bytes(raw[64:_WRITE_BODY], "big")
    token = WriteToken(raw[:16], raw[16:32], raw[32:64], issued)
    fresh = -_DAY < now - issued <= WRITE_LIFE
    return TokenState.VALID if fresh else TokenState.EXPIRED, token
