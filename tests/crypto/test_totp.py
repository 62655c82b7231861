"""Codes of authenticator apps: six digits, one step of tolerance, nothing else."""

from __future__ import annotations

import pytest

from crypto.primitives import totp_code, totp_step

SECRET = b"12345678901234567890"
NOW = 30 * 1_000_000 + 7


@pytest.mark.parametrize(("steps", "found"), [(-2, None), (-1, -1), (0, 0), (1, 1), (2, None)])
def test_a_code_counts_one_step_either_side(steps: int, found: int | None) -> None:
    expected = None if found is None else 1_000_000 + found
    assert totp_step(SECRET, totp_code(SECRET, NOW + 30 * steps), NOW) == expected


@pytest.mark.parametrize("change", ["{code}0", " {code}", "{code}\n", "0{code}", ""])
def test_anything_but_six_digits_is_no_code(change: str) -> None:
    assert totp_step(SECRET, change.format(code=totp_code(SECRET, NOW)), NOW) is None


@pytest.mark.parametrize("code", ["12345a", "12345\u0661", "\u0661" * 6, "12345\u00b2", "-12345"])
def test_signs_that_are_no_plain_digits_are_no_code(code: str) -> None:
    assert totp_step(SECRET, code, NOW) is None


def test_a_code_in_other_digits_is_not_taken() -> None:
    plain = totp_code(SECRET, NOW)
    assert totp_step(SECRET, plain.translate({48 + n: 0x660 + n for n in range(10)}), NOW) is None
