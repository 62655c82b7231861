"""Who may do what. An admin keeps accounts running and never holds a team's key."""

from __future__ import annotations

from enum import StrEnum

from casework.vocabulary import StaffRole


class Right(StrEnum):
    WORK_CASES = "work_cases"
    LEAD_TEAM = "lead_team"
    READ_AUDIT = "read_audit"
    KEEP_ACCOUNTS = "keep_accounts"


RIGHTS: dict[StaffRole, frozenset[Right]] = {
    StaffRole.COUNSELLOR: frozenset({Right.WORK_CASES}),
    StaffRole.LEAD: frozenset({Right.WORK_CASES, Right.LEAD_TEAM, Right.READ_AUDIT}),
    StaffRole.AUDITOR: frozenset({Right.READ_AUDIT}),
    StaffRole.ADMIN: frozenset({Right.KEEP_ACCOUNTS}),
}


def may(role: StaffRole, right: Right) -> bool:
    return right in RIGHTS[role]
