"""The database as it is made: strict, without order of arrival, equal to the models."""

from __future__ import annotations

import random
import sqlite3

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from casework.models import Base
from casework.records import Answers
from casework.reporting import SentForm, send_report
from casework.storage import settle, wipe_log
from crypto.keys import new_id
from tests.casework.conftest import TODAY, Office
from tests.casework.sqlite_pages import overflow_pages


def test_the_newest_schema_equals_the_models(office: Office) -> None:
    context = MigrationContext.configure(office.session.connection())
    assert compare_metadata(context, Base.metadata) == []


def test_every_table_is_strict_and_without_rowid(office: Office) -> None:
    rows = office.session.execute(text("select name, sql from sqlite_master where type='table'"))
    made = {name: sql for name, sql in rows if name != "alembic_version"}
    assert made.keys() == Base.metadata.tables.keys()
    assert all("STRICT" in sql and "WITHOUT ROWID" in sql for sql in made.values())


def test_settings_of_every_connection(office: Office) -> None:
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1, "synchronous": 2}
    for name, value in wanted.items():
        assert office.session.execute(text(f"PRAGMA {name}")).scalar() == value


def send_bare(office: Office) -> bytes:
    """A report by a page that showed no receipt: no Argon2id."""
    form = SentForm(new_id(), None, TODAY)
    said = Answers(what="Es ist etwas passiert.")
    return send_report(office.session, office.files, form, said, "de", TODAY).case_id


def test_rows_lie_in_no_order_of_arrival(office: Office) -> None:
    ids = [send_bare(office) for _ in range(2000)]
    stored = [row[0] for row in office.session.execute(text("select case_id from case_key"))]
    arrival = {case_id: place for place, case_id in enumerate(ids)}
    assert abs(_correlation([arrival[case_id] for case_id in stored])) < 0.1


def test_after_settling_no_page_tells_the_order_of_arrival(office: Office) -> None:
    ids = [send_bare(office) for _ in range(2000)]
    file = office.files.data_dir / "office.sqlite"
    engine = office.session.get_bind()
    office.session.commit()
    assert wipe_log(engine)
    before = overflow_pages(file, "case_key")
    assert abs(_correlation([before[case_id] for case_id in ids])) > 0.9
    assert settle(engine)
    after = overflow_pages(file, "case_key")
    assert abs(_correlation([after[case_id] for case_id in ids])) < 0.1
    assert not (office.files.data_dir / "office.sqlite-wal").read_bytes()


def test_a_log_that_somebody_reads_is_not_said_to_be_folded(office: Office) -> None:
    office.send(office.form())
    reader = sqlite3.connect(office.files.data_dir / "office.sqlite")
    reader.execute("begin")
    reader.execute("select count(*) from record").fetchone()
    office.send(office.form())
    office.session.execute(text("PRAGMA busy_timeout=100"))
    office.session.commit()
    assert not wipe_log(office.session.get_bind())
    reader.close()
    assert wipe_log(office.session.get_bind())


def _correlation(numbers: list[int]) -> float:
    """Of the ranks of these numbers with their order in the list."""
    ranked = {
        at: place for place, at in enumerate(sorted(range(len(numbers)), key=numbers.__getitem__))
    }
    places = [ranked[at] for at in range(len(numbers))]
    middle = (len(places) - 1) / 2
    above = sum((i - middle) * (place - middle) for i, place in enumerate(places))
    return above / sum((i - middle) ** 2 for i in range(len(places)))


def test_the_correlation_finds_an_order_where_there_is_one() -> None:
    assert _correlation(list(range(100))) > 0.99
    shuffled = random.Random(1).sample(range(2000), 2000)
    assert abs(_correlation(shuffled)) < 0.1
