"""Official vectors: the library computes what the standards say. Every file is accounted for."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterator

import cryptography_vectors
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric import ec, mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM1024P384PrivateKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from crypto.primitives import (
    Argon2Cost,
    argon2id,
    hkdf_expand,
    hmac_sha256,
    hmac_sha512,
    key_pair,
    totp_code,
    totp_step,
)
from tests.crypto.independent_reader import Refused, expand, open_chunks

AEADS = {1: AEAD.AES_128_GCM, 2: AEAD.AES_256_GCM, 3: AEAD.CHACHA20_POLY1305}
KDFS = {1: KDF.HKDF_SHA256, 2: KDF.HKDF_SHA384, 3: KDF.HKDF_SHA512}
SHA_OF_OLD_CHUNKS = "sha256"


def _json(name: str) -> list[dict]:
    with cryptography_vectors.open_vector_file(name, "r") as file:
        loaded = json.load(file)
    return loaded if isinstance(loaded, list) else loaded["vectors"]


def _records(name: str, first: str) -> Iterator[dict[str, str]]:
    """The `name = value` groups of a file; a group begins with `first`."""
    record: dict[str, str] = {}
    with cryptography_vectors.open_vector_file(name, "r") as file:
        for line in file:
            name_of, equals, value = line.strip().partition("=")
            key = name_of.strip().lower()
            if key == first and record:
                yield record
                record = {}
            if line.startswith(("#", "[")) or not line.strip():
                continue
            record[key] = value.strip() if equals else "yes"
    yield record


def _bytes(record: dict[str, str], name: str) -> bytes:
    return bytes.fromhex(record.get(name, ""))


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


def _rfc_9180_case(vector: dict) -> str:
    if vector["mode"]:
        return "sender or shared key"
    if vector["aead_id"] not in AEADS:
        return "export only"
    if vector["kem_id"] not in (0x10, 0x12, 0x20):
        return "X448"
    return f"{vector['kem_id']:#x}"


def _classic_private(vector: dict):
    scalar = bytes.fromhex(vector["skRm"])
    if vector["kem_id"] == 0x20:
        return KEM.X25519, x25519.X25519PrivateKey.from_private_bytes(scalar)
    curve = ec.SECP256R1() if vector["kem_id"] == 0x10 else ec.SECP521R1()
    kem = KEM.P256 if vector["kem_id"] == 0x10 else KEM.P521
    return kem, ec.derive_private_key(int.from_bytes(scalar, "big"), curve)


def test_rfc_9180_base_mode() -> None:
    cases: Counter[str] = Counter()
    for vector in _json("HPKE/test-vectors.json"):
        case = _rfc_9180_case(vector)
        cases[case] += 1
        if case.startswith("0x"):
            kem, private = _classic_private(vector)
            suite = Suite(kem, KDFS[vector["kdf_id"]], AEADS[vector["aead_id"]])
            _opens(suite, private, vector)
    assert cases == {
        "0x20": 6,
        "0x10": 6,
        "0x12": 6,
        "X448": 6,
        "export only": 8,
        "sender or shared key": 96,
    }


def _conservative_key(seed: bytes) -> MLKEM1024P384PrivateKey:
    expanded = hashlib.shake_256(seed).digest(64 + 48)
    lattice = mlkem.MLKEM1024PrivateKey.from_seed_bytes(expanded[:64])
    curve = ec.derive_private_key(int.from_bytes(expanded[64:], "big"), ec.SECP384R1())
    return MLKEM1024P384PrivateKey(lattice, curve)


def _pq_private(vector: dict):
    seed = bytes.fromhex(vector["skRm"])
    if vector["kem_id"] == 0x647A:
        keys = key_pair(seed)
        assert keys.public.hex() == vector["pkRm"]
        return KEM.MLKEM768_X25519, keys.private
    if vector["kem_id"] == 0x51:
        return KEM.MLKEM1024_P384, _conservative_key(seed)
    if vector["kem_id"] == 0x41:
        return KEM.MLKEM768, mlkem.MLKEM768PrivateKey.from_seed_bytes(seed)
    return KEM.MLKEM1024, mlkem.MLKEM1024PrivateKey.from_seed_bytes(seed)


def test_hpke_pq_opens_with_our_key_of_the_seed() -> None:
    cases: Counter[str] = Counter()
    for vector in _json("HPKE/hpke-pq-test-vectors.json"):
        kem_id, kdf_id = vector["kem_id"], vector["kdf_id"]
        if kdf_id not in KDFS:
            cases["one-stage KDF, not ours"] += 1
        elif kem_id in (0x40, 0x50):
            cases["KEM not in the library"] += 1
        else:
            kem, private = _pq_private(vector)
            _opens(Suite(kem, KDFS[kdf_id], AEADS[vector["aead_id"]]), private, vector)
            cases[f"{kem_id:#x}"] += 1
    assert cases == {
        "0x647a": 1,
        "0x51": 1,
        "0x41": 1,
        "0x42": 1,
        "KEM not in the library": 2,
        "one-stage KDF, not ours": 7,
    }


def test_hpke_pq_seed_of_the_other_suite_gives_our_key() -> None:
    seeds = [v for v in _json("HPKE/hpke-pq-test-vectors.json") if v["kem_id"] == 0x647A]
    for vector in seeds:
        assert key_pair(bytes.fromhex(vector["skRm"])).public.hex() == vector["pkRm"]
    assert len(seeds) == 2


def test_rfc_9106_argon2id() -> None:
    through_ours = 0
    vectors = list(_records("KDF/argon2id.txt", "count"))
    for vector in vectors:
        length, memory = int(vector["length"]), int(vector["memcost"])
        lanes, passes = int(vector["lanes"]), int(vector["iter"])
        typed, salt = _bytes(vector, "pass"), _bytes(vector, "salt")
        ad, secret = _bytes(vector, "ad") or None, _bytes(vector, "secret") or None
        kdf = Argon2id(
            salt=salt,
            length=length,
            iterations=passes,
            lanes=lanes,
            memory_cost=memory,
            ad=ad,
            secret=secret,
        )
        assert kdf.derive(typed).hex() == vector["output"]
        if length == 32 and ad is None:
            assert (
                argon2id(typed, salt, Argon2Cost(memory, passes, lanes)).hex() == vector["output"]
            )
            through_ours += 1
    assert (len(vectors), through_ours) == (6, 2)


@pytest.mark.parametrize(
    ("name", "sha", "count"),
    [
        ("KDF/rfc-5869-HKDF-SHA256.txt", "sha256", 3),
        ("KDF/rfc-5869-HKDF-SHA1.txt", "sha1", 4),
        ("KDF/hkdf-generated.txt", "sha256", 1),
    ],
)
def test_rfc_5869_hkdf(name: str, sha: str, count: int) -> None:
    vectors = list(_records(name, "count"))
    for vector in vectors:
        salt, ikm = _bytes(vector, "salt"), _bytes(vector, "ikm")
        prk = hmac_by_hand(salt, ikm, sha)
        assert vector.get("prk", prk.hex()) == prk.hex()
        okm = expand(sha, prk, _bytes(vector, "info"), int(vector["l"]))
        assert okm.hex() == vector["okm"]
    assert len(vectors) == count


def hmac_by_hand(key: bytes, data: bytes, sha: str) -> bytes:
    """HMAC by its definition (RFC 2104): the block size is 64 bytes, 128 for SHA-512."""
    block = hashlib.new(sha).block_size
    if len(key) > block:
        key = hashlib.new(sha, key).digest()
    padded = key.ljust(block, b"\0")
    inner = hashlib.new(sha, bytes(byte ^ 0x36 for byte in padded) + data).digest()
    return hashlib.new(sha, bytes(byte ^ 0x5C for byte in padded) + inner).digest()


def test_our_hkdf_with_sha_512_is_the_construction_of_rfc_5869() -> None:
    for size in range(64):
        key, info = bytes(range(size, size + 32)), bytes(range(size))
        by_hand = hmac_by_hand(key, info + b"\1", "sha512")[:32]
        assert hkdf_expand(key, info) == expand("sha512", key, info, 32) == by_hand


@pytest.mark.parametrize(
    ("name", "compute", "count"),
    [
        ("HMAC/rfc-4231-sha256.txt", hmac_sha256, 6),
        ("HMAC/rfc-4231-sha512.txt", hmac_sha512, 6),
    ],
)
def test_rfc_4231_hmac(name: str, compute, count: int) -> None:
    vectors = list(_records(name, "len"))
    for vector in vectors:
        assert compute(_bytes(vector, "key"), _bytes(vector, "msg")).hex() == vector["md"]
    assert len(vectors) == count


def _gcm_case(vector: dict[str, str]) -> str:
    if len(_bytes(vector, "tag")) != 16:
        return "short tag, refused by the library"
    if len(_bytes(vector, "iv")) < 8:
        return "nonce of one byte, refused by the library"
    return "refused" if "fail" in vector else "opened"


def test_nist_aes_256_gcm() -> None:
    cases: Counter[str] = Counter()
    for vector in _records("ciphers/AES/GCM/gcmDecrypt256.rsp", "count"):
        case = _gcm_case(vector)
        cases[case] += 1
        cipher = AESGCM(_bytes(vector, "key"))
        sealed = _bytes(vector, "ct") + _bytes(vector, "tag")
        if case == "opened":
            opened = cipher.decrypt(_bytes(vector, "iv"), sealed, _bytes(vector, "aad"))
            assert opened.hex() == vector["pt"]
        elif case == "refused":
            with pytest.raises(InvalidTag):
                cipher.decrypt(_bytes(vector, "iv"), sealed, _bytes(vector, "aad"))
    assert cases == {
        "opened": 372,
        "refused": 378,
        "nonce of one byte, refused by the library": 375,
        "short tag, refused by the library": 6750,
    }


def test_nist_ml_kem_768() -> None:
    vectors = list(_records("asymmetric/MLKEM/kat_MLKEM_768.rsp", "count"))
    for vector in vectors:
        private = mlkem.MLKEM768PrivateKey.from_seed_bytes(
            _bytes(vector, "d") + _bytes(vector, "z")
        )
        assert private.public_key().public_bytes_raw().hex() == vector["pk"]
        assert private.decapsulate(_bytes(vector, "ct")).hex() == vector["ss"]
        assert private.decapsulate(_bytes(vector, "ct_n")).hex() == vector["ss_n"]
    assert len(vectors) == 1000


def test_rfc_7748_x25519() -> None:
    vectors = list(_records("asymmetric/X25519/rfc7748.txt", "count"))
    for vector in vectors:
        private = x25519.X25519PrivateKey.from_private_bytes(_bytes(vector, "input_scalar"))
        point = x25519.X25519PublicKey.from_public_bytes(_bytes(vector, "input_u"))
        assert private.exchange(point).hex() == vector["output_u"]
    assert len(vectors) == 3


def _older_chunks_open(vector: dict) -> None:
    key = bytes.fromhex(vector["key"])
    sealed = base64.b64decode(vector["ciphertext"] or "")
    if vector.get("compressed"):
        sealed = zlib.decompress(sealed)
    if len(key) != (16 if "128" in vector["aead"] else 32):
        raise Refused
    data = open_chunks(
        key,
        sealed,
        vector["context"].encode(),
        aead=vector["aead"].encode(),
        sha=SHA_OF_OLD_CHUNKS,
    )
    assert len(data) == vector["payload_length"]
    assert hashlib.sha256(data).hexdigest() == vector["payload_sha256"]


def test_chunked_encryption_with_the_older_hash() -> None:
    """The package holds the older instantiation: it shows that our reader chunks as C2SP does."""
    cases: Counter[str] = Counter()
    for vector in _json("chunked-encryption/vectors.json"):
        if "CHACHA20" in vector["aead"]:
            cases["ChaCha20, not ours"] += 1
            continue
        if vector["expect"] == "success":
            _older_chunks_open(vector)
        else:
            with pytest.raises(Refused):
                _older_chunks_open(vector)
        cases[vector["expect"]] += 1
    assert cases == {"success": 18, "failure": 50, "ChaCha20, not ours": 34}


def test_rfc_6238_code() -> None:
    secret = b"12345678901234567890"
    assert totp_code(secret, 59) == "287082"
    assert totp_step(secret, "287082", 59) == 1
    assert totp_step(secret, "287082", 59 + 90) is None
