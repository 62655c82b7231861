"""The desk as an app: sign in, read, answer, move; another team sees 404."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from app import clock
from app.config import Config
from app.desk import create_desk_app
from casework.mailbox import open_mailbox
from crypto.primitives import totp_code
from tests.casework.conftest import BOOT, TOTP, Office, office

__all__ = ["office"]


@pytest.fixture
def desk(office: Office) -> Iterator[FlaskClient]:
    app = create_desk_app(Config(), office.files, BOOT)
    yield app.test_client()
    with app.app_context():
        app.extensions["room"].db.engine.dispose()


def sign_in(desk: FlaskClient, name: str) -> int:
    code = totp_code(TOTP, clock.epoch_seconds())
    typed = {"name": name, "password": "password", "totp": code}
    return desk.post("/login", data=typed).status_code


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


def test_a_counsellor_reads_answers_and_moves(desk: FlaskClient, office: Office) -> None:
    token = office.form()
    office.send(token)
    assert sign_in(desk, "anna") == 303
    case = re.search(r'data-case="(\w+)"', desk.get("/cases").text)
    assert case
    address = f"/cases/{case[1]}"
    page = desk.get(address).text
    assert "Es ist etwas passiert." in page
    told = {"mark": field(page, "mark"), "text": "Guten Tag"}
    assert desk.post(f"{address}/answer", data=told).status_code == 303
    page = desk.get(address).text
    move = {"mark": told["mark"], "revision": field(page, "revision"), "status": "in_counsel"}
    assert desk.post(f"{address}/status", data=move).status_code == 303
    assert desk.post(f"{address}/status", data=move).status_code == 409
    office.session.rollback()
    box = open_mailbox(office.session, office.files.receipt_salt, token.receipt)
    assert box is not None
    assert [m.text for m in box.answers] == ["Guten Tag"]
    assert desk.post(f"{address}/answer", data={"text": "x"}).status_code == 403


def test_another_teams_counsellor_and_the_admin_see_404(desk: FlaskClient, office: Office) -> None:
    case = office.send(office.form()).case_id.hex()
    assert desk.get(f"/cases/{case}").status_code == 303
    assert sign_in(desk, "ben") == 303
    assert desk.get(f"/cases/{case}").status_code == 404
    assert sign_in(desk, "uwe") == 303
    assert desk.get("/cases").status_code == 404


def test_a_wrong_sign_in_keeps_the_name(desk: FlaskClient) -> None:
    page = desk.post("/login", data={"name": "anna", "password": "no", "totp": "000000"})
    assert page.status_code == 401
    assert 'value="anna"' in page.text
