"""The trailer of a stream: only one reading of a padded plaintext is taken."""

from __future__ import annotations

import io

import pytest

from crypto.envelope import box_context
from crypto.errors import CannotOpen
from crypto.primitives import chunks_seal
from crypto.stream import open_to

KEY = b"\5" * 32
HEAD = b"DO\x01\x02"


def opened(plain: bytes) -> bytes:
    """What a stream with this padded plaintext gives."""
    box = HEAD + chunks_seal(KEY, plain, box_context(HEAD, "file", (), 0))
    target = io.BytesIO()
    open_to(KEY, io.BytesIO(box), target, "file")
    return target.getvalue()


def length(number: int) -> bytes:
    return number.to_bytes(8, "big")


@pytest.mark.parametrize(
    ("plain", "data"),
    [
        (length(0), b""),
        (bytes(100) + length(0), b""),
        (b"ab" + length(2), b"ab"),
        (b"ab\0\0\0" + length(2), b"ab"),
        (b"ab\0\0\0" + length(4), b"ab\0\0"),
        (b"ab\0\0\0" + length(5), b"ab\0\0\0"),
        (bytes(9) + length(9), bytes(9)),
    ],
)
def test_the_length_says_where_the_data_ends(plain: bytes, data: bytes) -> None:
    assert opened(plain) == data


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"\0" * 7,
        length(1),
        length(2**64 - 1),
        b"ab" + length(1),
        b"ab" + length(3),
        b"ab\0\0" + length(5),
        b"a\0b" + length(1),
        b"a\0b\0" + length(2),
    ],
)
def test_a_length_that_does_not_fit_is_refused(plain: bytes) -> None:
    with pytest.raises(CannotOpen):
        opened(plain)
