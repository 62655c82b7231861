"""A counsellor takes a report by phone or in person and hands over a receipt."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from casework.records import Answers
from casework.reporting import SentForm, send_report
from casework.vocabulary import Channel
from crypto.keys import new_id
from crypto.receipt import new_receipt


def take_phone_report(
    session: Session, salt: bytes, answers: Answers, language: str, channel: Channel, today: dt.date
) -> tuple[str, bytes]:
    """The new case's id and the receipt to print. The case goes the way every report goes."""
    receipt = new_receipt()
    form = SentForm(new_id(), receipt, today)
    sent = send_report(session, salt, form, answers, language, today, channel)
    return sent.case_id.hex(), receipt
