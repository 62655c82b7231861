"""The journey over a slow line: few requests, few bytes, no script, done in three seconds."""

from __future__ import annotations

import time
from pathlib import Path

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


def test_the_journey_fits_a_slow_line(demo: Demo, tmp_path: Path) -> None:
    browser = Chromium(tmp_path / "profile")
    line = browser.context.new_cdp_session(browser.tab)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW_LINE)
    sizes: dict[str, float] = {}
    asked: list[str] = []
    line.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    line.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    steps = (
        lambda: browser.open(f"{demo.reporter}/de/"),
        lambda: (browser.press("a[data-next]"), browser.tab.wait_for_selector("#f-what")),
        lambda: (browser.press("button[data-next]"), browser.tab.wait_for_selector(".words")),
    )
    waited = 0.0
    for number, step in enumerate(steps):
        if number == 2:
            browser.fill("[name=what]", "Im Bus wurde ich beschimpft.")
            for _ in range(4):
                browser.press("section a[data-next]")
            browser.press("[value=kept]")
        begun = time.monotonic()
        step()
        waited += time.monotonic() - begun
    assert browser.page() == "report.sent"
    browser.close()
    requests = [address for address in asked if address.startswith("http")]
    assert len(requests) <= MOST_REQUESTS, requests
    assert sum(sizes.values()) <= MOST_BYTES
    assert waited <= LONGEST_SECONDS
