"""The clock of an event loop, which a test moves on instead of waiting.

Every time limit of `asyncio` and `anyio` is a time on this clock: a limit passes when the test says so, and
never because the machine was busy.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    import asyncio

FOR_EVER = 1_000.0
"""Seconds: longer than any limit."""


class LoopClock:
    """The time of `loop`, and whatever it was moved on by."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self._moved, self._time = loop, 0.0, loop.time
        self._released = threading.Event()
        loop.time = lambda: self._time() + self._moved  # type: ignore[method-assign] its clock is what moves

    def later(self, seconds: float) -> None:
        """Move it on."""
        self._moved += seconds

    def hang(self) -> NoReturn:
        """In another thread: work that never ends, however long the loop waits for it."""
        self._loop.call_soon_threadsafe(self.later, FOR_EVER)
        self._released.wait()
        raise RuntimeError("nobody waits for this any more")

    def release(self) -> None:
        """Let the threads go that hang."""
        self._released.set()
