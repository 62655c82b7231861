"""From something a person knows to a key: a password, a receipt."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from crypto.keys import derive
from crypto.primitives import SEED_BYTES, Argon2Cost, argon2id, hmac_sha512

PASSWORD_COST = Argon2Cost(memory_kib=128 * 1024, passes=4, lanes=1)
RECEIPT_COST = Argon2Cost(memory_kib=19 * 1024, passes=2, lanes=1)


class PasswordKeys(NamedTuple):
    """What one typed password opens. Neither key can be made from the other."""

    seed_key: bytes
    archive_key: bytes


def password_keys(
    password: str,
    salt: bytes,
    cost: Argon2Cost = PASSWORD_COST,
    device_secret: bytes | None = None,
) -> PasswordKeys:
    """Both keys by one run of Argon2id; with a device secret (32 bytes) the card is needed too.

    `seed_key` boxes the member's seed, and opening that box is the password check. `archive_key`
    boxes the archive's seed: it is asked for anew, a sitting does not hold it.
    """
    stretched = argon2id(_typed(password), salt, cost)
    if device_secret is not None:
        if len(device_secret) != SEED_BYTES:
            raise ValueError("a device secret has exactly 32 bytes")
        stretched = hmac_sha512(device_secret, stretched)
    return PasswordKeys(derive(stretched, "kek"), derive(stretched, "archive"))


def password_key(password: str, salt: bytes, cost: Argon2Cost = PASSWORD_COST) -> bytes:
    """The key that boxes a member's seed. Opening that box is the password check."""
    return password_keys(password, salt, cost).seed_key


def card_key(
    password: str, device_secret: bytes, salt: bytes, cost: Argon2Cost = PASSWORD_COST
) -> bytes:
    """The same with a key card: without its 32 bytes a stolen box resists any weak password."""
    return password_keys(password, salt, cost, device_secret).seed_key


def _typed(password: str) -> bytes:
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def receipt_root(receipt: bytes, office_salt: bytes) -> bytes:
    """Argon2id of a receipt: one salt an office, for an anonymous look-up has no name."""
    return argon2id(b"drcm/v1/receipt" + receipt, office_salt, RECEIPT_COST)


def mailbox_locator(root: bytes) -> bytes:
    """Where the mailbox lies. Safe to store: it says nothing about the key."""
    return derive(root, "locator")[:16]


def mailbox_seed(root: bytes) -> bytes:
    """What opens the mailbox. Never stored: only the reporter's receipt makes it."""
    return derive(root, "mailbox")


def mailbox_auth(root: bytes) -> bytes:
    """The key of the MACs by which both sides of a mailbox know each other's words."""
    return derive(root, "mailbox-auth")
