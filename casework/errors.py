"""What the domain refuses. The web turns each into a page in one table."""

from __future__ import annotations

from casework.vocabulary import Status


class Refused(Exception):
    """Base: the act was not done, nothing changed."""


class CaseNotFound(Refused):
    """No such case for this person. "Not yours" looks like "not there"."""


class MoveRefused(Refused):
    """The table of moves has no such move."""

    def __init__(self, current: Status, wanted: Status) -> None:
        super().__init__(f"a case that is {current} cannot become {wanted}")
        self.current = current
        self.wanted = wanted


class StaleRevision(Refused):
    """Somebody else changed the card meanwhile. Show both versions; write nothing."""


class NoWayBack(Refused):
    """The report was sent without a way back: nobody can be answered."""


class NothingSaid(Refused):
    """The text is empty."""


class NotText(Refused):
    """The text holds signs that cannot be stored or shown."""


class TooLong(Refused):
    """The text is longer than the limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"at most {limit} characters")
        self.limit = limit


class CaseClosed(Refused):
    """A closed case takes no more answers until it is reopened."""


class ReportWithdrawn(Refused):
    """This receipt's report was withdrawn; the same page cannot bring it back."""


class NoTeam(Refused):
    """The office has no team that could take a report."""


class SignInRefused(Refused):
    """Name, password or code is wrong. Which one is not said."""


class MailboxKeySwapped(Refused):
    """The mailbox key is not the one inside the sealed report: the row was changed.

    Do not answer.
    """
