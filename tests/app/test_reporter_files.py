"""Files at the reporters' door: after the text, from two pages, refused with a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app import clock
from app.config import Config, Files
from app.reporter import create_reporter_app
from casework.mailbox import open_mailbox
from crypto.receipt import read
from tests.app.test_reporter import MULTIPART, opened
from tests.casework.conftest import Office, office
from tests.demo_office import BOUNDARY, multipart_files

__all__ = ["office"]
SMALL = Files(max_count=2, max_bytes_each=100_000, max_bytes=150_000)


@pytest.fixture
def door(office: Office) -> Iterator[FlaskClient]:
    app = create_reporter_app(Config(files=SMALL), office.files)
    yield app.test_client()
    with app.app_context():
        app.extensions["door"].db.engine.dispose()


def write_of(page: TestResponse) -> str:
    """The signed field of the page's form for files."""
    form = re.search(r'action="/en/mailbox/files".*?name="write" value="([^"]+)"', page.text, re.S)
    assert form, page.text
    return form[1]


def thanked(door: FlaskClient, choice: str = "kept") -> tuple[TestResponse, str]:
    """The thank-you page, in English, and the digits."""
    page = opened(door, "en")
    told = {"form": page["form"], "what": "Something happened.", "receipt_choice": choice}
    sent = door.post("/en/report", data=told, content_type=MULTIPART)
    assert sent.status_code == 200
    return sent, page["digits"]


def put(door: FlaskClient, write: str, *files: tuple[str, bytes], **headers: str) -> TestResponse:
    # Not the client's own form: it writes large files to the disk.
    body = multipart_files([("write", write), ("keep_private", "-")], files)
    kind = f"{MULTIPART}; boundary={BOUNDARY}"
    return door.post("/en/mailbox/files", data=body, content_type=kind, headers=headers)


def boxes(office: Office) -> list[Path]:
    return list((office.files.data_dir / "files").glob("*"))


def names_at_the_desk(office: Office) -> list[str]:
    return [document.name for _, document in office.case(office.sit("anna")).attachments]


def test_the_thank_you_page_takes_files_without_the_words(
    door: FlaskClient, office: Office
) -> None:
    page, _ = thanked(door)
    done = put(door, write_of(page), ("Foto.jpg", b"x" * 90_000), ("Brief.pdf", b"y"))
    assert (done.status_code, 'data-page="mailbox.files"' in done.text) == (200, True)
    assert "Your files have arrived" in done.text
    more = put(door, write_of(done), ("Drei.jpg", b"z"))
    assert more.status_code == 200
    assert sorted(names_at_the_desk(office)) == ["Brief.pdf", "Drei.jpg", "Foto.jpg"]


def test_the_mailbox_takes_files_and_sending_twice_is_one(
    door: FlaskClient, office: Office
) -> None:
    _, digits = thanked(door)
    page = door.post("/en/mailbox", data={"receipt": digits}, content_type=MULTIPART)
    for _ in range(2):
        assert put(door, write_of(page), ("Foto.jpg", b"x" * 9000)).status_code == 200
    assert names_at_the_desk(office) == ["Foto.jpg"]
    assert len(boxes(office)) == 1
    again = door.post("/en/mailbox", data={"receipt": digits}, content_type=MULTIPART)
    assert again.text.count("You wrote on") == 1


def test_the_limits_are_said_before_choosing(door: FlaskClient) -> None:
    page, digits = thanked(door)
    box = door.post("/en/mailbox", data={"receipt": digits}, content_type=MULTIPART)
    for shown in (page, box):
        assert "At most 2 files at once, each up to 98\u00a0KB" in shown.text
        assert re.search(r'<input type="file"[^>]* name="files" multiple', shown.text)


@pytest.mark.parametrize(
    ("files", "code", "said"),
    [
        ([], 400, "choose a file first"),
        ([("leer.txt", b"")], 400, "empty"),
        ([(f"{n}.jpg", b"x") for n in range(3)], 400, "more than 2 files"),
        ([("groß.jpg", b"x" * 100_001)], 413, "larger than 98\u00a0KB"),
        ([("a", b"x" * 90_000), ("b", b"y" * 90_000)], 413, "Together"),
        ([("film.mp4", b"x" * 590_000)], 413, "Together"),
        ([("film.mp4", b"x" * 700_000)], 413, "Together"),
    ],
)
def test_what_is_refused_is_said_and_leaves_nothing(
    door: FlaskClient, office: Office, files: list[tuple[str, bytes]], code: int, said: str
) -> None:
    page, digits = thanked(door)
    refused = put(door, write_of(page), *files)
    assert refused.status_code == code
    assert 'role="alert"' in refused.text
    assert said in refused.text
    assert boxes(office) == []
    box = open_mailbox(office.session, office.files.receipt_salt, read(digits))
    assert box is not None
    assert box.own_days == ()
    assert [c.report.answers.what for c in [office.case(office.sit("anna"))]] == [
        "Something happened."
    ]


def test_a_refused_form_can_be_sent_again_at_once(door: FlaskClient, office: Office) -> None:
    page, _ = thanked(door)
    refused = put(door, write_of(page), ("groß.jpg", b"x" * 100_001), ("Foto.jpg", b"y"))
    assert put(door, write_of(refused), ("Foto.jpg", b"y")).status_code == 200
    assert names_at_the_desk(office) == ["Foto.jpg"]


