"""Official vectors: the library computes what the standards say."""

from __future__ import annotations

import json

import cryptography_vectors
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric import x25519
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from crypto.primitives import key_pair, totp_code, totp_step

AEADS = {1: AEAD.AES_128_GCM, 2: AEAD.AES_256_GCM, 3: AEAD.CHACHA20_POLY1305}
KDFS = {1: KDF.HKDF_SHA256, 2: KDF.HKDF_SHA384, 3: KDF.HKDF_SHA512}


def _vectors(name: str) -> list[dict]:
    with cryptography_vectors.open_vector_file(f"HPKE/{name}", "r") as file:
        return json.load(file)


def _opens(suite: Suite, private, vector: dict) -> None:
    first = vector["encryptions"][0]
    opened = openssl.hpke._decrypt_with_aad(
        suite,
        bytes.fromhex(vector["enc"] + first["ct"]),
        private,
        info=bytes.fromhex(vector["info"]),
        aad=bytes.fromhex(first["aad"]),
    )
    assert opened == bytes.fromhex(first["pt"])


def test_rfc_9180_base_mode() -> None:
    tried = 0
    for vector in _vectors("test-vectors.json"):
        if vector["mode"] or vector["kem_id"] != 0x20 or vector["aead_id"] not in AEADS:
            continue
        suite = Suite(KEM.X25519, KDFS[vector["kdf_id"]], AEADS[vector["aead_id"]])
        private = x25519.X25519PrivateKey.from_private_bytes(bytes.fromhex(vector["skRm"]))
        _opens(suite, private, vector)
        tried += 1
    assert tried >= 6


def test_hpke_pq_opens_with_our_key_of_the_seed() -> None:
    tried = 0
    for vector in _vectors("hpke-pq-test-vectors.json"):
        if vector["mode"] or vector["kem_id"] != 0x647A or vector["kdf_id"] not in KDFS:
            continue
        suite = Suite(KEM.MLKEM768_X25519, KDFS[vector["kdf_id"]], AEADS[vector["aead_id"]])
        keys = key_pair(bytes.fromhex(vector["skRm"]))
        assert keys.public == bytes.fromhex(vector["pkRm"])
        _opens(suite, keys.private, vector)
        tried += 1
    assert tried >= 1


def test_rfc_6238_code() -> None:
    secret = b"12345678901234567890"
    assert totp_code(secret, 59) == "287082"
    assert totp_step(secret, "287082", 59) == 1
    assert totp_step(secret, "287082", 59 + 90) is None
