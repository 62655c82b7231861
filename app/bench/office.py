"""An office in a folder that is gone afterwards, and visits of its doors without a network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import clock
from app.cli.sample_cases import send_variations
from app.config import Config
from app.desk import create_desk_app
from app.reporter import create_reporter_app
from app.stateless import StatelessApp
from casework.casebook import make_cards
from casework.founding import add_person, open_books
from casework.members import NewMember, Profile
from casework.office import OfficeFiles, create_office
from casework.sitting import OpenTeam
from casework.storage import begin_writing, make_engine
from casework.teams import add_team
from casework.vocabulary import StaffRole, TeamKind
from crypto.primitives import random_bytes, totp_code

NAME, PASSWORD = "bench", "bench-password"


class BenchOffice(NamedTuple):
    files: OfficeFiles
    team: OpenTeam
    totp: bytes
    reporter: StatelessApp
    desk: StatelessApp

    def fill(self, cases: int) -> None:
        """Add cases by the real verb, and make their cards."""
        engine = make_engine(self.files.database)
        with Session(engine) as session:
            send_variations(session, self.files, cases)
            while make_cards(session, self.team, self.team, self.files.door_key):
                session.expunge_all()
        engine.dispose()

    def signed_in(self) -> FlaskClient:
        client = self.desk.test_client()
        code = totp_code(self.totp, clock.epoch_seconds())
        client.post("/login", data={"name": NAME, "password": PASSWORD, "totp": code})
        return client


@contextmanager
def bench_office() -> Iterator[BenchOffice]:
    """One team, one counsellor, no cases."""
    with TemporaryDirectory(prefix="hinsehen-bench-") as folder:
        files = create_office(Path(folder) / "office")
        engine = make_engine(files.database)
        totp = random_bytes(20)
        with Session(engine) as session:
            begin_writing(session)
            seeds = add_team(session, files.lock, "bench", takes_reports=True)
            chain = add_team(session, files.lock, "audit", False, TeamKind.AUDIT)
            person = NewMember(Profile(NAME, StaffRole.COUNSELLOR, totp), PASSWORD)
            add_person(session, files, person, (seeds, chain), clock.today())
            team = open_books(session, "bench", seeds, TeamKind.TEAM)
            session.commit()
        engine.dispose()
        config = Config()
        desk = create_desk_app(config, files, random_bytes(32))
        reporter = create_reporter_app(config, files)
        yield BenchOffice(files, team, totp, reporter, desk)
        for app in (reporter, desk):
            with app.app_context():
                app.extensions["sqlalchemy"].engine.dispose()


def field(page: str, name: str) -> str:
    """The value of a page's hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    if found is None:
        raise LookupError(f"the page has no field {name}")
    return found[1]
