"""Files below the web: sealed while they arrive, bound to their case, gone with it."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select

from casework.attachments import (
    add_files,
    open_verified,
    plain_pieces,
    remove_left_over_files,
)
from casework.doortokens import FormToken, WriteToken
from casework.errors import (
    EmptyFile,
    FileDamaged,
    FilesTooLarge,
    FileTooLarge,
    NoFile,
    Refused,
    TooManyFiles,
)
from casework.filefolder import FileFolder
from casework.genuine import is_genuine, marked, say_key
from casework.incoming import FileLimits, IncomingFiles, plain_name
from casework.mailbox import add_words, open_mailbox, withdraw
from casework.models import Attachment as AttachmentRow
from casework.models import CaseKey, Record, RecordKey
from casework.purge import purge
from casework.records import Attachment
from casework.reporting import store_record
from casework.sealing import CASE, MAILBOX
from casework.storage import begin_writing
from casework.vocabulary import Side
from crypto.keys import new_id
from tests.casework.conftest import NOW, TODAY, Office

MONDAY = dt.date(2026, 11, 23)
LIMITS = FileLimits(3, 300_000, 500_000)
PHOTO, LETTER = b"photo-marker" * 9000, b"letter-marker" * 12


def token_for(office: Office, form: FormToken, nonce: bytes | None = None) -> WriteToken:
    box = open_mailbox(office.session, office.files.receipt_salt, form.receipt)
    assert box is not None
    nonce = nonce or new_id()
    return WriteToken(box.locator, nonce, say_key(box.auth, nonce), 0)


def folder(office: Office) -> FileFolder:
    return FileFolder(office.files.data_dir)


def boxes(office: Office) -> list[Path]:
    return sorted((office.files.data_dir / "files").glob("*"))


def arrived(office: Office, *parts: tuple[str, bytes], announced: int = 0) -> IncomingFiles:
    """What a form parser does with the parts of a form, in odd pieces."""
    incoming = IncomingFiles(folder(office), LIMITS, TODAY, announced)
    for name, data in parts:
        target = incoming.begin(name)
        for start in range(0, len(data), 50_001):
            target.write(data[start : start + 50_001])
        target.seek(0)
    return incoming


def sent_case(office: Office, *parts: tuple[str, bytes]) -> FormToken:
    form = office.form()
    office.send(form)
    incoming = arrived(office, *parts)
    assert add_files(office.session, token_for(office, form), incoming, TODAY)
    incoming.discard()
    return form


def read(office: Office, document: Attachment) -> bytes:
    return b"".join(plain_pieces(open_verified(folder(office), document), document))


def test_a_file_comes_to_the_case_and_opens_whole(office: Office) -> None:
    form = sent_case(office, ("Foto.jpg", PHOTO), ("Brief.pdf", LETTER))
    case = office.case(office.sit("anna"))
    found = [document for _, document in case.attachments]
    assert [(d.name, d.size, d.date, d.side) for d in found] == [
        ("Foto.jpg", len(PHOTO), TODAY, Side.REPORTER),
        ("Brief.pdf", len(LETTER), TODAY, Side.REPORTER),
    ]
    assert [read(office, document) for document in found] == [PHOTO, LETTER]
    assert (case.planted, case.missing, case.unreadable) == (0, 0, 0)
    box = open_mailbox(office.session, office.files.receipt_salt, form.receipt)
    assert box is not None
    assert (box.own_days, box.answers, box.planted) == ((TODAY,), (), 0)


def test_on_the_disk_lie_random_names_padded_sizes_and_one_time(office: Office) -> None:
    sizes = [1, 60_000, 65_400, 88_100, 90_000]
    for size in sizes:
        sent_case(office, ("Foto.jpg", os.urandom(size)))
    files = boxes(office)
    rows = set(office.session.scalars(select(AttachmentRow.id)))
    assert {bytes.fromhex(file.name) for file in files} == rows
    held = sorted(file.stat().st_size for file in files)
    assert held[0] == held[1] == held[2] >= 65_536
    assert held[3] == held[4] > 90_000
    monday = dt.datetime.combine(MONDAY, dt.time(), dt.UTC).timestamp()
    assert {(file.stat().st_mtime, file.stat().st_atime) for file in files} == {(monday, monday)}
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)


def test_no_row_and_no_box_holds_a_plain_byte(office: Office) -> None:
    sent_case(office, ("Kanarienvogel.jpg", PHOTO))
    for file in office.files.data_dir.rglob("*"):
        held = file.read_bytes() if file.is_file() else b""
        assert b"photo-marker" not in held
        assert b"Kanarienvogel" not in held


def test_the_same_file_by_the_same_page_is_one_file(office: Office) -> None:
    form = office.form()
    office.send(form)
    token = token_for(office, form)
    for _ in range(2):
        incoming = arrived(office, ("Foto.jpg", PHOTO), ("noch einmal.jpg", PHOTO))
        assert add_files(office.session, token, incoming, TODAY)
        incoming.discard()
    case = office.case(office.sit("anna"))
    assert [document.name for _, document in case.attachments] == ["Foto.jpg"]
    assert len(boxes(office)) == 1


def test_another_file_and_words_by_the_same_page_are_all_kept(office: Office) -> None:
    form = office.form()
    office.send(form)
    token = token_for(office, form)
    for part in (("Foto.jpg", PHOTO), ("Brief.pdf", LETTER)):
        incoming = arrived(office, part)
        assert add_files(office.session, token, incoming, TODAY)
        incoming.discard()
    assert add_words(office.session, token, "Das gehört dazu.", TODAY)
    case = office.case(office.sit("anna"))
    assert [read(office, document) for _, document in case.attachments] == [PHOTO, LETTER]
    assert [message.text for message in case.messages] == ["Das gehört dazu."]


@pytest.mark.parametrize(
    ("parts", "announced", "why"),
    [
        ([], 0, NoFile),
        ([("", b"")], 0, NoFile),
        ([("leer.txt", b""), ("Foto.jpg", PHOTO)], 0, EmptyFile),
        ([("groß.jpg", b"x" * 300_001), ("Foto.jpg", PHOTO)], 0, FileTooLarge),
        ([("a", b"x" * 300_000), ("b", b"y" * 200_001)], 0, FilesTooLarge),
        ([("Foto.jpg", PHOTO)], 500_001, FilesTooLarge),
        ([(str(n), bytes([n])) for n in range(1, 5)], 0, TooManyFiles),
        ([(str(n), b"") for n in range(4)], 0, TooManyFiles),
    ],
)
def test_what_is_refused_leaves_nothing(
    office: Office, parts: list[tuple[str, bytes]], announced: int, why: type[Refused]
) -> None:
    form = office.form()
    office.send(form)
    before = office.session.scalar(select(func.count()).select_from(Record))
    incoming = arrived(office, *parts, announced=announced)
    with pytest.raises(why):
        add_files(office.session, token_for(office, form), incoming, TODAY)
    incoming.discard()
    assert boxes(office) == []
    assert office.session.scalar(select(func.count()).select_from(Record)) == before


def test_exactly_the_limits_are_taken(office: Office) -> None:
    sent_case(office, ("a", b"x" * 300_000), ("b", b"y" * 199_999), ("c", b"z"))
    assert len(office.case(office.sit("anna")).attachments) == 3


def test_what_is_too_large_is_not_held_on_the_disk_meanwhile(office: Office) -> None:
    incoming = IncomingFiles(folder(office), LIMITS, TODAY, 0)
    target = incoming.begin("groß.jpg")
    target.write(b"x" * 300_000)
    assert len(boxes(office)) == 1
    target.write(b"x")
    assert boxes(office) == []


def test_a_mailbox_withdrawn_meanwhile_takes_no_files(office: Office) -> None:
    form = office.form()
    office.send(form)
    token, incoming = token_for(office, form), arrived(office, ("Foto.jpg", PHOTO))
    assert withdraw(office.session, office.files, form.receipt, TODAY)
    assert not add_files(office.session, token, incoming, TODAY)
    incoming.discard()
    assert boxes(office) == []


def test_a_broken_sending_is_removed_at_the_next_start_and_never_opens(office: Office) -> None:
    sent_case(office, ("Foto.jpg", PHOTO))
    kept = boxes(office)
    target = IncomingFiles(folder(office), LIMITS, TODAY, 0).begin("halb.jpg")
    target.write(PHOTO)
    target.close()
    (office.files.data_dir / "files" / "not-ours.tmp").touch()
    assert len(boxes(office)) == 3
    office.session.rollback()
    assert remove_left_over_files(office.session, folder(office)) == 2
    assert boxes(office) == kept


def test_without_a_folder_there_is_nothing_left_over(office: Office) -> None:
    assert remove_left_over_files(office.session, folder(office)) == 0


def test_withdrawing_removes_keys_rows_and_files_of_this_case_alone(office: Office) -> None:
    other = sent_case(office, ("fremd.jpg", LETTER))
    kept = boxes(office)
    form = sent_case(office, ("Foto.jpg", PHOTO), ("Brief.pdf", LETTER))
    assert len(boxes(office)) == 3
    assert withdraw(office.session, office.files, form.receipt, TODAY)
    assert boxes(office) == kept
    assert office.session.scalar(select(func.count()).select_from(AttachmentRow)) == 1
    assert open_mailbox(office.session, office.files.receipt_salt, other.receipt)
    case = office.case(office.sit("anna"))
    assert [read(office, document) for _, document in case.attachments] == [LETTER]


def test_deleting_for_good_removes_the_files(office: Office) -> None:
    sent_case(office, ("Foto.jpg", PHOTO))
    sitting = office.sit_fresh("lena")
    purge(office.session, sitting, office.files, office.case(sitting), NOW)
    assert boxes(office) == []
    assert list(office.session.scalars(select(AttachmentRow.id))) == []


def test_the_key_of_a_file_stands_inside_its_record_alone(office: Office) -> None:
    sent_case(office, ("Foto.jpg", PHOTO))
    (record_id, document), *_ = office.case(office.sit("anna")).attachments
    for file in office.files.data_dir.rglob("*"):
        assert document.key not in (file.read_bytes() if file.is_file() else b"")
    audiences = select(RecordKey.audience).where(RecordKey.record_id == bytes.fromhex(record_id))
    assert list(office.session.scalars(audiences)) == [CASE]


def damage(path: Path, how: str, other: Path) -> None:
    whole = path.read_bytes()
    if how == "gone":
        path.unlink()
    elif how == "swapped":
        path.write_bytes(other.read_bytes())
    else:
        half = len(whole) // 2
        changed = {
            "cut": whole[:half],
            "empty": b"",
            "flipped": whole[:half] + bytes([whole[half] ^ 1]) + whole[half + 1 :],
            "longer": whole + b"x",
            "last byte": whole[:-1],
        }
        path.write_bytes(changed[how])


@pytest.mark.parametrize(
    "how", ["gone", "swapped", "cut", "empty", "flipped", "longer", "last byte"]
)
def test_a_damaged_file_is_not_given_out(office: Office, how: str) -> None:
    sent_case(office, ("Foto.jpg", os.urandom(200_000)), ("Zwei.jpg", os.urandom(200_000)))
    one, two = (document for _, document in office.case(office.sit("anna")).attachments)
    paths = {
        document.file_id: path
        for document in (one, two)
        for path in boxes(office)
        if path.name == document.file_id.hex()
    }
    damage(paths[one.file_id], how, paths[two.file_id])
    with pytest.raises(FileDamaged):
        open_verified(folder(office), one)
    assert len(read(office, two)) == 200_000


def test_a_record_that_names_another_size_or_hash_is_refused(office: Office) -> None:
    sent_case(office, ("Foto.jpg", PHOTO))
    (_, document), *_ = office.case(office.sit("anna")).attachments
    for changed in ({"size": 1}, {"sha256": bytes(32)}, {"key": bytes(32)}, {"file_id": bytes(16)}):
        with pytest.raises(FileDamaged):
            open_verified(folder(office), msgspec.structs.replace(document, **changed))


def plant(office: Office, form: FormToken, side: Side, key: bytes, **readers: bytes) -> None:
    """A row by somebody who writes the database and knows public keys."""
    case_id = office.session.scalars(select(CaseKey.case_id)).one()
    record_id = new_id()
    said = Attachment(new_id(), bytes(32), "x", 1, bytes(32), TODAY, side, record_id)
    begin_writing(office.session)
    store_record(office.session, case_id, marked(key, case_id, record_id, said), readers, record_id)
    office.session.commit()


@pytest.mark.parametrize("side", list(Side))
def test_a_planted_file_is_shown_at_neither_door(office: Office, side: Side) -> None:
    form = sent_case(office, ("Foto.jpg", PHOTO))
    sitting = office.sit("anna")
    case = office.case(sitting)
    assert case.mailbox is not None
    readers = {CASE: case.keys.public, MAILBOX: case.mailbox.public_key}
    plant(office, form, side, bytes(32), **readers)
    again = office.case(sitting)
    assert [document.name for _, document in again.attachments] == ["Foto.jpg"]
    assert again.planted == 1
    box = open_mailbox(office.session, office.files.receipt_salt, form.receipt)
    assert box is not None
    assert box.planted == 1


def test_a_mark_holds_for_one_file_at_one_place(office: Office) -> None:
    sent_case(office, ("Foto.jpg", PHOTO))
    case = office.case(office.sit("anna"))
    ((record_id, document),) = case.attachments
    auth, own_id = case.report.mailbox_auth, bytes.fromhex(record_id)
    assert is_genuine(auth, case.case_id, own_id, document)
    assert not is_genuine(auth, case.case_id, new_id(), document)
    assert not is_genuine(auth, new_id(), own_id, document)
    assert not is_genuine(bytes(32), case.case_id, own_id, document)
    for changed in ({"name": "x"}, {"file_id": bytes(16)}, {"sent_with": own_id}, {"size": 1}):
        other = msgspec.structs.replace(document, **changed)
        assert not is_genuine(auth, case.case_id, own_id, other)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Foto.jpg", "Foto.jpg"),
        ("C:\\Users\\Name\\Bild.png", "Bild.png"),
        ("../../etc/passwd", "passwd"),
        ("gpj\u202e.exe\0\r\n", "gpj.exe"),
        ("صورة.jpg", "صورة.jpg"),
        ("\ud800a", "a"),
        ("x" * 500, "x" * 200),
        ("", ""),
    ],
)
def test_a_name_is_kept_without_folders_and_unseen_signs(sent: str, kept: str) -> None:
    assert plain_name(sent) == kept
