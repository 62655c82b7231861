"""Boxes for files, written and read piece by piece: memory stays the same for any length.

    "DO" | version 1 | alg 2 | Cobblestone-256 over: data | zeros | u64 length of the data

The length stands last, for it is unknown when the first byte is sealed. All of it together has
the size that Padmé gives, 64 KiB at least. A box of alg 1 is never taken for one of alg 2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import NamedTuple, Protocol

from crypto.envelope import box_context
from crypto.errors import CannotOpen
from crypto.padding import FILE_FLOOR, padded_size
from crypto.primitives import PIECE_BYTES, ChunkOpener, ChunkSealer

_HEAD = b"DO\x01\x02"
_LENGTH_BYTES = 8
_ZEROS = bytes(PIECE_BYTES)


class Target(Protocol):
    """Takes all bytes of a view before it returns: the view's buffer is used again."""

    def write(self, data: memoryview, /) -> object: ...


class Source(Protocol):
    """Fills a buffer and says how far; 0 is the end."""

    def readinto(self, buffer: bytearray, /) -> int | None: ...


class Erasable(Target, Protocol):
    """A binary file that can be cut back to where it was."""

    def tell(self) -> int: ...
    def seek(self, offset: int, /) -> int: ...
    def truncate(self) -> object: ...


class StreamSealed(NamedTuple):
    """What was sealed: bytes of data, bytes of the whole box, SHA-256 of the data if wanted."""

    length: int
    box_bytes: int
    sha256: bytes


class StreamOpened(NamedTuple):
    """What came out: bytes of data and their SHA-256."""

    length: int
    sha256: bytes


class StreamSealer:
    """Write data in pieces of any size; a box stands in `target` once `finish` has returned.

    It can stand where a form parser wants a file to write to. Without `finish` what was written
    never opens. `key` is 32 random bytes, `kind`, `place` and `revision` are as for a box. The
    SHA-256 takes longer than all else; without `hashed` it is left out and comes back empty.
    """

    def __init__(
        self,
        key: bytes,
        target: Target,
        kind: str,
        *place: bytes,
        revision: int = 0,
        hashed: bool = True,
    ) -> None:
        self._sealer = ChunkSealer(key, box_context(_HEAD, kind, place, revision))
        self._target = target
        self._hash = hashlib.sha256() if hashed else None
        self._length = 0
        self._box_bytes = 0
        self._sealed: StreamSealed | None = None
        self._emit(memoryview(_HEAD))

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Seal the next bytes. `ValueError` after `finish`."""
        if self._sealed:
            raise ValueError("this box is finished")
        view = memoryview(data).cast("B")
        if self._hash:
            self._hash.update(view)
        self._length += len(view)
        self._pour(view)
        return len(view)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Form parsers rewind what they wrote; nothing of it can be read here. Gives 0."""
        return 0

    def finish(self) -> StreamSealed:
        """Pad, write the length and the last chunk. Asked again, it gives the same."""
        if self._sealed is None:
            self._pad()
            self._emit(memoryview(self._sealer.finish()))
            digest = self._hash.digest() if self._hash else b""
            self._sealed = StreamSealed(self._length, self._box_bytes, digest)
        return self._sealed

    def close(self) -> None:
        """Form parsers close what they wrote to. Whether the box is kept is said by `finish`."""

    def __enter__(self) -> StreamSealer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _pad(self) -> None:
        zeros = padded_size(self._length, FILE_FLOOR) - _LENGTH_BYTES - self._length
        for start in range(0, zeros, PIECE_BYTES):
            self._pour(memoryview(_ZEROS)[: zeros - start])
        self._pour(memoryview(self._length.to_bytes(_LENGTH_BYTES, "big")))

    def _pour(self, view: memoryview) -> None:
        for start in range(0, len(view), PIECE_BYTES):
            self._emit(self._sealer.update(view[start : start + PIECE_BYTES]))

    def _emit(self, sealed: memoryview) -> None:
        if sealed:
            self._target.write(sealed)
            self._box_bytes += len(sealed)


