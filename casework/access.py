"""The one way to a case: every page and command comes through here."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.cards import StoredCard, card_of, make_card, report_of
from casework.errors import CaseNotFound
from casework.models import CaseKey, Mailbox, Record, RecordKey
from casework.records import Addition, HistoryEntry, Message, Report
from casework.records import Record as Document
from casework.sealing import CASE, open_case_keys, open_record
from casework.sitting import OpenTeam, Sitting
from casework.storage import begin_writing
from crypto.primitives import KeyPair


class OpenCase(NamedTuple):
    case_id: bytes
    team: OpenTeam
    keys: KeyPair
    stored: StoredCard
    documents: tuple[Document, ...]
    mailbox: Mailbox | None

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
        """Both sides in the order of the talk: by day, and each reply after what it had seen."""
        office = sorted(self._messages("office"), key=lambda m: (m.date, str(m.at)))
        talk: list[Message] = list(office)
        for message in sorted(self._messages("reporter"), key=lambda m: (m.date, m.after)):
            position = sum(1 for m in talk if (m.date, m.side) <= (message.date, "office"))
            earlier = [i for i, m in enumerate(talk) if m.side == "office"][: message.after]
            talk.insert(max(position, earlier[-1] + 1 if earlier else 0), message)
        return tuple(talk)

    def _messages(self, side: str) -> list[Message]:
        return [d for d in self.documents if isinstance(d, Message) and d.side == side]

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
    documents = read_documents(session, wanted, keys)
    stored = card_of(session, team, wanted) or _first_card(session, team, wanted, documents)
    box = session.scalars(select(Mailbox).where(Mailbox.case_id == wanted)).one_or_none()
    return OpenCase(wanted, team, keys, stored, documents, box)


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


def read_documents(session: Session, case_id: bytes, keys: KeyPair) -> tuple[Document, ...]:
    rows = session.execute(
        select(Record.id, Record.box, RecordKey.wrap)
        .join(RecordKey, RecordKey.record_id == Record.id)
        .where(Record.case_id == case_id, RecordKey.audience == CASE)
    )
    return tuple(open_record(keys, CASE, case_id, r.id, r.wrap, r.box) for r in rows)
