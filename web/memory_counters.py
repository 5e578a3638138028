"""Counters in this process."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from web.moving_window import MovingWindow
from web.quota import WINDOW, Counted, Limit, Quota

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class MemoryCounters:
    """For one process; nothing is awaited between looking and counting, so that counts are exact."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._asked, self._now = MovingWindow(WINDOW, clock), now
        self._used, self._used_on = 0, now().date()

    async def count(self, limits: Sequence[Limit]) -> Counted:
        allowed = all(self._asked.count(_key(each)) < each.most for each in limits)
        if allowed:
            for each in limits:
                self._asked.add(_key(each))
        return Counted(allowed, tuple(self._quota(each) for each in limits))

    async def tokens(self) -> int:
        self._begin_day()
        return self._used

    async def spend(self, tokens: int) -> None:
        self._begin_day()
        self._used += tokens

    def _begin_day(self) -> None:
        if self._used_on != (today := self._now().date()):
            self._used, self._used_on = 0, today

    def _quota(self, limit: Limit) -> Quota:
        key = _key(limit)
        left = max(0, limit.most - self._asked.count(key))
        return Quota(limit.level, limit.most, left, max(1, round(self._asked.seconds_left(key))))


def _key(limit: Limit) -> tuple[str, str]:
    return limit.level, limit.who
