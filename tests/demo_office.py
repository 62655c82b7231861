"""The real thing for tests: `hinsehen demo` in a process of its own, and visitors of its doors."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from crypto.primitives import totp_code

ROOT = Path(__file__).resolve().parents[1]
BOUNDARY = "----tests-of-hinsehen"
Fields = Sequence[tuple[str, str]]


def free_ports(count: int = 2) -> list[int]:
    with_sockets = [socket.socket() for _ in range(count)]
    for one in with_sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in with_sockets]
    for one in with_sockets:
        one.close()
    return ports


class Demo(NamedTuple):
    """A running demo office. `log` is what it printed on stderr."""

    process: subprocess.Popen[str]
    data: Path
    log: Path
    ready: dict[str, Any]

    @property
    def reporter(self) -> str:
        return str(self.ready["reporter"])

    @property
    def desk(self) -> str:
        return str(self.ready["desk"])

    def account(self, name: str) -> dict[str, str]:
        return next(a for a in self.ready["accounts"] if a["name"] == name)

    def code(self, name: str) -> str:
        """The six digits this person's authenticator shows now."""
        return totp_code(base64.b32decode(self.account(name)["totp_secret"]), int(time.time()))

    def kill(self) -> None:
        """Parent, doors and workers at once, as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)


def start_demo(data: Path, *options: str, ports: Sequence[int] | None = None) -> Demo:
    """Start `hinsehen demo` and wait for its JSON line."""
    one, two = ports or free_ports()
    log = data.parent / f"{data.name}.log"
    command = [sys.executable, "-c", "from app.cli.main import main; main()", "demo"]
    command += ["--data", str(data), "--reporter-port", str(one), "--desk-port", str(two)]
    with log.open("a", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        process.wait(30)
        process.stdout.close()
        raise AssertionError(f"the demo did not start: {log.read_text('utf-8')}")
    return Demo(process, data, log, json.loads(line))


@contextmanager
def running_demo(data: Path, *options: str, ports: Sequence[int] | None = None) -> Iterator[Demo]:
    """A demo office that is stopped at the end."""
    demo = start_demo(data, *options, ports=ports)
    try:
        yield demo
    finally:
        demo.process.terminate()
        try:
            demo.process.wait(30)
        except subprocess.TimeoutExpired:
            demo.kill()
        if demo.process.stdout is not None:
            demo.process.stdout.close()


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str
    wire_bytes: int

    def field(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, f"no field {name}"
        return found[1]

    @property
    def page(self) -> str:
        found = re.search(r'<body data-page="([^"]*)"', self.text)
        return found[1] if found else ""

    @property
    def digits(self) -> str:
        found = re.search(r'<output id="receipt-digits">([^<]*)<', self.text)
        assert found, "no digits on the page"
        return found[1]


class Visitor:
    """A browser without script: keeps cookies, follows nothing, sends forms as multipart."""

    def __init__(self, address: str, **headers: str) -> None:
        self.host = urlsplit(address).netloc
        self.headers = {"Accept-Encoding": "gzip", "User-Agent": "visitor"} | headers
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, b"", {})

    def post(self, path: str, fields: Fields | dict[str, str], **headers: str) -> Answer:
        pairs = list(fields.items()) if isinstance(fields, dict) else list(fields)
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        return self._ask("POST", path, multipart(pairs), kind | headers)

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        sent = self.headers | headers
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = HTTPConnection(self.host, timeout=60)
        try:
            connection.request(method, path, body=body or None, headers=sent)
            answer = connection.getresponse()
            raw = answer.read()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        head = sum(len(f"{name}: {value}\r\n".encode()) for name, value in answer.getheaders())
        head += len(f"HTTP/1.1 {answer.status} {answer.reason}\r\n\r\n")
        packed = answer.headers.get("Content-Encoding") == "gzip"
        text = (gzip.decompress(raw) if packed else raw).decode("utf-8", "replace")
        kept = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, kept, text, head + len(raw))


def multipart(fields: Fields) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields
    ]
    return ("".join(parts) + f"--{BOUNDARY}--\r\n").encode("utf-8", "surrogatepass")


def multipart_files(fields: Fields, files: Sequence[tuple[str, bytes]]) -> bytes:
    """A form whose field `files` brings (name, bytes) each."""
    parts = [multipart(fields).removesuffix(f"--{BOUNDARY}--\r\n".encode())]
    for name, data in files:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="{name}"'
        kind = "\r\nContent-Type: application/octet-stream\r\n\r\n"
        parts += [(head + kind).encode(), data, b"\r\n"]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def signed_in(demo: Demo, name: str) -> Visitor:
    """A visitor of the desk who is signed in (each code works once: use another name next)."""
    visitor = Visitor(demo.desk)
    account = demo.account(name)
    typed = {"name": name, "password": account["password"], "totp": demo.code(name)}
    typed["card"] = account["card"] or ""
    answer = visitor.post("/login", typed)
    assert answer.status == 303, answer.text
    return visitor
