"""How many questions one process works on at once, how many wait, and what the next one is told.

Without a limit a crowd makes everybody wait; with one, whoever cannot be served soon is told when to come
back, and everybody else is answered as usual.
"""

from __future__ import annotations

import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio

from web.problems import Busy

if TYPE_CHECKING:
    from collections.abc import Callable

    from web.observing.figures import Figures

WEIGHT = 0.1
"""Of the latest question in the running mean of how long one takes."""


class Admission:
    """`at_once` questions work, `waiting` wait; asked of by every route that answers one."""

    def __init__(
        self,
        at_once: int,
        waiting: int,
        figures: Figures,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._at_once, self._most_waiting = at_once, waiting
        self._slots = anyio.Semaphore(at_once)
        self._figures, self._clock = figures, clock
        self._waiting = 0
        self._mean_seconds = 0.5

    @property
    def is_full(self) -> bool:
        """Whether the next question has to wait, or is turned away."""
        return self._slots.value == 0

    @property
    def is_idle(self) -> bool:
        """Whether no question is worked on."""
        return self._slots.value == self._at_once

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """A place to work in; raises `Busy` where as many wait as may."""
        await self._wait()
        began = self._clock()
        self._figures.asking.inc()
        try:
            yield
        finally:
            self._slots.release()
            self._figures.asking.dec()
            self._mean_seconds += WEIGHT * (self._clock() - began - self._mean_seconds)

    async def _wait(self) -> None:
        try:
            self._slots.acquire_nowait()
        except anyio.WouldBlock:
            if self._waiting >= self._most_waiting:
                self._figures.turned_away.inc()
                raise Busy(self._soon()) from None
            self._waiting += 1
            self._figures.waiting.inc()
            try:
                await self._slots.acquire()
            finally:
                self._waiting -= 1
                self._figures.waiting.dec()

    def _soon(self) -> int:
        """Seconds until those who wait now have been served, as fast as it went lately."""
        return max(1, math.ceil(self._mean_seconds * (self._waiting + 1) / self._at_once))
