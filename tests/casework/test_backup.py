"""Two sealed files: what lies in which, who can open them, how long they stay."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, func, select

from casework.backup import back_up
from casework.backup_card import BACKUP_KEY_FILE, backup_key, make_backup_card
from casework.backup_file import Rows, StoredFile, read_backup
from casework.backup_folder import Retention, file_name, noted_folder, stored_backups
from casework.backup_parts import (
    BOXES_AMONG_KEYS,
    CONTENT_COLUMNS,
    KEY_FILES,
    LEFT_OUT,
    Part,
    columns_of,
    part_of,
)
from casework.correspondence import answer
from casework.errors import BackupRefused
from casework.models import Base, Record, RecordKey
from casework.rotation import rewrap, rotate
from casework.status import move_case
from casework.storage import begin_writing
from casework.vocabulary import Status
from crypto.errors import CannotOpen
from crypto.keys import public_key
from tests.casework.backups import CARD, saved
from tests.casework.conftest import BOOT, NOW, TODAY, Office
from tests.crypto.independent_reader import lp, open_stream, open_wrap

MARKER = "Kanarienvogel-im-Bericht"
DAY = dt.timedelta(days=1)


def kept(office: Office, part: Part) -> list[int]:
    """The days, counted from the first, of which files are there."""
    folder = office.files.data_dir.parent / "backups"
    return [(b.date - TODAY).days for b in stored_backups(folder, part)]


def test_every_column_of_every_table_lies_in_one_part_and_sittings_in_none() -> None:
    for table in Base.metadata.sorted_tables:
        keys, contents = ({c.name for c in columns_of(table, p)} for p in (Part.KEYS, Part.CONTENT))
        row_key = {c.name for c in table.primary_key}
        if table.name == "sitting":
            assert not keys | contents
            continue
        assert keys | contents == {c.name for c in table.columns}
        assert keys & contents == (row_key if contents else set())
        for column in table.columns:
            in_contents = part_of(table.name, column.name) is Part.CONTENT
            assert in_contents is (column.name in contents - row_key)


def test_every_box_has_its_place_decided() -> None:
    boxes = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("box") and table.name not in LEFT_OUT
    }
    assert boxes == CONTENT_COLUMNS | BOXES_AMONG_KEYS
    assert set() == CONTENT_COLUMNS & BOXES_AMONG_KEYS


def boxes_of(office: Office) -> dict[bytes, bytes]:
    office.session.rollback()
    return {record.id: record.box for record in office.session.scalars(select(Record))}


def test_contents_are_written_once_and_never_again(office: Office) -> None:
    for _ in range(2):
        office.send(office.form())
    anna = office.sit("anna")
    case = office.case(anna)
    answer(office.session, anna, case, "Guten Tag", case.stored.revision, NOW)
    before = boxes_of(office)
    case = office.case(anna, case.id_hex)
    move_case(office.session, anna, case, Status.CLOSED, case.stored.revision, NOW)
    lena = office.sit_fresh("lena", 2_000_000)
    rotate(office.session, lena, BOOT, lena.teams[0].team_id, NOW)
    lena = office.sit_fresh("lena", 2_000_100)
    while rewrap(office.session, lena, lena.teams[0].team_id, 3).left:
        pass
    after = boxes_of(office)
    assert len(before) > 3
    assert {name: after[name] for name in before} == before


def test_a_content_file_holds_boxes_alone_and_a_keys_file_none_of_them(office: Office) -> None:
    office.send(office.form())
    office.case(office.sit("anna"))
    made, boxes = saved(office), boxes_of(office)
    with made.content.open("rb") as file:
        frames = list(read_backup(file, CARD, Part.CONTENT).frames)
    assert {f.table for f in frames if isinstance(f, Rows)} == {"record"}
    assert not any(isinstance(frame, StoredFile) for frame in frames)
    assert {row[1] for frame in frames if isinstance(frame, Rows) for row in frame.rows} == set(
        boxes.values()
    )
    with made.keys.open("rb") as file:
        frames = list(read_backup(file, CARD, Part.KEYS).frames)
    values = {v for frame in frames if isinstance(frame, Rows) for row in frame.rows for v in row}
    assert not values & set(boxes.values())
    assert {f.name for f in frames if isinstance(f, StoredFile)} == set(KEY_FILES)


def test_both_files_carry_the_same_random_id_and_each_backup_another(office: Office) -> None:
    ids = []
    for days in (0, 1):
        made = saved(office, days)
        for path, part in ((made.content, Part.CONTENT), (made.keys, Part.KEYS)):
            with path.open("rb") as file:
                ids.append(read_backup(file, CARD, part).backup_id)
    assert ids[0] == ids[1] != ids[2] == ids[3]


def test_the_page_of_formats_is_enough_to_read_a_backup(office: Office) -> None:
    office.send(office.form())
    made = saved(office)
    for path, head in ((made.content, b"HB\x01\x01"), (made.keys, b"HB\x01\x02")):
        data = path.read_bytes()
        place = (head, data[4:20])
        key = open_wrap(CARD, data[20:1200], "backup-key", *place)
        frames = frames_of(open_stream(key, data[1200:], "backup", *place))
        assert frames[0]["type"] == "Manifest"
        mark = sha256(lp(b"drcm/v1/office", office.files.receipt_salt)).digest()[:16]
        assert frames[0]["office"] == mark
        counted: Counter[str] = Counter()
        for frame in frames:
            if frame["type"] == "Rows":
                counted[frame["table"]] += len(frame["rows"])
        assert counted == Counter(frames[0]["counts"])
    assert {f["name"] for f in frames if f["type"] == "StoredFile"} == set(KEY_FILES)


def frames_of(data: bytes) -> list[dict[str, Any]]:
    found, at = [], 0
    while at < len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "big")
        found.append(msgspec.msgpack.decode(data[at + 4 : end]))
        at = end
    return found


def test_nothing_of_a_report_or_a_secret_stands_in_the_files(office: Office) -> None:
    sent = office.send(office.form(), what=MARKER)
    made = saved(office)
    raw = made.content.read_bytes() + made.keys.read_bytes()
    secrets = (office.files.door_key, office.files.desk_key, office.files.receipt_salt)
    boxes = tuple(box[80:] for box in boxes_of(office).values())
    for wanted in (MARKER.encode(), sent.case_id, *secrets, *boxes):
        assert wanted not in raw


def test_the_office_cannot_open_its_own_backups(office: Office) -> None:
    office.send(office.form())
    made = saved(office)
    for file in office.files.data_dir.iterdir():
        data = file.read_bytes()
        if len(data) > 4096:
            continue
        for at in range(max(1, len(data) - 31)):
            with made.keys.open("rb") as backup, pytest.raises(CannotOpen):
                read_backup(backup, data[at : at + 32].ljust(32, b"\0"), Part.KEYS)


def test_only_the_owner_of_the_folder_reads_the_files(office: Office) -> None:
    made = saved(office)
    for path in (made.content.parent, made.content, made.keys):
        assert path.stat().st_mode & 0o077 == 0
    assert [p.name for p in sorted(made.content.parent.iterdir())] == [
        "hinsehen-2026-11-24-content.backup",
        "hinsehen-2026-11-24-keys.backup",
    ]
    assert noted_folder(office.files.data_dir) == made.keys.parent


def test_keys_go_after_14_days_and_contents_stay(office: Office) -> None:
    for days in (0, 1, 13):
        saved(office, days)
    assert kept(office, Part.KEYS) == [0, 1, 13]
    made = saved(office, 14)
    assert [path.name for path in made.dropped] == ["hinsehen-2026-11-24-keys.backup"]
    assert kept(office, Part.KEYS) == [1, 13, 14]
    saved(office, 15)
    assert kept(office, Part.KEYS) == [13, 14, 15]
    assert kept(office, Part.CONTENT) == [0, 1, 13, 14, 15]


def test_the_newest_keys_are_never_removed(office: Office) -> None:
    saved(office)
    saved(office, 400, Retention(keys_days=0, content_days=0))
    assert kept(office, Part.KEYS) == kept(office, Part.CONTENT) == [400]


def test_contents_go_after_their_own_time(office: Office) -> None:
    for days in (0, 89):
        saved(office, days)
    assert kept(office, Part.CONTENT) == [0, 89]
    saved(office, 90)
    assert kept(office, Part.CONTENT) == [89, 90]


def test_a_second_backup_of_a_day_replaces_the_first(office: Office) -> None:
    first = saved(office).keys.read_bytes()
    assert saved(office).keys.read_bytes() != first
    assert kept(office, Part.KEYS) == [0]


def test_foreign_files_and_days_to_come_are_left_alone(office: Office) -> None:
    folder = saved(office).keys.parent
    for name in ("notes.txt", "hinsehen-2026-99-99-keys.backup", "hinsehen-2036-01-01-keys.backup"):
        (folder / name).write_bytes(b"mine")
    saved(office, 20)
    assert len([p for p in folder.iterdir() if p.read_bytes() == b"mine"]) == 3
    assert kept(office, Part.KEYS)[0] == 20


def test_a_backup_that_fails_leaves_the_earlier_one_and_no_drafts(office: Office) -> None:
    made = saved(office)
    before = {p.name: p.read_bytes() for p in made.keys.parent.iterdir()}
    (office.files.data_dir / "teams.lock").unlink()
    with pytest.raises(FileNotFoundError):
        back_up(office.files.data_dir, made.keys.parent, NOW + DAY)
    assert {p.name: p.read_bytes() for p in made.keys.parent.iterdir()} == before


def test_a_backup_waits_for_no_writer_and_holds_what_was_committed(office: Office) -> None:
    office.send(office.form())
    saved(office)
    records = office.session.scalars(select(func.count()).select_from(Record)).one()
    begin_writing(office.session)
    office.session.execute(delete(RecordKey))
    office.session.execute(delete(Record))
    folder = office.files.data_dir.parent / "backups"
    with ThreadPoolExecutor(1) as other:
        making = other.submit(back_up, office.files.data_dir, folder, NOW + DAY)
        expected = folder / file_name(TODAY + DAY, Part.KEYS)
        while not expected.exists() and not making.done():
            time.sleep(0.01)
        office.session.rollback()
        made = making.result(60)
    assert made.keys == expected
    with made.content.open("rb") as file:
        assert read_backup(file, CARD, Part.CONTENT).manifest.counts["record"] == records > 0


def test_there_is_no_backup_without_a_card_and_a_card_is_made_once(office: Office) -> None:
    data_dir = office.files.data_dir
    with pytest.raises(BackupRefused, match="backup-card"):
        back_up(data_dir, data_dir / "backups", NOW)
    secret = make_backup_card(data_dir)
    assert backup_key(data_dir) == public_key(secret)
    with pytest.raises(BackupRefused, match="already"):
        make_backup_card(data_dir)
    assert backup_key(data_dir) == public_key(secret)
    assert backup_key(data_dir) != public_key(make_backup_card(data_dir, again=True))
    (data_dir / BACKUP_KEY_FILE).write_bytes(b"short")
    with pytest.raises(BackupRefused, match="damaged"):
        backup_key(data_dir)
