"""What notices that stored rows were removed, altered, swapped or put back: a chain and a sum.

Neither needs to open a row. Both end in a few bytes that the caller keeps sealed: who can write
the database can make a chain of their own that fits together, but not the sealed end of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from crypto.keys import framed
from crypto.primitives import hmac_sha256, sha256

_SUM_BYTES = 32
_COUNT_BYTES = 8
_MODULUS = 1 << 8 * _SUM_BYTES


class Head(NamedTuple):
    """The end of a chain: the number of its last entry (from 1; 0 is empty) and its hash."""

    seq: int
    digest: bytes


START = Head(0, bytes(32))


class Entry(NamedTuple):
    """A stored row of a chain: its number, what is sealed in it, the chain's hash with it."""

    seq: int
    ciphertext: bytes
    digest: bytes


def following(head: Head, ciphertext: bytes) -> Head:
    """The head after one more entry: SHA-256("drcm/v1/log" | u64 seq | hash before | LP(row))."""
    seq = head.seq + 1
    linked = b"drcm/v1/log" + seq.to_bytes(8, "big") + head.digest + framed((ciphertext,))
    return Head(seq, sha256(linked))


def verify(entries: Iterable[Entry], known: Head = START) -> int | None:
    """The first number at which the chain is broken, or `None` if it is whole.

    `entries` come in order, from number 1. `known` is a head that was kept sealed: the chain must
    contain it. A chain that stops before `known` is broken at the first missing number; without
    a known head a shortened or wholly rewritten chain cannot be told from a true one.
    """
    head = START
    for entry in entries:
        head = following(head, entry.ciphertext)
        altered = (entry.seq, entry.digest) != head
        if altered or (head.seq == known.seq and head != known):
            return head.seq
    return head.seq + 1 if head.seq < known.seq else None


class RowsDigest:
    """Forty bytes that stand for a set of rows in any order, kept up row by row.

    The sum, modulo 2^256, of HMAC-SHA-256 of each row (MSet-Add-Hash with a secret key: Clarke and
    others, ASIACRYPT 2003), and the number of rows. The key is what makes a sum sound. Without it,
    whoever may write rows freely finds other rows with the same sum by Wagner's generalized
    birthday: about 2^43 steps with 64 rows of their choice, 2^33 with 1,024. With it they know no
    summand and see no sum, so any other set of rows fits with probability 2^-256. Hence the key
    is one that only members have, the digest is stored in a box, and a former member's knowledge
    ends with the epoch: a new key, summed anew. A member of today is not held off by this.

    A plain hash over sorted row hashes needs no key, but a pass over all rows for each change.
    """

    def __init__(self, key: bytes, digest: bytes = bytes(_COUNT_BYTES + _SUM_BYTES)) -> None:
        """`key`: 32 secret bytes for this use alone. `digest`: where an earlier one stopped."""
        if len(digest) != _COUNT_BYTES + _SUM_BYTES:
            raise ValueError("a digest of rows has exactly 40 bytes")
        self._key = key
        self._count = int.from_bytes(digest[:_COUNT_BYTES], "big")
        self._sum = int.from_bytes(digest[_COUNT_BYTES:], "big")

    def add(self, *columns: bytes) -> None:
        """Count a row in. Each row is in the set once: its first column is its random key."""
        self._sum = (self._sum + self._summand(columns)) % _MODULUS
        self._count += 1

    def remove(self, *columns: bytes) -> None:
        """Count a row out, by the columns it had. `ValueError` if no row is left."""
        if not self._count:
            raise ValueError("there is no row to remove")
        self._sum = (self._sum - self._summand(columns)) % _MODULUS
        self._count -= 1

    @property
    def count(self) -> int:
        return self._count

    def digest(self) -> bytes:
        """u64 number of rows | u256 sum; compare with `equal`."""
        count = self._count.to_bytes(_COUNT_BYTES, "big")
        return count + self._sum.to_bytes(_SUM_BYTES, "big")

    def _summand(self, columns: tuple[bytes, ...]) -> int:
        return int.from_bytes(hmac_sha256(self._key, framed((b"drcm/v1/row", *columns))), "big")


def rows_digest(key: bytes, rows: Iterable[tuple[bytes, ...]]) -> bytes:
    """The digest of all rows at once: about 0.03 s for 10,000."""
    summed = RowsDigest(key)
    for row in rows:
        summed.add(*row)
    return summed.digest()
