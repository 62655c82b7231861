"""A small cast: Anna counsels in team A, Ben in team B, Uwe is the admin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy.orm import Session

from casework.doortokens import FormToken, issue_form
from casework.office import OfficeFiles, Profile, add_member, add_team, create_office
from casework.records import Answers
from casework.reporting import Sent, SentForm, send_report
from casework.sitting import Sitting, sign_in
from casework.storage import begin_writing, make_engine
from casework.vocabulary import StaffRole
from crypto.primitives import Argon2Cost, totp_code

TODAY = dt.date(2026, 11, 24)
NOW = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)
LIGHT = Argon2Cost(8 * 1024, 1, 1)
TOTP = b"x" * 20
BOOT = b"b" * 32
PEOPLE = {"anna": ("A", StaffRole.COUNSELLOR), "ben": ("B", StaffRole.COUNSELLOR)}


class Office(NamedTuple):
    files: OfficeFiles
    session: Session

    def sit(self, name: str, at: int = 1_000_000) -> Sitting:
        code = totp_code(TOTP, at)
        return sign_in(self.session, self.files.desk_key, BOOT, name, "password", code, at)[1]

    def form(self) -> FormToken:
        return issue_form(self.files.door_key, 1000)

    def send(self, token: FormToken, way_back: bool = True, **answers: object) -> Sent:
        form = SentForm(token.form_id, token.receipt, TODAY, way_back)
        said = Answers(**({"what": "Es ist etwas passiert."} | answers))  # type: ignore[arg-type]
        return send_report(self.session, self.files.receipt_salt, form, said, "de", TODAY)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    files = create_office(tmp_path / "office")
    engine = make_engine(files.database)
    with Session(engine) as session:
        begin_writing(session)
        for name, (team_name, role) in PEOPLE.items():
            team = add_team(session, team_name, takes_reports=team_name == "A")
            person = Profile(name, role, TOTP)
            add_member(session, files.desk_key, person, "password", (team,), LIGHT)
        admin = Profile("uwe", StaffRole.ADMIN, TOTP)
        add_member(session, files.desk_key, admin, "password", (), LIGHT)
        session.commit()
        yield Office(files, session)
    engine.dispose()
