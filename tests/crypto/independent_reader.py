"""A reader and small sealer of format 1, written from docs/envelope-format.md alone.

It imports nothing of the program: only hashes of the standard library, and AES-GCM, X25519 and
ML-KEM. What it and the program agree on, the page says.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK, TAG = 16384, 16
SUITE = b"HPKE\x64\x7a\x00\x01\x00\x02"
XWING = bytes.fromhex("5c2e2f2f5e5c")
COBBLESTONE = b"c2sp.org/chunked-encryption@v1+"


class Refused(Exception):
    """The bytes are not what the page allows."""


def lp(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def expand(name: str, key: bytes, info: bytes, count: int) -> bytes:
    made, block = b"", b""
    while len(made) < count:
        number = len(made) // hashlib.new(name).digest_size + 1
        block = hmac.digest(key, block + info + bytes([number]), name)
        made += block
    return made[:count]


def child(key: bytes, label: str) -> bytes:
    return expand("sha512", key, b"drcm/v1/" + label.encode(), 32)


class Keys:
    """The key pair of a seed."""

    def __init__(self, seed: bytes) -> None:
        expanded = hashlib.shake_256(seed).digest(96)
        self.lattice = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        self.curve = X25519PrivateKey.from_private_bytes(expanded[64:])
        self.curve_public = self.curve.public_key().public_bytes_raw()
        self.public = self.lattice.public_key().public_bytes_raw() + self.curve_public


def key_id(public: bytes) -> bytes:
    return hashlib.sha256(b"drcm/v1/kid" + public).digest()[:8]


def hpke_key(shared: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Key and nonce of the RFC 9180 schedule, base mode."""

    def extract(salt: bytes, label: bytes, ikm: bytes) -> bytes:
        return hmac.digest(salt, b"HPKE-v1" + SUITE + label + ikm, "sha256")

    def labeled(label: bytes, count: int) -> bytes:
        about = count.to_bytes(2, "big") + b"HPKE-v1" + SUITE + label + context
        return expand("sha256", secret, about, count)

    context = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared, b"secret", b"")
    return labeled(b"key", 32), labeled(b"base_nonce", 12)


def combined(lattice: bytes, curve: bytes, share: bytes, public: bytes) -> bytes:
    return hashlib.sha3_256(lattice + curve + share + public + XWING).digest()


def open_wrap(seed: bytes, wrapped: bytes, purpose: str, *place: bytes) -> bytes:
    keys = Keys(seed)
    if len(wrapped) != 1180 or wrapped[:12] != b"DW\x01\x01" + key_id(keys.public):
        raise Refused
    share = wrapped[1100:1132]
    try:
        curve = keys.curve.exchange(X25519PublicKey.from_public_bytes(share))
        shared = combined(
            keys.lattice.decapsulate(wrapped[12:1100]), curve, share, keys.public[1184:]
        )
        key, nonce = hpke_key(shared, lp(b"drcm/v1/wrap", wrapped[:12], purpose.encode(), *place))
        return AESGCM(key).decrypt(nonce, wrapped[1132:], None)
    except (ValueError, InvalidTag):
        raise Refused from None


def make_wrap(public: bytes, secret: bytes, purpose: str, *place: bytes) -> bytes:
    head = b"DW\x01\x01" + key_id(public)
    lattice, sealed = MLKEM768PublicKey.from_public_bytes(public[:1184]).encapsulate()
    own = X25519PrivateKey.generate()
    share = own.public_key().public_bytes_raw()
    curve = own.exchange(X25519PublicKey.from_public_bytes(public[1184:]))
    shared = combined(lattice, curve, share, public[1184:])
    key, nonce = hpke_key(shared, lp(b"drcm/v1/wrap", head, purpose.encode(), *place))
    return head + sealed + share + AESGCM(key).encrypt(nonce, secret, None)


