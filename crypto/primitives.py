"""The only importer of `cryptography`: every primitive the house uses, and nothing of its own.

HPKE: RFC 9180 with KEM MLKEM768_X25519 (X-Wing, KEM id 0x647A of draft-ietf-hpke-pq).
Payloads: Cobblestone-256, the C2SP chunked encryption. Passwords: Argon2id (RFC 9106).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import NamedTuple

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from cryptography.utils import Buffer

from crypto.errors import CannotOpen

SEED_BYTES = 32
PUBLIC_KEY_BYTES = 1216
HPKE_ENC_BYTES = 1120
_SALT_BYTES = 24
_COMMITMENT_BYTES = 32
_CHUNK_BYTES = 16 * 1024
_TAG_BYTES = 16
PIECE_BYTES = 256 * 1024
# A piece, the chunk that was begun before it, and what is added to them: salt, commitment, tags.
_PIECE_BUFFER_BYTES = PIECE_BYTES + 32 * 1024
_MLKEM_PUBLIC_BYTES = 1184
_TOTP_STEP = 30
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

PrivateKey = MLKEM768X25519PrivateKey


class KeyPair(NamedTuple):
    """A hybrid key pair: the library's private object, the public half as 1216 bytes."""

    private: PrivateKey
    public: bytes


class Argon2Cost(NamedTuple):
    """Argon2id parameters: memory in KiB, passes, lanes (RFC 9106)."""

    memory_kib: int
    passes: int
    lanes: int


def random_bytes(count: int) -> bytes:
    return secrets.token_bytes(count)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def hmac_sha256(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")


def hmac_sha512(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha512")


def equal(left: bytes, right: bytes) -> bool:
    """Compare without telling by time where the difference lies."""
    return hmac.compare_digest(left, right)


def hkdf_expand(key: bytes, info: bytes) -> bytes:
    """32 bytes by HKDF-Expand-SHA-512 (RFC 5869). `key` must already be uniform."""
    return HKDFExpand(algorithm=hashes.SHA512(), length=SEED_BYTES, info=info).derive(key)


def argon2id(secret: bytes, salt: bytes, cost: Argon2Cost) -> bytes:
    """32 uniform bytes from a guessable secret."""
    kdf = Argon2id(
        salt=salt,
        length=SEED_BYTES,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    return kdf.derive(secret)


def key_pair(seed: bytes) -> KeyPair:
    """The X-Wing key pair of a 32-byte seed: SHAKE256(seed, 96) is ML-KEM seed | X25519 scalar."""
    expanded = hashlib.shake_256(seed).digest(96)
    lattice = mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    curve = x25519.X25519PrivateKey.from_private_bytes(expanded[64:])
    public = lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
    return KeyPair(MLKEM768X25519PrivateKey(lattice, curve), public)


def _public_key(raw: bytes) -> MLKEM768X25519PublicKey:
    if len(raw) != PUBLIC_KEY_BYTES:
        raise CannotOpen
    try:
        lattice = mlkem.MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC_BYTES])
        curve = x25519.X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC_BYTES:])
    except ValueError:
        raise CannotOpen from None
    return MLKEM768X25519PublicKey(lattice, curve)


def hpke_seal(public: bytes, secret: bytes, info: bytes) -> bytes:
    """HPKE base mode, single shot: enc (1120 B) | ciphertext."""
    return _SUITE.encrypt(secret, _public_key(public), info=info)


def hpke_open(private: PrivateKey, sealed: bytes, info: bytes) -> bytes:
    try:
        return _SUITE.decrypt(sealed, private, info=info)
    except (InvalidTag, ValueError):
        raise CannotOpen from None


def chunks_seal(key: bytes, data: bytes, context: bytes) -> bytes:
    """Cobblestone-256: salt 24 | commitment 32 | chunks."""
    return parts_seal(key, (data,), context, b"")


