"""From the start page to the answer, in real browsers with script off."""

from __future__ import annotations

import pytest

from tests.browser.browsers import Browser
from tests.browser.conftest import answer_newest, walk_to
from tests.demo_office import Demo, Visitor


@pytest.mark.parametrize(("language", "thanks"), [("de", "Danke"), ("en", "Thank you")])
def test_a_report_is_told_sent_answered_and_the_answer_read(
    browser: Browser, demo: Demo, counsellor: Visitor, language: str, thanks: str
) -> None:
    marker = f"Im Bus {type(browser).__name__} {language}"
    walk_to(browser, demo, "what", language)
    browser.fill("[name=what]", marker)
    browser.press("section a[data-next]")
    browser.fill("[name=when_roughly]", "im Sommer")
    browser.choose("[name=municipality]", "12061316")
    browser.press("section a[data-next]")
    browser.press("[name=phenomena][value=racism_general]")
    browser.press("section a[data-next]")
    browser.press("[name=role][value=affected]")
    browser.press("section a[data-next]")
    words = browser.text("#receipt-words")
    assert len(words.split()) == 8
    browser.press("[value=kept]")
    browser.press("button[data-next]")
    assert browser.page() == "report.sent"
    assert thanks in browser.text("h1")
    assert browser.text("#receipt-words") == words

    answer_newest(counsellor, marker, "Guten Tag, wir sind für Sie da.")
    browser.open(f"{demo.reporter}/{language}/")
    browser.press("main a[href$=mailbox]")
    browser.fill("[name=receipt]", words.upper())
    browser.press("button[data-next]")
    assert browser.page() == "mailbox.open"
    assert "Guten Tag, wir sind für Sie da." in browser.text("article[data-side=office]")
    assert marker not in browser.source()
    browser.fill("[name=text]", "Danke.")
    browser.press("button[data-next]")
    assert browser.page() == "mailbox.added"


def test_a_report_is_withdrawn_by_its_words(browser: Browser, demo: Demo) -> None:
    walk_to(browser, demo, "what")
    browser.fill("[name=what]", "Doch nicht.")
    for _ in range(4):
        browser.press("section a[data-next]")
    words = browser.text("#receipt-words")
    browser.press("[value=kept]")
    browser.press("button[data-next]")
    browser.open(f"{demo.reporter}/de/mailbox")
    browser.fill("[name=receipt]", words)
    browser.press("button[data-next]")
    browser.press("#withdrawal summary")
    browser.fill("#withdrawal [name=receipt]", words)
    browser.press("[name=withdraw]")
    browser.press("#withdrawal button")
    assert browser.page() == "mailbox.withdrawn"
    browser.open(f"{demo.reporter}/de/mailbox")
    browser.fill("[name=receipt]", words)
    browser.press("button[data-next]")
    assert browser.page() == "mailbox.enter"
