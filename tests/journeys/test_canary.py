"""Nothing that was typed or sent along is found in any file of the server, in any spelling."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask

from crypto.receipt import read
from tests.architecture.test_routes import doors, office, requests_of
from tests.demo_office import (
    BOUNDARY,
    ROOT,
    Answer,
    Demo,
    Visitor,
    free_ports,
    multipart,
    signed_in,
)
from tests.journeys.reporting import OpenForm, case_ids, open_form
from tests.journeys.traces import Mark, Search

__all__ = ["doors", "office"]
SENDER = "127.83.91.147"
FORWARDED = "198.51.100.177"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


class Marks:
    """Makes a marker for each place and remembers it."""

    def __init__(self) -> None:
        self.all: list[Mark] = [SENDER, FORWARDED]

    def new(self, place: str) -> str:
        mark = f"Kanarie{place}{len(self.all)}Vogel"
        self.all.append(mark)
        return mark

    def receipt(self, form: OpenForm) -> None:
        words, plain = form.words.split(), form.digits.replace(" ", "")
        for between in " +-\n,":
            self.all += [between.join(words[:4]), between.join(words[4:])]
        self.all += [form.digits, plain, plain[:14], read(form.digits), form.token]

    @property
    def headers(self) -> dict[str, str]:
        language = f"de-x-kanari{len(self.all):02d}-vogelsng"
        self.all.append(language)
        return {
            "User-Agent": self.new("Agent"),
            "Referer": f"https://elsewhere.example/{self.new('Referer')}",
            "X-Forwarded-For": FORWARDED,
            "Forwarded": f"for={FORWARDED}",
            "Accept-Language": f"{language}, de;q=0.9",
            "Cookie": f"s={self.new('Cookie')}",
        }


@contextmanager
def demo_in(world: Path) -> Iterator[Demo]:
    """A demo all of whose folders and outputs lie in `world`."""
    for name in ("home", "tmp", "work", "log"):
        (world / name).mkdir(parents=True)
    one, two = free_ports()
    command = [sys.executable, "-c", "from app.cli.main import main; main()", "demo", "--empty"]
    command += ["--data", str(world / "data"), "--reporter-port", str(one), "--desk-port", str(two)]
    kept = {"HOME": "home", "TMPDIR": "tmp", "XDG_CACHE_HOME": "home"}
    places = {name: str(world / folder) for name, folder in kept.items()}
    log, ready = world / "log" / "stderr", world / "log" / "stdout"
    with log.open("w") as errors, ready.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=world / "work",
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | places,
            stdout=output,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    while not ready.read_text("utf-8").endswith("\n"):
        assert process.poll() is None, log.read_text("utf-8")
        time.sleep(0.05)
    demo = Demo(process, world / "data", log, json.loads(ready.read_text("utf-8")))
    try:
        yield demo
    finally:
        process.terminate()
        process.wait(60)


def ask(address: str, method: str, path: str, body: bytes, headers: dict[str, str]) -> int:
    """One request from the address of `SENDER`; gives back the status."""
    host = urlsplit(address)
    connection = HTTPConnection(
        host.hostname or "", host.port, timeout=60, source_address=(SENDER, 0)
    )
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def every_field(marks: Marks) -> dict[str, str]:
    """All names that any form of a door has, and one that none has."""
    names = "what when when_roughly municipality grounds phenomena area role wishes receipt text"
    names += " receipt_choice form write withdraw name password totp mark revision status"
    names += " channel language keep_private reader card code again new_password target members to"
    return {name: marks.new(name) for name in names.split()} | {marks.new("Name"): marks.new("Odd")}


def walk_every_address(base: str, app: Flask, marks: Marks, **cookie: str) -> None:
    """Every address with every method; nothing breaks."""
    for method, path, _ in requests_of(app):
        body = multipart(list(every_field(marks).items())) if method == "POST" else b""
        kind = {"Content-Type": MULTIPART} if body else {}
        asked = f"{path}?{marks.new('Query')}={quote(marks.new('Value'))}"
        assert ask(base, method, asked, body, marks.headers | kind | cookie) < 500, (method, path)


def send_what_is_refused(reporter: str, marks: Marks) -> None:
    """404, 405, 413, 415, a file in place of text, a body that breaks off."""
    form = marks.new("Large") * 60_000
    odd = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="what"; '
    odd += f'filename="{marks.new("Filename")}"\r\n\r\n{marks.new("File") * 40_000}'
    whole, typed = {"Content-Type": MULTIPART}, {"what": marks.new("Json")}
    statuses = [
        ask(reporter, "GET", f"/de/{marks.new('Path')}", b"", marks.headers),
        ask(reporter, "PUT", f"/de/report?{marks.new('Put')}", b"", marks.headers),
        ask(reporter, "POST", "/de/report", multipart([("what", form)]), marks.headers | whole),
        ask(reporter, "POST", "/de/report", json.dumps(typed).encode(), marks.headers),
        ask(reporter, "POST", "/de/report", odd.encode(), marks.headers | whole),
    ]
    assert statuses == [404, 405, 413, 415, 400]


def refuse_a_form(visitor: Visitor, marks: Marks) -> None:
    form = open_form(visitor, "en")
    marks.receipt(form)
    fields = every_field(marks) | form.fields(marks.new("What"))
    refused = visitor.post("/en/report", fields)
    assert (refused.status, fields["what"] in refused.text) == (400, True)


def send_a_report(visitor: Visitor, marks: Marks, choice: str) -> tuple[OpenForm, str]:
    form, what = open_form(visitor), marks.new("Was")
    marks.receipt(form)
    more = {"when_roughly": marks.new("Wann"), marks.new("Feldname"): marks.new("Feldwert")}
    sent = visitor.post("/de/report", form.fields(what, choice, grounds="origin", **more))
    assert sent.page == "report.sent"
    return form, what


def write_more(visitor: Visitor, form: OpenForm, marks: Marks) -> None:
    box = visitor.post("/de/mailbox", {"receipt": form.words, "text": marks.new("Neben")})
    write = {"write": box.field("write")}
    marks.all.append(write["write"])
    added = visitor.post("/de/mailbox/words", write | {"text": marks.new("Nachtrag")})
    assert added.page == "mailbox.added"


def work_a_case(staff: Visitor, case: str, marks: Marks) -> None:
    def act(what: str, fields: dict[str, str]) -> Answer:
        page = staff.get(f"/cases/{case}")
        own = {name: page.field(name) for name in ("mark", "revision")}
        return staff.post(f"/cases/{case}/{what}", own | fields)

    assert act("assignee", {}).status == 303
    assert act("answer", {"text": marks.new("Antwort")}).status == 303
    assert act("status", {"status": "in_counsel"}).status == 303
    assert act("status", {"status": marks.new("Stand")}).status == 409
    assert staff.post(f"/cases/{case}/answer", {"text": marks.new("Fremd")}).status == 403


def take_a_call(staff: Visitor, marks: Marks) -> None:
    page = staff.get("/cases/new?channel=phone")
    own = {name: page.field(name) for name in ("mark", "form", "channel")}
    told = own | {"what": marks.new("Anruf"), "language": "de"}
    refused = staff.post("/cases/new", told | {"area": marks.new("Bereich")})
    assert (refused.status, told["what"] in refused.text) == (400, True)
    sheet = staff.post("/cases/new", told)
    words = re.search(r'id="receipt-words"[^>]*>([^<]*)<', sheet.text)
    assert words
    marks.receipt(OpenForm(own["form"], words[1], sheet.digits, "de"))


def try_to_sign_in(desk: Visitor, marks: Marks) -> None:
    for name in (marks.new("Person"), "ayse"):
        typed = {"name": name, "password": marks.new("Kennwort"), "totp": marks.new("Code")}
        assert desk.post("/login", typed).status == 401
    assert desk.post("/cases/new", {"what": marks.new("Abgelaufen")}).status == 401


def work_at_the_desk(demo: Demo, what: str, marks: Marks) -> None:
    try_to_sign_in(Visitor(demo.desk, **marks.headers), marks)
    staff = signed_in(demo, "anna")
    staff.headers |= {name: value for name, value in marks.headers.items() if name != "Cookie"}
    told = {case: staff.get(f"/cases/{case}").text for case in case_ids(staff)}
    case = next(case for case, text in told.items() if what in text)
    work_a_case(staff, case, marks)
    take_a_call(staff, marks)
    listed = staff.get(f"/cases?status={marks.new('Filter')}&page={marks.new('Seite')}")
    assert 'data-page="desk.cases"' in listed.text
    assert staff.get(f"/cases/{marks.new('Fall')}").status == 404
    out = {"mark": staff.get("/account").field("mark"), "text": marks.new("Abmelden")}
    assert staff.post("/logout", out).status == 303


def journey(demo: Demo, marks: Marks) -> None:
    """Everything that people do at the two doors, and what they should not do."""
    visitor = Visitor(demo.reporter, **marks.headers)
    refuse_a_form(visitor, marks)
    withdrawn, _ = send_a_report(visitor, marks, "kept")
    gone = {"receipt": withdrawn.digits, "withdraw": "yes", "text": marks.new("Weg")}
    assert visitor.post("/de/mailbox/withdraw", gone).page == "mailbox.withdrawn"
    send_a_report(visitor, marks, "none")
    form, what = send_a_report(visitor, marks, "kept")
    write_more(visitor, form, marks)
    work_at_the_desk(demo, what, marks)
    assert visitor.post("/de/mailbox", {"receipt": form.digits}).text.count("<article") == 1
    assert visitor.post("/de/mailbox", {"receipt": marks.new("Beleg")}).status == 400
    send_what_is_refused(demo.reporter, marks)


@pytest.mark.usefixtures("office")
def test_nothing_typed_or_sent_along_stands_in_any_file(tmp_path: Path, doors: list[Flask]) -> None:
    world, marks = tmp_path / "world", Marks()
    with demo_in(world) as demo:
        walk_every_address(demo.reporter, doors[0], marks)
        walk_every_address(demo.desk, doors[1], marks)
        for name in ("lena", "uwe"):
            cookie = signed_in(demo, name).cookies["s"]
            walk_every_address(demo.desk, doors[1], marks, Cookie=f"s={cookie}")
        journey(demo, marks)
        assert (demo.data / "office.sqlite-wal").stat().st_size > 0
        assert Search([demo.account("anna")["password"]]).in_folder(world) != []
        search = Search(marks.all)
        assert search.in_folder(world) == []
    assert demo.process.returncode == 0
    assert search.in_folder(world) == []
