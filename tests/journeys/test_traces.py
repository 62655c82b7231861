"""The search for traces finds what is planted, in each spelling, and nothing else."""

from __future__ import annotations

import base64
import gzip
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.journeys.traces import Search

PLANTS: dict[str, Callable[[bytes], bytes]] = {
    "raw": lambda word: word,
    "utf-16-le": lambda word: word.decode().encode("utf-16-le"),
    "utf-16-be": lambda word: word.decode().encode("utf-16-be"),
    "base64, first": base64.b64encode,
    "base64, second": lambda word: base64.b64encode(b"1" + word + b"23"),
    "base64, third": lambda word: base64.b64encode(b"12" + word + b"3"),
    "base64 of utf-16": lambda word: base64.b64encode(word.decode().encode("utf-16")),
    "base64 for addresses": lambda word: base64.urlsafe_b64encode(b"\xff" * 3 + word),
    "hex": lambda word: word.hex().encode(),
    "large hex": lambda word: word.hex().upper().encode(),
    "percent": lambda word: quote(word, safe="").encode(),
    "zlib": lambda word: zlib.compress(b"before " * 90 + word),
    "quick zlib": lambda word: zlib.compress(word, 1),
    "gzip": lambda word: gzip.compress(b"before " * 90 + word),
    "gzip, cut short": lambda word: gzip.compress(word + os.urandom(5000))[:3000],
    "gzip of base64": lambda word: gzip.compress(base64.b64encode(word)),
}


@pytest.mark.parametrize("spelling", list(PLANTS))
def test_the_search_finds_a_planted_word(tmp_path: Path, spelling: str) -> None:
    word = "KanarieGrüße4711Vogel"
    planted = os.urandom(3000) + PLANTS[spelling](word.encode()) + os.urandom(3000)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(planted)
    assert Search([word]).in_folder(tmp_path) != []
    assert Search(["KanarieAnderes4712Vogel"]).in_folder(tmp_path) == []


def test_the_search_finds_a_word_in_the_name_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "upload-Kanarie4711Vogel.tmp").touch()
    assert Search(["Kanarie4711Vogel"]).in_folder(tmp_path) != []


def test_the_search_finds_the_bytes_of_a_receipt(tmp_path: Path) -> None:
    receipt = os.urandom(11)
    (tmp_path / "file").write_bytes(os.urandom(500) + receipt + os.urandom(500))
    assert Search([receipt]).in_folder(tmp_path) != []
