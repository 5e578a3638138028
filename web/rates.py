"""How often one address may ask, and how many tokens a model may use a day.

Kept in this process's memory: with several processes each has its own count.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from limits import RateLimitItemPerDay, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, SlidingWindowCounterRateLimiter
from starlette.requests import Request

from web.problems import TooManyRequests

if TYPE_CHECKING:
    from web.settings import Settings


@dataclass(frozen=True)
class Rates:
    """The counters of one process."""

    asking: SlidingWindowCounterRateLimiter
    spending: FixedWindowRateLimiter
    per_minute: RateLimitItemPerMinute
    tokens: RateLimitItemPerDay

    @classmethod
    def build(cls, settings: Settings) -> Rates:
        """Counters that start at nothing."""
        storage = MemoryStorage()
        return cls(
            SlidingWindowCounterRateLimiter(storage),
            FixedWindowRateLimiter(storage),
            RateLimitItemPerMinute(settings.requests_per_minute),
            RateLimitItemPerDay(settings.model_tokens_per_day),
        )

    def ask(self, address: str) -> None:
        """Count one question of `address`; raises `TooManyRequests` that says when to come back."""
        if not self.asking.hit(self.per_minute, "ask", address):
            stats = self.asking.get_window_stats(self.per_minute, "ask", address)
            raise TooManyRequests(max(1, round(stats.reset_time - time.time())))

    def affords(self) -> bool:
        """Whether today's tokens are not used up."""
        return self.spending.test(self.tokens, "model")

    def spend(self, tokens: int) -> None:
        """Count tokens that the model used."""
        if tokens > 0:
            self.spending.hit(self.tokens, "model", cost=tokens)


def limit_rate(request: Request) -> None:
    """A dependency of every route that takes a question."""
    rates: Rates = request.app.state.rates
    rates.ask(request.client.host if request.client else "unknown")
