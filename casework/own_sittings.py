"""Where a person is signed in, and how they end it elsewhere."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.models import Sitting as SittingRow
from casework.sitting import Sitting, member_mark, row_of
from casework.storage import begin_writing
from crypto.envelope import unseal
from crypto.keys import derive


class OwnSitting(NamedTuple):
    """One place where a person is signed in. `since`: minute of signing in, UTC."""

    id_hex: str
    since: dt.datetime
    is_this: bool


def own_sittings(
    session: Session, boot_secret: bytes, cookie: str, sitting: Sitting
) -> tuple[OwnSitting, ...]:
    mark, here = member_mark(boot_secret, sitting.member_id), row_of(boot_secret, cookie)[0]
    key = derive(sitting.seed, "sitting-label")
    found = []
    for row in session.scalars(select(SittingRow).where(SittingRow.member_mark == mark)):
        since = unseal(key, row.label_box, "label", row.id).decode()
        found.append(OwnSitting(row.id.hex(), dt.datetime.fromisoformat(since), row.id == here))
    return tuple(sorted(found, key=lambda one: one.since))


def end_other_sittings(session: Session, boot_secret: bytes, cookie: str, member_id: bytes) -> int:
    """End all of this person's sittings but the one of the cookie; how many ended."""
    begin_writing(session)
    mark, here = member_mark(boot_secret, member_id), row_of(boot_secret, cookie)[0]
    others = delete(SittingRow).where(SittingRow.member_mark == mark, SittingRow.id != here)
    ended = session.execute(others).rowcount  # type: ignore[attr-defined]
    session.commit()
    return int(ended)
