"""What is no backup of this office is refused by one error, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from casework.backup import MadeBackup
from casework.backup_file import (
    FilePiece,
    Frame,
    Manifest,
    Rows,
    StoredFile,
    read_backup,
    write_backup,
)
from casework.backup_parts import Part
from casework.errors import BackupRefused, BackupUnreadable
from crypto.keys import new_id, public_key
from tests.casework.backups import (
    CARD,
    answered_case,
    attached,
    case_of,
    everything,
    restored,
    saved,
)
from tests.casework.conftest import Office


def test_an_office_is_never_restored_over_another(office: Office, tmp_path: Path) -> None:
    made = saved(office)
    before = everything(office)
    with pytest.raises(BackupRefused, match="already an office"):
        restored(made, made, office.files.data_dir)
    assert everything(office) == before
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "door.key").write_bytes(b"x" * 32)
    with pytest.raises(BackupRefused):
        restored(made, made, tmp_path / "half")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def cut_to_the_head(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:20])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def lengthened(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def altered(at: int) -> Callable[[Path], None]:
    def alter(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[at] ^= 1
        path.write_bytes(data)

    return alter


DAMAGE: dict[str, Callable[[Path], None]] = {
    "last byte missing": cut,
    "head alone": cut_to_the_head,
    "empty": emptied,
    "one byte more": lengthened,
    "version": altered(2),
    "part": altered(3),
    "backup id": altered(5),
    "wrap": altered(700),
    "first chunk": altered(1300),
    "last chunk": altered(-1),
}


@pytest.mark.parametrize("part", list(Part))
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_refused_and_nothing_written(
    office: Office, tmp_path: Path, damage: Callable[[Path], None], part: Part
) -> None:
    made = saved(office)
    damage(made.keys if part is Part.KEYS else made.content)
    with pytest.raises(BackupUnreadable):
        restored(made, made, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_wrong_card_is_refused(office: Office, tmp_path: Path) -> None:
    made = saved(office)
    with pytest.raises(BackupUnreadable):
        restored(made, made, tmp_path / "new", secret=b"d" * 32)
    assert not (tmp_path / "new").exists()


def test_swapped_files_are_refused(office: Office, tmp_path: Path) -> None:
    made = saved(office)
    twisted = made._replace(content=made.keys, keys=made.content)
    for content, keys in ((twisted, twisted), (made, twisted), (twisted, made)):
        with pytest.raises(BackupUnreadable):
            restored(content, keys, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_head_of_one_backup_does_not_fit_the_body_of_another(
    office: Office, tmp_path: Path
) -> None:
    first, second = saved(office), saved(office, 1)
    head = first.keys.read_bytes()[: 20 + 1180]
    second.keys.write_bytes(head + second.keys.read_bytes()[len(head) :])
    with pytest.raises(BackupUnreadable):
        restored(second, second, tmp_path / "new")


def rewritten(made: MadeBackup, part: Part, change: Callable[[Frame], list[Frame]]) -> None:
    """What somebody with the public key alone can do: a file of their own frames."""
    path = made.keys if part is Part.KEYS else made.content
    with path.open("rb") as file:
        read = read_backup(file, CARD, part)
        frames = [new for old in (read.manifest, *read.frames) for new in change(old)]
    with path.open("wb") as target:
        write_backup(target, public_key(CARD), part, read.backup_id, frames)


def of_another_office(frame: Frame) -> list[Frame]:
    if isinstance(frame, Manifest):
        return [Manifest(frame.date, frame.revision, new_id(), frame.counts)]
    return [frame]


def with_a_path(frame: Frame) -> list[Frame]:
    more = StoredFile("../door.key", b"x" * 32)
    return [frame, more] if isinstance(frame, Manifest) else [frame]


def with_a_file_twice(frame: Frame) -> list[Frame]:
    return [frame, frame] if isinstance(frame, StoredFile) else [frame]


def without_files(frame: Frame) -> list[Frame]:
    return [] if isinstance(frame, StoredFile) else [frame]


def with_a_sitting(frame: Frame) -> list[Frame]:
    columns = ["id", "member_mark", "box", "label_box"]
    more = Rows("sitting", columns, [(b"i" * 16, b"m" * 16, b"b", b"l")])
    return [frame, more] if isinstance(frame, Manifest) else [frame]


def with_a_foreign_column(frame: Frame) -> list[Frame]:
    if isinstance(frame, Rows) and frame.table == "team":
        return [Rows("team", [*frame.columns[:-1], "x) --"], frame.rows)]
    return [frame]


def with_short_rows(frame: Frame) -> list[Frame]:
    if isinstance(frame, Rows) and frame.table == "team":
        return [Rows("team", frame.columns, [row[:-1] for row in frame.rows])]
    return [frame]


def with_words_for_numbers(frame: Frame) -> list[Frame]:
    if isinstance(frame, Rows) and frame.table == "team":
        at = frame.columns.index("epoch")
        return [Rows("team", frame.columns, [(*r[:at], "x", *r[at + 1 :]) for r in frame.rows])]
    return [frame]


def without_members(frame: Frame) -> list[Frame]:
    return [] if isinstance(frame, Rows) and frame.table == "member" else [frame]


def without_a_manifest(frame: Frame) -> list[Frame]:
    return [] if isinstance(frame, Manifest) else [frame]


@pytest.mark.parametrize(
    "change",
    [
        of_another_office,
        with_a_path,
        with_a_file_twice,
        without_files,
        with_a_sitting,
        with_a_foreign_column,
        with_short_rows,
        with_words_for_numbers,
        without_members,
        without_a_manifest,
    ],
    ids=lambda change: change.__name__,
)
def test_a_forged_keys_file_is_refused_and_nothing_written(
    office: Office, tmp_path: Path, change: Callable[[Frame], list[Frame]]
) -> None:
    made = saved(office)
    rewritten(made, Part.KEYS, change)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BackupUnreadable):
        restored(made, made, tmp_path / "new")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_backup_of_a_newer_program_is_refused_by_its_own_sentence(
    office: Office, tmp_path: Path
) -> None:
    made = saved(office)

    def newer(frame: Frame) -> list[Frame]:
        if isinstance(frame, Manifest):
            return [Manifest(frame.date, "9999", frame.office, frame.counts)]
        return [frame]

    rewritten(made, Part.KEYS, newer)
    with pytest.raises(BackupRefused, match="newer version"):
        restored(made, made, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_content_file_cannot_bring_files(office: Office, tmp_path: Path) -> None:
    made = saved(office)
    rewritten(made, Part.CONTENT, lambda f: [f, StoredFile("door.key", b"x" * 32)])
    restored(made, made, tmp_path / "new")
    assert (tmp_path / "new" / "door.key").read_bytes() == office.files.door_key


def test_a_forged_content_file_does_not_write_a_box_twice(office: Office, tmp_path: Path) -> None:
    case_id = case_of(office, answered_case(office))
    for box in (b"one", b"two"):
        attached(office, case_id, box)
    made = saved(office)
    pieces: list[Frame] = []

    def again(frame: Frame) -> list[Frame]:
        pieces.extend([frame] if isinstance(frame, FilePiece) else [])
        return [frame, pieces[0]] if len(pieces) == 2 else [frame]

    rewritten(made, Part.CONTENT, again)
    with pytest.raises(BackupUnreadable):
        restored(made, made, tmp_path / "new")
    assert not (tmp_path / "new").exists()
