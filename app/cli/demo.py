"""`hinsehen demo`: an office to try, filled with invented cases through the real intake."""

from __future__ import annotations

import json
import secrets
import sys
from base64 import b32encode
from datetime import date
from importlib.resources import files as resources
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from app import clock
from app.cli.serve import doors_of
from app.config import Config, Door, Office
from app.serving import serve
from casework.office import NewTeam, OfficeFiles, Profile, add_member, add_team, create_office
from casework.records import Answers
from casework.reporting import SentForm, send_report
from casework.storage import begin_writing, make_engine
from casework.vocabulary import Area, Ground, Phenomenon, Role, StaffRole, Wish
from crypto.keys import new_id
from crypto.receipt import new_receipt, words

PEOPLE = (
    ("anna", StaffRole.COUNSELLOR, 0),
    ("ayse", StaffRole.COUNSELLOR, 0),
    ("lena", StaffRole.LEAD, 0),
    ("ben", StaffRole.COUNSELLOR, 1),
    ("uwe", StaffRole.ADMIN, None),
)
TEAMS = ("Team Nord", "Team Süd")
ACCOUNTS = "demo-accounts.json"


class _Person(NamedTuple):
    name: str
    role: StaffRole
    team: str
    password: str
    totp: bytes

    def told(self) -> dict[str, str | None]:
        return {
            "name": self.name,
            "role": self.role.value,
            "team": self.team,
            "password": self.password,
            "totp_secret": b32encode(self.totp).decode(),
            "card": None,
        }


def run_demo(data: Path, reporter_port: int, desk_port: int, cases: int | None, empty: bool) -> int:
    """Make the office where there is none, and serve it until asked to stop."""
    accounts = data / ACCOUNTS
    if accounts.exists():
        office, people = OfficeFiles.load(data), json.loads(accounts.read_text("utf-8"))
    else:
        office = create_office(data)
        people = _furnish(office, 0 if empty else cases)
        accounts.write_text(json.dumps(people), encoding="utf-8")
    config = Config(
        office=Office(name="Beratungsstelle (Vorführung)"),
        reporter=Door(port=reporter_port),
        desk=Door(port=desk_port, url=f"http://localhost:{desk_port}"),
    )
    reporter, desk = config.reporter.public_url, config.desk.public_url

    def say_ready() -> None:
        print(f"Reporters: {reporter}\nDesk: {desk}", file=sys.stderr)
        for one in people:
            print(f"  {one['name']} ({one['role']}): {one['password']}", file=sys.stderr)
        line = {"ready": True, "reporter": reporter, "desk": desk, "accounts": people}
        print(json.dumps(line, ensure_ascii=False), flush=True)

    return serve(doors_of(config, office), say_ready)


def _furnish(office: OfficeFiles, cases: int | None) -> list[dict[str, str | None]]:
    engine = make_engine(office.database)
    with Session(engine) as session:
        begin_writing(session)
        teams = [add_team(session, name, takes_reports=name == TEAMS[0]) for name in TEAMS]
        people = [_add(session, office, teams, *one) for one in PEOPLE]
        session.commit()
        _send_samples(session, office, cases)
    engine.dispose()
    return [person.told() for person in people]


def _add(
    session: Session,
    office: OfficeFiles,
    teams: list[NewTeam],
    name: str,
    role: StaffRole,
    place: int | None,
) -> _Person:
    password = "-".join(words(new_receipt(), "de")[:6])
    totp = secrets.token_bytes(20)
    own = () if place is None else (teams[place],)
    add_member(session, office.desk_key, Profile(name, role, totp), password, own)
    return _Person(name, role, "" if place is None else TEAMS[place], password, totp)


def narratives() -> list[dict[str, Any]]:
    """The invented reports that ship with the program."""
    text = resources("app.cli").joinpath("narratives.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _send_samples(session: Session, office: OfficeFiles, cases: int | None) -> None:
    told, today = narratives(), clock.today()
    for number in range(len(told) if cases is None else cases):
        one = told[number % len(told)]
        # Cases by variation go without a way back: no Argon2id, thousands in seconds.
        receipt = new_receipt() if cases is None else None
        form = SentForm(new_id(), receipt, today)
        day = min(date.fromisoformat(one["date"]), today)
        send_report(session, office.receipt_salt, form, _answers(one), one["lang"], day)


def _answers(one: dict[str, Any]) -> Answers:
    return Answers(
        what=one["text"],
        when=one["date"],
        municipality=one["ags"] or "online",
        grounds=tuple(Ground(code) for code in one["grounds"]),
        phenomena=tuple(Phenomenon(code) for code in one["phen"]),
        area=Area(one["area"]),
        role=Role(one["role"]),
        wishes=tuple(Wish(code) for code in one["wish"]),
    )
