"""Visits of the desk in tests: sign in, find a case, send its forms."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import clock
from app.config import Config
from app.desk import create_desk_app
from crypto.primitives import totp_code
from tests.casework.conftest import BOOT, TOTP, Office


@pytest.fixture
def desk(office: Office) -> Iterator[FlaskClient]:
    app = create_desk_app(Config(), office.files, BOOT)
    yield app.test_client()
    with app.app_context():
        app.extensions["room"].db.engine.dispose()


def sign_in(desk: FlaskClient, name: str, password: str = "password") -> TestResponse:
    code = totp_code(TOTP, clock.epoch_seconds())
    return desk.post("/login", data={"name": name, "password": password, "totp": code})


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's forms that change a case."""
    return {name: field(page, name) for name in ("mark", "revision")}


def address_of(desk: FlaskClient) -> str:
    """The first case of the list."""
    found = re.search(r'data-case="(\w+)"', desk.get("/cases").text)
    assert found, "no case in the list"
    return f"/cases/{found[1]}"


def send(desk: FlaskClient, address: str, act: str, value: str) -> TestResponse:
    """One of a case's forms, as its page would send it."""
    names = {"answer": "text", "status": "status", "assignee": "none"}
    told = hidden(desk.get(address).text) | {names[act]: value}
    return desk.post(f"{address}/{act}", data=told)


def confirm(desk: FlaskClient, to: str, password: str = "password") -> TestResponse:
    """The password once more, on the way to an address."""
    told = {"mark": field(desk.get("/account").text, "mark"), "password": password}
    return desk.post("/confirm", query_string={"to": to}, data=told)
