"""How often counts are written: many questions share one transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

TOGETHER = timedelta(seconds=2)
"""Counts of so long are written at once; a process that is killed loses no more than these, and no answer."""


class Pace:
    """Says when it is time again."""

    def __init__(self, now: Callable[[], datetime], every: timedelta = TOGETHER) -> None:
        self._now, self._every = now, every
        self._last = now()

    def due(self) -> bool:
        """Whether so much time has passed since this last said so, on a clock that may be moved."""
        if abs(self._now() - self._last) < self._every:
            return False
        self._last = self._now()
        return True
