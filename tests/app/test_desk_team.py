"""The team's pages: invite, join, let in, remove, new keys, circles; who may, in which words."""

from __future__ import annotations

import re
from base64 import b32decode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app import clock
from crypto.primitives import totp_code
from tests.app.desk_visits import address_of, confirm, desk, field, send, sign_in
from tests.casework.conftest import Office, office

__all__ = ["desk", "office"]
PASSWORD = "ein langes Passwort"


def fresh_lena(desk: FlaskClient) -> None:
    sign_in(desk, "lena")
    confirm(desk, "/team")


def act(desk: FlaskClient, address: str, **told: object) -> TestResponse:
    mark = field(desk.get("/account").text, "mark")
    return desk.post(address, data={"mark": mark, **told})


def team_id(desk: FlaskClient) -> str:
    found = re.search(r'action="/team/(\w+)/keys"', desk.get("/team").text)
    assert found
    return found[1]


def invitation(desk: FlaskClient, name: str = "eva", **told: str) -> str:
    page = act(desk, f"/team/{team_id(desk)}/invitation", name=name, role="counsellor", **told)
    found = re.search(r'id="invitation-words"[^>]*>([^<]+)<', page.text)
    assert found, page.text
    return found[1]


def join(desk: FlaskClient, code: str, password: str = PASSWORD, again: str = PASSWORD):
    return desk.application.test_client().post(
        "/join", data={"code": code, "password": password, "again": again}
    )


def test_a_colleague_is_invited_joins_and_is_let_in(desk: FlaskClient, office: Office) -> None:
    office.send(office.form())
    fresh_lena(desk)
    joined = join(desk, invitation(desk))
    secret = re.search(r'id="totp-secret"[^>]*>([^<]+)<', joined.text)
    words = re.search(r'id="key-words"[^>]*>([^<]+)<', joined.text)
    assert secret
    assert words
    page = desk.get("/team").text
    assert words[1] in page
    let_in = re.search(r'action="(/team/\w+/members/\w+)"', page)
    assert let_in
    assert act(desk, let_in[1]).headers["Location"] == "/team"
    eva = desk.application.test_client()
    code = totp_code(b32decode(secret[1]), clock.epoch_seconds())
    assert sign_in_as(eva, "eva", PASSWORD, code).status_code == 303
    assert "Es ist etwas passiert." in eva.get(address_of(eva)).text


def sign_in_as(client: FlaskClient, name: str, password: str, code: str) -> TestResponse:
    return client.post("/login", data={"name": name, "password": password, "totp": code})


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [("kurz", "kurz", "mindestens 12 Zeichen"), (PASSWORD, "anders", "nicht zweimal gleich")],
)
def test_a_joining_that_is_refused_says_why_and_spends_no_code(
    desk: FlaskClient, office: Office, password: str, again: str, said: str
) -> None:
    fresh_lena(desk)
    code = invitation(desk)
    refused = join(desk, code, password, again)
    assert refused.status_code == 400
    assert said in refused.text
    assert f"{code}</textarea>" in refused.text
    assert join(desk, code).status_code == 200
    assert "schon benutzt" in join(desk, code).text


@pytest.mark.parametrize("code", ["", "quatsch", "0" * 27])
def test_no_invitation_opens_for_other_words(desk: FlaskClient, office: Office, code: str) -> None:
    refused = join(desk, code)
    assert (refused.status_code, "keine Einladung" in refused.text) == (400, True)


def test_who_is_removed_is_signed_out_and_sees_no_case(desk: FlaskClient, office: Office) -> None:
    office.send(office.form())
    anna = desk.application.test_client()
    sign_in(anna, "anna")
    assert anna.get("/cases").text.count("data-case=") == 1
    fresh_lena(desk)
    removal = re.search(r'href="(/team/\w+/removal/\w+)"', desk.get("/team").text)
    assert removal
    page = desk.get(removal[1])
    assert "anna" in page.text
    assert act(desk, removal[1]).headers["Location"] == "/team"
    assert anna.get("/cases").headers["Location"] == "/login"
    assert "anna" not in desk.get("/team").text
    assert "Es ist etwas passiert." in desk.get(address_of(desk)).text


def test_membership_needs_the_password_again(desk: FlaskClient, office: Office) -> None:
    sign_in(desk, "lena")
    asked = act(desk, f"/team/{team_id(desk)}/keys")
    assert asked.status_code == 403
    assert "Passwort" in asked.text


