"""Form fields become answers or named problems; nothing else happens to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.answers import FIELDS, ROUGHLY_MAX, WHAT_MAX, parse_answers
from casework.vocabulary import Ground
from tests.casework.conftest import TODAY


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, ("what", "nothing_said")),
        ({"what": ["  "]}, ("what", "nothing_said")),
        ({"what": ["x" * (WHAT_MAX + 1)]}, ("what", "too_long")),
        ({"when_roughly": ["x" * (ROUGHLY_MAX + 1)]}, ("when_roughly", "too_long")),
        ({"what": ["a\0b"]}, ("what", "not_text")),
        ({"what": ["a\ud800b"]}, ("what", "not_text")),
        ({"what": ["a", "b"]}, ("what", "repeated")),
        ({"when": ["2026-02-30"]}, ("when", "not_a_date")),
        ({"when": ["2026-11-25"]}, ("when", "date_in_future")),
        ({"when": ["0001-01-01"]}, ("when", "not_a_date")),
        ({"grounds": ["origin", "nonsense"]}, ("grounds", "unknown_choice")),
        ({"grounds": ["origin", "origin"]}, ("grounds", "repeated")),
        ({"municipality": ["12345678"]}, ("municipality", "unknown_choice")),
    ],
)
def test_bad_input_is_named(fields, problem) -> None:
    assert [p[:2] for p in parse_answers(fields, TODAY).problems] == [problem]


def test_one_answer_is_enough() -> None:
    parsed = parse_answers({"grounds": ["not_said"]}, TODAY)
    assert parsed.problems == ()
    assert parsed.answers.grounds == (Ground.NOT_SAID,)


@given(st.dictionaries(st.sampled_from(FIELDS), st.lists(st.text(max_size=60), max_size=4)))
def test_any_form_is_read_without_an_error(fields) -> None:
    parsed = parse_answers(fields, TODAY)
    assert parsed.problems or not parsed.answers.say_nothing()
