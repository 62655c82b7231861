"""The desk as an app: sign in, read, answer, move, take over; nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from casework.mailbox import open_mailbox
from tests.app.desk_visits import address_of, confirm, desk, field, hidden, send, sign_in
from tests.casework.conftest import Office, office

__all__ = ["desk", "office"]


def test_a_counsellor_reads_answers_moves_and_takes_over(desk: FlaskClient, office: Office) -> None:
    token = office.form()
    office.send(token)
    assert sign_in(desk, "anna").headers["Location"] == "/cases"
    address = address_of(desk)
    assert "Es ist etwas passiert." in desk.get(address).text
    for act, value in (("answer", "Guten Tag"), ("status", "in_counsel"), ("assignee", "")):
        done = send(desk, address, act, value)
        assert (done.status_code, done.headers["Location"]) == (303, address)
    page = desk.get(address).text
    assert "anna hat den Status geändert: Eingegangen → In Beratung" in page
    assert "anna hat den Fall übernommen" in page
    box = open_mailbox(office.session, office.files.receipt_salt, token.receipt)
    assert box is not None
    assert [m.text for m in box.answers] == ["Guten Tag"]


@pytest.mark.parametrize(("act", "value"), [("answer", "Mein Text"), ("status", "closed")])
def test_who_writes_over_a_newer_version_sees_both(
    desk: FlaskClient, office: Office, act: str, value: str
) -> None:
    office.send(office.form())
    sign_in(desk, "anna")
    address = address_of(desk)
    old = hidden(desk.get(address).text)
    assert send(desk, address, "status", "in_counsel").status_code == 303
    told = old | {"text" if act == "answer" else "status": value}
    stale = desk.post(f"{address}/{act}", data=told)
    assert stale.status_code == 409
    assert "In Beratung" in stale.text
    assert "anna hat den Status geändert" in stale.text
    kept = "Mein Text</textarea>" if act == "answer" else '<option value="closed" selected>'
    assert kept in stale.text
    again = hidden(stale.text) | {"text" if act == "answer" else "status": value}
    assert desk.post(f"{address}/{act}", data=again).status_code == 303


@pytest.mark.parametrize(
    ("text", "said"), [("", "schreiben Sie etwas"), ("x" * 20_001, "zu lang"), (" \n", "etwas")]
)
def test_a_refused_answer_keeps_the_text(
    desk: FlaskClient, office: Office, text: str, said: str
) -> None:
    office.send(office.form())
    sign_in(desk, "anna")
    refused = send(desk, address_of(desk), "answer", text)
    assert refused.status_code == 400
    assert 'role="alert"' in refused.text
    assert said in refused.text
    assert text in refused.text


def test_a_step_that_is_not_in_the_table_is_refused_in_words(
    desk: FlaskClient, office: Office
) -> None:
    office.send(office.form())
    sign_in(desk, "anna")
    for wanted in ("received", "nonsense", ""):
        refused = send(desk, address_of(desk), "status", wanted)
        assert refused.status_code == 409
        assert "nicht gehen" in refused.text


def test_a_closed_case_and_one_without_way_back_offer_no_answer(
    desk: FlaskClient, office: Office
) -> None:
    office.send(office.form(), way_back=False)
    sign_in(desk, "anna")
    address = address_of(desk)
    assert "kann niemandem geantwortet werden" in desk.get(address).text
    assert send(desk, address, "answer", "Hallo").status_code == 409
    assert send(desk, address, "status", "closed").headers["Location"] == "/cases"
    confirm(desk, address)
    page = desk.get(address).text
    assert f'action="{address}/answer"' not in page
    assert "In Beratung</option>" in page


def test_a_closed_case_asks_for_the_password_again(desk: FlaskClient, office: Office) -> None:
    office.send(office.form())
    sign_in(desk, "anna")
    address = address_of(desk)
    send(desk, address, "status", "closed")
    asked = desk.get(address)
    assert (asked.status_code, asked.headers["Location"]) == (303, f"/confirm?to={address}")
    told = {"mark": field(desk.get("/account").text, "mark"), "text": "Mein Text", "revision": "2"}
    refused = desk.post(f"{address}/answer", data=told)
    assert (refused.status_code, "Mein Text</textarea>" in refused.text) == (403, True)
    assert confirm(desk, address, "wrong").status_code == 401
    assert confirm(desk, address).headers["Location"] == address
    assert "Es ist etwas passiert." in desk.get(address).text
    assert send(desk, address, "status", "in_counsel").headers["Location"] == address


@pytest.mark.parametrize("to", ["https://elsewhere.example", "//elsewhere.example", "/x", ""])
def test_the_password_page_leads_nowhere_else(desk: FlaskClient, office: Office, to: str) -> None:
    sign_in(desk, "anna")
    assert confirm(desk, to).headers["Location"] == "/"


def test_a_form_of_an_earlier_sitting_is_refused_and_keeps_its_text(
    desk: FlaskClient, office: Office
) -> None:
    office.send(office.form())
    sign_in(desk, "anna")
    address = address_of(desk)
    for mark in ("", "0" * 64, "ä"):
        refused = desk.post(f"{address}/answer", data={"mark": mark, "text": "Mein Text"})
        assert (refused.status_code, "Mein Text" in refused.text) == (403, True)
    foreign = desk.post(
        f"{address}/answer", data={"text": "x"}, headers={"Origin": "https://elsewhere.example"}
    )
    assert foreign.status_code == 403


def test_a_text_sent_after_the_sitting_ended_comes_back(desk: FlaskClient, office: Office) -> None:
    case = office.send(office.form()).case_id.hex()
    ended = desk.post(f"/cases/{case}/answer", data={"text": "Mein Text", "revision": "1"})
    assert ended.status_code == 401
    assert "Mein Text</textarea>" in ended.text
    assert "Sitzung ist beendet" in ended.text


def test_another_teams_counsellor_and_the_admin_see_404(desk: FlaskClient, office: Office) -> None:
    case = office.send(office.form()).case_id.hex()
    assert desk.get(f"/cases/{case}").headers["Location"] == "/login"
    sign_in(desk, "ben")
    for address in (f"/cases/{case}", f"/cases/{case[:-1]}", "/cases/nonsense", "/admin"):
        assert desk.get(address).status_code == 404
    for act in ("answer", "status", "assignee"):
        data = {"mark": field(desk.get("/account").text, "mark"), "text": "x", "revision": "1"}
        assert desk.post(f"/cases/{case}/{act}", data=data).status_code == 404
    assert sign_in(desk, "uwe").headers["Location"] == "/admin"
    for address in ("/cases", f"/cases/{case}", "/cases/new"):
        assert desk.get(address).status_code == 404


def test_not_yours_looks_like_not_there(desk: FlaskClient, office: Office) -> None:
    case = office.send(office.form()).case_id.hex()
    sign_in(desk, "ben")
    theirs, nobodys = desk.get(f"/cases/{case}"), desk.get(f"/cases/{'0' * 32}")
    strip = re.compile(r'value="[0-9a-f]{64}"')
    assert strip.sub("", theirs.text) == strip.sub("", nobodys.text)
    assert dict(theirs.headers) == dict(nobodys.headers)


def test_tabs_count_the_cases_of_each_status(desk: FlaskClient, office: Office) -> None:
    for _ in range(3):
        office.send(office.form(), way_back=False)
    sign_in(desk, "anna")
    send(desk, address_of(desk), "status", "closed")
    page = desk.get("/cases?status=closed").text
    assert page.count("data-case=") == 1
    tabs = re.findall(r'>([^<>]+) <span class="count">\((\d+)\)', page)
    assert dict(tabs) == {
        "Alle": "3",
        "Eingegangen": "2",
        "In Beratung": "0",
        "Weitervermittelt": "0",
        "Abgeschlossen": "1",
    }
    assert desk.get("/cases?status=nonsense&page=-7").text.count("data-case=") == 3


def test_an_empty_list_says_so(desk: FlaskClient, office: Office) -> None:
    sign_in(desk, "ben")
    assert "noch keine Meldung" in desk.get("/cases").text


def test_every_person_has_an_account_page_and_can_sign_out(
    desk: FlaskClient, office: Office
) -> None:
    for name, role in (("anna", "Beratung"), ("uwe", "Verwaltung")):
        sign_in(desk, name)
        page = desk.get("/account").text
        assert role in page
        out = desk.post("/logout", data={"mark": field(page, "mark")})
        assert out.headers["Location"] == "/login"
        assert desk.get("/account").headers["Location"] == "/login"


def test_the_desk_speaks_the_language_of_the_browser(desk: FlaskClient, office: Office) -> None:
    assert 'lang="de"' in desk.get("/login").text
    english = desk.get("/login", headers={"Accept-Language": "en-GB"}).text
    assert 'lang="en"' in english
    assert "Sign in" in english
