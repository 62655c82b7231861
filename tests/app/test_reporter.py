"""The reporter door as an app: a report goes through, bad input is answered kindly."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import clock
from app.config import Config
from app.reporter import create_reporter_app
from casework.office import create_office
from casework.storage import begin_writing, make_engine
from casework.teams import add_team
from tests.demo_office import BOUNDARY, multipart

MULTIPART = "multipart/form-data"
PAGES = ("/de/", "/de/report", "/de/mailbox", "/de/help", "/de/privacy", "/de/accessibility")


@pytest.fixture
def reporter(tmp_path: Path) -> Iterator[FlaskClient]:
    files = create_office(tmp_path / "office")
    engine = make_engine(files.database)
    with Session(engine) as session:
        begin_writing(session)
        add_team(session, files.lock, "A", takes_reports=True)
        session.commit()
    engine.dispose()
    app = create_reporter_app(Config(), files)
    yield app.test_client()
    with app.app_context():
        app.extensions["door"].db.engine.dispose()


def opened(client: FlaskClient, language: str = "de") -> dict[str, str]:
    page = client.get(f"/{language}/report").text
    form = re.search(r'name="form" value="([^"]+)"', page)
    digits = re.search(r'id="receipt-digits">([^<]+)<', page)
    assert form
    assert digits
    return {"form": form[1], "digits": digits[1]}


def send(client: FlaskClient, form: str, **fields: object) -> TestResponse:
    told = {"form": form, "what": "Es ist etwas passiert.", "receipt_choice": "kept"} | fields
    return client.post("/de/report", data=told, content_type=MULTIPART)


def test_a_report_goes_through_and_its_mailbox_opens(reporter: FlaskClient) -> None:
    page = opened(reporter)
    sent = send(reporter, page["form"])
    assert (sent.status_code, 'data-page="report.sent"' in sent.text) == (200, True)
    box = reporter.post("/de/mailbox", data={"receipt": page["digits"]}, content_type=MULTIPART)
    assert 'data-page="mailbox.open"' in box.text
    assert page["digits"] not in box.text


@pytest.mark.parametrize("address", [*PAGES, "/en/", "/en/report", "/de/nothing-here"])
def test_every_page_has_one_size_and_sets_no_cookie(reporter: FlaskClient, address: str) -> None:
    page = reporter.get(address, headers={"Accept-Encoding": "gzip"})
    head = len(f"HTTP/1.1 {page.status}\r\n\r\n") + len("date: Thu, 01 Jan 1970 00:00:00 GMT\r\n")
    head += sum(len(f"{name}: {value}\r\n") for name, value in page.headers.items())
    assert head + len(page.data) == 8192
    assert "Set-Cookie" not in page.headers
    assert "<script" not in gzip.decompress(page.data).decode()
    assert "script-src" not in page.headers["Content-Security-Policy"]


def test_german_is_spoken_in_german(reporter: FlaskClient) -> None:
    assert "Was ist passiert?" in reporter.get("/de/report").text
    assert "What happened?" in reporter.get("/en/report").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"what": "x" * 20_001}, "zu lang"),
        ({"area": "nonsense"}, "angebotenen Antworten"),
        ({"when": "gestern"}, "wirklichen Tag"),
        ({"receipt_choice": ""}, "8 Wörter aufbewahrt"),
        ({"what": ["einmal", "zweimal"]}, "nur einmal"),
    ],
)
def test_a_refused_form_comes_back_filled(reporter: FlaskClient, fields, said: str) -> None:
    refused = send(reporter, opened(reporter)["form"], **({"when_roughly": "im Sommer"} | fields))
    assert refused.status_code == 400
    assert 'role="alert"' in refused.text
    assert said in refused.text
    assert 'value="im Sommer"' in refused.text


def test_at_least_one_answer_is_asked_for(reporter: FlaskClient) -> None:
    refused = send(reporter, opened(reporter)["form"], what=" ")
    assert refused.status_code == 400
    assert "mindestens eine Frage" in refused.text


@pytest.mark.parametrize("form", ["", "forged", "A" * 90])
def test_a_receipt_not_ours_gets_a_fresh_one_and_loses_nothing(
    reporter: FlaskClient, form: str
) -> None:
    refused = send(reporter, form)
    assert refused.status_code == 400
    assert "Es ist etwas passiert." in refused.text
    assert re.search(r'value="kept" checked', refused.text) is None


def test_a_form_from_a_foreign_page_is_not_taken(reporter: FlaskClient) -> None:
    told = {"form": opened(reporter)["form"], "what": "x", "receipt_choice": "kept"}
    sent = reporter.post(
        "/de/report",
        data=told,
        content_type=MULTIPART,
        headers={"Origin": "https://elsewhere.example"},
    )
    assert sent.status_code == 400


def test_a_report_that_cannot_be_stored_comes_back_filled(reporter: FlaskClient) -> None:
    page = opened(reporter)
    with reporter.application.app_context():
        session = reporter.application.extensions["door"].db.session
        session.execute(text("drop table form_use"))
        session.commit()
    refused = send(reporter, page["form"])
    assert refused.status_code == 503
    assert "gerade nicht gespeichert werden" in refused.text
    assert "Es ist etwas passiert.</textarea>" in refused.text
    assert page["digits"] in refused.text
    assert re.search(r'value="kept" checked', refused.text)


def test_a_late_message_needs_the_words_and_is_stored_once(
    reporter: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(reporter)
    send(reporter, page["form"])
    box = reporter.post("/de/mailbox", data={"receipt": page["digits"]}, content_type=MULTIPART)
    write = re.search(r'name="write" value="([^"]+)"', box.text)
    assert write
    later = clock.epoch_seconds() + 2 * 3600
    monkeypatch.setattr(clock, "epoch_seconds", lambda: later)
    told = {"write": write[1], "text": "Noch etwas."}
    late = reporter.post("/de/mailbox/words", data=told, content_type=MULTIPART)
    assert late.status_code == 400
    assert "Noch etwas.</textarea>" in late.text
    assert f'value="{write[1]}"' in late.text
    for _ in range(2):
        sent = reporter.post(
            "/de/mailbox/words", data=told | {"receipt": page["digits"]}, content_type=MULTIPART
        )
        assert 'data-page="mailbox.added"' in sent.text
    box = reporter.post("/de/mailbox", data={"receipt": page["digits"]}, content_type=MULTIPART)
    assert box.text.count("Sie haben geschrieben am") == 1
    assert "; " not in re.search(r"Sie haben geschrieben am:([^.]*)", box.text)[1]


def test_too_much_and_other_kinds_of_forms_are_told_so(reporter: FlaskClient) -> None:
    body = multipart([("what", "x" * 1_200_000)])
    kind = f"{MULTIPART}; boundary={BOUNDARY}"
    large = reporter.post("/de/report", input_stream=BytesIO(body), content_type=kind)
    assert (large.status_code, "zu viel auf einmal" in large.text) == (413, True)
    other = reporter.post("/de/report", data={"what": "x"})
    assert other.status_code == 415


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "8 Wörter oder Ihre 27 Ziffern"),
        ("123", "nicht 8 Wörter"),
        ("qqqq " * 8, "nicht in unserer Liste"),
        ("0" * 27, "ist ein Fehler"),
    ],
)
def test_a_mistyped_receipt_is_told_kindly(reporter: FlaskClient, typed: str, said: str) -> None:
    page = reporter.post("/de/mailbox", data={"receipt": typed}, content_type=MULTIPART)
    assert page.status_code == 400
    assert said in page.text
