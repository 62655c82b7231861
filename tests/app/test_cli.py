"""The command: help on one screen, errors in one sentence, an office that is well when made."""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import b32decode
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app import clock
from casework.errors import SignInRefused
from casework.office import SECRET_FILES, OfficeFiles
from casework.signing_in import Typed, sign_in
from casework.sitting import Desk, Sitting
from casework.storage import make_engine
from crypto.primitives import totp_code
from tests.demo_office import ROOT, free_ports

HINSEHEN = [sys.executable, "-c", "from app.cli.main import main; main()"]
NAMES = ["--office", "Beratung", "--team", "Nord", "--lead", "lena", "--admin", "uwe"]


def run(*words: str, typed: str | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*HINSEHEN, *words],
        cwd=ROOT,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        input=typed or "",
        check=False,
    )


def init(folder: Path) -> subprocess.CompletedProcess[str]:
    return run("init", "--data", str(folder), *NAMES)


def shown(text: str, label: str) -> list[str]:
    return [line.split()[-1] for line in text.splitlines() if line.strip().startswith(label)]


def sitting_of(folder: Path, name: str, password: str, secret: str) -> Sitting:
    files = OfficeFiles.load(folder)
    engine = make_engine(files.database)
    now = clock.epoch_seconds()
    code = totp_code(b32decode(secret), now)
    with Session(engine) as session:
        _, sitting = sign_in(session, Desk(files, b"b" * 32), Typed(name, password, code), now)
    engine.dispose()
    return sitting


def test_help_fits_on_one_screen_and_names_every_command() -> None:
    told = run("--help").stdout
    assert len(told.splitlines()) <= 24
    assert all(len(line) <= 80 for line in told.splitlines())
    for command in ("bench", "demo", "doctor", "init", "serve", "team"):
        assert f"\n  {command}" in told


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nonsense"], 2, "nonsense"),
        (["demo", "--desk-port", "0"], 2, "desk-port"),
        (["serve", "--data", "no-such-office"], 1, "hinsehen init"),
        (["serve", "--config", "no-such-file.toml"], 1, "no-such-file.toml"),
        (["init", "--data", "x", "--office", "a"], 1, "stopped"),
        (["bench", "speed"], 2, "speed"),
    ],
)
def test_an_error_is_one_sentence(words: list[str], code: int, said: str) -> None:
    ended = run(*words)
    assert ended.returncode == code
    lines = [line for line in ended.stderr.splitlines() if line.startswith("hinsehen: ")]
    assert len(lines) == 1
    assert said in lines[0]
    assert "Traceback" not in ended.stderr


def test_an_office_is_made_with_a_lead_who_opens_cases_and_an_admin_who_does_not(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "office"
    told = init(folder)
    assert told.returncode == 0, told.stderr
    passwords, secrets = shown(told.stdout, "password:"), shown(told.stdout, "authenticator:")
    lead = sitting_of(folder, "lena", passwords[0], secrets[0])
    admin = sitting_of(folder, "uwe", passwords[1], secrets[1])
    assert [team.name for team in lead.case_teams] == ["Nord"]
    assert admin.teams == ()
    with pytest.raises(SignInRefused):
        sitting_of(folder, "lena", passwords[1], secrets[0])
    for name in SECRET_FILES:
        assert (folder / name).stat().st_mode & 0o077 == 0
    assert passwords[0].encode() not in b"".join(
        file.read_bytes() for file in folder.iterdir() if file.is_file()
    )


def test_an_office_is_never_made_over_another(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    assert init(folder).returncode == 0
    again = init(folder)
    assert again.returncode == 1
    assert "already an office" in again.stderr


@pytest.mark.parametrize(("lead", "admin"), [("lena", "LENA"), (" ", "uwe"), ("x" * 81, "uwe")])
def test_names_are_checked_before_anything_is_made(tmp_path: Path, lead: str, admin: str) -> None:
    names = ["--office", "B", "--team", "N", "--lead", lead, "--admin", admin]
    assert run("init", "--data", str(tmp_path / "office"), *names).returncode == 1
    assert not (tmp_path / "office").exists()


def test_a_new_office_is_well_and_the_doctor_names_what_mends_it(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    assert "hinsehen init" in run("doctor", "--data", str(folder)).stdout
    init(folder)
    well = run("doctor", "--data", str(folder))
    assert (well.returncode, "wrong" in well.stdout) == (0, False)
    (folder / "door.key").chmod(0o644)
    sick = run("doctor", "--data", str(folder))
    assert sick.returncode == 1
    command = sick.stdout.split("; run ")[1].split()
    assert command[0] == "chmod"
    subprocess.run(command, check=True)
    assert run("doctor", "--data", str(folder)).returncode == 0


def test_the_doctor_sees_a_damaged_and_a_missing_database(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    init(folder)
    database = folder / "office.sqlite"
    database.write_bytes(b"no database at all" * 500)
    for mark in ("-wal", "-shm"):
        database.with_name(database.name + mark).unlink(missing_ok=True)
    assert "damaged" in run("doctor", "--data", str(folder)).stdout
    database.unlink()
    assert "missing" in run("doctor", "--data", str(folder)).stdout


def test_an_office_serves_with_the_configuration_that_init_wrote(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    init(folder)
    one, two = free_ports()
    ports = {"HINSEHEN_REPORTER__PORT": str(one), "HINSEHEN_DESK__PORT": str(two)}
    with subprocess.Popen(
        [*HINSEHEN, "serve", "--data", str(folder)],
        cwd=ROOT,
        env=os.environ | ports,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stderr is not None
        assert server.stderr.readline() == f"Reporters: http://127.0.0.1:{one}\n"
        server.terminate()
        assert server.wait(30) == 0
