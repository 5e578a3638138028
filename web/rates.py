"""How often one address may ask, and how many tokens a model may use a day.

With a Redis server every replica counts on the same counters, exactly; while it cannot be reached each
process counts alone, so that a limit still holds and answers go on.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from limits import RateLimitItemPerDay, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from starlette.requests import Request

from web.problems import TooManyRequests
from web.response_headers import changing_headers

if TYPE_CHECKING:
    from collections.abc import Callable

    from limits import WindowStats
    from limits.storage import Storage
    from starlette.datastructures import MutableHeaders
    from starlette.types import ASGIApp, Receive, Scope, Send

    from web.settings import Settings

T = TypeVar("T")

_QUOTA = "govt_assistant.quota"

REDIS_SECONDS = 0.25
"""What a question waits for Redis at the most."""

ALONE_SECONDS = 5.0
"""How long a process counts alone before it tries Redis again."""

_log = structlog.get_logger("web")


@dataclass(frozen=True, slots=True)
class Quota:
    """What an address may ask in a window of `window` seconds, and what is left for the next `seconds`."""

    most: int
    window: int
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-09 (March 2025) names them."""
        return {
            "RateLimit-Policy": f'"questions";q={self.most};w={self.window}',
            "RateLimit": f'"questions";r={self.left};t={self.seconds}',
        }


class QuotaHeaders:
    """ASGI middleware that tells whoever has asked what is left of their quota, streams included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass `scope` on; a route that counts has put its `Quota` there by the time that it responds."""

        def tell(headers: MutableHeaders, _status: int) -> None:
            quota: Quota | None = scope.get(_QUOTA)
            if quota is not None:
                headers.update(quota.headers)

        counted = scope["type"] == "http"
        await self.app(scope, receive, changing_headers(send, tell) if counted else send)


class Counters:
    """Counters in one storage: each question of the last minute, and a day's tokens."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self.asking = MovingWindowRateLimiter(storage)
        self.spending = FixedWindowRateLimiter(storage)

    def close(self) -> None:
        """Let go of connections."""
        if isinstance(self._storage, RedisStorage):
            self._storage.storage.close()


@dataclass
class Rates:
    """The limits over shared counters, where there are any, and this process's own."""

    per_minute: RateLimitItemPerMinute
    tokens: RateLimitItemPerDay
    own: Counters
    shared: Counters | None = None
    clock: Callable[[], float] = time.monotonic
    _alone_until: float = field(default=float("-inf"), init=False)

    @classmethod
    def build(cls, settings: Settings) -> Rates:
        """Counters as the settings ask for."""
        return cls(
            RateLimitItemPerMinute(settings.requests_per_minute),
            RateLimitItemPerDay(settings.model_tokens_per_day),
            Counters(MemoryStorage()),
            _on_redis(settings.redis_url) if settings.redis_url else None,
        )

    def ask(self, address: str) -> Quota:
        """Count one question of `address`; raises `TooManyRequests` that says when to come back."""

        def count(counters: Counters) -> tuple[bool, WindowStats]:
            allowed = counters.asking.hit(self.per_minute, "ask", address)
            return allowed, counters.asking.get_window_stats(self.per_minute, "ask", address)

        allowed, stats = self._counted(count)
        seconds = max(1, round(stats.reset_time - time.time()))
        quota = Quota(self.per_minute.amount, self.per_minute.get_expiry(), stats.remaining, seconds)
        if not allowed:
            raise TooManyRequests(seconds, quota.headers)
        return quota

    def affords(self) -> bool:
        """Whether today's tokens are not used up."""
        return self._counted(lambda counters: counters.spending.test(self.tokens, "model"))

    def spend(self, tokens: int) -> None:
        """Count tokens that the model used."""
        if tokens > 0:
            self._counted(lambda counters: counters.spending.hit(self.tokens, "model", cost=tokens))

    def close(self) -> None:
        """Let go of connections."""
        if self.shared is not None:
            self.shared.close()

    def _counted(self, work: Callable[[Counters], T]) -> T:
        if self.shared is not None and self.clock() >= self._alone_until:
            try:
                return work(self.shared)
            except StorageError as error:
                self._alone_until = self.clock() + ALONE_SECONDS
                cause = type(error.storage_error).__name__
                _log.warning("redis cannot be reached; this process counts alone", error=cause)
        return work(self.own)


def _on_redis(address: str) -> Counters:
    patience: dict[str, Any] = {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS}
    return Counters(RedisStorage(address, wrap_exceptions=True, **patience))


def count_question(request: Request) -> None:
    """Count one question of whoever sent `request`; raises `TooManyRequests`."""
    rates: Rates = request.app.state.rates
    request.scope[_QUOTA] = rates.ask(request.client.host if request.client else "unknown")


def limit_rate(request: Request) -> None:
    """A dependency of every other route that people write to."""
    count_question(request)
