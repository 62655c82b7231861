"""Searches files for words in every spelling that a program might leave them in."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
# gzip, and zlib with each of its four usual levels.
PACKED_START = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
WBITS_OF_ANY_HEADER = zlib.MAX_WBITS | 32
PIECE = 512
MOST_UNPACKED = 4 * 1024 * 1024

Mark = str | bytes


def spellings(mark: Mark) -> dict[str, bytes]:
    """Name of the spelling to the bytes looked for."""
    if isinstance(mark, bytes):
        return _of_bytes("raw", mark)
    found = {"percent": quote(mark, safe="").encode()}
    for encoding in ENCODINGS:
        found |= _of_bytes(encoding, mark.encode(encoding))
    return found


def _of_bytes(name: str, plain: bytes) -> dict[str, bytes]:
    found = {name: plain, f"{name} hex": plain.hex().encode()}
    found[f"{name} HEX"] = plain.hex().upper().encode()
    for shift in range(3):
        # The first and last signs of base64 depend on the neighbours.
        whole = base64.b64encode(b"x" * shift + plain)[4:-4]
        found[f"{name} base64 {shift}"] = whole
        found[f"{name} base64url {shift}"] = whole.translate(bytes.maketrans(b"+/", b"-_"))
    return found


def unpacked(held: bytes) -> Iterator[bytes]:
    """What every zlib or gzip stream in these bytes holds, as far as it can be read."""
    for start in PACKED_START.finditer(held):
        opened = _unpacked_from(held, start.start())
        if opened:
            yield opened


def _unpacked_from(held: bytes, at: int) -> bytes:
    stream, opened = zlib.decompressobj(WBITS_OF_ANY_HEADER), b""
    while at < len(held) and len(opened) < MOST_UNPACKED and not stream.eof:
        try:
            opened += stream.decompress(held[at : at + PIECE])
        except zlib.error:
            break
        at += PIECE
    return opened


class Search:
    """Looks for all marks at once."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        self._names: dict[bytes, str] = {}
        for mark in marks:
            for name, needle in spellings(mark).items():
                self._names.setdefault(needle, f"{mark!r} as {name}")

    def in_bytes(self, held: bytes) -> list[str]:
        hits = [name for needle, name in self._names.items() if needle in held]
        for opened in unpacked(held):
            hits += [f"{name}, packed" for needle, name in self._names.items() if needle in opened]
        return hits

    def in_folder(self, folder: Path) -> list[str]:
        """Hits in the contents and the names of all files, with the file."""
        hits = []
        for file in sorted(folder.rglob("*")):
            hits += [f"{file}: {hit}" for hit in self.in_bytes(file.name.encode())]
            if file.is_file() and not file.is_symlink():
                hits += [f"{file}: {hit}" for hit in self.in_bytes(file.read_bytes())]
        return hits
