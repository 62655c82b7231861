"""A small cast: Anna counsels in team A, Lena leads it, Ben is in team B, Dora reads the audit
chain, Uwe is the admin.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy.orm import Session

from casework.access import OpenCase, case_for
from casework.casebook import CasePage, list_cases
from casework.doortokens import FormToken, issue_form
from casework.founding import add_person, open_books
from casework.members import NewMember, Profile
from casework.office import OfficeFiles, create_office
from casework.records import Answers
from casework.reporting import Sent, SentForm, send_report
from casework.signing_in import Typed, confirm_password, sign_in
from casework.sitting import Desk, Sitting, open_sitting
from casework.storage import begin_writing, make_engine
from casework.teams import add_team
from casework.vocabulary import StaffRole, TeamKind
from crypto.primitives import Argon2Cost, totp_code

TODAY = dt.date(2026, 11, 24)
NOW = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)
LIGHT = Argon2Cost(8 * 1024, 1, 1)
TOTP = b"x" * 20
BOOT = b"b" * 32
TEAMS = {"A": TeamKind.TEAM, "B": TeamKind.TEAM, "audit": TeamKind.AUDIT}
PEOPLE = {
    "anna": (StaffRole.COUNSELLOR, ("A",)),
    "lena": (StaffRole.LEAD, ("A",)),
    "ben": (StaffRole.COUNSELLOR, ("B",)),
    "dora": (StaffRole.AUDITOR, ("audit",)),
    "uwe": (StaffRole.ADMIN, ()),
}


class Office(NamedTuple):
    files: OfficeFiles
    session: Session

    @property
    def desk(self) -> Desk:
        return Desk(self.files, BOOT)

    def cookie(self, name: str, at: int = 1_000_000, password: str = "password") -> str:
        typed = Typed(name, password, totp_code(TOTP, at))
        return sign_in(self.session, self.desk, typed, at)[0]

    def sit(self, name: str, at: int = 1_000_000) -> Sitting:
        sitting = open_sitting(self.session, self.desk, self.cookie(name, at), at)
        assert sitting is not None
        return sitting

    def sit_fresh(self, name: str, at: int = 1_000_000) -> Sitting:
        """Signed in, and asked for the password again."""
        cookie = self.cookie(name, at)
        assert confirm_password(self.session, BOOT, cookie, "password", None, at)
        sitting = open_sitting(self.session, self.desk, cookie, at)
        assert sitting is not None
        return sitting

    def form(self) -> FormToken:
        return issue_form(self.files.door_key, 1000)

    def send(self, token: FormToken, way_back: bool = True, **answers: object) -> Sent:
        form = SentForm(token.form_id, token.receipt, TODAY, way_back)
        said = Answers(**({"what": "Es ist etwas passiert."} | answers))  # type: ignore[arg-type]
        return send_report(self.session, self.files, form, said, "de", TODAY)

    def book(self, sitting: Sitting) -> CasePage:
        return list_cases(self.session, sitting, self.files.door_key)

    def case(self, sitting: Sitting, case_id: str | None = None) -> OpenCase:
        """The case named, or the first of the list."""
        first = case_id or self.book(sitting).rows[0].id_hex
        return case_for(self.session, sitting, first, self.files.door_key, NOW)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    files = create_office(tmp_path / "office")
    engine = make_engine(files.database)
    with Session(engine) as session:
        begin_writing(session)
        teams = {
            name: add_team(session, files.lock, name, name == "A", kind)
            for name, kind in TEAMS.items()
        }
        for name, (role, own) in PEOPLE.items():
            new = NewMember(Profile(name, role, TOTP), "password", None, LIGHT)
            add_person(session, files, new, tuple(teams[team] for team in own), TODAY)
        for name, kind in TEAMS.items():
            open_books(session, name, teams[name], kind)
        session.commit()
        yield Office(files, session)
    engine.dispose()
