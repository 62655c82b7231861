"""The shelf of closed cases: their seed lies under a key that asks for the password again.

Closing needs only the archive's public key. The full card goes with the case, under its own key;
in the list a bare one stays.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from casework.access import OpenCase
from casework.cards import card_of, change_card
from casework.errors import ArchiveKeySwapped, StaleRevision
from casework.models import CaseKey, Team
from casework.records import Card, ShelvedCard
from casework.reporting import store_record
from casework.sealing import ARCHIVE, CASE, OPEN, wrap_case_seed
from casework.sitting import OpenTeam
from casework.storage import count_records
from casework.teams import team_profile
from casework.vocabulary import Status
from crypto.primitives import equal, sha256


def archive_key(session: Session, team: OpenTeam) -> bytes:
    """The archive's public key, checked against what the team's own box says of it."""
    row = session.get_one(Team, team.team_id, populate_existing=True)
    known = team_profile(team.seed, row).archive_hash
    if not equal(sha256(row.archive_public_key), known):
        raise ArchiveKeySwapped
    return row.archive_public_key


def shelve(session: Session, case: OpenCase, key: CaseKey, revision: int) -> bytes:
    """Put a case that was just closed on the archive's shelf, in the running transaction."""
    stored = card_of(session, case.team, case.case_id)
    if stored is None or stored.revision != revision:
        raise StaleRevision
    step = count_records(session, case.case_id)
    full = ShelvedCard(stored.card, step)
    added = store_record(session, case.case_id, full, {CASE: case.keys.public})
    bare = Card(received=stored.card.received, status=Status.CLOSED, records_seen=step + 1)
    change_card(session, case.team, case.case_id, bare, revision)
    _rewrap(key, case, archive_key(session, case.team), ARCHIVE)
    session.flush()
    return added


def unshelve(case: OpenCase, key: CaseKey) -> Card:
    """Back under the team's key, in the running transaction; the card as it was when closed."""
    _rewrap(key, case, case.team.keys.public, OPEN)
    shelved = [d for d in case.documents if isinstance(d, ShelvedCard)]
    newest = max(shelved, key=lambda document: document.step, default=None)
    return newest.card if newest else case.stored.card


def _rewrap(key: CaseKey, case: OpenCase, public: bytes, shelf: int) -> None:
    team = case.team
    key.wrap = wrap_case_seed(public, team.team_id, team.epoch, case.case_id, case.seed, shelf)
    key.shelf = shelf
