"""Counters in this process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from limits import RateLimitItemPerDay, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter

from web.quota import WINDOW, Counted, Limit, Quota

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLENTY = RateLimitItemPerDay(2**62)
"""A limit that is never reached: how much of it was used is what is asked for."""


class MemoryCounters:
    """For one process; nothing is awaited between looking and counting, so that counts are exact."""

    def __init__(self) -> None:
        storage = MemoryStorage()
        self._asking = MovingWindowRateLimiter(storage)
        self._spending = FixedWindowRateLimiter(storage)

    async def count(self, limits: Sequence[Limit]) -> Counted:
        items = [(RateLimitItemPerSecond(each.most, WINDOW), each) for each in limits]
        allowed = all(self._asking.test(item, each.level, each.who) for item, each in items)
        if allowed:
            for item, each in items:
                self._asking.hit(item, each.level, each.who)
        return Counted(allowed, tuple(self._quota(item, each) for item, each in items))

    async def tokens(self) -> int:
        return _PLENTY.amount - self._spending.get_window_stats(_PLENTY, "tokens").remaining

    async def spend(self, tokens: int) -> None:
        self._spending.hit(_PLENTY, "tokens", cost=tokens)

    def _quota(self, item: RateLimitItemPerSecond, limit: Limit) -> Quota:
        stats = self._asking.get_window_stats(item, limit.level, limit.who)
        return Quota(limit.level, limit.most, stats.remaining, max(1, round(stats.reset_time - time.time())))
