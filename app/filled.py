"""What a form page shows: the values typed, and the problems beside their fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from app.labels import msg
from casework.answers import Problem

PROBLEM_TEXTS = {
    "nothing_said": msg("Please answer at least one question before you send."),
    "too_long": msg("This text is too long. Please shorten it, or send the rest later."),
    "unknown_choice": msg("Please choose one of the answers offered."),
    "repeated": msg("Please give this answer only once."),
    "not_a_date": msg("Please give a real day, for example 2026-03-16, or leave it empty."),
    "date_in_future": msg("This day lies in the future. Please check it."),
    "not_text": msg("This text contains signs that cannot be read. Please type it again."),
    "choose": msg("Please choose: you have kept your 8 words, or you send without a way back."),
    "fresh_form": msg(
        "This page had grown too old. Everything is still here. "
        "Please write down the new 8 words and send again."
    ),
    "send_again": msg("This page had grown too old. Everything is still here: please send again."),
    "not_stored": msg(
        "Your report could not be stored just now. Nothing is lost: everything is still here. "
        "Please send again in a few minutes, or call us."
    ),
    "words_not_stored": msg(
        "Your message could not be stored just now. Your text is still here: "
        "please send it again in a few minutes."
    ),
    "withdrawn": msg(
        "The report with these 8 words was withdrawn. "
        "If you want to send a new one, use the new 8 words below."
    ),
    "nothing_written": msg("Please write something before you send."),
    "empty": msg("Please type your 8 words or your 27 digits."),
    "wrong_count": msg("These are not 8 words or 27 digits. Please check whether one is missing."),
    "unknown_word": msg("Word %(position)s is not in our list. Please check its spelling."),
    "mixed_languages": msg("These words come from two languages. All 8 belong to one."),
    "checksum": msg("There is a mistake in these words or digits. Please check them one by one."),
    "no_mailbox": msg("There is no report for these words. Please check them once more."),
    "write_expired": msg(
        "Too much time has passed. Your text is still here: please type your 8 words to send it."
    ),
    "files_expired": msg(
        "Too much time has passed. Your report is safe. Please type your 8 words, then choose "
        "the files again."
    ),
    "tick": msg("Please tick the box if you really want to delete everything."),
}


class Filled:
    """`fields` as sent (name to values) and their problems, for the templates."""

    def __init__(
        self,
        say: Callable[[str], str],
        fields: Mapping[str, Sequence[str]] | None = None,
        problems: Sequence[Problem] = (),
    ) -> None:
        self._fields = fields or {}
        self.problems = [
            (p.field, say(PROBLEM_TEXTS[p.kind]) % {"position": p.position}) for p in problems
        ]

    @property
    def troubled(self) -> bool:
        return bool(self.problems)

    def text(self, name: str) -> str:
        values = self._fields.get(name, ())
        return "\n".join(values).replace("\0", "\ufffd")

    def sent(self, name: str) -> bool:
        """Whether the form had such a field at all, be it empty."""
        return name in self._fields

    def has(self, name: str, code: str) -> bool:
        return code in self._fields.get(name, ())

    def any_of(self, name: str, codes: Collection[str]) -> bool:
        return any(code in codes for code in self._fields.get(name, ()))

    def problem(self, name: str) -> str:
        return next((text for field, text in self.problems if field == name), "")
