"""Failed sign-ins by address, so that nobody can try many; kept in this process's memory."""

from __future__ import annotations

import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from web.access.errors import TooManyAttempts

FAILURES = 10
MINUTES = 5


class Attempts:
    """Counts failures only: who signs in properly is never held up by the count."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(FAILURES, MINUTES)

    def check(self, address: str) -> None:
        """Raises `TooManyAttempts` for an address with too many failures."""
        if not self._limiter.test(self._limit, address):
            stats = self._limiter.get_window_stats(self._limit, address)
            raise TooManyAttempts(max(1, round(stats.reset_time - time.time())))

    def failed(self, address: str) -> None:
        """Count one failure."""
        self._limiter.hit(self._limit, address)
