"""A reader written from the page alone and the program understand each other."""

from __future__ import annotations

import ast
import hashlib
import io
import re
from pathlib import Path
from random import Random

import pytest

from crypto.chain import START, following, rows_digest
from crypto.envelope import seal, unseal, unwrap, wrap
from crypto.keys import key_id
from crypto.padding import padme
from crypto.passphrase import (
    mailbox_auth,
    mailbox_locator,
    mailbox_seed,
    password_keys,
    receipt_root,
)
from crypto.primitives import Argon2Cost, key_pair
from crypto.receipt import read, words
from crypto.recovery import card_keys, new_card, split
from crypto.stream import open_to, seal_stream
from crypto.wordcode import (
    BACKUP_CARD,
    HOLDER_CARD,
    KEY_CARD,
    Card,
    card_words,
    fingerprint,
    read_card,
)
from tests.crypto import independent_reader as page
from tests.crypto import independent_words as page_words
from tests.crypto.test_golden import golden, place_of

INPUTS, STREAM_INPUTS = 1_000, 200
CARDS = {"key card": KEY_CARD, "backup card": BACKUP_CARD, "holder's card": HOLDER_CARD}
ROOT = Path(__file__).resolve().parents[2]


def drawn_place(random: Random) -> list[bytes]:
    return [random.randbytes(random.choice((0, 1, 4, 16))) for _ in range(random.randrange(4))]


def drawn_data(random: Random, longest: int) -> bytes:
    """Mostly short data, sizes around the borders of chunks, long runs of zeros."""
    near = random.choice((0, 60, 4_088, 16_376, 16_384, 32_760, longest)) + random.randrange(-9, 10)
    size = max(0, min(near, longest))
    return random.choice((random.randbytes(size), bytes(size)))


