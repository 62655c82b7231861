"""Whatever is killed, nobody keeps the port; a stop lets running requests finish."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = [sys.executable, "-m", "tests.app.serving_sample"]


def free_ports() -> list[int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return [one.getsockname()[1], two.getsockname()[1]]


def start(ports: list[int]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*SAMPLE, *map(str, ports)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def ports() -> list[int]:
    return free_ports()


@pytest.fixture
def server(ports: list[int]) -> Iterator[subprocess.Popen[str]]:
    with start(ports) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        if process.poll() is None:
            process.terminate()


def children(pid: int) -> list[int]:
    return [int(x) for x in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
            trial.listen(1)
        except OSError:
            return False
        return True


def both_free_within(ports: list[int], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if all(is_free(port) for port in ports):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("victim", ["parent", "door", "worker", "group"])
def test_nobody_keeps_the_port(
    server: subprocess.Popen[str], ports: list[int], victim: str
) -> None:
    door = children(server.pid)[0]
    if victim == "group":
        os.killpg(server.pid, signal.SIGKILL)
    else:
        worker = children(door)[0]
        os.kill({"parent": server.pid, "door": door, "worker": worker}[victim], signal.SIGKILL)
    assert both_free_within(ports, 30)
    assert server.wait(30) != 0


def test_a_taken_port_is_refused(server: subprocess.Popen[str], ports: list[int]) -> None:
    with start(ports) as second:
        _, words = second.communicate(timeout=30)
    assert second.returncode == 1
    assert str(ports[0]) in words
    assert words.count("\n") == 1


def test_stopping_lets_a_running_request_finish(
    server: subprocess.Popen[str], ports: list[int]
) -> None:
    answers: list[bytes] = []

    def ask() -> None:
        connection = HTTPConnection("127.0.0.1", ports[0], timeout=20)
        connection.request("GET", "/slow")
        answers.append(connection.getresponse().read())
        connection.close()

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.3)
    server.terminate()
    asking.join(20)
    assert answers == [b"ok"]
    assert server.wait(30) == 0
    assert both_free_within(ports, 5)


def test_a_large_body_is_answered_and_no_server_name_is_told(
    server: subprocess.Popen[str], ports: list[int]
) -> None:
    with closing(HTTPConnection("127.0.0.1", ports[0], timeout=20)) as connection:
        connection.request("POST", "/", body=b"x" * 600_000)
        answer = connection.getresponse()
        answer.read()
    assert answer.status == 413
    assert "granian" not in str(answer.headers).lower()
