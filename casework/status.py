"""Moving a case, and taking it over. Closing puts it on the archive's shelf."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy.orm import Session

from casework.access import OpenCase, keep_in_registry
from casework.archive import shelve, unshelve
from casework.audit import write_audit
from casework.correspondence import still_there, write_history
from casework.records import HistoryEntry
from casework.rules.lifecycle import move
from casework.sitting import Sitting
from casework.storage import begin_writing
from casework.vocabulary import Act, Status


def move_case(
    session: Session,
    sitting: Sitting,
    case: OpenCase,
    wanted: Status,
    revision: int,
    now: dt.datetime,
) -> None:
    """Give the case its next status; `MoveRefused` or `StaleRevision` change nothing."""
    begin_writing(session)
    key = still_there(session, case)
    current = case.stored.card.status
    card = msgspec.structs.replace(case.stored.card, status=move(current, wanted))
    if current is Status.CLOSED:
        card = msgspec.structs.replace(unshelve(case, key), status=wanted)
    entry = HistoryEntry("moved", sitting.name, _minute(now), f"{current}>{wanted}")
    added = write_history(session, case, card, revision, entry)
    if wanted is Status.CLOSED:
        added.append(shelve(session, case, key, revision + 1))
    keep_in_registry(session, case, *added)
    write_audit(session, sitting, Act.MOVED, now, case.code)
    session.commit()


def assign_to_me(
    session: Session, sitting: Sitting, case: OpenCase, revision: int, now: dt.datetime
) -> None:
    begin_writing(session)
    still_there(session, case)
    card = msgspec.structs.replace(
        case.stored.card, assignee=sitting.member_id.hex(), assignee_name=sitting.name
    )
    entry = HistoryEntry("assigned", sitting.name, _minute(now), sitting.name)
    added = write_history(session, case, card, revision, entry)
    keep_in_registry(session, case, *added)
    write_audit(session, sitting, Act.ASSIGNED, now, case.code)
    session.commit()


def _minute(now: dt.datetime) -> dt.datetime:
    return now.replace(second=0, microsecond=0)
