"""An office comes back from two files, of one day or of two."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import select, text

from casework.audit import chain_end, first_break
from casework.correspondence import answer
from casework.filefolder import FileFolder
from casework.mailbox import open_mailbox
from casework.models import Attachment
from casework.restore import NOTE_FILE, read_note
from casework.storage import is_at_head, make_engine
from tests.casework.backups import (
    answered_case,
    attached,
    boxes_in,
    case_of,
    everything,
    notices,
    office_in,
    restored,
    saved,
)
from tests.casework.conftest import NOW, Office

AT = 6_000_000


def test_an_office_comes_back_with_every_row(office: Office, tmp_path: Path) -> None:
    receipt = answered_case(office)
    office.send(office.form(), way_back=False)
    made, before = saved(office), everything(office)
    note = restored(made, made, tmp_path / "new")
    with office_in(tmp_path / "new") as new:
        assert everything(new) == before
        box = open_mailbox(new.session, new.files.receipt_salt, receipt)
        assert box is not None
        assert [m.text for m in box.answers] == ["Guten Tag"]
        assert new.book(new.sit("anna", AT)).total == 2
        assert notices(new, at=AT + 1000) == set()
        assert new.files[1:] == office.files[1:]
        new.send(new.form())
        assert is_at_head(make_engine(new.files.database))
    assert note.same_backup
    assert (note.missing_records, note.missing_cases, note.unused_contents) == (0, 0, 0)
    assert read_note(tmp_path / "new") == note
    assert read_note(office.files.data_dir) is None


def test_a_restored_folder_is_closed_to_others_and_holds_no_leftovers(
    office: Office, tmp_path: Path
) -> None:
    made = saved(office)
    restored(made, made, tmp_path / "new")
    files = {path.name for path in (tmp_path / "new").iterdir()}
    assert files == {
        *("backup.pub", "desk.key", "door.key", "erased.list", "office.sqlite"),
        *("receipt.salt", "restored.json", "teams.lock"),
    }
    for path in (tmp_path / "new", *(tmp_path / "new").iterdir()):
        assert path.stat().st_mode & 0o077 == 0


def test_the_note_tells_counts_and_days_alone(office: Office, tmp_path: Path) -> None:
    answered_case(office)
    made = saved(office)
    restored(made, made, tmp_path / "new")
    assert json.loads((tmp_path / "new" / NOTE_FILE).read_text("ascii")) == {
        "restored_on": "2026-11-24",
        "contents_of": "2026-11-24",
        "keys_of": "2026-11-24",
        "same_backup": True,
        "missing_records": 0,
        "missing_cases": 0,
        "missing_files": 0,
        "unused_contents": 0,
        "erased_again": 0,
    }


def test_older_contents_give_back_what_they_hold_and_the_rest_is_counted(
    office: Office, tmp_path: Path
) -> None:
    early = answered_case(office)
    old = saved(office)
    late = answered_case(office, "Zu spät", 1_010_000)
    anna = office.sit("anna", 1_020_000)
    case = office.case(anna, case_of(office, early).hex())
    answer(office.session, anna, case, "Noch etwas", case.stored.revision, NOW)
    note = restored(old, saved(office, 2), tmp_path / "new")
    assert (note.missing_cases, note.same_backup) == (1, False)
    assert note.missing_records >= 4
    with office_in(tmp_path / "new") as new:
        box = open_mailbox(new.session, new.files.receipt_salt, early)
        assert box is not None
        assert [m.text for m in box.answers] == ["Guten Tag"]
        assert open_mailbox(new.session, new.files.receipt_salt, late) is None
        anna = new.sit("anna", AT)
        assert new.book(anna).total == 1
        assert new.case(anna, box.case_id.hex()).missing >= 1
        assert first_break(new.session, chain_end(office.session)) is None


def test_newer_contents_than_keys_are_left_out(office: Office, tmp_path: Path) -> None:
    early = answered_case(office)
    old = saved(office)
    answered_case(office, "Zu spät", 1_010_000)
    note = restored(saved(office, 2), old, tmp_path / "new")
    assert (note.missing_records, note.missing_cases) == (0, 0)
    assert note.unused_contents == 3
    with office_in(tmp_path / "new") as new:
        assert open_mailbox(new.session, new.files.receipt_salt, early) is not None
        assert notices(new) == set()


def test_attached_files_come_back_in_their_boxes(office: Office, tmp_path: Path) -> None:
    case_id = case_of(office, answered_case(office))
    boxes = (b"", b"small", bytes(range(256)) * 4000)
    for box in boxes:
        attached(office, case_id, box)
    made = saved(office)
    assert restored(made, made, tmp_path / "new").missing_files == 1
    there = boxes_in(tmp_path / "new")
    assert set(there.values()) == set(boxes) - {b""}
    for path in (tmp_path / "new" / "files").iterdir():
        assert path.stat().st_mode & 0o077 == 0
    with office_in(tmp_path / "new") as new:
        assert {i.hex() for i in new.session.scalars(select(Attachment.id))} == set(there)


def test_a_file_that_went_while_it_was_saved_is_left_out_and_counted(
    office: Office, tmp_path: Path
) -> None:
    case_id = case_of(office, answered_case(office))
    FileFolder(office.files.data_dir).remove((attached(office, case_id, b"box"),))
    made = saved(office)
    assert restored(made, made, tmp_path / "new").missing_files == 1
    with office_in(tmp_path / "new") as new:
        assert new.session.scalars(select(Attachment)).all() == []


def test_sittings_are_not_brought_back(office: Office, tmp_path: Path) -> None:
    office.sit("anna")
    made = saved(office)
    restored(made, made, tmp_path / "new")
    with office_in(tmp_path / "new") as new:
        assert new.session.execute(text("select count(*) from sitting")).scalar() == 0
