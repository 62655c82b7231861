"""`hinsehen demo`: an office to try, filled with invented cases through the real intake."""

from __future__ import annotations

import json
import os
import shutil
import sys
from base64 import b32encode
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from app import clock
from app.cli.sample_cases import send_samples, send_variations
from app.cli.serve import doors_of, settle_office
from app.config import Config, Door, Office
from app.serving import CannotServe, refuse_taken_ports, serve
from casework.casebook import make_cards
from casework.founding import add_person, open_books
from casework.members import NewMember, Profile
from casework.office import OfficeFiles, create_office
from casework.sitting import OpenTeam
from casework.storage import begin_writing, make_engine
from casework.teams import TeamSeeds, add_team
from casework.vocabulary import StaffRole, TeamKind
from crypto.primitives import random_bytes
from crypto.receipt import new_receipt, words
from crypto.wordcode import KEY_CARD, card_words

PEOPLE = (
    ("anna", StaffRole.COUNSELLOR, 0),
    ("ayse", StaffRole.COUNSELLOR, 0),
    ("lena", StaffRole.LEAD, 0),
    ("ben", StaffRole.COUNSELLOR, 1),
    ("dora", StaffRole.AUDITOR, 2),
    ("uwe", StaffRole.ADMIN, None),
)
TEAMS = (
    ("Team Nord", TeamKind.TEAM),
    ("Ombudsstelle Süd", TeamKind.OMBUDS),
    ("Datenschutz", TeamKind.AUDIT),
)
WITH_KEY_CARDS = TeamKind.OMBUDS
ACCOUNTS = "demo-accounts.json"
PASSWORD_WORDS = 6

Accounts = list[dict[str, str | None]]


class _Person(NamedTuple):
    name: str
    role: StaffRole
    team: str
    password: str
    totp: bytes
    device_secret: bytes | None

    def told(self) -> dict[str, str | None]:
        return {
            "name": self.name,
            "role": self.role.value,
            "team": self.team,
            "password": self.password,
            "totp_secret": b32encode(self.totp).decode(),
            "card": " ".join(card_words(KEY_CARD, self.device_secret, "de"))
            if self.device_secret
            else None,
        }


def run_demo(data: Path, reporter_port: int, desk_port: int, cases: int | None, empty: bool) -> int:
    """Make the office where there is none, and serve it until asked to stop."""
    config = Config(
        office=Office(name="Beratungsstelle (Vorführung)"),
        reporter=Door(port=reporter_port),
        desk=Door(port=desk_port, url=f"http://localhost:{desk_port}"),
    )
    if reporter_port == desk_port:
        raise CannotServe("The two doors need different ports.")
    refuse_taken_ports([("reporter", config.reporter), ("desk", config.desk)])
    if not (data / ACCOUNTS).exists():
        _make(data, 0 if empty else cases)
    people: Accounts = json.loads((data / ACCOUNTS).read_text("utf-8"))
    codes = tuple((str(p["name"]), str(p["totp_secret"])) for p in people)
    doors = doors_of(config, data, codes)
    return serve(doors, lambda: _say_ready(config, people), lambda: settle_office(data))


def _say_ready(config: Config, people: Accounts) -> None:
    reporter, desk = config.reporter.public_url, config.desk.public_url
    lines = [f"Reporters: {reporter}", f"Desk:      {desk}", "Accounts, for trying only:"]
    lines += [f"  {p['name']:5} {p['role']:10} {p['password']}" for p in people]
    print(*lines, "The sign-in page shows the codes. Stop with Ctrl-C.", sep="\n", file=sys.stderr)
    line = {"ready": True, "reporter": reporter, "desk": desk, "accounts": people}
    print(json.dumps(line, ensure_ascii=False), flush=True)


def _make(data: Path, cases: int | None) -> None:
    """Build beside the folder and rename, so that a half-made office never counts as one."""
    if data.exists() and any(data.iterdir()):
        raise FileExistsError(17, "holds something that is no demo office; name another", str(data))
    draft = data.with_name(f"{data.name}.being-made")
    shutil.rmtree(draft, ignore_errors=True)
    people = _furnish(create_office(draft), cases)
    handle = os.open(draft / ACCOUNTS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump([person.told() for person in people], file)
    draft.replace(data)


def _furnish(office: OfficeFiles, cases: int | None) -> list[_Person]:
    engine = make_engine(office.database)
    with Session(engine) as session:
        begin_writing(session)
        teams = [
            add_team(session, office.lock, name, kind is not TeamKind.AUDIT, kind)
            for name, kind in TEAMS
        ]
        people = [_add(session, office, teams, *one) for one in PEOPLE]
        opened = [
            open_books(session, name, seeds, kind)
            for (name, kind), seeds in zip(TEAMS, teams, strict=True)
        ]
        session.commit()
        if cases is None:
            send_samples(session, office)
        else:
            send_variations(session, office, cases)
            _make_all_cards(session, opened[0], office.door_key)
    engine.dispose()
    return people


def _make_all_cards(session: Session, team: OpenTeam, door_key: bytes) -> None:
    """What the team's first sittings would do bit by bit: the list is to be measured, not this."""
    while make_cards(session, team, team, door_key):
        session.expunge_all()


def _add(
    session: Session,
    office: OfficeFiles,
    teams: list[TeamSeeds],
    name: str,
    role: StaffRole,
    place: int | None,
) -> _Person:
    password = "-".join(words(new_receipt(), "de")[:PASSWORD_WORDS])
    totp = random_bytes(20)
    own = () if place is None else (teams[place],)
    if role is StaffRole.LEAD:
        own = (*own, teams[-1])
    has_card = place is not None and TEAMS[place][1] is WITH_KEY_CARDS
    secret = random_bytes(32) if has_card else None
    new = NewMember(Profile(name, role, totp), password, secret)
    add_person(session, office, new, own, clock.today())
    team = "" if place is None else TEAMS[place][0]
    return _Person(name, role, team, password, totp, secret)
