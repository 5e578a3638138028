"""What happened in the last so many seconds, counted exactly by key, in this process.

A key is forgotten with its last event, so that memory follows what happens now and not what ever happened
(decision 0096).
"""

from __future__ import annotations

import math
import time
from collections import deque
from typing import TYPE_CHECKING

from cachetools import TTLCache

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable


class MovingWindow:
    """Events of the last `seconds` on `clock`, by key; nothing is awaited, so that counts are exact."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._events: TTLCache[Hashable, deque[float]] = TTLCache(math.inf, seconds, timer=clock)
        """Times by key, until the latest has left the window."""

    def __len__(self) -> int:
        """Keys that are held."""
        return len(self._events)

    def add(self, key: Hashable) -> None:
        """One more event of `key`, now."""
        held = self._held(key)
        held.append(self._clock())
        self._events[key] = held

    def count(self, key: Hashable) -> int:
        """Events of `key` that are in the window."""
        return len(self._held(key))

    def seconds_left(self, key: Hashable) -> float:
        """Until the oldest event of `key` leaves the window; the whole window where there is none."""
        held = self._held(key)
        return self._seconds - (self._clock() - held[0] if held else 0.0)

    def _held(self, key: Hashable) -> deque[float]:
        held, began = self._events.get(key, deque()), self._clock() - self._seconds
        while held and held[0] <= began:
            held.popleft()
        return held
