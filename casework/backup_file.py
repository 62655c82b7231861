"""One backup file: a head, a key wrapped to the backup card, and a stream that this key opens.

    "HB" | version 1 | part 1 | backup id 16 | wrap 1180 | stream (crypto/stream.py)

The part is 1 for contents and 2 for keys. Inside the stream stand frames, each behind its length
(u32), in MessagePack: first the manifest, then small files, rows, and attached files in pieces.
Whoever holds the public key can make such a file, so a reader trusts no name in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from io import BufferedReader
from typing import Any, BinaryIO, NamedTuple

import msgspec

from casework.backup_parts import Part
from crypto.envelope import WRAP_BYTES, unwrap, wrap
from crypto.errors import CannotOpen
from crypto.keys import new_seed
from crypto.primitives import key_pair
from crypto.stream import StreamSealer, open_pieces

ID_BYTES = 16
_HEADS = {Part.CONTENT: b"HB\x01\x01", Part.KEYS: b"HB\x01\x02"}
_HEAD_BYTES = 4
_LENGTH_BYTES = 4
_LONGEST_FRAME = 1 << 28
_PURPOSE = "backup-key"
_KIND = "backup"


class Manifest(msgspec.Struct, frozen=True, tag=True):
    """What a file holds. `office`: a mark of the office; `counts`: rows by table."""

    date: dt.date
    revision: str
    office: bytes
    counts: dict[str, int]


class Rows(msgspec.Struct, frozen=True, tag=True):
    """Some rows of one table, their values in the order of `columns`."""

    table: str
    columns: list[str]
    rows: list[tuple[Any, ...]]


class StoredFile(msgspec.Struct, frozen=True, tag=True):
    """A small file of the office's folder."""

    name: str
    data: bytes


class FilePiece(msgspec.Struct, frozen=True, tag=True):
    """The next bytes of an attached file's box."""

    file_id: bytes
    data: bytes


Frame = Manifest | Rows | StoredFile | FilePiece
_decoder = msgspec.msgpack.Decoder(Frame)


class ReadBackup(NamedTuple):
    """A file that opened. `frames` raise `CannotOpen` where it was changed or cut further on."""

    backup_id: bytes
    manifest: Manifest
    frames: Iterator[Frame]


def write_backup(
    target: BinaryIO, public: bytes, part: Part, backup_id: bytes, frames: Iterable[Frame]
) -> None:
    """Write all frames, the manifest first, sealed to the backup card's public key."""
    key, place = new_seed(), (_HEADS[part], backup_id)
    target.write(_HEADS[part] + backup_id + wrap(public, key, _PURPOSE, *place))
    sealer = StreamSealer(key, target, _KIND, *place, hashed=False)
    for frame in frames:
        packed = msgspec.msgpack.encode(frame)
        sealer.write(len(packed).to_bytes(_LENGTH_BYTES, "big") + packed)
    sealer.finish()


def read_backup(source: BufferedReader, secret: bytes, part: Part) -> ReadBackup:
    """Open a file of this part with the card's secret (32 bytes), or raise `CannotOpen`.

    `msgspec.DecodeError` for a file that was sealed to this card but made by another program.
    """
    if source.read(_HEAD_BYTES) != _HEADS[part]:
        raise CannotOpen
    backup_id = source.read(ID_BYTES)
    place = (_HEADS[part], backup_id)
    key = unwrap(key_pair(secret), source.read(WRAP_BYTES), _PURPOSE, *place)
    frames = _frames(open_pieces(key, source, _KIND, *place))
    manifest = next(frames, None)
    if not isinstance(manifest, Manifest):
        raise CannotOpen
    return ReadBackup(backup_id, manifest, frames)


def _frames(pieces: Iterable[bytes]) -> Iterator[Frame]:
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while (end := _frame_end(waiting)) <= len(waiting):
            yield _decoder.decode(bytes(waiting[_LENGTH_BYTES:end]))
            del waiting[:end]
    if waiting:
        raise CannotOpen


def _frame_end(waiting: bytearray) -> int:
    length = int.from_bytes(waiting[:_LENGTH_BYTES], "big")
    if length > _LONGEST_FRAME:
        raise CannotOpen
    # Before its length has come whole, a frame ends beyond what is there.
    return _LENGTH_BYTES + length if len(waiting) >= _LENGTH_BYTES else _LENGTH_BYTES
