"""Large files at the real doors: no plain byte on any disk, little memory, nothing left behind."""

from __future__ import annotations

import hashlib
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.demo_office import (
    BOUNDARY,
    Answer,
    Demo,
    Visitor,
    multipart_files,
    running_demo,
    signed_in,
)
from tests.journeys.reporting import OpenForm, case_ids, open_form, send
from tests.journeys.test_canary import demo_in
from tests.journeys.test_killed import wait_until_free
from tests.journeys.traces import Search

MB = 1024 * 1024
PIECE = 256 * 1024
MARK = "KanarieAnlage4711Vogel"
FILES_OF_THE_TEST = 3
# Twice 24 MB: whoever held them whole would need far more.
MOST_MEMORY = 16 * MB


def marked_bytes(size: int) -> bytes:
    """Random bytes with the marker at both ends and every 64 KiB."""
    block = MARK.encode() + os.urandom(64 * 1024)
    whole = block * (size // len(block) + 1)
    return whole[: size - len(MARK)] + MARK.encode()


def report(demo: Demo) -> tuple[Visitor, OpenForm, str]:
    """A report that has arrived, and the field of its thank-you page's form for files."""
    visitor = Visitor(demo.reporter)
    form = open_form(visitor)
    return visitor, form, send(visitor, form, "Dazu gibt es Bilder.").field("write")


def upload(
    demo: Demo, write: str, files: list[tuple[str, bytes]], meanwhile: Callable[[], None]
) -> int:
    """Send the files piece by piece, looking around after each; gives the status."""
    body = memoryview(multipart_files([("write", write)], files))
    connection = HTTPConnection(urlsplit(demo.reporter).netloc, timeout=60)
    connection.putrequest("POST", "/de/mailbox/files")
    connection.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders()
    for start in range(0, len(body), PIECE):
        connection.send(body[start : start + PIECE])
        meanwhile()
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def processes_of(demo: Demo) -> Iterator[int]:
    """The command, its doors and their workers."""
    waiting = [demo.process.pid]
    while waiting:
        pid = waiting.pop()
        yield pid
        children = Path(f"/proc/{pid}/task/{pid}/children")
        waiting += [int(child) for child in children.read_text().split()]


def held_memory(demo: Demo) -> dict[int, int]:
    """Bytes of memory that each of the office's processes holds now."""
    held = {}
    for pid in processes_of(demo):
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        held[pid] = int(found[1]) * 1024 if found else 0
    return held


def open_files(demo: Demo) -> set[str]:
    """What is open without a name: temporary files that no folder shows."""
    found = set()
    for pid in processes_of(demo):
        # The doors show their open files to root alone.
        with suppress(PermissionError):
            for link in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(FileNotFoundError):
                    found.add(str(link.readlink()))
    return {name for name in found if name.endswith("(deleted)")}


class Watch:
    """Looks for the marker in all folders of the office, and at its memory, again and again."""

    def __init__(self, demo: Demo, world: Path) -> None:
        self.demo, self.world = demo, world
        self.looked = 0
        self.memory: dict[int, int] = {}
        self.found: set[str] = set()
        self.temporary: set[str] = set()

    def __call__(self) -> None:
        self.looked += 1
        for pid, held in held_memory(self.demo).items():
            self.memory[pid] = max(held, self.memory.get(pid, 0))
        self.temporary |= {str(path) for path in (self.world / "tmp").rglob("*")}
        self.temporary |= {name for name in open_files(self.demo) if str(self.world) in name}
        if self.looked % 16 == 0:
            self.search()

    def more_than(self, before: dict[int, int]) -> int:
        """By how many bytes the process that grew most has grown."""
        grown = max(held - before[pid] for pid, held in self.memory.items())
        print(f"largest process {max(self.memory.values()) / MB:.1f} MB, grown {grown / MB:.1f} MB")
        return grown

    def search(self) -> None:
        for path in self.world.rglob("*"):
            if path.is_file() and MARK.encode() in path.read_bytes():
                self.found.add(str(path))


def boxes(demo: Demo) -> list[Path]:
    return sorted((demo.data / "files").glob("*"))


def test_no_plain_byte_touches_a_disk_and_memory_stays_small(tmp_path: Path) -> None:
    world = tmp_path / "world"
    with demo_in(world) as demo:
        # Both before measuring: making keys from a receipt takes memory that is kept for a while.
        small, large = report(demo)[2], report(demo)[2]
        little, much = Watch(demo, world), Watch(demo, world)
        assert upload(demo, small, [("klein.jpg", marked_bytes(MB))], little) == 200
        files = [(f"{MARK}{n}.jpg", marked_bytes(24 * MB)) for n in range(2)]
        assert upload(demo, large, files, much) == 200
        much.search()
        assert (much.found, much.temporary) == (set(), set())
        assert much.looked > 190
        assert much.more_than(little.memory) < MOST_MEMORY
        assert len(boxes(demo)) == 3
        assert len({path.stat().st_mtime for path in boxes(demo)}) == 1
        fetch_all(demo, [data for _, data in files], world)
    search = Search([MARK])
    assert [hit for path in world.rglob("*") for hit in search.in_bytes(path.name.encode())] == []
    much.search()
    assert much.found == set()


def fetch_all(demo: Demo, sent: list[bytes], world: Path) -> None:
    """A counsellor gets each file back, byte for byte; that, too, takes little memory."""
    staff, watch, held = signed_in(demo, "anna"), Watch(demo, world), set()
    cases = case_ids(staff)
    watch()
    before = dict(watch.memory)
    for case in cases:
        page = staff.get(f"/cases/{case}").text
        for address in re.findall(rf'href="(/cases/{case}/files/\w+)"', page):
            held.add(fetched(demo, address, staff.cookies["s"], watch))
    assert {hashlib.sha256(data).digest() for data in sent} < held
    assert watch.more_than(before) < MOST_MEMORY
    assert (watch.found, watch.temporary) == (set(), set())


def fetched(demo: Demo, address: str, cookie: str, watch: Watch) -> bytes:
    connection = HTTPConnection(urlsplit(demo.desk).netloc, timeout=60)
    connection.request("GET", address, headers={"Cookie": f"s={cookie}"})
    answer = connection.getresponse()
    assert answer.status == 200
    digest = hashlib.sha256()
    while piece := answer.read(PIECE):
        digest.update(piece)
        watch()
    connection.close()
    return digest.digest()


def half_a_sending(demo: Demo, write: str) -> socket.socket:
    """A line on which half of a form has been sent; the box for it stands already."""
    body = multipart_files([("write", write)], [("halb.jpg", marked_bytes(8 * MB))])
    host = urlsplit(demo.reporter)
    line = socket.create_connection((host.hostname, host.port or 80), 60)
    head = f"POST /de/mailbox/files HTTP/1.1\r\nHost: {host.netloc}\r\n"
    head += f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
    line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[: len(body) // 2])
    wait_for(lambda: sum(path.stat().st_size for path in boxes(demo)) > MB)
    return line


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def send_all(demo: Demo, write: str, files: list[tuple[str, bytes]]) -> int:
    return upload(demo, write, files, lambda: None)


def mailbox_page(visitor: Visitor, form: OpenForm) -> Answer:
    return visitor.post("/de/mailbox", {"receipt": form.digits})


def test_a_line_that_breaks_leaves_no_file_and_no_word_is_lost(tmp_path: Path) -> None:
    with running_demo(tmp_path / "demo", "--empty") as demo:
        visitor, form, write = report(demo)
        line = half_a_sending(demo, write)
        line.close()
        wait_for(lambda: not boxes(demo))
        page = mailbox_page(visitor, form)
        assert page.page == "mailbox.open"
        assert send_all(demo, page.field("write"), [("ganz.jpg", marked_bytes(MB))]) == 200
        assert len(boxes(demo)) == 1


def test_a_killed_server_leaves_nothing_readable_and_cleans_up_at_the_next_start(
    tmp_path: Path,
) -> None:
    with running_demo(tmp_path / "demo", "--empty") as demo:
        _, _, write = report(demo)
        assert send_all(demo, write, [("ganz.jpg", marked_bytes(MB))]) == 200
        (whole,) = boxes(demo)
        line = half_a_sending(demo, write)
        demo.kill()
        line.close()
        assert len(boxes(demo)) == 2
        for path in demo.data.rglob("*"):
            assert not path.is_file() or MARK.encode() not in path.read_bytes()
        ports = [urlsplit(address).port or 0 for address in (demo.reporter, demo.desk)]
        wait_until_free(ports)
    with running_demo(tmp_path / "demo", "--empty", ports=ports) as again:
        assert boxes(again) == [whole]


@pytest.mark.parametrize("seen", [False, True])
def test_withdrawing_takes_the_files_along(tmp_path: Path, seen: bool) -> None:
    with running_demo(tmp_path / "demo", "--empty") as demo:
        visitor, form, write = report(demo)
        files = [(f"{n}.jpg", marked_bytes(MB)) for n in range(FILES_OF_THE_TEST)]
        assert send_all(demo, write, files) == 200
        assert len(boxes(demo)) == FILES_OF_THE_TEST
        if seen:
            staff = signed_in(demo, "anna")
            (case,) = case_ids(staff)
            assert staff.get(f"/cases/{case}").text.count("/files/") == FILES_OF_THE_TEST
        gone = visitor.post("/de/mailbox/withdraw", {"receipt": form.digits, "withdraw": "yes"})
        assert gone.page == "mailbox.withdrawn"
        assert boxes(demo) == []
        assert send_all(demo, write, files) == 400
        assert boxes(demo) == []


def test_a_film_far_too_large_is_answered_with_a_page(tmp_path: Path) -> None:
    with running_demo(tmp_path / "demo", "--empty") as demo:
        _, _, write = report(demo)
        watch = Watch(demo, demo.data)
        watch()
        before = dict(watch.memory)
        assert send_all(demo, write, [("film.mp4", bytes(26 * MB))]) == 413
        assert upload(demo, write, [("film.mp4", bytes(100 * MB))], watch) == 413
        assert watch.more_than(before) < MOST_MEMORY
        assert boxes(demo) == []
