"""Thousands of generated forms: each gets a page, none breaks the door, no typed word is lost."""

from __future__ import annotations

import gzip
import html
import re
import time
from collections import Counter
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from hypothesis import HealthCheck, given, settings

from casework.doortokens import issue_form
from casework.office import OfficeFiles
from crypto.passphrase import mailbox_locator, receipt_root
from tests.demo_office import Visitor, running_demo
from tests.journeys.conftest import ReporterDoor
from tests.journeys.odd_forms import KEPT_FIELD, Known, OddForm, odd_forms

IN_THE_APP = 2_050
BY_HTTP = 220
REACHED = {("report", 200), ("report", 400), ("report", 415), ("mailbox", 200), ("mailbox", 400)}
REACHED |= {("mailbox/words", 200), ("mailbox/words", 400), ("mailbox/withdraw", 400)}
MULTIPART = "multipart/form-data"
ALERTS = {"de": "Bitte sehen Sie hier noch einmal nach:", "en": "Please look at this again:"}
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def check_answer(form: OddForm, status: int, page: str) -> None:
    """Taken or refused, but with a page in the language of its address."""
    assert status == 200 or 400 <= status < 500
    assert re.search(r'<body data-page="[a-z0-9.]+"', page)
    assert f'<html lang="{form.language}"' in page
    if status == 400:
        check_refusal(form, page)


def check_refusal(form: OddForm, page: str) -> None:
    """It says why, leads to the fields it names, and keeps the words."""
    alert = re.search(r'role="alert".*?</div>', page, re.DOTALL)
    assert alert, "refused without a word"
    assert ALERTS[form.language] in alert[0]
    named = re.findall(r'<li><a href="#([^"]+)">', alert[0])
    assert named
    assert all(f'id="{field}"' in page for field in named), "a link that leads nowhere"
    if form.kept:
        assert form.kept in kept_text(page, KEPT_FIELD[form.address])


def known_to(files: OfficeFiles) -> tuple[Known, dict[str, str]]:
    """A receipt of this office, and the form that makes its mailbox once it is sent."""
    token = issue_form(files.door_key, int(time.time()))
    locator = mailbox_locator(receipt_root(token.receipt, files.receipt_salt))
    fields = token.fields() | {"what": "Es ist etwas passiert.", "receipt_choice": "kept"}
    return Known(files.door_key, token.receipt, locator), fields


def kept_text(page: str, name: str) -> str:
    found = re.search(rf'<textarea id="f-{name}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found, "no field for the words"
    return html.unescape(found[1])


def test_no_generated_form_breaks_the_door_or_loses_words(door: ReporterDoor) -> None:
    answered: Counter[tuple[str, int]] = Counter()
    known, fields = known_to(door.files)
    assert door.client.post("/de/report", data=fields, content_type=MULTIPART).status_code == 200

    @settings(max_examples=IN_THE_APP, deadline=None, print_blob=True, suppress_health_check=SLOW)
    @given(odd_forms(known))
    def every_form(form: OddForm) -> None:
        answer = door.client.post(
            form.path,
            input_stream=BytesIO(form.body),
            content_length=len(form.body),
            headers=form.headers,
        )
        answered[form.address, answer.status_code] += 1
        check_answer(form, answer.status_code, answer.text)

    every_form()
    assert answered.total() >= 2_000
    assert set(answered) >= REACHED


def ask(address: str, form: OddForm) -> tuple[int, str]:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    try:
        connection.request("POST", form.path, form.body, form.headers | {"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        return answer.status, gzip.decompress(answer.read()).decode()
    finally:
        connection.close()


def test_no_generated_form_breaks_the_real_server(tmp_path: Path) -> None:
    answered: Counter[int] = Counter()
    with running_demo(tmp_path / "demo", "--empty") as demo:
        known, fields = known_to(OfficeFiles.load(demo.data))
        assert Visitor(demo.reporter).post("/de/report", fields).page == "report.sent"

        @settings(max_examples=BY_HTTP, deadline=None, print_blob=True, suppress_health_check=SLOW)
        @given(odd_forms(known))
        def every_form(form: OddForm) -> None:
            status, page = ask(demo.reporter, form)
            answered[status] += 1
            check_answer(form, status, page)

        every_form()
        printed = demo.log.read_text("utf-8")
    assert answered.total() >= 200
    assert {200, 400} <= set(answered)
    assert "Traceback" not in printed
