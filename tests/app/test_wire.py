"""Pages on the wire: readable by everyone's gzip, and as large as their class says."""

import gzip

import pytest
from flask import Response
from hypothesis import given
from hypothesis import strategies as st

from app.wire import (
    SMALLEST_CLASS,
    SMALLEST_PLAIN_CLASS,
    deflate,
    finish_page,
    gzip_frame,
    head_size,
    plain_frame,
)

pages = st.text(max_size=400).map(lambda text: f"<!doctype html><p>{text}".encode())
fillings = st.one_of(st.integers(0, 300), st.integers(65_500, 65_600), st.integers(0, 200_000))


@given(pages, fillings)
def test_any_gzip_reads_the_page_whatever_the_filling(page: bytes, filling: int) -> None:
    bare = gzip_frame(page, deflate(page), 0)
    filled = gzip_frame(page, deflate(page), filling)
    assert len(filled) == len(bare) + filling
    assert gzip.decompress(filled) == page


@given(pages, st.integers(0, 5_000))
def test_a_plain_page_grows_by_exactly_the_filling(page: bytes, filling: int) -> None:
    filled = plain_frame(page, filling)
    assert filled.startswith(page)
    assert len(filled) == len(page) + filling


@given(pages, st.booleans(), st.integers(0, 2_000))
def test_small_pages_share_one_class(page: bytes, accepts_gzip: bool, head: int) -> None:
    response = Response(page, mimetype="text/html", headers={"X-Any": "a" * head})
    finish_page(response, accepts_gzip=accepts_gzip, pad=True)
    body = response.get_data()
    expected = SMALLEST_CLASS if accepts_gzip else SMALLEST_PLAIN_CLASS
    assert len(body) + head_size(response, len(body)) == expected
    assert response.headers["Content-Length"] == str(len(body))
    assert response.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("size", [8_000, 60_000, 70_000, 500_000])
@pytest.mark.parametrize("accepts_gzip", [True, False])
def test_large_pages_fill_a_class_above(size: int, accepts_gzip: bool) -> None:
    page = bytes(33 + (i * i * 7919 >> 5) % 90 for i in range(size))
    response = Response(page, mimetype="text/html")
    finish_page(response, accepts_gzip=accepts_gzip, pad=True)
    body = response.get_data()
    total = len(body) + head_size(response, len(body))
    assert total % SMALLEST_CLASS == 0
    assert (total // SMALLEST_CLASS).bit_count() == 1
    assert (gzip.decompress(body) if accepts_gzip else body[:size]) == page


def test_other_answers_stay_as_they_are() -> None:
    for response in (
        Response("ok", mimetype="text/plain"),
        Response(iter([b"a", b"b"]), mimetype="text/html"),
        Response(b"x", mimetype="text/css"),
    ):
        before = dict(response.headers)
        assert dict(finish_page(response, accepts_gzip=True, pad=True).headers) == before
