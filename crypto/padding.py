"""Lengths that say little: u64 length | data | zeros up to a size class.

Padmé (PURBs, Nikitin et al. 2019) leaks O(log log n) bits and costs at most 12 %.
"""

from __future__ import annotations

from crypto.errors import CannotOpen

TEXT_FLOOR = 4096
CARD_FLOOR = 512
FILE_FLOOR = 64 * 1024
_LENGTH_BYTES = 8


def padme(length: int) -> int:
    """The size class of a length, in bytes."""
    if length < 2:
        return length
    exponent = length.bit_length() - 1
    mantissa = exponent.bit_length()
    mask = (1 << exponent - mantissa) - 1
    return (length + mask) & ~mask


def padded_size(length: int, floor: int) -> int:
    """How many bytes `length` bytes of data and their length fill, in bytes."""
    return max(floor, padme(_LENGTH_BYTES + length))


def padded_parts(data: bytes, floor: int) -> tuple[bytes, bytes, bytes]:
    """Length, data and zeros that make up a padded plaintext of at least `floor` bytes."""
    zeros = padded_size(len(data), floor) - _LENGTH_BYTES - len(data)
    return len(data).to_bytes(_LENGTH_BYTES, "big"), data, bytes(zeros)


def pad(data: bytes, floor: int) -> bytes:
    """`data` behind its length, filled with zeros to at least `floor` bytes."""
    return b"".join(padded_parts(data, floor))


def unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    if len(padded) < _LENGTH_BYTES or length > len(padded) - _LENGTH_BYTES:
        raise CannotOpen
    return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]
