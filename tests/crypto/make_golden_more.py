"""Makes the golden files of streams, cards and recovery sets, once.

`python -m tests.crypto.make_golden_more`. As with the first golden files: what stands is kept.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from crypto.chain import START, following, rows_digest
from crypto.keys import public_key
from crypto.recovery import card_keys, split
from crypto.stream import seal_stream
from crypto.wordcode import BACKUP_CARD, HOLDER_CARD, KEY_CARD, card_words, fingerprint

FOLDER = Path(__file__).parent / "golden_more"
KEY, PLACE, REVISION = bytes(range(64, 96)), (b"case-of-sixteen-", b"file"), 9
DATA = bytes(n % 251 for n in range(40_000)) + bytes(1_000)
SECRET, TEAM, EPOCH = bytes(range(32)), b"team-of-sixteen-", 3
HOLDERS = {number: bytes([number]) * 16 for number in (1, 2, 3)}
ROWS = (b"", b"one", bytes(range(256)))


def stream() -> None:
    with (FOLDER / "stream.box").open("xb") as target:
        seal_stream(KEY, [DATA], target, "attachment", *PLACE, revision=REVISION)


def words() -> dict[str, Any]:
    cards = {"key": KEY_CARD, "backup": BACKUP_CARD, "holder": HOLDER_CARD}
    made: dict[str, Any] = {
        f"{name} {language}": " ".join(card_words(card, SECRET[: card.secret_bytes], language))
        for name, card in cards.items()
        for language in ("de", "en")
    }
    return made | {"fingerprint de": " ".join(fingerprint(public_key(SECRET), "de"))}


def recovery() -> dict[str, Any]:
    publics = [card_keys(card).public for card in HOLDERS.values()]
    kept = split(SECRET, 2, publics, TEAM, EPOCH)
    shares = [[s.epoch, s.subset, s.holder, s.wrap.hex()] for s in kept.shares]
    return {"threshold": 2, "commitment": kept.commitment.hex(), "shares": shares}


def rows() -> dict[str, Any]:
    head = START
    for row in ROWS:
        head = following(head, row)
    return {"head": head.digest.hex(), "sum": rows_digest(KEY, [ROWS[:2], ROWS[1:]]).hex()}


def main() -> int:
    if FOLDER.exists():
        print("golden files are made once; they are there", file=sys.stderr)
        return 1
    FOLDER.mkdir()
    stream()
    for make in (words, recovery, rows):
        text = json.dumps(make(), indent=1, ensure_ascii=False)
        (FOLDER / f"{make.__name__}.json").write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
