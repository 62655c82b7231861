"""The tables. Plain columns are listed with their reasons in docs/threat-model.md."""

from casework.models.base import Base
from casework.models.cases import Attachment, Card, CaseKey, Record, RecordKey
from casework.models.integrity import AuditEntry, Registry, Tombstone
from casework.models.mailboxes import FormUse, Mailbox
from casework.models.people import (
    Invitation,
    JoinRequest,
    Member,
    Membership,
    Sitting,
    Team,
)
from casework.models.recovery import RecoveryHolder, RecoverySecret, RecoveryShare

__all__ = [
    "Attachment",
    "AuditEntry",
    "Base",
    "Card",
    "CaseKey",
    "FormUse",
    "Invitation",
    "JoinRequest",
    "Mailbox",
    "Member",
    "Membership",
    "Record",
    "RecordKey",
    "RecoveryHolder",
    "RecoverySecret",
    "RecoveryShare",
    "Registry",
    "Sitting",
    "Team",
    "Tombstone",
]
