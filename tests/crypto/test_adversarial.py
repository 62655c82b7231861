"""What somebody who can change stored bytes tries. Every attempt ends in the same error."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.envelope import WRAP_BYTES, seal, unseal, unwrap, wrap
from crypto.errors import CannotOpen
from crypto.keys import framed, key_id
from crypto.primitives import (
    HPKE_ENC_BYTES,
    ChunkOpener,
    chunks_open,
    hpke_seal,
    key_pair,
)
from crypto.stream import open_to, seal_stream
from tests.crypto.independent_reader import combined, hpke_key

KEYS, OTHER = key_pair(b"\1" * 32), key_pair(b"\2" * 32)
SECRET, KEY = bytes(range(32)), b"\7" * 32
PURPOSE, PLACE = "case-seed", (b"team", b"case")
HEADER, CHUNK = 60, 16_384 + 16
WRAP = wrap(KEYS.public, SECRET, PURPOSE, *PLACE)
DATA = bytes(n % 251 for n in range(40_000))


def refuses_wrap(sealed: bytes) -> None:
    with pytest.raises(CannotOpen):
        unwrap(KEYS, sealed, PURPOSE, *PLACE)


def small_box() -> bytes:
    return seal(KEY, b"words", "record", *PLACE, revision=3)


def box_of_chunks(data: bytes = DATA) -> bytes:
    return seal(KEY, data, "record", *PLACE, revision=3)


def stream(data: bytes = DATA) -> bytes:
    target = io.BytesIO()
    seal_stream(KEY, [data], target, "record", *PLACE, revision=3)
    return target.getvalue()


def open_box(box: bytes) -> bytes:
    return unseal(KEY, box, "record", *PLACE, revision=3)


def open_stream(box: bytes) -> bytes:
    """The data of a stream; a refused one leaves nothing behind."""
    target = io.BytesIO(b"before")
    target.seek(0, io.SEEK_END)
    try:
        open_to(KEY, io.BytesIO(box), target, "record", *PLACE, revision=3)
    except CannotOpen:
        assert target.getvalue() == b"before"
        raise
    return target.getvalue()[6:]


FORMS = {"box": (box_of_chunks, open_box), "stream": (stream, open_stream)}
Form = tuple[Callable[..., bytes], Callable[[bytes], bytes]]


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> Form:
    return FORMS[request.param]


def flip(whole: bytes, at: int, bit: int = 0) -> bytes:
    changed = bytearray(whole)
    changed[at] ^= 1 << bit
    return bytes(changed)


def chunks_of(box: bytes) -> list[bytes]:
    return [box[at : at + CHUNK] for at in range(HEADER, len(box), CHUNK)]


def test_every_byte_of_a_wrap_counts() -> None:
    for at in range(WRAP_BYTES):
        refuses_wrap(flip(WRAP, at, at % 8))


@pytest.mark.parametrize("length", [0, 1, 11, 12, 55, 56, 71, 1100, 1132, 1164, 1179])
def test_a_wrap_cut_short_is_refused(length: int) -> None:
    refuses_wrap(WRAP[:length])


def test_a_wrap_with_bytes_behind_it_is_refused() -> None:
    refuses_wrap(WRAP + b"\0")


@pytest.mark.parametrize(("at", "name"), [(0, "magic"), (2, "version"), (3, "suite")])
def test_a_wrap_of_another_kind_is_refused_for_every_value(at: int, name: str) -> None:
    for value in set(range(256)) - {WRAP[at]}:
        refuses_wrap(WRAP[:at] + bytes([value]) + WRAP[at + 1 :])


def test_a_wrap_for_another_key_is_refused() -> None:
    refuses_wrap(wrap(OTHER.public, SECRET, PURPOSE, *PLACE))


def test_a_wrap_under_the_key_id_of_another_key_is_refused() -> None:
    foreign = wrap(OTHER.public, SECRET, PURPOSE, *PLACE)
    refuses_wrap(foreign[:4] + key_id(KEYS.public) + foreign[12:])
    refuses_wrap(WRAP[:4] + key_id(OTHER.public) + WRAP[12:])


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_wrap_of_another_size_is_neither_made_nor_opened(size: int) -> None:
    with pytest.raises(ValueError, match=r"^a wrap carries exactly 32 bytes$"):
        wrap(KEYS.public, bytes(size), PURPOSE, *PLACE)
    head = WRAP[:12]
    info = framed((b"drcm/v1/wrap", head, PURPOSE.encode(), *PLACE))
    refuses_wrap(head + hpke_seal(KEYS.public, bytes(size), info))


LOW_ORDER = {
    "zero": bytes(32),
    "one": b"\1" + bytes(31),
    "minus one": bytes.fromhex("ec" + "ff" * 30 + "7f"),
    "p": bytes.fromhex("ed" + "ff" * 30 + "7f"),
    "p + 1": bytes.fromhex("ee" + "ff" * 30 + "7f"),
    "order 8": bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    "order 8 too": bytes.fromhex(
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"
    ),
}


@pytest.mark.parametrize("point", LOW_ORDER.values(), ids=LOW_ORDER)
def test_a_wrap_with_a_share_of_low_order_is_refused(point: bytes) -> None:
    refuses_wrap(WRAP[:1100] + point + WRAP[1132:])


@pytest.mark.parametrize("point", LOW_ORDER.values(), ids=LOW_ORDER)
def test_a_share_of_low_order_is_refused_before_its_cipher(point: bytes) -> None:
    """Made so that a reader which takes an all-zero X25519 result would open it."""
    lattice, sealed = MLKEM768PublicKey.from_public_bytes(KEYS.public[:1184]).encapsulate()
    refuses_wrap(_hybrid_wrap(lattice, sealed, bytes(32), point))


def _hybrid_wrap(lattice: bytes, sealed: bytes, curve: bytes, share: bytes) -> bytes:
    head = WRAP[:12]
    info = framed((b"drcm/v1/wrap", head, PURPOSE.encode(), *PLACE))
    key, nonce = hpke_key(combined(lattice, curve, share, KEYS.public[1184:]), info)
    return head + sealed + share + AESGCM(key).encrypt(nonce, SECRET, None)


def test_parts_of_two_wraps_do_not_mix() -> None:
    again = wrap(KEYS.public, SECRET, PURPOSE, *PLACE)
    for border in (1100, 1132, 1164):
        refuses_wrap(WRAP[:border] + again[border:])


def test_a_public_key_of_another_length_or_with_a_bad_half_seals_nothing() -> None:
    for public in (b"", KEYS.public[:-1], KEYS.public + b"\0", b"\xff" * 1216):
        with pytest.raises(CannotOpen):
            wrap(public, SECRET, PURPOSE)


MOVED = {
    "another purpose": ("team-seed", PLACE),
    "another case": (PURPOSE, (b"team", b"casf")),
    "no place": (PURPOSE, ()),
    "less place": (PURPOSE, (b"team",)),
    "more place": (PURPOSE, (*PLACE, b"")),
    "border moved": (PURPOSE, (b"teamc", b"ase")),
    "joined": (PURPOSE, (b"teamcase",)),
    "order changed": (PURPOSE, PLACE[::-1]),
    "purpose moved into place": ("", (PURPOSE.encode(), *PLACE)),
}


@pytest.mark.parametrize(("purpose", "place"), MOVED.values(), ids=MOVED)
def test_a_moved_wrap_is_refused(purpose: str, place: tuple[bytes, ...]) -> None:
    with pytest.raises(CannotOpen):
        unwrap(KEYS, WRAP, purpose, *place)


@pytest.mark.parametrize(("kind", "place"), MOVED.values(), ids=MOVED)
def test_a_moved_box_is_refused(kind: str, place: tuple[bytes, ...]) -> None:
    box = seal(KEY, b"words", PURPOSE, *PLACE)
    with pytest.raises(CannotOpen):
        unseal(KEY, box, kind, *place)


@pytest.mark.parametrize(("kind", "place"), MOVED.values(), ids=MOVED)
def test_a_moved_stream_is_refused_and_leaves_nothing(kind: str, place: tuple[bytes, ...]) -> None:
    sealed, target = io.BytesIO(), io.BytesIO()
    seal_stream(KEY, [b"words"], sealed, PURPOSE, *PLACE)
    with pytest.raises(CannotOpen):
        open_to(KEY, io.BytesIO(sealed.getvalue()), target, kind, *place)
    assert target.getvalue() == b""


@pytest.mark.parametrize("revision", [0, 2, 4, 2**63])
def test_another_revision_is_refused(revision: int) -> None:
    with pytest.raises(CannotOpen):
        unseal(KEY, small_box(), "record", *PLACE, revision=revision)
    with pytest.raises(CannotOpen):
        open_to(KEY, io.BytesIO(stream()), io.BytesIO(), "record", *PLACE, revision=revision)


@pytest.mark.parametrize("key", [b"\7" * 31 + b"\6", b"", b"\7" * 16, b"\7" * 33])
def test_another_key_or_one_of_another_length_opens_nothing(key: bytes) -> None:
    with pytest.raises(CannotOpen):
        unseal(key, small_box(), "record", *PLACE, revision=3)
    with pytest.raises(CannotOpen):
        open_to(key, io.BytesIO(stream()), io.BytesIO(), "record", *PLACE, revision=3)
    with pytest.raises(CannotOpen):
        chunks_open(key, small_box()[4:], b"")
    with pytest.raises(CannotOpen):
        ChunkOpener(key, b"").update(small_box()[4:])


def test_every_byte_of_a_small_box_counts() -> None:
    box = small_box()
    for at in range(len(box)):
        with pytest.raises(CannotOpen):
            open_box(flip(box, at, at % 8))


def test_every_header_byte_and_each_end_of_each_chunk_counts(form: Form) -> None:
    make, open_form = form
    box = make()
    borders = [border for start in range(HEADER, len(box), CHUNK) for border in _ends(start, box)]
    assert len(borders) >= 12
    for at in [*range(HEADER), *borders]:
        with pytest.raises(CannotOpen):
            open_form(flip(box, at, at % 8))


def _ends(start: int, box: bytes) -> Iterator[int]:
    end = min(start + CHUNK, len(box))
    yield from (start, start + 1, end - 17, end - 16, end - 1)


def test_a_form_cut_short_anywhere_near_a_border_is_refused(form: Form) -> None:
    make, open_form = form
    box = make()
    starts = range(HEADER, len(box), CHUNK)
    near = {start + off for start in starts for off in (-1, 0, 1, 15, 16, 17)}
    for length in sorted({0, 1, 3, 4, 27, 28, 55, 56, 59, 60, 71, 72, len(box) - 1} | near):
        with pytest.raises(CannotOpen):
            open_form(box[: min(length, len(box) - 1)])


@pytest.mark.parametrize("more", [b"\0", bytes(15), bytes(16), bytes(17), bytes(CHUNK)])
def test_bytes_behind_a_form_are_refused(form: Form, more: bytes) -> None:
    make, open_form = form
    with pytest.raises(CannotOpen):
        open_form(make() + more)


REARRANGED: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "swapped": lambda chunks: [chunks[1], chunks[0], *chunks[2:]],
    "first dropped": lambda chunks: chunks[1:],
    "middle dropped": lambda chunks: [chunks[0], *chunks[2:]],
    "last dropped": lambda chunks: chunks[:-1],
    "first twice": lambda chunks: [chunks[0], *chunks],
    "last twice": lambda chunks: [*chunks, chunks[-1]],
    "backwards": lambda chunks: chunks[::-1],
    "none": lambda chunks: [],
}


@pytest.mark.parametrize("rearrange", REARRANGED.values(), ids=REARRANGED)
def test_rearranged_chunks_are_refused(
    form: Form, rearrange: Callable[[list[bytes]], list[bytes]]
) -> None:
    make, open_form = form
    box = make()
    assert open_form(box[:HEADER] + b"".join(chunks_of(box))) == DATA
    with pytest.raises(CannotOpen):
        open_form(box[:HEADER] + b"".join(rearrange(chunks_of(box))))


def test_chunks_of_two_boxes_under_one_key_do_not_mix(form: Form) -> None:
    make, open_form = form
    first, second = make(), make()
    for number in range(len(chunks_of(first))):
        mixed = chunks_of(first)
        mixed[number] = chunks_of(second)[number]
        with pytest.raises(CannotOpen):
            open_form(first[:HEADER] + b"".join(mixed))
    with pytest.raises(CannotOpen):
        open_form(first[:28] + second[28:])


@pytest.mark.parametrize(("at", "name"), [(0, "magic"), (1, "magic"), (2, "version"), (3, "alg")])
def test_a_form_of_another_kind_is_refused_for_every_value(form: Form, at: int, name: str) -> None:
    make, open_form = form
    box = make(b"words")
    for value in set(range(256)) - {box[at]}:
        with pytest.raises(CannotOpen):
            open_form(box[:at] + bytes([value]) + box[at + 1 :])


def test_a_box_is_no_stream_and_a_stream_no_box() -> None:
    with pytest.raises(CannotOpen):
        open_stream(box_of_chunks())
    with pytest.raises(CannotOpen):
        open_box(stream())


def test_a_box_is_no_wrap_and_a_wrap_no_box() -> None:
    refuses_wrap(small_box())
    refuses_wrap(small_box()[:WRAP_BYTES])
    with pytest.raises(CannotOpen):
        open_box(WRAP)
    with pytest.raises(CannotOpen):
        open_stream(WRAP)


def test_random_bytes_of_the_right_size_are_refused() -> None:
    for _ in range(50):
        refuses_wrap(os.urandom(WRAP_BYTES))
        refuses_wrap(WRAP[:12] + os.urandom(HPKE_ENC_BYTES + 48))
        with pytest.raises(CannotOpen):
            open_box(b"DO\x01\x01" + os.urandom(4200))
        with pytest.raises(CannotOpen):
            open_stream(b"DO\x01\x02" + os.urandom(66_000))


def test_the_one_error_says_nothing_about_the_reason() -> None:
    said = set()
    for attempt in (b"", flip(WRAP, 3), flip(WRAP, 5), flip(WRAP, 200), flip(WRAP, 1110), WRAP[1:]):
        with pytest.raises(CannotOpen) as refused:
            unwrap(KEYS, attempt, PURPOSE, *PLACE)
        said.add((str(refused.value), refused.value.args, refused.value.__suppress_context__))
    assert {text for text, _, _ in said} == {
        "these bytes cannot be opened with this key in this place"
    }


def test_an_x25519_key_alone_cannot_take_the_hybrids_place() -> None:
    with pytest.raises(CannotOpen):
        wrap(X25519PrivateKey.generate().public_key().public_bytes_raw(), SECRET, PURPOSE)
