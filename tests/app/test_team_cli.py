"""`hinsehen team`: an office of one comes back by two cards; refusals are one sentence each."""

from __future__ import annotations

import re
import subprocess
import tomllib
from base64 import b32decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock
from casework.access import case_for
from casework.doortokens import issue_form
from casework.integrity import look_over
from casework.members import Seen
from casework.models import CaseKey, RecoveryShare, Team
from casework.office import OfficeFiles
from casework.records import Answers
from casework.reporting import SentForm, send_report
from casework.signing_in import Typed, confirm_password, sign_in
from casework.sitting import Desk, Sitting, open_sitting
from casework.status import move_case
from casework.storage import begin_writing, make_engine
from casework.vocabulary import Notice, Status
from crypto.keys import new_seed, public_key
from crypto.primitives import totp_code
from crypto.recovery import new_card
from crypto.wordcode import HOLDER_CARD, card_words
from tests.app.test_cli import NAMES, run, shown

PASSWORD = "ein langes neues Passwort"


class Made(NamedTuple):
    folder: Path
    password: str
    secret: str
    cards: list[str]


def cards_in(text: str) -> list[str]:
    """The words of each card on the screen."""
    found = re.findall(r"Recovery card \d of \d.*:\n  (.+)\n  (.+)", text)
    return [" ".join(lines) for lines in found]


def team(*words: str, typed: list[str] | None = None) -> subprocess.CompletedProcess[str]:
    return run("team", *words, typed="".join(f"{line}\n" for line in typed or []))


@pytest.fixture
def made(tmp_path: Path) -> Made:
    folder = tmp_path / "office"
    told = run("init", "--data", str(folder), *NAMES, "--size", "small", "--on-screen")
    assert told.returncode == 0, told.stderr
    passwords, secrets = shown(told.stdout, "password:"), shown(told.stdout, "authenticator:")
    return Made(folder, passwords[0], secrets[0], cards_in(told.stdout))


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Session, Desk]]:
    files = OfficeFiles.load(folder)
    engine = make_engine(files.database)
    with Session(engine) as session:
        yield session, Desk(files, b"b" * 32)
    engine.dispose()


def fresh(
    session: Session, desk: Desk, name: str, password: str, secret: str, later: int = 0
) -> Sitting:
    now = clock.epoch_seconds() + later
    typed = Typed(name, password, totp_code(b32decode(secret), now))
    cookie, _ = sign_in(session, desk, typed, now)
    assert confirm_password(session, desk.boot_secret, cookie, password, None, now)
    sitting = open_sitting(session, desk, cookie, now)
    assert sitting is not None
    return sitting


def send_two_and_close_one(made: Made) -> None:
    with opened(made.folder) as (session, desk):
        files, today = desk.files, clock.today()
        for said in ("offen", "abgeschlossen"):
            form = issue_form(files.door_key, 1000)
            sent = SentForm(form.form_id, form.receipt, today, way_back=True)
            send_report(session, files, sent, Answers(what=said), "de", today)
        lena = fresh(session, desk, "lena", made.password, made.secret)
        for key in session.scalars(select(CaseKey)).all():
            case = case_for(session, lena, key.case_id.hex(), files.door_key, clock.now())
            if case.report.answers.what == "abgeschlossen":
                revision = case.stored.revision
                move_case(session, lena, case, Status.CLOSED, revision, clock.now())


def contents(folder: Path) -> list[bytes]:
    """The database's rows and the lock, as bytes that must stay the same."""
    with opened(folder) as (session, _):
        raw = session.connection().connection.driver_connection
        assert raw is not None
        dump = "\n".join(raw.iterdump()).encode("utf-8", "surrogateescape")
    return [dump, (folder / "teams.lock").read_bytes()]


def test_an_office_of_one_that_forgot_everything_comes_back_by_two_cards(made: Made) -> None:
    send_two_and_close_one(made)
    data = ["--data", str(made.folder)]
    lines = [made.cards[2], made.cards[0], "lena", PASSWORD, PASSWORD]
    told = team("recover", *data, typed=lines)
    assert told.returncode == 0, told.stderr
    assert "Nobody can read the audit chain any more" in told.stdout
    with opened(made.folder) as (session, desk):
        secret = shown(told.stdout, "authenticator:")[0]
        lena = fresh(session, desk, "lena", PASSWORD, secret)
        keys = session.scalars(select(CaseKey)).all()
        assert {key.epoch for key in keys} == {2}
        door = desk.files.door_key
        cases = [case_for(session, lena, k.case_id.hex(), door, clock.now()) for k in keys]
        assert {c.report.answers.what for c in cases} == {"offen", "abgeschlossen"}
        looked = look_over(session, desk.files, lena, Seen(), clock.today())
        assert [finding.notice for finding in looked.findings] == [Notice.RECOVERED]
    assert "team, epoch 2, members: 1" in team("status", *data).stdout


