"""Files at the desk: listed, given out as attachments only, to those alone whose case it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.desk.files import disposition
from tests.app.desk_visits import address_of, confirm, desk, send, sign_in
from tests.casework.conftest import Office, office
from tests.casework.test_files import LETTER, PHOTO, boxes, sent_case

__all__ = ["desk", "office"]


def file_addresses(desk: FlaskClient, address: str) -> list[str]:
    return re.findall(rf'href="({address}/files/\w+)"', desk.get(address).text)


def test_a_case_lists_its_files(desk: FlaskClient, office: Office) -> None:
    sent_case(office, ("Foto <b>.jpg", PHOTO), ("", LETTER))
    sign_in(desk, "anna")
    page = desk.get(address_of(desk)).text
    assert "<bdi>Foto &lt;b&gt;.jpg</bdi> (105\u00a0KB; 24. November 2026; " in page
    assert page.count("/files/") == 2


def test_a_case_without_files_says_nothing_of_them(desk: FlaskClient, office: Office) -> None:
    office.send(office.form())
    sign_in(desk, "anna")
    assert "/files/" not in desk.get(address_of(desk)).text


def test_a_file_is_given_out_whole_and_never_shown(desk: FlaskClient, office: Office) -> None:
    sent_case(office, ("Foto.jpg", PHOTO), ("böse.svg", LETTER))
    sign_in(desk, "anna")
    first, second = file_addresses(desk, address_of(desk))
    given = desk.get(first)
    assert (given.status_code, given.data) == (200, PHOTO)
    expected = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": "attachment; filename=\"Anlage-1.bin\"; filename*=UTF-8''Foto.jpg",
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Length": str(len(PHOTO)),
    }
    assert {name: given.headers[name] for name in expected} == expected
    assert "ETag" not in given.headers
    other = desk.get(second)
    assert other.data == LETTER
    assert other.headers["Content-Disposition"] == 'attachment; filename="Anlage-2.bin"'


@pytest.mark.parametrize(
    ("name", "harmless"),
    [
        ("Foto.jpg", True),
        ("Brief vom Amt (2).PDF", True),
        ("صورة.jpg", True),
        ("", False),
        ("Foto.svg", False),
        ("Foto.html", False),
        ("Foto.jpg.exe", False),
        (".htaccess.txt", False),
        ('a"; filename="b.jpg', False),
        ("a\u202egpj.jpg", False),
        ("a%.jpg", False),
        ("x" * 190 + ".jpg", False),
    ],
)
def test_only_a_harmless_name_travels(name: str, harmless: bool) -> None:
    said = disposition(3, name)
    assert said.startswith('attachment; filename="Anlage-3.bin"')
    assert ("filename*" in said) is harmless
    assert said.isascii()


def test_to_others_the_file_is_not_there(desk: FlaskClient, office: Office) -> None:
    sent_case(office, ("Foto.jpg", PHOTO))
    sign_in(desk, "anna")
    address = address_of(desk)
    (file,) = file_addresses(desk, address)
    assert desk.get(f"{address}/files/{'0' * 32}").status_code == 404
    assert desk.get(f"{address}/files/%2e%2e").status_code == 404
    for name in ("ben", "dora", "uwe"):
        other = desk.application.test_client()
        sign_in(other, name)
        assert other.get(file).status_code == 404
    nobody = desk.application.test_client().get(file)
    assert nobody.headers["Location"] == "/login"


def test_a_file_of_another_case_is_not_given_out(desk: FlaskClient, office: Office) -> None:
    sent_case(office, ("eins.jpg", PHOTO))
    sent_case(office, ("zwei.jpg", LETTER))
    sign_in(desk, "anna")
    one, two = (f"/cases/{i}" for i in re.findall(r'data-case="(\w+)"', desk.get("/cases").text))
    (file,) = file_addresses(desk, one)
    assert desk.get(file.replace(one, two)).status_code == 404


def test_a_closed_case_gives_its_files_after_the_password_only(
    desk: FlaskClient, office: Office
) -> None:
    sent_case(office, ("Foto.jpg", PHOTO))
    sign_in(desk, "anna")
    address = address_of(desk)
    (file,) = file_addresses(desk, address)
    for status in ("in_counsel", "closed"):
        send(desk, address, "status", status)
    asked = desk.get(file)
    assert asked.data != PHOTO
    assert "octet-stream" not in asked.headers["Content-Type"]
    confirm(desk, address)
    assert desk.get(file).data == PHOTO


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def flip(path: Path) -> None:
    held = bytearray(path.read_bytes())
    held[-20_000] ^= 1
    path.write_bytes(held)


def swap(path: Path) -> None:
    other = next(one for one in path.parent.iterdir() if one != path)
    path.write_bytes(other.read_bytes())


@pytest.mark.parametrize("damage", [cut, flip, swap, Path.unlink])
def test_a_damaged_file_is_refused_with_a_sentence(
    desk: FlaskClient, office: Office, damage
) -> None:
    sent_case(office, ("eins.jpg", PHOTO), ("zwei.jpg", PHOTO[::-1]))
    sign_in(desk, "anna")
    address = address_of(desk)
    first, second = file_addresses(desk, address)
    opened = office.case(office.sit("lena"))
    damage(next(p for p in boxes(office) if p.name == opened.attachments[0][1].file_id.hex()))
    refused = desk.get(first)
    assert refused.status_code == 409
    assert 'data-page="error.file"' in refused.text
    assert "Content-Disposition" not in refused.headers
    assert b"photo-marker" not in refused.data
    assert desk.get(second).data == PHOTO[::-1]
    assert desk.get(address).status_code == 200
