"""The one way to a case: every page and command comes through here."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.audit import write_audit
from casework.cards import StoredCard, change_card, make_card, report_of
from casework.entries import check_records, enter_case
from casework.errors import ArchiveClosed, CaseNotFound
from casework.models import CaseKey, Mailbox
from casework.records import Addition, Attachment, HistoryEntry, Message, Report
from casework.records import Record as Document
from casework.registry import RegistryBook
from casework.sealing import ARCHIVE, CASE, OPEN, open_case_seed, open_records
from casework.sitting import OpenTeam, Sitting, newest_of
from casework.storage import begin_writing, sealed_rows
from casework.vocabulary import Act
from crypto.primitives import KeyPair, key_pair


class OpenCase(NamedTuple):
    """A case with everything of it that opens and is genuine.

    `unreadable`: rows that do not open; `planted`: rows that open but neither side wrote;
    `missing`: rows that staff had seen and that are gone or altered; `by_form`: whether the
    report came through the door. `book_team`: the team's newest epoch, which its registry is under.
    """

    case_id: bytes
    team: OpenTeam
    book_team: OpenTeam
    seed: bytes
    stored: StoredCard
    by_id: dict[bytes, Document]
    mailbox: Mailbox | None
    shelf: int = OPEN
    unreadable: int = 0
    planted: int = 0
    missing: int = 0
    by_form: bool = True

    @property
    def keys(self) -> KeyPair:
        return key_pair(self.seed)

    @property
    def documents(self) -> tuple[Document, ...]:
        return tuple(self.by_id.values())

    @property
    def is_archived(self) -> bool:
        return self.shelf == ARCHIVE

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
    def attachments(self) -> tuple[tuple[str, Attachment], ...]:
        """(record id in hex, file) in the order in which they came."""
        found = [(i.hex(), d) for i, d in self.by_id.items() if isinstance(d, Attachment)]
        return tuple(sorted(found, key=lambda one: (one[1].date, one[1].step, one[0])))

    @property
    def history(self) -> tuple[HistoryEntry, ...]:
        entries = (d for d in self.documents if isinstance(d, HistoryEntry))
        return tuple(sorted(entries, key=lambda e: (e.at, e.step)))


def case_code(case_id: bytes) -> str:
    """A short name for people; the id itself names the case to the program."""
    return "F-" + case_id.hex()[:6].upper()


def case_for(
    session: Session, sitting: Sitting, case_id: str, door_key: bytes, now: dt.datetime
) -> OpenCase:
    """The case, opened, which the audit chain notes and commits.

    `CaseNotFound` whether it is another team's or nobody's; `ArchiveClosed` for a closed one while
    the archive is not open. A case seen for the first time gets its card; what the reporter added
    since is entered in the registry.
    """
    try:
        wanted = bytes.fromhex(case_id)
    except ValueError:
        raise CaseNotFound from None
    key, team = _found(session, sitting, wanted)
    seed = seed_of(key, team)
    begin_writing(session)
    if session.get(CaseKey, wanted, populate_existing=True) is None:
        raise CaseNotFound
    opened = _opened(session, key, (team, newest_of(sitting, team.team_id)), seed, door_key)
    write_audit(session, sitting, Act.OPENED, now, case_code(wanted))
    session.commit()
    return opened


def _found(session: Session, sitting: Sitting, case_id: bytes) -> tuple[CaseKey, OpenTeam]:
    key = session.get(CaseKey, case_id, populate_existing=True)
    team = sitting.team(key.team_id, key.epoch) if key else None
    if key is None or team is None:
        raise CaseNotFound
    return key, team


def seed_of(key: CaseKey, team: OpenTeam) -> bytes:
    """The case seed; `ArchiveClosed` where only the archive's key opens it."""
    if key.shelf == OPEN:
        return open_case_seed(team.keys, team.team_id, team.epoch, key.case_id, key.wrap)
    if not team.archive_seed:
        raise ArchiveClosed
    archive = key_pair(team.archive_seed)
    return open_case_seed(archive, team.team_id, team.epoch, key.case_id, key.wrap, ARCHIVE)


def _opened(
    session: Session,
    key: CaseKey,
    teams: tuple[OpenTeam, OpenTeam],
    seed: bytes,
    door_key: bytes,
) -> OpenCase:
    team, newest = teams
    case_id, book = key.case_id, RegistryBook(session, newest)
    shelf, keys = key.shelf, key_pair(seed)
    rows = sealed_rows(session, case_id, CASE)
    found = open_records(keys, CASE, case_id, rows)
    checked = check_records(case_id, rows, found.by_id, book.entry(case_id), door_key)
    stored = make_card(session, team, case_id, tuple(checked.genuine.values()))
    box = session.scalars(select(Mailbox).where(Mailbox.case_id == case_id)).one_or_none()
    opened = OpenCase(
        case_id,
        team,
        newest,
        seed,
        stored,
        checked.genuine,
        box,
        shelf,
        found.unreadable,
        checked.planted,
        checked.missing,
        checked.by_form,
    )
    if checked.is_new and not checked.missing:
        card = msgspec.structs.replace(stored.card, records_seen=len(rows))
        stored = change_card(session, team, case_id, card, stored.revision)
        opened = opened._replace(stored=stored)
        enter_case(session, book, case_id, frozenset(checked.genuine))
        book.save()
    return opened


def keep_in_registry(session: Session, case: OpenCase, *added: bytes) -> None:
    """After a write of staff, in the same transaction: the registry knows the rows as they are."""
    book = RegistryBook(session, case.book_team)
    enter_case(session, book, case.case_id, frozenset(case.by_id) | frozenset(added))
    book.save()
