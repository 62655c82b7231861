"""Which languages the pages speak, and where their words come from.

English is the source; every other language is a folder of gettext catalogues under
`translations/`. Catalogues are compiled in memory when first asked for, so that a changed
text needs no build step and no compiled file can lag behind its source.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations
from flask import Flask

from app.clock import OFFICE_ZONE

LANGUAGES = {"de": "Deutsch", "en": "English"}
DEFAULT_LANGUAGE = "de"
SOURCE_LANGUAGE = "en"
DOMAINS = ("messages", "desk")
_MB = 1024 * 1024
# Beside the three floors in a clone, inside this package in a wheel.
_PLACES = (Path(__file__).resolve().parents[1], Path(__file__).resolve().parent)
FOLDER = next(p / "translations" for p in _PLACES if (p / "translations").is_dir())


def _compiled(catalogue: Path, language: str) -> BytesIO:
    with catalogue.open("rb") as source:
        messages = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return compiled


@cache
def translations_for(language: str) -> NullTranslations:
    """All catalogues of one language as one; English answers with the source text."""
    merged = Translations()
    if language == SOURCE_LANGUAGE:
        return merged
    for domain in DOMAINS:
        catalogue = FOLDER / language / "LC_MESSAGES" / f"{domain}.po"
        if catalogue.exists():
            merged.merge(Translations(_compiled(catalogue, language), domain=domain))
    return merged


def text_direction(language: str) -> str:
    """`ltr` or `rtl`, for the page's `dir`."""
    return Locale.parse(language).text_direction


def say_day(day: date, language: str) -> str:
    """A date as people of that language write it, with the month's name."""
    return format_date(day, format="long", locale=language)


def say_short_day(day: date, language: str) -> str:
    """A date for the columns of a list, always of one width."""
    return format_date(day, format="medium", locale=language)


def say_moment(at: datetime, language: str) -> str:
    """Day and minute on the office's wall clock."""
    return format_datetime(at, format="short", tzinfo=OFFICE_ZONE, locale=language)


def say_size(size: int, language: str) -> str:
    """Bytes as people say them: whole KB, MB with one digit after the comma where it is not 0."""
    in_mb = size >= _MB
    number = format_decimal(
        size / _MB if in_mb else max(1, round(size / 1024)),
        format="#,##0.#" if in_mb else "#,##0",
        locale=language,
    )
    return f"{number}\u00a0{'MB' if in_mb else 'KB'}"


def install_words(app: Flask, current_language: Callable[[], str]) -> None:
    """Give the templates `_()`, answering in the language of the request at hand."""
    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")

    def say(text: str) -> str:
        return translations_for(current_language()).gettext(text)

    def say_count(one: str, many: str, count: int) -> str:
        return translations_for(current_language()).ngettext(one, many, count)

    env.install_gettext_callables(say, say_count, newstyle=True)  # type: ignore[attr-defined]


def gettext_of(language: str) -> Callable[[str], str]:
    """The one function that turns a source text into that language."""
    return translations_for(language).gettext