def test_after_an_hour_the_words_are_asked_for(
    door: FlaskClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, digits = thanked(door)
    later = clock.epoch_seconds() + 3601
    monkeypatch.setattr(clock, "epoch_seconds", lambda: later)
    late = put(door, write_of(page), ("Foto.jpg", b"x"))
    assert late.status_code == 400
    assert "type your 8 words" in late.text
    assert 'action="/en/mailbox"' in late.text
    assert boxes(office) == []
    box = door.post("/en/mailbox", data={"receipt": digits}, content_type=MULTIPART)
    assert put(door, write_of(box), ("Foto.jpg", b"x")).status_code == 200


@pytest.mark.parametrize("write", ["", "forged", "A" * 182])
def test_without_the_pages_field_nothing_is_kept(
    door: FlaskClient, office: Office, write: str
) -> None:
    thanked(door)
    assert put(door, write, ("Foto.jpg", b"x")).status_code == 400
    assert boxes(office) == []


def test_files_from_a_foreign_page_are_not_taken(door: FlaskClient, office: Office) -> None:
    page, _ = thanked(door)
    sent = put(door, write_of(page), ("a.jpg", b"x"), Origin="https://elsewhere.example")
    assert sent.status_code == 400
    assert boxes(office) == []


def test_a_withdrawn_report_takes_no_more_files(door: FlaskClient, office: Office) -> None:
    page, digits = thanked(door)
    assert put(door, write_of(page), ("a.jpg", b"x")).status_code == 200
    told = {"receipt": digits, "withdraw": "yes"}
    assert door.post("/en/mailbox/withdraw", data=told, content_type=MULTIPART).status_code == 200
    assert boxes(office) == []
    assert put(door, write_of(page), ("b.jpg", b"x")).status_code == 400
    assert boxes(office) == []


def test_without_a_way_back_no_files_are_offered(door: FlaskClient) -> None:
    page, _ = thanked(door, "none")
    assert "/en/mailbox/files" not in page.text


def test_files_that_cannot_be_stored_leave_nothing_and_can_be_sent_again(
    door: FlaskClient, office: Office
) -> None:
    page, _ = thanked(door)
    office.session.execute(text("alter table attachment rename to elsewhere"))
    office.session.commit()
    broken = put(door, write_of(page), ("a.jpg", b"x"))
    assert broken.status_code == 503
    assert "could not be stored just now" in broken.text
    assert boxes(office) == []
    office.session.execute(text("alter table elsewhere rename to attachment"))
    office.session.commit()
    assert put(door, write_of(broken), ("a.jpg", b"x")).status_code == 200


def test_a_disk_that_takes_nothing_is_said(door: FlaskClient, office: Office) -> None:
    page, _ = thanked(door)
    (office.files.data_dir / "files").write_bytes(b"a file where the folder should be")
    broken = put(door, write_of(page), ("a.jpg", b"x"))
    assert broken.status_code == 503
    assert "could not be stored just now" in broken.text


def test_the_larger_limit_is_for_this_address_alone(door: FlaskClient, office: Office) -> None:
    office_app = create_reporter_app(Config(), office.files)
    client = office_app.test_client()
    page, _ = thanked(client)
    large = b"x" * 3_000_000
    assert put(client, write_of(page), ("a.jpg", large)).status_code == 200
    body = multipart_files([("form", opened(client)["form"])], [("a.jpg", large)])
    kind = f"{MULTIPART}; boundary={BOUNDARY}"
    assert client.post("/de/report", data=body, content_type=kind).status_code == 413
    with office_app.app_context():
        office_app.extensions["door"].db.engine.dispose()


def wire_size(page: TestResponse) -> int:
    head = len(f"HTTP/1.1 {page.status}\r\n\r\n") + len("date: Thu, 01 Jan 1970 00:00:00 GMT\r\n")
    return head + sum(len(f"{n}: {v}\r\n") for n, v in page.headers.items()) + len(page.data)


@pytest.mark.parametrize("language", ["de", "en"])
def test_all_pages_on_the_way_have_one_size(
    door: FlaskClient, office: Office, language: str
) -> None:
    packed = {"Accept-Encoding": "gzip"}
    page = opened(door, language)
    told = {"form": page["form"], "what": "Es ist etwas passiert.", "receipt_choice": "kept"}
    plain = {"content_type": MULTIPART, "headers": packed}
    sent = door.post(f"/{language}/report", data=told, **plain)
    box = door.post(f"/{language}/mailbox", data={"receipt": page["digits"]}, **plain)
    english = door.post("/en/mailbox", data={"receipt": page["digits"]}, content_type=MULTIPART)
    write = write_of(english)
    address = f"/{language}/mailbox/files"
    done = door.post(address, data={"write": write, "files": (BytesIO(b"x"), "a")}, **plain)
    refused = door.post(address, data={"write": write}, **plain)
    late = door.post(address, data={"write": "x"}, **plain)
    pages = [sent, box, done, refused, late]
    assert [one.status_code for one in pages] == [200, 200, 200, 400, 400]
    assert [wire_size(one) for one in pages] == [8192] * 5
