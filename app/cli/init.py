"""`hinsehen init`: an office with its first team, first lead and an admin who holds no key."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import click
from sqlalchemy.orm import Session

from app import clock
from app.cli.handing_out import hand_out, open_file
from app.cli.new_account import code_secret
from app.sheets import CannotPrint, NewFile, card_sheets
from casework.founding import add_person, open_books
from casework.members import NewMember, Profile
from casework.office import OfficeFiles, create_office, is_office
from casework.recovery import PLANS, found_recovery
from casework.storage import begin_writing, make_engine
from casework.teams import TeamSeeds, add_team
from casework.vocabulary import StaffRole, TeamKind
from crypto.primitives import random_bytes
from crypto.receipt import new_receipt, words

LONGEST_NAME = 80
AUDITORS = "Datenschutz"
SIZES = ("small", "team")
PLAN = PLANS["2-of-3"]
CARDS_FILE = "recovery-cards.pdf"


class Names(NamedTuple):
    """Who the office begins with."""

    office: str
    team: str
    lead: str
    admin: str


class Beginning(NamedTuple):
    """How the office begins. What is None is asked at a terminal, else small with cards."""

    names: Names
    size: str | None = None
    cards: bool | None = None
    sheets: Path | None = None
    on_screen: bool = False


class InitRefused(Exception):
    """The office cannot be made; the message is one sentence."""


def run_init(data: Path, begin: Beginning) -> int:
    """Make the office, write its configuration, and show each secret once."""
    names = begin.names
    _check(data, names)
    size, with_cards = _asked(begin)
    file = _cards_file(data, begin) if with_cards else None
    try:
        made = _make(data, names, with_cards)
    except BaseException:
        if file is not None:
            file.give_up()
        raise
    config = _write_config(data, names.office, size)
    click.echo("\n\n".join([f"The office is made in {data}.", *made.shown, ""]))
    if made.cards:
        title = names.office, names.team
        hand_out(file, card_sheets(made.cards, (), PLAN.threshold, title, clock.today(), data))
    else:
        click.echo(f"No recovery cards yet: hinsehen team recovery-setup --data {data}")
    click.echo(
        "\nThese passwords and codes are shown only now. Nobody can look them up."
        f"\nNext: hinsehen backup-card --data {data}, then hinsehen doctor --data {data},"
        f"\nthen hinsehen serve --config {config}"
    )
    return 0


class _Made(NamedTuple):
    shown: list[str]
    cards: tuple[bytes, ...]


def _make(data: Path, names: Names, with_cards: bool) -> _Made:
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
        cards = found_recovery(session, team, PLAN) if with_cards else ()
        open_books(session, names.team, team, TeamKind.TEAM)
        session.commit()
    engine.dispose()
    return _Made(shown, cards)


def _asked(begin: Beginning) -> tuple[str, bool]:
    """The size, and whether cards are made now; small offices have nobody else to bring keys."""
    at_terminal, size, cards = sys.stdin.isatty(), begin.size, begin.cards
    if size is None:
        question = "Size: small (one person does all) or team"
        choice = click.Choice(SIZES)
        size = click.prompt(question, type=choice, default=SIZES[0]) if at_terminal else SIZES[0]
    if cards is None:
        cards = size == SIZES[0] or begin.on_screen or begin.sheets is not None
        if at_terminal:
            cards = click.confirm("Make recovery cards now, 2 of 3?", default=cards)
    return str(size), cards


def _cards_file(data: Path, begin: Beginning) -> NewFile | None:
    """Where the cards go; on the screen when no file was named and none can be printed."""
    if begin.on_screen:
        return None
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        return open_file(begin.sheets or data / CARDS_FILE)
    except CannotPrint as problem:
        if begin.sheets is not None:
            raise InitRefused(str(problem)) from None
        return None


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
    return (
        f"{role.value}: {name.strip()}\n  password:      {password}"
        f"\n{code_secret(name.strip(), totp)}"
    )


def _write_config(data: Path, office: str, size: str) -> Path:
    file = data / "config.toml"
    quoted = office.replace("\\", "\\\\").replace('"', '\\"')
    lines = ["[office]", f'name = "{quoted}"', f'size = "{size}"', "", "[storage]"]
    lines += [f"data_dir = '{data.resolve()}'", ""]
    text = "\n".join(lines)
    tomllib.loads(text)
    file.write_text(f"# All settings: config.example.toml\n{text}", encoding="utf-8")
    file.chmod(0o600)
    return file
