"""Politeness towards a host: so many requests at once, so long between them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class _Gate:
    places: asyncio.Semaphore
    pause: float = 0.0
    free_at: float = 0.0


class Politeness:
    """Turns at a host: at most `per_host` at once, their starts at least its crawl delay apart."""

    def __init__(
        self, per_host: int, *, sleep: Sleep = asyncio.sleep, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_host = max(per_host, 1)
        self._sleep = sleep
        self._clock = clock
        self._gates: dict[str, _Gate] = {}

    def slow_down(self, host: str, seconds: float) -> None:
        """Keep `seconds` between the starts of requests to `host` from now on."""
        gate = self._gate(host)
        gate.pause = seconds
        gate.free_at = self._clock() + seconds

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn at `host`, and hold it."""
        gate = self._gate(host)
        async with gate.places:
            now = self._clock()
            wait = gate.free_at - now
            gate.free_at = max(now, gate.free_at) + gate.pause
            if gate.pause and wait > 0:
                await self._sleep(wait)
            yield

    def _gate(self, host: str) -> _Gate:
        if host not in self._gates:
            self._gates[host] = _Gate(asyncio.Semaphore(self._per_host))
        return self._gates[host]
