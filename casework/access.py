"""The one way to a case: every page and command comes through here."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.cards import StoredCard, card_of, make_card, report_of
from casework.errors import CaseNotFound
from casework.models import CaseKey, Mailbox
from casework.records import Addition, HistoryEntry, Message, Report
from casework.records import Record as Document
from casework.sealing import CASE, OpenedRecords, open_case_keys, open_records
from casework.sitting import OpenTeam, Sitting
from casework.storage import begin_writing, sealed_rows
from crypto.primitives import KeyPair


class OpenCase(NamedTuple):
    """A case with everything of it that opens. `unreadable`: rows that were changed or damaged."""

    case_id: bytes
    team: OpenTeam
    keys: KeyPair
    stored: StoredCard
    documents: tuple[Document, ...]
    mailbox: Mailbox | None
    unreadable: int = 0

    @property
    def id_hex(self) -> str:
        return self.case_id.hex()

    @property
    def code(self) -> str:
        return case_code(self.case_id)

    @property
    def report(self) -> Report:
        return report_of(self.documents)

    @property
    def additions(self) -> tuple[Addition, ...]:
        found = (d for d in self.documents if isinstance(d, Addition))
        return tuple(sorted(found, key=lambda addition: addition.date))

    @property
    def messages(self) -> tuple[Message, ...]:
        """Both sides in the order of the talk."""
        said = (d for d in self.documents if isinstance(d, Message))
        return tuple(sorted(said, key=lambda message: (message.date, message.step)))

    @property
    def history(self) -> tuple[HistoryEntry, ...]:
        entries = (d for d in self.documents if isinstance(d, HistoryEntry))
        return tuple(sorted(entries, key=lambda e: (e.at, e.step)))


def case_code(case_id: bytes) -> str:
    """A short name for people; the id itself names the case to the program."""
    return "F-" + case_id.hex()[:6].upper()


def case_for(session: Session, sitting: Sitting, case_id: str) -> OpenCase:
    """The case, opened; `CaseNotFound` whether it is another team's or nobody's.

    A case seen for the first time gets its card, which is committed.
    """
    try:
        wanted = bytes.fromhex(case_id)
    except ValueError:
        raise CaseNotFound from None
    team, keys = _keys_of(session, sitting, wanted)
    opened = read_records(session, wanted, keys)
    stored = card_of(session, team, wanted) or _first_card(session, team, wanted, opened.documents)
    box = session.scalars(select(Mailbox).where(Mailbox.case_id == wanted)).one_or_none()
    return OpenCase(wanted, team, keys, stored, opened.documents, box, opened.unreadable)


def _keys_of(session: Session, sitting: Sitting, case_id: bytes) -> tuple[OpenTeam, KeyPair]:
    key = session.get(CaseKey, case_id, populate_existing=True)
    team = next((t for t in sitting.teams if key and t.team_id == key.team_id), None)
    if key is None or team is None or key.epoch != team.epoch:
        raise CaseNotFound
    return team, open_case_keys(team.keys, team.team_id, team.epoch, case_id, key.wrap)


def _first_card(
    session: Session, team: OpenTeam, case_id: bytes, documents: tuple[Document, ...]
) -> StoredCard:
    begin_writing(session)
    if session.get(CaseKey, case_id, populate_existing=True) is None:
        raise CaseNotFound
    stored = make_card(session, team, case_id, documents)
    session.commit()
    return stored


def read_records(session: Session, case_id: bytes, keys: KeyPair) -> OpenedRecords:
    return open_records(keys, CASE, case_id, sealed_rows(session, case_id, CASE))
