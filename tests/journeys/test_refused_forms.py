"""A refused form says why in the reader's language and keeps what was typed."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Mapping
from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from casework.doortokens import FormToken, issue_form
from crypto.receipt import word_list, words
from tests.demo_office import BOUNDARY, multipart
from tests.journeys.conftest import ReporterDoor

MULTIPART = "multipart/form-data"
TOLD = "Was ich erlebt habe <&>"
TWO_DAYS = 2 * 24 * 3600
ALERTS = {"de": "Bitte sehen Sie hier noch einmal nach:", "en": "Please look at this again:"}

HALF = {
    "de": "Das sind nicht 8 Wörter oder 27 Ziffern. Bitte prüfen Sie, ob etwas fehlt.",
    "en": "These are not 8 words or 27 digits. Please check whether one is missing.",
}
TYPO = {
    "de": "Das 1. Wort steht nicht in unserer Liste. Bitte prüfen Sie die Schreibweise.",
    "en": "Word 1 is not in our list. Please check its spelling.",
}
SWAPPED = {
    "de": "In diesen Wörtern oder Ziffern ist ein Fehler. Bitte prüfen Sie eins nach dem anderen.",
    "en": "There is a mistake in these words or digits. Please check them one by one.",
}
MIXED = {
    "de": "Diese Wörter kommen aus zwei Sprachen. Alle 8 Wörter müssen aus derselben Sprache sein.",
    "en": "These words come from two languages. All 8 belong to one.",
}
UNKNOWN = {
    "de": "Bitte wählen Sie eine der angebotenen Antworten.",
    "en": "Please choose one of the answers offered.",
}
NO_CHOICE = {
    "de": "Bitte wählen Sie: Sie haben Ihre 8 Wörter aufbewahrt, oder Sie senden ohne Rückweg.",
    "en": "Please choose: you have kept your 8 words, or you send without a way back.",
}
NOTHING = {
    "de": "Bitte beantworten Sie mindestens eine Frage, bevor Sie senden.",
    "en": "Please answer at least one question before you send.",
}
REPEATED = {
    "de": "Bitte geben Sie diese Antwort nur einmal.",
    "en": "Please give this answer only once.",
}
EXPIRED = {
    "de": "Diese Seite war zu lange offen. Alles ist noch da. "
    "Bitte schreiben Sie die neuen 8 Wörter auf und senden Sie noch einmal.",
    "en": "This page had grown too old. Everything is still here. "
    "Please write down the new 8 words and send again.",
}
TOO_MUCH = {
    "de": ("Das war zu viel auf einmal", "Bitte senden Sie höchstens 20.000 Zeichen"),
    "en": ("That was too much at once", "Please send at most 20,000 characters"),
}

pytestmark = pytest.mark.parametrize("language", ["de", "en"])


def token(door: ReporterDoor, age: int = 0) -> FormToken:
    return issue_form(door.files.door_key, int(time.time()) - age)


def post(door: ReporterDoor, address: str, fields: Mapping[str, object]) -> TestResponse:
    return door.client.post(address, data=fields, content_type=MULTIPART)


def report(door: ReporterDoor, language: str, **fields: object) -> TestResponse:
    told = {"form": token(door).fields()["form"], "what": TOLD, "receipt_choice": "kept"}
    return post(door, f"/{language}/report", told | fields)


def type_receipt(door: ReporterDoor, language: str, typed: str) -> TestResponse:
    return post(door, f"/{language}/mailbox", {"receipt": typed})


def alert_of(answer: TestResponse, language: str) -> str:
    """The text of the one alert of a refused page, which speaks the page's language."""
    assert answer.status_code == 400
    assert f'<html lang="{language}"' in answer.text
    found = re.findall(r'role="alert".*?</div>', answer.text, re.DOTALL)
    assert len(found) == 1
    assert ALERTS[language] in found[0]
    return html.unescape(found[0])


def test_half_a_receipt_is_told_so(door: ReporterDoor, language: str) -> None:
    typed = " ".join(token(door).receipt_words(language)[:4])
    answer = type_receipt(door, language, typed)
    assert HALF[language] in alert_of(answer, language)
    assert typed in answer.text


def test_a_receipt_with_a_typo_is_told_so(door: ReporterDoor, language: str) -> None:
    typed = ["qqqq", *token(door).receipt_words(language)[1:]]
    answer = type_receipt(door, language, " ".join(typed))
    assert TYPO[language] in alert_of(answer, language)


def test_a_wrong_digit_is_told_so(door: ReporterDoor, language: str) -> None:
    digits = token(door).digits
    answer = type_receipt(door, language, digits[:-1] + str((int(digits[-1]) + 1) % 10))
    assert SWAPPED[language] in alert_of(answer, language)


