"""Seeds, and what is derived from them. Every key of the house is a 32-byte seed or its child."""

from __future__ import annotations

from collections.abc import Iterable

from crypto.primitives import SEED_BYTES, hkdf_expand, key_pair, random_bytes, sha256

_PREFIX = b"drcm/v1/"


def new_seed() -> bytes:
    return random_bytes(SEED_BYTES)


def new_id() -> bytes:
    """A random 16-byte row key: says nothing about order or number."""
    return random_bytes(16)


def derive(key: bytes, label: str) -> bytes:
    """A child key. Labels keep the uses of one seed apart: no key does two jobs."""
    return hkdf_expand(key, _PREFIX + label.encode("ascii"))


def public_key(seed: bytes) -> bytes:
    """The 1216-byte public key (X-Wing format) of a seed."""
    return key_pair(seed).public


def key_id(public: bytes) -> bytes:
    """Eight bytes that name a public key inside wraps."""
    return sha256(_PREFIX + b"kid" + public)[:8]


def framed(parts: Iterable[bytes]) -> bytes:
    """Parts, each behind its 4-byte length, so that no two lists give the same bytes."""
    return b"".join([len(part).to_bytes(4, "big") + part for part in parts])
