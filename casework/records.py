"""The sealed documents of a case: typed, versioned, stored only inside boxes.

The tag (`kind`) stands inside the box, so that a row does not say what it is. Reporters' acts
carry a date, never a time; staff acts carry the minute.
"""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

import msgspec

from casework.vocabulary import Area, Channel, Ground, Phenomenon, Role, Side, Status, Wish
from crypto.errors import CannotOpen


class Answers(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the reporter said, in their own choice. Skipped and "unknown" are different values."""

    what: str = ""
    when: str = ""
    when_roughly: str = ""
    municipality: str = ""
    grounds: tuple[Ground, ...] = ()
    phenomena: tuple[Phenomenon, ...] = ()
    area: Area | None = None
    role: Role | None = None
    wishes: tuple[Wish, ...] = ()

    def say_nothing(self) -> bool:
        return self == Answers()


class Report(msgspec.Struct, frozen=True, tag="report"):
    """What was told. `mailbox_auth`: what both sides of the mailbox prove themselves by;
    `door_mark`: that it came through the form.
    """

    answers: Answers
    language: str
    channel: Channel
    received: dt.date
    mailbox_key_hash: bytes = b""
    mailbox_auth: bytes = b""
    door_mark: bytes = b""


class Message(msgspec.Struct, frozen=True, tag="message"):
    """Words between the two sides.

    `step`: how many records the case had, which orders what was said on one day. `sent_with`: the
    nonce of the mailbox page that a reporter's words came by.
    """

    side: Side
    text: str
    date: dt.date
    author: str = ""
    at: dt.datetime | None = None
    step: int = 0
    sent_with: bytes = b""
    mark: bytes = b""


class Attachment(msgspec.Struct, frozen=True, tag="attachment"):
    """A file: where its box lies, the key of that box, and what the plain bytes are.

    `sent_with`: the nonce of the page that it came by, which its mark is made with.
    """

    file_id: bytes
    key: bytes
    name: str
    size: int
    sha256: bytes
    date: dt.date
    side: Side
    sent_with: bytes
    step: int = 0
    mark: bytes = b""


class Addition(msgspec.Struct, frozen=True, tag="addition"):
    """The form sent a second time with other answers: nothing is dropped, nothing overwritten."""

    answers: Answers
    date: dt.date
    mark: bytes = b""


class Heard(msgspec.Struct, frozen=True, tag="heard"):
    """That the reporter wrote on this day: all that the mailbox tells of their own words."""

    date: dt.date


class StatusNotice(msgspec.Struct, frozen=True, tag="status_notice"):
    """The neutral status a reporter reads in the mailbox. `step` orders moves of one day."""

    status: Status
    date: dt.date
    step: int = 0
    mark: bytes = b""


class HistoryEntry(msgspec.Struct, frozen=True, tag="history"):
    """What a member of staff did: `what` is "moved" or "assigned".

    `step` orders what was done in one minute.
    """

    what: str
    by: str
    at: dt.datetime
    detail: str = ""
    step: int = 0


class Card(msgspec.Struct, frozen=True, omit_defaults=True, array_like=True, gc=False):
    """What a list needs of a case, at most 512 bytes: opened for every row of every list.

    Cards hold no cycles; without the collector's look at each, long lists open faster.
    """

    received: dt.date
    status: Status = Status.RECEIVED
    assignee: str = ""
    assignee_name: str = ""
    grounds: tuple[Ground, ...] = ()
    area: Area | None = None
    language: str = "de"
    channel: Channel = Channel.WEB
    records_seen: int = 1


class ShelvedCard(msgspec.Struct, frozen=True, tag="shelved_card"):
    """The full card of a closed case, under the archive key; the list keeps a bare one."""

    card: Card
    step: int


Record = (
    Report | Addition | Heard | Message | Attachment | StatusNotice | HistoryEntry | ShelvedCard
)


_T = TypeVar("_T")


def pack(document: msgspec.Struct) -> bytes:
    return msgspec.msgpack.encode(document)


def unpack(data: bytes, kind: type[_T]) -> _T:
    """The document inside an opened box; what does not parse is treated as unopenable."""
    try:
        return msgspec.msgpack.decode(data, type=kind)
    except msgspec.DecodeError:
        raise CannotOpen from None


_RECORD_DECODER: msgspec.msgpack.Decoder[Record] = msgspec.msgpack.Decoder(Record)


def unpack_record(data: bytes) -> Record:
    try:
        return _RECORD_DECODER.decode(data)
    except msgspec.DecodeError:
        raise CannotOpen from None
