"""`hinsehen init`: an office with its first team, first lead and an admin who holds no key."""

from __future__ import annotations

import tomllib
from base64 import b32encode
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import click
from sqlalchemy.orm import Session

from app import clock
from casework.founding import add_person, open_books
from casework.members import NewMember, Profile
from casework.office import OfficeFiles, create_office, is_office
from casework.storage import begin_writing, make_engine
from casework.teams import TeamSeeds, add_team
from casework.vocabulary import StaffRole, TeamKind
from crypto.primitives import random_bytes
from crypto.receipt import new_receipt, words

LONGEST_NAME = 80
AUDITORS = "Datenschutz"


class Names(NamedTuple):
    """Who the office begins with."""

    office: str
    team: str
    lead: str
    admin: str


class InitRefused(Exception):
    """The office cannot be made; the message is one sentence."""


def run_init(data: Path, names: Names) -> int:
    """Make the office, write its configuration, and show each secret once."""
    _check(data, names)
    office = create_office(data)
    engine = make_engine(office.database)
    with Session(engine) as session:
        begin_writing(session)
        team = add_team(session, office.lock, names.team, takes_reports=True)
        chain = add_team(session, office.lock, AUDITORS, False, TeamKind.AUDIT)
        shown = [
            _person(session, office, names.lead, StaffRole.LEAD, (team, chain)),
            _person(session, office, names.admin, StaffRole.ADMIN, ()),
        ]
        open_books(session, names.team, team, TeamKind.TEAM)
        session.commit()
    engine.dispose()
    config = _write_config(data, names.office)
    click.echo("\n\n".join([f"The office is made in {data}.", *shown]))
    click.echo(
        "\nThese passwords and codes are shown only now. Nobody can restore them."
        f"\nNext: hinsehen doctor --data {data}, then hinsehen serve --config {config}"
    )
    return 0


def _check(data: Path, names: Names) -> None:
    if is_office(data):
        raise InitRefused(f"There is already an office in {data}.")
    for name in names:
        if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
            raise InitRefused(f"A name has 1 to {LONGEST_NAME} signs; this one has not: {name!r}.")
    if names.lead.strip().casefold() == names.admin.strip().casefold():
        raise InitRefused("Lead and admin need different names: they are different accounts.")


def _person(
    session: Session, office: OfficeFiles, name: str, role: StaffRole, teams: tuple[TeamSeeds, ...]
) -> str:
    password, totp = "-".join(words(new_receipt(), "de")), random_bytes(20)
    new = NewMember(Profile(name.strip(), role, totp), password)
    add_person(session, office, new, teams, clock.today())
    secret = b32encode(totp).decode()
    address = f"otpauth://totp/Hinsehen:{quote(name.strip())}?secret={secret}&issuer=Hinsehen"
    return (
        f"{role.value}: {name.strip()}\n  password:      {password}"
        f"\n  authenticator: {secret}\n                 {address}"
    )


def _write_config(data: Path, office: str) -> Path:
    file = data / "config.toml"
    quoted = office.replace("\\", "\\\\").replace('"', '\\"')
    lines = ["[office]", f'name = "{quoted}"', "", "[storage]"]
    lines += [f"data_dir = '{data.resolve()}'", ""]
    text = "\n".join(lines)
    tomllib.loads(text)
    file.write_text(f"# All settings: config.example.toml\n{text}", encoding="utf-8")
    file.chmod(0o600)
    return file
