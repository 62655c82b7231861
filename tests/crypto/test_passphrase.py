"""From passwords, key cards and receipts to keys that have one use each."""

from __future__ import annotations

import hmac

import pytest

from crypto.keys import derive
from crypto.passphrase import (
    PASSWORD_COST,
    RECEIPT_COST,
    card_key,
    mailbox_auth,
    mailbox_locator,
    mailbox_seed,
    password_key,
    password_keys,
    receipt_root,
)
from crypto.primitives import Argon2Cost, argon2id

QUICK = Argon2Cost(64, 1, 1)
SALT, CARD = b"s" * 16, bytes(range(32))


def test_a_row_without_a_card_opens_for_ever() -> None:
    """Computed by the first version: Argon2id at 64 KiB, one pass, then HKDF-Expand."""
    expected = derive(argon2id(b"correct horse", SALT, QUICK), "kek")
    assert password_key("correct horse", SALT, QUICK) == expected
    assert expected.hex() == "17999d8e4e617dd54a9de5fcaf22c6cb7891a189a4ed0e5c78281b078a4b54f2"


def test_both_keys_come_from_one_run_and_differ() -> None:
    keys = password_keys("correct horse", SALT, QUICK)
    assert keys.seed_key == password_key("correct horse", SALT, QUICK)
    assert keys.archive_key == derive(argon2id(b"correct horse", SALT, QUICK), "archive")
    assert keys.archive_key not in (keys.seed_key, derive(keys.seed_key, "archive"))


def test_a_card_is_needed_beside_the_password() -> None:
    stretched = argon2id(b"correct horse", SALT, QUICK)
    expected = derive(hmac.digest(CARD, stretched, "sha512"), "kek")
    assert card_key("correct horse", CARD, SALT, QUICK) == expected
    keys = password_keys("correct horse", SALT, QUICK, CARD)
    assert keys.seed_key == expected
    assert keys.archive_key == derive(hmac.digest(CARD, stretched, "sha512"), "archive")


def test_password_card_salt_and_cost_all_count() -> None:
    other = CARD[:-1] + b"\0"
    made = [
        *password_keys("a", SALT, QUICK),
        *password_keys("a", SALT, QUICK, CARD),
        *password_keys("a", SALT, QUICK, other),
        *password_keys("b", SALT, QUICK, CARD),
        *password_keys("a", b"t" * 16, QUICK, CARD),
        *password_keys("a", SALT, Argon2Cost(64, 2, 1), CARD),
        *password_keys("a", SALT, QUICK, bytes(32)),
    ]
    assert len(set(made)) == 14
    assert {len(key) for key in made} == {32}


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_a_device_secret_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=r"^a device secret has exactly 32 bytes$"):
        password_keys("a", SALT, QUICK, bytes(size))


def test_a_password_is_the_same_in_either_unicode_form() -> None:
    assert password_key("Gru\u0308n", SALT, QUICK) == password_key("Gr\u00fcn", SALT, QUICK)
    assert password_key("\ud800", SALT, QUICK) != password_key("?", SALT, QUICK)


def test_the_usual_costs_are_those_of_the_rows() -> None:
    assert PASSWORD_COST == (128 * 1024, 4, 1)
    assert RECEIPT_COST == (19 * 1024, 2, 1)
    expected = derive(argon2id(b"a", SALT, PASSWORD_COST), "kek")
    assert password_key("a", SALT) == expected
    assert card_key("a", CARD, SALT) == password_keys("a", SALT, device_secret=CARD).seed_key


def test_a_receipt_makes_keys_with_one_use_each() -> None:
    root = receipt_root(bytes(11), SALT)
    assert root == argon2id(b"drcm/v1/receipt" + bytes(11), SALT, RECEIPT_COST)
    assert mailbox_auth(root) == derive(root, "mailbox-auth")
    made = {mailbox_auth(root), mailbox_seed(root), mailbox_locator(root), root}
    assert len(made) == 4
    assert len(mailbox_locator(root)) == 16
