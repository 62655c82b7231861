"""How fast data goes into boxes: against the bare cipher in memory, against a copy for files."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from hashlib import sha256
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory

from app.bench.rows import Row, Runs, milliseconds
from crypto.envelope import seal, unseal
from crypto.keys import new_seed
from crypto.primitives import bare_cipher, random_bytes
from crypto.stream import open_to, pieces_of, seal_stream

SIZES = {"4k": 4 * 1024, "64k": 64 * 1024, "1m": 1024 * 1024}
# A box adds the length, and pads: these data fill their size class, so that equal work is compared.
LENGTH_BYTES = 8
LARGEST = max(SIZES.values())
FILE_BYTES = 64 * 1024 * 1024
RUNS, FILE_RUNS = 100, 5
LEAST_OF_CIPHER, LEAST_OF_COPY = 0.70, 0.65


def measure() -> list[Row]:
    """Rows in MB/s (10^6 bytes a second)."""
    rows = [row for name, size in SIZES.items() for row in _in_memory(name, size)]
    rows.append(_in_pieces())
    with TemporaryDirectory(prefix="hinsehen-bench-") as folder:
        rows += _files(Path(folder))
    return rows


def _in_memory(name: str, size: int) -> list[Row]:
    key, data, cipher = new_seed(), random_bytes(size - LENGTH_BYTES), bare_cipher()
    box = seal(key, data, "bench", floor=0)
    bare = _speed(size, milliseconds(lambda: cipher(data), RUNS))
    sealing = _speed(size, milliseconds(lambda: seal(key, data, "bench", floor=0), RUNS))
    opening = _speed(size, milliseconds(lambda: unseal(key, box, "bench"), RUNS))
    goal = LEAST_OF_CIPHER if size == LARGEST else None
    said = f"{size // 1024} KiB into a box, against AES-256-GCM alone"
    rows = [
        Row(f"crypto.box.{name}", said, sealing, "MB/s", goal, bare, at_least=True),
        Row(f"crypto.box.{name}.open", "and back", opening, "MB/s", None, bare),
    ]
    system = _openssl_speed(size) if size == LARGEST else None
    if system:
        said = "AES-256-GCM of this library, against `openssl speed`"
        rows.append(Row(f"crypto.cipher.{name}", said, bare, "MB/s", None, system))
    return rows


class _Nowhere:
    def write(self, data: memoryview, /) -> int:
        return len(data)


def _in_pieces() -> Row:
    """A stream in memory: its buffer is used again, as for files."""
    key, piece, cipher = new_seed(), random_bytes(LARGEST), bare_cipher()
    pieces = FILE_BYTES // LARGEST
    taken = milliseconds(lambda: _drop(cipher(piece) for _ in range(pieces)), FILE_RUNS)
    bare = _speed(FILE_BYTES, taken)
    taken = milliseconds(lambda: _seal_pieces(key, repeat(piece, pieces)), FILE_RUNS)
    said = "pieces of 1024 KiB into a stream in memory, against AES-256-GCM alone"
    speed = _speed(FILE_BYTES, taken)
    return Row("crypto.stream", said, speed, "MB/s", LEAST_OF_CIPHER, bare, at_least=True)


def _drop(sealed: Iterable[bytes]) -> None:
    for _ in sealed:
        pass


def _seal_pieces(key: bytes, pieces: Iterable[bytes]) -> None:
    seal_stream(key, pieces, _Nowhere(), "bench", hashed=False)


def _openssl_speed(size: int) -> float | None:
    """What the system's OpenSSL reaches with one core, or `None` if there is none."""
    program = shutil.which("openssl")
    if program is None:
        return None
    asked = [program, "speed", "-evp", "aes-256-gcm", "-seconds", "1", "-bytes", str(size)]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"^AES-256-GCM\s+([\d.]+)k", told.stdout, re.MULTILINE | re.IGNORECASE)
    return float(found[1]) / 1000 if found else None


def _files(folder: Path) -> list[Row]:
    plain, other, box = folder / "plain", folder / "other", folder / "box"
    key = new_seed()
    plain.write_bytes(random_bytes(FILE_BYTES - LENGTH_BYTES))
    copying = _file_speed(lambda: _copy(plain, other))
    copying_hashed = _file_speed(lambda: _copy_hashed(plain, other))
    sealing = _file_speed(lambda: _seal(key, plain, box, hashed=False))
    sealing_hashed = _file_speed(lambda: _seal(key, plain, box, hashed=True))
    opening = _file_speed(lambda: _open(key, box, other))
    size = f"a file of {FILE_BYTES // 1024**2} MiB into a box"
    measured = [
        ("", f"{size}, against a copy", sealing, copying, LEAST_OF_COPY),
        (
            ".hashed",
            "with its SHA-256, against a copy with SHA-256",
            sealing_hashed,
            copying_hashed,
            LEAST_OF_COPY,
        ),
        (".open", "and back, with SHA-256", opening, copying_hashed, None),
    ]
    return [
        Row(f"crypto.file{name}", said, speed, "MB/s", goal, against, at_least=True)
        for name, said, speed, against, goal in measured
    ]


def _copy(source: Path, target: Path) -> None:
    with source.open("rb", buffering=0) as read, target.open("wb", buffering=0) as written:
        for piece in pieces_of(read):
            written.write(piece)


def _copy_hashed(source: Path, target: Path) -> None:
    digest = sha256()
    with source.open("rb", buffering=0) as read, target.open("wb", buffering=0) as written:
        for piece in pieces_of(read):
            digest.update(piece)
            written.write(piece)
    digest.digest()


def _seal(key: bytes, source: Path, target: Path, hashed: bool) -> None:
    with source.open("rb", buffering=0) as read, target.open("wb", buffering=0) as written:
        seal_stream(key, pieces_of(read), written, "bench", hashed=hashed)


def _open(key: bytes, source: Path, target: Path) -> None:
    with source.open("rb", buffering=0) as read, target.open("wb", buffering=0) as written:
        open_to(key, read, written, "bench")


def _file_speed(act: Callable[[], None]) -> float:
    return _speed(FILE_BYTES, milliseconds(act, FILE_RUNS))


def _speed(size: int, taken: Runs) -> float:
    return size / taken.median / 1000
