"""The rest of docs/envelope-format.md, by that page alone: words, derivations, sets and chains."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from functools import cache
from itertools import combinations
from pathlib import Path

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from tests.crypto.independent_reader import Keys, Refused, child, lp, open_wrap

LISTS = Path(__file__).resolve().parents[2] / "crypto" / "words"
CHECKED = {
    "receipt": (8, 10, b"drcm/v1/rc"),
    "key card": (24, 32, b"drcm/v1/key-card"),
    "backup card": (24, 32, b"drcm/v1/backup-card"),
    "holder's card": (12, 16, b"drcm/v1/holder-card"),
}


@cache
def word_list(language: str) -> tuple[str, ...]:
    return tuple((LISTS / f"{language}.txt").read_text().split())


@cache
def by_four_letters(language: str) -> dict[str, int]:
    return {word[:4]: index for index, word in enumerate(word_list(language))}


def index_of(part: str, language: str) -> int | None:
    index = by_four_letters(language).get(part[:4])
    return index if index is not None and word_list(language)[index].startswith(part) else None


def spelled(number: int, count: int, language: str) -> str:
    listed = word_list(language)
    return " ".join(listed[number // 2048**place % 2048] for place in reversed(range(count)))


def checked_number(what: str, secret: bytes) -> int:
    count, size, label = CHECKED[what]
    bits = count * 11 - size * 8
    check = hashlib.sha256(label + secret).digest()[0] >> (8 - bits)
    return int.from_bytes(secret, "big") << bits | check


def read_words(what: str, text: str) -> bytes:
    """The secret behind the words of a card or receipt."""
    count, size, _ = CHECKED[what]
    parts = re.split(r"[\W_]+", unicodedata.normalize("NFKC", text).casefold())
    for language in ("de", "en"):
        indexes = [index_of(part, language) for part in parts]
        if len(parts) != count or None in indexes:
            continue
        number = sum(index * 2048**place for place, index in enumerate(reversed(indexes)))
        secret = (number >> (count * 11 - size * 8)) % 2 ** (size * 8)
        found = secret.to_bytes(size, "big")
        if checked_number(what, found) == number:
            return found
    raise Refused


def argon2id(secret: bytes, salt: bytes, memory_kib: int, passes: int) -> bytes:
    kdf = Argon2id(salt=salt, length=32, iterations=passes, lanes=1, memory_cost=memory_kib)
    return kdf.derive(secret)


def receipt_root(receipt: bytes, salt: bytes) -> bytes:
    return argon2id(b"drcm/v1/receipt" + receipt, salt, 19456, 2)


def password_keys(
    password: str, salt: bytes, memory_kib: int, passes: int, device: bytes | None
) -> tuple[bytes, bytes]:
    typed = unicodedata.normalize("NFC", password).encode()
    stretched = argon2id(typed, salt, memory_kib, passes)
    if device is not None:
        stretched = hmac.digest(device, stretched, "sha512")
    return child(stretched, "kek"), child(stretched, "archive")


def combine(
    cards: dict[int, bytes],
    threshold: int,
    commitment: bytes,
    parts: list[tuple[int, int, int, bytes]],
    team_id: bytes,
) -> bytes:
    """The secret from holders' cards (16 bytes each) and parts (epoch, subset, number, wrap)."""
    stored = {(subset, number): (epoch, sealed) for epoch, subset, number, sealed in parts}
    for holders in combinations(sorted(cards), threshold):
        subset = sum(2 ** (number - 1) for number in holders)
        secret = 0
        for number in holders:
            epoch, sealed = stored[subset, number]
            seed = child(cards[number], "recovery-card")
            place = (team_id, epoch.to_bytes(8, "big"), bytes([subset]), bytes([number]))
            secret ^= int.from_bytes(open_wrap(seed, sealed, "recovery-share", *place), "big")
        found = secret.to_bytes(32, "big")
        framed = lp(b"drcm/v1/recovery", team_id, epoch.to_bytes(8, "big"), found)
        if hashlib.sha256(framed).digest() == commitment:
            return found
    raise Refused


def card_public(card: bytes) -> bytes:
    return Keys(child(card, "recovery-card")).public


def chain(rows: list[bytes]) -> list[bytes]:
    hashes = [bytes(32)]
    for number, row in enumerate(rows, 1):
        linked = b"drcm/v1/log" + number.to_bytes(8, "big") + hashes[-1] + lp(row)
        hashes.append(hashlib.sha256(linked).digest())
    return hashes


def rows_sum(key: bytes, rows: list[tuple[bytes, ...]]) -> bytes:
    macs = [hmac.digest(key, lp(b"drcm/v1/row", *row), "sha256") for row in rows]
    total = sum(int.from_bytes(mac, "big") for mac in macs) % 2**256
    return len(rows).to_bytes(8, "big") + total.to_bytes(32, "big")
