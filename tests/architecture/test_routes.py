"""Every address of both doors: its guard is declared and holds, its headers are the house's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.config import Config
from app.desk import create_desk_app
from app.headers import EVERYWHERE
from app.reporter import create_reporter_app
from tests.casework.conftest import BOOT, Office, office

__all__ = ["office"]
GUARDS = {
    "app.reporter": {"open_to_all", "needs_receipt"},
    "app.desk": {
        "open_to_all",
        "for_staff",
        "for_casework",
        "for_leads",
        "for_auditors",
        "for_admin",
    },
}
# Whoever is not signed in sees these desk pages, and no other.
OPEN_AT_THE_DESK = {"/", "/login", "/join", "/healthz", "/readyz", "/static/app-<digest>.css"}
VALUES = {
    "lang": "de",
    "case_id": "0" * 32,
    "team_id": "0" * 32,
    "member_id": "0" * 32,
    "record_id": "0" * 32,
    "digest": "0" * 16,
}


@pytest.fixture
def doors(office: Office) -> Iterator[list[Flask]]:
    apps: list[Flask] = [
        create_reporter_app(Config(), office.files),
        create_desk_app(Config(), office.files, BOOT),
    ]
    yield apps
    for app in apps:
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


def requests_of(app: Flask) -> list[tuple[str, str, str]]:
    """(method, address, rule) for every rule and method of the app."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        values = {name: VALUES[name] for name in rule.arguments}
        address = adapter.build(rule.endpoint, values, append_unknown=False)
        found += [(method, address, rule.rule) for method in (rule.methods or set()) - {"OPTIONS"}]
    return found


def test_every_view_declares_its_guard(doors: list[Flask]) -> None:
    for app in doors:
        assert app.view_functions
        for endpoint, view in app.view_functions.items():
            assert getattr(view, "guard", None) in GUARDS[app.import_name], endpoint


def test_without_a_sitting_only_the_named_desk_pages_open(doors: list[Flask]) -> None:
    _reporter, desk = doors
    client = desk.test_client()
    for method, address, rule in requests_of(desk):
        answer = client.open(address, method=method)
        if rule in OPEN_AT_THE_DESK:
            continue
        asked = answer.headers.get("Location") == "/login" or answer.status_code == 401
        assert asked, f"{method} {rule}"
    assert {r for _, _, r in requests_of(desk)} >= OPEN_AT_THE_DESK


def test_every_answer_carries_the_headers_of_the_house(doors: list[Flask]) -> None:
    for app in doors:
        sheet = app.extensions.get("door") or app.extensions["room"]
        asked = [(m, a) for m, a, _ in requests_of(app)]
        asked += [("GET", "/no/such/page"), ("GET", "/de/nothing"), ("PUT", "/"), ("POST", "/")]
        asked += [("GET", sheet.stylesheet), ("OPTIONS", "/")]
        client = app.test_client()
        for method, address in asked:
            answer = client.open(address, method=method)
            assert answer.status_code < 500, (method, address)
            for name, value in EVERYWHERE.items():
                assert answer.headers.get(name) == value, (method, address, name)
            kept = answer.headers["Cache-Control"]
            assert ("immutable" in kept) is (address == sheet.stylesheet), address
            assert "ETag" not in answer.headers
            assert "Last-Modified" not in answer.headers


def test_a_broken_view_answers_with_a_page_and_logs_no_words(
    doors: list[Flask], caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise ValueError("what somebody wrote")

    for app in doors:
        app.add_url_rule("/broken/<name>", "broken", lambda name: broken())
        answer = app.test_client().get("/broken/marker-in-the-address")
        assert answer.status_code == 500
        assert 'data-page="error.500"' in answer.text
        assert answer.headers["Content-Security-Policy"]
    assert "ValueError" in caplog.text
    assert "somebody" not in caplog.text
    assert "marker" not in caplog.text


def test_the_reporter_door_never_sets_a_cookie(doors: list[Flask]) -> None:
    client = doors[0].test_client()
    for method, address, _ in requests_of(doors[0]):
        assert "Set-Cookie" not in client.open(address, method=method).headers
