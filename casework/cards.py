"""Cards: made at a new case's first sitting, changed by revision, never overwritten unseen."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.orm import Session

from casework.errors import StaleRevision
from casework.models import Card as CardRow
from casework.records import Card, Report
from casework.records import Record as Document
from casework.sealing import Locked, open_card, seal_card
from casework.sitting import OpenTeam
from crypto.errors import CannotOpen


class StoredCard(NamedTuple):
    card: Card
    revision: int


def card_of(session: Session, team: OpenTeam, case_id: bytes) -> StoredCard | None:
    row = session.get(CardRow, case_id, populate_existing=True)
    if row is None:
        return None
    sealed = Locked(row.key_wrap, row.box)
    return StoredCard(open_card(team.card_key, case_id, row.revision, sealed), row.revision)


def report_of(documents: tuple[Document, ...]) -> Report:
    """The report a case began with; a case without one was not made by the door."""
    report = next((d for d in documents if isinstance(d, Report)), None)
    if report is None:
        raise CannotOpen
    return report


def first_card(documents: tuple[Document, ...]) -> Card:
    report = report_of(documents)
    answers = report.answers
    return Card(
        received=report.received,
        grounds=answers.grounds[:12],
        area=answers.area,
        language=report.language,
        channel=report.channel,
        records_seen=len(documents),
    )


def make_card(
    session: Session, team: OpenTeam, case_id: bytes, documents: tuple[Document, ...]
) -> StoredCard:
    """The door cannot make cards, for they are under the team's key: the first sitting does.

    Called inside a writing transaction; a card made meanwhile by a colleague stays as it is.
    """
    there = card_of(session, team, case_id)
    return there or store_card(session, team, case_id, first_card(documents))


def store_card(session: Session, team: OpenTeam, case_id: bytes, card: Card) -> StoredCard:
    """The first card of a case in this team."""
    sealed = seal_card(team.card_key, case_id, card, 1)
    session.add(
        CardRow(
            case_id=case_id,
            team_id=team.team_id,
            epoch=team.epoch,
            revision=1,
            key_wrap=sealed.key_wrap,
            box=sealed.box,
        )
    )
    session.flush()
    return StoredCard(card, 1)


def change_card(
    session: Session, team: OpenTeam, case_id: bytes, card: Card, revision: int
) -> StoredCard:
    """Write the next revision over `revision`, or `StaleRevision` if it is no longer the newest."""
    row = session.get(CardRow, case_id, populate_existing=True)
    if row is None or row.revision != revision:
        raise StaleRevision
    sealed = seal_card(team.card_key, case_id, card, revision + 1)
    row.revision, row.key_wrap, row.box = revision + 1, sealed.key_wrap, sealed.box
    session.flush()
    return StoredCard(card, revision + 1)
