"""The list of cases: cards opened one by one in the sitting, last received first."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.access import case_code, seed_of
from casework.cards import make_card
from casework.entries import check_records, enter_case
from casework.models import Card as CardRow
from casework.models import CaseKey, Record
from casework.records import Card
from casework.registry import RegistryBook
from casework.sealing import CASE, OPEN, Locked, open_card, open_records
from casework.sitting import OpenTeam, Sitting, newest_of
from casework.storage import begin_writing, sealed_rows
from casework.vocabulary import Status
from crypto.errors import CannotOpen
from crypto.primitives import key_pair

PAGE_SIZE = 50
CARDS_AT_ONCE = 200


class CaseRow(NamedTuple):
    id_hex: str
    code: str
    card: Card
    has_news: bool


class CasePage(NamedTuple):
    """One page. `waiting`: new cases whose cards the next visit makes; `unreadable`: cards that
    do not open, because a row was changed or is damaged.
    """

    rows: tuple[CaseRow, ...]
    counts: dict[Status, int]
    total: int
    page: int
    pages: int
    waiting: int
    unreadable: int


def list_cases(
    session: Session,
    sitting: Sitting,
    door_key: bytes,
    status: Status | None = None,
    page: int = 1,
) -> CasePage:
    waiting = sum(
        make_cards(session, team, newest_of(sitting, team.team_id), door_key)
        for team in sitting.case_teams
    )
    opened = [entry for team in sitting.case_teams for entry in _cards(session, team)]
    everything = [(case_id, card) for case_id, card in opened if card]
    counts = Counter(card.status for _, card in everything)
    chosen = [e for e in everything if status is None or e[1].status is status]
    chosen.sort(key=lambda entry: (entry[1].received, entry[0]), reverse=True)
    pages = max(1, -(-len(chosen) // PAGE_SIZE))
    page = min(max(1, page), pages)
    shown = chosen[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    rows = _rows(session, shown)
    return CasePage(
        rows,
        {s: counts[s] for s in Status},
        len(chosen),
        page,
        pages,
        waiting,
        len(opened) - len(everything),
    )


def _cards(session: Session, team: OpenTeam) -> list[tuple[bytes, Card | None]]:
    """Every card of a team; None for one that does not open."""
    key = team.card_key
    rows = session.execute(
        select(CardRow.case_id, CardRow.revision, CardRow.key_wrap, CardRow.box).where(
            CardRow.team_id == team.team_id, CardRow.epoch == team.epoch
        )
    )
    return [(row[0], _opened(key, *row)) for row in rows]


def _opened(key: bytes, case_id: bytes, revision: int, wrapped: bytes, box: bytes) -> Card | None:
    try:
        return open_card(key, case_id, revision, Locked(wrapped, box))
    except CannotOpen:
        return None


def _rows(session: Session, shown: list[tuple[bytes, Card]]) -> tuple[CaseRow, ...]:
    ids = [case_id for case_id, _ in shown]
    counted = select(Record.case_id, func.count()).where(Record.case_id.in_(ids))
    records = {row[0]: row[1] for row in session.execute(counted.group_by(Record.case_id))}
    return tuple(
        CaseRow(i.hex(), case_code(i), card, records.get(i, 0) > card.records_seen)
        for i, card in shown
    )


def _count(session: Session, table: type[CaseKey] | type[CardRow], team: OpenTeam) -> int:
    own = (table.team_id == team.team_id, table.epoch == team.epoch)
    counted = select(func.count()).select_from(table).where(*own)
    return session.scalar(counted) or 0


def _enter_new(
    session: Session, book: RegistryBook, team: OpenTeam, row: CaseKey, door_key: bytes
) -> None:
    """A card and a registry entry for a case that no sitting has seen yet."""
    keys = key_pair(seed_of(row, team))
    rows = sealed_rows(session, row.case_id, CASE)
    by_id = open_records(keys, CASE, row.case_id, rows).by_id
    checked = check_records(row.case_id, rows, by_id, book.entry(row.case_id), door_key)
    make_card(session, team, row.case_id, tuple(checked.genuine.values()))
    enter_case(session, book, row.case_id, frozenset(checked.genuine))


def make_cards(
    session: Session,
    team: OpenTeam,
    newest: OpenTeam,
    door_key: bytes,
    at_most: int = CARDS_AT_ONCE,
) -> int:
    """Cards for new cases, a portion at a time; how many still wait.

    `newest`: the team's newest epoch, which its registry is under.
    """
    if _count(session, CaseKey, team) == _count(session, CardRow, team):
        return 0  # counting two indexes is far cheaper than looking for the cases between
    bare = (
        select(CaseKey)
        .outerjoin(CardRow, CardRow.case_id == CaseKey.case_id)
        .where(
            CaseKey.team_id == team.team_id,
            CaseKey.epoch == team.epoch,
            CaseKey.shelf == OPEN,
            CardRow.case_id.is_(None),
        )
    )
    new = session.scalars(bare.limit(at_most)).all()
    if not new:
        return 0
    begin_writing(session)
    book = RegistryBook(session, newest)
    for row in session.scalars(bare.limit(at_most)).all():
        # A row that does not open is left: one damaged case must not hide all others.
        with suppress(CannotOpen):
            _enter_new(session, book, team, row, door_key)
    book.save()
    session.commit()
    return session.scalar(select(func.count()).select_from(bare.subquery())) or 0
