"""What happens when somebody has signed in: the office is looked over, and what was seen is kept.

What the look finds stands on every page of the sitting, in words.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlalchemy.orm import Session

from casework.audit import write_audit
from casework.integrity import Finding, keep_seen, look_over
from casework.members import open_profile, open_seen, seal_seen
from casework.models import Member
from casework.rotation import progress, rewrap
from casework.sitting import Desk, Sitting, note_in_sitting
from casework.storage import begin_writing
from casework.vocabulary import Act


class Arrived(NamedTuple):
    """`device_seen`: sealed for this person's device, so that the database cannot put it back."""

    findings: tuple[Finding, ...]
    device_seen: bytes


def arrive(
    session: Session,
    desk: Desk,
    cookie: str,
    sitting: Sitting,
    device_seen: bytes,
    now: dt.datetime,
) -> Arrived:
    """Look over the office for a sitting that has just begun, and commit."""
    begin_writing(session)
    write_audit(session, sitting, Act.SIGNED_IN, now)
    session.commit()
    member = session.get_one(Member, sitting.member_id, populate_existing=True)
    known = open_profile(sitting.seed, member).seen
    known = known.later(open_seen(sitting.seed, sitting.member_id, device_seen))
    looked = look_over(session, desk.files, sitting, known, now.date())
    keep_seen(session, sitting, looked.seen)
    noted = tuple(f"{finding.notice}|{finding.about}" for finding in looked.findings)
    note_in_sitting(session, desk.boot_secret, cookie, noted)
    _continue_rewrapping(session, sitting)
    box = seal_seen(sitting.seed, sitting.member_id, known.later(looked.seen))
    return Arrived(looked.findings, box)


def _continue_rewrapping(session: Session, sitting: Sitting) -> None:
    """A new epoch that was interrupted goes on as soon as somebody of the team is there."""
    epochs = [team.team_id for team in sitting.teams]
    for team_id in {one for one in epochs if epochs.count(one) > 1}:
        before = progress(session, team_id).left
        while before and (left := rewrap(session, sitting, team_id).left) < before:
            before = left
