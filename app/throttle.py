"""How often a sign-in name may be tried, and how many may wait for a costly check."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

WRONG_TRIES = RateLimitItemPerMinute(10, 5)


class SignInThrottle:
    """Counts wrong tries per name mark (a keyed hash), in memory: a restart forgets them."""

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def is_open(self, mark: bytes) -> bool:
        """Whether this name may be tried now."""
        return self._window.test(WRONG_TRIES, mark.hex())

    def count_wrong(self, mark: bytes) -> None:
        self._window.hit(WRONG_TRIES, mark.hex())

    def forget(self, mark: bytes) -> None:
        """A right sign-in clears what a colleague mistyped before."""
        self._window.clear(WRONG_TRIES, mark.hex())


class TooManyWait(Exception):
    """Enough people wait for this already: say so at once, and keep the threads for others."""


class Turns:
    """So many at a time, so many more who wait; everybody else is told to come back."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._turn = threading.BoundedSemaphore(at_once)
        self._place = threading.BoundedSemaphore(at_once + waiting)

    @contextmanager
    def turn(self) -> Iterator[None]:
        if not self._place.acquire(blocking=False):
            raise TooManyWait
        try:
            with self._turn:
                yield
        finally:
            self._place.release()
