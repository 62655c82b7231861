"""The tables. Plain columns are listed with their reasons in docs/threat-model.md."""

from casework.models.base import Base
from casework.models.cases import Card, CaseKey, Record, RecordKey
from casework.models.mailboxes import FormUse, Mailbox
from casework.models.people import Member, Membership, Sitting, Team

__all__ = [
    "Base",
    "Card",
    "CaseKey",
    "FormUse",
    "Mailbox",
    "Member",
    "Membership",
    "Record",
    "RecordKey",
    "Sitting",
    "Team",
]
