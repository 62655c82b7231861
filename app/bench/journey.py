"""What one complete report costs: bytes, requests and processor time, the receipt included."""

from __future__ import annotations

import gzip
import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.bench.office import bench_office, field
from app.bench.rows import Row, Runs, milliseconds
from app.wire import DATE_HEADER_BYTES
from crypto.passphrase import receipt_root
from crypto.receipt import new_receipt

RUNS = 15
TOLD = "Im Bus wurde ich beschimpft, und niemand sagte etwas. " * 8


class Journey:
    """start → stylesheet → form → thank-you; `answers` holds all four."""

    def __init__(self, client: FlaskClient) -> None:
        packed = {"Accept-Encoding": "gzip"}
        start = client.get("/de/", headers=packed)
        page = gzip.decompress(start.data).decode()
        sheet = re.search(r'rel="stylesheet" href="([^"]+)"', page)
        form = client.get("/de/report", headers=packed)
        fields = {"what": TOLD, "area": "public_transport", "receipt_choice": "kept"}
        self.form_page = gzip.decompress(form.data).decode()
        fields["form"] = field(self.form_page, "form")
        sent = client.post(
            "/de/report", data=fields, content_type="multipart/form-data", headers=packed
        )
        sheet_address = sheet[1] if sheet else ""
        self.pages = (start, form, sent)
        self.answers = (start, client.get(sheet_address, headers=packed), form, sent)

    @property
    def wire_bytes(self) -> int:
        return sum(_wire_bytes(answer) for answer in self.answers)

    @property
    def scripts(self) -> int:
        return sum(gzip.decompress(page.data).count(b"<script") for page in self.pages)

    @property
    def sizes(self) -> set[int]:
        return {_wire_bytes(page) for page in self.pages}


def _wire_bytes(answer: TestResponse) -> int:
    head = len(f"HTTP/1.1 {answer.status}\r\n\r\n") + DATE_HEADER_BYTES
    return head + sum(len(f"{n}: {v}\r\n") for n, v in answer.headers.items()) + len(answer.data)


def _floor() -> Runs:
    receipt, salt = new_receipt(), b"s" * 32
    return milliseconds(lambda: receipt_root(receipt, salt), RUNS, cpu=True)


def measure() -> list[Row]:
    """Rows of the journey; processor time is that of one process, the trying client included."""
    with bench_office() as office:
        client = office.reporter.test_client()
        taken = milliseconds(lambda: Journey(client), RUNS, cpu=True)
        journey = Journey(client)
    floor = _floor()
    return [
        Row(
            "journey.cpu",
            f"processor time of a report against its Argon2id floor; {taken.said()}",
            taken.median,
            "ms",
            2,
            floor.median,
        ),
        Row("journey.bytes", "answers with headers", journey.wire_bytes / 1024, "KiB", 50),
        Row("journey.requests", "start to thank-you", len(journey.answers), "requests", 4),
        Row("journey.scripts", "scripts on these pages", journey.scripts, "scripts", 0),
        Row("journey.sizes", "sizes that pages have", len(journey.sizes), "sizes", 1),
    ]
