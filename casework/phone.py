"""A counsellor takes a report by phone or in person and hands over a receipt."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from casework.doortokens import FormToken
from casework.office import OfficeFiles
from casework.records import Answers
from casework.reporting import SentForm, send_report
from casework.vocabulary import Channel, TeamKind


def take_phone_report(
    session: Session,
    files: OfficeFiles,
    form: FormToken,
    answers: Answers,
    language: str,
    channel: Channel,
    today: dt.date,
    reader: TeamKind,
) -> bytes:
    """Store what was told and commit; returns the case's id. The receipt to print is the form's.

    The case goes to the counsellor's own kind of team, the way every report goes; the same form
    sent twice is one report.
    """
    sent = SentForm(form.form_id, form.receipt, form.expires, reader=reader)
    return send_report(session, files, sent, answers, language, today, channel).case_id
