"""Two doors, one command: a server in a child of its own for each, and none outlives its parent."""

import ctypes
import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from types import FrameType
from typing import Any, Protocol

from granian import Granian
from granian.constants import HTTPModes, Interfaces

from app.hardening import keep_memory_private

WSGI = Callable[..., Iterable[bytes]]
PR_SET_PDEATHSIG = 1
SECONDS_TO_START = 30
SECONDS_TO_FINISH = 20
# A slow sender holds a thread until the proxy before us, or the sender, gives up.
THREADS_PER_DOOR = 64
LIBC = ctypes.CDLL(None, use_errno=True)


class CannotServe(Exception):
    """The doors cannot open; the message is one sentence."""


@dataclass(frozen=True)
class Door:
    """What to serve and where.

    `prepare` runs in the door's own process, before its workers are forked: what it draws is
    shared by this door's workers and known to no other process. It gives what makes the app.
    """

    name: str
    address: str
    port: int
    prepare: Callable[[], Callable[[], WSGI]]


def serve(
    doors: list[Door], on_ready: Callable[[], None], on_end: Callable[[], None] = lambda: None
) -> int:
    """Open all doors, say so, and stay until asked to stop (0) or a door falls (1).

    `on_end` runs when every door is closed.
    """
    refuse_taken_ports((door.name, door) for door in doors)
    # granian asks for the default method: only fork carries the boot secret to its workers.
    multiprocessing.set_start_method("fork", force=True)
    refused = keep_memory_private()
    if refused:
        print(f"hinsehen: this system did not grant: {'; '.join(refused)}.", file=sys.stderr)
    stop = _Stop()
    children = [_start(door) for door in doors]
    try:
        if not _all_answer(doors, children, stop):
            return 0 if stop.asked else 1
        on_ready()
        while not stop.asked:
            if wait([child.sentinel for child in children], timeout=0.2):
                break
        return 0 if stop.asked else 1
    finally:
        _end(children)
        on_end()


def die_with_parent(parent: int) -> None:
    """Ask the kernel to end this process when its parent ends, however that happens."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # The parent may have died before the kernel was asked.
    if os.getppid() != parent:
        os._exit(1)


class _Stop:
    """Remembers that SIGTERM or SIGINT came."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGTERM, self._ask)
        signal.signal(signal.SIGINT, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


def _start(door: Door) -> ForkProcess:
    context = multiprocessing.get_context("fork")
    child = context.Process(target=_run_door, args=(door, os.getpid()), name=door.name)
    child.start()
    return child


def _run_door(door: Door, parent: int) -> None:
    die_with_parent(parent)
    keep_memory_private()
    master, make_app = os.getpid(), door.prepare()

    def load() -> WSGI:
        die_with_parent(master)
        keep_memory_private()
        return nameless(make_app())

    server: Any = Granian(
        door.name,
        address=door.address,
        port=door.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=1,
        blocking_threads=THREADS_PER_DOOR,
        websockets=False,
        log_enabled=False,
        log_access=False,
        workers_kill_timeout=SECONDS_TO_FINISH,
    )
    server.serve(target_loader=load, wrap_loader=False)


def nameless(app: WSGI) -> WSGI:
    """The app, answering as "web": the server would otherwise tell its own name."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            kept = [(name, value) for name, value in headers if name.lower() != "server"]
            return start_response(status, [*kept, ("Server", "web")], *rest)

        return app(environ, start)

    return answer


class Place(Protocol):
    """Where a door listens."""

    @property
    def address(self) -> str: ...

    @property
    def port(self) -> int: ...


def refuse_taken_ports(places: Iterable[tuple[str, Place]]) -> None:
    """`CannotServe` when somebody listens there already, before any work is done."""
    for name, place in places:
        _refuse_taken_port(name, place.address, place.port)


def _refuse_taken_port(name: str, address: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # granian shares ports silently; a bind without sharing tells whether somebody is there.
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address, port))
            trial.listen(1)
        except OSError as problem:
            raise CannotServe(
                f"The {name} door cannot open at {address} port {port}: {problem.strerror}."
            ) from None


def _all_answer(doors: list[Door], children: list[ForkProcess], stop: _Stop) -> bool:
    deadline = time.monotonic() + SECONDS_TO_START
    waiting = list(doors)
    while waiting and time.monotonic() < deadline and not stop.asked:
        waiting = [door for door in waiting if not _answers(door)]
        if not all(child.is_alive() for child in children):
            break
        if waiting:
            time.sleep(0.03)
    if waiting and not stop.asked:
        names = " and ".join(door.name for door in waiting)
        print(f"hinsehen: no answer from the door: {names}.", file=sys.stderr)
    return not waiting and not stop.asked


def _answers(door: Door) -> bool:
    connection = HTTPConnection(door.address, door.port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _end(children: list[ForkProcess]) -> None:
    for child in children:
        if child.is_alive():
            child.terminate()
    for child in children:
        child.join(SECONDS_TO_FINISH + 5)
        if child.is_alive():
            child.kill()
            child.join()