def parts_seal(key: bytes, parts: Sequence[bytes], context: bytes, head: bytes) -> bytes:
    """`head`, and behind it what `chunks_seal` makes of the joined parts."""
    # Fresh memory costs more than the cipher: all is sealed into the bytes that are given back.
    whole = BytesIO(bytes(len(head) + _sealed_bytes(sum(len(part) for part in parts))))
    with whole.getbuffer() as view:
        view[: len(head)] = head
        at = len(head)
        sealer = Cobblestone256Encryptor(key, context)
        for part in parts:
            at += sealer.update_into(part, view[at:])
        view[at:] = sealer.finalize()
    return whole.getvalue()


def _sealed_bytes(length: int) -> int:
    return _SALT_BYTES + _COMMITMENT_BYTES + length + _TAG_BYTES * (length // _CHUNK_BYTES + 1)


def chunks_open(key: bytes, sealed: Buffer, context: bytes) -> bytes:
    """The data of `chunks_seal`, or `CannotOpen`."""
    try:
        opener = Cobblestone256Decryptor(key, context)
        return opener.update(sealed) + opener.finalize()
    except (InvalidTag, ValueError):
        raise CannotOpen from None


class ChunkSealer:
    """Cobblestone-256 piece by piece, through one buffer that is used again."""

    def __init__(self, key: bytes, context: bytes) -> None:
        self._sealer = Cobblestone256Encryptor(key, context)
        self._sealed = memoryview(bytearray(_PIECE_BUFFER_BYTES))

    def update(self, piece: Buffer) -> memoryview:
        """What can be sealed so far; read it before the next call. At most `PIECE_BYTES` go in."""
        return self._sealed[: self._sealer.update_into(piece, self._sealed)]

    def finish(self) -> bytes:
        """The last, short chunk. Without it nothing opens as whole."""
        return self._sealer.finalize()


class ChunkOpener:
    """The way back. Every chunk is verified before it comes out; the end only by `finish`."""

    def __init__(self, key: bytes, context: bytes) -> None:
        try:
            self._opener = Cobblestone256Decryptor(key, context)
        except ValueError:
            raise CannotOpen from None
        self._opened = memoryview(bytearray(_PIECE_BUFFER_BYTES))

    def update(self, piece: Buffer) -> memoryview:
        """What is verified so far, or `CannotOpen`; read it before the next call."""
        try:
            return self._opened[: self._opener.update_into(piece, self._opened)]
        except (InvalidTag, ValueError):
            raise CannotOpen from None

    def finish(self) -> bytes:
        """The last chunk, or `CannotOpen` if the box was cut short."""
        try:
            return self._opener.finalize()
        except (InvalidTag, ValueError):
            raise CannotOpen from None


def bare_cipher() -> Callable[[bytes], bytes]:
    """AES-256-GCM alone, to measure what a box costs more. Its key is lost: nothing opens it."""
    cipher = AESGCM(AESGCM.generate_key(256))
    nonce = random_bytes(12)
    return lambda data: cipher.encrypt(nonce, data, None)


def _totp(secret: bytes) -> TOTP:
    # SHA-1 is what authenticator apps compute (RFC 6238); its use here is a MAC, not a hash.
    return TOTP(secret, 6, hashes.SHA1(), _TOTP_STEP)  # noqa: S303


def totp_code(secret: bytes, at: int) -> str:
    """The six digits an authenticator shows at `at` (seconds since 1970)."""
    return _totp(secret).generate(at).decode()


def totp_step(secret: bytes, code: str, at: int) -> int | None:
    """Which 30-second step the code belongs to, one step either side allowed; None if none."""
    if len(code) != 6 or not code.isascii() or not code.isdigit():
        return None
    now = at // _TOTP_STEP
    for step in (now, now - 1, now + 1):
        try:
            _totp(secret).verify(code.encode(), step * _TOTP_STEP)
        except InvalidToken:
            continue
        return step
    return None
