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


class NoFile(Refused):
    """No file was chosen."""


class EmptyFile(Refused):
    """One of the files has no bytes."""


class FileTooLarge(Refused):
    """One of the files is larger than the limit."""


class FilesTooLarge(Refused):
    """All files together are larger than the limit."""


class TooManyFiles(Refused):
    """More files at once than the limit."""


class FileDamaged(Refused):
    """A file is gone, cut short, changed or another's: nothing of it is given out."""


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


class ArchiveClosed(Refused):
    """A closed case opens only after the password was asked for again."""


class PasswordNeeded(Refused):
    """This needs the password once more: it was not asked for within the last ten minutes."""


class TeamKeyUnknown(Refused):
    """The team's key in the database is not in the office's lock: nothing is sealed to it."""


class AuditKeySwapped(Refused):
    """The auditors' key in the database is not in the office's lock."""


class ArchiveKeySwapped(Refused):
    """The archive's key in the database is not the one that the team knows."""


class MemberKeySwapped(Refused):
    """A person's key in the database is not the one that was compared by eight words."""


class RegistryDamaged(Refused):
    """A part of the team's list of cases does not open."""


class RewrapUnfinished(Refused):
    """The team's cases are still being re-wrapped: first finish that."""


class TooFewLeft(Refused):
    """A team keeps at least one member, a circle at least two."""


class InCircle(Refused):
    """This person is in a circle: a member of the circle takes them out of it first."""


class NoRecovery(Refused):
    """No recovery cards were ever made for this team."""


class BackupRefused(Refused):
    """A backup or a restore was not done; the message is one sentence."""


class BackupUnreadable(BackupRefused):
    """Wrong card, wrong file, files of two offices, or changed bytes: never told apart."""

    def __init__(self) -> None:
        super().__init__(
            "These two files do not open with this card: they are damaged, are not one content "
            "file and one keys file of one office, or belong to another card."
        )


class InvitationUnknown(Refused):
    """The code is wrong, was used, or is too old."""


class NameTaken(Refused):
    """Somebody has this sign-in name already."""


class PasswordTooShort(Refused):
    """A password has at least so many signs."""

    def __init__(self, least: int) -> None:
        super().__init__(f"at least {least} characters")
        self.least = least


class SignInRefused(Refused):
    """Name, password or code is wrong. Which one is not said."""


class MailboxKeySwapped(Refused):
    """The mailbox key is not the one inside the sealed report: the row was changed.

    Do not answer.
    """
