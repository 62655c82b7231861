"""A running office for each worker, and each test in both browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.browsers import KINDS, Browser
from tests.demo_office import Demo, Visitor, running_demo, signed_in

# Marionette's driver tries ports with sockets that it leaves to the garbage collector.
LEFT_OPEN = "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.filterwarnings(LEFT_OPEN))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("browser") / "demo", "--empty") as running:
        yield running


@pytest.fixture(params=list(KINDS))
def browser(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Browser]:
    profile = tmp_path / "profile"
    profile.mkdir()
    one = KINDS[request.param](profile)
    yield one
    one.close()


def walk_to(browser: Browser, demo: Demo, section: str, language: str = "de") -> None:
    """From the start page by the page's own links to a section of the form."""
    browser.open(f"{demo.reporter}/{language}/")
    browser.press("a[data-next]")
    for _ in range(("what", "when", "about", "you", "check").index(section)):
        browser.press("section a[data-next]")


@pytest.fixture(scope="session")
def counsellor(demo: Demo) -> Visitor:
    return signed_in(demo, "anna")


def answer_newest(visitor: Visitor, marker: str, text: str) -> None:
    """Anna answers the case in whose report the marker stands."""
    for case in re.findall(r'<tr data-case="(\w+)"', visitor.get("/cases").text):
        page = visitor.get(f"/cases/{case}")
        if marker in page.text:
            told = {name: page.field(name) for name in ("mark", "revision")}
            done = visitor.post(f"/cases/{case}/answer", told | {"text": text})
            assert done.status == 303
            return
    raise AssertionError("the report did not reach the desk")
