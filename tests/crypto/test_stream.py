"""Files go into boxes piece by piece, and come out whole or not at all."""

from __future__ import annotations

import hashlib
import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.formparser import MultiPartParser

from crypto.errors import CannotOpen
from crypto.padding import FILE_FLOOR, padded_size
from crypto.primitives import PIECE_BYTES
from crypto.stream import (
    StreamOpened,
    StreamSealer,
    open_pieces,
    open_to,
    pieces_of,
    seal_stream,
)

KEY = b"\5" * 32
OVERHEAD = 4 + 24 + 32 + 16
SIZES = [0, 1, 7, 8, 9, 16_384, 65_519, 65_520, 65_521, PIECE_BYTES - 1, PIECE_BYTES, 700_001]


def sealed(*pieces: bytes, revision: int = 0) -> bytes:
    target = io.BytesIO()
    seal_stream(KEY, pieces, target, "file", b"case", revision=revision)
    return target.getvalue()


def opened(box: bytes, revision: int = 0) -> bytes:
    target = io.BytesIO()
    open_to(KEY, io.BytesIO(box), target, "file", b"case", revision=revision)
    return target.getvalue()


def patterned(size: int) -> bytes:
    return (bytes(range(1, 251)) * (size // 250 + 1))[:size]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("fill", ["pattern", "zeros", "zeros at the end", "zeros inside"])
def test_a_file_comes_back(size: int, fill: str) -> None:
    data = {
        "pattern": patterned(size),
        "zeros": bytes(size),
        "zeros at the end": patterned(size // 2) + bytes(size - size // 2),
        "zeros inside": (b"\1" + bytes(max(0, size - 2)) + b"\2")[:size],
    }[fill]
    assert opened(sealed(data)) == data


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=40_000), max_size=6), st.integers(0, 2**40))
def test_pieces_of_any_size_make_one_file(pieces: list[bytes], revision: int) -> None:
    box = sealed(*pieces, revision=revision)
    assert opened(box, revision=revision) == b"".join(pieces)


def test_what_was_sealed_is_told() -> None:
    target = io.BytesIO()
    told = seal_stream(KEY, [b"one", b"", b"two"], target, "file")
    assert told == (6, len(target.getvalue()), hashlib.sha256(b"onetwo").digest())


def test_what_came_out_is_told() -> None:
    data, target = patterned(300_000) + bytes(70_000), io.BytesIO(b"before")
    target.seek(6)
    told = open_to(KEY, io.BytesIO(sealed(data)), target, "file", b"case")
    assert told == StreamOpened(len(data), hashlib.sha256(data).digest())
    assert target.getvalue() == b"before" + data


@pytest.mark.parametrize(
    ("size", "plain"),
    [(0, 65_536), (65_528, 65_536), (65_529, 67_584), (1_000_000, 1_015_808)],
)
def test_a_box_has_the_size_of_its_class(size: int, plain: int) -> None:
    assert padded_size(size, FILE_FLOOR) == plain
    assert len(sealed(bytes(size))) == OVERHEAD + plain + plain // 16_384 * 16


def test_padding_longer_than_a_piece_is_written_whole() -> None:
    size = 2**24
    plain = padded_size(size, FILE_FLOOR)
    assert plain - size > PIECE_BYTES
    box = sealed(bytes(size))
    assert len(box) == OVERHEAD + plain + plain // 16_384 * 16
    assert len(opened(box)) == size


def test_the_revision_is_zero_where_none_is_given() -> None:
    target = io.BytesIO()
    seal_stream(KEY, [b"words"], target, "file", b"case")
    assert opened(target.getvalue(), revision=0) == b"words"
    again, plain = io.BytesIO(), io.BytesIO()
    seal_stream(KEY, [b"words"], again, "file", b"case", revision=0)
    open_to(KEY, io.BytesIO(again.getvalue()), plain, "file", b"case")
    assert plain.getvalue() == b"words"


def test_the_hash_is_left_out_where_it_is_not_wanted() -> None:
    target = io.BytesIO()
    told = seal_stream(KEY, [b"words"], target, "file", b"case", hashed=False)
    assert told == (5, len(target.getvalue()), b"")
    assert opened(target.getvalue()) == b"words"


def test_write_takes_every_kind_of_bytes_and_says_how_many() -> None:
    target = io.BytesIO()
    sealer = StreamSealer(KEY, target, "file", b"case")
    assert sealer.write(b"ab") == 2
    assert sealer.write(bytearray(b"cde")) == 3
    assert sealer.write(memoryview(b"f")) == 1
    told = sealer.finish()
    assert (told.length, told.sha256) == (6, hashlib.sha256(b"abcdef").digest())
    assert opened(target.getvalue()) == b"abcdef"


