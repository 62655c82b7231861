"""The commands around backups, as an operator types them; a running office can be backed up."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from casework.audit import chain_end
from casework.office import OfficeFiles
from casework.restore import read_note
from casework.storage import make_engine
from crypto.wordcode import BACKUP_CARD, read_card
from tests.app.test_cli import HINSEHEN, init, run
from tests.demo_office import ROOT, Visitor, running_demo, signed_in


def card_on(printed: str) -> str:
    """The 24 words that stand under the first language."""
    lines = printed.splitlines()
    return " ".join(" ".join(lines[1:5]).split())


def typed_restore(card: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*HINSEHEN, "restore", *words],
        cwd=ROOT,
        input=f"{card}\n",
        capture_output=True,
        text=True,
        check=False,
    )


def files_of(folder: Path) -> list[str]:
    content, keys = sorted(folder.glob("*.backup"))
    return ["--content", str(content), "--keys", str(keys)]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    assert init(folder).returncode == 0
    return folder


def test_the_card_is_shown_once_in_two_languages_and_its_secret_is_kept_nowhere(
    office: Path,
) -> None:
    shown = run("backup-card", "--data", str(office))
    assert shown.returncode == 0
    german, english = shown.stdout.split("English:\n")
    secret = read_card(BACKUP_CARD, card_on(german))
    assert read_card(BACKUP_CARD, " ".join(english.split("\n\n")[0].split())) == secret
    assert "only now" in shown.stdout
    for file in office.rglob("*"):
        assert not file.is_file() or secret not in file.read_bytes()
    again = run("backup-card", "--data", str(office))
    assert (again.returncode, again.stdout) == (1, "")
    assert "--again" in again.stderr
    assert "earlier card" in run("backup-card", "--data", str(office), "--again").stdout


def test_an_office_is_backed_up_and_restored_by_its_card(office: Path, tmp_path: Path) -> None:
    card = card_on(run("backup-card", "--data", str(office)).stdout)
    made = run("backup", "--data", str(office), "--to", str(tmp_path / "stick"))
    assert made.returncode == 0, made.stderr
    assert "Cases: 0" in made.stdout
    told = typed_restore(card, *files_of(tmp_path / "stick"), "--to", str(tmp_path / "new"))
    assert told.returncode == 0, told.stderr
    assert "Missing: 0 cases, 0 records, 0 files." in told.stdout
    assert card not in told.stdout + told.stderr
    assert "No erasure list" in told.stdout
    assert read_note(tmp_path / "new") is not None
    assert "wrong" not in run("doctor", "--data", str(tmp_path / "new")).stdout


def test_mistakes_are_told_in_one_sentence_and_write_nothing(office: Path, tmp_path: Path) -> None:
    data = ["--data", str(office)]
    card = card_on(run("backup-card", *data).stdout)
    assert run("backup", *data).returncode == 0
    files, to = files_of(office / "backups"), ["--to", str(tmp_path / "new")]
    swapped = [files[0], files[3], files[2], files[1]]
    other = card_on(run("backup-card", *data, "--again").stdout)
    first, *others = card.split()
    tries = [
        (typed_restore(other, *files, *to), 1, "do not open with this card"),
        (typed_restore(card, *swapped, *to), 1, "do not open with this card"),
        (typed_restore(f"xxxxxxx {' '.join(others)}", *files, *to), 1, "Word 1"),
        (typed_restore(first, *files, *to), 1, "24 words"),
        (typed_restore("", *files, *to), 1, "24 words"),
        (typed_restore(card, *files, "--to", str(office)), 1, "already an office"),
        (typed_restore(card, *files[:2], *to), 2, "--keys"),
        (typed_restore(card, "--content", "no-file", *files[2:], *to), 2, "no-file"),
        (typed_restore(card, *files, *to, "--erased", str(office / "door.key")), 1, "erasure list"),
        (run("backup", "--data", str(tmp_path / "none")), 1, "no office"),
        (run("backup", *data, "--keep-keys", "15"), 2, "15"),
    ]
    for ended, code, said in tries:
        lines = [line for line in ended.stderr.splitlines() if line.startswith("hinsehen: ")]
        assert ended.returncode == code, ended.stderr
        assert len(lines) == 1
        assert said in lines[0]
        assert "Traceback" not in ended.stderr
    assert not (tmp_path / "new").exists()


def test_there_is_no_backup_before_there_is_a_card(office: Path) -> None:
    ended = run("backup", "--data", str(office))
    assert ended.returncode == 1
    assert "hinsehen backup-card" in ended.stderr
    assert not (office / "backups").exists()


def test_the_doctor_asks_for_card_and_backup_and_is_then_content(office: Path) -> None:
    data = ["--data", str(office)]
    assert "hinsehen backup-card" in run("doctor", *data).stdout
    run("backup-card", *data)
    assert "no backup" in run("doctor", *data).stdout
    run("backup", *data)
    assert "backup" not in run("doctor", *data).stdout
    for file in (office / "backups").iterdir():
        file.rename(file.with_name(f"hinsehen-2020-01-01-{file.name.split('-')[-1]}"))
    assert "the newest backup" in run("doctor", *data).stdout


def test_the_doctor_says_when_an_erasure_is_not_final_and_what_makes_it_so(office: Path) -> None:
    data = ["--data", str(office)]
    run("backup-card", *data)
    run("backup", *data)
    hour = 3600
    erased = office / "erased.list"
    erased.write_text(f"{'ab' * 16}\n")
    an_hour_ago = time.time() - hour
    for keys in (office / "backups").glob("*-keys.backup"):
        os.utime(keys, (an_hour_ago - hour, an_hour_ago - hour))
    os.utime(erased, (an_hour_ago, an_hour_ago))
    told = run("doctor", *data)
    assert told.returncode == 0
    assert "erased cases are still in the backup" in told.stdout
    command = told.stdout.split("; run hinsehen ")[1].split(",")[0].split()
    assert run(*command).returncode == 0
    assert "erased" not in run("doctor", *data).stdout


def test_a_running_office_can_be_backed_up(tmp_path: Path) -> None:
    with running_demo(tmp_path / "demo") as demo:
        anna, data = signed_in(demo, "anna"), ["--data", str(demo.data)]
        card = card_on(run("backup-card", *data).stdout)
        made = run("backup", *data)
        assert made.returncode == 0, made.stderr
        assert "Cases: 12." in made.stdout
        assert anna.get("/cases").status == 200
        assert Visitor(demo.reporter).get("/readyz").text == "ok"
    files = files_of(tmp_path / "demo" / "backups")
    told = typed_restore(card, *files, "--to", str(tmp_path / "new"))
    assert told.returncode == 0, told.stderr
    # The accounts of a demo are no part of an office.
    accounts = "demo-accounts.json"
    (tmp_path / "new" / accounts).write_text((demo.data / accounts).read_text("utf-8"))
    with running_demo(tmp_path / "new") as demo:
        visitor = signed_in(demo, "lena")
        assert visitor.get("/cases").text.count("data-case=") == 12


def test_the_audit_chain_is_checked_without_any_key(tmp_path: Path) -> None:
    with running_demo(tmp_path / "demo") as demo:
        data = ["--data", str(demo.data)]
        anna = signed_in(demo, "anna")
        case = anna.get("/cases").text.split('data-case="')[1].split('"')[0]
        assert anna.get(f"/cases/{case}").status == 200
    whole = run("audit", "verify", *data)
    assert whole.returncode == 0, whole.stderr
    noted = whole.stdout.split(": ", 1)[1].split()
    engine = make_engine(OfficeFiles.load(demo.data).database)
    with Session(engine) as session:
        end = chain_end(session)
        assert noted == ["--seq", str(end.seq), "--head", end.digest.hex()]
        assert run("audit", "verify", *data, *noted).returncode == 0
        forged = run("audit", "verify", *data, *noted[:3], "00" * 32)
        assert (forged.returncode, f"entry {end.seq}." in forged.stdout) == (1, True)
        further = run("audit", "verify", *data, "--seq", str(end.seq + 5), *noted[2:])
        assert (further.returncode, f"entry {end.seq + 1}." in further.stdout) == (1, True)
        session.connection().exec_driver_sql("update audit_entry set box = x'00' where seq = 1")
        session.commit()
    engine.dispose()
    broken = run("audit", "verify", *data)
    assert (broken.returncode, broken.stdout) == (1, "The chain is broken at entry 1.\n")


@pytest.mark.parametrize(
    "noted", [["--seq", "1"], ["--head", "00" * 32], ["--seq", "1", "--head", "zz"], ["--seq", "0"]]
)
def test_a_half_noted_entry_is_a_usage_error(office: Path, noted: list[str]) -> None:
    ended = run("audit", "verify", "--data", str(office), *noted)
    assert ended.returncode == 2
    assert ended.stderr.startswith("hinsehen: ")


def test_a_new_office_has_an_empty_chain(office: Path) -> None:
    told = run("audit", "verify", "--data", str(office))
    assert (told.returncode, told.stdout) == (0, "The chain has no entry yet.\n")