def test_words_of_two_languages_are_told_so(door: ReporterDoor, language: str) -> None:
    starts = {name: {word[:4] for word in word_list(name)} for name in ("de", "en")}
    german = [word for word in word_list("de") if word[:4] not in starts["en"]]
    english = [word for word in word_list("en") if word[:4] not in starts["de"]]
    answer = type_receipt(door, language, " ".join(german[:4] + english[:4]))
    assert MIXED[language] in alert_of(answer, language)


def test_a_receipt_reads_in_the_other_language_too(door: ReporterDoor, language: str) -> None:
    carried = token(door)
    sent = report(door, language, form=carried.fields()["form"])
    assert 'data-page="report.sent"' in sent.text
    other = {"de": "en", "en": "de"}[language]
    answer = type_receipt(door, language, " ".join(words(carried.receipt, other)))
    assert 'data-page="mailbox.open"' in answer.text


@pytest.mark.parametrize("name", ["area", "role", "municipality", "grounds", "phenomena", "wishes"])
def test_an_unknown_code_is_told_so(door: ReporterDoor, language: str, name: str) -> None:
    answer = report(door, language, **{name: "no-such-code"})
    assert UNKNOWN[language] in alert_of(answer, language)
    assert html.escape(TOLD) in answer.text


def test_a_missing_choice_is_told_so(door: ReporterDoor, language: str) -> None:
    answer = post(door, f"/{language}/report", {"form": token(door).fields()["form"], "what": TOLD})
    assert NO_CHOICE[language] in alert_of(answer, language)
    assert html.escape(TOLD) in answer.text


def test_a_form_without_any_answer_is_told_so(door: ReporterDoor, language: str) -> None:
    told = {"form": token(door).fields()["form"], "receipt_choice": "none"}
    answer = post(door, f"/{language}/report", told)
    assert NOTHING[language] in alert_of(answer, language)


@pytest.mark.parametrize(
    ("name", "values"),
    [("what", ["einmal", "zweimal"]), ("grounds", ["origin"] * 2), ("area", ["work", "police"])],
)
def test_a_repeated_field_is_told_so(
    door: ReporterDoor, language: str, name: str, values: list[str]
) -> None:
    answer = report(door, language, **{name: values})
    assert REPEATED[language] in alert_of(answer, language)


def test_both_values_of_a_repeated_text_are_kept(door: ReporterDoor, language: str) -> None:
    answer = report(door, language, what=["einmal", "zweimal"])
    assert "einmal\nzweimal</textarea>" in answer.text


def test_an_expired_form_is_kept_and_gets_a_fresh_receipt(
    door: ReporterDoor, language: str
) -> None:
    old = token(door, TWO_DAYS)
    answer = report(door, language, form=old.fields()["form"], when_roughly="im Sommer")
    assert EXPIRED[language] in alert_of(answer, language)
    assert html.escape(TOLD) in answer.text
    assert 'value="im Sommer"' in answer.text
    assert old.digits not in answer.text
    assert " ".join(old.receipt_words(language)) not in answer.text
    fresh = re.search(r'name="form" value="([^"]+)"', answer.text)
    assert fresh
    assert fresh[1] != old.fields()["form"]
    assert 'value="kept" checked' not in answer.text
    assert 'data-page="report.sent"' in report(door, language, form=fresh[1]).text


def test_an_origin_that_is_no_address_is_refused(door: ReporterDoor, language: str) -> None:
    told = {"form": token(door).fields()["form"], "what": TOLD, "receipt_choice": "kept"}
    answer = door.client.post(
        f"/{language}/report", data=told, content_type=MULTIPART, headers={"Origin": "http://["}
    )
    assert ALERTS[language] in alert_of(answer, language)
    assert html.escape(TOLD) in answer.text


def test_an_empty_message_is_told_beside_its_field(door: ReporterDoor, language: str) -> None:
    carried = token(door)
    report(door, language, form=carried.fields()["form"])
    box = type_receipt(door, language, carried.digits)
    write = re.search(r'name="write" value="([^"]+)"', box.text)
    assert write
    answer = post(door, f"/{language}/mailbox/words", {"write": write[1], "text": ""})
    assert 'href="#f-text"' in alert_of(answer, language)
    assert 'id="f-text"' in answer.text


def test_too_much_at_once_is_told_so(door: ReporterDoor, language: str) -> None:
    body = multipart([("what", "x" * 1_200_000)])
    kind = f"{MULTIPART}; boundary={BOUNDARY}"
    address = f"/{language}/report"
    answer = door.client.post(address, input_stream=BytesIO(body), content_type=kind)
    assert answer.status_code == 413
    assert 'data-page="error.413"' in answer.text
    assert f'<html lang="{language}"' in answer.text
    assert all(sentence in answer.text for sentence in TOO_MUCH[language])
