"""Makes the golden files of format 1, once: `python -m tests.crypto.make_golden`.

What it wrote is committed and stays: a later program must open it. A file that stands there
already is refused, so that nobody mends a broken format by making new golden files.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crypto.envelope import seal, wrap
from crypto.keys import public_key
from crypto.passphrase import mailbox_locator, mailbox_seed, receipt_root
from crypto.primitives import sha256
from crypto.receipt import digits, words

FOLDER = Path(__file__).parent / "golden"
SEED = bytes(range(32))
SECRET = bytes(range(32, 64))
KEY = bytes(range(64, 96))
PLACE = (b"case-of-sixteen-", b"record")
CONTENTS = {
    "empty": b"",
    "short text": "Jemand hat mich nicht hereingelassen. 12 €".encode(),
    "4 KiB": bytes(n % 251 for n in range(4096)),
    "20,000 bytes": bytes(n % 241 for n in range(20_000)),
}
ENTROPIES = (bytes(10), bytes(range(1, 11)), b"\xff" * 10)
SALT = bytes(range(128, 160))


def wraps() -> Iterator[dict[str, Any]]:
    for place in ((), PLACE):
        sealed = wrap(public_key(SEED), SECRET, "case-seed", *place)
        yield {
            "seed": SEED.hex(),
            "purpose": "case-seed",
            "place": [part.hex() for part in place],
            "secret": SECRET.hex(),
            "wrap": sealed.hex(),
        }


def boxes() -> Iterator[dict[str, Any]]:
    for revision, (name, data) in enumerate(CONTENTS.items(), 6):
        box = seal(KEY, data, "record", *PLACE, revision=revision)
        yield {
            "name": name,
            "key": KEY.hex(),
            "kind": "record",
            "place": [part.hex() for part in PLACE],
            "revision": revision,
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "box": box.hex(),
        }


def receipts() -> Iterator[dict[str, Any]]:
    for entropy in ENTROPIES:
        receipt = entropy + sha256(b"drcm/v1/rc" + entropy)[:1]
        root = receipt_root(receipt, SALT)
        yield {
            "entropy": entropy.hex(),
            "salt": SALT.hex(),
            "de": " ".join(words(receipt, "de")),
            "en": " ".join(words(receipt, "en")),
            "digits": digits(receipt),
            "locator": mailbox_locator(root).hex(),
            "public_key_sha256": hashlib.sha256(public_key(mailbox_seed(root))).hexdigest(),
        }


def main() -> int:
    made = {"wraps": wraps, "boxes": boxes, "receipts": receipts}
    there = [name for name in made if (FOLDER / f"{name}.json").exists()]
    if there:
        print(f"golden files are made once; these exist: {', '.join(there)}", file=sys.stderr)
        return 1
    for name, make in made.items():
        text = json.dumps(list(make()), indent=1, ensure_ascii=False)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
