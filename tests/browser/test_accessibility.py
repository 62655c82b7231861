"""axe finds nothing on any page of both doors: light and dark, narrow and wide, German, English."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.browsers import CHROMIUM, installed
from tests.demo_office import Demo, running_demo, signed_in

LOOKS = [(width, scheme) for width in (320, 1280) for scheme in ("light", "dark")]
REPORTER_PAGES = ("", "report", "report#all", "mailbox", "help", "privacy", "accessibility", "none")
DESK_PAGES = (
    "/cases",
    "/cases?status=closed",
    "/cases/new",
    "/account",
    "/team",
    "/confirm",
    "/join",
    "/nothing-here",
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as player:
        path = installed("chromium", CHROMIUM)
        yield player.chromium.launch(executable_path=path, args=["--no-sandbox"])


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("axe") / "demo") as running:
        yield running


@pytest.fixture(params=LOOKS, ids=str)
def tab(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    width, scheme = request.param
    # axe is a script: this context alone lets one run, past the door's own policy.
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        locale="de-DE",
        bypass_csp=True,
    )
    yield context.new_page()
    context.close()


def assert_accessible(tab: Page, name: str) -> None:
    found = Axe().run(tab)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    assert tab.locator("h1").count() == 1, name
    wide = tab.evaluate("document.documentElement.scrollWidth")
    assert wide <= (tab.viewport_size or {"width": 0})["width"], f"{name} is {wide} wide"


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_public_page(tab: Page, filled: Demo, language: str) -> None:
    for page in REPORTER_PAGES:
        tab.goto(f"{filled.reporter}/{language}/{page}")
        assert_accessible(tab, page)


def test_the_pages_a_report_leads_to(tab: Page, filled: Demo) -> None:
    tab.goto(f"{filled.reporter}/de/report#all")
    tab.locator("button[data-next]").click()
    assert tab.locator("[role=alert]").is_visible()
    assert_accessible(tab, "refused form")
    tab.locator("[name=what]").fill("Es ist etwas passiert.")
    tab.locator("[value=kept]").check()
    words = tab.locator("#receipt-words").inner_text()
    tab.locator("button[data-next]").click()
    assert_accessible(tab, "thank-you")
    tab.goto(f"{filled.reporter}/de/mailbox")
    tab.locator("button[data-next]").click()
    assert_accessible(tab, "mailbox refused")
    tab.locator("[name=receipt]").fill(words)
    tab.locator("button[data-next]").click()
    assert tab.locator("body").get_attribute("data-page") == "mailbox.open"
    tab.locator("#withdrawal summary").click()
    assert_accessible(tab, "mailbox")
    tab.locator("#withdrawal button").click()
    assert_accessible(tab, "withdrawal refused")


def test_what_follows_a_sending(tab: Page, filled: Demo) -> None:
    tab.goto(f"{filled.reporter}/de/report#all")
    tab.locator("[name=what]").fill("Es ist etwas passiert.")
    tab.locator("[value=none]").check()
    tab.locator("button[data-next]").click()
    assert_accessible(tab, "thank-you without a way back")
    tab.goto(f"{filled.reporter}/de/nothing-here")
    assert_accessible(tab, "404")
    tab.goto(f"{filled.reporter}/de/report#all")
    tab.locator("[name=what]").fill("Noch etwas.")
    tab.locator("[value=kept]").check()
    words = tab.locator("#receipt-words").inner_text()
    tab.locator("button[data-next]").click()
    tab.goto(f"{filled.reporter}/de/mailbox")
    tab.locator("[name=receipt]").fill(words)
    tab.locator("button[data-next]").click()
    tab.locator("[name=text]").fill("Danke.")
    tab.locator("button[data-next]").first.click()
    assert tab.locator("body").get_attribute("data-page") == "mailbox.added"
    assert_accessible(tab, "message added")


@pytest.fixture(scope="module")
def sittings(filled: Demo) -> dict[str, str]:
    """Each signed in once, for each code works once; all looks share the sitting."""
    return {name: signed_in(filled, name).cookies["s"] for name in ("anna", "uwe", "dora")}


def sit_down(tab: Page, filled: Demo, cookie: str) -> None:
    tab.context.clear_cookies()
    tab.context.add_cookies([{"name": "s", "value": cookie, "url": filled.desk}])


def test_every_desk_page(tab: Page, filled: Demo, sittings: dict[str, str]) -> None:
    tab.goto(f"{filled.desk}/login")
    assert_accessible(tab, "login")
    tab.locator("button[data-next]").click()
    assert_accessible(tab, "login refused")
    sit_down(tab, filled, sittings["anna"])
    for page in DESK_PAGES:
        tab.goto(filled.desk + page)
        assert_accessible(tab, page)
    tab.goto(f"{filled.desk}/cases")
    tab.locator("tr[data-case] a").first.click()
    assert_accessible(tab, "case")
    tab.locator("button[data-next]").first.click()
    assert_accessible(tab, "answer refused")
    tab.goto(f"{filled.desk}/cases/new")
    tab.locator("button[data-next]").click()
    assert_accessible(tab, "intake refused")
    tab.locator("[name=what]").fill("Ein Anruf.")
    tab.locator("button[data-next]").click()
    assert_accessible(tab, "receipt to hand over")


def test_the_pages_of_administration_and_auditors(
    tab: Page, filled: Demo, sittings: dict[str, str]
) -> None:
    for name, page in (("uwe", "/admin"), ("dora", "/audit")):
        sit_down(tab, filled, sittings[name])
        tab.goto(filled.desk + page)
        assert tab.locator("body").get_attribute("data-page") == f"desk.{page[1:]}"
        assert_accessible(tab, page)
