"""A report by telephone: at most eight questions, a receipt to hand over, no report twice."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from casework.mailbox import open_mailbox
from crypto.receipt import read
from tests.app.desk_visits import address_of, desk, field, sign_in
from tests.casework.conftest import Office, office

__all__ = ["desk", "office"]
ASKED = {"what", "when", "municipality", "phenomena", "grounds", "area", "role", "wishes"}


def opened(desk: FlaskClient, channel: str = "phone") -> dict[str, str]:
    sign_in(desk, "anna")
    page = desk.get(f"/cases/new?channel={channel}").text
    main = page[page.index("<form data-main") :]
    return {name: field(main, name) for name in ("mark", "form", "channel")}


def told(form: dict[str, str], **answers: object) -> dict[str, object]:
    return form | {"what": "Sie rief an und erzählte.", "language": "en"} | answers


def test_at_most_eight_questions_are_asked(desk: FlaskClient, office: Office) -> None:
    sign_in(desk, "anna")
    page = desk.get("/cases/new").text
    main = page[page.index("<form data-main") :]
    seen = re.findall(r'<(?:input(?! type="hidden")|select|textarea)[^>]* name="(\w+)"', main)
    assert set(seen) == ASKED
    assert len(ASKED) == 8


def test_a_phone_report_becomes_a_case_with_a_receipt_to_print(
    desk: FlaskClient, office: Office
) -> None:
    form = opened(desk, "in_person")
    sheet = desk.post("/cases/new", data=told(form, grounds=["origin"], phenomena=["antisemitism"]))
    assert (sheet.status_code, 'data-page="desk.receipt"' in sheet.text) == (200, True)
    assert 'lang="en"' in sheet.text
    shown = re.search(r'<output id="receipt-words"[^>]*>([^<]+)<', sheet.text)
    assert shown
    receipt = read(shown[1])
    assert open_mailbox(office.session, office.files.receipt_salt, receipt) is not None
    page = desk.get(address_of(desk)).text
    for fact in ("Sie rief an", "Gespräch", "English", "Antisemitismus", "Herkunft"):
        assert fact in page


def test_sending_the_sheet_twice_makes_one_case(desk: FlaskClient, office: Office) -> None:
    form = opened(desk)
    first, second = (desk.post("/cases/new", data=told(form)) for _ in range(2))
    assert first.text == second.text
    assert desk.get("/cases").text.count("data-case=") == 1


def test_a_refused_sheet_keeps_every_answer(desk: FlaskClient, office: Office) -> None:
    form = opened(desk, "letter")
    wrong = {"when": "gestern", "area": "work", "wishes": ["counselling"]}
    refused = desk.post("/cases/new", data=told(form, **wrong))
    assert refused.status_code == 400
    for kept in (
        'value="gestern"',
        '<option value="work" selected>',
        'value="counselling" checked',
        "Sie rief an und erzählte.",
        'name="channel" value="letter"',
        "wirklichen Tag",
    ):
        assert kept in refused.text


def test_a_foreign_or_old_sheet_is_refused_and_kept(desk: FlaskClient, office: Office) -> None:
    form = opened(desk)
    for changed in ({"mark": "0" * 64}, {"form": "old"}, {"language": "xx"}):
        refused = desk.post("/cases/new", data=told(form) | changed)
        assert refused.status_code == 400
        assert "Sie rief an und erzählte." in refused.text
        assert 'role="alert"' in refused.text
    assert desk.get("/cases").text.count("data-case=") == 0
