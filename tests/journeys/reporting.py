"""What people do at the doors, for tests of whole journeys: send a report, count the cases."""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from tests.demo_office import Answer, Visitor


class OpenForm(NamedTuple):
    """A form as its page gave it out."""

    token: str
    words: str
    digits: str
    language: str

    def fields(self, what: str, choice: str = "kept", **more: str) -> dict[str, str]:
        return {"form": self.token, "what": what, "receipt_choice": choice} | more


def open_form(visitor: Visitor, language: str = "de") -> OpenForm:
    page = visitor.get(f"/{language}/report")
    assert page.status == 200, page.text
    words = re.search(r'id="receipt-words"[^>]*>([^<]*)<', page.text)
    assert words, "no words on the page"
    return OpenForm(page.field("form"), words[1], page.digits, language)


def send(visitor: Visitor, form: OpenForm, what: str, choice: str = "kept") -> Answer:
    return visitor.post(f"/{form.language}/report", form.fields(what, choice))


def open_mailbox(visitor: Visitor, receipt: str, language: str = "de") -> Answer:
    return visitor.post(f"/{language}/mailbox", {"receipt": receipt})


def case_ids(staff: Visitor) -> list[str]:
    """Every case of the list, all its pages; new cases appear a portion at a time."""
    while 'id="more-waiting"' in (first := staff.get("/cases").text):
        pass
    pages = re.search(r"<span>\D+\d+ \D+ (\d+)</span>", first)
    texts = [staff.get(f"/cases?page={n + 1}").text for n in range(int(pages[1]) if pages else 1)]
    return [found for text in texts for found in re.findall(r'data-case="(\w+)"', text)]


def told_at_the_desk(staff: Visitor) -> dict[str, str]:
    """Case id to the text of the case's page."""
    pages = {case_id: staff.get(f"/cases/{case_id}") for case_id in case_ids(staff)}
    assert all(page.status == 200 for page in pages.values())
    return {case_id: html.unescape(page.text) for case_id, page in pages.items()}