class Chunks:
    """Chunked encryption of C2SP; the house uses it with the names given here."""

    def __init__(
        self,
        key: bytes,
        salt: bytes,
        context: bytes,
        aead: bytes = b"AEAD_AES_256_GCM",
        sha: str = "sha512",
    ) -> None:
        size = len(key)
        made = expand(sha, key, COBBLESTONE + aead + b"\0" + salt + context, size + 12 + 32)
        self.cipher = AESGCM(made[:size])
        self.nonce = int.from_bytes(made[size : size + 12], "big")
        self.commitment = made[size + 12 :]

    def nonce_of(self, number: int) -> bytes:
        return (self.nonce ^ number).to_bytes(12, "big")

    def seal(self, data: bytes) -> bytes:
        cut = range(0, len(data) // CHUNK + 1)
        return b"".join(
            self.cipher.encrypt(self.nonce_of(n), data[n * CHUNK : (n + 1) * CHUNK], None)
            for n in cut
        )

    def open(self, chunks: bytes) -> bytes:
        whole = CHUNK + TAG
        opened = []
        for number in range(len(chunks) // whole + 1):
            chunk = chunks[number * whole : (number + 1) * whole]
            try:
                opened.append(self.cipher.decrypt(self.nonce_of(number), chunk, None))
            except (InvalidTag, ValueError):
                raise Refused from None
        return b"".join(opened)


def open_chunks(key: bytes, sealed: bytes, context: bytes, **names: str | bytes) -> bytes:
    if len(sealed) < 56:
        raise Refused
    chunks = Chunks(key, sealed[:24], context, **names)
    if not hmac.compare_digest(chunks.commitment, sealed[24:56]):
        raise Refused
    return chunks.open(sealed[56:])


def padme(size: int) -> int:
    if size < 2:
        return size
    exponent = size.bit_length() - 1
    shift = max(0, exponent - exponent.bit_length())
    return -(-size >> shift) << shift


def context_of(head: bytes, kind: str, place: tuple[bytes, ...], revision: int) -> bytes:
    return lp(b"drcm/v1/obj", head, kind.encode(), *place, revision.to_bytes(8, "big"))


def _opened(head: bytes, key: bytes, box: bytes, context: bytes) -> bytes:
    if box[:4] != head:
        raise Refused
    return open_chunks(key, box[4:], context)


def _sealed(head: bytes, key: bytes, plain: bytes, context: bytes) -> bytes:
    salt = secrets.token_bytes(24)
    chunks = Chunks(key, salt, context)
    return head + salt + chunks.commitment + chunks.seal(plain)


def open_box(key: bytes, box: bytes, kind: str, *place: bytes, revision: int = 0) -> bytes:
    head = b"DO\x01\x01"
    plain = _opened(head, key, box, context_of(head, kind, place, revision))
    length = int.from_bytes(plain[:8], "big")
    if len(plain) < 8 or length > len(plain) - 8:
        raise Refused
    return plain[8 : 8 + length]


def make_box(
    key: bytes, data: bytes, kind: str, *place: bytes, revision: int = 0, floor: int = 4096
) -> bytes:
    head = b"DO\x01\x01"
    plain = len(data).to_bytes(8, "big") + data
    plain = plain.ljust(max(floor, padme(len(plain))), b"\0")
    return _sealed(head, key, plain, context_of(head, kind, place, revision))


def open_stream(key: bytes, box: bytes, kind: str, *place: bytes, revision: int = 0) -> bytes:
    head = b"DO\x01\x02"
    plain = _opened(head, key, box, context_of(head, kind, place, revision))
    length = int.from_bytes(plain[-8:], "big")
    if len(plain) < 8 or length > len(plain) - 8 or any(plain[length:-8]):
        raise Refused
    return plain[:length]


def make_stream(key: bytes, data: bytes, kind: str, *place: bytes, revision: int = 0) -> bytes:
    head = b"DO\x01\x02"
    plain = data.ljust(max(65536, padme(len(data) + 8)) - 8, b"\0") + len(data).to_bytes(8, "big")
    return _sealed(head, key, plain, context_of(head, kind, place, revision))