def seal_stream(
    key: bytes,
    pieces: Iterable[bytes | bytearray | memoryview],
    target: Target,
    kind: str,
    *place: bytes,
    revision: int = 0,
    hashed: bool = True,
) -> StreamSealed:
    """Seal all pieces into `target`. A failing source or target leaves a box that never opens."""
    sealer = StreamSealer(key, target, kind, *place, revision=revision, hashed=hashed)
    for piece in pieces:
        sealer.write(piece)
    return sealer.finish()


def pieces_of(source: Source) -> Iterator[memoryview]:
    """The bytes of a source through one buffer: use each piece before asking for the next."""
    buffer = bytearray(PIECE_BYTES)
    view = memoryview(buffer)
    while count := source.readinto(buffer):
        yield view[:count]


def open_pieces(
    key: bytes, box: Source, kind: str, *place: bytes, revision: int = 0
) -> Iterator[bytes]:
    """The data of a box, piece by piece; wrong key or context is `CannotOpen` before any piece.

    Each piece is genuine and stands at its place, but only the regular end says that none is
    missing: a box changed or cut further on raises `CannotOpen` after earlier pieces were given.
    Whoever cannot take these back uses `open_to`, or keeps them sealed until the end.
    """
    opener = ChunkOpener(key, box_context(_HEAD, kind, place, revision))
    trailer = _Trailer()
    for sealed in _after_head(box):
        yield from trailer.passed(opener.update(sealed))
    yield from trailer.passed(memoryview(opener.finish()))
    yield from trailer.ended()


def open_to(
    key: bytes, box: Source, target: Erasable, kind: str, *place: bytes, revision: int = 0
) -> StreamOpened:
    """Write the data of a box to a file, all of it or nothing.

    `target` lies in memory or in a place that is sealed itself, and nobody reads it before this
    returns: on `CannotOpen`, and on any other error, it is cut back to where it began.
    """
    begun = target.tell()
    digest, length = hashlib.sha256(), 0
    try:
        for piece in open_pieces(key, box, kind, *place, revision=revision):
            digest.update(piece)
            length += len(piece)
            target.write(memoryview(piece))
    except BaseException:
        target.seek(begun)
        target.truncate()
        raise
    return StreamOpened(length, digest.digest())


def _after_head(box: Source) -> Iterator[memoryview]:
    seen = b""
    for piece in pieces_of(box):
        if len(seen) < len(_HEAD):
            missing = len(_HEAD) - len(seen)
            seen += bytes(piece[:missing])
            if not _HEAD.startswith(seen):
                raise CannotOpen
            yield piece[missing:]
        else:
            yield piece
    if seen != _HEAD:
        raise CannotOpen


class _Trailer:
    """Holds back what may be padding: the last eight bytes, and a count of zeros before them."""

    def __init__(self) -> None:
        self._last = b""
        self._zeros = 0
        self._given = 0

    def passed(self, opened: memoryview) -> Iterator[bytes]:
        whole = self._last + opened
        cut = max(0, len(whole) - _LENGTH_BYTES)
        self._last, body = whole[cut:], whole[:cut]
        data = body.rstrip(b"\0")
        if data:
            yield from self._give_zeros(self._zeros)
            self._zeros = 0
            self._given += len(data)
            yield data
        self._zeros += len(body) - len(data)

    def ended(self) -> Iterator[bytes]:
        missing = int.from_bytes(self._last, "big") - self._given
        if len(self._last) < _LENGTH_BYTES or not 0 <= missing <= self._zeros:
            raise CannotOpen
        yield from self._give_zeros(missing)

    def _give_zeros(self, count: int) -> Iterator[bytes]:
        self._given += count
        for start in range(0, count, PIECE_BYTES):
            yield _ZEROS[: count - start]
