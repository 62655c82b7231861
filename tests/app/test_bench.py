"""The bench's rows have the form that outside checks read, and tell the truth of their goals."""

from __future__ import annotations

import json

import pytest

from app.bench import journey, run_bench
from app.bench.office import bench_office
from app.bench.rows import Row, Runs, table

KEYS = {"id", "what", "value", "unit", "against", "ratio", "goal", "met"}


@pytest.mark.parametrize(
    ("value", "against", "goal", "at_least", "met"),
    [
        (10, None, 10, False, True),
        (11, None, 10, False, False),
        (11, None, 10, True, True),
        (30, 10, 2, False, False),
        (19, 10, 2, False, True),
        (5, None, None, False, True),
    ],
)
def test_a_goal_is_met_or_not(value, against, goal, at_least, met) -> None:
    assert Row("x", "y", value, "ms", goal, against, at_least).met is met


def test_the_journey_stays_within_bytes_and_requests() -> None:
    with bench_office() as office:
        walked = journey.Journey(office.reporter.test_client())
    assert len(walked.answers) == 4
    assert all(answer.status_code == 200 for answer in walked.answers)
    assert walked.wire_bytes <= 50 * 1024
    assert walked.scripts == 0
    assert walked.sizes == {8192}


def test_rows_are_printed_as_json_and_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_bench(("crypto",), as_json=True) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert rows
    assert all(set(row) == KEYS for row in rows)
    told = table([Row("a.b", "what; median of 3 runs, 1 to 2", 1.5, "ms", 2, 1.0)])
    assert "1.50" in told
    assert "<=2" in told


def test_the_spread_is_said() -> None:
    assert Runs((1.0, 3.0, 2.0)).said() == "median of 3 runs, 1 to 3"
