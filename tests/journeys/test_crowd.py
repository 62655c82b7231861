"""Sixteen people report at the same moment: none is refused, none lost, none twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.demo_office import Demo, Visitor, running_demo, signed_in
from tests.journeys.reporting import open_form, open_mailbox, send, told_at_the_desk

PEOPLE = 16
ROUNDS = 3
LONGEST_WAIT = 30


def journey(demo: Demo, gate: threading.Barrier, number: int) -> str:
    """Start page, form, send, mailbox; gives back the digits of the receipt."""
    language = ("de", "en")[number % 2]
    visitor = Visitor(demo.reporter)
    gate.wait(LONGEST_WAIT)
    assert visitor.get(f"/{language}/").page == "start"
    form = open_form(visitor, language)
    gate.wait(LONGEST_WAIT)
    sent = send(visitor, form, f"crowd-{number}-end")
    assert (sent.status, sent.page, sent.digits) == (200, "report.sent", form.digits)
    box = open_mailbox(visitor, form.words, language)
    assert (box.status, box.page) == (200, "mailbox.open")
    return form.digits


def test_sixteen_at_once_are_all_taken_once(tmp_path: Path) -> None:
    numbers = range(PEOPLE * ROUNDS)
    gate = threading.Barrier(PEOPLE)
    with running_demo(tmp_path / "demo", "--empty") as demo:
        with ThreadPoolExecutor(PEOPLE) as crowd:
            receipts = list(crowd.map(lambda number: journey(demo, gate, number), numbers))
        told = list(told_at_the_desk(signed_in(demo, "anna")).values())
    assert len(set(receipts)) == len(told) == len(numbers)
    for number in numbers:
        assert sum(page.count(f"crowd-{number}-end") for page in told) == 1