@pytest.mark.parametrize("name", ["independent_reader", "independent_words"])
def test_the_reader_imports_nothing_of_the_program(name: str) -> None:
    tree = ast.parse((Path(__file__).parent / f"{name}.py").read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    named = {
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in imports
    }
    outside = {module for module in named if module and module.startswith(("crypto.", "casework"))}
    assert outside == set()
    assert "crypto" not in named


def test_the_page_names_every_label_of_the_program() -> None:
    text = (ROOT / "docs" / "envelope-format.md").read_text("utf-8")
    source = "".join(path.read_text("utf-8") for path in (ROOT / "crypto").glob("*.py"))
    labels = set(re.findall(r'b"(drcm/v1/[^"]+)"', source))
    labels |= set(re.findall(r'derive\(\w+, "([^"]+)"\)', source))
    assert len(labels) >= 16
    assert {label for label in labels if f'"{label}"' not in text} == set()


def test_the_reader_opens_the_golden_wraps() -> None:
    for item in golden("wraps"):
        seed, sealed = bytes.fromhex(item["seed"]), bytes.fromhex(item["wrap"])
        opened = page.open_wrap(seed, sealed, item["purpose"], *place_of(item))
        assert opened.hex() == item["secret"]


def test_the_reader_opens_the_golden_boxes() -> None:
    for item in golden("boxes"):
        key, box = bytes.fromhex(item["key"]), bytes.fromhex(item["box"])
        data = page.open_box(key, box, item["kind"], *place_of(item), revision=item["revision"])
        assert hashlib.sha256(data).hexdigest() == item["sha256"]


def test_the_reader_reads_the_golden_receipts() -> None:
    for item in golden("receipts"):
        entropy = bytes.fromhex(item["entropy"])
        assert page_words.read_words("receipt", item["de"]) == entropy
        assert page_words.read_words("receipt", item["en"]) == entropy
        number = page_words.checked_number("receipt", entropy)
        assert item["digits"].replace(" ", "") == f"{number:027d}"
        root = page_words.receipt_root(number.to_bytes(11, "big"), bytes.fromhex(item["salt"]))
        assert page.child(root, "locator")[:16].hex() == item["locator"]
        public = page.Keys(page.child(root, "mailbox")).public
        assert hashlib.sha256(public).hexdigest() == item["public_key_sha256"]


def test_a_thousand_wraps_each_way() -> None:
    random = Random(1)
    for _ in range(INPUTS):
        seed, secret = random.randbytes(32), random.randbytes(32)
        keys, place = key_pair(seed), drawn_place(random)
        assert page.open_wrap(seed, wrap(keys.public, secret, "p", *place), "p", *place) == secret
        made = page.make_wrap(keys.public, secret, "p", *place)
        assert unwrap(keys, made, "p", *place) == secret


def test_a_thousand_boxes_each_way() -> None:
    random = Random(2)
    for _ in range(INPUTS):
        key, data = random.randbytes(32), drawn_data(random, 70_000)
        place, revision = drawn_place(random), random.getrandbits(random.choice((1, 63)))
        floor = random.choice((0, 512, 4096))
        ours = seal(key, data, "kind", *place, revision=revision, floor=floor)
        theirs = page.make_box(key, data, "kind", *place, revision=revision, floor=floor)
        assert len(ours) == len(theirs)
        assert page.open_box(key, ours, "kind", *place, revision=revision) == data
        assert unseal(key, theirs, "kind", *place, revision=revision) == data


def test_two_hundred_streams_each_way() -> None:
    random = Random(3)
    for _ in range(STREAM_INPUTS):
        key, data = random.randbytes(32), drawn_data(random, 300_000)
        place, revision = drawn_place(random), random.getrandbits(8)
        ours, opened = io.BytesIO(), io.BytesIO()
        seal_stream(key, [data], ours, "file", *place, revision=revision)
        theirs = page.make_stream(key, data, "file", *place, revision=revision)
        assert len(ours.getvalue()) == len(theirs)
        whole = ours.getvalue()
        assert page.open_stream(key, whole, "file", *place, revision=revision) == data
        open_to(key, io.BytesIO(theirs), opened, "file", *place, revision=revision)
        assert opened.getvalue() == data


def test_a_thousand_sizes_have_one_size_class() -> None:
    random = Random(4)
    sizes = [random.getrandbits(random.randrange(1, 40)) for _ in range(INPUTS)]
    assert [padme(size) for size in [0, 1, 2, *sizes]] == [
        page.padme(size) for size in [0, 1, 2, *sizes]
    ]


@pytest.mark.parametrize("name", CARDS)
def test_two_hundred_cards_of_each_kind(name: str) -> None:
    random, card = Random(name), CARDS[name]
    for _ in range(INPUTS // 5):
        secret, language = random.randbytes(card.secret_bytes), random.choice(("de", "en"))
        shown = " ".join(card_words(card, secret, language))
        number = page_words.checked_number(name, secret)
        assert shown == page_words.spelled(number, card.words, language)
        assert page_words.read_words(name, shown) == secret == read_card(card, shown)


def test_a_thousand_key_ids_and_fingerprints() -> None:
    random = Random(5)
    for _ in range(INPUTS):
        public = random.randbytes(1216)
        assert key_id(public) == page.key_id(public)
        digest = hashlib.sha256(b"drcm/v1/fingerprint" + public).digest()[:11]
        number = int.from_bytes(digest, "big")
        assert " ".join(fingerprint(public, "en")) == page_words.spelled(number, 8, "en")


def test_derivations_agree() -> None:
    root = receipt_root(bytes(11), bytes(16))
    assert root == page_words.receipt_root(bytes(11), bytes(16))
    assert mailbox_locator(root) == page.child(root, "locator")[:16]
    assert mailbox_seed(root) == page.child(root, "mailbox")
    assert mailbox_auth(root) == page.child(root, "mailbox-auth")
    for device in (None, bytes(range(32))):
        ours = password_keys("Grüße", bytes(16), Argon2Cost(64, 1, 1), device)
        assert ours == page_words.password_keys("Gru\u0308ße", bytes(16), 64, 1, device)


@pytest.mark.parametrize(("threshold", "holders"), [(2, 2), (2, 3), (3, 5)])
def test_a_recovery_set_opens_by_the_page_alone(threshold: int, holders: int) -> None:
    random = Random(holders)
    cards = {number: new_card() for number in range(1, holders + 1)}
    publics = [card_keys(card).public for card in cards.values()]
    assert publics == [page_words.card_public(card) for card in cards.values()]
    kept = split(bytes(range(32)), threshold, publics, b"team", 7)
    some = dict(random.sample(sorted(cards.items()), threshold))
    parts = [tuple(share) for share in kept.shares]
    opened = page_words.combine(some, kept.threshold, kept.commitment, parts, b"team")
    assert opened == bytes(range(32))


def test_a_thousand_rows_chained_and_summed() -> None:
    random = Random(6)
    rows = [random.randbytes(random.randrange(80)) for _ in range(INPUTS)]
    head, heads = START, [START.digest]
    for row in rows:
        head = following(head, row)
        heads.append(head.digest)
    assert heads == page_words.chain(rows)
    columns = [(random.randbytes(16), row) for row in rows]
    assert rows_digest(b"k" * 32, columns) == page_words.rows_sum(b"k" * 32, columns)


def test_receipts_read_alike() -> None:
    random = Random(7)
    for _ in range(INPUTS):
        entropy = random.randbytes(10)
        receipt = page_words.checked_number("receipt", entropy).to_bytes(11, "big")
        shown = " ".join(words(receipt, "de"))
        assert shown == page_words.spelled(int.from_bytes(receipt, "big"), 8, "de")
        assert read(shown) == receipt


def test_kinds_of_cards_are_those_of_the_page() -> None:
    listed = {name: Card(*page_words.CHECKED[name]) for name in CARDS}
    assert listed == CARDS