def test_the_pieces_may_be_reused_once_they_are_written() -> None:
    target, piece = io.BytesIO(), bytearray(b"first")
    sealer = StreamSealer(KEY, target, "file", b"case")
    sealer.write(piece)
    piece[:] = b"other"
    sealer.finish()
    assert opened(target.getvalue()) == b"first"


def test_a_finished_box_takes_nothing_more() -> None:
    target = io.BytesIO()
    sealer = StreamSealer(KEY, target, "file", b"case")
    told = sealer.finish()
    size = len(target.getvalue())
    with pytest.raises(ValueError, match=r"^this box is finished$"):
        sealer.write(b"more")
    assert sealer.finish() == told
    assert len(target.getvalue()) == size


@pytest.mark.parametrize("size", [0, 5, 16_384, 100_000])
def test_an_unfinished_box_never_opens(size: int) -> None:
    target = io.BytesIO()
    with StreamSealer(KEY, target, "file", b"case") as sealer:
        sealer.write(patterned(size))
        assert sealer.seek(0) == 0
    with pytest.raises(CannotOpen):
        opened(target.getvalue())


def test_a_source_that_fails_leaves_a_box_that_never_opens() -> None:
    def failing() -> Iterator[bytes]:
        yield patterned(200_000)
        raise OSError("the line is gone")

    target = io.BytesIO()
    with pytest.raises(OSError, match="gone"):
        seal_stream(KEY, failing(), target, "file", b"case")
    with pytest.raises(CannotOpen):
        opened(target.getvalue())


def test_nothing_of_the_data_stands_in_the_box() -> None:
    marker = b"a sentence that must not be found"
    box = sealed(marker * 3_000)
    assert marker not in box
    assert marker[:9] not in box


def test_a_form_parser_can_write_to_it() -> None:
    target = io.BytesIO()
    sealer = StreamSealer(KEY, target, "file", b"case")
    data = patterned(120_000)
    body = (
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n'
        + data
        + b"\r\n--x--\r\n"
    )

    def stream_factory(*_: object, **__: object) -> StreamSealer:
        return sealer

    parser = MultiPartParser(stream_factory=stream_factory)
    _, files = parser.parse(io.BytesIO(body), b"x", len(body))
    assert files["f"].stream is sealer
    assert sealer.finish().length == len(data)
    files["f"].close()
    assert opened(target.getvalue()) == data


def test_a_wrong_key_yields_no_piece() -> None:
    pieces = open_pieces(b"\6" * 32, io.BytesIO(sealed(b"words")), "file", b"case")
    with pytest.raises(CannotOpen):
        next(pieces)


def test_pieces_before_a_damage_are_given_and_then_the_error() -> None:
    data = patterned(1_000_000)
    box = bytearray(sealed(data))
    box[-5] ^= 1
    given_out: list[bytes] = []
    with pytest.raises(CannotOpen):
        given_out.extend(open_pieces(KEY, io.BytesIO(box), "file", b"case"))
    assert len(given_out) >= 3
    assert data.startswith(b"".join(given_out))


class _Full(io.BytesIO):
    def write(self, data, /) -> int:
        if self.tell() > 300_000:
            raise OSError("no space left")
        return super().write(data)


def test_a_target_that_fails_is_cut_back_too() -> None:
    target = _Full()
    with pytest.raises(OSError, match="no space"):
        open_to(KEY, io.BytesIO(sealed(patterned(900_000))), target, "file", b"case")
    assert target.getvalue() == b""
    assert target.tell() == 0


class _Trickle(io.BytesIO):
    """A source that gives three bytes at a time."""

    def readinto(self, buffer, /) -> int:
        return super().readinto(memoryview(buffer)[:3])


def test_a_source_may_give_a_few_bytes_at_a_time() -> None:
    target = io.BytesIO()
    open_to(KEY, _Trickle(sealed(b"words")), target, "file", b"case")
    assert target.getvalue() == b"words"
    assert [bytes(piece) for piece in pieces_of(_Trickle(b"abcdefgh"))] == [b"abc", b"def", b"gh"]


def test_memory_does_not_grow_with_the_file() -> None:
    class Nowhere:
        def write(self, data: memoryview, /) -> int:
            return len(data)

    def peak(pieces: int) -> int:
        piece = bytes(PIECE_BYTES)
        tracemalloc.start()
        seal_stream(KEY, (piece for _ in range(pieces)), Nowhere(), "file")
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return held

    assert peak(200) < peak(2) + PIECE_BYTES


def test_memory_does_not_grow_when_a_long_run_of_zeros_is_opened() -> None:
    box = sealed(bytes(20 * PIECE_BYTES))
    tracemalloc.start()
    length = sum(len(piece) for piece in open_pieces(KEY, io.BytesIO(box), "file", b"case"))
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert length == 20 * PIECE_BYTES
    assert held < 9 * PIECE_BYTES