def test_a_counsellor_sees_the_team_and_changes_nothing(desk: FlaskClient, office: Office) -> None:
    sign_in(desk, "lena")
    own = team_id(desk)
    sign_in(desk, "anna")
    page = desk.get("/team").text
    assert "lena" in page
    assert "/removal/" not in page
    for address in (f"/team/{own}/keys", f"/team/{own}/invitation"):
        assert act(desk, address, name="x").status_code == 404


def test_nobody_reaches_the_team_of_others(desk: FlaskClient, office: Office) -> None:
    sign_in(desk, "lena")
    own = team_id(desk)
    sign_in(desk, "ben")
    assert act(desk, f"/team/{own}/progress").status_code == 404


def test_a_case_goes_to_a_circle_and_the_others_do_not_see_it(
    desk: FlaskClient, office: Office
) -> None:
    office.send(office.form())
    fresh_lena(desk)
    ids = re.findall(r'name="members" value="(\w+)"', desk.get("/team").text)
    made = act(desk, f"/team/{team_id(desk)}/circle", name="Vertraulich", members=ids)
    assert made.headers["Location"] == "/team"
    lone = act(desk, f"/team/{team_id(desk)}/circle", name="Allein", members=ids[:1])
    assert (lone.status_code, "mindestens zwei" in lone.text) == (409, True)
    address = address_of(desk)
    target = re.search(r'<option value="(\w{32})">Vertraulich', desk.get(address).text)
    assert target
    revision = field(desk.get(address).text, "revision")
    handed = act(desk, f"{address}/keeper", target=target[1], revision=revision)
    assert handed.headers["Location"] == address
    assert "Es ist etwas passiert." in desk.get(address).text


def test_a_case_is_deleted_only_with_its_name_typed(desk: FlaskClient, office: Office) -> None:
    office.send(office.form())
    fresh_lena(desk)
    address = address_of(desk)
    page = desk.get(f"{address}/deletion").text
    code = re.search(r"F-[0-9A-F]{6}", page)
    assert code
    assert act(desk, f"{address}/deletion", code="F-000000").status_code == 400
    assert act(desk, f"{address}/deletion", code=code[0].lower()).headers["Location"] == "/cases"
    assert desk.get(address).status_code == 404
    assert desk.get("/cases").text.count("data-case=") == 0


def test_the_audit_page_is_for_its_readers(desk: FlaskClient, office: Office) -> None:
    office.send(office.form())
    sign_in(desk, "anna")
    desk.get(address_of(desk))
    assert desk.get("/audit").status_code == 404
    assert sign_in(desk, "dora").headers["Location"] == "/audit"
    page = desk.get("/audit").text
    assert "hat einen Fall geöffnet" in page
    assert "passiert" not in page
    assert desk.get("/cases").status_code == 404


def test_a_password_is_changed_and_other_sittings_end(desk: FlaskClient, office: Office) -> None:
    other = desk.application.test_client()
    sign_in(other, "anna")
    at = clock.epoch_seconds() + 30
    code = totp_code(b"x" * 20, at)
    assert sign_in_as(desk, "anna", "password", code).status_code == 303
    told = {"password": "password", "new_password": PASSWORD, "again": PASSWORD}
    assert act(desk, "/account/password", **(told | {"again": "x"})).status_code == 400
    assert act(desk, "/account/password", **(told | {"password": "x"})).status_code == 401
    short = told | {"new_password": "kurz", "again": "kurz"}
    assert act(desk, "/account/password", **short).status_code == 400
    assert "gilt ab jetzt" in act(desk, "/account/password", **told).text
    assert other.get("/cases").headers["Location"] == "/login"
    assert desk.get("/cases").status_code == 200
    assert confirm(desk, "/cases", PASSWORD).status_code == 303


def test_what_does_not_fit_is_told_on_every_page(desk: FlaskClient, office: Office) -> None:
    office.send(office.form())
    sign_in(desk, "anna")
    address = address_of(desk)
    send(desk, address, "answer", "Guten Tag")
    office.session.execute(text("update card set revision = revision - 1"))
    office.session.commit()
    sign_in(desk, "lena")
    code = f"F-{address[7:13].upper()}"
    for page in ("/cases", "/account", "/team"):
        assert f"Einträge von Fall {code} wurden von außen verändert" in desk.get(page).text
