"""Signing in: slow to guess, quiet about what was wrong, one sitting a browser."""

from __future__ import annotations

import base64

import pytest
from flask.testing import FlaskClient

from app import clock
from app.config import Config, Door
from app.desk import create_desk_app
from app.throttle import WRONG_TRIES
from crypto.primitives import totp_code
from tests.app.desk_visits import desk, sign_in
from tests.casework.conftest import BOOT, TOTP, Office, office

__all__ = ["desk", "office"]


@pytest.mark.parametrize("name", ["anna", "nobody", "", "ä"])
def test_a_wrong_sign_in_keeps_the_name_and_says_no_more(desk: FlaskClient, name: str) -> None:
    page = desk.post("/login", data={"name": name, "password": "no", "totp": "000000"})
    assert page.status_code == 401
    assert f'name="name" value="{name}"' in page.text
    assert 'role="alert"' in page.text
    assert 'value="no"' not in page.text


def test_too_many_wrong_tries_are_slowed_for_that_name_alone(
    desk: FlaskClient, office: Office
) -> None:
    wrong = {"name": "anna", "password": "no", "totp": "000000"}
    for _ in range(WRONG_TRIES.amount):
        assert desk.post("/login", data=wrong).status_code == 401
    assert desk.post("/login", data=wrong).status_code == 429
    assert sign_in(desk, "anna").status_code == 429
    assert sign_in(desk, "ben").status_code == 303


def test_the_cookie_is_strict_and_out_of_reach_of_scripts(
    desk: FlaskClient, office: Office
) -> None:
    cookie = sign_in(desk, "anna").headers["Set-Cookie"]
    assert cookie.startswith("s=")
    for mark in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert mark in cookie
    assert "Secure" not in cookie


def test_on_https_the_cookie_is_bound_to_the_host(office: Office) -> None:
    config = Config(desk=Door(port=8001, url="https://desk.example"))
    app = create_desk_app(config, office.files, BOOT)
    cookie = sign_in(app.test_client(), "anna").headers["Set-Cookie"]
    assert cookie.startswith("__Host-s=")
    assert "Secure" in cookie
    with app.app_context():
        app.extensions["room"].db.engine.dispose()


def test_signing_in_again_ends_the_earlier_sitting(desk: FlaskClient, office: Office) -> None:
    sign_in(desk, "anna")
    earlier = desk.get_cookie("s")
    assert earlier
    sign_in(desk, "ben")
    desk.set_cookie("s", earlier.value)
    assert desk.get("/cases").headers["Location"] == "/login"


def test_only_a_demo_shows_codes(desk: FlaskClient, office: Office) -> None:
    now = clock.epoch_seconds()
    codes = {totp_code(TOTP, now), totp_code(TOTP, now + 30)}
    assert not any(code in desk.get("/login").text for code in codes)
    secret = base64.b32encode(TOTP).decode()
    app = create_desk_app(Config(), office.files, BOOT, (("anna", secret),))
    page = app.test_client().get("/login").text
    assert any(code in page for code in codes)
    with app.app_context():
        app.extensions["room"].db.engine.dispose()


def test_health_tells_nothing_but_ok(desk: FlaskClient) -> None:
    for address in ("/healthz", "/readyz"):
        answer = desk.get(address)
        assert (answer.status_code, answer.text) == (200, "ok")
