"""Wraps (a 32-byte secret for one public key) and boxes (data under a symmetric key), format 1.

    wrap: "DW" | version 1 | suite 1 | kid 8 | HPKE enc 1120 | sealed secret 48   = 1180 B
    box:  "DO" | version 1 | alg 1   | Cobblestone-256 (salt 24 | commitment 32 | chunks)

Where a wrap or box lies is bound into it: moved to another case, record, purpose or revision, it
does not open. Every failure is `CannotOpen`. There is no negotiation: other bytes are refused.
"""

from __future__ import annotations

from functools import cache

from crypto.errors import CannotOpen
from crypto.keys import framed, key_id
from crypto.padding import TEXT_FLOOR, padded_parts, unpad
from crypto.primitives import (
    HPKE_ENC_BYTES,
    SEED_BYTES,
    KeyPair,
    chunks_open,
    hpke_open,
    hpke_seal,
    parts_seal,
)

_WRAP_HEAD = b"DW\x01\x01"
_BOX_HEAD = b"DO\x01\x01"
_HEAD_BYTES = 12
_REVISION_LENGTH = (8).to_bytes(4, "big")
WRAP_BYTES = _HEAD_BYTES + HPKE_ENC_BYTES + SEED_BYTES + 16


def _info(head: bytes, purpose: str, place: tuple[bytes, ...]) -> bytes:
    return framed((b"drcm/v1/wrap", head, purpose.encode("ascii"), *place))


def wrap(public: bytes, secret: bytes, purpose: str, *place: bytes) -> bytes:
    """Seal a 32-byte secret to a public key, bound to its purpose and place. Gives 1180 bytes."""
    if len(secret) != SEED_BYTES:
        raise ValueError("a wrap carries exactly 32 bytes")
    head = _WRAP_HEAD + key_id(public)
    return head + hpke_seal(public, secret, _info(head, purpose, place))


def unwrap(keys: KeyPair, wrapped: bytes, purpose: str, *place: bytes) -> bytes:
    """The secret of a wrap, or `CannotOpen`. Length and key id are checked first."""
    head = wrapped[:_HEAD_BYTES]
    if len(wrapped) != WRAP_BYTES or head != _WRAP_HEAD + key_id(keys.public):
        raise CannotOpen
    return hpke_open(keys.private, wrapped[_HEAD_BYTES:], _info(head, purpose, place))


@cache
def _context_head(head: bytes, kind: str) -> bytes:
    return framed((b"drcm/v1/obj", head, kind.encode("ascii")))


def box_context(head: bytes, kind: str, place: tuple[bytes, ...], revision: int) -> bytes:
    """What a box is bound to, as Cobblestone's context: head, kind, place, revision."""
    # A list opens thousands of boxes: what is the same for all of a kind is framed once.
    bound = _context_head(head, kind) + framed(place)
    return bound + _REVISION_LENGTH + revision.to_bytes(8, "big")


def seal(
    key: bytes, data: bytes, kind: str, *place: bytes, revision: int = 0, floor: int = TEXT_FLOOR
) -> bytes:
    """A padded box of `data`, bound to its kind, place and revision. `key` is 32 random bytes."""
    context = box_context(_BOX_HEAD, kind, place, revision)
    return parts_seal(key, padded_parts(data, floor), context, _BOX_HEAD)


def unseal(key: bytes, box: bytes, kind: str, *place: bytes, revision: int = 0) -> bytes:
    """The data of a box, or `CannotOpen`."""
    if not box.startswith(_BOX_HEAD):
        raise CannotOpen
    context = box_context(_BOX_HEAD, kind, place, revision)
    return unpad(chunks_open(key, memoryview(box)[len(_BOX_HEAD) :], context))
