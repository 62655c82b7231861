"""What format 1 once sealed opens for ever, and a single changed bit opens nowhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from crypto.envelope import seal, unseal, unwrap, wrap
from crypto.errors import CannotOpen
from crypto.keys import public_key
from crypto.passphrase import mailbox_locator, mailbox_seed, receipt_root
from crypto.primitives import key_pair
from crypto.receipt import digits, read, words
from tests.crypto.make_golden import FOLDER, KEY, SECRET, SEED, main


def golden(name: str) -> list[dict[str, Any]]:
    held: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return held


def place_of(item: dict[str, Any]) -> list[bytes]:
    return [bytes.fromhex(part) for part in item["place"]]


def flipped(whole: bytes) -> Iterator[bytes]:
    """The bytes with one bit changed, for every bit in turn."""
    for at in range(len(whole) * 8):
        changed = bytearray(whole)
        changed[at // 8] ^= 1 << at % 8
        yield bytes(changed)


@pytest.mark.parametrize("item", golden("wraps"), ids=lambda item: f"{len(item['place'])} places")
def test_a_wrap_of_format_1_opens_for_ever(item: dict[str, Any]) -> None:
    keys = key_pair(bytes.fromhex(item["seed"]))
    opened = unwrap(keys, bytes.fromhex(item["wrap"]), item["purpose"], *place_of(item))
    assert opened.hex() == item["secret"]


@pytest.mark.parametrize("item", golden("boxes"), ids=lambda item: item["name"])
def test_a_box_of_format_1_opens_for_ever(item: dict[str, Any]) -> None:
    key, box = bytes.fromhex(item["key"]), bytes.fromhex(item["box"])
    data = unseal(key, box, item["kind"], *place_of(item), revision=item["revision"])
    assert (len(data), hashlib.sha256(data).hexdigest()) == (item["bytes"], item["sha256"])


def test_the_golden_boxes_are_of_one_and_of_several_chunks() -> None:
    assert [item["bytes"] for item in golden("boxes")] == [0, 44, 4096, 20_000]


@pytest.mark.parametrize("item", golden("boxes"), ids=lambda item: item["name"])
def test_a_golden_box_opens_at_its_own_revision_alone(item: dict[str, Any]) -> None:
    key, box = bytes.fromhex(item["key"]), bytes.fromhex(item["box"])
    with pytest.raises(CannotOpen):
        unseal(key, box, item["kind"], *place_of(item), revision=item["revision"] + 1)


@pytest.mark.parametrize("item", golden("receipts"), ids=lambda item: item["entropy"])
def test_a_receipt_keeps_its_words_and_digits_for_ever(item: dict[str, Any]) -> None:
    receipt = read(item["digits"])
    assert receipt[:10].hex() == item["entropy"]
    assert digits(receipt) == item["digits"]
    for language in ("de", "en"):
        assert " ".join(words(receipt, language)) == item[language]
        assert read(item[language]) == receipt


@pytest.mark.parametrize("item", golden("receipts"), ids=lambda item: item["entropy"])
def test_a_receipt_finds_and_opens_its_mailbox_for_ever(item: dict[str, Any]) -> None:
    root = receipt_root(read(item["digits"]), bytes.fromhex(item["salt"]))
    assert mailbox_locator(root).hex() == item["locator"]
    public = public_key(mailbox_seed(root))
    assert hashlib.sha256(public).hexdigest() == item["public_key_sha256"]


def test_golden_files_are_never_made_anew(capsys: pytest.CaptureFixture[str]) -> None:
    before = {file.name: file.read_bytes() for file in FOLDER.iterdir()}
    assert main() == 1
    assert "boxes" in capsys.readouterr().err
    assert {file.name: file.read_bytes() for file in FOLDER.iterdir()} == before


def test_no_bit_of_a_wrap_may_change() -> None:
    keys = key_pair(SEED)
    sealed = wrap(keys.public, SECRET, "case-seed", b"team")
    for changed in flipped(sealed):
        with pytest.raises(CannotOpen):
            unwrap(keys, changed, "case-seed", b"team")


def test_no_bit_of_a_box_may_change() -> None:
    box = seal(KEY, b"words", "record", b"case", floor=0)
    for changed in flipped(box):
        with pytest.raises(CannotOpen):
            unseal(KEY, changed, "record", b"case")