def test_refusals_are_one_sentence_with_the_reason_and_change_nothing(made: Made) -> None:
    data = ["--data", str(made.folder)]
    before = contents(made.folder)
    stranger = " ".join(card_words(HOLDER_CARD, new_card(), "de"))
    first, second, _ = made.cards
    new = ["nora", PASSWORD, PASSWORD]
    tried: list[tuple[list[str], str]] = [
        ([first, ""], "1 of 2 cards are too few"),
        ([first, first], "1 of 2 cards are too few"),
        ([stranger], "a card is wrong"),
        ([first, stranger], "a card is wrong"),
        ([first.replace(first.split()[0], "xyzzy", 1)], "Word 1 is in none of our lists"),
        (["heute heute"], "not the 12 words"),
        ([first, second, "uwe", PASSWORD, PASSWORD], "choose another"),
        ([first, second, "nora", "kurz", "kurz"], "at least 12"),
        ([first, second, "nora", PASSWORD, "anders als vorher"], "differ"),
    ]
    for typed, reason in tried:
        ended = team("recover", *data, typed=typed)
        assert ended.returncode == 1
        assert reason in ended.stderr
        assert len(ended.stderr.splitlines()) == 1, ended.stderr
        assert contents(made.folder) == before, reason
    assert team("recover", *data, typed=[first, second, *new]).returncode == 0


def test_what_somebody_changed_in_the_database_is_told(made: Made) -> None:
    data, cards = ["--data", str(made.folder)], made.cards[:2]
    with opened(made.folder) as (session, _):
        begin_writing(session)
        session.execute(update(RecoveryShare).values(epoch=7))
        session.commit()
    assert "are of epoch 7, the team is at epoch 1" in team("recover", *data, typed=cards).stderr
    with opened(made.folder) as (session, _):
        begin_writing(session)
        session.execute(update(RecoveryShare).values(epoch=1))
        row = session.scalars(select(Team).where(Team.takes_reports == 1)).one()
        row.public_key = public_key(new_seed())
        session.commit()
    assert "somebody changed the database" in team("recover", *data, typed=cards).stderr


def test_new_cards_ask_for_name_password_and_code_and_put_the_old_ones_out_of_use(
    made: Made, tmp_path: Path
) -> None:
    data = ["--data", str(made.folder)]
    now = clock.epoch_seconds()
    code = totp_code(b32decode(made.secret), now)
    assert team("recovery-setup", *data).returncode == 2
    wrong = team("recovery-setup", *data, "--on-screen", typed=["lena", "falsch", code])
    assert "Name, password or code is wrong" in wrong.stderr
    pdf = tmp_path / "cards.pdf"
    refused = team("recovery-setup", *data, "--sheets", str(pdf), typed=["lena", "falsch", code])
    assert (refused.returncode, pdf.exists()) == (1, False)
    typed = ["lena", made.password, code, "1"]
    holders = ["--holder", "Frau Notar", "--holder", "Herr Dekan"]
    told = team("recovery-setup", *data, "--plan", "3-of-5", "--on-screen", *holders, typed=typed)
    assert told.returncode == 0, told.stderr
    assert "for Frau Notar" in told.stdout
    old = team("recover", *data, typed=made.cards[:2])
    assert "was replaced by newer ones" in old.stderr
    assert "team, epoch 1, members: 1, under the newest key: 0 of 0, recovery cards: 3 of 5" in (
        team("status", *data).stdout
    )
    again = team("recover", *data, typed=[*cards_in(told.stdout)[1:4], "nora", PASSWORD, PASSWORD])
    assert again.returncode == 0, again.stderr


def test_init_writes_the_cards_to_a_file_and_the_size_to_the_configuration(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "office"
    told = run("init", "--data", str(folder), *NAMES)
    sheets = folder / "recovery-cards.pdf"
    assert str(sheets) in told.stdout
    assert "delete it" in told.stdout
    assert "hinsehen backup-card" in told.stdout
    assert sheets.read_bytes().startswith(b"%PDF")
    assert sheets.stat().st_mode & 0o077 == 0
    settings = tomllib.loads((folder / "config.toml").read_text("utf-8"))
    assert settings["office"]["size"] == "small"


def test_a_larger_office_makes_its_cards_later(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    told = run("init", "--data", str(folder), *NAMES, "--size", "team")
    assert "hinsehen team recovery-setup" in told.stdout
    assert not (folder / "recovery-cards.pdf").exists()
    assert "recovery cards: 2" not in team("status", "--data", str(folder)).stdout
    ended = team("recover", "--data", str(folder), typed=["heute " * 12])
    assert ended.returncode == 1
