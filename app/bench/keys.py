"""Keys over time: a new epoch for many cases, and wrong guesses that take as long as right ones."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy.orm import Session

from app import clock
from app.bench.office import NAME, PASSWORD, BenchOffice, bench_office
from app.bench.rows import Row
from casework.errors import SignInRefused
from casework.mailbox import open_mailbox
from casework.records import Answers
from casework.reporting import SentForm, send_report
from casework.rotation import rewrap, rotate
from casework.signing_in import Typed, confirm_password, sign_in
from casework.sitting import Desk, open_sitting
from casework.storage import make_engine
from crypto.keys import new_id
from crypto.primitives import random_bytes, totp_code
from crypto.receipt import new_receipt

CASES, RUNS, STAFF_RUNS = 2_000, 500, 60
SECONDS, APART = 1.5, 0.05
BOOT = b"b" * 32


def measure() -> list[Row]:
    """Re-wrapping in seconds; hit against miss as medians, with the part by which they differ."""
    with bench_office() as office:
        office.fill(CASES)
        engine = make_engine(office.files.database)
        with Session(engine) as session:
            rows = [_rewrapping(office, session), _receipts(office, session)]
            rows.append(_passwords(office, session))
        engine.dispose()
    return rows


def _rewrapping(office: BenchOffice, session: Session) -> Row:
    desk, now = Desk(office.files, BOOT), clock.epoch_seconds()
    typed = Typed(NAME, PASSWORD, totp_code(office.totp, now))
    cookie, _ = sign_in(session, desk, typed, now)
    confirm_password(session, BOOT, cookie, PASSWORD, None, now)
    sitting = open_sitting(session, desk, cookie, now)
    if sitting is None:
        raise SignInRefused
    begun = time.perf_counter()
    rotate(session, sitting, BOOT, office.team.team_id, clock.office_now())
    sitting = open_sitting(session, desk, cookie, now) or sitting
    while rewrap(session, sitting, office.team.team_id).left:
        session.expunge_all()
    seconds = time.perf_counter() - begun
    said = f"a new epoch for {CASES} cases, cards and registry included; one run"
    return Row("keys.rewrap", said, seconds, "s", SECONDS)


def _receipts(office: BenchOffice, session: Session) -> Row:
    salt, receipt = office.files.receipt_salt, new_receipt()
    form = SentForm(new_id(), receipt, clock.today())
    send_report(session, office.files, form, Answers(what="Worte"), "de", clock.today())
    hit, miss = _alternating(
        lambda: open_mailbox(session, salt, receipt),
        lambda: open_mailbox(session, salt, new_receipt()),
        RUNS,
    )
    return _apart(
        "keys.receipt", "receipt of nobody against a receipt with a mailbox", hit, miss, RUNS
    )


def _passwords(office: BenchOffice, session: Session) -> Row:
    desk = Desk(office.files, random_bytes(32))

    def attempt(name: str) -> Callable[[], None]:
        def tried() -> None:
            with suppress(SignInRefused):
                sign_in(session, desk, Typed(name, "wrong", "000000"), clock.epoch_seconds())

        return tried

    known, unknown = _alternating(attempt(NAME), attempt("nobody"), STAFF_RUNS)
    return _apart(
        "keys.password", "unknown name against a wrong password", known, unknown, STAFF_RUNS
    )


def _alternating(
    first: Callable[[], object], second: Callable[[], object], runs: int
) -> tuple[float, float]:
    """Medians in milliseconds, taken in turn so that a busy moment meets both alike."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for act, times in zip((first, second), taken, strict=True):
            begun = time.perf_counter()
            act()
            times.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken[0]), statistics.median(taken[1])


def _apart(name: str, what: str, one: float, other: float, runs: int) -> Row:
    part = abs(one - other) / one
    said = f"{what}: {other:.2f} against {one:.2f} ms, medians of {runs} each"
    return Row(name, said, part, "of it", APART)
