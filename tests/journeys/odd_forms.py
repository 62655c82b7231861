"""Generates forms as no browser would send them, as raw bytes, with what is known of each."""

from __future__ import annotations

import time
from typing import NamedTuple

from hypothesis import strategies as st

from casework.answers import FIELDS
from casework.doortokens import issue_form, issue_write
from casework.vocabulary import Area, Ground, Phenomenon, Role, Wish
from crypto.primitives import sha256
from crypto.receipt import digits, word_list, words

AUTH = b"a" * 32
BOUNDARY = "----odd-form"
WHOLE = f"multipart/form-data; boundary={BOUNDARY}"
CHECKED = b"drcm/v1/rc"
TWO_DAYS = 2 * 24 * 3600
ADDRESSES = ("report", "mailbox", "mailbox/words", "mailbox/withdraw")
KEPT_FIELD = {"report": "what", "mailbox/words": "text"}
CODES = [*Ground, *Phenomenon, *Area, *Role, *Wish, "kept", "none", "yes", "nonsense", "ORIGIN"]
KINDS = (
    WHOLE,
    f"multipart/form-data; charset=utf-7; boundary={BOUNDARY}",
    f"multipart/form-data; charset=iso-8859-1; boundary={BOUNDARY}",
    f"multipart/form-data; charset=no-such-set; boundary={BOUNDARY}",
)
BROKEN_KINDS = (
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=another",
    f'multipart/form-data; boundary="{BOUNDARY}',
    f"multipart/mixed; boundary={BOUNDARY}",
    "application/x-www-form-urlencoded",
    "application/json",
    "",
)
ORIGINS = ("", "null", "https://elsewhere.example", "http://[", "//", "http://localhost:x")
BROKEN_TEXTS = (
    b"\xff\xfe\x00\x80",
    b"\xc3",
    b"\xed\xa0\x80 lone surrogate",
    b"\xf5\x80\x80\x80",
    b"before\0after",
    "\N{REPLACEMENT CHARACTER}".encode(),
)


class Part(NamedTuple):
    """One part of a form; `extra` stands behind its name, `head` on lines of its own."""

    name: str
    value: bytes
    extra: bytes = b""
    head: bytes = b""

    @property
    def is_plain(self) -> bool:
        return not self.extra and not self.head

    def spelled(self) -> bytes:
        name = self.name.encode("utf-8", "surrogatepass")
        start = f"--{BOUNDARY}\r\n".encode() + b'Content-Disposition: form-data; name="' + name
        return start + b'"' + self.extra + b"\r\n" + self.head + b"\r\n" + self.value + b"\r\n"


class Known(NamedTuple):
    """What a reporter of the office could know, so that some forms reach a real mailbox."""

    door_key: bytes
    receipt: bytes
    locator: bytes


class OddForm(NamedTuple):
    """`kept`: the text that a refused page must still show; None where none is known."""

    address: str
    language: str
    content_type: str
    body: bytes
    origin: str
    kept: str | None

    @property
    def path(self) -> str:
        return f"/{self.language}/{self.address}"

    @property
    def headers(self) -> dict[str, str]:
        sent = {"Content-Type": self.content_type, "Origin": self.origin}
        return {name: value for name, value in sent.items() if value}


def texts() -> st.SearchStrategy[bytes]:
    plain = st.text(st.characters(exclude_categories=["Cs"]), max_size=60).map(str.encode)
    long = st.integers(19_990, 20_010).map(lambda count: b"x" * count)
    return st.one_of(plain, plain, st.sampled_from(BROKEN_TEXTS), st.binary(max_size=30), long)


def form_tokens(door_key: bytes) -> st.SearchStrategy[bytes]:
    now = int(time.time())
    ages = st.sampled_from([0, 0, 0, TWO_DAYS, -TWO_DAYS])
    signed = ages.map(lambda age: issue_form(door_key, now - age).fields()["form"].encode())
    forged = st.sampled_from([b"", b"forged", b"A" * 90, b"\xff" * 20, "ü".encode() * 45])
    return st.one_of(signed, signed, forged)


def write_tokens(known: Known) -> st.SearchStrategy[bytes]:
    now, places = int(time.time()), st.sampled_from([known.locator, known.locator, b"l" * 16])
    ages = st.sampled_from([0, 0, 7200, -TWO_DAYS])
    issued = st.builds(
        lambda place, age: issue_write(known.door_key, place, AUTH, now - age)["write"],
        places,
        ages,
    )
    return st.one_of(issued.map(str.encode), st.sampled_from([b"", b"forged", b"B" * 100]))


