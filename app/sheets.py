"""Printed sheets: one page for each holder of a recovery card, in German with English below.

The page is made as text first (`recovery_page`), then set as PDF/UA by WeasyPrint.
"""

from __future__ import annotations

import datetime as dt
import importlib
import os
from html import escape
from pathlib import Path
from typing import NamedTuple

from crypto.wordcode import HOLDER_CARD, card_words

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
LANGUAGE = "de"


class CannotPrint(Exception):
    """No PDF can be made here; the message is one sentence."""


class CardSheet(NamedTuple):
    """What stands on one holder's page. `holder` may be empty: a line to write on."""

    office: str
    team: str
    number: int
    of: int
    needed: int
    holder: str
    words: tuple[str, ...]
    made: dt.date
    command: str


def card_sheets(
    cards: tuple[bytes, ...],
    holders: tuple[str, ...],
    needed: int,
    names: tuple[str, str],
    made: dt.date,
    data: Path,
) -> tuple[CardSheet, ...]:
    """One sheet a card; `names` are the office's and the team's, `data` the office's folder."""
    named = (*holders, *[""] * len(cards))
    command = f"hinsehen team recover --data {data.resolve()}"
    return tuple(
        CardSheet(
            *names,
            number,
            len(cards),
            needed,
            named[number - 1],
            card_words(HOLDER_CARD, card, LANGUAGE),
            made,
            command,
        )
        for number, card in enumerate(cards, 1)
    )


def recovery_page(sheets: tuple[CardSheet, ...]) -> str:
    """The document, one section a holder; everything in it is escaped."""
    first = sheets[0]
    title = f"Wiederherstellungskarten: {first.team} ({first.office})"
    body = "\n".join(_section(sheet) for sheet in sheets)
    return (
        f'<!DOCTYPE html>\n<html lang="de"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body>\n{body}\n"
        "</body></html>\n"
    )


def _section(sheet: CardSheet) -> str:
    words = "".join(f"<li>{escape(word)}</li>" for word in sheet.words)
    before = "".join(_both(sheet, *pair) for pair in _ABOUT)
    after = "".join(_both(sheet, *pair) for pair in _IN_NEED)
    holder = escape(sheet.holder) or "_" * 30
    return (
        f"<section><h1>Wiederherstellungskarte {sheet.number} von {sheet.of}</h1>"
        f'<p class="en" lang="en">Recovery card {sheet.number} of {sheet.of}</p>'
        f"<p>{escape(sheet.office)} · {escape(sheet.team)} · {sheet.made:%d.%m.%Y}</p>"
        f"<p>Verwahrt von: <strong>{holder}</strong></p>"
        f'<p class="en" lang="en">Kept by</p>{before}<ol>{words}</ol>'
        f"{after}<p><code>{escape(sheet.command)}</code></p></section>"
    )


def _both(sheet: CardSheet, german: str, english: str) -> str:
    numbers = {"needed": sheet.needed, "of": sheet.of}
    return (
        f"<p>{escape(german.format(**numbers))}</p>"
        f'<p class="en" lang="en">{escape(english.format(**numbers))}</p>'
    )


_ABOUT = (
    (
        "Diese Karte hilft, wenn im Team niemand mehr das Passwort weiß: {needed} der {of} Karten "
        "zusammen öffnen die Fälle wieder. Eine Karte allein öffnet nichts.",
        "This card helps when nobody of the team knows their password any more: {needed} of the "
        "{of} cards together open the cases again. One card alone opens nothing.",
    ),
    (
        "Bewahren Sie sie außerhalb der Beratungsstelle und verschlossen auf. Sagen Sie niemandem "
        "die Wörter, schreiben und fotografieren Sie sie nicht ab.",
        "Keep it locked away, outside the office. Tell nobody the words; do not copy them and "
        "take no picture.",
    ),
    (
        "Die Karte gilt, bis das Team neue Karten macht. Ist sie verloren oder hat jemand sie "
        "gesehen, sagen Sie es dem Team: Es macht dann neue Karten.",
        "The card is good until the team makes new ones. If it is lost or somebody has seen it, "
        "tell the team: it will make new cards.",
    ),
)
_IN_NEED = (
    (
        "Im Notfall: Kommen Sie selbst, tippen Sie Ihre 12 Wörter selbst, und sehen Sie, wer das "
        "neue Passwort wählt. Alle im Team lesen danach 30 Tage lang, dass es geschehen ist.",
        "In need: come in person, type your 12 words yourself, and see who chooses the new "
        "password. For 30 days everybody of the team will read that it was done.",
    ),
    (
        "Der Befehl auf dem Rechner der Beratungsstelle:",
        "The command on the office's machine:",
    ),
)
_STYLE = (
    "@page{size:A4;margin:22mm}"
    "body{font-family:'DejaVu Sans',sans-serif;font-size:11pt;line-height:1.4}"
    "section{break-after:page}section:last-child{break-after:auto}"
    "h1{font-size:20pt;margin:0}p{margin:8pt 0 0}"
    ".en{font-size:8.5pt;margin:0;color:#444}"
    "ol{columns:3;font-size:14pt;font-weight:bold;margin:16pt 0;padding:12pt 12pt 12pt 34pt;"
    "border:1pt solid #000;line-height:1.9}"
    "code{font-family:'DejaVu Sans Mono',monospace;font-size:10pt;overflow-wrap:anywhere}"
)


def sheets_pdf(sheets: tuple[CardSheet, ...]) -> bytes:
    """The sheets as PDF/UA, one page each; `CannotPrint` where Pango is missing."""
    return pdf_of(recovery_page(sheets))


def pdf_of(page: str) -> bytes:
    """A document as PDF/UA. Nothing is fetched and nothing else written."""
    try:
        # Loaded only here: an office that prints nothing needs no Pango, and starts sooner.
        weasyprint = importlib.import_module("weasyprint")
    except OSError:
        raise CannotPrint(
            f"Printing needs Pango: apt-get install {PACKAGES}; or use --on-screen."
        ) from None
    made: bytes = weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")
    return made


class NewFile:
    """A file for secrets that only its owner reads, made before there is anything to write.

    `CannotPrint` where one exists or none can be made: known before old cards are put out of use.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise CannotPrint(f"{path} exists already: name another file.") from None
        except OSError as problem:
            raise CannotPrint(f"{path} cannot be written: {problem.strerror}.") from None

    def keep(self, data: bytes) -> None:
        with os.fdopen(self._handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def give_up(self) -> None:
        """Nothing will be written: the empty file goes."""
        os.close(self._handle)
        self.path.unlink()
