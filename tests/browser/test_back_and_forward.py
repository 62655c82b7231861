"""The browser's own buttons: inside the form nothing is lost, after it nothing is shown."""

from __future__ import annotations

from pathlib import Path

from tests.browser.browsers import Browser
from tests.browser.conftest import walk_to
from tests.demo_office import Demo, free_ports, running_demo, signed_in

TOLD = "Das habe ich getippt."
EVERYTHING = ("what", "when", "about", "you", "check")


def fill_all(browser: Browser) -> None:
    """Something in every section, going forward by the page's links."""
    browser.fill("[name=what]", TOLD)
    browser.press("section a[data-next]")
    browser.fill("[name=when]", "2026-03-16")
    browser.fill("[name=when_roughly]", "mittags")
    browser.choose("[name=municipality]", "12061540")
    browser.press("section a[data-next]")
    browser.press("[name=phenomena][value=antisemitism]")
    browser.press("[name=grounds][value=religion]")
    browser.choose("[name=area]", "work")
    browser.press("section a[data-next]")
    browser.press("[name=role][value=witness]")
    browser.press("[name=wishes][value=counselling]")
    browser.press("section a[data-next]")


def assert_kept(browser: Browser) -> None:
    assert browser.value("[name=what]") == TOLD
    assert browser.value("[name=when]") == "2026-03-16"
    assert browser.value("[name=when_roughly]") == "mittags"
    assert browser.value("[name=municipality]") == "12061540"
    assert browser.value("[name=area]") == "work"
    for ticked in ("antisemitism", "religion", "witness", "counselling"):
        assert browser.is_ticked(f"[value={ticked}]"), ticked


def test_back_and_forward_keep_every_word_tick_and_choice(browser: Browser, demo: Demo) -> None:
    walk_to(browser, demo, "what")
    fill_all(browser)
    words = browser.text("#receipt-words")
    for _ in range(4):
        browser.back()
        assert browser.shown("section") == 1
        assert_kept(browser)
    for _ in range(4):
        browser.forward()
        assert_kept(browser)
    assert browser.text("#receipt-words") == words
    browser.press("[value=kept]")
    browser.press("button[data-next]")
    assert browser.page() == "report.sent"


def test_one_section_is_shown_at_a_time_and_all_on_wish(browser: Browser, demo: Demo) -> None:
    walk_to(browser, demo, "check")
    assert browser.shown("section") == 1
    browser.press("a[href='#all']")
    assert browser.shown("section") == len(EVERYTHING)


def test_after_the_thank_you_back_shows_nothing_that_was_typed(
    browser: Browser, demo: Demo
) -> None:
    walk_to(browser, demo, "what")
    fill_all(browser)
    words = browser.text("#receipt-words")
    browser.press("[value=kept]")
    browser.press("button[data-next]")
    browser.back()
    assert browser.page() == "report.form"
    assert browser.value("[name=what]") == ""
    for kept in (TOLD, "mittags", words):
        assert kept not in browser.source()
    assert not browser.is_ticked("[value=antisemitism]")


def test_a_refused_form_comes_back_filled_and_whole(browser: Browser, demo: Demo) -> None:
    walk_to(browser, demo, "what")
    fill_all(browser)
    browser.press("button[data-next]")
    assert browser.page() == "report.form"
    assert browser.shown("[role=alert]") == 1
    assert browser.shown("section") == len(EVERYTHING)
    assert_kept(browser)
    browser.press("[value=none]")
    browser.press("button[data-next]")
    assert browser.page() == "report.sent"


def test_a_restart_between_opening_and_sending_loses_nothing(
    browser: Browser, tmp_path: Path
) -> None:
    ports, data = free_ports(), tmp_path / "restarted"
    with running_demo(data, "--empty", ports=ports) as demo:
        walk_to(browser, demo, "what")
        fill_all(browser)
        browser.press("[value=kept]")
    with running_demo(data, "--empty", ports=ports) as demo:
        browser.press("button[data-next]")
        assert browser.page() == "report.sent"
        browser.reload()
        assert signed_in(demo, "anna").get("/cases").text.count("data-case=") == 1


def test_a_plain_link_leaves_from_every_page(browser: Browser, demo: Demo) -> None:
    for address in ("", "report", "mailbox", "help", "privacy", "accessibility", "nothing-here"):
        browser.open(f"{demo.reporter}/de/{address}")
        assert browser.shown("a.leave[href='/leave']") == 1, address
