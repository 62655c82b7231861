"""A new password: the same seeds in new boxes, and every other sitting of this person ends."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from casework.audit import write_audit
from casework.errors import PasswordTooShort, SignInRefused
from casework.members import PASSWORD_MAX, PASSWORD_MIN, change_password, keys_of, open_seed
from casework.models import Member
from casework.own_sittings import end_other_sittings
from casework.sitting import Sitting
from casework.storage import begin_writing
from casework.vocabulary import Act


def set_new_password(
    session: Session,
    sitting: Sitting,
    boot_secret: bytes,
    cookie: str,
    old: str,
    new: str,
    device_secret: bytes | None,
    now: dt.datetime,
) -> int:
    """Change the password and commit; how many other sittings ended.

    `SignInRefused` when the old one is wrong, `PasswordTooShort` when the new one is too short or
    too long.
    """
    if not PASSWORD_MIN <= len(new) <= PASSWORD_MAX:
        raise PasswordTooShort(PASSWORD_MIN)
    member = session.get_one(Member, sitting.member_id, populate_existing=True)
    keys = keys_of(member, old, device_secret)
    if open_seed(member, keys) is None:
        raise SignInRefused
    begin_writing(session)
    member = session.get_one(Member, sitting.member_id, populate_existing=True)
    change_password(member, keys, new, device_secret)
    write_audit(session, sitting, Act.NEW_PASSWORD, now)
    session.commit()
    return end_other_sittings(session, boot_secret, cookie, sitting.member_id)
