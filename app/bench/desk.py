"""The desk with much work: the first page of long lists, and opening one case."""

from __future__ import annotations

import re

from app.bench.office import BenchOffice, bench_office
from app.bench.rows import Row, Runs, milliseconds

RUNS = 9
LISTS = (1_000, 10_000)
LIST_MS, LIST_KB, CASE_MS = 200, 40, 15


def measure() -> list[Row]:
    """Rows of the desk: wall-clock time inside the server's code, pages rendered."""
    rows = []
    with bench_office() as office:
        there = 0
        for size in LISTS:
            office.fill(size - there)
            there = size
            rows += _list(office, size)
        rows.append(_case(office))
    return rows


def _list(office: BenchOffice, size: int) -> list[Row]:
    client = office.signed_in()
    taken = milliseconds(lambda: client.get("/cases"), RUNS)
    page = client.get("/cases")
    shown = page.text.count("<tr data-case=")
    said = f"first page of {size} cases, {shown} rows; {taken.said()}"
    return [
        Row(f"desk.list.{size}", said, taken.median, "ms", LIST_MS),
        Row(f"desk.list.{size}.bytes", "that page", len(page.data) / 1024, "KiB", LIST_KB),
    ]


def _case(office: BenchOffice) -> Row:
    client = office.signed_in()
    found = re.search(r'<tr data-case="(\w+)"', client.get("/cases").text)
    address = f"/cases/{found[1]}" if found else "/cases"
    taken: Runs = milliseconds(lambda: client.get(address), 5 * RUNS)
    return Row("desk.case", f"opening a case; {taken.said()}", taken.median, "ms", CASE_MS)
