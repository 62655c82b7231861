"""Streams, cards, recovery sets and sums of rows that were made once are read for ever."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from crypto.chain import START, following, rows_digest
from crypto.keys import public_key
from crypto.recovery import RecoverySet, Share, card_keys, combine
from crypto.stream import open_to
from crypto.wordcode import (
    BACKUP_CARD,
    HOLDER_CARD,
    KEY_CARD,
    card_words,
    fingerprint,
    is_fingerprint,
    read_card,
)
from tests.crypto import independent_reader as page
from tests.crypto import independent_words as page_words
from tests.crypto.make_golden_more import (
    DATA,
    EPOCH,
    FOLDER,
    HOLDERS,
    KEY,
    PLACE,
    REVISION,
    ROWS,
    SECRET,
    TEAM,
    main,
)

CARDS = {"key": KEY_CARD, "backup": BACKUP_CARD, "holder": HOLDER_CARD}
PAGE_NAMES = {"key": "key card", "backup": "backup card", "holder": "holder's card"}


def golden(name: str) -> dict[str, Any]:
    held: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return held


def test_a_stream_of_format_1_opens_for_ever() -> None:
    target = io.BytesIO()
    with (FOLDER / "stream.box").open("rb") as box:
        open_to(KEY, box, target, "attachment", *PLACE, revision=REVISION)
    assert target.getvalue() == DATA
    whole = (FOLDER / "stream.box").read_bytes()
    assert page.open_stream(KEY, whole, "attachment", *PLACE, revision=REVISION) == DATA


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", CARDS)
def test_a_card_keeps_its_words_for_ever(name: str, language: str) -> None:
    shown, card = golden("words")[f"{name} {language}"], CARDS[name]
    secret = SECRET[: card.secret_bytes]
    assert " ".join(card_words(card, secret, language)) == shown
    assert read_card(card, shown) == secret == page_words.read_words(PAGE_NAMES[name], shown)


def test_a_key_keeps_its_fingerprint_for_ever() -> None:
    shown = golden("words")["fingerprint de"]
    assert " ".join(fingerprint(public_key(SECRET), "de")) == shown
    assert is_fingerprint(shown, public_key(SECRET))


def test_a_recovery_set_of_format_1_opens_for_ever() -> None:
    held = golden("recovery")
    shares = tuple(Share(e, s, h, bytes.fromhex(wrap)) for e, s, h, wrap in held["shares"])
    kept = RecoverySet(held["threshold"], bytes.fromhex(held["commitment"]), shares)
    keys = {number: card_keys(card) for number, card in HOLDERS.items()}
    for left_out in HOLDERS:
        two = {number: pair for number, pair in keys.items() if number != left_out}
        assert combine(two, kept, TEAM, EPOCH) == SECRET
        cards = {number: card for number, card in HOLDERS.items() if number != left_out}
        parts = [tuple(share) for share in shares]
        assert page_words.combine(cards, 2, kept.commitment, parts, TEAM) == SECRET


def test_a_chain_and_a_sum_of_rows_stay_the_same_for_ever() -> None:
    head = START
    for row in ROWS:
        head = following(head, row)
    assert head.digest.hex() == golden("rows")["head"] == page_words.chain(list(ROWS))[-1].hex()
    assert rows_digest(KEY, [ROWS[1:], ROWS[:2]]).hex() == golden("rows")["sum"]


def test_golden_files_are_never_made_anew(capsys: pytest.CaptureFixture[str]) -> None:
    before = {file.name: file.read_bytes() for file in FOLDER.iterdir()}
    assert main() == 1
    assert "once" in capsys.readouterr().err
    assert {file.name: file.read_bytes() for file in FOLDER.iterdir()} == before
