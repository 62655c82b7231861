"""What both sides of a mailbox can prove to each other, and what the door says of itself.

A key made from the receipt (`mailbox-auth`) stands inside the sealed report: reporter and office
share it, a writer of the database has it not. Every word, answer and status carries an HMAC over
where it lies and what it says. A report also carries the door's own mark.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from casework.records import Addition, Answers, Attachment, Message, StatusNotice, pack
from crypto.keys import framed
from crypto.primitives import equal, hmac_sha256

Marked = Message | StatusNotice | Addition | Attachment
_M = TypeVar("_M", bound=Marked)


def say_key(auth: bytes, record_id: bytes) -> bytes:
    """The key of one record: a mailbox page carries that of the next message alone."""
    return hmac_sha256(auth, b"drcm/v1/say" + record_id)


def _mark(key: bytes, case_id: bytes, record_id: bytes, document: Marked) -> bytes:
    bare = pack(msgspec.structs.replace(document, mark=b""))
    kind = type(document).__name__.encode()
    return hmac_sha256(key, framed((b"drcm/v1/mailbox", kind, case_id, record_id, bare)))


def marked(key: bytes, case_id: bytes, record_id: bytes, document: _M) -> _M:
    """The document with its mark; `key` is that of its record (`say_key`)."""
    mark = _mark(key, case_id, record_id, document)
    return msgspec.structs.replace(document, mark=mark)


def is_genuine(auth: bytes, case_id: bytes, record_id: bytes, document: Marked) -> bool:
    """Whether it is of who holds the key; what came by a page is marked by that page's key."""
    by_page = document.sent_with if isinstance(document, Message | Attachment) else b""
    key = say_key(auth, by_page or record_id)
    return equal(document.mark, _mark(key, case_id, record_id, document))


def door_mark(door_key: bytes, case_id: bytes, answers: Answers) -> bytes:
    """That a case came through the form: who writes only the database cannot make it."""
    parts = (b"drcm/v1/came-by-the-form", case_id, pack(answers))
    return hmac_sha256(door_key, framed(parts))
