"""What a command about a team's keys answers when it is refused: one sentence with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from app.sheets import CannotPrint
from casework.errors import (
    AuditKeySwapped,
    NameTaken,
    NoRecovery,
    PasswordTooShort,
    Refused,
    RegistryDamaged,
    RewrapUnfinished,
    SignInRefused,
    TeamKeyUnknown,
)
from crypto.errors import CannotOpen, CryptoError
from crypto.recovery import TooFewHolders, WrongEpoch

UNCHANGED = "nothing was changed"
SENTENCES: dict[type[Exception], str] = {
    CannotOpen: "This does not open the team's keys: a card is wrong, belongs to another team, or "
    f"was replaced by newer ones; {UNCHANGED}.",
    NoRecovery: "No recovery cards were ever made here: while somebody can sign in, run hinsehen "
    "team recovery-setup.",
    TeamKeyUnknown: "The cards are right, but the team's key in the database is not the one they "
    f"bring back: somebody changed the database; {UNCHANGED}.",
    NameTaken: f"Somebody outside this team has this name: choose another; {UNCHANGED}.",
    RewrapUnfinished: "The team's cases are still getting their new keys: sign in at the desk "
    "first, and confirm the password there.",
    SignInRefused: f"Name, password or code is wrong, or the code was used; {UNCHANGED}.",
    RegistryDamaged: f"The team's list of cases is damaged: restore a backup; {UNCHANGED}.",
    AuditKeySwapped: "The auditors' key in the database is not the office's: restore a backup; "
    f"{UNCHANGED}.",
}


@contextmanager
def one_sentence() -> Iterator[None]:
    """Every refusal of the floors below as the command's one sentence."""
    try:
        yield
    except CannotPrint as problem:
        raise click.ClickException(str(problem)) from None
    except (Refused, CryptoError) as problem:
        raise click.ClickException(_sentence(problem)) from None


def _sentence(problem: Exception) -> str:
    if isinstance(problem, TooFewHolders):
        return (
            f"{problem.present} of {problem.needed} cards are too few: {problem.needed} different "
            f"ones are needed; {UNCHANGED}."
        )
    if isinstance(problem, WrongEpoch):
        return (
            f"The shares in the database are of epoch {problem.found}, the team is at epoch "
            f"{problem.wanted}: restore a backup; {UNCHANGED}."
        )
    if isinstance(problem, PasswordTooShort):
        return f"A password has at least {problem.least} signs; {UNCHANGED}."
    return SENTENCES.get(type(problem), f"This was refused; {UNCHANGED}.")
