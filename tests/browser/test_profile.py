"""What was typed stands nowhere in the browser's profile: closed in peace or killed."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.browser.browsers import KINDS, Chromium
from tests.browser.conftest import walk_to
from tests.demo_office import Demo

CANARY = "Kanarienvogel4711"
OPEN_FORM = (
    b'<!doctype html><form method="post" enctype="multipart/form-data">'
    b'<textarea name="what"></textarea><button>go</button></form>'
)


def found_in(folder: Path, marks: list[str]) -> list[str]:
    """Files that hold a mark raw, as UTF-16 or as base64 at any of its three alignments."""
    needles = [needle for mark in marks for needle in spellings(mark)]
    hits = []
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            held = file.read_bytes()
            hits += [str(file) for needle in needles if needle in held]
    return hits


def spellings(mark: str) -> Iterator[bytes]:
    for plain in (mark.encode(), mark.encode("utf-16-le")):
        yield plain
        for shift in range(3):
            # The first and last signs of base64 depend on the neighbours.
            yield base64.b64encode(b"x" * shift + plain)[4:-4]


@pytest.mark.parametrize("end", ["close", "kill"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_nothing_typed_stays_in_the_profile(
    kind: str, end: str, demo: Demo, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    profile.mkdir()
    browser = KINDS[kind](profile)
    walk_to(browser, demo, "what")
    browser.fill("[name=what]", f"{CANARY} what")
    browser.press("section a[data-next]")
    browser.fill("[name=when_roughly]", f"{CANARY} when")
    for _ in range(3):
        browser.press("section a[data-next]")
    words, digits = browser.text("#receipt-words"), browser.text("#receipt-digits")
    browser.press("button[data-next]")
    browser.press("[value=kept]")
    browser.press("button[data-next]")
    assert browser.page() == "report.sent"
    browser.open(f"{demo.reporter}/de/mailbox")
    browser.fill("[name=receipt]", words)
    browser.press("button[data-next]")
    browser.fill("[name=text]", f"{CANARY} more")
    browser.press("button[data-next]")
    assert browser.page() == "mailbox.added"
    getattr(browser, end)()
    assert any(profile.rglob("*"))
    marks = [CANARY, words, words.replace(" ", "+"), digits, digits.replace(" ", "")]
    assert found_in(profile, marks) == []


def test_the_search_finds_what_an_ordinary_form_leaves_behind(tmp_path: Path) -> None:
    class Ordinary(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Length", str(len(OPEN_FORM)))
            self.end_headers()
            self.wfile.write(OPEN_FORM)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_words: object) -> None:
            """Quiet."""

    profile = tmp_path / "profile"
    with HTTPServer(("127.0.0.1", 0), Ordinary) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = Chromium(profile)
        browser.open(f"http://127.0.0.1:{server.server_port}/")
        browser.fill("[name=what]", CANARY)
        browser.press("button")
        browser.open("about:blank")
        browser.close()
        server.shutdown()
    assert found_in(profile, [CANARY]) != []
