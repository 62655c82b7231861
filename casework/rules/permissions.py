"""Who may do what. An admin keeps accounts running and never holds a team's key."""

from __future__ import annotations

from enum import StrEnum

from casework.vocabulary import StaffRole


class Right(StrEnum):
    WORK_CASES = "work_cases"
    KEEP_ACCOUNTS = "keep_accounts"


RIGHTS: dict[StaffRole, frozenset[Right]] = {
    StaffRole.COUNSELLOR: frozenset({Right.WORK_CASES}),
    StaffRole.LEAD: frozenset({Right.WORK_CASES}),
    StaffRole.ADMIN: frozenset({Right.KEEP_ACCOUNTS}),
}


def may(role: StaffRole, right: Right) -> bool:
    return right in RIGHTS[role]
