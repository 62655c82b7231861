"""Many at once: how fast cases come in, and sixteen people who send at the same moment."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr
from io import StringIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.bench.journey import Journey
from app.bench.office import BenchOffice, bench_office
from app.bench.rows import Row
from app.cli.sample_cases import send_variations
from casework.models import CaseKey
from casework.storage import make_engine

CASES, CROWD = 1_000, 16
LEAST_A_SECOND = 200


def measure() -> list[Row]:
    """Rows of the load: the crowd goes through the whole app, in one process."""
    with bench_office() as office:
        rate = _intake(office)
        before = _stored(office)
        begun = time.perf_counter()
        with ThreadPoolExecutor(CROWD) as crowd:
            clients = [office.reporter.test_client() for _ in range(CROWD)]
            sent = list(crowd.map(Journey, clients))
        seconds = time.perf_counter() - begun
        refused = sum(journey.answers[-1].status_code != 200 for journey in sent)
        missing = abs(CROWD - refused - (_stored(office) - before))
    said = f"{CASES} cases without a way back, one after the other"
    return [
        Row("load.intake", said, rate, "cases/s", LEAST_A_SECOND, at_least=True),
        Row("load.crowd", f"{CROWD} complete reports at once", seconds * 1000, "ms"),
        Row("load.refused", "of these refused", refused, "reports", 0),
        Row("load.missing", "of these lost or double", missing, "reports", 0),
    ]


def _intake(office: BenchOffice) -> float:
    engine = make_engine(office.files.database)
    begun = time.perf_counter()
    with Session(engine) as session, redirect_stderr(StringIO()):
        send_variations(session, office.files, CASES)
    engine.dispose()
    return CASES / (time.perf_counter() - begun)


def _stored(office: BenchOffice) -> int:
    engine = make_engine(office.files.database)
    with Session(engine) as session:
        count = session.scalar(select(func.count()).select_from(CaseKey)) or 0
    engine.dispose()
    return count
