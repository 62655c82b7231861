"""Where SQLite keeps each row of a WITHOUT ROWID table: the page its bytes spill over to.

Read from the file format (sqlite.org/fileformat.html, sections 1.5 and 1.6), for the order in
which pages were handed out is the order in which rows came.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

INTERIOR_INDEX, LEAF_INDEX = 2, 10
ID_BYTES = 16


def overflow_pages(file: Path, table: str) -> dict[bytes, int]:
    """First column (16 bytes) of each row to the number of its first overflow page."""
    with sqlite3.connect(f"file:{file}?immutable=1", uri=True) as database:
        query = "select rootpage from sqlite_master where name = ?"
        root = database.execute(query, (table,)).fetchone()[0]
    database.close()
    return dict(_Tree(file.read_bytes()).rows(root))


class _Tree:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._size = int.from_bytes(data[16:18], "big")
        usable = self._size - data[20]
        self._most = (usable - 12) * 64 // 255 - 23
        self._least = (usable - 12) * 32 // 255 - 23
        self._usable = usable

    def rows(self, number: int) -> Iterator[tuple[bytes, int]]:
        page = self._data[(number - 1) * self._size : number * self._size]
        start = 100 if number == 1 else 0
        kind, count = page[start], int.from_bytes(page[start + 3 : start + 5], "big")
        head = start + (12 if kind == INTERIOR_INDEX else 8)
        for index in range(count):
            at = int.from_bytes(page[head + 2 * index : head + 2 * index + 2], "big")
            if kind == INTERIOR_INDEX:
                yield from self.rows(int.from_bytes(page[at : at + 4], "big"))
                at += 4
            yield self._row(page, at)
        if kind == INTERIOR_INDEX:
            yield from self.rows(int.from_bytes(page[start + 8 : start + 12], "big"))

    def _row(self, page: bytes, at: int) -> tuple[bytes, int]:
        length, at = _varint(page, at)
        local = length
        if length > self._most:
            local = self._least + (length - self._least) % (self._usable - 4)
            local = local if local <= self._most else self._least
        head, _ = _varint(page, at)
        spill = page[at + local : at + local + 4] if local < length else b""
        return page[at + head : at + head + ID_BYTES], int.from_bytes(spill, "big")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(8):
        value = value << 7 | data[at + place] & 0x7F
        if data[at + place] < 0x80:
            return value, at + place + 1
    return value << 8 | data[at + 8], at + 9
