"""How often a sign-in name may be tried: guessing is slowed, nobody is locked out for long."""

from __future__ import annotations

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
