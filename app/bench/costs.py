"""What the steps of the crypto floor cost, one by one, and how fast much data goes through."""

from __future__ import annotations

from app.bench import sealing, sealing_memory
from app.bench.rows import Row, milliseconds
from crypto.chain import rows_digest
from crypto.envelope import seal, unseal, unwrap, wrap
from crypto.keys import new_seed
from crypto.passphrase import password_key, receipt_root
from crypto.primitives import key_pair
from crypto.receipt import new_receipt

RUNS, SLOW_RUNS = 200, 5
ROWS = 10_000


def measure() -> list[Row]:
    """All rows of the crypto floor; goals only where there is a yardstick."""
    return _steps() + sealing.measure() + sealing_memory.measure()


def _steps() -> list[Row]:
    """Milliseconds of wall-clock time each; no goals, for comparing machines."""
    seed, key, words = new_seed(), new_seed(), b"w" * 4000
    keys = key_pair(seed)
    wrapped = wrap(keys.public, key, "bench")
    box = seal(key, words, "bench")
    receipt = new_receipt()
    listed = [(number.to_bytes(16, "big"), words[:500]) for number in range(ROWS)]
    acts = [
        ("key_pair", "key pair of a seed", lambda: key_pair(seed), RUNS),
        ("wrap", "32 bytes to a public key", lambda: wrap(keys.public, key, "bench"), RUNS),
        ("unwrap", "and back", lambda: unwrap(keys, wrapped, "bench"), RUNS),
        ("seal", "4 KB into a box", lambda: seal(key, words, "bench"), RUNS),
        ("unseal", "and back", lambda: unseal(key, box, "bench"), RUNS),
        ("rows", "digest of 10,000 rows", lambda: rows_digest(key, listed), SLOW_RUNS),
        ("receipt", "Argon2id of a receipt", lambda: receipt_root(receipt, key), SLOW_RUNS),
        ("password", "Argon2id of a password", lambda: password_key("words", key), SLOW_RUNS),
    ]
    rows = []
    for name, what, act, runs in acts:
        taken = milliseconds(act, runs)
        rows.append(Row(f"crypto.{name}", f"{what}; {taken.said()}", taken.median, "ms"))
    return rows
