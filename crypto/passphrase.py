"""From something a person knows to a key: a password, a receipt."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from crypto.keys import derive
from crypto.primitives import Argon2Cost, argon2id, hmac_sha512

PASSWORD_COST = Argon2Cost(memory_kib=128 * 1024, passes=4, lanes=1)
RECEIPT_COST = Argon2Cost(memory_kib=19 * 1024, passes=2, lanes=1)


def password_key(password: str, salt: bytes, cost: Argon2Cost = PASSWORD_COST) -> bytes:
    """The key that boxes a member's seed. Opening that box is the password check."""
    typed = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    return derive(argon2id(typed, salt, cost), "kek")


class PasswordKeys(NamedTuple):
    """Two keys of one password: signing in keeps the first, asking again gives the second."""

    seed_key: bytes
    archive_key: bytes


def password_keys(
    password: str,
    salt: bytes,
    cost: Argon2Cost = PASSWORD_COST,
    device_secret: bytes | None = None,
) -> PasswordKeys:
    """Both keys from one Argon2id run; with a key card its secret is mixed in."""
    typed = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    stretched = argon2id(typed, salt, cost)
    if device_secret is not None:
        stretched = hmac_sha512(device_secret, stretched)[:32]
    kek = derive(stretched, "kek")
    return PasswordKeys(kek, derive(kek, "archive"))


def receipt_root(receipt: bytes, office_salt: bytes) -> bytes:
    """Argon2id of a receipt: one salt an office, for an anonymous look-up has no name."""
    return argon2id(b"drcm/v1/receipt" + receipt, office_salt, RECEIPT_COST)


def mailbox_locator(root: bytes) -> bytes:
    """Where the mailbox lies. Safe to store: it says nothing about the key."""
    return derive(root, "locator")[:16]


def mailbox_seed(root: bytes) -> bytes:
    """What opens the mailbox. Never stored: only the reporter's receipt makes it."""
    return derive(root, "mailbox")
