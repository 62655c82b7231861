"""The reporter door of an empty office, as an app, with the office's files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.config import Config
from app.reporter import create_reporter_app
from casework.office import OfficeFiles, create_office
from casework.storage import begin_writing, make_engine
from casework.teams import add_team


class ReporterDoor(NamedTuple):
    client: FlaskClient
    files: OfficeFiles


@pytest.fixture
def door(tmp_path: Path) -> Iterator[ReporterDoor]:
    files = create_office(tmp_path / "office")
    engine = make_engine(files.database)
    with Session(engine) as session:
        begin_writing(session)
        add_team(session, files.lock, "A", takes_reports=True)
        session.commit()
    engine.dispose()
    app = create_reporter_app(Config(), files)
    yield ReporterDoor(app.test_client(), files)
    with app.app_context():
        app.extensions["door"].db.engine.dispose()