def receipts(known: Known) -> st.SearchStrategy[bytes]:
    """Whole, halved, mistyped, of two languages, of nobody."""
    made = st.binary(min_size=10, max_size=10).map(lambda one: one + sha256(CHECKED + one)[:1])
    whole = st.one_of(st.just(known.receipt), made)
    listed = st.sampled_from([*word_list("de")[::97], *word_list("en")[::97], "qqqq", "٣٤٥"])
    spelled = st.one_of(
        st.builds(
            lambda one, lang: " ".join(words(one, lang)), whole, st.sampled_from(["de", "en"])
        ),
        whole.map(digits),
        whole.map(lambda one: digits(one)[:-3]),
        st.lists(listed, max_size=18).map(" ".join),
    )
    return spelled.map(str.encode)


def _named(known: Known) -> st.SearchStrategy[Part]:
    codes = st.one_of(st.sampled_from(CODES).map(lambda code: str(code).encode()), texts())
    coded = st.sampled_from([*FIELDS, "receipt_choice", "withdraw", "no_such_field"])
    return st.one_of(
        st.builds(Part, st.just("what"), texts()),
        st.builds(Part, st.sampled_from(["text", "when_roughly", "keep_private"]), texts()),
        st.builds(Part, coded, codes),
        st.builds(Part, st.just("receipt_choice"), st.sampled_from([b"kept", b"none"])),
        st.builds(Part, st.just("form"), form_tokens(known.door_key)),
        st.builds(Part, st.just("write"), write_tokens(known)),
        st.builds(Part, st.just("receipt"), st.one_of(receipts(known), texts())),
        st.builds(Part, st.just("when"), st.sampled_from([b"2026-03-16", b"9999-12-31", b"0"])),
    )


def _right_parts(known: Known, address: str) -> list[Part]:
    """The parts of a form that the door takes."""
    now = int(time.time())
    form = issue_form(known.door_key, now).fields()["form"].encode()
    write = issue_write(known.door_key, known.locator, AUTH, now)["write"].encode()
    told = Part("what", b"Es ist etwas passiert.")
    receipt = Part("receipt", digits(known.receipt).encode())
    return {
        "report": [Part("form", form), told, Part("receipt_choice", b"none")],
        "mailbox": [receipt],
        "mailbox/words": [Part("write", write), Part("text", told.value)],
        "mailbox/withdraw": [receipt],
    }[address]


@st.composite
def _parts(draw: st.DrawFn, known: Known, address: str) -> list[Part]:
    """Parts that fit nothing, or a right form of which a part is lost, changed or added."""
    odd = st.lists(_named(known), max_size=draw(st.sampled_from([0, 2, 9])))
    right = _right_parts(known, address) if draw(st.booleans()) else []
    lost = draw(st.integers(0, 8))
    changed = [
        part._replace(value=draw(texts())) if draw(st.integers(0, 5)) == 5 else part
        for number, part in enumerate(right, 1)
        if number != lost
    ]
    return draw(st.permutations(changed + draw(odd)))


def _spoiled() -> st.SearchStrategy[tuple[bytes, bytes]]:
    """What stands behind a part's name, and on lines of its own; mostly nothing."""
    extras = st.sampled_from([b"", b"", b"", b'; filename="a.txt"', b"; filename*=utf-8''%ff"])
    heads = [b"Content-Type: text/plain; charset=utf-16\r\n", b"X-Odd: \xff\r\n", b"no colon\r\n"]
    heads += [b"Content-Transfer-Encoding: base64\r\n"]
    return st.tuples(extras, st.sampled_from([b""] * 6 + heads))


@st.composite
def odd_forms(draw: st.DrawFn, known: Known) -> OddForm:
    """A form to one of the four addresses that take forms."""
    address = draw(st.sampled_from([*ADDRESSES, "report", "report"]))
    parts = draw(_parts(known, address))
    if draw(st.integers(0, 3)) == 3:
        parts = [p._replace(extra=e, head=h) for p in parts for e, h in [draw(_spoiled())]]
    whole = b"".join(part.spelled() for part in parts) + f"--{BOUNDARY}--\r\n".encode()
    percent = draw(st.integers(0, 100)) if draw(st.integers(0, 5)) == 5 else 100
    kind = draw(st.sampled_from(KINDS))
    if broken := draw(st.integers(0, 7)) == 7:
        kind = draw(st.sampled_from(BROKEN_KINDS))
    sound = not broken and percent == 100 and all(part.is_plain for part in parts)
    return OddForm(
        address,
        draw(st.sampled_from(["de", "en"])),
        kind,
        whole[: len(whole) * percent // 100],
        draw(st.sampled_from(ORIGINS)) if draw(st.integers(0, 4)) == 4 else "",
        _typed(parts, KEPT_FIELD.get(address, "")) if sound else None,
    )


def _typed(parts: list[Part], name: str) -> str | None:
    """The one text of a field, where it is a text that a page can show as it was sent."""
    sent = [part.value for part in parts if part.name == name]
    if len(sent) != 1 or b"\0" in sent[0]:
        return None
    try:
        return sent[0].decode("utf-8")
    except UnicodeDecodeError:
        return None
