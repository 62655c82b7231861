"""The whole journey stays within its bytes and requests, and so within three seconds."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import CDPSession

from tests.browser.browsers import Chromium
from tests.demo_office import Demo

SLOW_LINE = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 100_000,
    "uploadThroughput": 50_000,
}
LONGEST_SECONDS = 3
MOST_BYTES, MOST_REQUESTS = 50 * 1024, 4
MULTIPART_FRAME = 4000


class Line:
    """What went over the wire: addresses asked for, and bytes that came, headers included."""

    def __init__(self, session: CDPSession) -> None:
        self._asked: dict[str, str] = {}
        self._sizes: dict[str, float] = {}
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW_LINE)
        session.on("Network.requestWillBeSent", self._ask)
        session.on("Network.requestServedFromCache", lambda e: self._asked.pop(e["requestId"], 0))
        session.on("Network.loadingFinished", self._finish)

    def _ask(self, event: dict) -> None:
        if event["request"]["url"].startswith("http"):
            self._asked[event["requestId"]] = event["request"]["url"]

    def _finish(self, event: dict) -> None:
        self._sizes[event["requestId"]] = event["encodedDataLength"]

    @property
    def requests(self) -> list[str]:
        return list(self._asked.values())

    @property
    def bytes(self) -> float:
        return sum(self._sizes[one] for one in self._asked)


def test_the_journey_fits_a_slow_line(demo: Demo, tmp_path: Path) -> None:
    browser = Chromium(tmp_path / "profile")
    line = Line(browser.context.new_cdp_session(browser.tab))
    browser.open(f"{demo.reporter}/de/")
    browser.press("a[data-next]")
    browser.tab.wait_for_selector("#f-what")
    browser.fill("[name=what]", "Im Bus wurde ich beschimpft.")
    for _ in range(4):
        browser.press("section a[data-next]")
    browser.press("[value=kept]")
    browser.press("button[data-next]")
    browser.tab.wait_for_url("**/report")
    assert browser.page() == "report.sent"
    browser.close()
    assert len(line.requests) <= MOST_REQUESTS, line.requests
    assert 3 * 8192 < line.bytes <= MOST_BYTES
    # Not the clock's seconds, which a busy machine stretches: each request waits once for the
    # line, and every byte takes its time on it.
    sent = len("Im Bus wurde ich beschimpft.") + MULTIPART_FRAME
    seconds = len(line.requests) * SLOW_LINE["latency"] / 1000
    seconds += line.bytes / SLOW_LINE["downloadThroughput"] + sent / SLOW_LINE["uploadThroughput"]
    assert seconds <= LONGEST_SECONDS
