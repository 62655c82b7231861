"""Fifty power cuts while four people send: whoever saw the thank-you page was heard, once."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from typing import NamedTuple

from tests.demo_office import Answer, Demo, Visitor, free_ports, signed_in, start_demo
from tests.journeys.reporting import OpenForm, open_form, open_mailbox, send, told_at_the_desk

KILLS = 50
SENDERS = 4
SEED = 20_261_124
LONGEST_PAUSE = 0.9
LONGEST_RESTART = 60


class Acknowledged(NamedTuple):
    """A report whose thank-you page was fully delivered; `tries` broke before that."""

    marker: str
    form: OpenForm
    choice: str
    tries: int


class Sender:
    """Sends one report after the other; what breaks is sent again, the same form."""

    def __init__(self, number: int, address: str, power: threading.Event) -> None:
        self.number, self.address, self.power = number, address, power
        self.acknowledged: list[Acknowledged] = []
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.is_set():
            self._report(f"sender-{self.number}-report-{len(self.acknowledged)}-end")

    def _report(self, marker: str) -> None:
        visitor = Visitor(self.address)
        form = None
        while form is None:
            form = self._form(visitor)
        choice = ("kept", "kept", "none")[len(self.acknowledged) % 3]
        tries = 0
        while (answer := self._send(visitor, form, marker, choice)) is None:
            tries += 1
        # The page said that it is new, or the same: never an addition, never a refusal.
        assert (answer.status, answer.page) == (200, "report.sent"), answer.text
        assert "hinzugefügt" not in answer.text
        self.acknowledged.append(Acknowledged(marker, form, choice, tries))

    def _form(self, visitor: Visitor) -> OpenForm | None:
        try:
            return open_form(visitor)
        except (OSError, HTTPException, EOFError):
            self._wait_for_power()
            return None

    def _send(self, visitor: Visitor, form: OpenForm, what: str, choice: str) -> Answer | None:
        try:
            return send(visitor, form, what, choice)
        except (OSError, HTTPException, EOFError):
            self._wait_for_power()
            return None

    def _wait_for_power(self) -> None:
        time.sleep(0.01)
        assert self.power.wait(LONGEST_RESTART), "the office did not come back"


def wait_until_free(ports: Sequence[int]) -> None:
    """The kernel closes the doors' sockets a moment after the kill."""
    deadline = time.monotonic() + LONGEST_RESTART
    for port in ports:
        while time.monotonic() < deadline:
            with socket.socket() as trial:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if trial.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.01)


def cut_the_power(demo: Demo, power: threading.Event, ports: Sequence[int]) -> Demo:
    """Kill the whole group and start the office again on the same folder and ports."""
    demo.kill()
    power.clear()
    assert demo.process.stdout is not None
    demo.process.stdout.close()
    wait_until_free(ports)
    restarted = start_demo(demo.data, ports=ports)
    power.set()
    return restarted


def send_through_power_cuts(demo: Demo, ports: Sequence[int]) -> tuple[Demo, list[Acknowledged]]:
    moments, power = random.Random(SEED), threading.Event()
    power.set()
    senders = [Sender(number, demo.reporter, power) for number in range(SENDERS)]
    with ThreadPoolExecutor(SENDERS) as pool:
        running = [pool.submit(sender.run) for sender in senders]
        try:
            for _ in range(KILLS):
                time.sleep(moments.uniform(0, LONGEST_PAUSE))
                demo = cut_the_power(demo, power, ports)
        finally:
            for sender in senders:
                sender.done.set()
        for one in running:
            one.result()
    return demo, [report for sender in senders for report in sender.acknowledged]


def test_a_delivered_thank_you_survives_kill_minus_nine(tmp_path: Path) -> None:
    ports = free_ports()
    demo = start_demo(tmp_path / "demo", "--empty", ports=ports)
    try:
        demo, reports = send_through_power_cuts(demo, ports)
        told = list(told_at_the_desk(signed_in(demo, "lena")).values())
        boxes = {
            report.marker: open_mailbox(Visitor(demo.reporter), report.form.digits).page
            for report in reports
            if report.choice == "kept"
        }
    finally:
        demo.kill()
        assert demo.process.stdout is not None
        demo.process.stdout.close()
    assert len(reports) >= SENDERS
    assert any(report.tries for report in reports), "no kill met a form on its way"
    assert len(told) == len(reports)
    for report in reports:
        assert sum(page.count(report.marker) for page in told) == 1, report.marker
    assert set(boxes.values()) == {"mailbox.open"}
