"""What was deleted does not come back: neither by old contents, nor before the list is applied."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, text

from casework.backup import MadeBackup
from casework.backup_file import (
    Rows,
    read_backup,
)
from casework.backup_parts import Part
from casework.errors import BackupRefused
from casework.mailbox import open_mailbox, withdraw
from casework.models import Card, CaseKey, Mailbox, Record, RecordKey, Tombstone
from casework.purge import purge
from casework.sealing import ARCHIVE, CASE, OPEN, open_case_seed
from crypto.envelope import unseal, unwrap
from crypto.errors import CannotOpen
from crypto.keys import new_id
from crypto.primitives import KeyPair, key_pair
from tests.casework.backups import (
    CARD,
    answered_case,
    attached,
    boxes_in,
    case_of,
    notices,
    office_in,
    restored,
    saved,
)
from tests.casework.conftest import NOW, TODAY, Office

AT = 6_000_000


def keys_present(office: Office) -> list[bytes]:
    """Every record key that anyone of the staff could open in this office."""
    sittings = [
        office.sit_fresh(name, AT + 5000 * at) for at, name in enumerate(("anna", "lena", "ben"))
    ]
    teams = [team for sitting in sittings for team in sitting.teams]
    found = []
    for key in office.session.scalars(select(CaseKey)):
        for team in teams:
            keys = open_case(key, team.keys, key_pair(team.archive_seed), team.epoch)
            if keys:
                found += record_keys(office, key.case_id, keys)
    return found


def open_case(key: CaseKey, keys: KeyPair, archive: KeyPair, epoch: int) -> KeyPair | None:
    for shelf, opener in ((OPEN, keys), (ARCHIVE, archive)):
        try:
            place = (key.team_id, epoch, key.case_id)
            return key_pair(open_case_seed(opener, *place, key.wrap, shelf))
        except CannotOpen:
            continue
    return None


def record_keys(office: Office, case_id: bytes, keys: KeyPair) -> list[bytes]:
    rows = office.session.execute(
        select(RecordKey.record_id, RecordKey.wrap)
        .join(Record, Record.id == RecordKey.record_id)
        .where(Record.case_id == case_id, RecordKey.audience == CASE)
    )
    return [unwrap(keys, w, "record-key", case_id, i, CASE.encode()) for i, w in rows]


def opens(key: bytes, box: bytes, case_id: bytes, record_id: bytes) -> bool:
    try:
        unseal(key, box, "record", case_id, record_id)
    except CannotOpen:
        return False
    return True


def test_old_contents_with_current_keys_do_not_open_what_was_deleted_meanwhile(
    office: Office, tmp_path: Path
) -> None:
    gone, stays = answered_case(office), answered_case(office, "Bleibt", 1_010_000)
    case_id, kept_id = case_of(office, gone), case_of(office, stays)
    chosen = select(Record.id, Record.box).where(Record.case_id == case_id)
    old_boxes = [(i, box) for i, box in office.session.execute(chosen)]
    traces = traces_of(office, case_id)
    old = saved(office)
    assert withdraw(office.session, office.files, gone, TODAY)
    assert notices(office, at=AT - 9000) == set()
    current = saved(office, 15)
    assert not old.keys.exists()

    note = restored(old, current, tmp_path / "new")
    with office_in(tmp_path / "new") as new:
        present = keys_present(new)
        assert present
        for record_id, box in old_boxes:
            assert not any(opens(key, box, case_id, record_id) for key in present)
        assert open_mailbox(new.session, new.files.receipt_salt, gone) is None
        assert open_mailbox(new.session, new.files.receipt_salt, stays) is not None
        for table in (CaseKey, Card, Mailbox, Record):
            ids = set(new.session.scalars(select(table.case_id)))
            assert ids == {kept_id}
        assert new.session.scalars(select(Tombstone)).all() == []
        assert notices(new, at=AT + 40_000) == set()
    assert (note.unused_contents, note.same_backup) == (len(old_boxes), False)
    stored = (tmp_path / "new" / "office.sqlite").read_bytes()
    assert not [trace for trace in (case_id, *traces) if trace in stored]
    assert not traces_in_contents(old, traces)


def traces_of(office: Office, case_id: bytes) -> list[bytes]:
    """The boxes and wraps outside its records that speak of this case."""
    office.session.rollback()
    card = office.session.get_one(Card, case_id)
    rows = office.session.execute(
        text("select key_wrap, box from registry where part = :part"), {"part": case_id[0] % 64}
    )
    key = office.session.get_one(CaseKey, case_id)
    return [card.box, card.key_wrap, key.wrap, *(value for row in rows for value in row)]


def traces_in_contents(made: MadeBackup, traces: list[bytes]) -> set[bytes]:
    """Cards, registry and profiles are in no content file, so that none can be too old."""
    with made.content.open("rb") as file:
        frames = read_backup(file, CARD, Part.CONTENT).frames
        rows = [row for frame in frames if isinstance(frame, Rows) for row in frame.rows]
    return {value for row in rows for value in row} & set(traces)


def test_what_was_erased_since_is_removed_before_the_office_can_answer(
    office: Office, tmp_path: Path
) -> None:
    gone, stays = answered_case(office), answered_case(office, "Bleibt", 1_010_000)
    case_id = case_of(office, gone)
    assert notices(office, at=AT - 9000) == set()
    made = saved(office)
    assert withdraw(office.session, office.files, gone, TODAY)
    note = restored(made, made, tmp_path / "new", office.files.data_dir / "erased.list")
    assert note.erased_again == 1
    with office_in(tmp_path / "new") as new:
        assert new.session.get(CaseKey, case_id) is None
        assert open_mailbox(new.session, new.files.receipt_salt, gone) is None
        assert open_mailbox(new.session, new.files.receipt_salt, stays) is not None
        assert notices(new) == set()
        assert new.book(new.sit("anna", AT + 9000)).total == 1
    files = [path.read_bytes() for path in (tmp_path / "new").glob("office.sqlite*")]
    assert not any(case_id in data for data in files)
    assert (tmp_path / "new" / "erased.list").read_text("ascii") == f"{case_id.hex()}\n"


def test_a_list_that_lies_in_the_target_is_applied_without_being_asked(
    office: Office, tmp_path: Path
) -> None:
    office.send(office.form())
    made = saved(office)
    lena = office.sit_fresh("lena")
    case = office.case(lena)
    purge(office.session, lena, office.files, case, NOW)
    target = tmp_path / "new"
    target.mkdir()
    (target / "erased.list").write_text((office.files.data_dir / "erased.list").read_text("ascii"))
    other = tmp_path / "other.list"
    other.write_text(f"{new_id().hex()}\n")
    assert restored(made, made, target, other).erased_again == 1
    assert len((target / "erased.list").read_text("ascii").split()) == 2


def test_a_damaged_erasure_list_stops_the_restore(office: Office, tmp_path: Path) -> None:
    made = saved(office)
    (tmp_path / "bad.list").write_text("no list at all")
    with pytest.raises(BackupRefused, match="erasure list"):
        restored(made, made, tmp_path / "new", tmp_path / "bad.list")
    assert not (tmp_path / "new").exists()


def test_files_of_erased_cases_stay_away(office: Office, tmp_path: Path) -> None:
    gone, stays = answered_case(office), answered_case(office, "Bleibt", 1_010_000)
    attached(office, case_of(office, gone), b"gone")
    attached(office, case_of(office, stays), b"stays")
    old = saved(office)
    assert withdraw(office.session, office.files, gone, TODAY)
    erased = office.files.data_dir / "erased.list"
    restored(old, old, tmp_path / "by list", erased)
    assert list(boxes_in(tmp_path / "by list").values()) == [b"stays"]
    restored(old, saved(office, 15), tmp_path / "by keys")
    assert list(boxes_in(tmp_path / "by keys").values()) == [b"stays"]
