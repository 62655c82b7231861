"""Printed sheets: a page for each holder with all they need to know, and nothing is fetched."""

from __future__ import annotations

import datetime as dt
import re
import zlib
from html import unescape
from pathlib import Path

import pytest

from app.sheets import CannotPrint, CardSheet, NewFile, card_sheets, recovery_page, sheets_pdf
from crypto.wordcode import HOLDER_CARD, read_card

CARDS = tuple(bytes([number]) * 16 for number in range(3))
DAY = dt.date(2026, 11, 24)


def sheets() -> tuple[CardSheet, ...]:
    holders = "Frau Notar", "<b>Herr & Sohn</b>"
    return card_sheets(CARDS, holders, 2, ("Beratung", "Nord"), DAY, Path("data"))


def sections() -> list[str]:
    return recovery_page(sheets()).split("<section>")[1:]


def objects_of(pdf: bytes) -> bytes:
    """The PDF with its packed parts unpacked."""
    found = [pdf]
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            continue
    return b"\n".join(found)


def test_each_holder_gets_the_12_words_of_one_card() -> None:
    assert len(sections()) == 3
    for section, card in zip(sections(), CARDS, strict=True):
        words = re.findall(r"<li>(\w+)</li>", section)
        assert len(words) == 12
        assert read_card(HOLDER_CARD, " ".join(words)) == card


def test_a_page_says_what_it_is_who_holds_it_and_what_to_do() -> None:
    page = sections()[0]
    for said in (
        "Wiederherstellungskarte 1 von 3",
        "Frau Notar",
        "Beratung · Nord · 24.11.2026",
        "2 der 3 Karten",
        "außerhalb der Beratungsstelle",
        "Sagen Sie niemandem",
        f"hinsehen team recover --data {Path('data').resolve()}",
    ):
        assert said in page
    assert "____" in sections()[2]


def test_german_stands_first_and_english_under_every_sentence() -> None:
    page = sections()[0]
    assert recovery_page(sheets()).startswith('<!DOCTYPE html>\n<html lang="de">')
    german = re.findall(r"<p>([^<]+)</p><p class=\"en\" lang=\"en\">([^<]+)</p>", page)
    assert len(german) >= 5
    assert all(a != b for a, b in german)


def test_names_are_shown_as_they_are_and_never_as_markup() -> None:
    assert "<b>" not in recovery_page(sheets())
    assert "<b>Herr & Sohn</b>" in unescape(sections()[1])


def test_a_page_fetches_nothing() -> None:
    assert not re.search(r"https?:|url\(|src=|href=|@import", recovery_page(sheets()))


def test_the_pdf_has_a_page_for_each_holder_and_is_readable_aloud() -> None:
    pdf = sheets_pdf(sheets())
    assert pdf.startswith(b"%PDF")
    inside = objects_of(pdf)
    assert len(re.findall(rb"/Type /Page\b(?!s)", inside)) == 3
    for mark in (b"pdfuaid", b"/StructTreeRoot", b"/Lang"):
        assert mark in inside


def test_the_file_is_its_owners_alone_and_never_written_over_another(tmp_path: Path) -> None:
    path = tmp_path / "cards.pdf"
    NewFile(path).keep(b"%PDF")
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CannotPrint, match="exists already"):
        NewFile(path)
    assert path.read_bytes() == b"%PDF"
    with pytest.raises(CannotPrint, match="cannot be written"):
        NewFile(tmp_path / "no-such-folder" / "cards.pdf")
    other = NewFile(tmp_path / "other.pdf")
    other.give_up()
    assert not other.path.exists()
