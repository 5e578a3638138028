"""Failed sign-ins by address, so that nobody can try many; kept in this process's memory."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from web.access.errors import TooManyAttempts
from web.moving_window import MovingWindow

if TYPE_CHECKING:
    from collections.abc import Callable

FAILURES = 10
SECONDS = 300


class Attempts:
    """Counts failures only: who signs in properly is never held up by the count."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._failures = MovingWindow(SECONDS, clock)

    def check(self, address: str) -> None:
        """Raises `TooManyAttempts` for an address with too many failures."""
        if self._failures.count(address) >= FAILURES:
            raise TooManyAttempts(max(1, round(self._failures.seconds_left(address))))

    def failed(self, address: str) -> None:
        """Count one failure."""
        self._failures.add(address)
