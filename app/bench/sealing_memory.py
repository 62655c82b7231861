"""How much memory sealing a large file needs, measured in a process of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from app.bench.rows import Row
from crypto.keys import new_seed
from crypto.stream import seal_stream

STATUS = Path("/proc/self/status")
SMALL, LARGE = 1024 * 1024, 1024 * 1024 * 1024
PIECE = 64 * 1024
MOST_MB = 16


class _Nowhere:
    def write(self, data: memoryview, /) -> int:
        return len(data)


def measure() -> list[Row]:
    """One row where the system tells the peak (Linux), else none."""
    if not STATUS.exists():
        return []
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as child:
        grown = child.submit(_growth).result()
    said = "memory that sealing 1 GiB needs more than sealing 1 MiB"
    return [Row("crypto.memory", said, grown, "MB", MOST_MB)]


def _growth() -> float:
    """By how many megabytes this process's peak rises."""
    _seal(SMALL)
    before = _peak()
    _seal(LARGE)
    return _peak() - before


def _seal(size: int) -> None:
    seal_stream(new_seed(), _pieces(size), _Nowhere(), "bench")


def _pieces(size: int) -> Iterator[bytes]:
    for number in range(size // PIECE):
        yield number.to_bytes(8, "big") * (PIECE // 8)


def _peak() -> float:
    found = re.search(r"^VmHWM:\s+(\d+) kB", STATUS.read_text(), re.MULTILINE)
    return int(found[1]) * 1024 / 1e6 if found else float("inf")
